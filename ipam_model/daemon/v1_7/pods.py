"""Pod add and delete in v1.7 (H11, H12)."""

from ipam_model.catalogue import part_of
from ipam_model.config import Config
from ipam_model.daemon import datastore
from ipam_model.daemon.pods import (
    CHECKPOINT_FAILED,
    INCOMPLETE_KEY,
    MULTI_NIC_OFF,
    NO_AVAILABLE,
    AssignableSpots,
    PodReply,
    given_by,
    unassign,
)
from ipam_model.daemon.procedure import Procedure, call, choose
from ipam_model.daemon.v1_7.measure import CARD
from ipam_model.requests import Failed, ReadPod, WriteCheckpoint
from ipam_model.state import Holding, Node, Pod, PodKey


@part_of("H11")
def add(
    config: Config, node: Node, now: int, pod: Pod, *, multi: bool = False
) -> Procedure[tuple[PodReply, Node]]:
    """AddNetwork: the address the key already has, or any that may be assigned.

    If the checkpoint cannot be written the address is as if it had not been given out. Nothing
    knows of several cards: a pod that asks for `multi` is refused, as today's daemon would.
    """
    if not all(pod.key):
        return PodReply(False, (), INCOMPLETE_KEY), node
    if multi:
        return PodReply(False, (), MULTI_NIC_OFF), node
    store = node.store(CARD)
    held = store.holdings.get(pod.key)
    if held is None:
        spots = AssignableSpots(store, now, config.cooldown)
        if spots.first_or_none is None:
            return PodReply(False, (), NO_AVAILABLE), node
        spot, node, now = yield from choose(node, spots, "R112", locked=True)
        before, cooldown = store, config.cooldown
        store = datastore.assign(store, spot.eni, spot.cidr, spot.address, pod, now, cooldown)
        node = datastore.put_store(node, store)
        written, node, now = yield from call(node, WriteCheckpoint(CARD, store.holdings), "H12")
        if isinstance(written, Failed):
            return PodReply(False, (), CHECKPOINT_FAILED), datastore.put_store(node, before)
        held = store.holdings[pod.key]
    eni = store.eni(held.eni)
    assert eni is not None, "the index names an ENI that is not in the store"
    return PodReply(True, (given_by(held, eni),)), node


def delete(config: Config, node: Node, now: int, key: PodKey) -> Procedure[tuple[PodReply, Node]]:
    """DelNetwork; with ENABLE_POD_ENI a pod whose object is gone is not even looked for.

    Source: rpc:158-218.
    """
    if config.settings.pod_eni:
        found, node, now = yield from call(node, ReadPod(key), "R125")
        if isinstance(found, Failed):
            return PodReply(False, (), found.code), node
        if found is None:
            return PodReply(True), node
    freed, node, now = yield from unassign(node, now, CARD, key)
    if not isinstance(freed, Holding):
        return PodReply(False, (), freed), node
    eni = node.store(CARD).eni(freed.eni)
    assert eni is not None, "the index names an ENI that is not in the store"
    return PodReply(True, (given_by(freed, eni),)), node
