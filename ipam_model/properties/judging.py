"""Judging steps: which properties held, which were exercised, which are violated.

A judge sees one run, step by step. What a step cannot have changed is not checked again: a state
with the same memory, EC2 and sandboxes has the verdict it had.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import cache
from typing import TypeAlias

from attrs import define, field, frozen

from ipam_model.daemon.procedure import Call
from ipam_model.properties.evidence import Asked, Evidence, Quiet, Step
from ipam_model.properties.registry import (
    ASK,
    FINDINGS,
    HOLDS,
    QUIET,
    RUN,
    STATE,
    STEP,
    VACUOUS,
    Finding,
    Verdict,
    Violated,
)
from ipam_model.properties.suite import PROPERTIES
from ipam_model.properties.witnesses import WITNESSES, reached
from ipam_model.world import World


@frozen
class Violation:
    """A property that does not hold, and the findings in whose circumstances that happened."""

    of: str
    """The id of the property."""
    what: str
    findings: tuple[Finding, ...] = ()

    @property
    def known(self) -> bool:
        """Whether a finding explains it."""
        return bool(self.findings)

    def __str__(self) -> str:
        known = f" (known: {', '.join(each.id for each in self.findings)})" if self.known else ""
        return f"{self.of}: {self.what}{known}"


Verdicts: TypeAlias = Iterator[tuple[str, Verdict]]
"""By the id of the property."""


@define
class Judge:
    """Checks every registered property, step by step; one judge per run."""

    exercised: Counter[str] = field(factory=Counter)
    """How often a property held without being vacuous."""
    witnessed: Counter[str] = field(factory=Counter)
    """How often the state or step of a witness was reached."""
    violated: Counter[str] = field(factory=Counter)
    """How often a property was violated, explained or not."""
    explained: Counter[str] = field(factory=Counter)
    """How often a finding explained a violation."""
    _memories: dict[str, Hashable] = field(factory=dict)
    _last: World | None = None
    _verdicts: tuple[tuple[str, Verdict], ...] = ()
    """Of the last state."""

    def step(self, step: Step) -> tuple[Violation, ...]:
        """What a step violates, the state after it included."""
        self.witnessed.update(reached(step))
        found: list[tuple[str, Violated]] = []
        if step.asked:
            self._questions(step, found)
        for check_id, check in _step_checks(step.kind):
            verdict = check(step)
            if verdict is not VACUOUS:
                self._note(check_id, verdict, found)
        for check_id, verdict in self._of_state(step.after):
            if verdict is not VACUOUS:
                self._note(check_id, verdict, found)
        for run in RUN.values():
            memory = self._memories.get(run.id, run.check.initial)
            self._memories[run.id], verdict = run.check.advance(memory, step)
            if verdict is not VACUOUS:
                self._note(run.id, verdict, found)
        return self._violations(found, step) if found else ()

    def quiet(self, quiet: Quiet) -> tuple[Violation, ...]:
        """What a quiet period violates; its steps are judged one by one, as any others."""
        found: list[tuple[str, Violated]] = []
        for each in QUIET.values():
            self._note(each.id, each.check(quiet), found)
        return self._violations(found, quiet)

    def summary(self) -> "Summary":
        """What was exercised so far."""
        return Summary(
            exercised=dict(self.exercised),
            witnessed=dict(self.witnessed),
            violated=dict(self.violated),
            explained=dict(self.explained),
        )

    def _questions(self, step: Step, found: list[tuple[str, Violated]]) -> None:
        for check_id, verdict in verdicts_of_questions(step):
            self._note(check_id, verdict, found)

    def _note(self, check_id: str, verdict: Verdict, found: list[tuple[str, Violated]]) -> None:
        if verdict is HOLDS:
            self.exercised[check_id] += 1
        elif isinstance(verdict, Violated):
            self.violated[check_id] += 1
            found.append((check_id, verdict))

    def _of_state(self, world: World) -> tuple[tuple[str, Verdict], ...]:
        last = self._last
        if last is None or not _alike(last, world):
            self._verdicts = tuple(verdicts_of_state(world))
        self._last = world
        return self._verdicts

    def _violations(
        self, found: list[tuple[str, Violated]], evidence: Evidence
    ) -> tuple[Violation, ...]:
        violations = tuple(
            Violation(check_id, verdict.what, explanations(check_id, evidence, verdict))
            for check_id, verdict in found
        )
        for each in violations:
            self.explained.update(finding.id for finding in each.findings)
        return violations


def explanations(
    property_id: str, evidence: Evidence, violated: Violated | None = None
) -> tuple[Finding, ...]:
    """The findings that explain why a property is violated there, and in this way."""
    further = None if violated is None else violated.circumstances
    seen = (evidence,) if further is None else (evidence, further)
    return tuple(
        finding
        for finding in FINDINGS.values()
        if property_id in finding.violates and any(finding.applies(each) for each in seen)
    )


@frozen(kw_only=True)
class Summary:
    """What a run, or several, exercised."""

    exercised: Mapping[str, int]
    """By property: how often it held without being vacuous."""
    witnessed: Mapping[str, int]
    violated: Mapping[str, int]
    """By property: how often it was violated, explained or not."""
    explained: Mapping[str, int]
    """By finding: how often it explained a violation."""
    rules: frozenset[str] = frozenset()
    """The rules that fired, if somebody watched them."""

    def __str__(self) -> str:
        parts = [
            f"{len(self.exercised)} of {len(PROPERTIES)} properties exercised",
            f"{len(self.witnessed)} of {len(WITNESSES)} witnesses reached",
        ]
        if self.rules:
            parts.append(f"{len(self.rules)} rules fired")
        return ", ".join(parts)


def _alike(one: World, other: World) -> bool:
    """The check of a state sees no difference."""
    return (
        one.node is other.node
        and one.ec2 is other.ec2
        and one.config is other.config
        and one.sandboxes == other.sandboxes
    )


def verdicts_of_step(step: Step) -> Verdicts:
    """What the properties of steps say of one step, but for its questions."""
    for check_id, check in _step_checks(step.kind):
        yield check_id, check(step)


def verdicts_of_state(world: World) -> Verdicts:
    """What the properties of states say of one state."""
    for each in STATE.values():
        yield each.id, each.check(world)


def verdicts_of_questions(step: Step) -> Verdicts:
    """What the properties of questions say of those in one step, which need not be over."""
    checks = _ask_checks()
    for asked in step.asked:
        ask = asked.ask
        key: object = type(ask.request) if isinstance(ask, Call) else ask.rule
        for check_id, check in checks.get(key, ()):
            yield check_id, check(asked, step)


@cache
def _ask_checks() -> Mapping[object, tuple[tuple[str, Callable[[Asked, Step], Verdict]], ...]]:
    found = defaultdict(list)
    for each in ASK.values():
        for key in each.on:
            found[key].append((each.id, each.check))
    return {key: tuple(checks) for key, checks in found.items()}


@cache
def _step_checks(kind: str) -> tuple[tuple[str, Callable[[Step], Verdict]], ...]:
    wanted = (each for each in STEP.values() if not each.on or kind in each.on)
    return tuple((each.id, each.check) for each in wanted)
