"""Nodes in prefix mode with WARM_PREFIX_TARGET 0: where the pool comes to rest, and where never.

The pods fill U prefixes if there are 16 U of them, which includes no pods and no prefixes. Then
nothing is available, a prefix comes, and it is given back because it has no pod, and so on: the
finding `warm-prefix-target-zero`. It needs a prefix more than the U to be allowed: U < K Q and,
with max pods C, 16 U < C. Nowhere else anything comes.
"""

from typing import Final

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting.model import Kind
from ipam_model.rules import growth, shrink
from ipam_model.theorems import wrong_rules
from ipam_model.theorems.at_rest import (
    DESCENT,
    FULL_WHERE_LOW,
    NOTHING_RELEASED,
    RELEASABLE,
    at_rest,
    enabled,
)
from ipam_model.theorems.induction import consequence
from ipam_model.theorems.machine import Moment, step
from ipam_model.theorems.moments import MomentText
from ipam_model.theorems.prefix import Family
from ipam_model.theorems.prefix_settling import POOL_STEPS, SHRINKING, after
from ipam_model.theorems.theorem import Claim, Theorem, Tier, without, wrong

NO_TARGET: Final = "WARM_PREFIX_TARGET is 0"
FILLED: Final = "the pods fill their prefixes, and the node may have more"


def _no_target(k: Logic[I, B], now: Moment[I, B]) -> dict[str, B]:
    return {NO_TARGET: k.eq(now.targets.warm_prefix, 0)}


def filled(k: Logic[I, B], now: Moment[I, B]) -> B:
    """p = 16 U < 16 K Q, and with max pods C also p < C: where Wp = 0 the pool never rests."""
    targets, pool, limit = now.targets, now.node.pool, now.parameters.max_pods
    used = pool.cidrs - pool.free_cidrs
    more = k.lt(used, targets.max_enis * targets.slots)
    if limit is not None:
        more = k.all(more, k.lt(pool.assigned, limit))
    return k.all(k.eq(pool.assigned, used * targets.block), more)


def zero_flaps(each: Family, proved: Theorem) -> Theorem:
    """Where the pods fill their prefixes, the pool never rests."""

    def no_rest(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        return Claim(
            {**at_rest(k, now), **_no_target(k, now)}, {"not filled": k.no(filled(k, now))}
        )

    def stays(kind: Kind) -> MomentText:
        def text(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
            taken = step(k, kind, now)
            later = after(k, now, taken)
            return Claim(
                {**taken.guard, **taken.sums, **_no_target(k, now), FILLED: filled(k, now)},
                {"still filled": filled(k, later)},
            )

        return text

    unless = " and fewer than C" if each.mode.capped else ""
    return Theorem(
        name=f"{each.name}_zero_flaps",
        statement=(
            f"{each.words}, with Wp = 0, where the pods fill U < K Q prefixes (p = "
            f"{each.mode.block} "
            f"U, also p = 0{unless}), some pool step is always enabled and none changes that: "
            "the pool "
            "never comes to rest while no pod comes or goes."
        ),
        rules=("R79", "R81", "R131", "R132"),
        obligations=(
            consequence("a step is enabled", each.invariants, no_rest),
            *(consequence(kind.value, each.invariants, stays(kind)) for kind in POOL_STEPS),
        ),
        mutants=(
            wrong("high one prefix late", shrink.too_high, wrong_rules.high_one_late),
            without(NO_TARGET),
            without(FILLED),
            without(NOTHING_RELEASED),
            without(FULL_WHERE_LOW),
        ),
        lemmas=(proved, RELEASABLE),
        tier=Tier.FULL,
    )


def zero_rests_elsewhere(each: Family, proved: Theorem) -> Theorem:
    """Anywhere else it comes to rest."""

    def elsewhere(k: Logic[I, B], now: Moment[I, B]) -> dict[str, B]:
        return {**_no_target(k, now), f"not so that {FILLED}": k.no(filled(k, now))}

    def no_growth(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        return Claim(
            elsewhere(k, now),
            {
                "no ENI is extended": k.no(enabled(k, Kind.EXTEND, now)),
                "no ENI comes": k.no(enabled(k, Kind.ATTACH, now)),
            },
        )

    def fewer(kind: Kind) -> MomentText:
        def text(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
            taken = step(k, kind, now)
            before, later = now.node, after(k, now, taken)
            left = later.node
            return Claim(
                {**taken.guard, **elsewhere(k, now)},
                {
                    "prefixes or ENIs are fewer": k.lt(
                        left.pool.cidrs + left.enis, before.pool.cidrs + before.enis
                    ),
                    "they are a number": k.ge(left.pool.cidrs + left.enis, 0),
                    "still not filled": k.no(filled(k, later)),
                },
            )

        return text

    return Theorem(
        name=f"{each.name}_zero_rests_elsewhere",
        statement=(
            f"{each.words}, with Wp = 0, where the pods do not fill their prefixes or the node may "
            "have no more, nothing grows while no pod comes or goes, and each other step leaves "
            "fewer "
            "prefixes or ENIs: the pool comes to rest."
        ),
        rules=("R79", "R81", "R131", "R138"),
        obligations=(
            consequence("no growth", each.invariants, no_growth),
            *(consequence(kind.value, each.invariants, fewer(kind)) for kind in SHRINKING),
        ),
        mutants=(
            wrong("low with one prefix less", growth.target_unmet, wrong_rules.unmet_one_early),
            without(NO_TARGET),
            without(f"not so that {FILLED}"),
        ),
        lemmas=(proved,),
        paper=DESCENT,
        properties=("P-L1", "P-L2"),
        tier=Tier.FULL,
    )
