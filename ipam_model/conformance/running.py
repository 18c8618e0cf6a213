"""One plan, one subject, one verdict.

    verdict = run(MyDaemon(), plan_of(scenario))

The subject is told event by event. After each the judge (`session`) decides whether some behaviour
of the model is what the subject did, said and shows. What the subject raises ends the run.
"""

from collections.abc import Callable, Mapping
from threading import Thread
from types import MappingProxyType
from typing import Final, Generic, TypeVar, cast

from attrs import evolve, frozen

from ipam_model.config import Quirk
from ipam_model.conformance.agreement import Aspect
from ipam_model.conformance.course import Course, DaemonCourse, DatastoreCourse
from ipam_model.conformance.datastore_events import DatastoreEvent, DatastorePart
from ipam_model.conformance.explaining import divergence
from ipam_model.conformance.exposure import exposed
from ipam_model.conformance.observation import Observation, Precision
from ipam_model.conformance.patience import (
    PODS_WAIT,
    StillWaitingError,
    beside,
    patience_of,
    wrong_patience,
)
from ipam_model.conformance.pending import PodEvent
from ipam_model.conformance.plan import DaemonPlan, DatastorePlan
from ipam_model.conformance.raised import RAISED, raised_place, raised_words
from ipam_model.conformance.session import Budget, Explained, Session, Undecided, Unexplained
from ipam_model.conformance.spec import Said, Spec
from ipam_model.conformance.subject import (
    Capabilities,
    DaemonSubject,
    DatastoreSubject,
    Feature,
    Kind,
    Reply,
    Subject,
    SubjectError,
    UnsupportedError,
)
from ipam_model.conformance.verdict import Result, Step, Verdict
from ipam_model.conformance.wellformed import wrong_observation, wrong_reply
from ipam_model.conformance.words import call_place, event_words, plain_words, said_words
from ipam_model.errors import InputError, ModelError
from ipam_model.scenario.document import CallPart
from ipam_model.scenario.meaning import EventError

T = TypeVar("T")
S = TypeVar("S")
SetupT = TypeVar("SetupT")
EventT = TypeVar("EventT")

USUAL: Final = Budget()
DIFFERS: Final = {
    Aspect.CALLS: "calls differ",
    Aspect.MEANWHILE: "what a pod meets while a call is pending differs",
    Aspect.REPLY: "reply differs",
    Aspect.STATE: "state differs",
}
"""What is said of a divergence."""


def run_daemon(
    subject: DaemonSubject,
    plan: DaemonPlan,
    *,
    quirks: frozenset[Quirk] = frozenset(),
    budget: Budget = USUAL,
    watch_rules: bool = False,
) -> Verdict:
    """How a plan goes with a daemon.

    `quirks`: suspected bugs that are expected of it, none unless somebody knows better.
    `watch_rules`: count which rules the explained steps executed; takes longer before Python 3.12.
    Raises `InputError` if the plan makes no sense: `EventError` says at which event.
    """
    return Run(
        subject,
        Kind.DAEMON,
        lambda told: DaemonCourse(plan, told, quirks, watch_rules=watch_rules),
        budget,
    ).verdict()


def run_datastore(
    subject: DatastoreSubject,
    plan: DatastorePlan,
    spec: Spec[S, DatastorePart, DatastoreEvent],
    *,
    suspects: Mapping[str, Spec[S, DatastorePart, DatastoreEvent]] = MappingProxyType({}),
    budget: Budget = USUAL,
) -> Verdict:
    """How a plan goes with a data store; `suspects` are models with one suspected bug each."""
    return Run(
        subject, Kind.DATASTORE, lambda told: DatastoreCourse(plan, told, spec, suspects), budget
    ).verdict()


class _OverError(Exception):
    """The run is over before its end."""

    def __init__(
        self,
        result: Result,
        reason: str,
        found: str = "",
        *,
        waited: float = 0.0,
        doing: str = "",
    ) -> None:
        super().__init__(reason)
        self.result = result
        self.reason = reason
        self.found = found
        self.waited = waited
        self.doing = doing
        """During what, if that is not the event."""


class _LateError(_OverError):
    """A pod was not served while a call was pending; perhaps it is afterwards."""

    def __init__(self, reason: str, thread: Thread, waited: float, doing: str) -> None:
        super().__init__(Result.BROKEN, reason, waited=waited, doing=doing)
        self.thread = thread


@frozen
class Told(Generic[EventT]):
    """An event that the subject was told, and what came from it."""

    step: int
    event: EventT
    said: Said


