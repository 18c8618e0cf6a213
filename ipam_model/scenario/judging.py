"""Running a scenario under the eyes of a judge, and leaving its node alone at the end."""

from collections.abc import Callable, Iterator, Sequence

from attrs import evolve

from ipam_model.properties.evidence import Step as WatchedStep
from ipam_model.properties.judging import Judge, Summary, Violation
from ipam_model.properties.pace import ticks_to_settle
from ipam_model.properties.registry import STATE, Finding
from ipam_model.properties.watching import Watched
from ipam_model.scenario.document import Scenario
from ipam_model.scenario.running import ScenarioRunner, Step
from ipam_model.scenario.setup import world_of
from ipam_model.world import World


class JudgedRunner(Watched, ScenarioRunner):
    """Runs scenarios; `violations` are those of the present event.

    Each property once for every set of findings that explains it: what a finding explains hides
    nothing that none does.
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.judge = Judge()
        self._started = False
        self._found: dict[tuple[str, tuple[Finding, ...]], Violation] = {}
        self._lasting: frozenset[tuple[str, str]] = frozenset()

    def on_step(self, step: WatchedStep) -> None:
        """Judge it; a state that stays wrong in the same way is told once."""
        self._started |= step.kind == "start"
        wrong = self.judge.step(step)
        for each in wrong:
            if (each.of, each.what) not in self._lasting:
                self._found.setdefault((each.of, each.findings), each)
        self._lasting = frozenset((each.of, each.what) for each in wrong if each.of in STATE)

    def violations(self) -> tuple[Violation, ...]:
        """What was violated since this was asked last."""
        found = tuple(self._found.values())
        self._found = {}
        return found

    def settle(self) -> tuple[int, tuple[Violation, ...]]:
        """Leave the node alone, no armed faults: how many passes it is granted, what is violated.

        A daemon whose start failed is started once more; one that was never started is not.
        """
        if not self._started:
            return 0, ()
        self.ec2 = evolve(self.ec2, faults=())
        if self.node is None:
            self.start()
        passes = ticks_to_settle(self.config) if self.node is not None else 0
        quiet = self.leave_alone(passes)
        wrong = self.judge.quiet(quiet)
        return passes, (*self.violations(), *wrong)


class JudgedRun:
    """A scenario, run step by step, and what its node's properties come to."""

    def __init__(
        self, scenario: Scenario, runner: Callable[[World], JudgedRunner] = JudgedRunner
    ) -> None:
        self.passes = 0
        """Passes of the loop for which the node was left alone at the end, twice over."""
        self.at_events: dict[int, tuple[Violation, ...]] = {}
        """What was violated, by the number of the event."""
        self.at_the_end: tuple[Violation, ...] = ()
        """What was violated while the node was left alone."""
        self._events = scenario.events
        self._runner = runner(world_of(scenario.node, scenario.ec2))

    def steps(self) -> Iterator[Step]:
        """See `ScenarioRunner.steps`; when they are over the node is left alone."""
        for step in self._runner.steps(self._events):
            found = self._runner.violations()
            if found:
                self.at_events[step.number] = found
            yield step
        self.passes, self.at_the_end = self._runner.settle()

    @property
    def judge(self) -> Judge:
        """Who judged it."""
        return self._runner.judge

    @property
    def runner(self) -> JudgedRunner:
        """Who runs it."""
        return self._runner

    @property
    def world(self) -> World:
        """The present state."""
        return self._runner.world

    def violations(self) -> tuple[Violation, ...]:
        """All of them, in order."""
        return (*(each for found in self.at_events.values() for each in found), *self.at_the_end)

    @property
    def summary(self) -> Summary:
        """What was exercised."""
        return self.judge.summary()

    def unexplained(self) -> Sequence[Violation]:
        """The violations that no finding explains."""
        return [each for each in self.violations() if not each.known]
