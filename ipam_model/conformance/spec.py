"""What a judge must know of a model: its states, and every outcome of an event."""

from collections.abc import Hashable, Iterator
from typing import Generic, Protocol, TypeVar

from attrs import frozen

from ipam_model.conformance.observation import Observation
from ipam_model.conformance.subject import Reply
from ipam_model.requests import Request

S = TypeVar("S")
SetupT_contra = TypeVar("SetupT_contra", contravariant=True)
EventT_contra = TypeVar("EventT_contra", contravariant=True)


@frozen
class AnsweredCall:
    """What was asked of EC2, and the answer."""

    request: Request[object]
    answer: object


@frozen
class Said:
    """What came from a subject during an event."""

    reply: Reply
    seen: Observation
    calls: tuple[AnsweredCall, ...] | None = None
    """Those that change EC2, in order; `None` if the kit does not answer them."""


@frozen
class Outcome(Generic[S]):
    """One way in which an event can go."""

    said: Said
    """What the model says of itself, everything exact."""
    state: S
    rules: frozenset[str]
    """Which were executed."""


class Spec(Protocol[S, SetupT_contra, EventT_contra]):
    """A model as a judge sees it."""

    def initial(self, setup: SetupT_contra) -> S:
        """Before the first event."""

    def outcomes(
        self, state: S, event: EventT_contra, calls: tuple[AnsweredCall, ...] | None
    ) -> Iterator[Outcome[S]]:
        """Every outcome that agrees with the calls that were made, if they are known.

        That of the first options comes first.
        """

    def key(self, state: S) -> Hashable:
        """The same for states with the same future."""
