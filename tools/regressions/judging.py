"""Scenarios judged by every property of the registry."""

from attrs import frozen

from ipam_model.properties.judging import Violation
from ipam_model.scenario.document import Scenario
from ipam_model.scenario.judging import JudgedRun


@frozen(kw_only=True)
class Judgement:
    """What a scenario comes to, with the node left alone at its end."""

    violations: tuple[Violation, ...]
    """Of properties."""
    unexpected: tuple[str, ...]
    """Expectations of the scenario that do not hold."""
    exercised: frozenset[str]
    """Properties that held and might not have."""

    @property
    def violated(self) -> tuple[str, ...]:
        """The ids of the properties violated, sorted."""
        return tuple(sorted({each.of for each in self.violations}))


def judge(scenario: Scenario) -> Judgement:
    """Run a scenario, leave the node alone for a while, and see what held.

    Raises as `ipam_model.scenario.running.run_scenario` does.
    """
    run = JudgedRun(scenario)
    unexpected = tuple(
        f"event {step.number} ({step.event.kind}), {each}"
        for step in run.steps()
        for each in step.violations
    )
    return Judgement(
        violations=run.violations(),
        unexpected=unexpected,
        exercised=frozenset(run.judge.exercised),
    )
