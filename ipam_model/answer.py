"""What a solver says about a set of formulas, whichever solver it is."""

from collections.abc import Mapping
from typing import Literal

from attrs import frozen


@frozen(kw_only=True)
class Answer:
    """What the solver says about a set of formulas."""

    result: Literal["sat", "unsat", "unknown"]
    """Some values make all of them true, or none do, or the solver gave up."""
    values: Mapping[str, int | bool]
    """Such values, by unknown; empty unless `sat`."""
    effort: int
    """Steps taken, in the unit of `rlimit`; 0 of a solver that does not count them."""
    reason: str
    """Why the solver gave up; empty otherwise."""
