"""Setting up an ENI: at init, after creating one, and when reconcile finds one (R58)."""

from attrs import evolve

from ipam_model.arithmetic import INTS
from ipam_model.catalogue import Kind, part_of, rule
from ipam_model.config import Config
from ipam_model.daemon import datastore
from ipam_model.daemon.procedure import Procedure, call
from ipam_model.requests import (
    AttachedEni,
    Code,
    Described,
    EniTags,
    Failed,
    FindRouteTable,
    IsSubnetExcluded,
    Ownership,
    SetupENINetwork,
)
from ipam_model.rules import eligibility
from ipam_model.state import Eni, Network, Node


@rule(
    "R58",
    "Set-up of an ENI: route table; store record and primary address; exclusion test with subnet "
    "discovery (a failure leaves the bare record); host networking of a secondary ENI (a failure "
    "removes the record); then all its secondary addresses and prefixes enter the store.",
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
        primary_address=eni.primary_address,
        trunk=trunk,
        efa=efa,
    )
    node = datastore.put_store(node, datastore.add_eni(node.store(eni.card), record))
    if config.settings.subnet_discovery:
        excluded, node, now = yield from call(node, IsSubnetExcluded(eni.subnet), "R58")
        if isinstance(excluded, Failed):
            return excluded, node, now
        if excluded:
            node = exclude(node, eni)
    if not eni.primary:
        linked, node, now = yield from call(node, SetupENINetwork(eni.id), "R58")
        if isinstance(linked, Failed):
            store = node.store(eni.card)
            known = store.eni(eni.id)
            if known is not None:
                store = datastore.remove_eni_by_force(config, store, known)
            return linked, datastore.put_store(node, store), now
    store = node.store(eni.card)
    addresses = tuple(Network(address, 1) for address in eni.addresses)
    store = datastore.add_cidrs(store, eni.id, addresses, prefix=False)
    store = datastore.add_cidrs(store, eni.id, eni.prefixes, prefix=True)
    return None, datastore.put_store(node, store), now


@rule(
    "R13",
    "An ENI whose subnet is excluded at the moment of set-up stays excluded while its record "
    "lives.",
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


@part_of("R7")
def classify(config: Config, node: Node, described: Described) -> Node:
    """Remember which of the described ENIs are unmanaged; without any tags keep the old set."""
    if not described.tags:
        return node
    unmanaged = frozenset(eni.id for eni in described.enis if not _managed(config, described, eni))
    return evolve(node, unmanaged=unmanaged)


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
    "Unmanaged ENIs are dropped from the attached list and counted per card, anew at every call.",
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
        if eni.id in node.unmanaged:
            counts[eni.card] = counts.get(eni.card, 0) + 1
        else:
            managed.append(eni)
    return tuple(managed), evolve(node, unmanaged_counts=tuple(sorted(counts.items())))
