"""The daemon's decisions on aggregates, for any kind of number.

The formulas of `ipam_model.rules` read sums over a card and over single ENIs. Here they are put
together as the pool update does it (R72), still over an abstract integer: the same functions decide
on integers (`model`), on arrays (`fast.tables`) and on a solver's terms.

CIDRs are counted: single addresses in secondary-address mode, prefixes in prefix mode. Times do
not exist, so no ENI is too young, nothing cools and every release is allowed: a decision found here
is one the daemon may make at some moment.
"""

from typing import Generic

from attrs import frozen

from ipam_model.arithmetic import B, I, Logic
from ipam_model.records import quick
from ipam_model.rules import capacity, growth, shrink, warm_pool


@frozen(kw_only=True)
class Targets(Generic[I, B]):
    """Limits and settings of one card."""

    prefix_mode: B
    warm_ip: I
    """Wi: WARM_IP_TARGET, 0 = unset."""
    minimum: I
    """m: MINIMUM_IP_TARGET, 0 = unset."""
    warm_eni: I
    """We: WARM_ENI_TARGET; governs in secondary-address mode without Wi and m."""
    warm_prefix: I
    """Wp: WARM_PREFIX_TARGET; governs in prefix mode without Wi and m, and R136 always reads it."""
    max_enis: I
    """K, 1 or more (R3)."""
    slots: I
    """CIDRs one ENI can hold, 1 or more: M addresses or Q prefixes (R4)."""
    block: int
    """Addresses of a CIDR: 1 in secondary-address mode, in prefix mode 16 or any other number."""


@quick
@frozen(weakref_slot=False)
class Pool(Generic[I]):
    """What a card's ENIs, or some of them, hold together."""

    cidrs: I
    """X."""
    assigned: I
    """A: pods."""
    free_cidrs: I
    """F: CIDRs without pods; in secondary-address mode the available addresses."""


def total(targets: Targets[I, B], pool: Pool[I]) -> I:
    """T, in addresses."""
    return pool.cidrs * targets.block


def available(targets: Targets[I, B], pool: Pool[I]) -> I:
    """V = T - A."""
    return total(targets, pool) - pool.assigned


def warm_ip_governs(k: Logic[I, B], targets: Targets[I, B]) -> B:
    """Wi and m govern (R36)."""
    return warm_pool.warm_ip_defined(k, targets.warm_ip, targets.minimum)


def short(k: Logic[I, B], targets: Targets[I, B], pool: Pool[I]) -> I:
    """CIDRs missing under Wi and m (R91, R93); without them it means nothing."""
    warm, minimum = targets.warm_ip, targets.minimum
    owned, idle = total(targets, pool), available(targets, pool)
    addresses = warm_pool.short_addresses(k, warm, minimum, owned, idle)
    if targets.prefix_mode is False:  # Only to spare the other side.
        return addresses
    prefixes = warm_pool.short_prefixes(k, warm, minimum, owned, idle, targets.block)
    return k.ite(targets.prefix_mode, prefixes, addresses)


@quick
@frozen(weakref_slot=False)
class Needs(Generic[I, B]):
    """What all decisions on growth look at."""

    governs: B
    """Wi and m govern (R36)."""
    short: I
    """CIDRs missing under them (R91, R93)."""


def needs(k: Logic[I, B], targets: Targets[I, B], pool: Pool[I]) -> Needs[I, B]:
    """To be measured once for several decisions: all at these targets and sums."""
    return Needs(warm_ip_governs(k, targets), short(k, targets, pool))


def over(k: Logic[I, B], targets: Targets[I, B], pool: Pool[I]) -> I:
    """CIDRs that are too many under Wi and m (R88, R93); without them it means nothing."""
    warm, minimum = targets.warm_ip, targets.minimum
    return k.ite(
        targets.prefix_mode,
        warm_pool.over_prefixes(
            k, warm, minimum, pool.assigned, pool.free_cidrs, pool.cidrs, targets.block
        ),
        warm_pool.surplus(k, warm, minimum, total(targets, pool), available(targets, pool)),
    )


def _target(k: Logic[I, B], targets: Targets[I, B]) -> I:
    return k.ite(targets.prefix_mode, targets.warm_prefix, targets.warm_eni)


def _per_eni(targets: Targets[I, B]) -> I:
    return targets.slots * targets.block


def _unit(k: Logic[I, B], targets: Targets[I, B]) -> I:
    """What the target We or Wp counts, in addresses (R79)."""
    return k.ite(targets.prefix_mode, targets.block, _per_eni(targets))


def target_unmet(
    k: Logic[I, B], targets: Targets[I, B], pool: Pool[I], known: Needs[I, B] | None = None
) -> B:
    """The governing warm target is not met, whatever else keeps the pool from growing (R79)."""
    found = needs(k, targets, pool) if known is None else known
    return growth.target_unmet(
        k,
        found.governs,
        found.short,
        available(targets, pool),
        _target(k, targets),
        _unit(k, targets),
    )


