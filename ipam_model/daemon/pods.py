"""Pod add and delete: the two requests the CNI plugin makes (R111-R127).

Store operations run under the store's lock: nothing happens between the choice of an address and
the checkpoint write.
"""

from collections.abc import Iterator
from typing import NamedTuple

from attrs import frozen

from ipam_model.catalogue import Kind, Label, part_of, rule
from ipam_model.config import Config, Quirk
from ipam_model.daemon import datastore
from ipam_model.daemon.cleanup import release_unassigned
from ipam_model.daemon.procedure import Procedure, call, choose
from ipam_model.records import evolve, quick
from ipam_model.requests import (
    UNUSABLE,
    Failed,
    FindTrunkLink,
    PodObject,
    ReadPod,
    ReadVpcCidrs,
    WriteCheckpoint,
)
from ipam_model.rules import timing
from ipam_model.state import Cidr, Cleanup, Eni, Holding, Node, Pod, PodKey, Store

NO_AVAILABLE = "NoAvailable"
UNKNOWN_POD = "UnknownPod"
MULTI_NIC_OFF = "MultiNICDisabled"
INCOMPLETE_KEY = "IncompleteKey"
CHECKPOINT_FAILED = "CheckpointWriteFailed"
NO_POD_OBJECT = "PodNotFound"
NO_TRUNK = "NoTrunkENI"
NO_BRANCH_ENI = "NoBranchENIAnnotation"
UNUSABLE_BRANCH_ENI = "UnusableBranchENIAnnotation"
OTHER_UID = "PodUIDMismatch"

MIGRATED_NETWORK = "_migrated-from-cri"
MIGRATED_INTERFACE = "unknown"


class Given(NamedTuple):
    """An address told to the CNI plugin, with the device number of its ENI (R117)."""

    address: int
    device: int


NO_DEVICE = -1
"""Device number told with the address of a branch ENI, which hangs on the trunk ENI."""


@quick
@frozen(weakref_slot=False)
class PodReply:
    """Answer to AddNetwork or DelNetwork."""

    success: bool
    given: tuple[Given, ...] = ()
    """The addresses given or freed, in card order."""
    error: str = ""
    """`NoAvailable`, `UnknownPod`, or the code of what failed; empty on success."""


@quick
@frozen(weakref_slot=False)
class Spot:
    """An address that may serve a pod."""

    eni: Eni
    cidr: Cidr
    address: int


class AssignableSpots:
    """Every address a pod may get now (R112): any ENI, any CIDR, what `assignable` allows."""

    __slots__ = ("_cooldown", "_now", "_store", "first_or_none")

    def __init__(self, store: Store, now: int, cooldown: int) -> None:
        self._store = store
        self._now = now
        self._cooldown = cooldown
        self.first_or_none: Spot | None = next(iter(self), None)

    @property
    def first(self) -> Spot:
        """The first spot in canonical order."""
        assert self.first_or_none is not None, "no address is assignable"
        return self.first_or_none

    def __iter__(self) -> Iterator[Spot]:
        prefix_mode, now, cooldown = self._store.prefix_mode, self._now, self._cooldown
        giving = datastore.giving()
        for eni in self._store.enis:
            if eni.excluded:
                continue
            # Of single addresses most are in use.
            for cidr in eni.cidrs if prefix_mode else eni.cidrs_that(giving):
                if cidr.is_prefix == prefix_mode:
                    for address in datastore.assignable(cidr, now, cooldown):
                        yield Spot(eni, cidr, address)

    def __contains__(self, option: object, /) -> bool:
        return any(spot == option for spot in self)


