"""Every way in which something can go, whatever the daemon chooses; and one at random.

A run is repeated with the choices of an earlier one, but another one last. Options are looked at
one by one: there may be more of them than anybody can follow.
"""

from collections.abc import Callable, Hashable, Iterator
from random import Random
from typing import Generic, TypeAlias, TypeVar

from attrs import frozen

from ipam_model.daemon.procedure import Call, Choice, Options, Subsets
from ipam_model.requests import Request
from ipam_model.world import Runner, World

R = TypeVar("R")
Decisions: TypeAlias = tuple[object, ...]
"""What the daemon chose, in order."""


class Chooser(Runner):
    """Chooses as it is told, then the first option, and keeps what it was offered."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._script: Decisions = ()
        self.offered: list[Options[Hashable]] = []
        self.decided: list[object] = []
        self.asked: list[tuple[Request[object], object]] = []

    def let(self, happen: Callable[[Runner], R], told: Decisions = ()) -> R:
        """Let something happen with these decisions first; its result."""
        self._script = told
        self.offered, self.decided, self.asked = [], [], []
        return happen(self)

    def choose(self, choice: Choice) -> object:
        """As told, as long as it was."""
        number = len(self.decided)
        options: Options[Hashable] = choice.options
        if number < len(self._script):
            option = self._script[number]
        else:
            options = self.options(choice)
            option = options.first
        self.offered.append(options)
        self.decided.append(option)
        return option

    def options(self, choice: Choice) -> Options[Hashable]:
        """Those to be looked at, of a choice that is not decided yet."""
        return choice.options

    def answer(self, ask: Call) -> object:
        """The environment's answer."""
        answer = super().answer(ask)
        self.asked.append((ask.request, answer))
        return answer


@frozen
class Way(Generic[R]):
    """One way in which something went."""

    result: R
    runner: Chooser
    """As it ended."""

    @property
    def decisions(self) -> Decisions:
        """What was chosen."""
        return tuple(self.runner.decided)


def ways(
    world: World, happen: Callable[[Runner], R], chooser: Callable[[World], Chooser] = Chooser
) -> Iterator[Way[R]]:
    """Every way in which it can go from here, that of the first options first.

    A `chooser` that offers less than a choice has, or gives up, takes those ways away.
    """
    pending: list[Iterator[Decisions]] = [iter([()])]
    while pending:
        told = next(pending[-1], None)
        if told is None:
            pending.pop()
            continue
        runner = chooser(world)
        way = Way(runner.let(happen, told), runner)
        decided = way.decisions
        # The last choice first; lazily, for there may be more options than anybody can follow.
        pending.extend(
            _others(decided[:number], runner.offered[number])
            for number in range(len(told), len(decided))
        )
        yield way


def _others(before: Decisions, options: Options[Hashable]) -> Iterator[Decisions]:
    """The same decisions, then each option but the first, which has been followed."""
    first = options.first
    for option in options:
        if option != first:
            yield (*before, option)


def draw_option(choice: Choice, draw: Random) -> object:
    """One of the options, all equally likely."""
    options = choice.options
    if isinstance(options, Subsets):
        places = draw.sample(range(len(options.items)), options.size)
        return tuple(options.items[place] for place in sorted(places))
    return draw.choice(list(options))
