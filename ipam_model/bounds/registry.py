"""The quantities that can be asked for, by name.

A module of quantities has a tuple `QUANTITIES`; it is named in `MODULES` and found there.
"""

from collections.abc import Callable
from difflib import get_close_matches
from importlib import import_module
from typing import Final

from attrs import frozen

from ipam_model.bounds.answer import Bound, Question
from ipam_model.errors import InputError, ModelError

MODULES: Final = ("ipam_model.bounds.counts",)
"""Where the quantities stand."""


@frozen(kw_only=True)
class Quantity:
    """Something that has a worst case."""

    name: str
    """As the command line takes it."""
    unit: str
    """What its numbers count."""
    meaning: str
    """One line in English."""
    answer: Callable[[Question], Bound]
    """Its worst case; raises `InputError` if the question makes no sense for it."""


def quantities() -> dict[str, Quantity]:
    """Every quantity by its name, in the order of the modules."""
    found: dict[str, Quantity] = {}
    for module in MODULES:
        declared: tuple[Quantity, ...] = import_module(module).QUANTITIES
        for each in declared:
            if found.setdefault(each.name, each) is not each:
                raise ModelError(f"two quantities are called {each.name}")
    return found


def quantity(name: str) -> Quantity:
    """The quantity of this name.

    Raises:
        InputError: there is none.
    """
    known = quantities()
    if name not in known:
        near = get_close_matches(name, known, n=2, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(known)}"
        raise InputError(f"no quantity is called {name[:40]!r}; {hint}")
    return known[name]
