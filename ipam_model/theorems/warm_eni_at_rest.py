"""Nodes under WARM_ENI_TARGET alone once nothing but pods moves: at rest, and drained.

At rest means that no pool step is possible: no ENI may be filled, come or go.
"""

from typing import Final

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting import decisions
from ipam_model.counting.model import Kind
from ipam_model.rules import capacity, shrink
from ipam_model.theorems import wrong_rules
from ipam_model.theorems.induction import consequence
from ipam_model.theorems.machine import Moment, Parameters, in_order, may_be_freed, step
from ipam_model.theorems.moments import obligation, sane
from ipam_model.theorems.sums_of_enis import BY_INDUCTION, FULL
from ipam_model.theorems.theorem import Claim, Theorem, Tier, without, wrong
from ipam_model.theorems.warm_eni import (
    INVARIANT,
    INVARIANTS,
    MODE,
    NO_ROOM,
    ONE_EARLY,
    PAST_MAX_PODS,
    RESERVED,
    all_full,
    content,
    most_attached,
)
from ipam_model.theorems.whole_enis import (
    enis_not_yet_enough,
    fewer_enis_hold_fewer,
    fewer_enis_reserve_fewer,
    instance,
)

ENIS_IN_USE: Final = "where ENIs would go, each but the primary one has a pod"
ATTACHED_EVER: Final = "no more ENIs than ever come"
STAYING: Final = "no more ENIs than stay"


