"""All theorems by name."""

from collections.abc import Iterator
from difflib import get_close_matches
from types import ModuleType
from typing import Final

from ipam_model.errors import InputError, ModelError
from ipam_model.theorems import (
    at_rest,
    given_enis,
    max_pods,
    prefix,
    prefix_max_pods,
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
    prefix_max_pods,
    prefix_rest,
    prefix_settling,
    prefix_warm_ip,
    prefix_warm_prefix,
    prefix_warm_prefix_zero,
    given_enis,
)
"""Where they stand, what is relied on first."""


def _stated(module: ModuleType) -> Iterator[Theorem]:
    """The theorems that a module names, alone or in tuples, each after those it rests on."""
    for value in vars(module).values():
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, Theorem):
                yield from each.basis()


def theorems() -> dict[str, Theorem]:
    """Every theorem, in the order of the text."""
    found: dict[str, Theorem] = {}
    for module in MODULES:
        for each in _stated(module):
            if found.setdefault(each.name, each) is not each:
                raise ModelError(f"two theorems are called {each.name}")
    return found


def _asked(name: str, known: dict[str, Theorem]) -> Theorem:
    found = known.get(name) or given_enis.asked(name)
    if found is None:
        near = " or ".join(get_close_matches(name, known, n=3, cutoff=0.4))
        hint = f"did you mean {near}?" if near else "`ipam-model prove --list` shows all"
        raise InputError(f"no theorem is called {name!r}; {hint}")
    return found


def named(names: list[str]) -> tuple[Theorem, ...]:
    """The theorems of these names, or all of the index if there are none.

    Theorems for a given number of ENIs have names whatever the number (`given_enis.asked`).

    Raises:
        InputError: a name that no theorem has.
    """
    known = theorems()
    if not names:
        return tuple(known.values())
    return tuple(_asked(name, known) for name in dict.fromkeys(names))
