"""Worst cases over everything a node can reach, each with its certificate.

`bound` answers one question, `bounds_of_grid` many of them, on any executor.
"""
