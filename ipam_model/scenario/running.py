"""Running a scenario, event by event."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final, cast

from attrs import evolve, frozen

from ipam_model.daemon.procedure import Call, Choice
from ipam_model.errors import InputError
from ipam_model.quantities import Quantities, quantities, reaches_ec2
from ipam_model.requests import Failed, Request
from ipam_model.scenario.document import (
    CallPart,
    ChoicePart,
    Event,
    Expect,
    Inside,
    PodAdd,
    PodDel,
    Scenario,
)
from ipam_model.scenario.happening import Reply, happen
from ipam_model.scenario.meaning import EventError, ImpossibleError
from ipam_model.scenario.prescription import (
    ScriptedGrants,
    call_name,
    describe_choice,
    find_option,
    locked,
    prescribed_fault,
    require_used,
    without_omitted,
)
from ipam_model.scenario.setup import world_of
from ipam_model.scenario.writing import Json, one_line
from ipam_model.world import CrashedError, Runner, World


@frozen(kw_only=True)
class Made:
    """A call that was made."""

    name: str
    request: Request[object]
    answer: object

    @property
    def error(self) -> str:
        """The code with which it failed; empty if it did not."""
        return self.answer.code if isinstance(self.answer, Failed) else ""


@frozen(kw_only=True)
class Chosen:
    """A choice that was made."""

    choice: Choice
    option: object
    nth: int

    @cached_property
    def part(self) -> ChoicePart:
        """As a scenario names it."""
        return describe_choice(self.choice, self.option, self.nth)


@frozen(kw_only=True)
class Violation:
    """An expectation that does not hold."""

    path: tuple[str, ...]
    """What was expected: the keys below `expect`."""
    expected: object
    got: object

    def __str__(self) -> str:
        what = " ".join(self.path)
        return f"{what}: expected {_shown(self.expected)}, got {_shown(self.got)}"


@frozen(kw_only=True)
class InsideStep:
    """Something that happened inside a call, or before a choice."""

    place: str
    """Before or after which call acted, or before the choice of which rule."""
    event: Inside
    reply: Reply


@frozen(kw_only=True)
class Step:
    """One event of a run."""

    number: int
    """Its position in the scenario, from 0."""
    event: Event
    now: int
    """Milliseconds, after it."""
    running: bool
    """Whether the daemon runs after it."""
    reply: Reply
    calls: tuple[Made, ...]
    """Calls of any kind made during it, in the order in which they were answered."""
    choices: tuple[Chosen, ...]
    """What the daemon chose during it, the first options included."""
    inside: tuple[InsideStep, ...]
    """What happened meanwhile."""
    quantities: Quantities
    violations: tuple[Violation, ...]


class StoppedError(ImpossibleError):
    """The scenario cannot go on: the event prescribes what cannot be."""

    def __init__(self, number: int, event: Event, message: str) -> None:
        super().__init__(message)
        self.number = number
        self.event = event


class _Frame:
    """An event in progress: what it still prescribes, and what was asked so far."""

    def __init__(self, calls: Sequence[CallPart] = (), choices: Sequence[ChoicePart] = ()) -> None:
        self._calls = {(part.call, part.nth): part for part in calls}
        self._choices = {(part.rule, part.nth): part for part in choices}
        self._asked: Counter[str] = Counter()
        if len(self._calls) < len(calls) or len(self._choices) < len(choices):
            raise InputError("two entries speak of the same call or choice")

    def next_call(self, name: str) -> CallPart | None:
        """What is prescribed for the next call of a name."""
        self._asked[name] += 1
        return self._calls.pop((name, self._asked[name]), None)

    def next_choice(self, rule: str) -> tuple[ChoicePart | None, int]:
        """What is prescribed for the next choice of a rule, and its number."""
        self._asked[rule] += 1
        nth = self._asked[rule]
        return self._choices.pop((rule, nth), None), nth

    def finish(self) -> None:
        """Complain about what was prescribed in vain."""
        for name, nth in (*self._calls, *self._choices):
            raise ImpossibleError(f"{name} number {nth} does not come: {self._asked[name]} came")


class ScenarioRunner(Runner):
    """Runs scenarios: prescribed answers and choices, and the deterministic ones elsewhere."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.ec2_calls = 0
        """Requests to EC2 so far."""
        self._frame = _Frame()
        self._made: list[Made] = []
        self._chosen: list[Chosen] = []
        self._meanwhile: list[InsideStep] = []

    def steps(self, events: Iterable[Event]) -> Iterator[Step]:
        """Run the events one by one.

        Raises `StoppedError` where the model does not allow what is prescribed, `InputError` with
        the event's number where an event makes no sense.
        """
        for number, event in enumerate(events):
            self._made, self._chosen, self._meanwhile = [], [], []
            try:
                self._wait_for(event)
                reply = self.prescribed(event)
            except CrashedError:
                self.crash()
                reply = {"ok": False, "error": "crash"}
            except ImpossibleError as error:
                raise StoppedError(number, event, str(error)) from None
            except InputError as error:
                raise EventError(number, str(error)) from None
            step = Step(
                number=number,
                event=event,
                now=self.now,
                running=self.node is not None,
                reply=reply,
                calls=tuple(self._made),
                choices=tuple(self._chosen),
                inside=tuple(self._meanwhile),
                quantities=quantities(self, ec2_calls=self.ec2_calls),
                violations=(),
            )
            broken = () if event.expect == ANYTHING else violations(event.expect, step)
            yield evolve(step, violations=broken) if broken else step

    def _wait_for(self, event: Event) -> None:
        if event.at_ms is None or event.at_ms == self.now:
            return
        if event.at_ms < self.now:
            raise InputError(f"at_ms is {event.at_ms}, but it is {self.now} already")
        self.advance(event.at_ms - self.now)

    def prescribed(self, event: Event) -> Reply:
        """Let an event happen as it prescribes."""
        outer, self._frame = self._frame, _Frame(event.calls, event.choices)
        try:
            reply = happen(self, event)
            self._frame.finish()
        finally:
            self._frame = outer
        return reply

    # -- questions -------------------------------------------------------------------------------

    def choose(self, choice: Choice) -> object:
        """The option prescribed, or the first one."""
        part, nth = self._frame.next_choice(choice.rule)
        option = choice.options.first
        if part is not None:
            self._inside(choice, f"before {choice.rule}", part.before)
            if evolve(part, before=()) != ChoicePart(rule=choice.rule, nth=nth):
                option = find_option(choice, part)
        self._chosen.append(Chosen(choice=choice, option=option, nth=nth))
        return option

    def answer(self, ask: Call) -> object:
        """EC2's answer as prescribed, with what happens meanwhile."""
        name = call_name(ask.request)
        part = self._frame.next_call(name)
        if part is None:
            answer = self.reply_to(ask.request)
        else:
            self._inside(ask, f"before {name}", part.before)
            answer = self._as_prescribed(part, ask.request)
            self._inside(ask, f"after {name}", part.after)
            if part.crash:
                self._made.append(Made(name=name, request=ask.request, answer=answer))
                raise CrashedError
        self.ec2_calls += reaches_ec2(ask.request)
        self._made.append(Made(name=name, request=ask.request, answer=answer))
        return answer

    def _as_prescribed(self, part: CallPart, request: Request[object]) -> object:
        fault = prescribed_fault(part)
        if fault is not None:
            self.ec2 = evolve(self.ec2, faults=(fault, *self.ec2.faults))
        usual = self.grants
        grants = self.grants = ScriptedGrants(part, self.ec2)
        try:
            answer = self.reply_to(request)
        finally:
            self.grants = usual
        if any(each is fault for each in self.ec2.faults):
            raise ImpossibleError(f"call {part.nth} of {part.call} has no step {part.step}")
        require_used(part, grants)
        return without_omitted(part, answer)

    def _inside(self, ask: Call | Choice, place: str, events: Sequence[Inside]) -> None:
        for event in events:
            if isinstance(event, PodAdd | PodDel) and (self.starting or locked(ask)):
                why = "the daemon is starting" if self.starting else "the store is locked"
                raise ImpossibleError(f"{event.kind} {event.pod} cannot come here: {why}")
            reply = self.prescribed(event)
            self._meanwhile.append(InsideStep(place=place, event=event, reply=reply))


