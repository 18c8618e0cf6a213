"""Judging steps: which properties held, which were exercised, which are violated."""

from collections import Counter
from collections.abc import Hashable, Iterator

from attrs import define, field, frozen

from ipam_model.properties.evidence import Quiet, Step
from ipam_model.properties.registry import (
    FINDINGS,
    HOLDS,
    QUIET,
    RUN,
    STATE,
    STEP,
    Finding,
    Verdict,
    Violated,
)
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


@define
class Judge:
    """Checks every registered property, step by step; one judge per run."""

    exercised: Counter[str] = field(factory=Counter)
    """How often a property held without being vacuous."""
    _memories: dict[str, Hashable] = field(factory=dict)

    def step(self, step: Step) -> tuple[Violation, ...]:
        """What a step violates, the state after it included."""
        return tuple(self._violations(self._of_step(step), step.after))

    def quiet(self, quiet: Quiet) -> tuple[Violation, ...]:
        """What a quiet period violates."""
        verdicts = ((each.id, each.check(quiet)) for each in QUIET.values())
        return tuple(self._violations(verdicts, quiet.settled))

    def _of_step(self, step: Step) -> Iterator[tuple[str, Verdict]]:
        for each in STEP.values():
            yield each.id, each.check(step)
        for state in STATE.values():
            yield state.id, state.check(step.after)
        for run in RUN.values():
            memory = self._memories.get(run.id, run.check.initial)
            self._memories[run.id], verdict = run.check.advance(memory, step)
            yield run.id, verdict

    def _violations(
        self, verdicts: Iterator[tuple[str, Verdict]], world: World
    ) -> Iterator[Violation]:
        for property_id, verdict in verdicts:
            if isinstance(verdict, Violated):
                known = tuple(
                    each
                    for each in FINDINGS.values()
                    if each.violates == property_id and each.applies(world)
                )
                yield Violation(property_id, verdict.what, known)
            elif verdict is HOLDS:
                self.exercised[property_id] += 1
