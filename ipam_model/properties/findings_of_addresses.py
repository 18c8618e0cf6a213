"""Findings about addresses: who holds them, whether they cool, how they are counted and given.

A finding is intended behaviour of the daemon that violates a property, with its circumstances.

The circumstances are a predicate on one world, as narrow as a world allows: a property that is
violated outside them is not excused. Many of them look at the very address or ENI in question.
"""

from collections import Counter
from collections.abc import Iterator

from ipam_model.config import Quirk, Version
from ipam_model.daemon.procedure import Call
from ipam_model.ec2 import Ec2
from ipam_model.properties.aggregates import size, stale_places, targets, true_networks
from ipam_model.properties.cooling import pool_is_low
from ipam_model.properties.evidence import Asked, Lost, Step
from ipam_model.properties.growing import requested
from ipam_model.properties.ownership import stores
from ipam_model.properties.registry import finding
from ipam_model.properties.warm_target import assignable
from ipam_model.requests import (
    Failed,
    FreeENI,
    GetAddressesFromEC2,
    GetAttachedENIs,
    UnassignPrivateIpAddresses,
)
from ipam_model.state import Eni, Holding, Network, PodKey, Store
from ipam_model.world import World


def _held(world: World) -> Iterator[tuple[PodKey, Holding]]:
    for store in stores(world):
        yield from store.holdings.items()


# -- whose address -------------------------------------------------------------------------------


@finding(
    "stale-imds-at-restart",
    "Init trusts IMDS: an address that left an ENI a moment ago, and that IMDS still lists, enters "
    "the store, where it may be given to a pod.",
    seen_in=Step,
    violates=("P-S2",),
    rules=("R62", "R58"),
    upstream=("#3887",),
    quirk="R62e",
)
def imds_lists_what_is_gone(step: Step) -> bool:
    """After a start each CIDR that is not EC2's is one that IMDS lists: it departed lately."""
    world = step.after
    if step.kind != "start" or not world.config.quirk(Quirk.STALE_ADDRESSES_ADOPTED):
        return False
    stale = stale_places(world)
    departed = {(gone.eni, gone.network) for gone in world.ec2.departed}
    return world.ec2.imds_lag > 0 and bool(stale) and stale <= departed


@finding(
    "stale-imds-at-reconcile-in-v1.7",
    "Reconcile of v1.7 trusts IMDS, too, and looks at nothing but the releases that the daemon "
    "remembers: what others took a moment ago, or was released before a restart, enters the store "
    "while IMDS still lists it.",
    seen_in=Step,
    violates=("P-S2",),
    rules=("H24", "H25"),
    also=("finding-stale-imds-at-reconcile-in-v1.7-restarted.json",),
)
def imds_lists_to_reconcile_what_is_gone(step: Step) -> bool:
    """Each CIDR that it adds and EC2 does not have departed lately, and is not known as released.

    Nor did it depart at the instant of the last release: that one is to be remembered (H13).
    """
    before, after = step.before.node, step.after
    if step.kind != "reconcile" or before is None or after.config.version is not Version.V1_7:
        return False
    known = {(eni.id, cidr.network) for store in before.stores for eni, cidr in store.cidrs()}
    released = dict(before.released)
    departed = {
        (gone.eni, gone.network)
        for gone in after.ec2.departed
        if after.now - gone.at <= after.ec2.imds_lag
        and gone.at != before.last_decrease
        and gone.network not in released
    }
    entered = stale_places(after) - known
    return bool(entered) and entered <= departed


@finding(
    "reissued-address",
    "EC2 hands out again what was taken off an ENI, before the daemon has noticed: the address "
    "stands in the store twice, or is the primary one of a new ENI, or of one that has gone, while "
    "a pod holds it.",
    seen_in=World,
    violates=("P-S1", "I2"),
    rules=("R22", "R155", "R62"),
    also=("finding-reissued-address-crashes-every-start.json",),
)
def held_where_it_no_longer_is(world: World) -> bool:
    """Each address held twice, or also primary, is held at most once where EC2 has it."""
    stale = stale_places(world)
    places: dict[int, list[bool]] = {}
    primaries = {eni.primary_address: eni.id for eni in world.ec2.enis}
    remembered = {
        e.primary_address for s in stores(world) for e in s.enis if not world.ec2.eni(e.id)
    }
    for _, held in _held(world):
        gone = (held.eni, held.network) in stale and primaries.get(held.address) != held.eni
        places.setdefault(held.address, []).append(gone)
    contested = [
        (sum(not is_stale for is_stale in found), address in primaries)
        for address, found in places.items()
        if len(found) > 1 or address in primaries or address in remembered
    ]
    return bool(contested) and all(true + primary <= 1 for true, primary in contested)


