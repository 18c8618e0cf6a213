"""What a plan asks of the kit besides telling the subject: its EC2, its model, its suspicions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from types import MappingProxyType
from typing import Final, Generic, Protocol, TypeVar

from attrs import evolve

from ipam_model.config import ALL_QUIRKS, QUIRKS_OF, Quirk
from ipam_model.conformance import circumstances
from ipam_model.conformance.daemon_spec import DaemonSpec, parts
from ipam_model.conformance.datastore_events import DatastoreEvent, DatastorePart, Pass
from ipam_model.conformance.exposure import Circumstance
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.pending import features_during
from ipam_model.conformance.plan import DaemonPlan, DatastorePlan
from ipam_model.conformance.spec import Spec
from ipam_model.conformance.stage import Heard, NoCloud, Stage, Tell
from ipam_model.conformance.subject import Calls, Capabilities, DaemonSetup, Reply
from ipam_model.scenario.document import (
    AwaitTrunk,
    Event,
    OthersAssign,
    OthersAttach,
    OthersDetach,
    OthersTag,
    OthersUnassign,
    PodAdd,
    PodDel,
    Reconcile,
    Start,
    Terminate,
    Tick,
)
from ipam_model.scenario.setup import in_full, world_of
from ipam_model.subnets import CounterSubnet
from ipam_model.world import World

S = TypeVar("S")
SetupT = TypeVar("SetupT")
EventT = TypeVar("EventT")


class Course(Protocol[S, SetupT, EventT]):
    """A plan as it is carried out with one subject."""

    @property
    def spec(self) -> Spec[S, SetupT, EventT]:
        """The model that is asked."""

    @property
    def initial(self) -> S:
        """The model's state before the first event."""

    @property
    def setup(self) -> SetupT:
        """What the subject begins with."""

    @property
    def events(self) -> tuple[EventT, ...]:
        """Of the plan."""

    def parts(self, event: EventT, state: S, /) -> tuple[EventT, ...]:
        """What the subject is told one after the other; `InputError` if that makes no sense."""

    def idle(self, event: EventT, state: S, /) -> str:
        """Why nobody is told of an event; empty if it happens."""

    def verdict_key(self, event: EventT) -> str | None:
        """What the reply to an event must say."""

    def happen(self, event: EventT) -> None:
        """What the event is for the surroundings; `InputError` if it makes no sense there."""

    def lacking(self) -> str:
        """Why the subject cannot be told all of it; empty if it can."""

    def asked(self, event: EventT, tell: Tell, /) -> AbstractContextManager[Heard | None]:
        """While it is open the subject may ask EC2; what came of it, `None` if nobody looks.

        `tell` tells it of pods while a call is pending.
        """

    def follow(self, states: Iterable[S]) -> None:
        """Go on in the states that explain the subject."""

    def suspects(self) -> Iterator[tuple[str, Spec[S, SetupT, EventT]]]:
        """Suspected bugs that are not in force, each with the model that has it as well."""

    def circumstances(self, run: Sequence[tuple[EventT, Reply]], /) -> frozenset[Circumstance]:
        """Under which the subject was told these events, and replied so."""


NEEDS_DAEMON: Final = (PodAdd, PodDel, Tick, Reconcile, AwaitTrunk, Terminate)
"""What happens only to a daemon that runs."""
NAMES: Final = (OthersAssign, OthersAttach, OthersDetach, OthersTag, OthersUnassign)
"""Events that name ENIs and addresses, or bring them in."""