def too_low(
    k: Logic[I, B],
    targets: Targets[I, B],
    pool: Pool[I],
    max_pods: I | None,
    known: Needs[I, B] | None = None,
) -> B:
    """The pool grows if an ENI has room or may come (R79); `None`: without max pods (H3)."""
    found = needs(k, targets, pool) if known is None else known
    if max_pods is None:
        return target_unmet(k, targets, pool, found)
    return growth.too_low(
        k,
        total(targets, pool),
        max_pods,
        found.governs,
        found.short,
        available(targets, pool),
        _target(k, targets),
        _unit(k, targets),
    )


def prefixes_needed(
    k: Logic[I, B], targets: Targets[I, B], pool: Pool[I], known: Needs[I, B] | None = None
) -> I:
    """Prefixes a growth step wants (R108)."""
    found = needs(k, targets, pool) if known is None else known
    return growth.prefixes_needed(
        k,
        found.governs,
        found.short,
        targets.warm_prefix,
        pool.free_cidrs,
    )


def wanted(
    k: Logic[I, B], targets: Targets[I, B], pool: Pool[I], known: Needs[I, B] | None = None
) -> I:
    """CIDRs wanted on an ENI that is there, the pool being too low (R98, R99)."""
    found = needs(k, targets, pool) if known is None else known
    addresses = growth.wanted_addresses(k, found.governs, found.short, targets.slots)
    if targets.prefix_mode is False:  # Only to spare the other side.
        return addresses
    return k.ite(targets.prefix_mode, prefixes_needed(k, targets, pool, found), addresses)


def extension(k: Logic[I, B], targets: Targets[I, B], wanted: I, held: I) -> I:
    """CIDRs asked for an ENI that holds `held` (R98, R99); 0 if it is full (R5)."""
    return growth.extension_size(k, wanted, capacity.free_slots(k, targets.slots, held))


def new_eni_size(
    k: Logic[I, B], targets: Targets[I, B], pool: Pool[I], known: Needs[I, B] | None = None
) -> I:
    """CIDRs asked for with a new ENI, where the pool is too low and no ENI has room (R107)."""
    found = needs(k, targets, pool) if known is None else known
    return growth.new_eni_size(
        k,
        targets.prefix_mode,
        found.governs,
        prefixes_needed(k, targets, pool, found),
        found.short,
        targets.slots,
    )


def room_for_eni(k: Logic[I, B], targets: Targets[I, B], attached: I) -> B:
    """Another ENI may be attached; no ENI is unmanaged and no slot kept for a trunk (R33)."""
    nothing = attached - attached
    return capacity.has_room(k, attached, targets.max_enis, nothing, nothing)


def released(k: Logic[I, B], targets: Targets[I, B], pool: Pool[I]) -> I:
    """CIDRs a release takes (R138); 0 where the pool is not too high (R131)."""
    governs, surplus = warm_ip_governs(k, targets), over(k, targets, pool)
    high = shrink.too_high(
        k, governs, surplus, targets.prefix_mode, pool.free_cidrs, targets.warm_prefix
    )
    size = shrink.release_size(
        k, governs, surplus, targets.prefix_mode, pool.free_cidrs, targets.warm_prefix
    )
    return k.ite(high, size, 0)


def wants_fewer_enis(
    k: Logic[I, B], targets: Targets[I, B], pool: Pool[I], some_eni_without_pods: B
) -> B:
    """An ENI is freed if one is deletable (R133). The primary ENI is never one without pods."""
    return shrink.wants_fewer_enis(
        k,
        warm_ip_governs(k, targets),
        available(targets, pool),
        _target(k, targets),
        _per_eni(targets),
        targets.prefix_mode,
        some_eni_without_pods,
    )


def enough_without(k: Logic[I, B], targets: Targets[I, B], others: Pool[I]) -> B:
    """What the other ENIs hold is enough (R136, items 5-7)."""
    return shrink.enough_without(
        k,
        targets.warm_ip,
        targets.minimum,
        targets.warm_prefix,
        targets.prefix_mode,
        available(targets, others),
        total(targets, others),
        others.free_cidrs,
        targets.block,
    )


def freed(
    k: Logic[I, B],
    targets: Targets[I, B],
    pool: Pool[I],
    others: Pool[I],
    primary: B,
    has_pods: B,
) -> B:
    """This ENI may be freed, the others being `others` (R133, R136); none is young or cooling."""
    never = k.all(primary, k.no(primary))
    fewer = wants_fewer_enis(k, targets, pool, k.no(k.any(primary, has_pods)))
    enough = enough_without(k, targets, others)
    return k.all(fewer, shrink.deletable(k, primary, never, never, has_pods, enough))
