"""Intended behaviour of the daemon that violates a property, with its circumstances.

The circumstances are a predicate on one world, as narrow as a world allows: a property that is
violated outside them is not excused. Many of them look at the very address or ENI in question.
"""

from collections import Counter
from collections.abc import Iterator

from ipam_model.config import Config, Quirk, Version
from ipam_model.properties.aggregates import (
    free_prefixes,
    heeds_cordon,
    heeds_max_pods,
    may_grow,
    protected,
    size,
    stale_places,
    targets,
    true_networks,
)
from ipam_model.properties.ownership import stores
from ipam_model.properties.registry import finding
from ipam_model.properties.warm_target import assignable, target_met
from ipam_model.state import Eni, Holding, Network, PodKey, Store
from ipam_model.world import World


def _held(world: World) -> Iterator[tuple[PodKey, Holding]]:
    for store in stores(world):
        yield from store.holdings.items()


def _whole(config: Config, *, prefix_mode: bool) -> bool:
    """Card 0 is governed by We, or by Wp."""
    return config.prefix_mode is prefix_mode and not targets(config, 0).governed


# -- whose address -------------------------------------------------------------------------------


@finding(
    "stale-imds-at-restart",
    "Init trusts IMDS: an address that left an ENI a moment ago, and that IMDS still lists, enters "
    "the store, where it may be given to a pod.",
    violates=("P-S2",),
    rules=("R62", "R58"),
    upstream=("#3887",),
    quirk="R62e",
)
def imds_lists_what_is_gone(world: World) -> bool:
    """A CIDR of the store is not EC2's, and IMDS lists it because it departed lately."""
    if not world.ec2.imds_lag:
        return False
    departed = {(gone.eni, gone.network) for gone in world.ec2.departed}
    return bool(departed & stale_places(world))


@finding(
    "reissued-address",
    "EC2 hands out again what was taken off an ENI, before the daemon has noticed: the address "
    "stands in the store twice, or is the primary one of a new ENI, while a pod holds it.",
    violates=("P-S1", "I2"),
    rules=("R22", "R155", "R62"),
    upstream=("#3887", "#3824"),
)
def held_where_it_no_longer_is(world: World) -> bool:
    """Each address held twice, or also primary, is held at most once where EC2 has it."""
    stale = stale_places(world)
    places: dict[int, list[bool]] = {}
    for _, held in _held(world):
        places.setdefault(held.address, []).append((held.eni, held.network) in stale)
    primaries = {eni.primary_address for eni in world.ec2.enis}
    contested = [
        (sum(not is_stale for is_stale in found), address in primaries)
        for address, found in places.items()
        if len(found) > 1 or address in primaries
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
    violates=("P-S6",),
    rules=("R61", "R62", "R138", "R156"),
    upstream=("#711",),
)
def a_sandbox_is_forgotten(world: World) -> bool:
    """A running sandbox whose address is free, or not there, in the daemon's eyes."""
    held = {each.address for _, each in _held(world)}
    attached = [network for eni in world.ec2.enis for network in eni.networks()]
    return any(
        address not in held and any(address in network for network in attached)
        for address in _forgotten(world).values()
    )


@finding(
    "recent-release-forgets-a-pod",
    "An address that was released, granted again within 60 s and given to a pod is still "
    "remembered as released: a reconcile in that time takes it out of the store.",
    violates=("P-S6",),
    rules=("R154", "R156", "R158"),
    upstream=("#3824",),
    quirk="R158",
)
def a_pod_holds_what_was_released(world: World) -> bool:
    """A pod holds an address whose release is remembered."""
    node = world.node
    if node is None or not world.config.quirk(Quirk.RECENT_FORGOTTEN):
        return False
    released = {network for network, expiry in node.released if world.now < expiry}
    return any(held.network in released for _, held in _held(world))


