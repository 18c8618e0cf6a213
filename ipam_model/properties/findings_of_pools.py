"""Findings about the pool: targets that are missed, pools that flap, what others do.

See `findings_of_addresses` for what a finding is.
"""

from ipam_model.config import Config, Quirk
from ipam_model.properties.aggregates import (
    free_prefixes,
    heeds_cordon,
    heeds_max_pods,
    may_grow,
    protected,
    size,
    targets,
    true_networks,
)
from ipam_model.properties.ownership import stores
from ipam_model.properties.registry import finding
from ipam_model.properties.warm_target import target_met
from ipam_model.state import Eni
from ipam_model.world import World


def _whole(config: Config, *, prefix_mode: bool) -> bool:
    """Card 0 is governed by We, or by Wp."""
    return config.prefix_mode is prefix_mode and not targets(config, 0).governed


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
    violates=("P-L1", "P-L2", "P-L3", "P-L4", "P-M3"),
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
    violates=("P-L1", "P-L2", "P-L3", "P-L4", "P-M3"),
    rules=("R81", "R132"),
)
def nothing_is_spare_without_free_prefixes(world: World) -> bool:
    """Wp is 0, and but for a free prefix at most no address is available."""
    config = world.config
    if not _whole(config, prefix_mode=True) or config.settings.warm_prefix_target:
        return False
    return any(
        store.card == 0
        and free_prefixes(store) <= 1
        and size(store).available <= free_prefixes(store) * config.block
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
