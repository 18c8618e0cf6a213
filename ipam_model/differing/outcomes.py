"""Everything that an event can lead to on one side, whatever the daemon chooses."""

from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from ipam_model.daemon.procedure import Call, Choice, Options
from ipam_model.differing.events import Event
from ipam_model.differing.observation import Moment, Observation, observe
from ipam_model.requests import Request
from ipam_model.scenario.happening import Reply
from ipam_model.world import Runner, World

Decisions: TypeAlias = tuple[object, ...]
"""What the daemon chose during an event, in order."""


class Outcome(NamedTuple):
    """One way in which an event can go."""

    seen: Observation
    world: World
    decisions: Decisions


class Chooser(Runner):
    """Chooses as it is told, then the first option, and keeps what it was offered."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._script: Decisions = ()
        self.offered: list[Options[Hashable]] = []
        self.decided: list[object] = []
        self.asked: list[tuple[Request[object], object]] = []

    def let(self, event: Event, told: Decisions = ()) -> Reply:
        """Let an event happen with these decisions first; its reply."""
        self._script = told
        self.offered, self.decided, self.asked = [], [], []
        return event.happen(self)

    def choose(self, choice: Choice) -> object:
        """As told, as long as it was."""
        number = len(self.decided)
        option = self._script[number] if number < len(self._script) else choice.options.first
        self.offered.append(choice.options)
        self.decided.append(option)
        return option

    def answer(self, ask: Call) -> object:
        """The environment's answer."""
        answer = super().answer(ask)
        self.asked.append((ask.request, answer))
        return answer


def outcomes(world: World, event: Event, watched: Sequence[str]) -> Iterator[Outcome]:
    """Every outcome of an event, that of the first options first."""
    pending: list[Iterator[Decisions]] = [iter([()])]
    while pending:
        told = next(pending[-1], None)
        if told is None:
            pending.pop()
            continue
        runner = Chooser(world)
        reply = runner.let(event, told)
        decided = tuple(runner.decided)
        # The last choice first; lazily, for there may be more options than anybody can follow.
        pending.extend(
            _others(decided[:number], runner.offered[number])
            for number in range(len(told), len(decided))
        )
        after = runner.world
        moment = Moment(reply, after, tuple(runner.asked))
        yield Outcome(observe(moment, tuple(watched)), after, decided)


def _others(before: Decisions, options: Options[Hashable]) -> Iterator[Decisions]:
    """The same decisions, then each option but the first, which has been followed."""
    first = options.first
    for option in options:
        if option != first:
            yield (*before, option)