@rule(
    "R120",
    "A pod needs one address, or one per data store if it asks for several cards, which "
    "ENABLE_MULTI_NIC must allow; an ADD with an incomplete key is refused.",
    source="rpc:194-210",
    kind=Kind.STEP,
)
@rule(
    "R121",
    "AddNetwork asks the stores in card order until it has the addresses it needs; a store without "
    "an address is passed over only for a single-address pod and if it is not the last by number.",
    source="rpc:212-256",
    kind=Kind.STEP,
)
def add(
    config: Config, node: Node, now: int, pod: Pod, *, multi: bool = False
) -> Procedure[tuple[PodReply, Node]]:
    """AddNetwork for `pod`; `multi` = it asks for an address on every managed card (R120)."""
    given, node, now = yield from from_branch_eni(config, node, now, pod)
    if given is None:
        given, node, now = yield from from_stores(config, node, now, pod, multi=multi)
    if isinstance(given, str):
        return PodReply(False, (), given), node
    checked, node, now = yield from call(node, ReadVpcCidrs(), "R123")
    if isinstance(checked, Failed):
        return PodReply(False, (), checked.code), node
    return PodReply(True, given), node


@part_of("R119")
def from_branch_eni(
    config: Config, node: Node, now: int, pod: Pod
) -> Procedure[tuple[tuple[Given, ...] | str | None, Node, int]]:
    """The address of the pod's branch ENI, or the error; `None`: the pool is to serve the pod."""
    branch: Given | str | None = None
    if config.settings.pod_eni:
        branch, node, now = yield from branch_eni(node, now, pod.key)
    return (branch,) if isinstance(branch, Given) else branch, node, now


@rule(
    "R119",
    "With ENABLE_POD_ENI, a pod that requests vpc.amazonaws.com/pod-eni gets the address in its "
    "annotation, if card 0 has a trunk ENI; any problem refuses it. The stores are not touched, so "
    "such pods never count in A, and several cards are not for them.",
    source="rpc:102-189",
    kind=Kind.STEP,
    label=Label.DOCUMENTED,
)
def branch_eni(
    node: Node, now: int, key: PodKey
) -> Procedure[tuple[Given | str | None, Node, int]]:
    """The address of the pod's branch ENI, the error, or `None`: the pod wants none."""
    pod, node, now = yield from call(node, ReadPod(key), "R119")
    if not isinstance(pod, PodObject):
        return pod.code if pod is not None else NO_POD_OBJECT, node, now
    if not pod.wants_branch_eni:
        return None, node, now
    if not node.store(0).trunk():
        return NO_TRUNK, node, now
    linked, node, now = yield from call(node, FindTrunkLink(), "R119")
    if isinstance(linked, Failed):
        return linked.code, node, now
    if pod.branch_address is None:
        return NO_BRANCH_ENI, node, now
    if pod.branch_address == UNUSABLE:
        return UNUSABLE_BRANCH_ENI, node, now
    return Given(pod.branch_address, NO_DEVICE), node, now


def from_stores(
    config: Config, node: Node, now: int, pod: Pod, *, multi: bool
) -> Procedure[tuple[tuple[Given, ...] | str, Node, int]]:
    """The addresses of the pool for `pod`, or the error; what it got before an error it keeps."""
    if multi and not config.settings.multi_nic:
        return MULTI_NIC_OFF, node, now
    if not all(pod.key):
        return INCOMPLETE_KEY, node, now
    needed = len(node.stores) if multi else 1
    if needed != pod.interfaces:
        pod = evolve(pod, interfaces=needed)
    given: tuple[Given, ...] = ()
    cards = cards_to_ask(config, node, pod)
    for card in cards:
        if len(given) == needed:
            break
        got, node, now = yield from assign(config, node, now, card, pod)
        if isinstance(got, Given):
            given = (*given, got)
        elif not (got == NO_AVAILABLE and needed == 1 and not is_last(config, node, card)):
            return got, node, now
    return given, node, now


@part_of("R121")
def cards_to_ask(config: Config, node: Node, pod: Pod) -> tuple[int, ...]:
    """The cards in the order in which a pod is served: ascending.

    Without the quirk a card on which the pod lives already comes first, if it needs only one.
    """
    cards = tuple([store.card for store in node.stores])
    if len(cards) == 1 or pod.interfaces > 1 or config.quirk(Quirk.REPEATED_ADD_AGAIN):
        return cards
    return tuple(sorted(cards, key=lambda card: pod.key not in node.store(card).holdings))


