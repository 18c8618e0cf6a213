"""The model's store as a judge sees it."""

from collections.abc import Hashable, Iterator
from functools import lru_cache
from typing import Final

from ipam_model.canonical import ENI_AGE
from ipam_model.choosing import ways
from ipam_model.config import Quirk
from ipam_model.conformance.datastore_events import DatastoreEvent, DatastorePart
from ipam_model.conformance.datastore_happening import DatastoreState, happen, new_state, observe
from ipam_model.conformance.spec import Outcome, Said
from ipam_model.conformance.subject import Reply
from ipam_model.firing import Fired, rules_fired
from ipam_model.state import AddressRecord, Eni
from ipam_model.world import Runner


class DatastoreSpec:
    """A `Spec` of the store alone.

    The real one leaves to the order of Go's maps which ENI, CIDR and expired address serves a pod,
    which ENI goes of those that may, and where an address of the checkpoint belongs that stands in
    several CIDRs: each is an outcome of its own.
    """

    def __init__(
        self, quirks: frozenset[Quirk] = frozenset(), *, watch_rules: bool = False
    ) -> None:
        """`quirks`: suspected bugs that are expected of it; it can have `DATASTORE_QUIRKS`.

        `watch_rules`: say of every outcome which rules were executed; takes longer.
        """
        self._quirks = quirks
        self._watch_rules = watch_rules

    def initial(self, setup: DatastorePart) -> DatastoreState:
        """The empty store; `InputError` if its cooldown is none that the daemon can have."""
        return new_state(setup, self._quirks)

    def outcomes(
        self,
        state: DatastoreState,
        event: DatastoreEvent,
        said: Said | None = None,  # noqa: ARG002 - there are few
    ) -> Iterator[Outcome[DatastoreState]]:
        """Every outcome of an event; `InputError` for one that makes sense with no store."""

        def watched(runner: Runner) -> tuple[Reply, bool, frozenset[str]]:
            if not self._watch_rules:
                return *happen(runner, event, running=state.running), frozenset()
            with rules_fired() as fired:
                reply, running = happen(runner, event, running=state.running)
            return reply, running, _rules(frozenset(fired.functions))

        for way in ways(state.world, watched):
            reply, running, rules = way.result
            after = DatastoreState(way.runner.world, running)
            yield Outcome(Said(reply, observe(after)), after, rules)

    def key(self, state: DatastoreState) -> Hashable:
        """The state with ages for instants, cut off where they no longer matter."""
        world, store = state.world, state.store
        cooldown = world.config.cooldown
        node = world.node
        assert node is not None, "a store has a memory"
        return (
            state.running,
            tuple(_eni_key(eni, world.now, cooldown) for eni in store.enis),
            (store.total_drift, store.prefix_drift),
            tuple((each.due - world.now, each.eni, each.network) for each in node.cleanups),
            tuple(
                frozenset((entry.pod.key.container, entry.address) for entry in written.entries)
                for _, written in world.checkpoints
            ),
        )


DATASTORE_QUIRKS: Final = (
    Quirk.DOUBLE_DECREMENT,
    Quirk.CLEANUP_DRIFT,
    Quirk.COOLING_RELEASED,
)
"""The suspected bugs of the daemon that its store alone can have."""


def suspects(expected: frozenset[Quirk] = frozenset()) -> dict[str, DatastoreSpec]:
    """By rule id, the models that have one suspected bug more than those that are expected."""
    return {
        quirk.value: DatastoreSpec(expected | {quirk})
        for quirk in DATASTORE_QUIRKS
        if quirk not in expected
    }


@lru_cache(maxsize=1024)
def _rules(functions: frozenset[str]) -> frozenset[str]:
    return Fired(set(functions)).rules


def _eni_key(eni: Eni, now: int, cooldown: int) -> Hashable:
    cidrs = tuple(
        (cidr.network, tuple(_record_key(each, now, cooldown) for each in cidr.records))
        for cidr in eni.cidrs
    )
    flags = (eni.primary, eni.trunk, eni.efa, eni.excluded)
    return eni.id, eni.device, flags, min(now - eni.created, ENI_AGE), cidrs


def _record_key(record: AddressRecord, now: int, cooldown: int) -> tuple[int, str, int]:
    if record.pod is not None:
        return record.address, record.pod.key.container, 0
    return record.address, "", min(now - record.since, cooldown + 1)
