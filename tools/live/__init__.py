"""How much partial observations tell: legal recordings accepted, broken daemons refused.

`python -m tools.live` measures and writes docs/live-detection.md and .json; `--check` measures and
compares.
"""
