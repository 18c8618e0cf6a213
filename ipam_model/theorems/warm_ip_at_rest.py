"""What a node keeps at rest under WARM_IP_TARGET or MINIMUM_IP_TARGET, in secondary-address mode.

At rest with p pods it owns exactly Tp = min(max(p + Wi, m), K M) addresses (min(m, K M) if only m
is set): the target is met unless all K ENIs are full, and nothing is left over. Which ENIs hold the
addresses is chance, but each of them, the primary one aside, holds at least one.
"""

from typing import Final

from ipam_model.arithmetic import B, I, Logic, positive
from ipam_model.rules import growth, shrink, warm_pool
from ipam_model.theorems import wrong_rules
from ipam_model.theorems.at_rest import (
    AT_MOST_ONE_MORE,
    FULL_WHERE_LOW,
    HELD,
    HOLDS,
    NONE_COMES,
    NONE_GOES,
    NOTHING_RELEASED,
    RELEASABLE,
    at_most_one_more,
    at_rest,
    holds_a_cidr,
    is_full,
    pool_at_rest,
    unmet,
)
from ipam_model.theorems.induction import consequence
from ipam_model.theorems.machine import Moment, Parameters
from ipam_model.theorems.theorem import Claim, Theorem, Tier, without, wrong
from ipam_model.theorems.warm_ip import (
    ATTACHED,
    INVARIANT,
    INVARIANTS,
    OWNED,
    most_attached,
    wanted_with,
)

NO_PODS: Final = "all pods are gone"


def owned_at_rest(k: Logic[I, B], parameters: Parameters[I, B], pods: I) -> I:
    """Tp: the addresses owned at rest with p pods."""
    targets = parameters.targets
    return k.min(wanted_with(k, parameters, pods), targets.max_enis * targets.slots)


def attached_at_rest(k: Logic[I, B], parameters: Parameters[I, B], pods: I) -> I:
    """The most ENIs at rest with p pods: min(N, 1 + Tp)."""
    return k.min(most_attached(k, parameters), owned_at_rest(k, parameters, pods) + 1)


def most_reserved_at_rest(k: Logic[I, B], parameters: Parameters[I, B], pods: I) -> I:
    """The most addresses reserved at rest with p pods: Tp + min(N, 1 + Tp)."""
    return owned_at_rest(k, parameters, pods) + attached_at_rest(k, parameters, pods)


def _surplus_above_both(k: Logic[I, B], warm: I, minimum: I, total: I, available: I) -> I:
    del total
    return positive(k, available - warm - minimum)


def _others_keep_more(
    k: Logic[I, B], warm: I, prefix_mode: B, others_available: I, block: I | int
) -> B:
    del prefix_mode, block
    return k.any(k.eq(warm, 0), k.gt(others_available, warm))


def _no_new_eni(
    k: Logic[I, B], prefix_mode: B, warm_ip: B, needed_prefixes: I, short: I, slots: I
) -> I:
    del k, prefix_mode, warm_ip, needed_prefixes, short
    return slots - slots


MISSING_FOR_WARM_ONLY: Final = wrong(
    "missing forgets MINIMUM_IP_TARGET", warm_pool.missing, wrong_rules.missing_for_warm_only
)
OTHERS_KEEP_MORE: Final = wrong(
    "the others must keep one more", shrink.keeps_warm, _others_keep_more
)
SURPLUS_ABOVE_BOTH: Final = wrong(
    "surplus is what exceeds both targets together", warm_pool.surplus, _surplus_above_both
)