def _forgotten(world: World) -> dict[PodKey, int]:
    """Running sandboxes of whose address no store knows, with that address."""
    known = {(key, held.address) for key, held in _held(world)}
    return {key: address for key, address in world.sandboxes if (key, address) not in known}


@finding(
    "forgotten-sandbox-shares-its-address",
    "A sandbox runs on whose address the daemon has forgotten, because others took the address "
    "away for a while, or because its ENI could not be set up at a restart: the address is given "
    "to another pod.",
    seen_in=World,
    violates=("P-S1",),
    rules=("R61", "R62", "R156"),
    upstream=("#711", "#732"),
)
def shared_with_a_forgotten_sandbox(world: World) -> bool:
    """Of the sandboxes that share an address the stores know one at most."""
    forgotten = _forgotten(world)
    running = Counter(address for _, address in world.sandboxes)
    without = Counter(forgotten.values())
    shared = [address for address, times in running.items() if times > 1]
    held = Counter(each.address for _, each in _held(world))
    return bool(shared) and all(
        running[each] - without[each] <= 1 and held[each] <= 1 for each in shared
    )


@finding(
    "forgotten-sandbox-loses-its-address",
    "The address of a sandbox that the daemon has forgotten is surplus to it, and is released "
    "while the sandbox runs.",
    seen_in=Step,
    violates=("P-S6",),
    rules=("R61", "R62", "R138", "R156"),
    upstream=("#711",),
)
def a_forgotten_sandbox_loses_its_address(step: Step) -> bool:
    """No address that a sandbox runs with is taken but those that no store had held by a pod."""
    held = {each.address for _, each in _held(step.before)}
    lost = {address for address, _ in _lost(step)}
    return bool(lost) and held.isdisjoint(lost)


@finding(
    "reissued-address-is-released",
    "EC2 hands out again, on another ENI, what was taken off an ENI, before the daemon notices: a "
    "pod holds an address where it no longer is, and where it is it is surplus, or goes with its "
    "ENI, or because its subnet is excluded.",
    seen_in=Step,
    violates=("P-S6",),
    rules=("R22", "R62", "R63", "R138"),
)
def the_other_record_of_its_address_goes(step: Step) -> bool:
    """Each address that a sandbox loses is held on another ENI, where EC2 does not have it."""
    lost = _lost(step)
    return bool(lost) and all(_held_in_vain(address, asked) for address, asked in lost)


def _held_in_vain(address: int, asked: Asked) -> bool:
    places = [
        (held.eni, held.network)
        for store in asked.ask.node.stores
        for held in store.holdings.values()
        if held.address == address
    ]
    return bool(places) and all(
        network not in true_networks(asked.ec2, eni) for eni, network in places
    )


def _lost(step: Step) -> list[tuple[int, Asked]]:
    """Addresses that running sandboxes have and the daemon takes off an ENI, with the question."""
    running = {address for _, address in step.before.sandboxes & step.after.sandboxes}
    return [
        (address, asked)
        for asked in step.asked
        if isinstance(asked.ask, Call)
        for network in _taken_off(asked.ask.request, asked.ec2)
        for address in running
        if address in network
    ]


def _taken_off(request: object, ec2: Ec2) -> tuple[Network, ...]:
    """What a release or a deletion of an ENI takes from it, of what is there."""
    if not isinstance(request, UnassignPrivateIpAddresses | FreeENI):
        return ()
    eni = ec2.eni(request.eni)
    there = () if eni is None else eni.networks()[1:]
    if isinstance(request, FreeENI):
        return there
    return tuple(each for each in there if each in request.networks)


