"""Stores that are wrong about which ENIs and CIDRs they have (R11, R22-R24)."""

from attrs import evolve

from ipam_model.config import Config
from ipam_model.conformance import datastore_happening
from ipam_model.conformance.datastore_events import (
    DUPLICATE_CIDR,
    UNKNOWN_CIDR,
    AddCidr,
    AddEni,
    DelCidr,
    RemoveEni,
)
from ipam_model.conformance.datastore_happening import CARD, done, failed, network_of
from ipam_model.conformance.subject import Reply
from ipam_model.conformance.wrong_datastores.registry import replace_operation, wrong_datastore
from ipam_model.daemon import datastore, reconcile
from ipam_model.daemon.procedure import Procedure
from ipam_model.requests import WriteCheckpoint
from ipam_model.state import Eni, Network, Node, Store
from ipam_model.world import Runner
from ipam_model.wrong_models.interposing import without_asking
from ipam_model.wrong_models.replacing import Replacing


@wrong_datastore(breaks=("R11",))
def known_eni_welcome(replacing: Replacing) -> None:
    """Adding an ENI that is there already is a success, and changes nothing."""
    original = datastore_happening.add_eni

    def wrong(runner: Runner, event: AddEni) -> Reply:
        original(runner, event)
        return done()

    replace_operation(replacing, original, wrong)


@wrong_datastore(breaks=("R11",))
def known_eni_takes_new_flags(replacing: Replacing) -> None:
    """Adding an ENI that is there already is refused, but it has the new flags and device."""
    original = datastore.add_eni

    def wrong(store: Store, eni: Eni) -> Store:
        known = store.eni(eni.id)
        if known is None:
            return original(store, eni)
        return datastore.put_eni(store, evolve(eni, created=known.created, cidrs=known.cidrs))

    replacing.function(original, wrong)


@wrong_datastore(breaks=("R22",))
def cidr_on_one_eni_only(replacing: Replacing) -> None:
    """A CIDR that another ENI has is refused."""
    original = datastore_happening.add_cidr

    def wrong(runner: Runner, event: AddCidr) -> Reply:
        network = network_of(event.cidr)
        enis = runner.memory().store(CARD).enis
        if any(eni.find(network) is not None for eni in enis):
            return failed(DUPLICATE_CIDR)
        return original(runner, event)

    replace_operation(replacing, original, wrong)


@wrong_datastore(breaks=("R22",))
def known_cidr_emptied(replacing: Replacing) -> None:
    """Adding a CIDR that is there already is refused, but its cooling addresses are forgotten."""
    original = datastore.add_cidr

    def wrong(store: Store, eni_id: str, network: Network, *, prefix: bool) -> Store:
        eni = store.eni(eni_id)
        cidr = eni.find(network) if eni is not None else None
        if eni is None or cidr is None:
            return original(store, eni_id, network, prefix=prefix)
        held = tuple(record for record in cidr.records if record.pod is not None)
        return datastore.put_eni(store, datastore.put_cidr(eni, evolve(cidr, records=held)))

    replacing.function(original, wrong)


@wrong_datastore(breaks=("R23",))
def cidr_in_use_deleted(replacing: Replacing) -> None:
    """A CIDR with pods goes although nobody forces it."""
    original = datastore.delete_cidr

    def wrong(store: Store, eni_id: str, network: Network, **_force: bool) -> Store | None:
        return original(store, eni_id, network, force=True)

    replacing.function(original, wrong)


@wrong_datastore(breaks=("R23",))
def cooling_cidr_kept(replacing: Replacing) -> None:
    """A CIDR of which an address was ever used cannot be deleted without force."""
    original = datastore.delete_cidr

    def wrong(store: Store, eni_id: str, network: Network, *, force: bool) -> Store | None:
        eni = store.eni(eni_id)
        cidr = eni.find(network) if eni is not None else None
        if cidr is not None and cidr.records and not force:
            return None
        return original(store, eni_id, network, force=force)

    replacing.function(original, wrong)


@wrong_datastore(breaks=("R23",))
def force_ignored_for_cidrs(replacing: Replacing) -> None:
    """A CIDR with pods stays even if its removal is forced."""
    original = datastore.delete_cidr

    def wrong(store: Store, eni_id: str, network: Network, **_force: bool) -> Store | None:
        return original(store, eni_id, network, force=False)

    replacing.function(original, wrong)


@wrong_datastore(breaks=("R23",))
def unknown_cidr_deleted(replacing: Replacing) -> None:
    """Deleting a CIDR that is not there is a success."""
    original = datastore_happening.delete_cidr

    def wrong(runner: Runner, event: DelCidr) -> Reply:
        reply = original(runner, event)
        return done() if reply.get("error") == UNKNOWN_CIDR else reply

    replace_operation(replacing, original, wrong)


@wrong_datastore(breaks=("R21", "R23"))
def deleted_cidr_never_subtracted(replacing: Replacing) -> None:
    """The addresses of a deleted CIDR stay in the counters."""
    original = datastore.delete_cidr

    def wrong(store: Store, eni_id: str, network: Network, *, force: bool) -> Store | None:
        without = original(store, eni_id, network, force=force)
        if without is None:
            return None
        return evolve(without, total_drift=without.total_drift + network.size)

    replacing.function(original, wrong)


@wrong_datastore(breaks=("R24",))
def eni_in_use_removed(replacing: Replacing) -> None:
    """An ENI with pods goes although nobody forces it."""
    original = datastore_happening.remove_eni

    def wrong(runner: Runner, event: RemoveEni) -> Reply:
        return original(runner, evolve(event, force=True))

    replace_operation(replacing, original, wrong)


@wrong_datastore(breaks=("R24",))
def forced_removal_never_subtracted(replacing: Replacing) -> None:
    """The addresses of an ENI that is removed by name stay in the counters."""
    original = datastore.remove_eni_by_force

    def wrong(config: Config, store: Store, eni: Eni) -> Store:
        without = original(config, store, eni)
        size = sum(cidr.network.size for cidr in eni.cidrs)
        return evolve(without, total_drift=without.total_drift + size)

    replacing.function(original, wrong)


@wrong_datastore(breaks=("R24", "R34"))
def forced_removal_keeps_the_checkpoint(replacing: Replacing) -> None:
    """What lost its address by force is still in the checkpoint."""
    original = reconcile.put_forced

    def wrong(node: Node, now: int, store: Store) -> Procedure[tuple[Node, int]]:
        return (yield from without_asking(original(node, now, store), now, WriteCheckpoint))

    replacing.function(original, wrong)
