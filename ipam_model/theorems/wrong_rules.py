"""Wrong rules that theorems are broken with, each with what the right one does.

Those of one module alone stand there.
"""

from ipam_model.arithmetic import B, I, Logic, positive
from ipam_model.rules import growth, warm_pool


def room_for_one_more(k: Logic[I, B], enis: I, limit: I, unmanaged: I, trunk_slot: I) -> B:
    """R33 wants fewer than the limit."""
    return k.le(enis, limit - unmanaged - trunk_slot)


def extended_by_all(k: Logic[I, B], wanted: I, free: I) -> I:
    """R99 asks for no more than fits."""
    del k, free
    return wanted


def new_eni_too_large(
    k: Logic[I, B], prefix_mode: B, warm_ip: B, needed_prefixes: I, short: I, slots: I
) -> I:
    """R107 asks for no more than are needed, and no more than fit."""
    del k, prefix_mode, warm_ip, short, slots
    return needed_prefixes + 1


def deletable_with_pods(
    k: Logic[I, B], protected: B, too_young: B, cooling: B, has_pods: B, enough_left: B
) -> B:
    """R136 lets no ENI with pods go."""
    del has_pods
    return k.all(k.no(protected), k.no(too_young), k.no(cooling), enough_left)


def primary_deletable(
    k: Logic[I, B], protected: B, too_young: B, cooling: B, has_pods: B, enough_left: B
) -> B:
    """R136 keeps the primary ENI."""
    del protected
    return k.all(k.no(too_young), k.no(cooling), k.no(has_pods), enough_left)


def short_by_one_more(
    k: Logic[I, B], warm: I, minimum: I, total: I, available: I, block: I | int
) -> I:
    """R93 asks for what is missing, rounded up."""
    return k.ceil_div(warm_pool.missing(k, warm, minimum, total, available), block) + 1


def short_rounded_down(
    k: Logic[I, B], warm: I, minimum: I, total: I, available: I, block: I | int
) -> I:
    """R93 rounds up what is missing."""
    return k.floor_div(warm_pool.missing(k, warm, minimum, total, available), block)


def over_for_warm_only(
    k: Logic[I, B],
    warm: I,
    minimum: I,
    assigned: I,
    free_prefixes: I,
    allocated_prefixes: I,
    block: I | int,
) -> I:
    """R93 keeps m addresses too."""
    del minimum
    return positive(
        k, k.min(free_prefixes, allocated_prefixes - k.ceil_div(assigned + warm, block))
    )


def over_with_reserve(
    k: Logic[I, B],
    warm: I,
    minimum: I,
    assigned: I,
    free_prefixes: I,
    allocated_prefixes: I,
    block: I | int,
) -> I:
    """R93 keeps no prefix more than needed."""
    needed = k.max(k.ceil_div(assigned + warm, block), k.ceil_div(minimum, block)) + 1
    return positive(k, k.min(free_prefixes, allocated_prefixes - needed))


def not_rounded(k: Logic[I, B], target: I, prefix_mode: B, block: I | int) -> I:
    """R136 rounds up to whole prefixes."""
    del k, prefix_mode, block
    return target


def one_prefix_more(k: Logic[I, B], target: I, prefix_mode: B, block: I | int) -> I:
    """R136 asks for no prefix more."""
    del prefix_mode
    return (k.ceil_div(target, block) + 1) * block


def keeps_anything(k: Logic[I, B], warm_prefix: I, prefix_mode: B, others_free_cidrs: I) -> B:
    """R136 wants Wp prefixes without pods to stay."""
    del warm_prefix, prefix_mode
    return k.ge(others_free_cidrs, 0)


def keeps_one_more(k: Logic[I, B], warm_prefix: I, prefix_mode: B, others_free_cidrs: I) -> B:
    """R136 wants no more than Wp prefixes without pods to stay."""
    del prefix_mode
    return k.gt(others_free_cidrs, warm_prefix)


def needed_and_one_more(
    k: Logic[I, B], warm_ip: B, short: I, warm_prefix: I, free_prefixes: I
) -> I:
    """R108 asks for one only where nothing is lacking."""
    return k.ite(warm_ip, short, positive(k, warm_prefix - free_prefixes) + 1)


def unmet_one_early(k: Logic[I, B], warm_ip: B, short: I, available: I, target: I, unit: I) -> B:
    """R79 wants Wp prefixes' worth available, not one more."""
    return k.choose(warm_ip, k.gt(short, 0), k.lt(available, unit * (target + 1)))


def unmet_when_nothing_is_available(
    k: Logic[I, B], warm_ip: B, short: I, available: I, target: I, unit: I
) -> B:
    """R79 asks for nothing being available only where the target is zero."""
    del target, unit
    return k.choose(warm_ip, k.gt(short, 0), k.eq(available, 0))


def released_one_too_many(
    k: Logic[I, B], warm_ip: B, over: I, prefix_mode: B, free_prefixes: I, warm_prefix: I
) -> I:
    """R138 releases what is over and no more."""
    del prefix_mode
    return k.ite(warm_ip, over, positive(k, free_prefixes - warm_prefix)) + 1


def high_one_late(
    k: Logic[I, B], warm_ip: B, over: I, prefix_mode: B, free_prefixes: I, warm_prefix: I
) -> B:
    """R131 lets no prefix above Wp stay."""
    del prefix_mode
    return k.choose(warm_ip, k.gt(over, 1), k.gt(free_prefixes, warm_prefix + 1))


def keeps_nothing(
    k: Logic[I, B], warm: I, prefix_mode: B, others_available: I, block: I | int
) -> B:
    """R136 wants Wi addresses to stay available."""
    del warm, prefix_mode, block
    return k.ge(others_available, 0)


def surplus_over_warm_only(k: Logic[I, B], warm: I, minimum: I, total: I, available: I) -> I:
    """R88 keeps m addresses too."""
    del minimum, total
    return positive(k, available - warm)


def missing_for_warm_only(k: Logic[I, B], warm: I, minimum: I, total: I, available: I) -> I:
    """R87 wants m addresses too."""
    del minimum, total
    return positive(k, warm - available)


def missing_is_the_sum(k: Logic[I, B], warm: I, minimum: I, total: I, available: I) -> I:
    """R87 takes the larger of what Wi and m lack."""
    return positive(k, warm - available) + positive(k, minimum - total)


def new_eni_with_one(
    k: Logic[I, B], prefix_mode: B, warm_ip: B, needed_prefixes: I, short: I, slots: I
) -> I:
    """R107 asks for as many as are needed and fit."""
    del k, prefix_mode, warm_ip, needed_prefixes, short
    return slots - slots + 1


def low_whatever_max_pods(
    k: Logic[I, B], total: I, max_pods: I, warm_ip: B, short: I, available: I, target: I, unit: I
) -> B:
    """R79 lets nothing grow once max-pods addresses are owned."""
    del total, max_pods
    return growth.target_unmet(k, warm_ip, short, available, target, unit)


def new_eni_full(
    k: Logic[I, B], prefix_mode: B, warm_ip: B, needed_prefixes: I, short: I, slots: I
) -> I:
    """R107 asks for no more than is short under a warm IP target."""
    del k, prefix_mode, warm_ip, needed_prefixes, short
    return slots
