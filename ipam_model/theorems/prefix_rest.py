"""In prefix mode, at rest: the target is met, and without pods the pool is at its floor."""

from typing import Final

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting import decisions
from ipam_model.theorems.at_rest import (
    FULL_WHERE_LOW,
    NONE_COMES,
    NOTHING_RELEASED,
    RELEASABLE,
    at_rest,
    is_full,
    unmet,
)
from ipam_model.theorems.induction import consequence
from ipam_model.theorems.machine import Moment
from ipam_model.theorems.prefix import Family, Most
from ipam_model.theorems.theorem import Claim, Mutant, Theorem, Tier, without

DRAINED: Final = "there is no pod"


def or_no_more_may_come(k: Logic[I, B], now: Moment[I, B], enough: B) -> B:
    """`enough`, or as many addresses are owned as max pods let the pool grow to."""
    limit = now.parameters.max_pods
    if limit is None:
        return enough
    return k.any(enough, k.ge(decisions.total(now.targets, now.node.pool), limit))


def target_is_met(each: Family, proved: Theorem, *, target: str, rules: tuple[str, ...]) -> Theorem:
    """The warm target is met at rest wherever the limits allow; `target` says it in words."""

    def met(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        excused = or_no_more_may_come(k, now, is_full(k, now))
        return Claim(
            at_rest(k, now), {"met, or no more is allowed": k.any(k.no(unmet(k, now)), excused)}
        )

    unless = ", or it owns C addresses or more" if each.mode.capped else ""
    return Theorem(
        name=f"{each.name}_target_is_met_at_rest",
        statement=(
            f"{each.words}, a node at rest has {target}, unless K ENIs have Q prefixes each"
            f"{unless}."
        ),
        rules=("R79", *rules),
        obligations=(consequence("", each.invariants, met),),
        mutants=(without(NONE_COMES), without(FULL_WHERE_LOW)),
        lemmas=(proved, RELEASABLE),
        properties=("P-M2",),
        tier=Tier.FULL,
    )


def drain_floor(
    each: Family,
    proved: Theorem,
    floor: Most,
    *,
    floor_words: str,
    rules: tuple[str, ...],
    mutants: tuple[Mutant, ...],
) -> Theorem:
    """How many prefixes a node without pods keeps; `floor_words` says how many."""

    def drained(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        pool, kept = now.node.pool, floor(k, now.parameters)
        return Claim(
            {**at_rest(k, now), DRAINED: k.eq(pool.assigned, 0)},
            {
                "no more than the floor": k.le(pool.cidrs, kept),
                "no less": or_no_more_may_come(k, now, k.ge(pool.cidrs, kept)),
            },
        )

    unless = ", or fewer that have C addresses" if each.mode.capped else ""
    return Theorem(
        name=f"{each.name}_drain_floor",
        statement=(
            f"{each.words}, a node at rest without pods has exactly {floor_words} prefixes{unless}."
        ),
        rules=("R79", "R131", "R138", *rules),
        obligations=(consequence("", each.invariants, drained),),
        mutants=(*mutants, without(NOTHING_RELEASED), without(DRAINED)),
        lemmas=(proved, RELEASABLE),
        properties=("P-M3", "P-L4"),
        tier=Tier.FULL,
    )
