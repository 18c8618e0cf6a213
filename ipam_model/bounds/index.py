"""All quantities by name."""

from difflib import get_close_matches
from types import ModuleType
from typing import Final

from ipam_model.bounds import burst_calls, cooling, counts, leaks, pace
from ipam_model.bounds.registry import Quantity
from ipam_model.errors import InputError, ModelError

MODULES: Final[tuple[ModuleType, ...]] = (
    counts,
    pace,
    burst_calls,
    cooling,
    leaks,
)
"""Where they stand; each has a tuple `QUANTITIES`."""


def quantities() -> dict[str, Quantity]:
    """Every quantity by its name, in the order of the modules."""
    found: dict[str, Quantity] = {}
    for module in MODULES:
        declared: tuple[Quantity, ...] = module.QUANTITIES
        for each in declared:
            if found.setdefault(each.name, each) is not each:
                raise ModelError(f"two quantities are called {each.name}")
    return found


KNOWN: Final = quantities()


def quantity(name: str) -> Quantity:
    """The quantity of this name.

    Raises:
        InputError: there is none.
    """
    if name not in KNOWN:
        near = get_close_matches(name, KNOWN, n=2, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(KNOWN)}"
        raise InputError(f"no quantity is called {name[:40]!r}; {hint}")
    return KNOWN[name]