@finding(
    "recent-release-forgets-a-pod",
    "An address that was released, granted again within 60 s and given to a pod is still "
    "remembered as released: a reconcile in that time takes it out of the store. In v1.7 a later "
    "one does so, too, if EC2 does not answer when it is asked about the address.",
    seen_in=Step,
    violates=("P-S6",),
    rules=("R154", "R156", "R158", "H25"),
    upstream=("#3824",),
    quirk="R158",
)
def a_pod_holds_what_was_released(step: Step) -> bool:
    """A pod holds an address whose release is remembered."""
    config = step.after.config
    unanswered = config.version is Version.V1_7 and any(
        isinstance(asked.ask, Call)
        and isinstance(asked.ask.request, GetAddressesFromEC2)
        and isinstance(asked.answer, Failed)
        for asked in step.asked
    )
    if step.kind != "reconcile" or not (config.quirk(Quirk.RECENT_FORGOTTEN) or unanswered):
        return False
    return any(
        held.network in {n for n, expiry in world.node.released if unanswered or world.now < expiry}
        for world in (step.before, step.after)
        if world.node is not None
        for _, held in _held(world)
    )


@finding(
    "eni-omitted-by-imds-is-removed",
    "Reconcile removes by force an ENI that IMDS does not list, without asking EC2: its pods lose "
    "their addresses, and when IMDS lists it again they are free.",
    seen_in=Step,
    violates=("P-S6",),
    rules=("R150", "R151"),
    upstream=("#1967", "#2834"),
)
def imds_omits_an_eni_with_pods(step: Step) -> bool:
    """Each ENI whose pods lost an address that EC2 has there is one that IMDS did not list."""
    if step.kind != "reconcile":
        return False
    kept = dict(_held(step.after))
    losing = {
        held.eni
        for key, held in _held(step.before)
        if key not in kept
        and (eni := step.after.ec2.eni(held.eni))
        and held.network in eni.networks()
    }
    listed = {
        eni.id
        for asked in step.asked
        if isinstance(requested(asked), GetAttachedENIs) and isinstance(asked.answer, tuple)
        for eni in asked.answer
    }
    return bool(losing) and losing.isdisjoint(listed)


@finding(
    "trunk-serves-pods",
    "Addresses that others assign to a trunk ENI are given to pods: only growth passes it over.",
    seen_in=World,
    violates=("P-S3",),
    rules=("R98", "R112"),
    upstream=("#2792",),
)
def the_trunk_has_addresses(world: World) -> bool:
    """A pod holds an address of a trunk ENI."""
    trunks = {eni.id for store in stores(world) for eni in store.enis if eni.trunk}
    return any(held.eni in trunks for _, held in _held(world))


# -- cooling -------------------------------------------------------------------------------------


def _cooling(world: World) -> list[tuple[Store, Eni, Network]]:
    period = world.config.cooldown
    return [
        (store, eni, cidr.network)
        for store in stores(world)
        for eni in store.enis
        for cidr in eni.cidrs
        if any(r.pod is None and world.now - r.since <= period for r in cidr.records)
    ]


@finding(
    "cooling-counts-as-warm",
    "Cooling addresses count as available: with nothing else spare, the target is met and no pod "
    "is served until the cooldown ends.",
    seen_in=Step,
    violates=("P-L3-refused",),
    rules=("R84", "R122"),
    upstream=("#2896", "#1700", "#1446"),
)
def only_cooling_is_spare(step: Step) -> bool:
    """Where the pod looked for an address one is cooling, and no other can be assigned.

    That is on some card for a pod of every card, and on all of them for another.
    """
    world = step.before
    if step.kind != "add_pod" or getattr(step.reply, "error", "") != "NoAvailable":
        return False
    without = [store for store in stores(world) if not assignable(world, store)]
    cooling = {
        store.card
        for store, eni, _ in _cooling(world)
        if not eni.excluded and size(store).available > 0
    }
    looked_everywhere = step.every_card or len(without) == len(stores(world))
    return (
        looked_everywhere
        and not pool_is_low(world)
        and any(store.card in cooling for store in without)
    )


