"""Nodes under WARM_ENI_TARGET >= 1 alone come to rest while no pod comes or goes.

`steps_left` is a number of pool steps that may still come; it falls with every one. That growth
leaves no ENI one too many, and deletion no pool too low, `warm_targets` says of the formulas, for
any pool; here it is said of what the node does.
"""

from typing import Final, Protocol

from attrs import evolve

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting.model import Kind
from ipam_model.theorems import warm_targets
from ipam_model.theorems.at_rest import DESCENT
from ipam_model.theorems.induction import consequence
from ipam_model.theorems.machine import Moment, step, too_low
from ipam_model.theorems.theorem import Claim, Theorem, Tier, without
from ipam_model.theorems.warm_eni import (
    INVARIANT,
    INVARIANTS,
    ONE_EARLY,
)
from ipam_model.theorems.warm_eni_at_rest import available, met, one_too_many

SOME_TARGET: Final = "WARM_ENI_TARGET >= 1"


class StepsLeft(Protocol):
    """A number of steps that may still come."""

    def __call__(self, k: Logic[I, B], now: Moment[I, B], /) -> I:
        """The number."""


def falls(k: Logic[I, B], now: Moment[I, B], then: Moment[I, B], left: StepsLeft) -> dict[str, B]:
    """Fewer steps are left afterwards, and never fewer than none."""
    before, fewer = left(k, now), left(k, then)
    return {
        "fewer steps are left": k.lt(fewer, before),
        "never fewer than none": k.ge(fewer, 0),
        "at first no more than K": k.le(before, now.targets.max_enis),
    }


def steps_left(k: Logic[I, B], now: Moment[I, B]) -> I:
    """With We >= 1: no more pool steps than this follow while no pod comes or goes; at most K.

    If the pool is too low: the ENIs that may come, and the primary one if it is empty. If an idle
    ENI is one too many: all but the primary one. Otherwise none.
    """
    node = now.node
    may_come = now.targets.max_enis - node.enis
    to_fill = k.ite(k.eq(node.pool.cidrs, 0), node.enis, 0)
    too_many = k.ge(available(k, now), one_too_many(k, now.parameters))
    return k.ite(too_low(k, now), may_come + to_fill, k.ite(too_many, node.enis - 1, 0))


def after(k: Logic[I, B], kind: Kind, now: Moment[I, B]) -> Moment[I, B]:
    """The moment after a pool step, but for the ENI, which is as it was."""
    return evolve(now, node=step(k, kind, now).node)


def _target(k: Logic[I, B], now: Moment[I, B]) -> dict[str, B]:
    return {SOME_TARGET: k.ge(now.targets.warm_eni, 1)}


def _grows(k: Logic[I, B], kind: Kind, now: Moment[I, B]) -> Claim[B]:
    taken, then = step(k, kind, now), after(k, kind, now)
    enough_to_go = k.ge(available(k, then), one_too_many(k, now.parameters))
    return Claim(
        {**_target(k, now), **taken.guard, **taken.sums},
        {**falls(k, now, then, steps_left), "then no ENI is one too many": k.no(enough_to_go)},
    )


def _is_filled(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    return _grows(k, Kind.EXTEND, now)


def _comes(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    return _grows(k, Kind.ATTACH, now)


def _goes(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    then = after(k, Kind.FREE, now)
    return Claim(
        {**_target(k, now), **step(k, Kind.FREE, now).guard},
        {
            **falls(k, now, then, steps_left),
            "then the pool is not too low": k.no(too_low(k, then)),
            "then the target is still met": met(k, then),
        },
    )


NO_MARGIN: Final = warm_targets.attached_eni_is_wanted.mutants[0]
"""An idle ENI goes as soon as the target is met without a margin of one ENI."""
SETTLES: Final = Theorem(
    name="warm_eni_settles",
    statement=(
        "Under WARM_ENI_TARGET >= 1 alone, while no pod comes or goes, a node comes to rest after "
        "at most K pool steps: it fills and attaches ENIs, or it deletes some, but never both."
    ),
    rules=("R79", "R83", "R107", "R133"),
    obligations=(
        consequence("an ENI is filled", INVARIANTS, _is_filled),
        consequence("an ENI comes", INVARIANTS, _comes),
        consequence("an ENI goes", INVARIANTS, _goes),
    ),
    mutants=(NO_MARGIN, ONE_EARLY, without(SOME_TARGET)),
    lemmas=(INVARIANT,),
    paper=DESCENT,
    properties=("P-L1", "P-L2", "I8"),
    tier=Tier.FULL,
)