ANYTHING: Final = Expect()


# -- expectations --------------------------------------------------------------------------------


def violations(expect: Expect, step: Step) -> tuple[Violation, ...]:
    """What does not hold after an event."""
    counts = Counter(made.name for made in step.calls)
    compared: dict[tuple[str, ...], tuple[object, object]] = {
        ("running",): (expect.running, step.running)
    }
    for key, value in (expect.reply or {}).items():
        compared["reply", key] = value, step.reply.get(key)
    for name, count in (expect.calls or {}).items():
        compared["calls", name] = count, counts[name]
    for name in QUANTITIES:
        compared[name,] = getattr(expect, name), getattr(step.quantities, name)
    return tuple(
        Violation(path=path, expected=expected, got=got)
        for path, (expected, got) in compared.items()
        if expected is not None and expected != got
    )


QUANTITIES: Final = (
    "enis",
    "owned",
    "assigned",
    "cooling",
    "available",
    "idle",
    "reserved",
    "leaked",
    "ec2_calls",
)
"""What is expected of, and shown after, every event."""


def _shown(value: object) -> str:
    return "nothing" if value is None else one_line(cast(Json, value))


def run_scenario(scenario: Scenario) -> Iterator[Step]:
    """Run a whole scenario; see `ScenarioRunner.steps` and `world_of` for what is raised."""
    yield from ScenarioRunner(world_of(scenario.node, scenario.ec2)).steps(scenario.events)