@finding(
    "trunk-serves-pods",
    "Addresses that others assign to a trunk ENI are given to pods: only growth passes it over.",
    violates=("P-S3",),
    rules=("R98", "R112"),
    upstream=("#2792",),
)
def the_trunk_has_addresses(world: World) -> bool:
    """A pod holds an address of a trunk ENI."""
    trunks = {eni.id for store in stores(world) for eni in store.enis if eni.trunk}
    return any(held.eni in trunks for _, held in _held(world))


@finding(
    "primary-address-in-the-pool-of-v1.7",
    "In v1.7 an ENI whose host networking failed stays in the store, its primary address unknown: "
    "reconcile takes that for a pod address.",
    violates=("I2", "P-S3"),
    rules=("H20",),
)
def a_primary_was_not_learned(world: World) -> bool:
    """Each primary address held by a pod is that of an ENI whose set-up was not completed."""
    node = world.node
    if node is None or world.config.version is not Version.V1_7:
        return False
    held = {each.address for _, each in _held(world)}
    of_enis = [(e.id, e.primary_address) for s in node.stores for e in s.enis]
    contested = [eni_id for eni_id, address in of_enis if address in held]
    return bool(contested) and not node.primaries.intersection(contested)


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
    violates=("P-L3-refused",),
    rules=("R84", "R122"),
    upstream=("#2896", "#1700", "#1446"),
)
def only_cooling_is_spare(world: World) -> bool:
    """Addresses are cooling, and no other can be assigned."""
    cooling = [store for store, eni, _ in _cooling(world) if not eni.excluded]
    return any(size(store).available > 0 for store in cooling) and not any(
        assignable(world, store) for store in stores(world)
    )


@finding(
    "cooling-addresses-are-released",
    "A release takes cooling addresses like any others, so that EC2 may give them to somebody else "
    "before the cooldown ends.",
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
    "Cooldowns are not in the checkpoint: after a restart, or when an ENI is set up anew, an "
    "address that was freed just before is given at once.",
    violates=("P-S7",),
    rules=("R34", "R62"),
    upstream=("#1127",),
)
def given_by_a_new_eni_record(world: World) -> bool:
    """A pod got its address right now, of an ENI in the store for less than a cooldown."""
    period = world.config.cooldown
    young = {e.id for s in stores(world) for e in s.enis if world.now - e.created <= period}
    return any(held.since == world.now and held.eni in young for _, held in _held(world))


@finding(
    "granted-again-while-cooling",
    "An address that was released while cooling, or that others took away, is granted again and "
    "has no record of its cooldown.",
    violates=("P-S7",),
    rules=("R139", "R155", "R158"),
    upstream=("#59",),
)
def given_after_it_was_released(world: World) -> bool:
    """A pod got its address right now, and the release of that is remembered."""
    node = world.node
    if node is None:
        return False
    released = {network for network, _ in node.released}
    return any(held.since == world.now and held.network in released for _, held in _held(world))


# -- counters ------------------------------------------------------------------------------------


@finding(
    "counters-after-a-forced-removal",
    "Removing an ENI with pods by force subtracts its CIDRs from the counters twice, so that they "
    "are too low until the next start.",
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
    "counters-after-both",
    "Forced removals and clean-ups of excluded CIDRs make `total` and `allocatedPrefix` drift in "
    "opposite directions.",
    violates=("I13", "P-S4"),
    rules=("R24", "R25"),
    quirk="R25",
)
def counters_drift_apart(world: World) -> bool:
    """One counter is too high and the other too low: the two kinds of CIDRs drift apart."""
    config = world.config
    return (
        config.quirk(Quirk.CLEANUP_DRIFT)
        and config.quirk(Quirk.DOUBLE_DECREMENT)
        and any(store.total_drift * store.prefix_drift < 0 for store in stores(world))
    )