def one_too_many(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """The fewest available addresses with which an idle ENI goes: M (We + 1) (R133)."""
    del k
    targets = parameters.targets
    return targets.slots * targets.warm_eni + targets.slots


def available(k: Logic[I, B], now: Moment[I, B]) -> I:
    """V: available addresses of the node."""
    del k
    return decisions.available(now.targets, now.node.pool)


def _in_use(k: Logic[I, B], now: Moment[I, B]) -> B:
    return k.any(now.choices.primary, k.ge(now.eni.pool.assigned, 1))


def all_in_use(k: Logic[I, B], now: Moment[I, B]) -> dict[str, B]:
    """Every ENI besides the primary one having a pod, there are as many pods as such ENIs."""
    return {
        ENIS_IN_USE: k.any(
            k.lt(available(k, now), one_too_many(k, now.parameters)),
            k.ge(now.node.pool.assigned, now.node.enis - 1),
        )
    }


def without_growth(k: Logic[I, B], now: Moment[I, B]) -> dict[str, B]:
    """No ENI may be filled or come, and what follows of that for the sums (FULL)."""
    extended, comes = step(k, Kind.EXTEND, now).guard, step(k, Kind.ATTACH, now)
    (full,) = comes.sums.values()
    low = comes.guard["the pool is too low"]
    return {
        "the ENI is not filled": k.no(k.all(*extended.values())),
        "where the pool is too low, ENIs without room are full": k.any(k.no(low), full),
        "no ENI comes": k.no(k.all(*comes.guard.values(), *comes.sums.values())),
    }


def at_rest(k: Logic[I, B], now: Moment[I, B]) -> dict[str, B]:
    """No pool step is possible, and what follows of that for the sums (FULL, ALL_IN_USE)."""
    return {
        **without_growth(k, now),
        "nothing is released": k.le(decisions.released(k, now.targets, now.node.pool), 0),
        "the ENI does not go": k.no(may_be_freed(k, now)),
        **all_in_use(k, now),
    }


def _all_in_use() -> Theorem:
    def stays(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        return Claim(
            {
                **MODE.holds(k, now.parameters),
                **sane(k, now.parameters, capped=True),
                **in_order(k, now.eni.pool, MODE.block),
                "ENIs would go": k.ge(available(k, now), one_too_many(k, now.parameters)),
                "the ENI does not go": k.no(may_be_freed(k, now)),
            },
            {"it is the primary one, or has a pod": _in_use(k, now)},
        )

    def one(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        pods = now.eni.pool.assigned
        return Claim(
            in_order(k, now.eni.pool, MODE.block),
            {"the primary one alone need not have pods": k.ge(pods, 0)},
        )

    def more(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        node, own = now.node, now.eni.pool
        return Claim(
            {
                "before, there are enough pods": k.ge(node.pool.assigned, node.enis - 1),
                "it is not the primary one": k.no(now.choices.primary),
                "it is the primary one, or has a pod": _in_use(k, now),
            },
            {"there are enough pods": k.ge(node.pool.assigned + own.assigned, node.enis)},
        )

    return Theorem(
        name="warm_eni_idle_enis_go",
        statement=(
            "Where M (We + 1) addresses are available and no ENI may go, every ENI besides the "
            "primary one has a pod."
        ),
        rules=("R133", "R136"),
        obligations=(
            obligation("an ENI that does not go", MODE, stays),
            obligation("the primary one", MODE, one),
            obligation("one more", MODE, more),
        ),
        mutants=(
            wrong("no ENI may be deleted", shrink.deletable, _nothing_is_deletable),
            without("it is the primary one, or has a pod"),
        ),
        paper=BY_INDUCTION,
    )


def _nothing_is_deletable(
    k: Logic[I, B], protected: B, too_young: B, cooling: B, has_pods: B, enough_left: B
) -> B:
    del protected, too_young, cooling, enough_left
    return k.all(has_pods, k.no(has_pods))


def _no_eni_comes(k: Logic[I, B], enis: I, limit: I, unmanaged: I, trunk_slot: I) -> B:
    del limit, unmanaged, trunk_slot
    return k.lt(enis, 0)


ALL_IN_USE: Final = _all_in_use()
NOTHING_GOES: Final = ALL_IN_USE.mutants[0]
NO_ENI_COMES: Final = wrong("no ENI ever comes", capacity.has_room, _no_eni_comes)


def _freed_without_pods(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    return Claim(
        step(k, Kind.FREE, now).guard,
        {
            "it has no pods": k.eq(now.eni.pool.assigned, 0),
            "it is not the primary one": k.no(now.choices.primary),
        },
    )


NO_PODS_LOST: Final = Theorem(
    name="warm_eni_frees_no_pods",
    statement="Under WARM_ENI_TARGET alone no ENI with pods is deleted, and never the primary one.",
    rules=("R133", "R134", "R136"),
    obligations=(consequence("", INVARIANTS, _freed_without_pods),),
    mutants=(
        wrong("ENIs with pods are deletable", shrink.deletable, wrong_rules.deletable_with_pods),
        wrong("the primary ENI is deletable", shrink.deletable, wrong_rules.primary_deletable),
    ),
    lemmas=(INVARIANT,),
    properties=("I3", "P-S6"),
)


# The warm target


def met(k: Logic[I, B], now: Moment[I, B]) -> B:
    """We ENIs' worth is available, or an address if We = 0."""
    return k.ge(available(k, now), content(k, now.parameters))


def exhausted(k: Logic[I, B], now: Moment[I, B]) -> B:
    """As many ENIs as may be are attached, all full."""
    attached = k.ge(now.node.enis, now.targets.max_enis)
    return k.all(attached, all_full(k, now.parameters, now.node))


def _satisfied(k: Logic[I, B], now: Moment[I, B]) -> dict[str, B]:
    reached = k.ge(now.node.pool.cidrs, now.parameters.cap)
    return {
        "the target is met, or all ENIs are full, or max pods is reached": k.any(
            met(k, now), exhausted(k, now), reached
        )
    }


def _met(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    return Claim(without_growth(k, now), _satisfied(k, now))


def _no_growth(k: Logic[I, B], now: Moment[I, B]) -> dict[str, B]:
    comes = step(k, Kind.ATTACH, now)
    return {
        "no ENI is filled": k.no(k.all(*step(k, Kind.EXTEND, now).guard.values())),
        "no ENI comes": k.no(k.all(*comes.guard.values())),
    }


def _enough(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    return Claim(_satisfied(k, now), _no_growth(k, now))


TARGET_MET: Final = Theorem(
    name="warm_eni_target_is_met_at_rest",
    statement=(
        "Under WARM_ENI_TARGET = We alone a node grows exactly as long as fewer than max(M We, 1) "
        "addresses are available, not all K ENIs are full, and fewer addresses than max pods are "
        "owned; so at rest the target is met, or all ENIs are full, or max pods is reached."
    ),
    rules=("R79", "R98", "R101", "R107"),
    obligations=(
        consequence("without growth", INVARIANTS, _met),
        consequence("no growth beyond", INVARIANTS, _enough),
    ),
    mutants=(NO_ENI_COMES, ONE_EARLY, PAST_MAX_PODS),
    lemmas=(INVARIANT, FULL),
    properties=("P-M2", "I11"),
    tier=Tier.FULL,
)


# Q2: reserved at rest


def most_enis_for(k: Logic[I, B], parameters: Parameters[I, B], pods: I) -> I:
    """The most ENIs that stay at rest with so many pods, if so many ever came.

    We beside those that the pods fill; or one for each pod, and the primary one.
    """
    targets = parameters.targets
    return k.max(targets.warm_eni + k.ceil_div(pods, targets.slots), pods + 1)


def most_enis_at_rest(k: Logic[I, B], parameters: Parameters[I, B], pods: I) -> I:
    """Q2 in ENIs; each of them full, unless max pods is 0."""
    return k.min(most_attached(k, parameters), most_enis_for(k, parameters, pods))


def _enis_at_rest(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    enis, pods, targets = now.node.enis, now.node.pool.assigned, now.targets
    counted = instance(
        k,
        "those before the last one, less the warm ones",
        enis_not_yet_enough,
        enis=enis - targets.warm_eni - 1,
        slots=targets.slots,
        addresses=pods,
    )
    return Claim(
        {**at_rest(k, now), **counted},
        {"ENIs within bound": k.le(enis, most_enis_for(k, now.parameters, pods))},
    )


def _reserved_at_rest(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    """From what `_enis_at_rest` and `RESERVED` say of the ENIs."""
    node, parameters, targets = now.node, now.parameters, now.targets
    most = most_enis_at_rest(k, parameters, node.pool.assigned)
    return Claim(
        {
            **sane(k, parameters, capped=True),
            "there is the primary ENI": k.ge(node.enis, 1),
            "pods are counted": k.ge(node.pool.assigned, 0),
            "their CIDRs fit into their slots": k.le(node.pool.cidrs, node.enis * targets.slots),
            ATTACHED_EVER: k.le(node.enis, most_attached(k, parameters)),
            STAYING: k.le(node.enis, most_enis_for(k, parameters, node.pool.assigned)),
            **instance(
                k,
                "ENIs",
                fewer_enis_reserve_fewer,
                addresses=node.pool.cidrs,
                enis=node.enis,
                more=most,
                slots=targets.slots,
            ),
        },
        {"reserved within bound": k.le(node.pool.cidrs + node.enis, most * (targets.slots + 1))},
    )


RESERVED_AT_REST: Final = Theorem(
    name="warm_eni_reserved_at_rest_within_bound",
    statement=(
        "Under WARM_ENI_TARGET = We alone a node at rest with p pods has at most min(N, max(We + "
        "ceil(p / M), p + 1)) ENIs, N being the most it ever attaches with its peak and max pods, "
        "and reserves at most so many times M + 1 addresses."
    ),
    rules=("R79", "R98", "R101", "R107", "R133", "R136"),
    obligations=(
        consequence("ENIs", INVARIANTS, _enis_at_rest),
        obligation("reserved", MODE, _reserved_at_rest),
    ),
    mutants=(
        NOTHING_GOES,
        NO_ROOM,
        without(ENIS_IN_USE),
        without(ATTACHED_EVER),
        without(STAYING),
    ),
    lemmas=(
        RESERVED,
        FULL,
        ALL_IN_USE,
        enis_not_yet_enough,
        fewer_enis_reserve_fewer,
    ),
    tier=Tier.FULL,
)


# Drained


def kept_when_drained(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """ENIs that a node without pods keeps: We of them, at least the primary one, at most K."""
    targets = parameters.targets
    return k.min(targets.max_enis, k.max(targets.warm_eni, 1))


def _drained(k: Logic[I, B], now: Moment[I, B]) -> dict[str, B]:
    enis, targets = now.node.enis, now.targets
    slots, warm = targets.slots, targets.warm_eni
    return {
        **at_rest(k, now),
        "there are no pods": k.eq(now.node.pool.assigned, 0),
        **instance(k, "too few", fewer_enis_hold_fewer, enis=enis, more=warm - 1, slots=slots),
        **instance(k, "too many", fewer_enis_hold_fewer, enis=warm + 1, more=enis, slots=slots),
    }


def _floor(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    enis, kept = now.node.enis, kept_when_drained(k, now.parameters)
    pool, cap = now.node.pool, now.parameters.cap
    return Claim(
        _drained(k, now),
        {
            "no more ENIs are kept": k.le(enis, kept),
            "fewer only where max pods is reached": k.any(k.eq(enis, kept), k.ge(pool.cidrs, cap)),
            "they are full": k.any(k.eq(cap, 0), all_full(k, now.parameters, now.node)),
        },
    )


DRAIN_FLOOR: Final = Theorem(
    name="warm_eni_drain_floor",
    statement=(
        "Under WARM_ENI_TARGET = We alone a node at rest without pods keeps exactly min(K, max(We, "
        "1)) ENIs, each with all its M addresses, or fewer if they hold max pods addresses or more."
    ),
    rules=("R79", "R133", "R136"),
    obligations=(consequence("", INVARIANTS, _floor),),
    mutants=(NOTHING_GOES, NO_ENI_COMES, without("there are no pods")),
    lemmas=(
        INVARIANT,
        FULL,
        ALL_IN_USE,
        fewer_enis_hold_fewer,
    ),
    properties=("P-M3", "P-L4"),
)
