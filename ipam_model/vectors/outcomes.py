"""Every outcome of an event, as JSON: the reply, what EC2 is asked to change, the state after."""

from collections.abc import Hashable
from functools import partial
from typing import Any

from attrs import evolve, frozen

from ipam_model.addresses import format_address, format_short
from ipam_model.choosing import Chooser, ways
from ipam_model.conformance.cloud import CHANGES
from ipam_model.daemon.procedure import Call
from ipam_model.errors import InputError
from ipam_model.requests import Failed, Request
from ipam_model.scenario.document import Event
from ipam_model.scenario.running import ScenarioRunner
from ipam_model.strict_json import JsonValue
from ipam_model.trace.calls import expected_call
from ipam_model.vectors.states import Json, changed, state_json
from ipam_model.world import CrashedError, Runner, World


@frozen
class Outcome:
    """One way in which an event can go."""

    reply: Json
    calls: tuple[Json, ...]
    """The requests that change EC2, in order, with EC2's answers."""
    after: World

    def as_json(self, before: Json) -> Json:
        """With those parts of the state that are not as before."""
        calls: list[JsonValue] = [*self.calls]
        return {
            "reply": self.reply,
            "calls": calls,
            "state": changed(before, state_json(self.after)),
        }


class Teller(Chooser, ScenarioRunner):
    """Chooses as it is told, and notes what changes EC2."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.changes: list[Json] = []

    def tell(self, event: Event) -> Outcome:
        """How an event goes; `InputError` if it makes no sense here."""
        if event.at_ms is not None and event.at_ms > self.now:
            self.advance(event.at_ms - self.now)
        try:
            reply = self.prescribed(event)
        except CrashedError:
            self.crash()
            reply = {"ok": False, "error": "crash"}
        return Outcome(reply, tuple(self.changes), self.world)

    def answer(self, ask: Call) -> object:
        """The environment's answer; what changes EC2 is noted."""
        if not isinstance(ask.request, CHANGES):
            return super().answer(ask)
        number = len(self.changes)
        self.changes.append({})  # Its place is before whatever happens inside it.
        answer = super().answer(ask)
        self.changes[number] = self._shown(ask.request, answer)
        return answer

    def _shown(self, request: Request[Any], answer: object) -> Json:
        call = expected_call(request)
        assert call is not None, "whatever changes EC2 is recorded"
        shown: Json = {**call}
        if isinstance(answer, Failed):
            return shown | {"error": answer.code}
        if isinstance(answer, tuple):
            return shown | {"granted": [format_short(each) for each in answer]}
        eni = self.ec2.eni(answer) if isinstance(answer, str) else None
        if eni is None:
            return shown
        networks = (*eni.networks()[1:], *eni.ipv6_prefixes)
        return shown | {
            "created": eni.id,
            "device": eni.device,
            "in_subnet": eni.subnet,
            "primary_address": format_address(eni.primary_address),
            "granted": [format_short(each) for each in networks],
        }


class TooManyError(InputError):
    """An event can go in more ways than a vector lists."""


def outcomes(world: World, event: Event, most: int) -> tuple[Outcome, ...]:
    """Every outcome of an event, that of the first options first; none twice.

    Raises `InputError` if the event makes no sense in this state, `TooManyError` if there are more
    than `most`.
    """
    found: dict[Hashable, Outcome] = {}
    for way in ways(world, partial(_tell, event), Teller):
        each = way.result
        found.setdefault((repr(each.reply), repr(each.calls), each.after), each)
        if len(found) > most:
            raise TooManyError(f"{event.kind} can go in more than {most} ways")
    return tuple(found.values())


def first_outcome(world: World, event: Event) -> Outcome:
    """The outcome of the first options; `InputError` as `outcomes`."""
    return _tell(event, Teller(world))


def _tell(event: Event, runner: Runner) -> Outcome:
    assert isinstance(runner, Teller), "ways are those of a `Teller`"
    return runner.tell(evolve(event, choices=()))
