"""What the checks of properties look at."""

from enum import Enum
from typing import TypeAlias

from attrs import frozen

from ipam_model.daemon.procedure import Ask
from ipam_model.ec2 import Ec2
from ipam_model.world import World


@frozen(kw_only=True)
class Asked:
    """A question of the daemon, with the answer it got."""

    ask: Ask
    """A call or a choice, with the daemon's memory at that moment."""
    answer: object
    now: int
    """When it was asked, in milliseconds."""
    ec2: Ec2
    """EC2's truth when it was asked."""


@frozen(kw_only=True)
class Step:
    """One event: the world before and after, and all that was asked meanwhile."""

    kind: str
    """`start`, `add_pod`, `delete_pod`, `tick`, `reconcile`, `advance`, `await_trunk`,
    `terminate`, or `outside` for what others do."""
    subject: object
    """The pod of an add, the key of a delete, the milliseconds of an advance; else `None`."""
    before: World
    after: World
    reply: object
    """What the event came to: a `PodReply`, `Started`, `Reconciled` …"""
    every_card: bool = False
    """An `add_pod` of a pod that asks for an address on every card."""
    asked: tuple[Asked, ...]
    """In the order of the answers; those of nested steps are theirs alone."""
    nested: tuple["Step", ...] = ()
    """What happened while a question was open, in order."""


@frozen(kw_only=True)
class Quiet:
    """A node left alone: calls are answered, and only the loop runs."""

    begin: World
    """When the disturbances ended."""
    course: tuple[World, ...]
    """After each pass of the loop."""
    passes: int
    """How many of them are granted to settle; as many again show whether it stays."""
    steps: tuple[Step, ...]
    """All steps of these passes."""
    later: tuple[Step, ...]
    """Those of the passes after the settling."""

    @property
    def settled(self) -> World:
        """The world after the passes that are granted to settle."""
        return self.course[self.passes - 1] if self.passes else self.begin

    @property
    def rest(self) -> tuple[World, ...]:
        """The worlds from the settled one on."""
        return (self.settled, *self.course[self.passes :])


class Lost(Enum):
    """Why the daemon does not know that an address cools: what a run shows, and no step of it."""

    NOT = "it does know"
    RESTART = "it was started again"
    LEFT = "the address left the store"
    ELSEWHERE = "the address stands in the store twice, and cools in the other place"


Evidence: TypeAlias = Step | Quiet | Lost
"""What a violation was seen in."""


def ends(evidence: Evidence) -> tuple[World, ...]:
    """The world after it, or settled, and the one before it."""
    match evidence:
        case Step():
            return evidence.after, evidence.before
        case Quiet():
            return evidence.settled, evidence.begin
        case Lost():
            return ()
