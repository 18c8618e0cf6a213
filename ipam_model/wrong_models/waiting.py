"""Daemons that lose what pods do while they wait for an answer (R71).

Each goes on with the store as it was when it asked, as one does that copies what it is going to
change, or that lets pods have what it is giving away.
"""

from ipam_model.config import Config
from ipam_model.daemon import datastore, growth, measure, reconcile, shrink
from ipam_model.daemon.growth import enis_frozen
from ipam_model.daemon.procedure import OneOf, Procedure, call, choose
from ipam_model.daemon.reconcile import Reconciled
from ipam_model.daemon.shrink import Manner
from ipam_model.requests import (
    AllocENI,
    AssignPrivateIpAddresses,
    DescribeAllENIs,
    Failed,
    FreeENI,
    GetAddressesFromEC2,
    GetAttachedENIs,
    Request,
    UnassignPrivateIpAddresses,
    WaitForENI,
)
from ipam_model.state import Network, Node
from ipam_model.wrong_models.interposing import with_the_old_node
from ipam_model.wrong_models.registry import wrong_model
from ipam_model.wrong_models.replacing import Replacing


@wrong_model(breaks=("R71", "R98", "R99"))
def pods_lost_while_assigning(replacing: Replacing) -> None:
    """What pods do while EC2 assigns addresses or prefixes is lost."""
    original = growth.assign_or_one

    def wrong(
        config: Config, node: Node, card: int, eni_id: str, wanted: int
    ) -> Procedure[tuple[tuple[Network, ...] | Failed, Node, int]]:
        procedure = original(config, node, card, eni_id, wanted)
        return (yield from with_the_old_node(procedure, AssignPrivateIpAddresses))

    replacing.function(original, wrong)


@wrong_model(breaks=("R71", "R101"))
def pods_lost_while_creating(replacing: Replacing) -> None:
    """What pods do while EC2 creates an ENI is lost."""
    _lost_while_growing(replacing, AllocENI)


@wrong_model(breaks=("R71", "R109"))
def pods_lost_while_awaiting(replacing: Replacing) -> None:
    """What pods do while the metadata do not show a new ENI yet is lost."""
    _lost_while_growing(replacing, WaitForENI)


def _lost_while_growing(replacing: Replacing, kind: type[Request[object]]) -> None:
    original = growth.try_new_eni

    def wrong(
        config: Config, node: Node, now: int, card: int, count: int | None = None
    ) -> Procedure[tuple[Failed | None, Node, int]]:
        procedure = original(config, node, now, card, count)
        return (yield from with_the_old_node(procedure, kind))

    replacing.function(original, wrong)


@wrong_model(breaks=("R71", "R138"))
def pods_lost_while_releasing(replacing: Replacing) -> None:
    """What pods do while EC2 takes addresses or prefixes off an ENI is lost."""
    original = shrink.release_cidrs

    def wrong(
        config: Config, node: Node, now: int, card: int, manner: Manner | None = None
    ) -> Procedure[tuple[Node, int]]:
        procedure = original(config, node, now, card, manner)
        return (yield from with_the_old_node(procedure, UnassignPrivateIpAddresses))

    replacing.function(original, wrong)


@wrong_model(breaks=("R71", "R134"))
def pods_lost_while_freeing(replacing: Replacing) -> None:
    """What pods do while EC2 frees an ENI is lost."""
    original = shrink.free_one_eni

    def wrong(config: Config, node: Node, now: int, card: int) -> Procedure[tuple[Node, int]]:
        procedure = original(config, node, now, card)
        return (yield from with_the_old_node(procedure, FreeENI))

    replacing.function(original, wrong)


@wrong_model(breaks=("R71", "R135"))
def eni_leaves_the_store_too_late(replacing: Replacing) -> None:
    """An ENI leaves the store once EC2 has freed it, with the pods that came meanwhile."""

    def wrong(config: Config, node: Node, now: int, card: int) -> Procedure[tuple[Node, int]]:
        suppressed, node, now = yield from enis_frozen(config, node, now)
        deletable = () if suppressed else measure.deletable_enis(config, node.store(card), now)
        if not deletable:
            return node, now
        chosen, node, now = yield from choose(
            node, OneOf(deletable), "R189", live=(card,), locked=True
        )
        _, node, now = yield from call(node, FreeENI(chosen), "R135")
        store = node.store(card)
        eni = store.eni(chosen)
        if eni is not None:
            without = datastore.remove_eni_by_force(config, store, eni)
            node = datastore.put_store(node, without)
        return node, now

    replacing.function(shrink.free_one_eni, wrong)


@wrong_model(breaks=("R71", "R147"))
def pods_lost_while_comparing(replacing: Replacing) -> None:
    """What pods do while reconcile asks what is attached and which addresses it has is lost."""
    original = reconcile.reconcile

    def wrong(config: Config, node: Node, now: int) -> Procedure[tuple[Reconciled, Node]]:
        procedure = original(config, node, now)
        reads = (GetAttachedENIs, DescribeAllENIs, GetAddressesFromEC2)
        return (yield from with_the_old_node(procedure, *reads))

    replacing.function(original, wrong)
