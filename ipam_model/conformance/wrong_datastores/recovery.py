"""Stores that come back wrong (R61)."""

from attrs import evolve

from ipam_model.conformance import datastore_happening
from ipam_model.conformance.datastore_happening import CARD
from ipam_model.conformance.subject import Reply
from ipam_model.conformance.wrong_datastores.registry import replace_operation, wrong_datastore
from ipam_model.daemon import datastore, init
from ipam_model.daemon.procedure import Procedure
from ipam_model.requests import CheckpointEntry, Failed
from ipam_model.state import AddressRecord, Cidr, Eni, Node, Pod, Store
from ipam_model.world import Runner
from ipam_model.wrong_models.replacing import Replacing


@wrong_datastore(breaks=("R61",))
def recovered_flags_lost(replacing: Replacing) -> None:
    """After a recovery a trunk ENI is an ordinary one."""
    original = datastore_happening.recover

    def wrong(runner: Runner) -> Reply:
        reply = original(runner)
        store = runner.memory().store(CARD)
        plain = tuple(evolve(eni, trunk=False) for eni in store.enis)
        runner.node = datastore.put_store(runner.memory(), evolve(store, enis=plain))
        return reply

    replace_operation(replacing, original, wrong)


@wrong_datastore(breaks=("R61",))
def age_survives_recovery(replacing: Replacing) -> None:
    """After a recovery an ENI is as old as before."""
    original = datastore_happening.recover

    def wrong(runner: Runner) -> Reply:
        ages = {eni.id: eni.created for eni in runner.memory().store(CARD).enis}
        reply = original(runner)
        store = runner.memory().store(CARD)
        aged = tuple(evolve(eni, created=ages[eni.id]) for eni in store.enis)
        runner.node = datastore.put_store(runner.memory(), evolve(store, enis=aged))
        return reply

    replace_operation(replacing, original, wrong)


@wrong_datastore(breaks=("R61",))
def recovered_addresses_double(replacing: Replacing) -> None:
    """An address of the checkpoint that is taken already is given to the second pod, too."""
    original = init.restore

    def wrong(
        node: Node, now: int, card: int, entry: CheckpointEntry
    ) -> Procedure[tuple[Failed | None, Node, int]]:
        _, node, now = yield from original(node, now, card, entry)
        return None, node, now

    replacing.function(original, wrong)


@wrong_datastore(breaks=("R16", "R61"))
def recovered_pods_cool(replacing: Replacing) -> None:
    """A pod that is found in the checkpoint has left: its address cools."""
    original = datastore.recover

    def wrong(
        store: Store, eni: Eni, cidr: Cidr, address: int, _pod: Pod, assigned_at: int
    ) -> Store:
        left = cidr.with_record(AddressRecord(address, None, assigned_at))
        return datastore.put_eni(store, datastore.put_cidr(eni, left))

    replacing.function(original, wrong)
