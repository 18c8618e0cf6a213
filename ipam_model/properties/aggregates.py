"""Sums and sets over a node, reckoned from the specification for the checks alone.

Nothing here uses `ipam_model.rules` or what the daemon reckons itself: a formula that is wrong
there must not make its own check wrong.
"""

from attrs import frozen

from ipam_model.config import Config, Version
from ipam_model.ec2 import Ec2
from ipam_model.state import Eni, Network, Node, Store
from ipam_model.subnets import Subnet
from ipam_model.world import World

SECOND = 1000
MINUTE = 60 * SECOND


@frozen
class Size:
    """What counts of a store, or of part of it (R28)."""

    total: int
    """T: addresses of the mode's kind on ENIs that are not excluded."""
    assigned: int
    """A: those held by pods."""
    free_cidrs: int
    """CIDRs of either kind without a pod, on ENIs that are not excluded (R136, item 7)."""

    @property
    def available(self) -> int:
        """V = T - A."""
        return self.total - self.assigned


def size(store: Store, *, without: str = "") -> Size:
    """The size of a store, an ENI left out."""
    total = assigned = free_cidrs = 0
    for eni in store.enis:
        if eni.excluded or eni.id == without:
            continue
        for cidr in eni.cidrs:
            held = sum(record.pod is not None for record in cidr.records)
            free_cidrs += not held
            if (cidr.network.size != 1) == store.prefix_mode:
                total += cidr.network.size
                assigned += held
    return Size(total, assigned, free_cidrs)


def free_prefixes(store: Store) -> int:
    """F: prefixes without a pod on ENIs that are not excluded; the daemon counts those, too."""
    return sum(
        cidr.network.size != 1 and all(record.pod is None for record in cidr.records)
        for eni in store.enis
        if not eni.excluded
        for cidr in eni.cidrs
    )


def prefixes(store: Store) -> int:
    """Prefixes on ENIs that are not excluded."""
    return sum(c.network.size != 1 for eni in store.enis if not eni.excluded for c in eni.cidrs)


