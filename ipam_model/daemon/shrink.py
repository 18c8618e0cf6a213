"""Shrinking: one ENI is freed, or surplus CIDRs are released (R134-R142)."""

from typing import Protocol

from attrs import frozen

from ipam_model.catalogue import Kind, Label, part_of, rule
from ipam_model.config import Config, Quirk
from ipam_model.daemon import datastore, measure
from ipam_model.daemon.growth import enis_frozen
from ipam_model.daemon.procedure import OneOf, Procedure, Subsets, call, choose
from ipam_model.records import evolve
from ipam_model.requests import FreeENI, UnassignPrivateIpAddresses
from ipam_model.rules import timing
from ipam_model.state import Cidr, Eni, Network, Node, totals


@rule(
    "R134",
    "One deletable ENI, any of them, is freed, unless the node is frozen.",
    source="ipamd:849-870",
    kind=Kind.STEP,
)
@rule(
    "R135",
    "The ENI leaves the store with its CIDRs before EC2 is asked to free it; a failure is not "
    "repaired, and neither the pool clock nor the memory of released CIDRs is touched.",
    source="ipamd:867-888, ds:1144-1172",
    kind=Kind.STEP,
)
def free_one_eni(config: Config, node: Node, now: int, card: int) -> Procedure[tuple[Node, int]]:
    """Free at most one ENI of the card."""
    suppressed, node, now = yield from enis_frozen(config, node, now)
    if suppressed:
        return node, now
    deletable = measure.deletable_enis(config, node.store(card), now)
    if not deletable:
        return node, now
    chosen, node, now = yield from choose(node, OneOf(deletable), "R189", live=(card,), locked=True)
    node = datastore.put_store(node, datastore.remove_eni(node.store(card), chosen))
    _, node, now = yield from call(node, FreeENI(chosen), "R135")
    return node, now


class ReleaseInEC2(Protocol):
    """How CIDRs that left the store are taken off their ENI."""

    def __call__(
        self, node: Node, now: int, eni: str, cidrs: list[Cidr], /
    ) -> Procedure[tuple[Node, int]]:
        """Ask EC2, and remember what was released."""


class StillOver(Protocol):
    """What is over after an ENI gave up some of its CIDRs."""

    def __call__(self, config: Config, node: Node, card: int, over: int, released: int, /) -> int:
        """`over` was over before `released` CIDRs went."""


@frozen
class Manner:
    """How a version releases; the walk over the ENIs is the same in all."""

    still_over: StillOver
    in_ec2: ReleaseInEC2


@rule(
    "R138",
    "Surplus is released ENI by ENI in any order: as many of its CIDRs without pods, of either "
    "kind, as are still over; CIDRs that got a pod meanwhile are skipped.",
    source="ipamd:892-941",
    kind=Kind.STEP,
)
def release_cidrs(
    config: Config, node: Node, now: int, card: int, manner: Manner | None = None
) -> Procedure[tuple[Node, int]]:
    """Release what is over, on fresh totals; `manner` is that of v1.23 unless given."""
    manner = manner or RECKONED_ONCE
    over = measure.release_size(config, card, totals(node.store(card)))
    unvisited = frozenset(eni.id for eni in node.store(card).enis)
    seen_empty: frozenset[str] = frozenset()
    while over > 0:
        free = {
            eni.id: releasable(config, eni, now)
            for eni in node.store(card).enis
            if eni.id in unvisited
        }
        # An ENI may have been passed over at any moment at which it had nothing to give.
        seen_empty |= {eni for eni, cidrs in free.items() if not cidrs}
        candidates: tuple[str | None, ...] = tuple(eni for eni, cidrs in free.items() if cidrs)
        if not candidates:
            break
        if seen_empty.issuperset(candidates):
            candidates = (*candidates, None)
        chosen, node, now = yield from choose(
            node, OneOf(candidates), "R190", live=(card, over, unvisited, seen_empty)
        )
        if chosen is None:
            break
        unvisited -= {chosen}
        released, node, now = yield from release_from_eni(
            config, node, now, card, chosen, over, manner.in_ec2
        )
        over = manner.still_over(config, node, card, over, released)
    return node, now


def less_released(_config: Config, _node: Node, _card: int, over: int, released: int) -> int:
    """What was over, less what was released since (R138)."""
    return over - released


@rule(
    "R139",
    "Release does not look at the cooldown: cooling addresses go like others, and the kept ones "
    "may be the cooling ones.",
    source="ds:1562-1584",
    kind=Kind.STEP,
    label=Label.SUSPECTED_BUG,
)
def releasable(config: Config, eni: Eni, now: int) -> tuple[Network, ...]:
    """CIDRs of the ENI that a release may take."""
    unused = eni.unused()
    if not config.quirk(Quirk.COOLING_RELEASED):
        unused = tuple(cidr for cidr in unused if not cidr.cooling(now, config.cooldown))
    return tuple([cidr.network for cidr in unused])


def release_from_eni(
    config: Config,
    node: Node,
    now: int,
    card: int,
    eni_id: str,
    over: int,
    in_ec2: ReleaseInEC2,
) -> Procedure[tuple[int, Node, int]]:
    """Release up to `over` CIDRs of one ENI; how many left the store."""
    eni = node.store(card).eni(eni_id)
    free = releasable(config, eni, now) if eni is not None else ()
    chosen, node, now = yield from choose(
        node, Subsets(free, min(over, len(free))), "R190", live=(card, eni_id, over)
    )
    store = node.store(card)
    deleted: list[Cidr] = []
    for network in chosen:
        eni = store.eni(eni_id)
        cidr = eni.find(network) if eni is not None else None
        without = datastore.delete_cidr(store, eni_id, network, force=False)
        if without is not None and cidr is not None:
            store = without
            deleted.append(cidr)
    node = datastore.put_store(node, store)
    node, now = yield from in_ec2(node, now, eni_id, deleted)
    return len(deleted), node, now


@rule(
    "R141",
    "Released CIDRs are remembered for 60 s before EC2 is asked, once for the prefixes and once "
    "for the addresses; failures are only logged.",
    source="ipamd:2684-2711",
    kind=Kind.STEP,
)
def release_in_ec2(
    node: Node, now: int, eni: str, cidrs: list[Cidr]
) -> Procedure[tuple[Node, int]]:
    """Take CIDRs that left the store off the ENI."""
    if cidrs:
        node = remember_releases(node, [cidr.network for cidr in cidrs], now)
    for prefixes in (True, False):
        networks = tuple(cidr.network for cidr in cidrs if cidr.is_prefix == prefixes)
        if networks:
            _, node, now = yield from call(
                node, UnassignPrivateIpAddresses(eni, networks, prefixes), "R141"
            )
    return node, now


RECKONED_ONCE = Manner(less_released, release_in_ec2)
"""v1.23: what is over is reckoned once per release and counted down (R138, R141)."""


@part_of("R20")
def remember_releases(node: Node, networks: list[Network], now: int) -> Node:
    """Enter CIDRs into the reconcile cooldown, or renew their entries."""
    entries = dict(node.released)
    entries.update(dict.fromkeys(networks, now + timing.RELEASED_MEMORY))
    return evolve(node, released=tuple(sorted(entries.items())))


@part_of("R20")
def forget_release(node: Node, network: Network) -> Node:
    """Drop a CIDR from the reconcile cooldown (R20)."""
    return evolve(node, released=tuple(entry for entry in node.released if entry[0] != network))
