"""The model's store as a judge sees it."""

from collections.abc import Hashable, Iterator, Mapping
from functools import lru_cache
from typing import Final, TypeAlias

from ipam_model.addresses import parse_address, parse_network
from ipam_model.canonical import ENI_AGE
from ipam_model.choosing import Chooser, ways
from ipam_model.config import Quirk
from ipam_model.conformance.datastore_events import (
    Assign,
    DatastoreEvent,
    DatastorePart,
    Recover,
)
from ipam_model.conformance.datastore_happening import (
    DatastoreState,
    happen,
    new_state,
    observe,
)
from ipam_model.conformance.observation import Observation
from ipam_model.conformance.observed import Known
from ipam_model.conformance.spec import Outcome, Said
from ipam_model.conformance.subject import Reply
from ipam_model.daemon.pods import Spot
from ipam_model.daemon.procedure import Choice, OneOf, Options
from ipam_model.firing import Fired, rules_fired
from ipam_model.requests import CheckpointEntry
from ipam_model.state import AddressRecord, Eni, Network
from ipam_model.world import Runner, World


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
        self, state: DatastoreState, event: DatastoreEvent, said: Said | None = None
    ) -> Iterator[Outcome[DatastoreState]]:
        """Every outcome of an event; `InputError` for one that makes sense with no store.

        If the subject shows every ENI by its id and with its CIDRs, it is taken at its word:
        outcomes in which its pods have other addresses are left out.
        """

        def watched(runner: Runner) -> tuple[Reply, bool, frozenset[str]]:
            if not self._watch_rules:
                return *happen(runner, event, running=state.running), frozenset()
            with rules_fired() as fired:
                reply, running = happen(runner, event, running=state.running)
            return reply, running, _rules(frozenset(fired.functions))

        homes = {} if said is None else homes_shown(said.seen)
        known: Known = {}
        for way in ways(state.world, watched, lambda world: _Following(world, event, homes)):
            reply, running, rules = way.result
            after = DatastoreState(way.runner.world, running)
            yield Outcome(Said(reply, observe(after, known)), after, rules)
            if not (running or said is None or said.seen.running):
                return  # One failed recovery is like the other.

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


Homes: TypeAlias = Mapping[str, tuple[str, Network, int]]
"""ENI, CIDR and address of each pod."""


def homes_shown(seen: Observation) -> Homes:
    """Where the pods are shown to be; nowhere unless it shows every ENI, exactly."""
    if not all(each.id and (each.cidrs or not each.total) for each in seen.enis):
        return {}
    return {
        pod: (eni.id, parse_network(cidr.cidr), parse_address(address))
        for eni in seen.enis
        for cidr in eni.cidrs
        for address, pod in cidr.assigned.items()
    }


class _Following(Chooser):
    """Looks at nothing but what leads to where the pods are shown to be.

    Where nothing does, the subject diverges, and all is looked at to say what would have been
    right; of a recovery one way, for there may be more than anybody can follow.
    """

    def __init__(self, world: World, event: DatastoreEvent, homes: Homes) -> None:
        super().__init__(world)
        self._event = event
        self._homes = homes

    def options(self, choice: Choice) -> Options[Hashable]:
        """Those that agree with what is shown."""
        if isinstance(self._event, Assign) and choice.rule == "R112":
            home = self._homes.get(self._event.pod)
            for spot in choice.options if home else ():
                assert isinstance(spot, Spot), "R112 offers addresses"
                if home == (spot.eni.id, spot.cidr.network, spot.address):
                    return OneOf((spot,))
        if isinstance(self._event, Recover) and choice.rule == "R61":
            (entry,) = choice.live
            assert isinstance(entry, CheckpointEntry), "R61 places an entry of the checkpoint"
            home = self._homes.get(entry.pod.key.container)
            if home is not None:
                return OneOf((home[:2] if home[:2] in choice.options else choice.options.first,))
        return choice.options


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
