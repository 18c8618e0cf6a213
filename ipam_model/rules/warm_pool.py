"""How much is missing from the warm pool, and how much is too much (R36, R86-R93)."""

from ipam_model.arithmetic import B, I, Logic, positive
from ipam_model.catalogue import part_of, rule


@rule(
    "R36",
    "The warm pool is counted in addresses when WARM_IP_TARGET or MINIMUM_IP_TARGET is not zero; "
    "on cards above 0 it always is.",
    source="ipamd:1941-1943, ipamd:2181-2188",
)
def warm_ip_defined(k: Logic[I, B], warm: I, minimum: I) -> B:
    """Whether (Wi, m) govern the pool instead of We or Wp."""
    return k.any(k.ne(warm, 0), k.ne(minimum, 0))


@rule(
    "R87",
    "Missing addresses: the larger of Wi - V and m - T, at least 0.",
    source="ipamd:2197-2201",
)
def missing(k: Logic[I, B], warm: I, minimum: I, total: I, available: I) -> I:
    """s0 = max((Wi - V)⁺, m - T)."""
    return k.max(positive(k, warm - available), minimum - total)


@rule(
    "R88",
    "Surplus addresses: the smaller of V - Wi and T - m, at least 0.",
    source="ipamd:2203-2207",
)
def surplus(k: Logic[I, B], warm: I, minimum: I, total: I, available: I) -> I:
    """o0 = (min((V - Wi)⁺, T - m))⁺."""
    return positive(k, k.min(positive(k, available - warm), total - minimum))


@rule(
    "R91",
    "In secondary-address mode the pool is short of the missing and over by the surplus addresses.",
    source="ipamd:2230",
)
def short_addresses(k: Logic[I, B], warm: I, minimum: I, total: I, available: I) -> I:
    """short in addresses (the surplus needs no conversion either: `surplus`)."""
    return missing(k, warm, minimum, total, available)


@rule(
    "R93",
    "In prefix mode short and over are counted in prefixes: missing addresses rounded up; the "
    "prefixes without pods, but never below what A + Wi or m addresses need.",
    source="ipamd:2209-2229",
)
def short_prefixes(
    k: Logic[I, B], warm: I, minimum: I, total: I, available: I, block: I | int
) -> I:
    """short in prefixes = ceil(s0 / block)."""
    return k.ceil_div(missing(k, warm, minimum, total, available), block)


@part_of("R93")
def over_prefixes(
    k: Logic[I, B],
    warm: I,
    minimum: I,
    assigned: I,
    free_prefixes: I,
    allocated_prefixes: I,
    block: I | int,
) -> I:
    """over in prefixes = (min(F, X - ceil((A + Wi)/block), X - ceil(m/block)))⁺ (R93).

    X is the store's raw prefix counter, which may have drifted (R24, R25).
    """
    needed_for_warm = k.ceil_div(assigned + warm, block)
    needed_for_minimum = k.ceil_div(minimum, block)
    spare = k.min(allocated_prefixes - needed_for_warm, allocated_prefixes - needed_for_minimum)
    return positive(k, k.min(free_prefixes, spare))