def _owned(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    pool = now.node.pool
    owned = owned_at_rest(k, now.parameters, pool.assigned)
    return Claim(pool_at_rest(k, now), {"owned": k.eq(pool.cidrs, owned)})


def _target_met(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    return Claim(
        {**pool_at_rest(k, now), "an address may come": k.no(is_full(k, now))},
        {"the warm target is met": k.no(unmet(k, now))},
    )


SETTLED: Final = Theorem(
    name="warm_ip_owned_at_rest",
    statement=(
        "Under a warm IP target a node at rest with p pods owns exactly min(max(p + Wi, m), K M) "
        "addresses, or min(m, K M) if Wi = 0: with fewer than K M the warm target is met."
    ),
    rules=("R79", "R87", "R88", "R98", "R107", "R131"),
    obligations=(
        consequence("owned", INVARIANTS, _owned),
        consequence("target", INVARIANTS, _target_met),
    ),
    mutants=(
        MISSING_FOR_WARM_ONLY,
        SURPLUS_ABOVE_BOTH,
        wrong("a new ENI without addresses", growth.new_eni_size, _no_new_eni),
        without(NONE_COMES),
        without(FULL_WHERE_LOW),
        without(NOTHING_RELEASED),
        without(OWNED),
    ),
    lemmas=(INVARIANT, RELEASABLE),
    properties=("P-M2",),
    tier=Tier.FULL,
)


def _each_holds(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    return Claim(
        at_rest(k, now), {HOLDS: holds_a_cidr(k, now.parameters, now.eni, now.choices.primary)}
    )


def _enis(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    """The number of ENIs, from the sums of what `_each_holds` says."""
    node, parameters = now.node, now.parameters
    return Claim(
        {AT_MOST_ONE_MORE: at_most_one_more(k, parameters, node)},
        {
            "all that ever came": k.le(node.enis, most_attached(k, parameters)),
            "those that hold something": k.le(node.enis, node.pool.cidrs + 1),
        },
    )


def _reserved(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    node, parameters, pods = now.node, now.parameters, now.node.pool.assigned
    owned = owned_at_rest(k, parameters, pods)
    return Claim(
        {
            "owned": k.eq(node.pool.cidrs, owned),
            "all that ever came": k.le(node.enis, most_attached(k, parameters)),
            "those that hold something": k.le(node.enis, node.pool.cidrs + 1),
        },
        {"reserved": k.le(node.pool.cidrs + node.enis, most_reserved_at_rest(k, parameters, pods))},
    )


RESERVED_AT_REST: Final = Theorem(
    name="warm_ip_reserved_at_rest_within_bound",
    statement=(
        "Under a warm IP target a node at rest with p pods, at most P before, reserves at most "
        "Tp + min(N, 1 + Tp) addresses, Tp = min(max(p + Wi, m), K M), or min(m, K M) if Wi = 0."
    ),
    rules=(*SETTLED.rules, "R133", "R136"),
    obligations=(
        consequence("one ENI", INVARIANTS, _each_holds),
        consequence("ENIs", INVARIANTS, _enis),
        consequence("reserved", INVARIANTS, _reserved),
    ),
    mutants=(
        OTHERS_KEEP_MORE,
        without(NONE_GOES),
        without(AT_MOST_ONE_MORE),
        without("owned"),
        without(ATTACHED),
    ),
    lemmas=(INVARIANT, SETTLED, HELD),
    tier=Tier.FULL,
)


def _drained(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    """What `SETTLED` and `RESERVED_AT_REST` say of any pods, said of none."""
    node, targets = now.node, now.targets
    owned = owned_at_rest(k, now.parameters, node.pool.assigned)
    wanted = k.max(targets.warm_ip, targets.minimum)
    floor = k.min(wanted, targets.max_enis * targets.slots)
    return Claim(
        {
            "owned": k.eq(node.pool.cidrs, owned),
            AT_MOST_ONE_MORE: at_most_one_more(k, now.parameters, node),
            NO_PODS: k.eq(node.pool.assigned, 0),
        },
        {
            "the floor is owned": k.eq(node.pool.cidrs, floor),
            "the primary ENI and those that hold the floor": k.le(node.enis, floor + 1),
        },
    )


DRAINED: Final = Theorem(
    name="warm_ip_drained_to_the_floor",
    statement=(
        "Under a warm IP target a node at rest without pods owns exactly w = min(max(Wi, m), K M) "
        "addresses, on at most 1 + w ENIs: it reserves at most 2 w + 1."
    ),
    rules=RESERVED_AT_REST.rules,
    obligations=(consequence("", INVARIANTS, _drained),),
    mutants=(
        SURPLUS_ABOVE_BOTH,
        MISSING_FOR_WARM_ONLY,
        without(NO_PODS),
        without("owned"),
        without(AT_MOST_ONE_MORE),
    ),
    lemmas=(INVARIANT, SETTLED, RESERVED_AT_REST),
    properties=("P-M3", "P-L4"),
    tier=Tier.FULL,
)