class DaemonCourse:
    """A node's plan: the kit plays EC2."""

    def __init__(
        self,
        plan: DaemonPlan,
        capabilities: Capabilities,
        quirks: frozenset[Quirk] = frozenset(),
        *,
        watch_rules: bool = False,
    ) -> None:
        self._plan = plan
        self._capabilities = capabilities
        self._quirks = quirks
        self.spec = DaemonSpec(
            precision=capabilities.precision,
            quirks=quirks,
            nameless=_nameless(plan, capabilities),
            watch_rules=watch_rules,
        )
        self._stage: Stage | None = None
        cloud: Stage | NoCloud = NoCloud()
        world = world_of(plan.node, plan.ec2)
        if capabilities.calls is Calls.CHANGES:
            cloud = self._stage = Stage(world)
        self.setup = DaemonSetup(node=in_full(plan.node, plan.ec2), ec2=plan.ec2, cloud=cloud)
        self.initial = self.spec.initial(self.setup)

    @property
    def events(self) -> tuple[Event, ...]:
        """See `Course`."""
        return self._plan.events

    def parts(self, event: Event, state: World) -> tuple[Event, ...]:
        """See `Course`."""
        return parts(event, state)

    def idle(self, event: Event, state: World) -> str:
        """See `Course`."""
        needs = isinstance(event, NEEDS_DAEMON) and state.node is None
        return "the daemon does not run" if needs else ""

    def verdict_key(self, event: Event) -> str | None:
        """See `Course`."""
        if isinstance(event, Start):
            return "ok"
        return "success" if isinstance(event, PodAdd | PodDel) else None

    def happen(self, event: Event) -> None:
        """See `Course`."""
        if self._stage is not None:
            self._stage.happen(event)

    def lacking(self) -> str:
        """See `Course`."""
        calls = (part for event in self._plan.events for part in event.calls)
        return self._capabilities.lacking(
            {need for part in calls for need in features_during(part)}
        )

    def asked(self, event: Event, tell: Tell) -> AbstractContextManager[Heard | None]:
        """See `Course`."""
        return nullcontext() if self._stage is None else self._stage.asked(event.calls, tell)

    def follow(self, states: Iterable[World]) -> None:
        """See `Course`."""
        if self._stage is not None:
            self._stage.follow(states)

    def suspects(self) -> Iterator[tuple[str, DaemonSpec]]:
        """See `Course`."""
        config = self.initial.config
        left_out = {Quirk(each) for each in self._plan.node.no_quirks}
        for quirk in Quirk:
            known = quirk in QUIRKS_OF.get(config.version, ALL_QUIRKS)
            if known and quirk not in self._quirks | left_out:
                yield quirk.value, evolve(self.spec, quirks=self._quirks | {quirk})

    def circumstances(self, run: Sequence[tuple[Event, Reply]]) -> frozenset[Circumstance]:
        """See `Course`."""
        return circumstances.of_daemon(self.initial, self._plan.ec2, self._capabilities, run)


def _nameless(plan: DaemonPlan, capabilities: Capabilities) -> bool:
    """Whether neither calls nor observations nor events tell names.

    The key that forgets them is made for counted subnets that hand out nothing twice, IPv4 and one
    card.
    """
    if capabilities.calls is not Calls.NONE or capabilities.precision is Precision.EXACT:
        return False
    world = world_of(plan.node, plan.ec2)
    config, ec2 = world.config, world.ec2
    return not (
        any(isinstance(event, NAMES) for event in plan.events)
        or any(isinstance(event, Start) and event.env for event in plan.events)
        or config.ipv6
        or config.settings.pod_eni
        or config.cards > 1
        or ec2.imds_lag
        or ec2.arrivals.eni_lag
        or ec2.arrivals.address_lag
        or any(not isinstance(s, CounterSubnet) or s.reissue for s in ec2.subnets)
    )


class DatastoreCourse(Generic[S]):
    """The plan of a store: there is nothing but the store."""

    def __init__(
        self,
        plan: DatastorePlan,
        capabilities: Capabilities,
        spec: Spec[S, DatastorePart, DatastoreEvent],
        suspects: Mapping[str, Spec[S, DatastorePart, DatastoreEvent]] = MappingProxyType({}),
    ) -> None:
        self.spec = spec
        self.setup = plan.datastore
        self.events = plan.events
        self.initial = spec.initial(plan.datastore)
        self._capabilities = capabilities
        self._suspects = suspects

    def parts(self, event: DatastoreEvent, _state: S) -> tuple[DatastoreEvent, ...]:
        """See `Course`."""
        return (event,)

    def idle(self, _event: DatastoreEvent, _state: S) -> str:
        """See `Course`."""
        return ""

    def verdict_key(self, event: DatastoreEvent) -> str | None:
        """See `Course`."""
        return None if isinstance(event, Pass) else "success"

    def happen(self, event: DatastoreEvent) -> None:
        """See `Course`."""

    def lacking(self) -> str:
        """See `Course`."""
        return ""

    def asked(self, _event: DatastoreEvent, _tell: Tell) -> AbstractContextManager[Heard | None]:
        """See `Course`."""
        return nullcontext()

    def follow(self, states: Iterable[S]) -> None:
        """See `Course`."""

    def suspects(self) -> Iterator[tuple[str, Spec[S, DatastorePart, DatastoreEvent]]]:
        """See `Course`."""
        yield from self._suspects.items()

    def circumstances(self, run: Sequence[tuple[DatastoreEvent, Reply]]) -> frozenset[Circumstance]:
        """See `Course`."""
        return circumstances.of_datastore(self.setup, self._capabilities, run)
