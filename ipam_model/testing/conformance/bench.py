"""Where plans run on a subject, and what came of them is counted."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Generic, Protocol, TypeVar

from attrs import define, evolve, field, frozen

from ipam_model.config import Quirk
from ipam_model.conformance.observation import Observation, Precision
from ipam_model.conformance.patience import Limitable, patience_of
from ipam_model.conformance.subject import Capabilities, Kind, Reply, Subject
from ipam_model.conformance.verdict import Result, Verdict
from ipam_model.errors import InputError
from ipam_model.testing.conformance.area import Area

P = TypeVar("P")

AnySubject = Subject[Any, Any]
AnyFactory = Callable[[], AnySubject]

WATCHED_ONE_IN: Final = 5
CHEAP_TO_WATCH: Final = sys.version_info >= (3, 12)
AGREED: Final = (Result.CONFORMS, Result.UNDECIDED)
"""How a plan ends whose last step was not refused."""
FAILING: Final = (Result.DIVERGES, Result.BROKEN)
"""How a plan ends that shows a fault of the subject or its harness."""


class Arena(Protocol[P]):
    """What is particular to a kind of subject."""

    @property
    def kind(self) -> Kind:
        """Of subjects."""

    @property
    def areas(self) -> tuple[Area[P], ...]:
        """Its plans at random."""

    @property
    def replays(self) -> bool:
        """Whether `ipam-model replay` takes its plans."""

    def judge(
        self, subject: AnySubject, plan: P, quirks: frozenset[Quirk], *, watch: bool
    ) -> Verdict:
        """How the plan goes, for a daemon with these quirks; `InputError` if it makes no sense.

        `watch`: count the rules that were executed.
        """

    def setup(self, plan: P) -> str:
        """What it starts from, in one line."""

    def events(self, plan: P) -> Sequence[object]:
        """What happens in it."""

    def with_events(self, plan: P, events: Sequence[Any]) -> P:
        """The same with other events."""

    def simpler(self, event: Any) -> Iterator[Any]:  # noqa: ANN401 - of either kind
        """The event with less of what happens during it, last things first."""

    def write(self, plan: P, title: str) -> str:
        """As a document."""

    def read(self, given: object) -> P:
        """A plan as it is, or the file of one; `InputError` if it is none."""


@frozen
class Narrowed:
    """A subject that shows no more than a coarser precision, or has less time for its pods."""

    subject: AnySubject
    precision: Precision | None
    within: float | None = None
    """Seconds in which it must serve a pod while a call is pending."""

    @property
    def capabilities(self) -> Capabilities:
        """The subject's, at this precision."""
        own = self.subject.capabilities
        return own if self.precision is None else evolve(own, precision=self.precision)

    @property
    def patience(self) -> float | None:
        """The subject's, or less."""
        own = patience_of(self.subject)
        return own if own is None or self.within is None else min(own, self.within)

    def reset(self, setup: Any) -> None:  # noqa: ANN401 - of either kind
        """As the subject does it."""
        self.subject.reset(setup)

    def apply(self, event: Any) -> Reply:  # noqa: ANN401 - of either kind
        """As the subject does it."""
        return self.subject.apply(event)

    def observe(self) -> Observation:
        """As the subject does it."""
        return self.subject.observe()


def narrowed(capabilities: Capabilities, precision: Precision | None) -> Capabilities:
    """The capabilities at a precision; `InputError` if the subject does not show that much."""
    offered = capabilities.precision
    if precision is None:
        return capabilities
    if not offered.includes(precision):
        raise InputError(
            f"precision {precision.value}: the subject shows {offered.value}; "
            "ask for that, or for less"
        )
    return evolve(capabilities, precision=precision)


