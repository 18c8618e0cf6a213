"""What a check found, per rule and property: passed, failed, known, or skipped and why.

`report_formats` writes it as JSON lines, Markdown and JUnit XML.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import Enum, unique
from importlib.metadata import version
from typing import Final

from attrs import evolve, field, frozen

from ipam_model.catalogue import TAG, catalogue
from ipam_model.conformance.exposure import Circumstance, conditions_in_words
from ipam_model.conformance.subject import Calls, Capabilities, Feature, Kind
from ipam_model.conformance.verdict import Result
from ipam_model.inspection.counted import counted


@unique
class Status(Enum):
    """What became of a rule or property."""

    FAILED = "failed"
    KNOWN = "known"
    """It diverges, as the user has listed."""
    PASSED = "passed"
    SKIPPED = "skipped"


@unique
class Conclusion(Enum):
    """What a check comes to; the first that is so."""

    DIVERGES = "diverges"
    """There is a divergence that is not listed as known."""
    GONE = "known divergence gone"
    """What is listed as known did not occur, which is an error."""
    UNDECIDED = "undecided"
    """The subject supports none of the plans to its end, or some plan is undecided."""
    CONFORMS = "conforms"


@frozen(kw_only=True)
class Line:
    """A rule, or a property of the subject as a whole."""

    id: str
    statement: str
    passed: int = 0
    """In how many steps a property held; or a rule was executed, the subject agreed, and it could
    have been seen to be broken (`exposure`)."""
    failed: int = 0
    """In how many divergences of their own."""
    known: int = 0
    """How many plans met a known divergence."""
    skipped: str = ""
    """Why nothing was checked, if nothing was."""

    @property
    def status(self) -> Status:
        """The gravest of what happened."""
        if self.failed:
            return Status.FAILED
        if self.known:
            return Status.KNOWN
        return Status.PASSED if self.passed else Status.SKIPPED


@frozen(kw_only=True)
class Failure:
    """A divergence, with the smallest plan that shows it."""

    title: str
    """In one line: which rule, and what it says."""
    rules: tuple[str, ...]
    """Those by which the model goes another way, the most suspicious first."""
    aspect: str
    """A property of `PROPERTIES`."""
    area: str
    """Which plans found it."""
    plan: str
    """The file in which the plan is kept; empty if it could not be."""
    text: str
    """All there is to say."""
    expected: tuple[str, ...] = ()
    """What the model allows in the step that diverges, in words."""
    found: str = ""
    """What there is instead."""
    step: int = 0
    """Which step of the plan that is, from 1; 0 if it is not known."""
    quirks: tuple[str, ...] = ()
    """Suspected bugs that the model had, by id: those asked for, and known ones met before."""
    unkept: str = ""
    """Where the plan could not be kept, and why; it stands in `text` then."""


@frozen(kw_only=True)
class KnownSeen:
    """A divergence that the user has listed, and that occurs."""

    id: str
    reason: str
    times: int
    """How many plans met it."""
    plan: str
    """The file in which the smallest plan is kept; empty if it was not looked for."""
    unkept: str = ""
    """Where the plan could not be kept, and why."""


JUDGE: Final = f"amazon-vpc-cni-k8s {TAG}"
"""The upstream release whose rules a report is of."""


@frozen(kw_only=True)
class Checked:
    """What was checked, and with what."""

    subject: str
    """Its name, with its version."""
    kind: Kind
    precision: str
    calls: str
    lacks: tuple[str, ...] = ()
    """Features that it does not have."""
    address: str = ""
    """How a command reaches it: `pkg.mod:Factory`, or a program."""
    seed: int = 0
    kit: str = field(factory=lambda: version("ipam-model"))
    models: str = JUDGE


def checked(capabilities: Capabilities, *, precision: str, address: str, seed: int) -> Checked:
    """Of a subject with these capabilities."""
    last = address if "(" in address else address.rpartition(":")[2]
    named = capabilities.name or last or "subject"
    release = f" {capabilities.version}" if capabilities.version else ""
    return Checked(
        subject=named + release,
        kind=capabilities.kind,
        precision=precision,
        calls=capabilities.calls.value if capabilities.kind is Kind.DAEMON else "",
        lacks=tuple(each.value for each in Feature if each not in capabilities.features),
        address=address,
        seed=seed,
    )


REPLY: Final = "reply"
CALLS: Final = "calls"
STATE: Final = "state"
ANSWERS: Final = "answers"
DETERMINISM: Final = "determinism"
KNOWN_OCCURS: Final = "known-occurs"

PROPERTIES: Final[Mapping[str, str]] = {
    REPLY: "what the subject says to the caller of an event, the model may say",
    CALLS: "it asks EC2 for the changes that the model asks for, in order",
    STATE: "what is seen after an event is a state that the model can be in",
    ANSWERS: "every event is answered: nothing is raised, nothing hangs or crashes",
    DETERMINISM: "a plan that diverges does so again on a fresh subject",
    KNOWN_OCCURS: "every divergence that is listed as known still occurs",
}
"""Properties of a subject as a whole, by id."""


@frozen(kw_only=True)
class ConformanceReport:
    """What a check found."""

    checked: Checked
    plans: Mapping[str, int] = field(factory=dict)
    """How many ended how, by `Result`."""
    steps: int = 0
    """Events that were applied and compared."""
    fired: Mapping[str, int] = field(factory=dict)
    """In how many steps each rule was executed and the subject agreed."""
    exposed: Mapping[str, int] = field(factory=dict)
    """In how many of them it could have been seen to be broken."""
    watched: int = 0
    """In how many plans that was counted."""
    areas: Mapping[str, int] = field(factory=dict)
    """How many plans of each area were tried."""
    dropped: Mapping[str, int] = field(factory=dict)
    """How many of these were given up, and are none of `plans`: an event of theirs made no sense
    once the subject had chosen, such as one that names an ENI which it does not have. Such a plan
    says nothing."""
    left_out: int = 0
    """Directed plans that the subject was not asked for, since it lacks what they need."""
    failures: tuple[Failure, ...] = ()
    known: tuple[KnownSeen, ...] = ()
    listed: int = 0
    """How many divergences are listed as known."""
    gone: tuple[str, ...] = ()
    """What is listed as known and did not occur in a search to the end: an error."""
    unplayed: Mapping[str, Mapping[str, str]] = field(factory=dict)
    """For each of these, the directed plans of its rule that were not played to their end, and why:
    it may be that it could not show."""
    seconds: float = 0.0

    @property
    def conclusion(self) -> Conclusion:
        """What it comes to."""
        if self.failures:
            return Conclusion.DIVERGES
        if self.gone:
            return Conclusion.GONE
        decided = self.plans.get(Result.CONFORMS.value, 0) or self.known
        if self.plans.get(Result.UNDECIDED.value, 0) or not decided:
            return Conclusion.UNDECIDED
        return Conclusion.CONFORMS

    @property
    def conforms(self) -> bool:
        """No unknown divergence, every known one occurs, and it was decided."""
        return self.conclusion is Conclusion.CONFORMS

    @property
    def tried(self) -> int:
        """How many plans were tried."""
        return sum(self.plans.values())

    def properties(self) -> tuple[Line, ...]:
        """A line for each of `PROPERTIES`."""
        failed = Counter(each.aspect for each in self.failures) + Counter(
            {KNOWN_OCCURS: len(self.gone)}
        )
        passed = Counter(dict.fromkeys((REPLY, STATE, ANSWERS), self.steps))
        passed[DETERMINISM] = len(self.failures) - failed[DETERMINISM] + len(self.known)
        passed[KNOWN_OCCURS] = len(self.known)
        reasons = {
            DETERMINISM: "nothing diverged, so nothing was tried again",
            KNOWN_OCCURS: "the search ended before anything was met that is listed as known"
            if self.listed
            else "nothing is listed as known",
        }
        if self.checked.calls == Calls.CHANGES.value:
            passed[CALLS] = self.steps
        elif self.checked.kind is Kind.DATASTORE:
            reasons[CALLS] = "a datastore asks EC2 for nothing"
        else:
            reasons[CALLS] = "the subject has an EC2 of its own"
        return tuple(
            Line(
                id=each,
                statement=statement,
                passed=passed[each],
                failed=failed[each],
                skipped=""
                if passed[each] or failed[each]
                else reasons.get(each, "no plan was run"),
            )
            for each, statement in PROPERTIES.items()
        )

    def rules(self) -> tuple[Line, ...]:
        """A line for each rule of v1.23 that is code, in the order of their numbers."""
        failed = Counter(each.rules[0] for each in self.failures if each.rules)
        known = Counter({each.id.partition("-")[0]: each.times for each in self.known})
        return tuple(
            Line(
                id=each.id,
                statement=each.statement,
                passed=self.exposed.get(each.id, 0),
                failed=failed[each.id],
                known=known[each.id],
                skipped=""
                if self.exposed.get(each.id) or failed[each.id] or known[each.id]
                else self._unseen(each.id),
            )
            for each in catalogue().values()
            if each.id.startswith("R") and (each.where or failed[each.id] or known[each.id])
        )

    def _unseen(self, rule: str) -> str:
        """Why nothing can be said of a rule."""
        lacks = f"; the subject lacks {', '.join(self.checked.lacks)}" if self.checked.lacks else ""
        if not self.fired.get(rule):
            return f"no step of {counted(self.watched, 'watched plan')} executed it{lacks}"
        is_daemon = self.checked.kind is Kind.DAEMON
        met = frozenset({Circumstance.DAEMON} if is_daemon else ())
        return (
            "executed, but nothing would have shown it broken: that takes "
            f"{conditions_in_words(rule, met)}{lacks}"
        )

    def lines(self) -> tuple[Line, ...]:
        """Properties, then rules."""
        return (*self.properties(), *self.rules())


def merged(reports: Iterable[ConformanceReport]) -> ConformanceReport:
    """Several checks of one subject as one; `ValueError` if there is none."""
    every = tuple(reports)
    if not every:
        raise ValueError("no report to merge")
    plans: Counter[str] = Counter()
    fired: Counter[str] = Counter()
    exposed: Counter[str] = Counter()
    areas: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    unplayed: dict[str, Mapping[str, str]] = {}
    known: dict[str, KnownSeen] = {}
    for each in every:
        plans.update(each.plans)
        fired.update(each.fired)
        exposed.update(each.exposed)
        areas.update(each.areas)
        dropped.update(each.dropped)
        unplayed.update(each.unplayed)
        for seen in each.known:
            before = known.get(seen.id)
            known[seen.id] = (
                seen
                if before is None
                else evolve(before, times=before.times + seen.times, plan=before.plan or seen.plan)
            )
    failures = {each.plan or each.text: each for report in every for each in report.failures}
    return ConformanceReport(
        checked=every[0].checked,
        plans=plans,
        steps=sum(each.steps for each in every),
        fired=fired,
        exposed=exposed,
        watched=sum(each.watched for each in every),
        areas=areas,
        dropped=dropped,
        left_out=max(each.left_out for each in every),
        failures=tuple(failures.values()),
        known=tuple(known.values()),
        listed=max(each.listed for each in every),
        gone=tuple(dict.fromkeys(gone for each in every for gone in each.gone)),
        unplayed=unplayed,
        seconds=sum(each.seconds for each in every),
    )


def aspect_of(result: Result, aspect: str) -> str:
    """The property that a divergence violates."""
    if result is Result.BROKEN:
        return ANSWERS
    return aspect if aspect in PROPERTIES else STATE
