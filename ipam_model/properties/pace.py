"""How many ticks things take: the bounds that the liveness properties state.

A tick comes every 5 s. Growth is blocked while a shortage is at most 120 s old, which are 24 ticks
(R96). Reconcile is due more than 60 s after the pool clock was set, so 13 ticks later (R146). A
growth step either meets the target or fills an ENI: with EC2 answering, from a store that is as
EC2 has it, each of the K ENIs of a card takes at most one tick (R97, R98, R107).

Where the store is stale, one of its ENIs may cost a step more, that takes over what EC2 has
(R98d), and each step sets the pool clock again: at most 2 K steps per card and then a reconcile,
which corrects the store. CIDRs whose release is remembered are skipped by it (R154), so it may take
a second one, and 2 K steps again.
"""

from collections.abc import Set as AbstractSet

from ipam_model.config import Config, Version
from ipam_model.properties.aggregates import MINUTE, SECOND, true_networks
from ipam_model.state import Network, Node
from ipam_model.world import World

TICK = 5 * SECOND
BACK_OFF = 120 * SECOND
RECONCILE_TICKS = MINUTE // TICK + 1
SHRINK_TICKS = 30 * SECOND // TICK + 1


def back_off_ticks(config: Config) -> int:
    """Ticks for which a shortage blocks growth at most; v1.7 has no back-off (H8)."""
    return 0 if config.version is Version.V1_7 else BACK_OFF // TICK


def ticks_to_warm_target(config: Config, *, calm: bool) -> int:
    """Ticks within which the warm target is met where there is capacity.

    `calm`: the store is as EC2 has it, and no back-off lasts; then MAX_ENI ticks, which is tight: a
    bare node with targets of all its ENIs needs them. Otherwise an upper bound that is not tight.
    """
    if calm:
        return config.max_enis
    return back_off_ticks(config) + 2 * RECONCILE_TICKS + 4 * config.max_enis * config.cards


def ticks_to_shrink(config: Config) -> int:
    """Ticks within which a surplus is gone, once the warm target is met.

    The youngest ENI becomes old enough and cold, the surplus goes in one release of each 35 s per
    ENI at worst (R190: the ENIs take turns), and one ENI goes per tick.
    """
    age = max(MINUTE, config.cooldown) // TICK + 2
    return age + (SHRINK_TICKS + 1) * config.max_enis


def ticks_to_settle(config: Config) -> int:
    """Ticks after which an undisturbed node has come to rest: upper bound, not tight."""
    return ticks_to_warm_target(config, calm=False) + ticks_to_shrink(config)


def calm(world: World) -> bool:
    """The stores are as EC2 has them, nothing is remembered as released, no back-off lasts."""
    node = world.node
    if node is None or node.released:
        return False
    since = node.last_insufficient
    if since is not None and world.now - since <= BACK_OFF:
        return False
    return as_in_ec2(world, node) == ""


def as_in_ec2(
    world: World, node: Node, *, but_for: AbstractSet[tuple[str, Network]] = frozenset()
) -> str:
    """How the stores differ from EC2's truth; empty if they do not.

    Of IPv4 only, and in v1.7 of addresses only: it knows no prefixes. CIDRs of `but_for`, each with
    the id of its ENI, are not looked at.
    """
    custom = world.config.settings.custom_networking
    cards = {store.card: store for store in node.stores}
    known = {eni.id for store in node.stores for eni in store.enis}
    for true in world.ec2.enis:
        left_alone = true.id in node.unmanaged or true.id in node.efa_only or true.efa_only
        if true.card not in cards or left_alone:
            continue
        eni = cards[true.card].eni(true.id)
        if eni is None:
            return f"{true.id} is attached, and not in the store"
        known.discard(true.id)
        expected = {each for each in true_networks(world.ec2, true.id) if not each.ipv6}
        found = {cidr.network for cidr in eni.cidrs}
        if (custom and true.primary) or world.config.version is Version.V1_7:
            expected = {each for each in expected if each.size == 1}
            found = {each for each in found if each.size == 1}
        ignored = {network for eni_id, network in but_for if eni_id == true.id}
        found, expected = found - ignored, expected - ignored
        if found != expected:
            more, fewer = len(found - expected), len(expected - found)
            return f"the store has {more} CIDRs too many and {fewer} too few on {true.id}"
    return f"{min(known)} is in the store, and not attached" if known else ""
