"""Clean-ups of unassigned CIDRs: at start, after a delete, and on a timer (R25, R63, R64, R127)."""

from ipam_model.catalogue import Kind, Label, rule
from ipam_model.config import Config, Quirk
from ipam_model.daemon import datastore
from ipam_model.daemon.procedure import OneOf, Procedure, call, choose
from ipam_model.records import evolve
from ipam_model.requests import UnassignPrivateIpAddresses, WriteCheckpoint
from ipam_model.state import Cidr, Eni, Network, Node


def release_unassigned(
    node: Node, now: int, card: int, eni_id: str, *, prefixes: bool, rule: str
) -> Procedure[tuple[Node, int]]:
    """Take every unassigned CIDR of one kind off an ENI, in the store and in EC2.

    Cooling does not matter, a failing EC2 call is only logged, and the released CIDRs are not
    remembered (R20).
    """
    store = node.store(card)
    eni = store.eni(eni_id)
    assert eni is not None, "a clean-up names an ENI of the store"
    networks = tuple(cidr.network for cidr in unassigned(eni, prefixes=prefixes))
    if not networks:
        return node, now
    for network in networks:
        store = datastore.delete_cidr(store, eni_id, network, force=False) or store
    node = datastore.put_store(node, store)
    request = UnassignPrivateIpAddresses(eni_id, networks, prefixes)
    _, node, now = yield from call(node, request, rule)
    return node, now


def unassigned(eni: Eni, *, prefixes: bool) -> tuple[Cidr, ...]:
    """The ENI's CIDRs of one kind that no pod uses."""
    return tuple(cidr for cidr in eni.unused() if cidr.is_prefix == prefixes)


@rule(
    "R63",
    "At start, excluded ENIs of card 0 lose their unassigned CIDRs of the mode's kind, in the "
    "store and in EC2; those of other cards are looked for on card 0, in vain.",
    source="ipamd:2498-2549",
    kind=Kind.STEP,
    label=Label.SUSPECTED_BUG,
)
def clean_excluded(config: Config, node: Node, now: int) -> Procedure[tuple[Node, int]]:
    """Start-up clean-up of excluded ENIs."""
    stores = node.stores[:1] if config.quirk(Quirk.FIRST_CARD_CLEANED) else node.stores
    for card in [store.card for store in stores]:
        ids = [eni.id for eni in node.store(card).enis if eni.excluded]
        node, now = yield from _clean(node, now, card, ids, prefixes=config.prefix_mode, rule="R63")
    return node, now


@rule(
    "R64",
    "At start, every ENI loses its unassigned CIDRs of the other mode's kind, in the store and in "
    "EC2; cooling plays no role.",
    source="ipamd:570-580, ipamd:2401-2495",
    kind=Kind.STEP,
)
def clean_other_mode(config: Config, node: Node, now: int) -> Procedure[tuple[Node, int]]:
    """Start-up clean-up after a switch between secondary-address and prefix mode."""
    for card in [store.card for store in node.stores]:
        ids = [eni.id for eni in node.store(card).enis]
        node, now = yield from _clean(
            node, now, card, ids, prefixes=not config.prefix_mode, rule="R64"
        )
    return node, now


def _clean(
    node: Node, now: int, card: int, ids: list[str], *, prefixes: bool, rule: str
) -> Procedure[tuple[Node, int]]:
    while True:
        affected = [
            eni.id
            for eni in node.store(card).enis
            if eni.id in ids and unassigned(eni, prefixes=prefixes)
        ]
        if not affected:
            return node, now
        chosen, node, now = yield from choose(node, OneOf(affected), "R192", live=(rule, *ids))
        ids = [each for each in ids if each != chosen]
        node, now = yield from release_unassigned(
            node, now, card, chosen, prefixes=prefixes, rule=rule
        )


def next_cleanup(node: Node) -> int | None:
    """When the next pending clean-up of an excluded ENI's CIDR is due."""
    return min(pending.due for pending in node.cleanups) if node.cleanups else None


def run_due_cleanups(config: Config, node: Node, now: int) -> Procedure[tuple[Node, int]]:
    """Run the clean-ups that are due: CIDRs still empty and excluded leave the store (R127c)."""
    in_order = sorted(node.cleanups, key=lambda each: each.due)
    for pending in in_order:
        if pending.due > now:
            continue
        node = evolve(node, cleanups=tuple(p for p in node.cleanups if p is not pending))
        store = node.store(pending.card)
        eni = store.eni(pending.eni)
        cidr = _droppable(eni, pending.network)
        if eni is None or cidr is None:
            continue
        store = datastore.drop_excluded_cidr(config, store, eni, cidr)
        node = datastore.put_store(node, store)
        _, node, now = yield from call(node, WriteCheckpoint(store.card, store.holdings), "R25")
    return node, now


def _droppable(eni: Eni | None, network: Network) -> Cidr | None:
    if eni is None or not eni.excluded:
        return None
    cidr = eni.find(network)
    return cidr if cidr is not None and not cidr.in_use() else None
