"""What is asked for fits, and is asked for exactly when it should be (R79, R98, R107, R131)."""

from typing import Final

from ipam_model.arithmetic import B, I, Logic
from ipam_model.rules import capacity, growth, shrink
from ipam_model.theorems import wrong_rules
from ipam_model.theorems.theorem import Claim, non_negative, theorem, without, wrong

ROOM: Final = "an ENI has a slot"
LOW: Final = "the pool is too low"


def _low_up_to_max_pods(
    k: Logic[I, B], total: I, max_pods: I, warm_ip: B, short: I, available: I, target: I, unit: I
) -> B:
    below = k.lt(available, unit * target)
    return k.all(k.le(total, max_pods), k.choose(warm_ip, k.gt(short, 0), below))


def _size_without_limit(
    k: Logic[I, B], prefix_mode: B, warm_ip: B, needed_prefixes: I, short: I, slots: I
) -> I:
    return k.ite(prefix_mode, needed_prefixes, k.ite(warm_ip, k.min(short, slots), slots))


def _possibly_no_prefix(
    k: Logic[I, B], warm_ip: B, short: I, warm_prefix: I, free_prefixes: I
) -> I:
    return k.ite(warm_ip, short, k.max(warm_prefix - free_prefixes, 0))


def _high_at_target(
    k: Logic[I, B], warm_ip: B, over: I, prefix_mode: B, free_prefixes: I, warm_prefix: I
) -> B:
    at_target = k.ge(free_prefixes, warm_prefix)
    return k.choose(warm_ip, k.gt(over, 0), k.all(prefix_mode, at_target))


@theorem(
    "R79",
    "R80",
    logic="QF_NIA",
    mutants=(wrong("max pods may be reached", growth.too_low, _low_up_to_max_pods),),
)
def max_pods_stops_growth(
    k: Logic[I, B],
    total: I,
    max_pods: I,
    warm_ip: B,
    short: I,
    available: I,
    target: I,
    unit: I,
) -> Claim[B]:
    """A pool that owns max pods addresses is not too low."""
    low = growth.too_low(k, total, max_pods, warm_ip, short, available, target, unit)
    return Claim(
        {**non_negative(k, total=total), LOW: low}, {"fewer are owned": k.lt(total, max_pods)}
    )


@theorem(
    "R107",
    "R108",
    mutants=(
        wrong("a new ENI takes every prefix", growth.new_eni_size, _size_without_limit),
        wrong("no prefix may be needed", growth.prefixes_needed, _possibly_no_prefix),
        without(ROOM),
    ),
)
def new_eni_size_fits(
    k: Logic[I, B],
    prefix_mode: B,
    warm_ip: B,
    short: I,
    warm_prefix: I,
    free_prefixes: I,
    slots: I,
) -> Claim[B]:
    """A new ENI is asked for with no more CIDRs than it has slots.

    And with at least one, unless a warm IP target counted in addresses misses none.
    """
    needed = growth.prefixes_needed(k, warm_ip, short, warm_prefix, free_prefixes)
    size = growth.new_eni_size(k, prefix_mode, warm_ip, needed, short, slots)
    missing = k.any(k.no(warm_ip), prefix_mode, k.gt(short, 0))
    return Claim(
        {
            **non_negative(k, short=short, warm_prefix=warm_prefix, free_prefixes=free_prefixes),
            **non_negative(k, slots=slots),
            ROOM: k.ne(slots, 0),
        },
        {
            "it fits into the slots": k.le(size, slots),
            "at least one is asked for": k.ge(size, k.ite(missing, slots - slots + 1, 0)),
        },
    )


@theorem(
    "R5",
    "R98",
    "R99",
    mutants=(
        wrong("extended by what is wanted", growth.extension_size, wrong_rules.extended_by_all),
        without("cidrs <= slots"),
    ),
)
def extension_size_fits(k: Logic[I, B], wanted: I, slots: I, cidrs: I) -> Claim[B]:
    """An existing ENI is extended by no more CIDRs than it has free slots, nor than is wanted."""
    free = capacity.free_slots(k, slots, cidrs)
    size = growth.extension_size(k, wanted, free)
    return Claim(
        {
            **non_negative(k, wanted=wanted, slots=slots, cidrs=cidrs),
            "cidrs <= slots": k.le(cidrs, slots),
        },
        {
            "it is a number of CIDRs": k.ge(size, 0),
            "no more than is wanted": k.le(size, wanted),
            "it fits into the free slots": k.le(cidrs + size, slots),
        },
    )


@theorem(
    "R131",
    "R138",
    mutants=(wrong("too high already at the target", shrink.too_high, _high_at_target),),
)
def too_high_means_a_release(
    k: Logic[I, B], warm_ip: B, over: I, prefix_mode: B, free_prefixes: I, warm_prefix: I
) -> Claim[B]:
    """The pool is too high exactly when there is something to release."""
    high = shrink.too_high(k, warm_ip, over, prefix_mode, free_prefixes, warm_prefix)
    size = shrink.release_size(k, warm_ip, over, prefix_mode, free_prefixes, warm_prefix)
    counts = non_negative(k, over=over, free_prefixes=free_prefixes, warm_prefix=warm_prefix)
    same = k.choose(high, k.gt(size, 0), k.le(size, 0))
    return Claim(counts, {"too high exactly if something is released": same})
