"""Directed plans: what the kit plays before the plans that it draws, found by search.

    python -m tools.directed                  # look for what the corpus lacks, add it
    python -m tools.directed --only R139 ...  # for these wrong models alone
    python -m tools.directed --check          # is the corpus what its index says?

Stories of many kinds, and the scenarios of `examples/`, are candidates. A candidate in which the
model with a bug goes another way than the model itself, and not one that the judge accepts, is cut
where it diverges and freed of what it does not need. What a plan in the corpus shows already needs
no other. The index names the rules that a plan covers: with one of them broken it diverges.
"""
