"""A node under watch: every property is checked at every step, and all is written down."""

from collections.abc import Iterable, Sequence

from attrs import evolve

from ipam_model.properties.evidence import Step
from ipam_model.properties.judging import Judge, Violation
from ipam_model.properties.pace import ticks_to_settle
from ipam_model.properties.watching import Watched
from ipam_model.scenario.recording import Recorder
from ipam_model.testing.story import Story
from ipam_model.testing.telling import Teller
from ipam_model.world import World


class WatchedNode(Recorder, Watched, Teller):
    """Lives through events; `violations` is what it has violated so far."""

    def __init__(self, world: World, choices: Sequence[int] = ()) -> None:
        self.judge = Judge()
        self.violations: list[Violation] = []
        super().__init__(world, choices)

    def on_step(self, step: Step) -> None:
        """Judge it."""
        self.violations.extend(self.judge.step(step))

    def rest(self, passes: int | None = None) -> None:
        """A quiet period: calls are answered again, and the loop is left alone, twice `passes`.

        By default for as long as a node of this config may take to settle (`ticks_to_settle`).

        Nobody uncordons the node or returns addresses to its subnets: the properties know what may
        be expected then. A daemon that cannot start has no quiet period.
        """
        self.ec2 = evolve(self.ec2, faults=())
        if self.node is None:
            self.start()
        if self.node is not None:
            granted = ticks_to_settle(self.config) if passes is None else passes
            self.violations.extend(self.judge.quiet(self.leave_alone(granted)))


def unknown(violations: Iterable[Violation]) -> list[Violation]:
    """Those that no finding explains."""
    return [each for each in violations if not each.known]


def live(story: Story, *, passes: int | None = None) -> WatchedNode:
    """The whole story under watch, and a quiet period after it: see `WatchedNode.rest`; 0 = none.

    Ends early where a property is violated.
    """
    node = WatchedNode(story.world(), story.choices)
    node.start()
    for event in story.events:
        if unknown(node.violations):
            return node
        node.happen(event)
    if passes != 0 and not unknown(node.violations):
        node.rest(passes)
    return node
