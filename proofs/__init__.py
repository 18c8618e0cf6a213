"""Theorems about the decision formulas of `ipam_model.rules`, for all integers at once.

`python -m proofs` checks them; README.md says what is proved and what is not.
"""
