"""Scenarios judged by every property of the registry."""

from attrs import evolve, field, frozen

from ipam_model.properties.evidence import Step
from ipam_model.properties.judging import Judge, Violation
from ipam_model.properties.pace import ticks_to_settle
from ipam_model.properties.watching import Watched
from ipam_model.scenario import running
from ipam_model.scenario.document import Scenario
from ipam_model.scenario.running import ScenarioRunner
from ipam_model.scenario.setup import world_of
from ipam_model.world import World


@frozen(kw_only=True)
class Judgement:
    """What a scenario comes to, with the node left alone at its end."""

    violations: tuple[Violation, ...]
    """Of properties."""
    unexpected: tuple[str, ...]
    """Expectations of the scenario that do not hold."""
    exercised: frozenset[str] = field(factory=frozenset)
    """Properties that held and might not have."""

    @property
    def violated(self) -> tuple[str, ...]:
        """The ids of the properties violated, sorted."""
        return tuple(sorted({each.of for each in self.violations}))


class _JudgedScenario(Watched, ScenarioRunner):
    """Runs a scenario under watch."""

    def __init__(self, world: World) -> None:
        self.judge = Judge()
        self.violations: list[Violation] = []
        super().__init__(world)

    def on_step(self, step: Step) -> None:
        self.violations.extend(self.judge.step(step))

    def rest(self) -> None:
        """Let calls succeed again, and leave the node alone."""
        self.ec2 = evolve(self.ec2, faults=())
        if self.node is None:
            self.start()
        if self.node is not None:
            quiet = self.leave_alone(ticks_to_settle(self.config))
            self.violations.extend(self.judge.quiet(quiet))


def judge(scenario: Scenario) -> Judgement:
    """Run a scenario, leave the node alone for a while, and see what held.

    Raises as `ipam_model.scenario.running.run_scenario` does.
    """
    runner = _JudgedScenario(world_of(scenario.node, scenario.ec2))
    steps = list(runner.steps(scenario.events))
    runner.rest()
    return Judgement(
        violations=tuple(runner.violations),
        unexpected=_unexpected(steps),
        exercised=frozenset(runner.judge.exercised),
    )


def _unexpected(steps: list[running.Step]) -> tuple[str, ...]:
    return tuple(
        f"event {step.number} ({step.event.kind}), {each}"
        for step in steps
        for each in step.violations
    )
