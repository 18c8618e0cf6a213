"""The kit's EC2: answers what a subject asks, changes as the plan says, and writes it all down.

It is the EC2 of the model's own world. What it answered, and what it was like afterwards, is what
every state that explains the subject is given, so that all of them speak of one EC2.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TypeAlias, TypeVar, cast

from attrs import define, evolve, field

from ipam_model.conformance.cloud import CHANGES, READS
from ipam_model.conformance.pending import NOTHING_PLANNED, POD_EVENTS, PodEvent, planned
from ipam_model.conformance.spec import AnsweredCall, Meanwhile, Said
from ipam_model.ec2 import Ec2
from ipam_model.errors import InputError
from ipam_model.requests import Request, UnassignPrivateIpAddresses
from ipam_model.scenario.document import Advance, CallPart, Event, Outside, Start
from ipam_model.scenario.happening import restarted, surround
from ipam_model.state import Network
from ipam_model.world import Runner, World

A = TypeVar("A")

MOST_REQUESTS: Final = 10_000
"""During one event: time-outs are of single answers, and who asks again and again never hangs."""
SURROUNDINGS: Final[tuple[type[Event], ...]] = Outside.__args__
"""Events that the kit's EC2 takes itself; the subject is told of them."""


Tell: TypeAlias = Callable[[CallPart, PodEvent], Said | None]
"""Tells the subject of a pod while a call is pending; `None` if it is not to be told any more."""


def nobody_comes(part: CallPart, event: PodEvent) -> Said | None:
    """Tells nothing."""
    raise InputError(f"nobody tells the subject of {event.kind} during {part.call}")


@define
class Heard:
    """What comes from a subject while it is told an event, besides its reply."""

    calls: list[AnsweredCall] = field(factory=list)
    """What changed EC2, in order."""
    meanwhile: list[Meanwhile] = field(factory=list)


class Stage:
    """EC2 and the instance's metadata, played by the kit (`cloud.Cloud`)."""

    def __init__(self, world: World) -> None:
        self._runner = Runner(world)
        self._heard: Heard | None = None
        self._planned = NOTHING_PLANNED
        self._tell: Tell = nobody_comes
        self._waiting = False
        """A call is pending, and a pod comes or goes."""
        self._requests = 0

    # -- the subject's side ----------------------------------------------------------------------

    def ask(self, request: Request[A]) -> A:
        """The answer to a request.

        Raises `InputError` for a request that is in neither `CHANGES` nor `READS`, outside of
        `apply`, and for the one after `MOST_REQUESTS` of them.
        """
        kind = type(request)
        if kind not in CHANGES and kind not in READS:
            known = ", ".join(sorted(each.__name__ for each in (*CHANGES, *READS)))
            raise InputError(
                f"EC2 is not asked for {_shown(request)}: the subject does that itself; "
                f"it is asked for {known}"
            )
        heard = self._heard
        if heard is None:
            raise InputError(
                f"{_shown(request)} outside of apply: a subject asks EC2 while an event happens, "
                "and neither in reset nor in observe"
            )
        self._requests += 1
        if self._requests > MOST_REQUESTS:
            raise InputError(
                f"{_shown(request)} is one request too many: {MOST_REQUESTS} were answered during "
                "one event, which no daemon comes near; does it try again for ever?"
            )
        asked = _in_order(request)
        part = None if self._waiting else self._planned.next(asked)
        if part is not None:
            self._let(part, part.before, heard)
        answer = self._runner.reply_to(asked)
        if kind in CHANGES:
            heard.calls.append(AnsweredCall(asked, answer, self._runner.ec2))
        if part is not None:
            self._let(part, part.after, heard)
        return cast(A, answer)

    def _let(self, part: CallPart, events: Iterable[Event], heard: Heard) -> None:
        """Let pods come and go while the call is pending; none after one that was not served."""
        self._waiting = True
        try:
            for event in events:
                assert isinstance(event, POD_EVENTS), "a plan lets nothing else happen there"
                said = self._tell(part, event)
                if said is None:
                    self._planned = NOTHING_PLANNED
                    break
                heard.meanwhile.append(Meanwhile(part.call, part.nth, event, said))
        finally:
            self._waiting = False

    # -- the kit's side --------------------------------------------------------------------------

    @property
    def ec2(self) -> Ec2:
        """As it is now."""
        return self._runner.ec2

    def happen(self, event: Event) -> None:
        """What an event is for EC2, before the subject hears of it.

        Raises `InputError` if it makes no sense here, such as an ENI that is not there.
        """
        match event:
            case Start() if event.env is not None:
                self._runner.config = restarted(self._runner.config, event)
            case Advance():
                if event.ms < 0:
                    raise InputError(f"time cannot go back by {-event.ms} ms")
                self._runner.now += event.ms
            case _ if isinstance(event, SURROUNDINGS):
                surround(self._runner, cast("Outside", event))
            case _:
                pass

    @contextmanager
    def asked(self, calls: Sequence[CallPart] = (), tell: Tell = nobody_comes) -> Iterator[Heard]:
        """Answer questions while an event happens; what comes from the subject meanwhile.

        `calls`: during which of them pods come and go, which `tell` tells the subject.
        """
        heard = self._heard = Heard()
        self._planned = planned(calls)
        self._tell = tell
        self._requests = 0
        try:
            yield heard
        finally:
            self._heard = None

    def follow(self, worlds: Iterable[World]) -> None:
        """Take over time and what reading changed from the states that explain the subject.

        The daemon sleeps between its attempts, and a fault of a call that reads is used up once the
        model has made it. Where the states disagree, nothing is taken over.
        """
        first, *others = worlds
        self._runner.now = first.now
        if all(each.ec2 == first.ec2 for each in others):
            self._runner.ec2 = first.ec2


class NoCloud:
    """The cloud of a subject that says it asks for nothing (`Calls.NONE`)."""

    def ask(self, request: Request[A]) -> A:
        """Raises `InputError`, always."""
        raise InputError(
            f"{_shown(request)}: the subject's capabilities say that it makes no calls"
        )


def _in_order(request: Request[A]) -> Request[A]:
    """With CIDRs in canonical order, whatever the subject's."""
    if isinstance(request, UnassignPrivateIpAddresses):
        networks = tuple(sorted(Network(*each) for each in request.networks))
        return cast("Request[A]", evolve(request, networks=networks))
    return request


def _shown(request: object) -> str:
    return type(request).__name__
