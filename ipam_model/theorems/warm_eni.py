"""Nodes under WARM_ENI_TARGET alone (We, also 0), in secondary-address mode: caps and bounds.

An ENI is filled when it comes, and nothing is released but whole ENIs. So a node of n ENIs owns n M
addresses, but for the moment before the primary ENI is first filled. It grows while fewer than
max(M We, 1) addresses are available. So with P pods at the peak it never attaches more ENIs than

    N = min(K, We + ceil(P / M)),  or  N = min(K, 1 + floor(P / M))  if We = 0,

and with max pods C as a limit of growth no more than min(N, ceil(C / M)), one being always there.

All is proved for every max pods (R79); where it is not to limit growth (H3), it is taken to be more
than K M (`WITHOUT_MAX_PODS`).
"""

from typing import Final

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting import decisions
from ipam_model.counting.model import Kind
from ipam_model.rules import capacity, growth, shrink
from ipam_model.theorems import wrong_rules
from ipam_model.theorems.induction import Invariants, consequence, invariant_theorem
from ipam_model.theorems.machine import Moment, Node, Parameters
from ipam_model.theorems.moments import Mode, obligation
from ipam_model.theorems.theorem import Claim, Mutant, Theorem, Tier, without, wrong
from ipam_model.theorems.whole_enis import (
    enis_filled_by_pods,
    enis_not_yet_enough,
    fewer_enis_hold_fewer,
    fewer_enis_reserve_fewer,
    instance,
)


def _warm_eni(k: Logic[I, B], parameters: Parameters[I, B]) -> dict[str, B]:
    targets = parameters.targets
    return {
        "secondary-address mode": k.no(targets.prefix_mode),
        "no warm IP target governs": k.no(decisions.warm_ip_governs(k, targets)),
    }


MODE: Final = Mode(name="warm ENI", holds=_warm_eni, block=1, capped=True)