@define(kw_only=True)
class Bench(Generic[P]):
    """Runs plans on a subject."""

    factory: AnyFactory
    arena: Arena[P]
    precision: Precision | None = None
    quirks: frozenset[Quirk] = frozenset()
    """Suspected bugs that the subject is taken to have; they grow as known ones are met."""
    ended: Counter[str] = field(factory=Counter)
    fired: Counter[str] = field(factory=Counter)
    """In how many steps that were agreed with each rule was executed."""
    exposed: Counter[str] = field(factory=Counter)
    """In how many of them it could have been seen to be broken."""
    steps: int = 0
    watched: int = 0
    """Plans during which executed rules were counted."""
    runs: int = 0
    """All runs, those of shrinking included."""
    unsupported: str = ""
    """Why the last plan was skipped that was."""
    undecided: str = ""
    """Why the last plan is undecided that is."""
    senseless: str = ""
    """What made no sense in the last plan that made none."""
    on_run: Callable[[], object] = int
    """Called before each run."""
    _subject: AnySubject | None = None
    _within: float | None = None

    def limit_answers_to(self, seconds: float | None) -> None:
        """Give subjects no more time for an answer than this from now on; `None`: all they have.

        One in this process has less for the pods that come during its calls, for nobody waits for
        it otherwise; a program for whatever it is told, but to begin.
        """
        self.close()
        self._within = seconds

    def judge(self, plan: P, *, fresh: bool = False, counted: bool = False) -> Verdict | None:
        """How a plan goes; `None` if the plan makes no sense once the subject has chosen.

        One subject is reset again and again; a `fresh` one is made for this run, and after a run
        in which the subject broke. Of the plans that are `counted`, before Python 3.12 only one in
        `WATCHED_ONE_IN` is watched for the rules that it executes, which takes six times as long.
        """
        if fresh:
            self.close()
        subject = self._ready()
        tried = sum(self.ended.values())
        # Not the first of five, for that of an area is the simplest; but of all plans the first.
        chosen = tried == 0 or tried % WATCHED_ONE_IN == WATCHED_ONE_IN - 1
        watch = counted and (CHEAP_TO_WATCH or chosen)
        self.runs += 1
        self.on_run()
        try:
            verdict = self.arena.judge(subject, plan, self.quirks, watch=watch)
        except InputError as error:
            self.senseless = str(error)
            return None
        if verdict.result is Result.BROKEN:
            self.close()
        if counted:
            self.watched += bool(verdict.fired)
            self.count(verdict)
        return verdict

    def count(self, verdict: Verdict) -> None:
        """A plan went so."""
        self.ended[verdict.result.value] += 1
        self.fired.update(verdict.fired)
        self.exposed.update({rule: verdict.fired[rule] for rule in verdict.exposed})
        self.steps += max(len(verdict.steps) - (verdict.result not in AGREED), 0)
        if verdict.result is Result.UNSUPPORTED:
            self.unsupported = verdict.reason
        if verdict.result is Result.UNDECIDED:
            self.undecided = verdict.reason

    def close(self) -> None:
        """Let go of the subject."""
        subject, self._subject = self._subject, None
        inner = subject.subject if isinstance(subject, Narrowed) else subject
        close = getattr(inner, "close", None)
        if callable(close):
            close()

    def _ready(self) -> AnySubject:
        if self._subject is None:
            made = self.factory()
            as_it_is = self.precision is None and self._within is None
            self._subject = made if as_it_is else Narrowed(made, self.precision, self._within)
            if self._within is not None and isinstance(made, Limitable):
                made.limit_answers_to(self._within)
        return self._subject


def compared(ended: Mapping[str, int], steps: int) -> bool:
    """Whether plans that ended so say something: not all of them ended at what is unsupported."""
    if any(ended.get(each.value) for each in FAILING):
        return True
    return steps > 0 and sum(ended.values()) > ended.get(Result.UNSUPPORTED.value, 0)


def first_difference(one: Verdict, other: Verdict) -> int | None:
    """The number of the first step in which a subject went another way the second time."""
    for first, second in zip(one.steps, other.steps, strict=False):
        if first.said != second.said:
            return first.number
    if len(one.steps) != len(other.steps):
        return min(len(one.steps), len(other.steps)) + 1
    return None if one.result is other.result else len(one.steps)
