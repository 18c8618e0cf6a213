"""What the next passes of the loop would do: the model run forward from a reconstructed state.

No pod comes or goes meanwhile, no call fails, and where the daemon may choose the first option is
taken; how many there were is told.
"""

from collections.abc import Hashable
from enum import Enum
from itertools import islice
from typing import Final

from attrs import frozen

from ipam_model.addresses import format_short
from ipam_model.canonical import canonical
from ipam_model.daemon.procedure import Call, Choice
from ipam_model.ec2 import Ec2, NextFree
from ipam_model.inspection.counted import counted
from ipam_model.requests import (
    AllocENI,
    AssignPrivateIpAddresses,
    CreateENI,
    Failed,
    FreeENI,
    UnassignPrivateIpAddresses,
)
from ipam_model.rules.timing import SECOND
from ipam_model.state import totals
from ipam_model.world import Runner, World

MOST_OPTIONS: Final = 100
"""Options are counted up to here."""
CHOOSING: Final = {
    "R188": "any ENI with a free slot",
    "R189": "any ENI that may go",
    "R190": "any CIDRs without pods",
}
"""Choices of the daemon that show in an action."""


class Ending(Enum):
    """How a forecast ends, in the words of a simulation."""

    RESTS = "rests"
    """Nothing happens any more."""
    RESTLESS = "restless"
    """The same actions again and again."""
    CUT = "cut"
    """The passes asked for are over."""


@frozen(kw_only=True)
class Action:
    """A call that changes what the node holds."""

    kind: str
    """`assign`, `create`, `release` or `free`."""
    text: str
    card: int = 0
    failed: str | None = None
    """EC2's error code."""
    options: int = 1
    """Among how many options the daemon may choose; `MOST_OPTIONS` = as many or more."""
    choice: str = ""


@frozen(kw_only=True)
class Pass:
    """A pass in which something was done."""

    number: int
    seconds: float
    """Since the observation."""
    actions: tuple[Action, ...]
    total: int
    available: int
    enis: int


@frozen(kw_only=True)
class Forecast:
    """What will happen."""

    passes: tuple[Pass, ...]
    """Those in which something is done."""
    ending: Ending
    after: int
    """Passes run."""
    period: float | None = None
    """Seconds a restless node takes to go round once."""
    world: World
    """The state at the end."""


class NewEnis(NextFree):
    """EC2's choices, with new ENIs named so that nobody takes them for existing ones."""

    def eni_id(self, ec2: Ec2) -> str:
        """`new-eni-1` and so on."""
        return f"new-eni-{ec2.next_eni}"


class Forecaster(Runner):
    """Runs a world forward and notes what the daemon does."""

    grants = NewEnis()

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.actions: list[Action] = []
        self._options, self._choice = 1, ""

    def choose(self, choice: Choice) -> object:
        """The first option; their number is kept for the action that follows."""
        if choice.rule in CHOOSING:
            number = sum(1 for _ in islice(iter(choice.options), MOST_OPTIONS))
            self._options = min(self._options * number, MOST_OPTIONS)
            self._choice = CHOOSING[choice.rule] if self._options > 1 else ""
        return super().choose(choice)

    def answer(self, ask: Call) -> object:
        """The environment's answer, noted if it changes what the node holds."""
        request = ask.request
        card = self._card_of(request)
        reply = super().answer(ask)
        if isinstance(request, AssignPrivateIpAddresses):
            kind = "assign"
            what = f"assign {_count(request.count, request.prefixes)} to {request.eni}"
        elif isinstance(request, AllocENI):
            kind = "create"
            where = f" on card {request.card}" if request.card else ""
            what = f"create an ENI with {_count(request.count, request.prefixes)}{where}"
            what += f" ({reply})" if isinstance(reply, str) else ""
        elif isinstance(request, CreateENI):
            kind = "create"
            what = "create an ENI" + (f" ({reply})" if isinstance(reply, str) else "")
        elif isinstance(request, UnassignPrivateIpAddresses):
            kind = "release"
            names = [format_short(network) for network in request.networks]
            more = f", … ({len(names)})" if len(names) > 3 else ""
            what = f"release {', '.join(names[:3])}{more} of {request.eni}"
        elif isinstance(request, FreeENI):
            kind, what = "free", f"free {request.eni}"
        else:
            return reply
        failed = reply.code if isinstance(reply, Failed) else None
        self.actions.append(
            Action(
                kind=kind,
                text=what,
                card=card,
                failed=failed,
                options=self._options,
                choice=self._choice,
            )
        )
        self._options, self._choice = 1, ""
        return reply

    def _card_of(self, request: object) -> int:
        """The network card of the ENI that a request is about."""
        if isinstance(request, AllocENI):
            return request.card
        if isinstance(request, AssignPrivateIpAddresses | UnassignPrivateIpAddresses | FreeENI):
            eni = self.ec2.eni(request.eni)
            return 0 if eni is None else eni.card
        return 0

    def taken(self) -> tuple[Action, ...]:
        """The actions since the last time."""
        actions, self.actions = tuple(self.actions), []
        self._options, self._choice = 1, ""
        return actions

    def situation(self) -> Hashable:
        """What the future depends on: the daemon's memory, and how much the subnets have."""
        free = tuple(subnet.free for subnet in self.ec2.subnets)
        return canonical(self.memory(), self.now, self.config), free


def forecast(world: World, passes: int) -> Forecast:
    """At most `passes` passes of the loop, fewer if it comes to rest or repeats itself."""
    runner = Forecaster(world)
    seen: dict[Hashable, int] = {runner.situation(): 0}
    acted: list[Pass] = []
    start = runner.now
    instants = [start]
    for number in range(1, passes + 1):
        runner.loop_pass()
        instants.append(runner.now)
        actions = runner.taken()
        if actions:
            acted.append(_pass(runner, number, runner.now - start, actions))
        situation = runner.situation()
        before = seen.setdefault(situation, number)
        if before < number:
            cycle = [each for each in acted if each.number > before]
            return Forecast(
                passes=tuple(acted),
                ending=Ending.RESTLESS if cycle else Ending.RESTS,
                after=number,
                period=(instants[number] - instants[before]) / SECOND if cycle else None,
                world=runner.world,
            )
    return Forecast(passes=tuple(acted), ending=Ending.CUT, after=passes, world=runner.world)


def _pass(runner: Forecaster, number: int, passed: int, actions: tuple[Action, ...]) -> Pass:
    pools = [totals(store) for store in runner.memory().stores]
    return Pass(
        number=number,
        seconds=passed / SECOND,
        actions=actions,
        total=sum(pool.total for pool in pools),
        available=sum(pool.available for pool in pools),
        enis=sum(len(store.enis) for store in runner.memory().stores),
    )


def _count(count: int, prefixes: bool) -> str:
    return counted(count, "prefix" if prefixes else "address")
