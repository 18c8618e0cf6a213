"""Attached ENIs: which of them the daemon manages (R7-R10), and how it sets one up (R58)."""

from ipam_model.arithmetic import INTS
from ipam_model.catalogue import Kind, part_of, rule
from ipam_model.config import Config
from ipam_model.daemon import datastore
from ipam_model.daemon.procedure import Procedure, call
from ipam_model.records import evolve
from ipam_model.requests import (
    AssignIPv6Prefixes,
    AttachedEni,
    Code,
    Described,
    EniTags,
    Failed,
    FindRouteTable,
    GetIPv6Prefixes,
    IsSubnetExcluded,
    Ownership,
    SetupENINetwork,
)
from ipam_model.rules import eligibility
from ipam_model.state import Eni, Network, Node


@rule(
    "R58",
    "Set-up of an ENI: route table; store record and primary address; exclusion test with subnet "
    "discovery (a failure leaves the bare record); in IPv6 mode R60; host networking of a "
    "secondary ENI (a failure removes the record); then, in IPv4 mode, all its secondary addresses "
    "and prefixes enter the store.",
    source="ipamd:1267-1341",
    kind=Kind.STEP,
)
def set_up_eni(
    config: Config,
    node: Node,
    now: int,
    eni: AttachedEni,
    *,
    trunk: bool = False,
    efa: bool = False,
) -> Procedure[tuple[Failed | None, Node, int]]:
    """setupENI: the error, or `None`."""
    found, node, now = yield from call(node, FindRouteTable(eni.id), "R58")
    if isinstance(found, Failed):
        return Failed(Code.NO_ROUTE_TABLE), node, now
    record = Eni(
        id=eni.id,
        primary=eni.primary,
        device=eni.device,
        subnet=eni.subnet,
        created=now,
        primary_address=_first_address(config, eni),
        trunk=trunk,
        efa=efa,
    )
    node = datastore.put_store(node, datastore.add_eni(node.store(eni.card), record))
    if config.settings.subnet_discovery:
        excluded, node, now = yield from call(node, IsSubnetExcluded(eni.subnet), "R58")
        if isinstance(excluded, Failed):
            return excluded, node, now
        if excluded and not config.ipv6:
            node = exclude(node, eni)
    if config.ipv6 and not trunk:
        error, node, now = yield from take_ipv6_prefix(node, now, eni)
        if error is not None:
            return error, node, now
    if not eni.primary:
        linked, node, now = yield from call(node, SetupENINetwork(eni.id), "R58")
        if isinstance(linked, Failed):
            store = node.store(eni.card)
            known = store.eni(eni.id)
            if known is not None:
                store = datastore.remove_eni_by_force(config, store, known)
            return linked, datastore.put_store(node, store), now
    if config.ipv6:
        return None, node, now
    store = node.store(eni.card)
    addresses = tuple(Network(address, 1) for address in eni.addresses)
    store = datastore.add_cidrs(store, eni.id, addresses, prefix=False)
    store = datastore.add_cidrs(store, eni.id, eni.prefixes, prefix=True)
    return None, datastore.put_store(node, store), now


def _first_address(config: Config, eni: AttachedEni) -> int:
    if config.ipv6 and eni.primary_ipv6 is not None:
        return eni.primary_ipv6
    return eni.primary_address


@rule(
    "R60",
    "Setting up an IPv6 ENI asks EC2 for its prefixes, assigns one /80 if there is none, and uses "
    "only the first if there are several; a failure of either call ends the set-up, leaving the "
    "bare record.",
    source="ipamd:1177-1214",
    kind=Kind.STEP,
)
def take_ipv6_prefix(
    node: Node, now: int, eni: AttachedEni
) -> Procedure[tuple[Failed | None, Node, int]]:
    """Put one IPv6 prefix of the ENI into the store: one it has, or a new one."""
    prefixes, node, now = yield from call(node, GetIPv6Prefixes(eni.id), "R60")
    if isinstance(prefixes, Failed):
        return prefixes, node, now
    if not prefixes:
        prefixes, node, now = yield from call(node, AssignIPv6Prefixes(eni.id, 1), "R60")
        if isinstance(prefixes, Failed):
            return prefixes, node, now
    store = datastore.add_cidrs(node.store(eni.card), eni.id, prefixes[:1], prefix=True)
    return None, datastore.put_store(node, store), now


@rule(
    "R13",
    "In IPv4 mode an ENI whose subnet is excluded at the moment of set-up stays excluded while its "
    "record lives; in IPv6 mode no record is ever marked.",
    source="ipamd:1295-1300",
    kind=Kind.STEP,
)
def exclude(node: Node, eni: AttachedEni) -> Node:
    """Mark the ENI as excluded from pod addressing."""
    store = node.store(eni.card)
    known = store.eni(eni.id)
    if known is None:
        return node
    return datastore.put_store(node, datastore.put_eni(store, evolve(known, excluded=True)))


def classify(config: Config, node: Node, described: Described) -> Node:
    """Remember which of the described ENIs and cards are unmanaged (R7, R8)."""
    return classify_cards(config, classify_enis(config, node, described), described)


@part_of("R7")
def classify_enis(config: Config, node: Node, described: Described) -> Node:
    """Remember which of the described ENIs are unmanaged; without any tags keep the old set."""
    if not described.tags:
        return node
    unmanaged = frozenset(eni.id for eni in described.enis if not _managed(config, described, eni))
    return evolve(node, unmanaged=unmanaged)


@part_of("R8")
def classify_cards(config: Config, node: Node, described: Described) -> Node:
    """Remember which cards are left alone; the ENIs must have been classified before."""
    unmanaged = frozenset(
        card for card in range(config.cards) if not _card_managed(config, node, described, card)
    )
    return evolve(node, unmanaged_cards=unmanaged)


def _card_managed(config: Config, node: Node, described: Described, card: int) -> bool:
    on_card = {eni.id for eni in described.enis if eni.card == card}
    efa_only = on_card & described.efa_only
    return eligibility.card_managed(
        INTS,
        config.settings.multi_nic,
        card == 0,
        bool(efa_only),
        bool(on_card - efa_only - node.unmanaged),
    )


def _managed(config: Config, described: Described, eni: AttachedEni) -> bool:
    tags = described.tags.get(eni.id, EniTags())
    return eligibility.managed(
        INTS,
        eni.primary,
        tags.no_manage is not None,
        tags.no_manage == "true",
        tags.instance_id is Ownership.OWN,
        config.settings.manage_untagged_eni,
    )


@rule(
    "R10",
    "Dropped from the attached list are unmanaged ENIs, ENIs on unmanaged cards, and the EFA-only "
    "ENIs known since init; the first and the last are counted per card, anew at every call.",
    source="ipamd:2116-2173",
    kind=Kind.STEP,
)
def managed_enis(
    node: Node, attached: tuple[AttachedEni, ...]
) -> tuple[tuple[AttachedEni, ...], Node]:
    """The managed ones of the attached ENIs, and the node with U recounted."""
    managed = []
    counts: dict[int, int] = {}
    for eni in attached:
        own_card = eni.card not in node.unmanaged_cards
        if not own_card and eni.id not in node.unmanaged:
            continue
        if eni.id in node.unmanaged or eni.id in node.efa_only:
            counts[eni.card] = counts.get(eni.card, 0) + 1
        else:
            managed.append(eni)
    return tuple(managed), evolve(node, unmanaged_counts=tuple(sorted(counts.items())))
