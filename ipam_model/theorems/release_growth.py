"""Under warm IP targets growth and release settle, and neither undoes the other (R87-R94, R136).

The pool of one card has T addresses, A of them assigned, V = T - A; in prefix mode X prefixes of 16
addresses, F of them without pods, T = 16 X, and the store's counter says X + drift. Nothing else
changes between a decision and its effect: no pod comes or goes, every request succeeds in full, no
ENI is excluded.
"""

from typing import Final

from ipam_model.arithmetic import B, I, Logic, positive
from ipam_model.rules import shrink, warm_pool
from ipam_model.rules.capacity import BLOCK
from ipam_model.theorems import wrong_rules
from ipam_model.theorems.theorem import Claim, non_negative, theorem, without, wrong

NO_DRIFT: Final = "the prefix counter has not drifted"
RELEASED: Final = "something is released"
MISSING: Final = "something is missing"


def _surplus_is_the_larger(k: Logic[I, B], warm: I, minimum: I, total: I, available: I) -> I:
    return positive(k, k.max(available - warm, total - minimum))


def _over_rounded_down(
    k: Logic[I, B],
    warm: I,
    minimum: I,
    assigned: I,
    free_prefixes: I,
    allocated_prefixes: I,
    block: I | int,
) -> I:
    needed = k.max(k.floor_div(assigned + warm, block), k.ceil_div(minimum, block))
    return positive(k, k.min(free_prefixes, allocated_prefixes - needed))


def _over_for_warm_only(
    k: Logic[I, B],
    warm: I,
    minimum: I,
    assigned: I,
    free_prefixes: I,
    allocated_prefixes: I,
    block: I | int,
) -> I:
    del minimum
    spare = allocated_prefixes - k.ceil_div(assigned + warm, block)
    return positive(k, k.min(free_prefixes, spare))


