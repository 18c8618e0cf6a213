"""Shrinking in v1.7 (H13, H14)."""

from ipam_model.catalogue import Kind, part_of, rule
from ipam_model.config import Config
from ipam_model.daemon import datastore, measure, shrink
from ipam_model.daemon.procedure import OneOf, Procedure, call, choose
from ipam_model.daemon.shrink import Manner, remember_releases
from ipam_model.daemon.v1_7.measure import CARD
from ipam_model.records import evolve
from ipam_model.requests import Failed, FreeENI, UnassignPrivateIpAddresses
from ipam_model.state import Cidr, Node, totals


@rule(
    "H14",
    "One deletable ENI, any of them, leaves the store before EC2 is asked to free it; a failure "
    "is not repaired. Only a terminating daemon frees none: the cordon does not matter.",
    source="ipamd:544-562, ds:671-691",
    kind=Kind.STEP,
)
def free_one_eni(config: Config, node: Node, now: int) -> Procedure[tuple[Node, int]]:
    """Free at most one ENI."""
    if node.terminating:
        return node, now
    deletable = measure.deletable_enis(config, node.store(CARD), now)
    if not deletable:
        return node, now
    chosen, node, now = yield from choose(node, OneOf(deletable), "R189", live=(CARD,), locked=True)
    node = datastore.put_store(node, datastore.remove_eni(node.store(CARD), chosen))
    freed, node, now = yield from call(node, FreeENI(chosen), "H14")
    if not isinstance(freed, Failed):
        # Upstream never forgets, but the id does not come again: without it states can repeat.
        node = evolve(node, primaries=node.primaries - {chosen})
    return node, now


def release_surplus(config: Config, node: Node, now: int) -> Procedure[tuple[Node, int]]:
    """Release what is over, ENI by ENI in any order."""
    return (yield from shrink.release_cidrs(config, node, now, CARD, REREAD))


@rule(
    "H13",
    "What is over is computed again for every ENI the release comes to.",
    source="ipamd:566-621",
    kind=Kind.STEP,
)
def over_now(config: Config, node: Node, card: int, _over: int, _released: int) -> int:
    """What is over on the present totals."""
    return measure.release_size(config, card, totals(node.store(card)))


@part_of("H13")
def release_in_ec2(
    node: Node, now: int, eni: str, cidrs: list[Cidr]
) -> Procedure[tuple[Node, int]]:
    """Take addresses that left the store off the ENI, and only then remember them."""
    networks = tuple(cidr.network for cidr in cidrs)
    request = UnassignPrivateIpAddresses(eni, networks, False)
    _, node, now = yield from call(node, request, "H13")
    return remember_releases(node, list(networks), now), now


REREAD = Manner(over_now, release_in_ec2)
"""v1.7: what is over is read again at every ENI."""
