"""Under WARM_ENI_TARGET or WARM_PREFIX_TARGET >= 1 growth and shrinking form no cycle (R82, R83).

The pool of one card has T addresses, V of them available; an ENI holds M = `slots` addresses, or in
prefix mode as many prefixes of `block` addresses. No warm IP target is set, no pod comes or goes,
no ENI is excluded and every request succeeds in full.
"""

from typing import Final

from ipam_model.arithmetic import B, I, Logic
from ipam_model.rules import growth, shrink, warm_pool
from ipam_model.theorems import wrong_rules
from ipam_model.theorems.theorem import Claim, non_negative, theorem, without, wrong

ENI_TARGET: Final = "WARM_ENI_TARGET is not 0"
PREFIX_TARGET: Final = "WARM_PREFIX_TARGET is not 0"
NO_WARM_IP: Final = "no warm IP target"
NO_SINGLES: Final = "no single address is left"


def _low_one_eni_early(
    k: Logic[I, B], total: I, max_pods: I, warm_ip: B, short: I, available: I, target: I, unit: I
) -> B:
    below = k.lt(available, unit * (target + 1))
    return k.all(k.lt(total, max_pods), k.choose(warm_ip, k.gt(short, 0), below))


def _fewer_without_margin(
    k: Logic[I, B],
    warm_ip: B,
    available: I,
    target: I,
    addresses_per_eni: I,
    prefix_mode: B,
    some_eni_without_pods: B,
) -> B:
    enough = k.ge(available, target * addresses_per_eni)
    return k.any(warm_ip, enough, k.all(prefix_mode, some_eni_without_pods))


def _release_one_too_many(
    k: Logic[I, B], warm_ip: B, over: I, prefix_mode: B, free_prefixes: I, warm_prefix: I
) -> I:
    return k.ite(warm_ip, over, k.ite(prefix_mode, free_prefixes - warm_prefix + 1, 0))


def _enough_always(
    k: Logic[I, B],
    warm: I,
    minimum: I,
    warm_prefix: I,
    prefix_mode: B,
    others_available: I,
    others_total: I,
    others_free_cidrs: I,
    block: I | int,
) -> B:
    del warm, minimum, warm_prefix, prefix_mode, others_available, others_total, block
    return k.ge(others_free_cidrs, 0)


@theorem(
    "R79",
    "R83",
    "R107",
    "R133",
    logic="QF_NIA",
    mutants=(
        wrong("no margin of one ENI", shrink.wants_fewer_enis, _fewer_without_margin),
        wrong("too low one ENI early", growth.too_low, _low_one_eni_early),
        without(ENI_TARGET),
    ),
)
def attached_eni_is_wanted(
    k: Logic[I, B],
    warm_eni: I,
    slots: I,
    max_pods: I,
    total: I,
    available: I,
    short: I,
    warm_ip: B,
    prefix_mode: B,
    idle_eni: B,
) -> Claim[B]:
    """With WARM_ENI_TARGET >= 1 the ENI that a too low pool asks for does not make one too many.

    That is, after the new ENI and all its addresses are there, fewer ENIs are not wanted.
    """
    low = growth.too_low(k, total, max_pods, warm_ip, short, available, warm_eni, slots)
    size = growth.new_eni_size(k, prefix_mode, warm_ip, short, short, slots)
    fewer = shrink.wants_fewer_enis(
        k, warm_ip, available + size, warm_eni, slots, prefix_mode, idle_eni
    )
    return Claim(
        {
            **_eni_pool(k, warm_eni, slots, total, available),
            ENI_TARGET: k.ne(warm_eni, 0),
            NO_WARM_IP: k.no(warm_ip),
            "secondary-address mode": k.no(prefix_mode),
            "the pool is too low": low,
        },
        {"fewer ENIs are not wanted": k.no(fewer)},
    )


@theorem(
    "R79",
    "R83",
    "R133",
    logic="QF_NIA",
    mutants=(
        wrong("no margin of one ENI", shrink.wants_fewer_enis, _fewer_without_margin),
        wrong("too low one ENI early", growth.too_low, _low_one_eni_early),
        without(ENI_TARGET),
    ),
)
def deleted_eni_is_not_missed(
    k: Logic[I, B],
    warm_eni: I,
    slots: I,
    max_pods: I,
    total: I,
    available: I,
    deleted: I,
    short: I,
    warm_ip: B,
    prefix_mode: B,
    idle_eni: B,
) -> Claim[B]:
    """With WARM_ENI_TARGET >= 1, where fewer ENIs are wanted, the pool is not too low without one.

    The ENI carries no pod and `deleted` addresses, at most M. It is not max pods that keeps the
    pool from being too low: the claim is for every max pods.
    """
    fewer = shrink.wants_fewer_enis(k, warm_ip, available, warm_eni, slots, prefix_mode, idle_eni)
    left = (total - deleted, available - deleted)
    low = growth.too_low(k, left[0], max_pods, warm_ip, short, left[1], warm_eni, slots)
    return Claim(
        {
            **_eni_pool(k, warm_eni, slots, total, available),
            **non_negative(k, deleted=deleted),
            "the ENI holds at most M": k.le(deleted, slots),
            ENI_TARGET: k.ne(warm_eni, 0),
            NO_WARM_IP: k.no(warm_ip),
            "secondary-address mode": k.no(prefix_mode),
            "fewer ENIs are wanted": fewer,
        },
        {"the pool is not too low": k.no(low)},
    )


