"""Pod add and delete in v1.7 (H11, H12, H27)."""

from ipam_model.catalogue import Kind, Label, part_of, rule
from ipam_model.config import Config
from ipam_model.daemon import datastore
from ipam_model.daemon.pods import (
    CHECKPOINT_FAILED,
    INCOMPLETE_KEY,
    NO_AVAILABLE,
    AssignableSpots,
    Given,
    PodReply,
    from_branch_eni,
    given_by,
    told_by_object,
    unassign,
)
from ipam_model.daemon.procedure import Procedure, call, choose
from ipam_model.daemon.v1_7.measure import CARD
from ipam_model.requests import Failed, WriteCheckpoint
from ipam_model.state import Holding, Node, Pod, PodKey


def add(
    config: Config,
    node: Node,
    now: int,
    pod: Pod,
    *,
    multi: bool = False,  # noqa: ARG001 - its request has no such field
) -> Procedure[tuple[PodReply, Node]]:
    """AddNetwork: the address of a branch ENI, as today, else one of the pool."""
    given, node, now = yield from from_branch_eni(config, node, now, pod)
    if given is None:
        given, node, now = yield from from_store(config, node, now, pod)
    if isinstance(given, str):
        return PodReply(False, (), given), node
    return PodReply(True, given), node


@part_of("H11")
def from_store(
    config: Config, node: Node, now: int, pod: Pod
) -> Procedure[tuple[tuple[Given, ...] | str, Node, int]]:
    """The address the key already has, or any that may be assigned; or the error.

    If the checkpoint cannot be written the address is as if it had not been given out.
    """
    if not all(pod.key):
        return INCOMPLETE_KEY, node, now
    store = node.store(CARD)
    held = store.holdings.get(pod.key)
    if held is None:
        spots = AssignableSpots(store, now, config.cooldown)
        if spots.first_or_none is None:
            return NO_AVAILABLE, node, now
        spot, node, now = yield from choose(node, spots, "R112", locked=True)
        before, cooldown = store, config.cooldown
        store = datastore.assign(store, spot.eni, spot.cidr, spot.address, pod, now, cooldown)
        node = datastore.put_store(node, store)
        written, node, now = yield from call(node, WriteCheckpoint(CARD, store.holdings), "H12")
        if isinstance(written, Failed):
            return CHECKPOINT_FAILED, datastore.put_store(node, before), now
        held = store.holdings[pod.key]
    eni = store.eni(held.eni)
    assert eni is not None, "the index names an ENI that is not in the store"
    return (given_by(held, eni),), node, now


@rule(
    "H27",
    "With ENABLE_POD_ENI DelNetwork reads the pod's object, of whatever UID, before it looks into "
    "the store: if it is gone DEL succeeds, if it names a branch ENI DEL is answered by that, and "
    "in both cases an address the pod has in the store stays assigned until the next start. An "
    "object that cannot be read fails DEL. An unusable annotation crashes the daemon; in the model "
    "it only fails DEL.",
    source="rpc:191-214",
    kind=Kind.STEP,
    label=Label.SUSPECTED_BUG,
)
def delete(config: Config, node: Node, now: int, key: PodKey) -> Procedure[tuple[PodReply, Node]]:
    """DelNetwork for the sandbox `key`."""
    if config.settings.pod_eni:
        told, node, now = yield from told_by_object(node, now, key, compare_uid=False)
        if told is not None:
            return told, node
    freed, node, now = yield from unassign(node, now, CARD, key)
    if not isinstance(freed, Holding):
        return PodReply(False, (), freed), node
    eni = node.store(CARD).eni(freed.eni)
    assert eni is not None, "the index names an ENI that is not in the store"
    return PodReply(True, (given_by(freed, eni),)), node
