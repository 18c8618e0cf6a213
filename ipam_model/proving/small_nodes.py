"""Nodes on which a refutation is looked for, the smallest first."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

from ipam_model.arithmetic import INTS
from ipam_model.counting.decisions import Targets
from ipam_model.counting.model import CountingModel
from ipam_model.theorems.induction import Mode, sane
from ipam_model.theorems.machine import Parameters
from ipam_model.theorems.theorem import Mutant

Values = Mapping[str, int | bool]
"""What a solver found, by unknown."""

LARGEST: Final = 14
"""Sum of a small node's limits and settings, where each begins at its smallest value."""


def nodes(mode: Mode, values: Values, mutant: Mutant | None) -> Iterator[Parameters[int, bool]]:
    """Nodes of a mode, the smallest first: with the settings the solver sets, then with any.

    The solver's own node comes between the two.
    """
    own = _parameters(mode, values) if set(_LEAST) <= set(values) else None
    zero = {name for name, value in values.items() if value == 0}
    for idle in (zero, frozenset[str]()) if zero else (zero,):
        for found in _small(mode):
            fits = all(found[name] == 0 for name in idle if name in OPTIONAL)
            new = idle or not zero or any(found[name] for name in zero if name in OPTIONAL)
            parameters = _parameters(mode, found)
            if fits and new and _assumed(mode, parameters, mutant):
                yield parameters
        if own is not None and idle is zero and _assumed(mode, own, mutant):
            yield own


OPTIONAL: Final = ("warm", "minimum", "warm_eni", "warm_prefix")
"""Settings that may be 0."""
_LEAST: Final[Mapping[str, int]] = {
    "max_enis": 1,
    "slots": 1,
    "peak": 0,
    "warm": 0,
    "minimum": 0,
    "warm_eni": 0,
    "warm_prefix": 0,
    "max_pods": 0,
}
_MOST: Final[Mapping[str, int]] = {
    "max_enis": 3,
    "slots": 4,
    "peak": 4,
    "warm": 3,
    "minimum": 4,
    "warm_eni": 2,
    "warm_prefix": 2,
    "max_pods": 6,
}


def _small(mode: Mode) -> Iterator[dict[str, int | bool]]:
    """Limits and settings by growing sums."""
    names = [name for name in _LEAST if mode.capped or name != "max_pods"]
    unit = mode.block
    ranges = [
        range(_LEAST[name], _MOST[name] + 1)
        if unit == 1 or name in ("max_enis", "slots", "warm_eni", "warm_prefix")
        # Thresholds lie where another prefix is begun.
        else sorted({0, 1, 2, unit - 1, unit, unit + 1, 2 * unit, 2 * unit + 1})
        for name in names
    ]
    ordered = sorted(
        product(*(enumerate(each) for each in ranges)),
        key=lambda chosen: sum(rank for rank, _ in chosen),
    )
    for chosen in ordered:
        if sum(rank for rank, _ in chosen) > LARGEST:
            return
        found: dict[str, int | bool] = {
            name: value for name, (_, value) in zip(names, chosen, strict=True)
        }
        for prefix_mode in (False, True):
            yield {**found, "prefix_mode": prefix_mode}


def _parameters(mode: Mode, values: Values) -> Parameters[int, bool]:
    return Parameters(
        targets=Targets(
            prefix_mode=bool(values["prefix_mode"]),
            warm_ip=values["warm"],
            minimum=values["minimum"],
            warm_eni=values["warm_eni"],
            warm_prefix=values["warm_prefix"],
            max_enis=values["max_enis"],
            slots=values["slots"],
            block=mode.block,
        ),
        peak=values["peak"],
        max_pods=values["max_pods"] if mode.capped else None,
    )


def _assumed(mode: Mode, parameters: Parameters[int, bool], mutant: Mutant | None) -> bool:
    """Whether the theorems of the mode speak about the node, and the counting model knows it."""
    targets = parameters.targets
    if targets.prefix_mode != (mode.block > 1):
        return False
    premises = {
        **mode.holds(INTS, parameters),
        **sane(INTS, parameters, capped=mode.capped),
    }
    left_out = mutant.without if mutant is not None else ""
    return all(holds for name, holds in premises.items() if name != left_out)


def counting_model(parameters: Parameters[int, bool]) -> CountingModel:
    """The counting model of a theorem's limits and settings."""
    return CountingModel(
        targets=parameters.targets, pods=parameters.peak, max_pods=parameters.max_pods
    )