@part_of("R121", "R125")
def is_last(config: Config, node: Node, card: int) -> bool:
    """Whether no other store is searched after this card's.

    With the quirk its number is compared with the number of stores, which fits only if no card
    below the last lacks a store.
    """
    if config.quirk(Quirk.LAST_BY_NUMBER):
        return card == len(node.stores) - 1
    return card == node.stores[-1].card


@rule(
    "R111",
    "A key that already has an address in the store gets that address again and nothing changes.",
    source="ds:788-791",
    kind=Kind.STEP,
)
@rule(
    "R116",
    "An IPv6 address is chosen like an IPv4 one, among the IPv6 prefixes of the ENIs.",
    source="ds:722-778",
    kind=Kind.STEP,
)
@rule(
    "R112",
    "Otherwise any ENI that is not excluded, and any of its CIDRs of the mode's kind, may serve "
    "the pod; NoAvailable if none has an address.",
    source="ds:793-859",
    kind=Kind.STEP,
)
@rule(
    "R114",
    "The assignment is recorded and the checkpoint written; if that fails the assignment is undone "
    "and the request refused.",
    source="ds:837-852",
    kind=Kind.STEP,
)
def assign(
    config: Config, node: Node, now: int, card: int, pod: Pod
) -> Procedure[tuple[Given | str, Node, int]]:
    """assign4, assign6: an address of the card's store for `pod`, or the error."""
    store = node.store(card)
    held = store.holdings.get(pod.key)
    if held is not None:
        return given_by(held, _eni(store, held)), node, now
    spots = AssignableSpots(store, now, config.cooldown)
    if spots.first_or_none is None:
        return NO_AVAILABLE, node, now
    spot, node, now = yield from choose(node, spots, "R112", locked=True)
    store = datastore.assign(store, spot.eni, spot.cidr, spot.address, pod, now, config.cooldown)
    node = datastore.put_store(node, store)
    written, node, now = yield from call(node, WriteCheckpoint(card, store.holdings), "R114")
    if isinstance(written, Failed):
        undone = datastore.forget(node.store(card), store.holdings[pod.key])
        return CHECKPOINT_FAILED, datastore.put_store(node, undone), now
    return given_by(store.holdings[pod.key], spot.eni), node, now


@rule(
    "R117",
    "ADD returns the address with the device number and route table of its ENI.",
    source="ds:790, ds:852",
    kind=Kind.STEP,
)
def given_by(held: Holding, eni: Eni) -> Given:
    """What the CNI plugin is told about an address."""
    return Given(held.address, eni.device)


@rule(
    "R125",
    "DelNetwork searches the stores in card order for as many addresses as the first hit says the "
    "pod has; with ENABLE_POD_ENI a pod that a store does not know is deleted successfully at once "
    "if its object is gone or names a branch ENI, and not if the object cannot be read, is of "
    "another UID or has an unusable annotation.",
    source="rpc:344-445",
    kind=Kind.STEP,
)
@rule(
    "R126",
    "DEL succeeds exactly if no error was collected; an unknown sandbox is answered with "
    "UnknownPod, which the plugin turns into success.",
    source="rpc:457-462, cni:440-447",
    kind=Kind.STEP,
)
def delete(config: Config, node: Node, now: int, key: PodKey) -> Procedure[tuple[PodReply, Node]]:
    """DelNetwork for the sandbox `key`."""
    given: tuple[Given, ...] = ()
    error = ""
    to_find = 1
    for card in [store.card for store in node.stores]:
        if len(given) == to_find:
            break
        freed, node, now = yield from unassign(node, now, card, key)
        if isinstance(freed, Holding):
            to_find = max(freed.pod.interfaces, 1)
            given = (*given, given_by(freed, _eni(node.store(card), freed)))
            node, now = yield from after_unassign(config, node, now, card, freed)
            continue
        if freed == UNKNOWN_POD:
            if config.settings.pod_eni:
                told, node, now = yield from told_by_object(node, now, key, compare_uid=True)
                if told is not None:
                    return told, node
            if not is_last(config, node, card):
                continue
        error = freed
    return PodReply(not error, given, error), node