def content(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """The fewest available addresses with which the pool is not too low: M We, or 1 if We = 0."""
    targets = parameters.targets
    return k.max(targets.slots * targets.warm_eni, 1)


def most_wanted(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """N: the most ENIs that are ever attached, max pods apart."""
    targets, peak = parameters.targets, parameters.peak
    wanted = k.ite(
        k.eq(targets.warm_eni, 0),
        k.floor_div(peak, targets.slots) + 1,
        targets.warm_eni + k.ceil_div(peak, targets.slots),
    )
    return k.min(targets.max_enis, wanted)


def most_attached(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """The most ENIs that are ever attached."""
    until = k.ceil_div(parameters.cap, parameters.targets.slots)
    return k.max(k.min(most_wanted(k, parameters), until), 1)


def most_reserved(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """Q1: the most addresses ever taken from the subnet, those of the ENIs included.

    With max pods 0 nothing is ever asked for.
    """
    enis = most_attached(k, parameters)
    return k.ite(k.eq(parameters.cap, 0), 1, enis * (parameters.targets.slots + 1))


# Invariants


def all_full(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    """Every slot of every ENI is taken."""
    return k.eq(node.pool.cidrs, node.enis * parameters.targets.slots)


def fresh(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    """The primary ENI is alone and still empty."""
    del parameters
    return k.all(k.eq(node.enis, 1), k.eq(node.pool.cidrs, 0))


def _full_or_fresh(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    return k.any(all_full(k, parameters, node), fresh(k, parameters, node))


def _enis_within_bound(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    without_the_last = (node.enis - 1) * parameters.targets.slots
    return k.lt(without_the_last, parameters.peak + content(k, parameters))


def _within_max_pods(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    owned = node.pool.cidrs
    return k.any(k.eq(owned, 0), k.lt(owned, parameters.cap + parameters.targets.slots))


FULL_NODE: Final = "all ENIs are full, or the primary one is alone and empty"
ATTACHED: Final = "no more ENIs are attached than pods and target ask for"
OVERSHOOT: Final = "less than one ENI's worth is owned above max pods"
INVARIANTS: Final = Invariants(
    name="warm_eni_invariants",
    mode=MODE,
    enis={},
    node={FULL_NODE: _full_or_fresh, ATTACHED: _enis_within_bound, OVERSHOOT: _within_max_pods},
    never=frozenset({Kind.RELEASE}),
)
RULES: Final = ("R79", "R98", "R101", "R107", "R131", "R133", "R136")


def _high_above_target(
    k: Logic[I, B], warm_ip: B, over: I, prefix_mode: B, free_prefixes: I, warm_prefix: I
) -> B:
    del prefix_mode
    return k.choose(warm_ip, k.gt(over, 0), k.gt(free_prefixes, warm_prefix))


def _releases_above_target(
    k: Logic[I, B], warm_ip: B, over: I, prefix_mode: B, free_prefixes: I, warm_prefix: I
) -> I:
    del prefix_mode
    return k.ite(warm_ip, over, free_prefixes - warm_prefix)


NO_ROOM: Final = wrong("one ENI more may come", capacity.has_room, wrong_rules.room_for_one_more)
ONE_EARLY: Final = wrong("too low one ENI early", growth.target_unmet, wrong_rules.unmet_one_early)
PAST_MAX_PODS: Final = wrong(
    "growth whatever max pods says", growth.too_low, wrong_rules.low_whatever_max_pods
)
INVARIANT: Final = invariant_theorem(
    INVARIANTS,
    statement=(
        "Under WARM_ENI_TARGET alone the caps hold, every ENI is full except a primary one that is "
        "alone and empty, no address is released without its ENI, attached ENIs stay bounded, and "
        "at most M - 1 addresses are owned beyond max pods."
    ),
    rules=RULES,
    mutants=(
        NO_ROOM,
        ONE_EARLY,
        PAST_MAX_PODS,
        wrong("extended by what is wanted", growth.extension_size, wrong_rules.extended_by_all),
        wrong("an ENI comes with one address", growth.new_eni_size, wrong_rules.new_eni_with_one),
        Mutant(
            "addresses above the target are released",
            rules=(
                (shrink.too_high, _high_above_target),
                (shrink.release_size, _releases_above_target),
            ),
        ),
        without(FULL_NODE),
    ),
    properties=("P-S5", "I10"),
)


def _full_or_empty(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    held, slots = now.eni.pool.cidrs, now.targets.slots
    return Claim(
        {},
        {
            "an ENI is full, or the primary one, alone and empty": k.any(
                k.eq(held, slots), k.all(now.choices.primary, k.eq(now.node.enis, 1), k.eq(held, 0))
            )
        },
    )


ENI_IS_FULL: Final = Theorem(
    name="warm_eni_fills_enis",
    statement=(
        "Under WARM_ENI_TARGET alone every ENI holds all its M addresses, except a primary one "
        "that is alone and empty."
    ),
    rules=("R98", "R101", "R107", "R131"),
    obligations=(consequence("", INVARIANTS, _full_or_empty),),
    mutants=(without(FULL_NODE),),
    lemmas=(INVARIANT,),
)


def _no_matter(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    targets, pool, enis = now.targets, now.node.pool, now.node.enis
    most, slots = targets.max_enis, targets.slots
    with_it = decisions.too_low(k, targets, pool, now.parameters.cap)
    without_it = decisions.too_low(k, targets, pool, None)
    return Claim(
        {
            MORE_THAN_ALL: k.gt(now.parameters.cap, most * slots),
            **instance(k, "ENIs", fewer_enis_hold_fewer, enis=enis, more=most, slots=slots),
        },
        {"it decides nothing": k.choose(with_it, without_it, k.no(without_it))},
    )


MORE_THAN_ALL: Final = "max pods is more than all ENIs hold"
WITHOUT_MAX_PODS: Final = Theorem(
    name="warm_eni_without_max_pods",
    statement=(
        "Max pods of more than K M never keep the pool from growing: what is proved for every max "
        "pods holds where it does not limit growth."
    ),
    rules=("R79",),
    obligations=(consequence("", INVARIANTS, _no_matter),),
    mutants=(without(MORE_THAN_ALL),),
    lemmas=(INVARIANT, fewer_enis_hold_fewer),
    paper="max pods is read nowhere but where it is asked whether the pool is too low",
    tier=Tier.FULL,
)


def _enis(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    parameters, before = now.parameters, now.node.enis - 1
    targets, peak = parameters.targets, parameters.peak
    beyond, slots = before - targets.warm_eni, targets.slots
    return Claim(
        {
            **instance(
                k,
                "those before the last one, less the warm ones",
                enis_not_yet_enough,
                enis=beyond,
                slots=slots,
                addresses=peak,
            ),
            **instance(
                k,
                "those before the last one, if none is to be warm",
                enis_filled_by_pods,
                enis=before,
                slots=slots,
                pods=peak,
            ),
            **instance(
                k,
                "those before the last one, until max pods",
                enis_not_yet_enough,
                enis=before,
                slots=slots,
                addresses=parameters.cap,
            ),
        },
        {
            "ENIs within bound": k.le(now.node.enis, most_attached(k, parameters)),
            "with max pods 0 nothing is owned": _nothing_owned(k, now),
        },
    )


def _nothing_owned(k: Logic[I, B], now: Moment[I, B]) -> B:
    return k.any(k.ge(now.parameters.cap, 1), k.eq(now.node.pool.cidrs, 0))


def _reserved(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    parameters, node, slots = now.parameters, now.node, now.targets.slots
    owned, most = node.pool.cidrs, most_attached(k, parameters)
    return Claim(
        {
            "an ENI has a slot": k.ge(slots, 1),
            "the peak is a number of pods": k.ge(parameters.peak, 0),
            "max pods >= 1": k.ge(parameters.cap, 1),
            "their CIDRs fit into their slots": k.le(owned, node.enis * slots),
            "ENIs within bound": k.le(node.enis, most),
            **instance(
                k,
                "ENIs",
                fewer_enis_reserve_fewer,
                addresses=owned,
                enis=node.enis,
                more=most,
                slots=slots,
            ),
        },
        {"reserved within bound": k.le(owned + node.enis, most_reserved(k, parameters))},
    )


RESERVED: Final = Theorem(
    name="warm_eni_reserved_within_bound",
    statement=(
        "Under WARM_ENI_TARGET = We alone a node with at most P pods and max pods C >= 1 never "
        "attaches more than n = max(1, min(N, ceil(C / M))) ENIs or reserves more than n (M + 1) "
        "addresses, N = min(K, We + ceil(P / M)), or min(K, 1 + floor(P / M)) if We = 0; with C = "
        "0 nothing but the primary address."
    ),
    rules=RULES,
    obligations=(
        consequence("ENIs", INVARIANTS, _enis),
        obligation("reserved", MODE, _reserved),
    ),
    mutants=(NO_ROOM, ONE_EARLY, PAST_MAX_PODS, without(ATTACHED), without(OVERSHOOT)),
    lemmas=(INVARIANT, enis_not_yet_enough, enis_filled_by_pods, fewer_enis_reserve_fewer),
)
