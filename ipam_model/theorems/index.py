"""All theorems by name."""

from difflib import get_close_matches
from types import ModuleType
from typing import Final

from ipam_model.errors import InputError, ModelError
from ipam_model.theorems import (
    at_rest,
    given_enis,
    max_pods,
    prefix,
    prefix_rest,
    prefix_settling,
    prefix_warm_ip,
    prefix_warm_prefix,
    prefix_warm_prefix_zero,
    release_growth,
    sizes,
    sums_of_enis,
    warm_eni,
    warm_eni_at_rest,
    warm_eni_settling,
    warm_eni_zero,
    warm_ip,
    warm_ip_at_rest,
    warm_ip_convergence,
    warm_ip_max_pods,
    warm_ip_max_pods_at_rest,
    warm_targets,
    whole_enis,
)
from ipam_model.theorems.theorem import Theorem

MODULES: Final[tuple[ModuleType, ...]] = (
    release_growth,
    warm_targets,
    sizes,
    sums_of_enis,
    at_rest,
    max_pods,
    warm_ip,
    warm_ip_at_rest,
    warm_ip_convergence,
    warm_ip_max_pods,
    warm_ip_max_pods_at_rest,
    whole_enis,
    warm_eni,
    warm_eni_at_rest,
    warm_eni_settling,
    warm_eni_zero,
    prefix,
    prefix_rest,
    prefix_settling,
    prefix_warm_ip,
    prefix_warm_prefix,
    prefix_warm_prefix_zero,
    given_enis,
)
"""Where they stand, what is relied on first."""


def theorems() -> dict[str, Theorem]:
    """Every theorem, in the order of the text."""
    found: dict[str, Theorem] = {}
    for module in MODULES:
        for value in vars(module).values():
            for each in value if isinstance(value, tuple) else (value,):
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
