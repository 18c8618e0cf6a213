"""Pod add and delete: the two requests the CNI plugin makes (R111-R127).

Store operations run under the store's lock: nothing happens between the choice of an address and
the checkpoint write.
"""

from collections.abc import Iterator
from typing import NamedTuple

from attrs import evolve, frozen

from ipam_model.catalogue import Kind, Label, rule
from ipam_model.config import Config, Quirk
from ipam_model.daemon import datastore
from ipam_model.daemon.cleanup import release_unassigned
from ipam_model.daemon.procedure import Procedure, call, choose
from ipam_model.requests import Failed, PodIsGone, ReadVpcCidrs, WriteCheckpoint
from ipam_model.rules import timing
from ipam_model.state import Cidr, Cleanup, Eni, Holding, Node, Pod, PodKey, Store

NO_AVAILABLE = "NoAvailable"
UNKNOWN_POD = "UnknownPod"
MULTI_NIC_OFF = "MultiNICDisabled"
INCOMPLETE_KEY = "IncompleteKey"
CHECKPOINT_FAILED = "CheckpointWriteFailed"

MIGRATED_NETWORK = "_migrated-from-cri"
MIGRATED_INTERFACE = "unknown"


class Given(NamedTuple):
    """An address told to the CNI plugin, with the device number of its ENI (R117)."""

    address: int
    device: int


@frozen
class PodReply:
    """Answer to AddNetwork or DelNetwork."""

    success: bool
    given: tuple[Given, ...] = ()
    """The addresses given or freed, in card order."""
    error: str = ""
    """`NoAvailable`, `UnknownPod`, or the code of what failed; empty on success."""


@frozen
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
        for eni in self._store.enis:
            if eni.excluded:
                continue
            for cidr in eni.cidrs:
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
    if not all(pod.key):
        return PodReply(False, (), INCOMPLETE_KEY), node
    if multi and not config.settings.multi_nic:
        return PodReply(False, (), MULTI_NIC_OFF), node
    needed = len(node.stores) if multi else 1
    if needed != pod.interfaces:
        pod = evolve(pod, interfaces=needed)
    given: tuple[Given, ...] = ()
    for card in [store.card for store in node.stores]:
        if len(given) == needed:
            break
        got, node, now = yield from assign(config, node, now, card, pod)
        if isinstance(got, Given):
            given = (*given, got)
        elif not (got == NO_AVAILABLE and needed == 1 and card != len(node.stores) - 1):
            return PodReply(False, (), got), node
    checked, node, now = yield from call(node, ReadVpcCidrs(), "R123")
    if isinstance(checked, Failed):
        return PodReply(False, (), checked.code), node
    return PodReply(True, given), node


@rule(
    "R111",
    "A key that already has an address in the store gets that address again and nothing changes.",
    source="ds:788-791",
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
    """assign4: an address of the card's store for `pod`, or the error."""
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
    "pod has; with ENABLE_POD_ENI an unknown pod whose object is gone is deleted successfully.",
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
                gone, node, now = yield from call(node, PodIsGone(key), "R125")
                if gone is True:
                    return PodReply(True), node
                if isinstance(gone, Failed):
                    return PodReply(False, given, gone.code), node
            if card != len(node.stores) - 1:
                continue
        error = freed
    return PodReply(not error, given, error), node


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
    store = node.store(card)
    eni = _eni(store, held)
    cidr = eni.find(held.network)
    if eni.excluded and cidr is not None and not cidr.in_use():
        due = now + timing.EXCLUDED_CIDR_DELAY
        node = evolve(node, cleanups=(*node.cleanups, Cleanup(due, card, held.eni, held.network)))
    other_kind = cidr is not None and not store.relevant(cidr)
    if other_kind and (not store.prefix_mode or not config.quirk(Quirk.SINGLE_ADDRESS_LEFT)):
        node, now = yield from release_unassigned(
            node, now, card, eni.id, prefixes=not store.prefix_mode, rule="R127"
        )
    return node, now


def _eni(store: Store, held: Holding) -> Eni:
    eni = store.eni(held.eni)
    assert eni is not None, "the index names an ENI that is not in the store"
    return eni
