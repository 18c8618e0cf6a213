"""Theorems about the decision formulas and the counting model, for all integers at once.

Here stands what is claimed, written over the abstract integer like the rules themselves; nothing
here needs a solver. `ipam_model.proving` has it proved.
"""