def _enough_for_warm_only(
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
    del minimum, warm_prefix, prefix_mode, others_total, others_free_cidrs, block
    return k.ge(others_available, warm)


@theorem(
    "R87",
    "R88",
    mutants=(
        wrong(
            "surplus forgets MINIMUM_IP_TARGET",
            warm_pool.surplus,
            wrong_rules.surplus_over_warm_only,
        ),
        wrong("surplus is the larger of the two", warm_pool.surplus, _surplus_is_the_larger),
    ),
)
def never_short_and_over(k: Logic[I, B], warm: I, minimum: I, total: I, available: I) -> Claim[B]:
    """Counted in addresses, the pool is never short and over at once."""
    short = warm_pool.short_addresses(k, warm, minimum, total, available)
    over = warm_pool.surplus(k, warm, minimum, total, available)
    return Claim(
        _address_pool(k, warm, minimum, total, available),
        {"not short and over at once": k.no(k.all(k.gt(short, 0), k.gt(over, 0)))},
    )


@theorem(
    "R87",
    "R88",
    "R138",
    mutants=(
        wrong(
            "surplus forgets MINIMUM_IP_TARGET",
            warm_pool.surplus,
            wrong_rules.surplus_over_warm_only,
        ),
        wrong("surplus is the larger of the two", warm_pool.surplus, _surplus_is_the_larger),
        without(RELEASED),
    ),
)
def release_settles(k: Logic[I, B], warm: I, minimum: I, total: I, available: I) -> Claim[B]:
    """Counted in addresses, after a release none is missing and none surplus.

    The release takes only available ones.
    """
    over = warm_pool.surplus(k, warm, minimum, total, available)
    left = (total - over, available - over)
    return Claim(
        {**_address_pool(k, warm, minimum, total, available), RELEASED: k.gt(over, 0)},
        {
            "only available ones are released": k.le(over, available),
            "the targets are met": _targets_met(k, warm, minimum, *left),
            "none is missing": k.eq(warm_pool.missing(k, warm, minimum, *left), 0),
            "none is surplus": k.eq(warm_pool.surplus(k, warm, minimum, *left), 0),
        },
    )


@theorem(
    "R87",
    "R88",
    "R91",
    mutants=(
        wrong(
            "missing forgets MINIMUM_IP_TARGET",
            warm_pool.missing,
            wrong_rules.missing_for_warm_only,
        ),
        wrong("missing is the sum of the two", warm_pool.missing, wrong_rules.missing_is_the_sum),
        without(MISSING),
    ),
)
def growth_settles(k: Logic[I, B], warm: I, minimum: I, total: I, available: I) -> Claim[B]:
    """Counted in addresses, once what is missing was granted none is missing and none surplus."""
    short = warm_pool.short_addresses(k, warm, minimum, total, available)
    after = (total + short, available + short)
    return Claim(
        {**_address_pool(k, warm, minimum, total, available), MISSING: k.gt(short, 0)},
        {
            "the targets are met": _targets_met(k, warm, minimum, *after),
            "none is missing": k.eq(warm_pool.missing(k, warm, minimum, *after), 0),
            "none is surplus": k.eq(warm_pool.surplus(k, warm, minimum, *after), 0),
        },
    )


@theorem(
    "R93",
    mutants=(
        wrong("over forgets MINIMUM_IP_TARGET", warm_pool.over_prefixes, _over_for_warm_only),
        without(NO_DRIFT),
    ),
)
def never_short_and_over_in_prefixes(
    k: Logic[I, B],
    warm: I,
    minimum: I,
    assigned: I,
    prefixes: I,
    free_prefixes: I,
    drift: I,
) -> Claim[B]:
    """Counted in prefixes, the pool is never short and over at once.

    Provided that the store's prefix counter has not drifted (R24, R25).
    """
    total = prefixes * BLOCK
    counted = prefixes + drift
    short = warm_pool.short_prefixes(k, warm, minimum, total, total - assigned, BLOCK)
    over = warm_pool.over_prefixes(k, warm, minimum, assigned, free_prefixes, counted, BLOCK)
    return Claim(
        {
            **_prefix_pool(k, warm, minimum, assigned, prefixes, free_prefixes),
            NO_DRIFT: k.eq(drift, 0),
        },
        {"not short and over at once": k.no(k.all(k.gt(short, 0), k.gt(over, 0)))},
    )


@theorem(
    "R93",
    "R138",
    mutants=(
        wrong("over is rounded down", warm_pool.over_prefixes, _over_rounded_down),
        wrong("over forgets MINIMUM_IP_TARGET", warm_pool.over_prefixes, _over_for_warm_only),
        without(NO_DRIFT),
        without(RELEASED),
    ),
)
def prefix_release_settles(
    k: Logic[I, B],
    warm: I,
    minimum: I,
    assigned: I,
    prefixes: I,
    free_prefixes: I,
    drift: I,
) -> Claim[B]:
    """Counted in prefixes, after a release the pool is neither short nor over.

    The release takes only free ones. Provided that the store's prefix counter has not drifted.
    """
    counted = prefixes + drift
    over = warm_pool.over_prefixes(k, warm, minimum, assigned, free_prefixes, counted, BLOCK)
    total = (prefixes - over) * BLOCK
    left = (total, total - assigned)
    over_after = warm_pool.over_prefixes(
        k, warm, minimum, assigned, free_prefixes - over, counted - over, BLOCK
    )
    return Claim(
        {
            **_prefix_pool(k, warm, minimum, assigned, prefixes, free_prefixes),
            NO_DRIFT: k.eq(drift, 0),
            RELEASED: k.gt(over, 0),
        },
        {
            "only free ones are released": k.le(over, free_prefixes),
            "the targets are met": _targets_met(k, warm, minimum, *left),
            "the pool is not short": k.eq(
                warm_pool.short_prefixes(k, warm, minimum, *left, BLOCK), 0
            ),
            "the pool is not over": k.eq(over_after, 0),
        },
    )


@theorem(
    "R93",
    mutants=(
        wrong("short is rounded down", warm_pool.short_prefixes, wrong_rules.short_rounded_down),
        wrong("over is rounded down", warm_pool.over_prefixes, _over_rounded_down),
        without(NO_DRIFT),
        without(MISSING),
    ),
)
def prefix_growth_settles(
    k: Logic[I, B],
    warm: I,
    minimum: I,
    assigned: I,
    prefixes: I,
    free_prefixes: I,
    drift: I,
) -> Claim[B]:
    """Counted in prefixes, once what is short was granted the pool is neither short nor over.

    Provided that the store's prefix counter has not drifted.
    """
    before = prefixes * BLOCK
    short = warm_pool.short_prefixes(k, warm, minimum, before, before - assigned, BLOCK)
    total = (prefixes + short) * BLOCK
    after = (total, total - assigned)
    over_after = warm_pool.over_prefixes(
        k, warm, minimum, assigned, free_prefixes + short, prefixes + drift + short, BLOCK
    )
    return Claim(
        {
            **_prefix_pool(k, warm, minimum, assigned, prefixes, free_prefixes),
            NO_DRIFT: k.eq(drift, 0),
            MISSING: k.no(_targets_met(k, warm, minimum, before, before - assigned)),
        },
        {
            "the targets are met": _targets_met(k, warm, minimum, *after),
            "the pool is not short": k.eq(
                warm_pool.short_prefixes(k, warm, minimum, *after, BLOCK), 0
            ),
            "the pool is not over": k.eq(over_after, 0),
        },
    )


@theorem(
    "R87",
    "R93",
    "R136",
    mutants=(wrong("only WARM_IP_TARGET is kept", shrink.enough_without, _enough_for_warm_only),),
)
def eni_deletion_leaves_no_shortage(
    k: Logic[I, B],
    warm: I,
    minimum: I,
    warm_prefix: I,
    prefix_mode: B,
    others_available: I,
    others_total: I,
    others_free_cidrs: I,
) -> Claim[B]:
    """Under warm IP targets nothing is missing without an ENI that may be deleted.

    In either mode, and however `short` is counted.
    """
    enough = shrink.enough_without(
        k,
        warm,
        minimum,
        warm_prefix,
        prefix_mode,
        others_available,
        others_total,
        others_free_cidrs,
        BLOCK,
    )
    left = (others_total, others_available)
    return Claim(
        {
            **_address_pool(k, warm, minimum, *left),
            **non_negative(k, warm_prefix=warm_prefix, others_free_cidrs=others_free_cidrs),
            "the other ENIs keep enough": enough,
        },
        {
            "not short in addresses": k.eq(warm_pool.short_addresses(k, warm, minimum, *left), 0),
            "not short in prefixes": k.eq(
                warm_pool.short_prefixes(k, warm, minimum, *left, BLOCK), 0
            ),
        },
    )


def _targets_met(k: Logic[I, B], warm: I, minimum: I, total: I, available: I) -> B:
    return k.all(k.ge(available, warm), k.ge(total, minimum))


def _address_pool(k: Logic[I, B], warm: I, minimum: I, total: I, available: I) -> dict[str, B]:
    return {
        **non_negative(k, warm=warm, minimum=minimum, available=available),
        "available addresses are owned": k.le(available, total),
    }


def _prefix_pool(
    k: Logic[I, B], warm: I, minimum: I, assigned: I, prefixes: I, free_prefixes: I
) -> dict[str, B]:
    used = prefixes - free_prefixes
    return {
        **non_negative(k, warm=warm, minimum=minimum, free_prefixes=free_prefixes),
        "every other prefix has a pod": k.ge(assigned, used),
        "the pods fit into them": k.le(assigned, used * BLOCK),
    }