class Run(Generic[S, SetupT, EventT]):
    """One subject under one plan."""

    def __init__(
        self,
        subject: Subject[SetupT, EventT],
        kind: Kind,
        course_of: Callable[[Capabilities], Course[S, SetupT, EventT]],
        budget: Budget,
    ) -> None:
        self._subject = subject
        self._kind = kind
        self._course_of = course_of
        self._budget = budget
        self._steps: list[Step] = []
        self.told: list[Told[EventT]] = []
        """What the subject was told so far."""
        self._explained: list[tuple[EventT, Reply]] = []
        self.precision = Precision.EXACT
        self._doing = "reset"
        """What the subject is told."""

    def verdict(self) -> Verdict:
        """Carry the plan out."""
        try:
            capabilities = self._capabilities()
        except _OverError as over:
            return self._over(over)
        self.precision = capabilities.precision
        course = self._course_of(capabilities)
        session = Session(course.spec, course.initial, capabilities.precision, self._budget)
        verdict = self._play(course, capabilities, session)
        fired = dict(session.fired)
        circumstances = course.circumstances(self._explained) if fired else frozenset()
        shown = exposed(fired, circumstances)
        return evolve(verdict, fired=fired, exposed=shown, states=session.most_states)

    def _capabilities(self) -> Capabilities:
        found = _guarded(lambda: self._subject.capabilities, "capabilities")
        if not isinstance(found, Capabilities):
            raise _OverError(
                Result.BROKEN, f"capabilities is {type(found).__name__}, not Capabilities"
            )
        if found.kind is not self._kind:
            raise _OverError(
                Result.UNSUPPORTED,
                f"the subject is a {found.kind.value}, the plan is for a {self._kind.value}",
            )
        if Feature.PODS_MEANWHILE in found.features:
            _require_none(_guarded(lambda: wrong_patience(self._subject), "patience"))
        return found

    def _play(
        self,
        course: Course[S, SetupT, EventT],
        capabilities: Capabilities,
        session: Session[S, EventT],
    ) -> Verdict:
        lacks = course.lacking()
        if lacks:
            return evolve(self._verdict(Result.UNSUPPORTED), reason=lacks)
        try:
            _guarded(lambda: self._subject.reset(course.setup), "reset")
            for number, event in enumerate(course.events):
                try:
                    over = self._event(event, course, capabilities, session)
                except InputError as error:
                    raise EventError(number, str(error)) from None
                if over is not None:
                    return over
        except _OverError as over:
            return self._over(over)
        return Verdict(result=Result.CONFORMS, steps=tuple(self._steps))

    def _event(
        self,
        event: EventT,
        course: Course[S, SetupT, EventT],
        capabilities: Capabilities,
        session: Session[S, EventT],
    ) -> Verdict | None:
        """One event of the plan; the verdict if it is the last."""
        for part in course.parts(event, session.state):
            idle = course.idle(part, session.state)
            if idle:
                self._steps.append(self._step(part, f"skipped: {idle}"))
                continue
            course.happen(part)
            said = self._tell(part, course)
            self.told.append(Told(len(self._steps), part, said))
            over = self._judge(part, said, course, capabilities, session)
            if over is not None:
                return over
            course.follow(session.states)
        return None

    def _tell(self, event: EventT, course: Course[S, SetupT, EventT]) -> Said:
        """Let an event happen to the subject, and what happens during its calls."""
        self._steps.append(self._step(event, ""))
        self._doing = plain_words(event)
        broken: list[_OverError | ModelError] = []

        def tell(call: CallPart, pod: PodEvent) -> Said | None:
            try:
                return self._tell_meanwhile(call, pod)
            except (_OverError, ModelError) as over:
                broken.append(over)  # Nothing of the kit's goes through the subject that waits.
                return None

        try:
            with course.asked(event, tell) as heard:
                reply = self._reply(event, course.verdict_key(event), self._steps[-1].event)
        except _OverError as over:
            raise (_afterwards(broken[0]) if broken else over) from None
        if broken:
            raise _afterwards(broken[0])
        seen = self._seen()
        if heard is None:
            return Said(reply, seen)
        return Said(reply, seen, tuple(heard.calls), tuple(heard.meanwhile))

    def _tell_meanwhile(self, call: CallPart, pod: PodEvent) -> Said:
        """Let a pod come or go while the subject waits for an answer."""
        where = f"during {call_place(call.call, call.nth)}"
        what = f"{event_words(pod)} {where}"
        patience = patience_of(self._subject)

        def served() -> Said:
            return Said(self._reply(cast(EventT, pod), "success", what), self._seen())

        try:
            return served() if patience is None else beside(served, patience)
        except StillWaitingError as waiting:
            why = f"{what}: no reply within {waiting.patience:g} s; {PODS_WAIT}"
            raise _LateError(why, waiting.thread, waiting.patience, what) from None
        except _OverError as over:
            why = over.reason if where in over.reason else f"{what}: {over.reason}"
            raise _OverError(over.result, why, over.found, waited=over.waited, doing=what) from None

    def _reply(self, event: EventT, verdict_key: str | None, what: str) -> Reply:
        """What the subject replies to an event that is called so."""
        reply = _guarded(lambda: self._subject.apply(event), "apply")
        _require_none(wrong_reply(reply, verdict_key, what))
        return reply

    def _seen(self) -> Observation:
        """What the subject shows."""
        seen = _guarded(self._subject.observe, "observe")
        _require_none(wrong_observation(seen, self.precision))
        return seen

    def _judge(
        self,
        event: EventT,
        said: Said,
        course: Course[S, SetupT, EventT],
        capabilities: Capabilities,
        session: Session[S, EventT],
    ) -> Verdict | None:
        judged = session.judge(event, said)
        shown = said_words(said, capabilities.precision)
        match judged:
            case Explained(outcome):
                same = outcome.said == said
                model = shown if same else said_words(outcome.said, capabilities.precision)
                self._steps[-1] = evolve(self._steps[-1], said=shown, model=model)
                self._explained.append((event, said.reply))
                return None
            case Undecided(reason):
                self._steps[-1] = evolve(self._steps[-1], said=shown)
                return evolve(self._verdict(Result.UNDECIDED), reason=reason)
            case Unexplained():
                return self._diverges(event, said, judged, course, capabilities)

    def _diverges(
        self,
        event: EventT,
        said: Said,
        unexplained: Unexplained[S],
        course: Course[S, SetupT, EventT],
        capabilities: Capabilities,
    ) -> Verdict:
        precision = capabilities.precision
        found = divergence(getattr(event, "kind", ""), said, unexplained, precision)
        self._steps[-1] = evolve(
            self._steps[-1],
            said=said_words(said, precision),
            model=said_words(unexplained.nearest[0].said, precision) if unexplained.nearest else "",
        )
        return evolve(
            self._verdict(Result.DIVERGES),
            aspect=found.aspect.value,
            reason=f"no behaviour of the model explains step {len(self._steps)}, "
            f"{event_words(event)}: {DIFFERS[unexplained.aspect]}",
            expected=found.expected,
            found=found.found,
            rules=found.rules,
            quirk=self._quirk(course, precision),
        )

    def _quirk(self, course: Course[S, SetupT, EventT], precision: Precision) -> str:
        """The suspected bug with which the model explains everything."""
        for name, spec in course.suspects():
            session = Session(spec, spec.initial(course.setup), precision, self._budget)
            try:
                explained = all(
                    isinstance(session.judge(each.event, each.said), Explained)
                    for each in self.told
                )
            except InputError:  # An event that makes no sense to such a daemon.
                continue
            if explained:
                return name
        return ""

    # -- verdicts --------------------------------------------------------------------------------

    def _step(self, event: EventT, said: str) -> Step:
        return Step(number=len(self._steps) + 1, event=event_words(event), said=said, model="")

    def _over(self, over: _OverError) -> Verdict:
        verdict = self._verdict(over.result)
        return evolve(
            verdict,
            reason=over.reason,
            found=over.found,
            waited=over.waited,
            waited_for=(over.doing or self._doing) if over.waited else "",
        )

    def _verdict(self, result: Result) -> Verdict:
        return Verdict(result=result, steps=tuple(self._steps))


def _afterwards(error: _OverError | ModelError) -> _OverError | ModelError:
    """The same, once the event is over; a pod that was late is given as much time again.

    It must not act while the subject is under another plan.
    """
    if isinstance(error, _LateError):
        error.thread.join(error.waited)
        if error.thread.is_alive():
            why = f"{error.reason} The pod waits even after the event."
            return _OverError(error.result, why, waited=error.waited, doing=error.doing)
    return error


def _require_none(wrong: str) -> None:
    """Nothing is wrong with what the subject has; else the run is over, and says what is."""
    if wrong:
        raise _OverError(Result.BROKEN, wrong)


def _guarded(act: Callable[[], T], what: str) -> T:
    """What the subject does; what it raises is its own fault."""
    try:
        return act()
    except UnsupportedError as error:
        raise _OverError(Result.UNSUPPORTED, str(error) or "unsupported") from None
    except SubjectError as error:
        raise _OverError(Result.BROKEN, str(error), error.details, waited=error.waited) from None
    except ModelError:
        raise
    except RAISED as error:
        raise _OverError(
            Result.BROKEN, f"{what} raised {raised_words(error)}", raised_place(error)
        ) from error
