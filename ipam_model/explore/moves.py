"""The moves of an exploration: what a path consists of."""

from typing import TypeAlias

from attrs import frozen

from ipam_model.state import Pod, PodKey

Decisions: TypeAlias = tuple[object, ...]
"""Per question, in order: the option of a choice; the `Fault` of a call, or `None`: success."""


@frozen
class Wait:
    """Time passes between two passes of the loop."""

    milliseconds: int


@frozen
class Begin:
    """The next thing in the daemon's loop begins, or the daemon starts."""

    decisions: Decisions
    ends: bool
    """It ends without another moment at which something else can happen."""


@frozen
class Resume:
    """The daemon gets the answer for which it waits, and goes on."""

    decisions: Decisions
    ends: bool


@frozen
class Arrive:
    """A pod asks for its address."""

    pod: Pod
    decisions: Decisions
    killed: bool = False
    """The daemon dies before it replies."""


@frozen
class Depart:
    """A pod gives its address back."""

    key: PodKey
    decisions: Decisions
    killed: bool = False


@frozen
class Kill:
    """The daemon dies."""


Move: TypeAlias = Wait | Begin | Resume | Arrive | Depart | Kill