@finding(
    "counters-after-an-ipv6-removal",
    "Removing an ENI leaves its IPv6 prefix in the counters.",
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


@finding(
    "drifted-prefix-counter",
    "The drifted prefix counter enters the surplus of prefixes: too few or too many are released.",
    violates=("P-L1", "P-L2", "P-L4", "P-M2", "P-M3"),
    rules=("R24", "R25", "R93"),
    quirk="R24",
)
def the_prefix_counter_is_wrong(world: World) -> bool:
    """Wi or m is in force in prefix mode, and the counter has drifted."""
    return world.config.prefix_mode and any(
        store.prefix_drift and targets(world.config, store.card).governed for store in stores(world)
    )


# -- answers to pods -----------------------------------------------------------------------------


@finding(
    "success-without-an-address",
    "The last store is told by its card's number: with a gap between the cards an exhausted node "
    "answers ADD with success and no address.",
    violates=("I12",),
    rules=("R121", "R126"),
    quirk="R121b",
)
def cards_have_gaps(world: World) -> bool:
    """The stores' cards are not numbered without gaps from 0, and none has an address to give."""
    cards = [store.card for store in stores(world)]
    return (
        world.config.quirk(Quirk.LAST_BY_NUMBER)
        and cards != list(range(len(cards)))
        and any(not _can_give(world, store) for store in stores(world))
    )


def _can_give(world: World, store: Store) -> bool:
    return assignable(world, store)


@finding(
    "repeated-add-leaks",
    "A pod that lives on a higher card and asks again gets a second address on a lower one; DEL "
    "frees that alone.",
    violates=("I1-repeated", "P-L6-acknowledged"),
    rules=("R121", "R125"),
    quirk="R121d",
)
def one_interface_on_two_cards(world: World) -> bool:
    """A pod of one interface holds addresses on two cards."""
    if not world.config.quirk(Quirk.REPEATED_ADD_AGAIN):
        return False
    single = [key for key, held in _held(world) if held.pod.interfaces <= 1]
    return len(set(single)) < len(single)


# -- targets and rest ----------------------------------------------------------------------------


@finding(
    "minimum-alone-is-a-ceiling",
    "With MINIMUM_IP_TARGET and no WARM_IP_TARGET the pool is never low once it owns the minimum: "
    "the next pod is never served.",
    violates=("P-L3-refused", "P-L3"),
    rules=("R40", "R110"),
    upstream=("#2650", "#3685"),
)
def the_minimum_is_owned_and_used(world: World) -> bool:
    """Card 0 owns at least m addresses, all assigned, and Wi is 0."""
    goal = targets(world.config, 0)
    return (
        goal.minimum > 0
        and goal.warm == 0
        and any(
            store.card == 0 and size(store).total >= goal.minimum and not size(store).available
            for store in stores(world)
        )
    )


@finding(
    "warm-eni-target-zero",
    "With WARM_ENI_TARGET 0 and pods that fill the ENIs an ENI is attached because nothing is "
    "available, deleted because it is empty, and so on for ever.",
    violates=("P-L1", "P-L2", "P-L3"),
    rules=("R79", "R82", "R133"),
    upstream=("#1775", "#1451"),
)
def nothing_is_spare_without_an_idle_eni(world: World) -> bool:
    """We is 0, and but for an ENI that may be deleted no address is available."""
    config = world.config
    if not _whole(config, prefix_mode=False) or config.settings.warm_eni_target or config.ipv6:
        return False
    for store in stores(world):
        if store.card != 0:
            continue
        idle = [e.id for e in store.enis if not protected(e) and not _has_pods(e)]
        if any(size(store, without=each).available == 0 for each in ("", *idle)):
            return True
    return False


def _has_pods(eni: Eni) -> bool:
    return any(record.pod for cidr in eni.cidrs for record in cidr.records)


@finding(
    "warm-prefix-target-zero",
    "With WARM_PREFIX_TARGET 0 and pods that fill the prefixes, a prefix is assigned because "
    "nothing is available, released because it is free, and so on for ever.",
    violates=("P-L1", "P-L2", "P-L3"),
    rules=("R81", "R132"),
)
def nothing_is_spare_without_free_prefixes(world: World) -> bool:
    """Wp is 0, and but for free prefixes no address is available."""
    config = world.config
    if not _whole(config, prefix_mode=True) or config.settings.warm_prefix_target:
        return False
    return any(
        store.card == 0 and size(store).available <= free_prefixes(store) * config.block
        for store in stores(world)
    )


@finding(
    "idle-card-flaps",
    "On a card above 0 in prefix mode addresses are counted where prefixes are meant: its only "
    "prefix is surplus when idle, is missing when released, and each turn, and any spare address, "
    "keeps reconcile from becoming due on all cards.",
    violates=("P-L1", "P-L2", "P-L3", "P-L4", "P-L5", "P-M2", "P-M3"),
    rules=("R76", "R94", "R95", "R146"),
    quirk="R94",
)
def a_higher_card_has_spare_addresses(world: World) -> bool:
    """Above card 0, in prefix mode, more than one address is available, or none is there."""
    config = world.config
    return (
        config.prefix_mode
        and config.quirk(Quirk.UNCONVERTED_CARDS)
        and any(
            store.card > 0 and (size(store).available >= 2 or size(store).total == 0)
            for store in stores(world)
        )
    )


def _hidden(world: World) -> bool:
    """An ENI that may grow has slots taken in EC2 that its store takes for free."""
    for store in stores(world):
        for eni in store.enis:
            if not may_grow(world.config, eni):
                continue
            known = {cidr.network for cidr in eni.cidrs}
            hidden = true_networks(world.ec2, eni.id) - known
            if any((network.size != 1) != store.prefix_mode for network in hidden):
                return True
    return False


@finding(
    "hidden-addresses-starve-growth",
    "CIDRs of the other kind that EC2 still has after a clean-up failed, and the store does not, "
    "fill an ENI: each growth step is refused, finds nothing new, and counts as growth, so that "
    "reconcile never becomes due and no ENI is added.",
    violates=("P-M2", "P-L3", "P-L5", "P-L4", "P-M3"),
    rules=("R64", "R96", "R98", "R146"),
)
def slots_are_taken_unseen(world: World) -> bool:
    """See `_hidden`."""
    return _hidden(world)


@finding(
    "an-address-from-others-starves-growth",
    "The same after somebody assigned a CIDR of the other kind to an ENI.",
    violates=("P-M2", "P-L3", "P-L5", "P-L4", "P-M3"),
    rules=("R96", "R98", "R146"),
)
def others_took_slots_unseen(world: World) -> bool:
    """See `_hidden`."""
    return _hidden(world)


@finding(
    "left-over-address-makes-an-eni-flap",
    "In prefix mode a left-over single address passes for the free prefix that must be kept: the "
    "ENI with the only free prefix is deleted, the pool is low, an ENI is attached.",
    violates=("P-L1", "P-L2", "P-L4", "P-M2"),
    rules=("R127", "R136"),
)
def an_unused_single_address_is_left(world: World) -> bool:
    """In prefix mode with Wp an ENI that counts has a single address without pod."""
    config = world.config
    return config.prefix_mode and any(
        config.settings.warm_prefix_target > 0
        and not eni.excluded
        and any(c.network.size == 1 and not any(r.pod for r in c.records) for c in eni.cidrs)
        for store in stores(world)
        for eni in store.enis
    )


@finding(
    "excluded-prefixes-make-prefixes-flap",
    "Prefixes on excluded ENIs count as allocated, and as free, but their addresses do not count: "
    "usable prefixes are surplus, are released, and are missing.",
    violates=("P-L1", "P-L2", "P-L3", "P-L4", "P-M2", "P-M3"),
    rules=("R28", "R30", "R93", "R144"),
)
def an_excluded_eni_has_prefixes(world: World) -> bool:
    """In prefix mode an excluded ENI has a prefix."""
    return world.config.prefix_mode and any(
        eni.excluded and any(cidr.network.size != 1 for cidr in eni.cidrs)
        for store in stores(world)
        for eni in store.enis
    )


@finding(
    "reissued-address-crashes-every-start",
    "Two pods that hold the same address stand in the checkpoint: no start survives that.",
    violates=("P-L5",),
    rules=("R22", "R61"),
)
def the_checkpoint_names_an_address_twice(world: World) -> bool:
    """The daemon does not run, and a checkpoint lists an address twice."""
    return world.node is None and any(
        len({entry.address for entry in file.entries}) < len(file.entries)
        for _, file in world.checkpoints
    )


@finding(
    "cordoned-node-keeps-its-enis",
    "A cordoned node deletes no ENI, and where WARM_ENI_TARGET governs no address: a drained node "
    "keeps what it has until it is uncordoned or gone.",
    violates=("P-L4",),
    rules=("R51", "R130"),
    upstream=("#3263", "#2265"),
)
def cordoned_without_override(world: World) -> bool:
    """The cordon is heeded, and a secondary ENI that might go is there."""
    return (
        world.cordoned
        and heeds_cordon(world.config)
        and any(not protected(e) and not _has_pods(e) for s in stores(world) for e in s.enis)
    )


@finding(
    "max-pods-stops-growth",
    "A pool that owns as many addresses as the node may have pods grows no more, whether or not "
    "the warm target is met.",
    violates=("P-M2-beyond-max-pods",),
    rules=("R79", "R80"),
    upstream=("#2842",),
)
def max_pods_are_owned(world: World) -> bool:
    """Some card owns max pods' worth of addresses, and misses its target."""
    node = world.node
    return (
        node is not None
        and heeds_max_pods(world.config)
        and any(
            size(s).total >= node.max_pods and not target_met(world.config, s) for s in node.stores
        )
    )


# -- what others do ------------------------------------------------------------------------------


@finding(
    "unseen-changes-of-others",
    "Until a reconcile has looked, the daemon does not know what others attached or assigned, and "
    "asks for more than EC2 has room for; EC2 refuses, and the daemon asks again.",
    violates=("P-S5", "P-M1-others"),
    rules=("R33", "R98", "R169"),
    upstream=("#547", "#989"),
)
def ec2_has_what_no_store_knows(world: World) -> bool:
    """An attached ENI is in no store and not counted as unmanaged, or has CIDRs unknown to it."""
    node = world.node
    if node is None:
        return False
    known = {eni.id: {c.network for c in eni.cidrs} for s in node.stores for eni in s.enis}
    for eni in world.ec2.enis:
        if eni.id in node.unmanaged or eni.id in node.efa_only or eni.card in node.unmanaged_cards:
            continue
        if eni.id not in known or true_networks(world.ec2, eni.id) - known[eni.id]:
            return True
    return False


@finding(
    "unmanaged-trunk-of-an-ipv6-node",
    "An IPv6 node that waits for a trunk ENI sets it up even if its tags say that it is unmanaged.",
    violates=("I15",),
    rules=("R7", "R70"),
)
def an_unmanaged_trunk_is_awaited(world: World) -> bool:
    """An IPv6 node with ENABLE_POD_ENI has a trunk ENI that it does not manage."""
    node = world.node
    return (
        node is not None
        and world.config.ipv6
        and world.config.settings.pod_eni
        and any(eni.trunk and eni.id in node.unmanaged for eni in world.ec2.enis)
    )


@finding(
    "leak-clean-up-is-off",
    "With the job that deletes leaked ENIs switched off, or not run in this mode, an ENI that was "
    "detached and could not be deleted stays for ever.",
    violates=("P-S8",),
    rules=("R178", "R184"),
    upstream=("#69", "#608", "#690", "#1223"),
)
def leaked_without_a_job(world: World) -> bool:
    """An ENI has leaked, and the settings run no job against that."""
    settings = world.config.settings
    off = (
        settings.leaked_eni_cleanup_disabled
        or settings.provisioning_disabled
        or settings.imds_only
        or settings.ipv6
    )
    return off and bool(world.ec2.leaked)
