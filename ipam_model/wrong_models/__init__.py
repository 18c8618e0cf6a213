"""Daemons with one bug each, to show that what checks a daemon notices.

    from ipam_model.wrong_models import WRONG_MODELS, wrong

    with wrong(WRONG_MODELS["no-back-off"]):
        ...  # every daemon of the process retries an exhausted subnet in each tick

The bugs are those reported upstream, and edits of every family of rules. Each says which rules it
breaks; `docs/kill-matrix.md` shows which properties notice.
"""

from ipam_model.wrong_models import (
    assignment,
    capacity,
    cards,
    counters,
    growth,
    ipv6,
    reconcile,
    shrink,
    start,
    v1_7,
    waiting,
)
from ipam_model.wrong_models.registry import WRONG_MODELS, WrongModel, wrong

FAMILIES = (
    capacity,
    growth,
    shrink,
    assignment,
    reconcile,
    start,
    counters,
    cards,
    ipv6,
    v1_7,
    waiting,
)
"""The modules of the catalogue."""

__all__ = ["FAMILIES", "WRONG_MODELS", "WrongModel", "wrong"]
