"""All theorems by name."""

from difflib import get_close_matches
from types import ModuleType
from typing import Final

from ipam_model.errors import InputError, ModelError
from ipam_model.theorems import induction, release_growth, sizes, warm_ip, warm_targets
from ipam_model.theorems.theorem import Theorem

MODULES: Final[tuple[ModuleType, ...]] = (
    release_growth,
    warm_targets,
    sizes,
    induction,
    warm_ip,
)
"""Where they stand, what is relied on first."""


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
            near = " or ".join(get_close_matches(name, known, n=3, cutoff=0.4))
            hint = f"did you mean {near}?" if near else "`ipam-model prove --list` shows all"
            raise InputError(f"no theorem is called {name!r}; {hint}")
    return tuple(known[name] for name in dict.fromkeys(names) or known)