@finding(
    "cooling-addresses-are-released",
    "A release takes cooling addresses like any others, so that EC2 may give them to somebody else "
    "before the cooldown ends.",
    seen_in=World,
    violates=("P-S6-cooling",),
    rules=("R138", "R139"),
    quirk="R139",
)
def something_cooling_is_unused(world: World) -> bool:
    """A CIDR without pods has a cooling address, where CIDRs are released at all (R130)."""
    config = world.config
    if not config.quirk(Quirk.COOLING_RELEASED):
        return False
    return any(
        (config.prefix_mode or targets(config, store.card).governed)
        and (cidr := eni.find(network)) is not None
        and not any(record.pod for record in cidr.records)
        for store, eni, network in _cooling(world)
    )


@finding(
    "cooldown-forgotten-by-a-restart",
    "Cooldowns are not in the checkpoint: after a restart an address that was freed just before is "
    "given at once.",
    seen_in=Lost,
    violates=("P-S7",),
    rules=("R34", "R62"),
    upstream=("#1127",),
)
def the_daemon_was_started_again(lost: Lost) -> bool:
    """Since the address was freed, which had not left the store by then."""
    return lost is Lost.RESTART


@finding(
    "granted-again-while-cooling",
    "The cooldown of an address is known to its record in the data store alone, and lost with it: "
    "an address that is released while it cools, that others take away, or that goes with its ENI, "
    "is given at once when it comes again.",
    seen_in=Lost,
    violates=("P-S7",),
    rules=("R17", "R139", "R151", "R155", "R156"),
    also=(
        "finding-granted-again-while-cooling-taken-away.json",
        "finding-granted-again-while-cooling-with-its-eni.json",
    ),
)
def the_address_left_the_store(lost: Lost) -> bool:
    """Since it was freed, while the daemon ran."""
    return lost is Lost.LEFT


@finding(
    "two-records-cool-apart",
    "EC2 hands out again, on another ENI, what was taken off an ENI, before the daemon notices: "
    "the address stands in the store twice, and is given in one place while it cools in the other.",
    seen_in=Lost,
    violates=("P-S7",),
    rules=("R17", "R22", "R112"),
)
def it_cools_on_another_eni(lost: Lost) -> bool:
    """It is given on another ENI than it was freed on, and has not left that one's store."""
    return lost is Lost.ELSEWHERE


# -- counters ------------------------------------------------------------------------------------


@finding(
    "counters-after-a-forced-removal",
    "Removing an ENI with pods by force subtracts its CIDRs from the counters twice, so that they "
    "are too low until the next start.",
    seen_in=World,
    violates=("I13", "P-S4"),
    rules=("R24", "R151"),
    upstream=("#2041",),
    quirk="R24",
)
def counters_are_too_low(world: World) -> bool:
    """`total` is too low, and so is `allocatedPrefix` where prefixes are used."""
    return world.config.quirk(Quirk.DOUBLE_DECREMENT) and any(
        store.total_drift < 0 and store.prefix_drift <= 0 for store in stores(world)
    )


@finding(
    "counters-after-a-clean-up",
    "Dropping the emptied CIDR of an excluded ENI leaves the counters; when reconcile takes it up "
    "again they are too high.",
    seen_in=World,
    violates=("I13", "P-S4"),
    rules=("R25", "R127", "R155"),
    quirk="R25",
)
def counters_are_too_high(world: World) -> bool:
    """`total` is too high, on a card with an ENI in an excluded subnet, or that had one."""
    return (
        world.config.quirk(Quirk.CLEANUP_DRIFT)
        and world.config.settings.subnet_discovery
        and not world.config.ipv6
        and any(store.total_drift > 0 and store.prefix_drift >= 0 for store in stores(world))
    )


@finding(
    "counters-after-an-ipv6-removal",
    "Removing an ENI leaves its IPv6 prefix in the counters.",
    seen_in=World,
    violates=("I13", "P-S4"),
    rules=("R24",),
    quirk="R24-ipv6",
)
def an_ipv6_prefix_is_counted_for_ever(world: World) -> bool:
    """An IPv6 node's counters are too high."""
    config = world.config
    return (
        config.ipv6
        and config.quirk(Quirk.IPV6_NEVER_SUBTRACTED)
        and any(store.total_drift > 0 for store in stores(world))
    )
