"""What is particular to each kind of subject: its plans, its judge, its documents."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from attrs import evolve

from ipam_model.config import Quirk
from ipam_model.conformance.datastore_events import DatastoreEvent
from ipam_model.conformance.datastore_spec import DatastoreSpec, suspects
from ipam_model.conformance.directed import DIRECTED
from ipam_model.conformance.plan import DaemonPlan, DatastorePlan, plan_of
from ipam_model.conformance.plan_document import read_plan, write_plan
from ipam_model.conformance.running import run_daemon, run_datastore
from ipam_model.conformance.setup_words import setup_words
from ipam_model.conformance.subject import Kind
from ipam_model.conformance.verdict import Verdict
from ipam_model.errors import InputError
from ipam_model.scenario.document import CallPart, Event, Scenario
from ipam_model.testing.conformance.bench import AnySubject, Arena
from ipam_model.testing.conformance.daemon_plans import DAEMON_AREAS
from ipam_model.testing.conformance.datastore_areas import DATASTORE_AREAS


class DaemonArena:
    """Of daemons."""

    kind = Kind.DAEMON
    areas = DAEMON_AREAS
    replays = True

    def judge(
        self, subject: AnySubject, plan: DaemonPlan, quirks: frozenset[Quirk], *, watch: bool
    ) -> Verdict:
        """How the plan goes."""
        return run_daemon(subject, plan, quirks=quirks, watch_rules=watch)

    def setup(self, plan: DaemonPlan) -> str:
        """What is not default in it."""
        return setup_words(plan)

    def events(self, plan: DaemonPlan) -> Sequence[Event]:
        """What happens."""
        return plan.events

    def with_events(self, plan: DaemonPlan, events: Sequence[Event]) -> DaemonPlan:
        """The same with others."""
        return evolve(plan, events=tuple(events))

    def simpler(self, event: Event) -> Iterator[Event]:
        """With a pod less during its calls."""
        for number, part in reversed([*enumerate(event.calls)]):
            for left in _with_fewer_pods(part):
                calls = [*event.calls]
                calls[number : number + 1] = [left] if left.before or left.after else []
                yield evolve(event, calls=tuple(calls))

    def write(self, plan: DaemonPlan, title: str) -> str:
        """As a scenario."""
        return write_plan(plan, title)

    def read(self, given: object) -> DaemonPlan:
        """A plan, a scenario or a file of one."""
        if isinstance(given, Scenario):
            return plan_of(given)
        plan = read_plan(Path(given)) if isinstance(given, str | Path) else given
        if not isinstance(plan, DaemonPlan):
            raise InputError(f"{given}: the subject is a daemon; this is no plan for one")
        return plan


class DatastoreArena:
    """Of data stores."""

    kind = Kind.DATASTORE
    areas = DATASTORE_AREAS
    replays = False

    def judge(
        self,
        subject: AnySubject,
        plan: DatastorePlan,
        quirks: frozenset[Quirk],
        *,
        watch: bool,
    ) -> Verdict:
        """How the plan goes."""
        spec = DatastoreSpec(quirks, watch_rules=watch)
        return run_datastore(subject, plan, spec, suspects=suspects(quirks))

    def setup(self, plan: DatastorePlan) -> str:
        """What is not default in it."""
        return setup_words(plan)

    def events(self, plan: DatastorePlan) -> Sequence[DatastoreEvent]:
        """What is done."""
        return plan.events

    def with_events(self, plan: DatastorePlan, events: Sequence[DatastoreEvent]) -> DatastorePlan:
        """The same with others."""
        return evolve(plan, events=tuple(events))

    def simpler(self, _event: DatastoreEvent) -> Iterator[DatastoreEvent]:
        """Nothing happens during an event."""
        yield from ()

    def write(self, plan: DatastorePlan, title: str) -> str:
        """As a plan's document."""
        return write_plan(plan, title)

    def read(self, given: object) -> DatastorePlan:
        """A plan, or a file of one."""
        plan = read_plan(Path(given)) if isinstance(given, str | Path) else given
        if not isinstance(plan, DatastorePlan):
            raise InputError(f"{given}: the subject is a datastore; this is no plan for one")
        return plan


def _with_fewer_pods(part: CallPart) -> Iterator[CallPart]:
    for number in reversed(range(len(part.after))):
        yield evolve(part, after=part.after[:number] + part.after[number + 1 :])
    for number in reversed(range(len(part.before))):
        yield evolve(part, before=part.before[:number] + part.before[number + 1 :])


_ARENAS: Final[dict[Kind, Arena[Any]]] = {
    Kind.DAEMON: DaemonArena(),
    Kind.DATASTORE: DatastoreArena(),
}


def arena_for(kind: Kind) -> Arena[Any]:
    """Of a kind of subject."""
    return _ARENAS[kind]


def require_areas(names: Iterable[str]) -> None:
    """`InputError` for a name that is none of an area of any kind; needs no subject."""
    drawn = (area.name for arena in _ARENAS.values() for area in arena.areas)
    known = dict.fromkeys((DIRECTED, *drawn))
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            raise InputError(f"no area is called {name!r}; {hint}")
