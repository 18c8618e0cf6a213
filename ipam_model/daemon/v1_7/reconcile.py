"""Reconcile of v1.7: IMDS is believed, and EC2 asked only about addresses released before."""

from ipam_model.arithmetic import INTS
from ipam_model.catalogue import Kind, rule
from ipam_model.config import Config
from ipam_model.daemon import datastore
from ipam_model.daemon.procedure import OneOf, Procedure, call, choose
from ipam_model.daemon.reconcile import (
    Reconciled,
    put_forced,
    recently_released,
    released_earlier,
)
from ipam_model.daemon.setup import managed_enis
from ipam_model.daemon.shrink import forget_release
from ipam_model.daemon.v1_7.measure import CARD
from ipam_model.daemon.v1_7.setup import classify, pod_addresses, set_up_eni
from ipam_model.records import evolve
from ipam_model.requests import (
    AttachedEni,
    DescribeAllENIs,
    Failed,
    GetAddressesFromEC2,
    GetAttachedENIs,
    SetNodeLabel,
)
from ipam_model.rules import timing
from ipam_model.state import Network, Node


def due(node: Node, now: int) -> bool:
    """Whether reconcile runs now; a missing trunk ENI does not matter."""
    return node.last_pool_action is None or timing.reconcile_due(
        INTS, now, node.last_pool_action, False
    )


@rule(
    "H24",
    "Reconcile believes IMDS: a list without any ENI empties the store, addresses that IMDS does "
    "not list are deleted by force and listed ones added, without asking EC2; an ENI that appeared "
    "is set up untagged. The pool clock is set to the instant at which it began.",
    source="ipamd:944-1038, ipamd:1085-1117",
    kind=Kind.STEP,
)
def reconcile(config: Config, node: Node, now: int) -> Procedure[tuple[Reconciled, Node]]:
    """Compare the store with what IMDS lists."""
    if not due(node, now):
        return Reconciled(False), node
    began = now
    listed, node, now = yield from call(node, GetAttachedENIs(), "R147")
    if isinstance(listed, Failed):
        return Reconciled(True), node
    attached, node = managed_enis(node, listed)
    before = {eni.id for eni in node.store(CARD).enis}
    trunk = next((eni.id for eni in node.store(CARD).enis if eni.trunk), None)
    any_order = False
    if any(eni.id not in before for eni in attached):
        described, node, now = yield from call(node, DescribeAllENIs(), "R149")
        if isinstance(described, Failed):
            return Reconciled(True), node
        trunk, any_order = described.trunk, True
        if config.settings.pod_eni and trunk is not None:
            labelled, node, now = yield from call(node, SetNodeLabel("has-trunk-attached"), "R48")
            if isinstance(labelled, Failed):
                return Reconciled(True), node
        attached, node = managed_enis(classify(node, described), described.enis)
    remaining = {eni.id: eni for eni in attached}
    while remaining:
        chosen = next(iter(remaining))
        if any_order and len(remaining) > 1:
            chosen, node, now = yield from choose(node, OneOf(tuple(remaining)), "R192")
        eni = remaining.pop(chosen)
        if node.store(CARD).eni(eni.id) is not None:
            node, now = yield from compare(config, node, now, eni)
        else:
            _, node, now = yield from set_up_eni(node, now, eni, trunk=eni.id == trunk)
    for eni_id in sorted(before - {eni.id for eni in attached}):
        store = node.store(CARD)
        gone = store.eni(eni_id)
        if gone is not None:
            without = datastore.remove_eni_by_force(config, store, gone)
            node, now = yield from put_forced(node, now, without)
    return Reconciled(True, True), evolve(node, last_pool_action=began)


def compare(config: Config, node: Node, now: int, eni: AttachedEni) -> Procedure[tuple[Node, int]]:
    """Reconcile the addresses of one ENI."""
    known = node.store(CARD).eni(eni.id)
    pool = () if known is None else tuple(cidr.network for cidr in known.cidrs)
    seen, node, now = yield from sight(config, node, now, eni, pool)
    for network in pool:
        if network not in seen:
            without = datastore.delete_cidr(node.store(CARD), eni.id, network, force=True)
            if without is not None:
                node, now = yield from put_forced(node, now, without)
    return node, now


@rule(
    "H25",
    "A listed address released less than 60 s ago is skipped. About each one released earlier EC2 "
    "is asked anew: if it has the address the memory is dropped and the address used; if it has "
    "not, or the call fails, the address is skipped, and leaves the store if it was there.",
    source="ipamd:1050-1083",
    kind=Kind.STEP,
)
def sight(
    config: Config, node: Node, now: int, eni: AttachedEni, pool: tuple[Network, ...]
) -> Procedure[tuple[frozenset[Network], Node, int]]:
    """Which of the listed addresses count as seen; new ones enter the store."""
    seen: frozenset[Network] = frozenset()
    remaining = pod_addresses(node, eni)
    while remaining:
        doubtful = tuple(n for n in remaining if released_earlier(node, n, now))
        network = remaining[0]
        if len(doubtful) > 1:
            network, node, now = yield from choose(
                node, OneOf(doubtful), "R154", live=(eni.id, seen, remaining)
            )
        elif doubtful:
            network = doubtful[0]
        remaining = tuple(each for each in remaining if each != network)
        if recently_released(config, node, network, now, pool):
            continue
        if released_earlier(node, network, now):
            found, node, now = yield from call(node, GetAddressesFromEC2(eni.id, False), "H25")
            own = Network(eni.primary_address, 1)
            if isinstance(found, Failed) or network not in (*found, own):
                continue
            node = forget_release(node, network)
        store = datastore.add_cidr(node.store(CARD), eni.id, network, prefix=False)
        node = datastore.put_store(node, store)
        seen |= {network}
    return seen, node, now
