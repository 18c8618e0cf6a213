"""The numeric examples of the daemon's behaviour, each a test named by its row.

Left out are the rows of instances with several network cards, which the model does not cover yet:
E45c and E84. `test_completeness.py` says so where it counts.
"""
