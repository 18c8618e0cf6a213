"""The table of upstream bugs: which property tells, how it was found, and how fast."""
