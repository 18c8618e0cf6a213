"""Setting up an ENI in v1.7 (H20)."""

from ipam_model.catalogue import Kind, part_of, rule
from ipam_model.daemon import datastore
from ipam_model.daemon.procedure import Procedure, call
from ipam_model.daemon.v1_7.measure import CARD
from ipam_model.records import evolve
from ipam_model.requests import AttachedEni, Described, Failed, SetupENINetwork
from ipam_model.state import Eni, Network, Node


@rule(
    "H20",
    "Set-up of an ENI: store record; host networking of a secondary ENI; its addresses enter the "
    "store, and only now its primary address is remembered. If host networking fails the bare "
    "record stays: growth extends the ENI, pods get addresses there, and reconcile puts its "
    "primary address into the pool.",
    source="ipamd:765-784, ipamd:1043-1047",
    kind=Kind.STEP,
)
def set_up_eni(
    node: Node, now: int, eni: AttachedEni, *, trunk: bool = False
) -> Procedure[tuple[Failed | None, Node, int]]:
    """setupENI: the error, or `None`."""
    record = Eni(
        id=eni.id,
        primary=eni.primary,
        device=eni.device,
        subnet=eni.subnet,
        created=now,
        primary_address=eni.primary_address,
        trunk=trunk,
    )
    node = datastore.put_store(node, datastore.add_eni(node.store(CARD), record))
    if not eni.primary:
        linked, node, now = yield from call(node, SetupENINetwork(eni.id), "H20")
        if isinstance(linked, Failed):
            return linked, node, now
    addresses = tuple(Network(address, 1) for address in eni.addresses)
    store = datastore.add_cidrs(node.store(CARD), eni.id, addresses, prefix=False)
    node = datastore.put_store(node, store)
    return None, evolve(node, primaries=node.primaries | {eni.id}), now


@part_of("H20")
def pod_addresses(node: Node, eni: AttachedEni) -> tuple[Network, ...]:
    """What reconcile takes for pod addresses: all but a primary address that was remembered."""
    singles = eni.addresses
    if eni.id not in node.primaries:
        singles = tuple(sorted((*singles, eni.primary_address)))
    return tuple(Network(address, 1) for address in singles)


def classify(node: Node, described: Described) -> Node:
    """Remember the unmanaged ENIs: those tagged no_manage=true, but never the primary.

    Source: ipamd:241-257.
    """
    unmanaged = frozenset(
        eni.id
        for eni in described.enis
        if not eni.primary
        and eni.id in described.tags
        and described.tags[eni.id].no_manage == "true"
    )
    return evolve(node, unmanaged=unmanaged)
