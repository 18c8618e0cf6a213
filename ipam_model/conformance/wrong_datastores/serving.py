"""Stores that serve pods wrongly (R111-R127)."""

from attrs import evolve

from ipam_model.config import Config
from ipam_model.conformance import datastore_happening
from ipam_model.conformance.datastore_events import (
    Assign,
    Unassign,
)
from ipam_model.conformance.datastore_happening import done
from ipam_model.conformance.subject import Reply
from ipam_model.conformance.wrong_datastores.registry import replace_operation, wrong_datastore
from ipam_model.daemon import datastore, pods
from ipam_model.daemon.pods import Given
from ipam_model.daemon.procedure import Procedure
from ipam_model.requests import WriteCheckpoint
from ipam_model.state import Cidr, Eni, Holding, Node, Pod, PodKey, Store
from ipam_model.world import Runner
from ipam_model.wrong_models.interposing import without_asking
from ipam_model.wrong_models.replacing import Replacing


@wrong_datastore(breaks=("R113",))
def fresh_before_used(replacing: Replacing) -> None:
    """A never used address is given out while there are others, past their cooldown."""
    original = datastore.assignable

    def wrong(cidr: Cidr, now: int, cooldown: int) -> tuple[int, ...]:
        used = {record.address for record in cidr.records}
        first, size = cidr.network
        fresh = [each for each in range(first, first + size) if each not in used]
        return tuple(fresh[:1]) or original(cidr, now, cooldown)

    replacing.function(original, wrong)


@wrong_datastore(breaks=("R113",))
def fresh_from_the_top(replacing: Replacing) -> None:
    """Never used addresses are given out from the last one down."""
    original = datastore.assignable

    def wrong(cidr: Cidr, now: int, cooldown: int) -> tuple[int, ...]:
        used = {record.address for record in cidr.records}
        found = original(cidr, now, cooldown)
        if not found or found[0] in used:
            return found
        first, size = cidr.network
        return (max(each for each in range(first, first + size) if each not in used),)

    replacing.function(original, wrong)


@wrong_datastore(breaks=("R113",))
def expired_addresses_remembered(replacing: Replacing) -> None:
    """Addresses past their cooldown are not forgotten when one of them is given out."""
    original = datastore.assign

    def wrong(
        store: Store, eni: Eni, cidr: Cidr, address: int, pod: Pod, now: int, cooldown: int
    ) -> Store:
        after = original(store, eni, cidr, address, pod, now, cooldown)
        changed = after.eni(eni.id)
        given = changed.find(cidr.network) if changed is not None else None
        if changed is None or given is None:
            return after
        known = {record.address for record in given.records}
        for old in cidr.records:
            if old.address not in known:
                given = given.with_record(old)
        return datastore.put_eni(after, datastore.put_cidr(changed, given), after.holdings)

    replacing.function(original, wrong)


@wrong_datastore(breaks=("R27", "R112"))
def other_kind_serves_when_full(replacing: Replacing) -> None:
    """A pod gets an address of the kind that the mode does not use if there is no other."""
    original = pods.assign

    def wrong(
        config: Config, node: Node, now: int, card: int, pod: Pod
    ) -> Procedure[tuple[Given | str, Node, int]]:
        got, node, now = yield from original(config, node, now, card, pod)
        if isinstance(got, Given):
            return got, node, now
        store = node.store(card)
        other = datastore.put_store(node, evolve(store, prefix_mode=not store.prefix_mode))
        got, node, now = yield from original(config, other, now, card, pod)
        back = evolve(node.store(card), prefix_mode=store.prefix_mode)
        return got, datastore.put_store(node, back), now

    replacing.function(original, wrong)


@wrong_datastore(breaks=("R117",))
def device_of_the_primary_told(replacing: Replacing) -> None:
    """Whoever asks is told device 0."""
    replacing.function(pods.given_by, lambda held, _eni: Given(held.address, 0))


@wrong_datastore(breaks=("R112",))
def full_store_gives_success(replacing: Replacing) -> None:
    """A pod for which there is no address is told of success."""
    original = datastore_happening.assign

    def wrong(runner: Runner, event: Assign) -> Reply:
        reply = original(runner, event)
        return done() if reply.get("error") == pods.NO_AVAILABLE else reply

    replace_operation(replacing, original, wrong)


@wrong_datastore(breaks=("R124", "R126"))
def unknown_pod_unassigned(replacing: Replacing) -> None:
    """Taking an address back from a pod that has none is a success."""
    original = datastore_happening.unassign

    def wrong(runner: Runner, event: Unassign) -> Reply:
        reply = original(runner, event)
        return done() if reply.get("error") == pods.UNKNOWN_POD else reply

    replace_operation(replacing, original, wrong)


@wrong_datastore(breaks=("R124", "R34"))
def unassignment_not_written(replacing: Replacing) -> None:
    """A pod that gave its address back is still in the checkpoint."""
    original = pods.unassign

    def wrong(
        node: Node, now: int, card: int, key: PodKey
    ) -> Procedure[tuple[Holding | str, Node, int]]:
        return (yield from without_asking(original(node, now, card, key), now, WriteCheckpoint))

    replacing.function(original, wrong)


@wrong_datastore(breaks=("R114", "R34"))
def assignment_not_written(replacing: Replacing) -> None:
    """A pod that got an address is not in the checkpoint before another event writes it."""
    original = pods.assign

    def wrong(
        config: Config, node: Node, now: int, card: int, pod: Pod
    ) -> Procedure[tuple[Given | str, Node, int]]:
        asking = original(config, node, now, card, pod)
        return (yield from without_asking(asking, now, WriteCheckpoint))

    replacing.function(original, wrong)