def round_up(number: int, unit: int) -> int:
    """The least multiple of `unit` that is not below `number`."""
    return -(-number // unit) * unit


@frozen
class Targets:
    """The warm targets in force on a card (R36-R39)."""

    warm: int
    """Wi: addresses kept available."""
    minimum: int
    """m: addresses owned at least."""
    whole: int
    """We or Wp, where neither of the others is in force; else 0."""

    @property
    def governed(self) -> bool:
        """Wi or m is in force."""
        return bool(self.warm or self.minimum)


def targets(config: Config, card: int) -> Targets:
    """Wi and m, which are 1 and 1 above card 0; where they are not in force We, or Wp."""
    if card > 0:
        return Targets(1, 1, 0)
    settings = config.settings
    warm, minimum = settings.warm_ip_target, settings.minimum_ip_target
    if warm or minimum:
        return Targets(warm, minimum, 0)
    whole = settings.warm_prefix_target if config.prefix_mode else settings.warm_eni_target
    return Targets(0, 0, whole)


def provisions(config: Config) -> bool:
    """The daemon has a pool that it grows and shrinks: IPv4, and provisioning is not disabled."""
    return not (config.ipv6 or config.settings.provisioning_disabled)


def of_the_article(config: Config) -> bool:
    """The policy of the article, whose targets mean something else."""
    return config.version is Version.ARTICLE_2021


def heeds_max_pods(config: Config) -> bool:
    """Growth stops at max pods: in v1.23, and not with IPv6 (R79, H3)."""
    return config.version is Version.V1_23 and not config.ipv6


def heeds_cordon(config: Config) -> bool:
    """A cordon without the override stops growth and ENI deletion: not in v1.7 (R51, H14)."""
    return config.version is not Version.V1_7 and not config.settings.manage_enis_non_schedulable


def frozen_enis(world: World) -> bool:
    """No ENI comes or goes: cordoned without the override, or terminating (R51)."""
    node = world.node
    ending = node is not None and node.terminating
    return ending or (world.cordoned and heeds_cordon(world.config))


def unmanaged_on(node: Node, card: int) -> int:
    """U_c, as the daemon counts it."""
    return next((count for each, count in node.unmanaged_counts if each == card), 0)


def room(config: Config, node: Node, card: int) -> int:
    """How many ENIs a card's store may have: K less unmanaged ones and a slot kept for a trunk.

    Unmanaged ones are those that the daemon counts (R10): that it counts none twice is checked by
    P-S4-unmanaged.
    """
    store = next(each for each in node.stores if each.card == card)
    trunk_awaited = (
        card == 0 and config.keeps_trunk_slot and not any(eni.trunk for eni in store.enis)
    )
    return config.max_enis - unmanaged_on(node, card) - trunk_awaited


def slots_left(config: Config, eni: Eni) -> int:
    """CIDRs that an ENI can still take."""
    return config.slots - len(eni.cidrs)


def may_grow(config: Config, eni: Eni) -> bool:
    """Growth may use the ENI (R50, R98)."""
    off_limits = eni.primary and config.settings.custom_networking
    return not (eni.trunk or eni.excluded or off_limits)


def protected(eni: Eni) -> bool:
    """The ENI is never deleted."""
    return eni.primary or eni.trunk or eni.efa


def true_networks(ec2: Ec2, eni_id: str) -> frozenset[Network]:
    """What EC2 has on an attached ENI besides its primary address."""
    eni = ec2.eni(eni_id)
    if eni is None:
        return frozenset()
    singles = (Network(address, 1) for address in eni.addresses)
    return frozenset((*singles, *eni.prefixes, *eni.ipv6_prefixes))


def stale_places(world: World) -> frozenset[tuple[str, Network]]:
    """ENI and network of the CIDRs in the stores that EC2 does not have there."""
    node = world.node
    if node is None:
        return frozenset()
    found: set[tuple[str, Network]] = set()
    for store in node.stores:
        for eni in store.enis:
            true = true_networks(world.ec2, eni.id)
            found |= {(eni.id, cidr.network) for cidr in eni.cidrs if cidr.network not in true}
    return frozenset(found)


# -- subnets -------------------------------------------------------------------------------------


def closed_to_pods(world: World, subnet: Subnet) -> bool:
    """The subnet is excluded from pod addressing (R14)."""
    tags = subnet.tags
    if not subnet.listed or not tags.role:
        return False
    return tags.role == "0" or _for_others(world, subnet)


def _for_others(world: World, subnet: Subnet) -> bool:
    name, clusters = world.config.settings.cluster_name, subnet.tags.clusters
    return bool(name) and bool(clusters) and name not in clusters


def open_to_new_enis(world: World) -> tuple[Subnet, ...]:
    """The subnets in which a new ENI may be created (R102-R105)."""
    ec2, settings = world.ec2, world.config.settings
    if settings.custom_networking:
        return tuple(each for each in ec2.subnets if each.id == world.eni_config_subnet)
    home = ec2.subnet(ec2.primary().subnet)
    if world.config.version is Version.V1_7:
        return (home,)
    if not settings.subnet_discovery:
        return () if closed_to_pods(world, home) else (home,)
    return tuple(
        each
        for each in ec2.subnets
        if each.listed
        and (
            each.id == home.id
            if not each.tags.role
            else each.tags.role != "0" and not _for_others(world, each)
        )
    )


def has_an_eni_worth(world: World, subnet: Subnet) -> bool:
    """The subnet can give a whole ENI: a primary address and all its slots."""
    config = world.config
    unit = config.block if config.prefix_mode else 1
    if subnet.free < config.slots * unit + 1:
        return False
    offered = (
        subnet.offer_prefixes(config.slots, config.block)
        if config.prefix_mode
        else subnet.offer_addresses(config.slots)
    )
    return offered is not None
