"""Worst cases over everything a node can reach, each with its certificate.

`bound` answers one question, `bounds_of_grid` many of them, on any executor.
"""

from ipam_model.bounds.answer import Basis, Bound, Level, Proof, Question, Status, Witness
from ipam_model.bounds.asking import ask, bound, bounds_of_grid, nodes_of

__all__ = [
    "Basis",
    "Bound",
    "Level",
    "Proof",
    "Question",
    "Status",
    "Witness",
    "ask",
    "bound",
    "bounds_of_grid",
    "nodes_of",
]
