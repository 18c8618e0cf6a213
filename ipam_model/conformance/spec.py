"""What a judge must know of a model: its states, and every outcome of an event."""

from collections.abc import Hashable, Iterator
from typing import Generic, Protocol, TypeVar

from attrs import frozen

from ipam_model.conformance.observation import Observation
from ipam_model.conformance.pending import PodEvent
from ipam_model.conformance.subject import Reply
from ipam_model.ec2 import Ec2
from ipam_model.requests import Request

S = TypeVar("S")
SetupT_contra = TypeVar("SetupT_contra", contravariant=True)
EventT_contra = TypeVar("EventT_contra", contravariant=True)


@frozen
class AnsweredCall:
    """What was asked of EC2, and the answer."""

    request: Request[object]
    answer: object
    after: Ec2 | None = None
    """EC2 right after it, if the kit answered."""
    rule: str = ""
    """By which the model makes it; empty of what a subject asked."""


@frozen
class Said:
    """What came from a subject during an event."""

    reply: Reply
    seen: Observation
    calls: tuple[AnsweredCall, ...] | None = None
    """Those that change EC2, in order; `None` if the kit does not answer them."""
    meanwhile: tuple["Meanwhile", ...] = ()
    """What happened while its calls were pending, in order."""


@frozen
class Meanwhile:
    """A pod that came or went while a call of the subject was pending."""

    call: str
    nth: int
    """Of the calls of this name during the event, from 1."""
    event: PodEvent
    said: Said
    """The reply to it, and what was seen right after it, before the call was answered."""


@frozen
class Outcome(Generic[S]):
    """One way in which an event can go."""

    said: Said
    """What the model says of itself, everything exact."""
    state: S
    rules: frozenset[str] = frozenset()
    """Which were executed, if somebody watches them."""


class Spec(Protocol[S, SetupT_contra, EventT_contra]):
    """A model as a judge sees it."""

    def initial(self, setup: SetupT_contra) -> S:
        """Before the first event."""

    def outcomes(
        self, state: S, event: EventT_contra, said: Said | None
    ) -> Iterator[Outcome[S] | None]:
        """Every outcome that may agree with what the subject said, or every one if it is `None`.

        What cannot agree may be left out, and the sooner the better; `None` stands for a way that
        was given up, so that who counts them can stop. That of the first options comes first.
        Raises `InputError` for an event that makes no sense in this state.
        """

    def key(self, state: S) -> Hashable:
        """The same for states with the same future."""
