"""All theorems by name."""

from types import ModuleType
from typing import Final

from ipam_model.errors import InputError, ModelError
from ipam_model.theorems import (
    release_growth,
    sizes,
    warm_eni,
    warm_eni_at_rest,
    warm_eni_settling,
    warm_eni_zero,
    warm_targets,
    whole_enis,
)
from ipam_model.theorems.theorem import Theorem

MODULES: Final[tuple[ModuleType, ...]] = (
    release_growth,
    warm_targets,
    sizes,
    whole_enis,
    warm_eni,
    warm_eni_at_rest,
    warm_eni_settling,
    warm_eni_zero,
)


def theorems() -> dict[str, Theorem]:
    """Every theorem, in the order of the text."""
    found: dict[str, Theorem] = {}
    for module in MODULES:
        for each in vars(module).values():
            if isinstance(each, Theorem) and found.setdefault(each.name, each) is not each:
                raise ModelError(f"two theorems are called {each.name}")
    return found


def named(names: list[str]) -> tuple[Theorem, ...]:
    """The theorems of these names, or all if there are none.

    Raises:
        InputError: a name that no theorem has.
    """
    known = theorems()
    for name in names:
        if name not in known:
            raise InputError(f"no theorem is called {name!r}; there are: {', '.join(known)}")
    return tuple(known[name] for name in names or known)
