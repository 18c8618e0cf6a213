"""Nodes on which a refutation is looked for, the smallest first."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ipam_model.arithmetic import INTS
from ipam_model.counting.model import CountingModel
from ipam_model.theorems.machine import UNKNOWNS, Parameters
from ipam_model.theorems.moments import Mode, read, sane
from ipam_model.theorems.theorem import Mutant

Values = Mapping[str, int | bool]
"""What a solver found, by unknown."""

LARGEST: Final = 14
"""Sum of a small node's limits and settings, where each begins at its smallest value."""


def nodes(mode: Mode, values: Values, mutant: Mutant | None) -> Iterator[Parameters[int, bool]]:
    """Nodes of a mode, the smallest first: with the settings the solver sets, then with any.

    The solver's own node comes between the two.
    """
    own = _parameters(mode, values) if _manageable(values) else None
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


_MANAGEABLE: Final[Mapping[str, int]] = {"max_enis": 20, "slots": 64, "peak": 300}
"""The largest node of a solver that is tried."""


_STATE: Final = tuple(operand.name for operand in UNKNOWNS)


def _manageable(values: Values) -> bool:
    """The solver's node is one that the counting model can be searched for."""
    known = all(values.get(name, -1) >= least for name, least in _LEAST.items())
    return known and all(values[name] <= most for name, most in _MANAGEABLE.items())


def _small(mode: Mode) -> Iterator[dict[str, int | bool]]:
    """Limits and settings by growing sums."""
    names = [name for name in _LEAST if mode.capped or name != "max_pods"]
    unit = mode.block
    ranges: list[Sequence[int]] = [
        range(_LEAST[name], _MOST[name] + 1)
        if unit == 1 or name in ("max_enis", "slots", "warm_eni", "warm_prefix")
        # Thresholds lie where another prefix is begun.
        else sorted({0, 1, 2, unit - 1, unit, unit + 1, 2 * unit, 2 * unit + 1})
        for name in names
    ]
    for total in range(LARGEST + 1):
        for ranks in _ranks([len(each) for each in ranges], total):
            found: dict[str, int | bool] = {
                name: values[rank] for name, values, rank in zip(names, ranges, ranks, strict=True)
            }
            for prefix_mode in (False, True):
                yield {**found, "prefix_mode": prefix_mode}


def _ranks(lengths: Sequence[int], total: int) -> Iterator[tuple[int, ...]]:
    """Positions in sequences of these lengths that come to a total."""
    if not lengths:
        if total == 0:
            yield ()
        return
    for rank in range(min(lengths[0], total + 1)):
        for rest in _ranks(lengths[1:], total - rank):
            yield (rank, *rest)


def _parameters(mode: Mode, values: Values) -> Parameters[int, bool]:
    """Limits and settings by the names of the unknowns; the state does not matter."""
    return read(INTS, mode, {**dict.fromkeys(_STATE, 0), **values}).parameters


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
