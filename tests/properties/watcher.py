"""A story under the eyes of a judge: every property is checked after every event.

EC2 may be told not to enforce its limits, because an EC2 that does would hide a daemon that does
not. What a finding explains is counted and let pass.
"""

from collections import Counter
from collections.abc import Sequence

from attrs import evolve

from ipam_model import others
from ipam_model.properties.evidence import Quiet, Step
from ipam_model.properties.judging import Judge, Violation
from ipam_model.properties.pace import ticks_to_settle
from ipam_model.properties.watching import Watched
from ipam_model.testing.story import Story
from ipam_model.testing.telling import Teller, tell
from ipam_model.world import World


class Watcher(Watched, Teller):
    """Fails at the first violation that no finding explains."""

    def __init__(self, world: World, choices: Sequence[int] = ()) -> None:
        super().__init__(world, choices)
        self.judge = Judge()
        self.known: Counter[str] = Counter()
        """How often a finding explained a violation."""

    def on_step(self, step: Step) -> None:
        self.consider(self.judge.step(step), f"{step.kind} {step.subject or ''}".strip())

    def consider(self, violations: Sequence[Violation], when: str) -> None:
        """Fail for what is not known."""
        for each in violations:
            self.known.update(finding.id for finding in each.findings)
        new = [str(each) for each in violations if not each.known]
        assert not new, f"{new[0]} ({when}, at {self.now} ms)"

    def left_alone(self) -> Quiet:
        """As long as the node needs to settle, and as long again; what that violates fails."""
        passes = 0 if self.node is None else ticks_to_settle(self.config)
        quiet = self.leave_alone(passes)
        self.consider(self.judge.quiet(quiet), "left alone")
        return quiet


def watch(story: Story) -> Watcher:
    """The whole story under watch."""
    watcher = Watcher(story.world(), story.choices)
    tell(watcher, story)
    return watcher


def undisturbed(watcher: Watcher) -> bool:
    """End all disturbances: EC2 answers, the subnet has room, the node is schedulable.

    Whether the daemon runs then; if it cannot even start, that is considered here.
    """
    watcher.ec2 = others.set_free(evolve(watcher.ec2, faults=()), "subnet-1", 400)
    watcher.cordoned = False
    if watcher.node is None:
        watcher.start()
    if watcher.node is None:
        watcher.left_alone()
    return watcher.node is not None


def watch_to_the_end(story: Story, *, cordoned: bool = False) -> Watcher:
    """The story, a quiet period, and another one after all pods have left."""
    watcher = watch(story)
    if not undisturbed(watcher):
        return watcher
    watcher.left_alone()
    depart(watcher, cordoned=cordoned)
    watcher.left_alone()
    return watcher


def depart(watcher: Watcher, *, cordoned: bool) -> None:
    """All pods leave, perhaps because the node is cordoned and drained."""
    watcher.cordoned = cordoned
    for store in watcher.memory().stores:
        for key in tuple(store.holdings):
            watcher.delete_pod(key)