@part_of("R125", "H27")
def told_by_object(
    node: Node, now: int, key: PodKey, *, compare_uid: bool
) -> Procedure[tuple[PodReply | None, Node, int]]:
    """The answer to DEL that the pod's object gives; `None`: it names no branch ENI."""
    pod, node, now = yield from call(node, ReadPod(key), "R125")
    if isinstance(pod, Failed):
        return PodReply(False, (), pod.code), node, now
    if pod is None:
        return PodReply(True), node, now
    if compare_uid and not pod.same_uid:
        return PodReply(False, (), OTHER_UID), node, now
    if pod.branch_address is None:
        return None, node, now
    if pod.branch_address == UNUSABLE:
        return PodReply(False, (), UNUSABLE_BRANCH_ENI), node, now
    return PodReply(True, (Given(pod.branch_address, NO_DEVICE),)), node, now


@rule(
    "R124",
    "The key's record, or the record of the same container migrated from the CRI, is unassigned, "
    "the checkpoint written, and its cooldown starts; a failed write restores the assignment.",
    source="ds:1239-1295",
    kind=Kind.STEP,
)
def unassign(
    node: Node, now: int, card: int, key: PodKey
) -> Procedure[tuple[Holding | str, Node, int]]:
    """unassign: what the pod held, or the error."""
    store = node.store(card)
    held = store.holdings.get(key)
    if held is None:
        held = store.holdings.get(PodKey(key.container, MIGRATED_NETWORK, MIGRATED_INTERFACE))
    if held is None:
        return UNKNOWN_POD, node, now
    freed = datastore.unassign(store, held, now)
    node = datastore.put_store(node, freed)
    written, node, now = yield from call(node, WriteCheckpoint(card, freed.holdings), "R124")
    if isinstance(written, Failed):
        return CHECKPOINT_FAILED, datastore.put_store(node, store), now
    return held, node, now


@rule(
    "R127",
    "After a delete: in secondary-address mode every unused prefix of the ENI is released if the "
    "address lay in one; in prefix mode a /32 stays; an excluded ENI's emptied CIDR leaves the "
    "store 5 s later.",
    source="rpc:370-383, ds:1287-1292, ds:1775-1834",
    kind=Kind.STEP,
    label=Label.SUSPECTED_BUG,
)
def after_unassign(
    config: Config, node: Node, now: int, card: int, held: Holding
) -> Procedure[tuple[Node, int]]:
    """What else a successful unassignment does."""
    node = plan_cleanup(node, now, card, held)
    store = node.store(card)
    eni = _eni(store, held)
    cidr = eni.find(held.network)
    other_kind = cidr is not None and not store.relevant(cidr)
    if other_kind and (not store.prefix_mode or not config.quirk(Quirk.SINGLE_ADDRESS_LEFT)):
        node, now = yield from release_unassigned(
            node, now, card, eni.id, prefixes=not store.prefix_mode, rule="R127"
        )
    return node, now


@part_of("R127")
def plan_cleanup(node: Node, now: int, card: int, held: Holding) -> Node:
    """The node that will look in 5 s at the CIDR of an address, if it is empty and excluded."""
    eni = _eni(node.store(card), held)
    cidr = eni.find(held.network)
    if eni.excluded and cidr is not None and not cidr.in_use():
        due = now + timing.EXCLUDED_CIDR_DELAY
        return evolve(node, cleanups=(*node.cleanups, Cleanup(due, card, held.eni, held.network)))
    return node


def _eni(store: Store, held: Holding) -> Eni:
    eni = store.eni(held.eni)
    assert eni is not None, "the index names an ENI that is not in the store"
    return eni
