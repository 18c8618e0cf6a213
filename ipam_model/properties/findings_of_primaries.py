"""Findings about primary addresses in the pool, which v1.7 does not tell from others (H20).

See `findings_of_addresses` for what a finding is.
"""

from itertools import pairwise

from ipam_model.config import Version
from ipam_model.properties.aggregates import true_networks
from ipam_model.properties.evidence import Quiet
from ipam_model.properties.ownership import stores
from ipam_model.properties.pace import as_in_ec2
from ipam_model.properties.registry import finding
from ipam_model.state import Network, Node
from ipam_model.world import World

Places = set[tuple[str, Network]]
"""CIDRs, each with the id of its ENI."""


def _places(world: World) -> Places:
    return {(eni.id, cidr.network) for s in stores(world) for eni in s.enis for cidr in eni.cidrs}


def _unlearned(node: Node) -> Places:
    """The primary addresses of the ENIs whose set-up was not completed."""
    return {
        (eni.id, Network(eni.primary_address, 1))
        for store in node.stores
        for eni in store.enis
        if eni.id not in node.primaries
    }


@finding(
    "primary-address-in-the-pool-of-v1.7",
    "In v1.7 an ENI whose host networking failed stays in the store, its primary address unknown: "
    "reconcile takes that for a pod address.",
    seen_in=World,
    violates=("I2", "P-S2", "P-S3"),
    rules=("H20",),
    also=("3753-as-is.json",),
)
def a_primary_was_not_learned(world: World) -> bool:
    """Each primary address in the store is that of an ENI whose set-up was not completed."""
    node = world.node
    if node is None or world.config.version is not Version.V1_7:
        return False
    pooled = [
        eni.id
        for store in node.stores
        for eni in store.enis
        if eni.find(Network(eni.primary_address, 1)) is not None
    ]
    return bool(pooled) and not node.primaries.intersection(pooled)


@finding(
    "primary-address-flaps-in-v1.7",
    "In v1.7 the primary address of an ENI whose host networking failed, once it is in the pool, "
    "may be what is released as surplus: EC2 refuses, whatever was to go with it stays as well, "
    "and a minute later reconcile takes all of it up again, and so on for ever.",
    seen_in=Quiet,
    violates=("P-L1", "P-L4", "P-M3"),
    rules=("H13", "H20", "H25"),
    also=("finding-primary-address-flaps-in-v1.7-drained.json",),
)
def an_unlearned_primary_comes_and_goes(quiet: Quiet) -> bool:
    """CIDRs come and go, each time with the primary address of an ENI that was not set up."""
    if quiet.begin.config.version is not Version.V1_7:
        return False
    changed = False
    for before, after in pairwise(quiet.rest):
        if after.node is None or after.node is before.node:
            continue
        unlearned = _unlearned(after.node)
        moved = _places(before) ^ _places(after)
        if {eni for eni, _ in moved} != {eni for eni, _ in moved & unlearned}:
            return False
        changed |= bool(moved)
    return changed


@finding(
    "primary-address-keeps-the-store-wrong-in-v1.7",
    "In v1.7 the primary address of an ENI whose host networking failed, once it is in the pool, "
    "is one more than EC2 has for pods. After a release with it, which EC2 refuses as a whole, the "
    "addresses that were to go with it are missing until reconcile takes them up again.",
    seen_in=Quiet,
    violates=("P-L5",),
    rules=("H13", "H20", "H25"),
    also=("finding-primary-address-keeps-the-store-wrong-in-v1.7-missing.json",),
)
def nothing_else_differs_from_ec2(quiet: Quiet) -> bool:
    """Too many: such primary addresses. Too few: what was released with one, and comes back."""
    node = quiet.settled.node
    if node is None or quiet.begin.config.version is not Version.V1_7:
        return False
    primaries = _unlearned(node)
    refused = _released_with(quiet.settled, node, primaries)
    if as_in_ec2(quiet.settled, node, but_for=primaries | refused):
        return False
    back = any(refused <= _places(world) for world in quiet.rest)
    return back and bool(refused or primaries & _places(quiet.settled))


def _released_with(world: World, node: Node, primaries: Places) -> Places:
    """What EC2 still has on the ENIs of these primary addresses, and was released with them."""
    released = dict(node.released)
    return {
        (eni, network)
        for eni, primary in primaries
        if primary in released
        for network in true_networks(world.ec2, eni)
        if released.get(network) == released[primary]
    }