@theorem(
    "R79",
    "R108",
    "R131",
    logic="QF_NIA",
    mutants=(
        wrong(
            "one prefix more than needed", growth.prefixes_needed, wrong_rules.needed_and_one_more
        ),
        without(PREFIX_TARGET),
    ),
)
def granted_prefixes_are_wanted(
    k: Logic[I, B],
    warm_prefix: I,
    block: I,
    max_pods: I,
    total: I,
    available: I,
    free_prefixes: I,
    short: I,
    over: I,
    warm_ip: B,
    prefix_mode: B,
) -> Claim[B]:
    """With WARM_PREFIX_TARGET >= 1 the prefixes that a too low pool asks for make it not too high.

    For prefixes of any size.
    """
    low = growth.too_low(k, total, max_pods, warm_ip, short, available, warm_prefix, block)
    granted = growth.prefixes_needed(k, warm_ip, short, warm_prefix, free_prefixes)
    high = shrink.too_high(k, warm_ip, over, prefix_mode, free_prefixes + granted, warm_prefix)
    return Claim(
        {
            **_prefix_pool(k, warm_prefix, block, total, available, free_prefixes),
            PREFIX_TARGET: k.ne(warm_prefix, 0),
            NO_WARM_IP: k.no(warm_ip),
            "prefix mode": prefix_mode,
            "the pool is too low": low,
        },
        {"the pool is not too high": k.no(high)},
    )


@theorem(
    "R79",
    "R131",
    "R138",
    logic="QF_NIA",
    mutants=(
        wrong("one prefix more is released", shrink.release_size, _release_one_too_many),
        without(PREFIX_TARGET),
    ),
)
def released_prefixes_are_not_missed(
    k: Logic[I, B],
    warm_prefix: I,
    block: I,
    max_pods: I,
    total: I,
    available: I,
    free_prefixes: I,
    short: I,
    over: I,
    warm_ip: B,
    prefix_mode: B,
) -> Claim[B]:
    """With WARM_PREFIX_TARGET >= 1, after a release the pool is neither too low nor too high.

    For prefixes of any size and every max pods.
    """
    high = shrink.too_high(k, warm_ip, over, prefix_mode, free_prefixes, warm_prefix)
    released = shrink.release_size(k, warm_ip, over, prefix_mode, free_prefixes, warm_prefix)
    gone = released * block
    left = (total - gone, available - gone, free_prefixes - released)
    low_after = growth.too_low(k, left[0], max_pods, warm_ip, short, left[1], warm_prefix, block)
    high_after = shrink.too_high(k, warm_ip, over, prefix_mode, left[2], warm_prefix)
    return Claim(
        {
            **_prefix_pool(k, warm_prefix, block, total, available, free_prefixes),
            PREFIX_TARGET: k.ne(warm_prefix, 0),
            NO_WARM_IP: k.no(warm_ip),
            "prefix mode": prefix_mode,
            "the pool is too high": high,
        },
        {
            "only free prefixes are released": k.ge(left[2], 0),
            "the pool is not too low": k.no(low_after),
            "the pool is not too high": k.no(high_after),
        },
    )


@theorem(
    "R79",
    "R136",
    logic="QF_NIA",
    mutants=(
        wrong("other ENIs need not keep enough", shrink.enough_without, _enough_always),
        without(NO_SINGLES),
        without(PREFIX_TARGET),
    ),
)
def deleted_eni_with_prefixes_is_not_missed(
    k: Logic[I, B],
    warm: I,
    minimum: I,
    warm_prefix: I,
    block: I,
    max_pods: I,
    others_total: I,
    others_available: I,
    others_free_prefixes: I,
    others_free_addresses: I,
    short: I,
    prefix_mode: B,
) -> Claim[B]:
    """With WARM_PREFIX_TARGET >= 1 the pool is not too low without an ENI that may be deleted.

    Provided that the other ENIs hold nothing but prefixes: the check counts free single addresses,
    left from secondary-address mode, as if they were prefixes. For prefixes of any size.
    """
    free_cidrs = others_free_prefixes + others_free_addresses
    enough = shrink.enough_without(
        k,
        warm,
        minimum,
        warm_prefix,
        prefix_mode,
        others_available,
        others_total,
        free_cidrs,
        block,
    )
    warm_ip = warm_pool.warm_ip_defined(k, warm, minimum)
    low = growth.too_low(
        k, others_total, max_pods, warm_ip, short, others_available, warm_prefix, block
    )
    return Claim(
        {
            **_prefix_pool(
                k, warm_prefix, block, others_total, others_available, others_free_prefixes
            ),
            **non_negative(k, others_free_addresses=others_free_addresses),
            NO_SINGLES: k.eq(others_free_addresses, 0),
            PREFIX_TARGET: k.ne(warm_prefix, 0),
            NO_WARM_IP: k.no(warm_ip),
            "prefix mode": prefix_mode,
            "the other ENIs keep enough": enough,
        },
        {"the pool is not too low": k.no(low)},
    )


def _eni_pool(k: Logic[I, B], warm_eni: I, slots: I, total: I, available: I) -> dict[str, B]:
    return {
        **non_negative(k, warm_eni=warm_eni, available=available),
        "an ENI holds an address": k.ge(slots, 1),
        "available addresses are owned": k.le(available, total),
    }


def _prefix_pool(
    k: Logic[I, B], warm_prefix: I, block: I, total: I, available: I, free_prefixes: I
) -> dict[str, B]:
    return {
        **non_negative(k, warm_prefix=warm_prefix, free_prefixes=free_prefixes),
        "a prefix holds an address": k.ge(block, 1),
        "the addresses of free prefixes are available": k.ge(available, free_prefixes * block),
        "available addresses are owned": k.le(available, total),
    }
