"""From a state of the counting model to a scenario in which the reference model comes to it.

The counting model forgets time and addresses, so a path of it is only a plan. Each of its steps is
looked for among what one event can do to the reference model, after a wait or without one, for
every choice of the daemon. Where a step cannot be found, another shortest path is tried without it.
The scenario is then run anew, as any scenario is, and its last world counted again.
"""

from collections import deque
from collections.abc import Hashable, Iterator, Sequence
from itertools import count
from typing import Final, cast

from attrs import evolve, frozen

from ipam_model import ec2
from ipam_model.canonical import canonical
from ipam_model.config import Config
from ipam_model.counting.abstraction import PARTS, counted, counting_model_of
from ipam_model.counting.model import CountingModel, Kind, State, Transition
from ipam_model.counting.paths import MANY, Goal, Turn, shortest_path
from ipam_model.daemon.pods import Spot
from ipam_model.daemon.procedure import Choice, Subsets
from ipam_model.errors import InputError, ModelError
from ipam_model.limits import InstanceLimits
from ipam_model.nodes import AMPLE, default_max_pods
from ipam_model.rules import timing
from ipam_model.scenario.document import (
    Advance,
    Event,
    Expect,
    PodAdd,
    PodDel,
    Scenario,
    Start,
    Tick,
)
from ipam_model.scenario.happening import happen
from ipam_model.scenario.recording import Recorder
from ipam_model.scenario.running import ScenarioRunner, Step
from ipam_model.scenario.setup import world_of
from ipam_model.settings import parse_settings
from ipam_model.subnets import CounterSubnet
from ipam_model.world import Runner, World

WAITS: Final = (0, 61 * timing.SECOND, 31 * timing.SECOND)
"""Milliseconds before an event: none; so long that no clock of the daemon runs any more; so long
that addresses may be used and released again, while a new ENI is still too young to go."""
WORLDS: Final = 1_000
"""Worlds looked at for one path."""
PATHS: Final = 20
"""Paths tried."""
NAMES: Final = {"start": "start", "pod_add": "add_pod", "pod_del": "delete_pod", "tick": "tick"}
"""What `PARTS` calls a scenario's events."""


@frozen(kw_only=True)
class Witness:
    """A scenario that comes to a state of the goal, in both models."""

    scenario: Scenario
    path: tuple[Transition, ...]
    """The way there in the counting model."""
    state: State
    """Where it ends."""
    states: int
    """States of the counting model seen in the search."""

    @property
    def events(self) -> int:
        """Events of the scenario, waits included."""
        return len(self.scenario.events)


@frozen(kw_only=True)
class CountedOnly:
    """The counting model comes to the goal; the reference model was not brought there."""

    path: tuple[Transition, ...]
    """The first way tried."""
    reason: str
    """Why the reference model does not take it."""
    states: int
    """States seen."""
    worlds: int
    """Worlds of the reference model looked at, for all ways tried."""


@frozen(kw_only=True)
class NotReached:
    """The goal was not reached."""

    states: int
    """States seen."""
    exhaustive: bool
    """There are no others."""


Sought = Witness | CountedOnly | NotReached


def witness(
    model: CountingModel,
    goal: Goal,
    *,
    title: str,
    source: str = "",
    states: int = MANY,
) -> Sought:
    """A scenario for a goal of the counting model: a shortest path there that the daemon takes.

    EC2 grants whatever is asked for, so that asking for too much shows.

    Raises:
        ModelError: the scenario, run anew, does not come to the goal: the models differ, or the
            node is not the one that the counting model speaks about.
    """
    avoided: set[Turn] = set()
    first: CountedOnly | None = None
    seen = worlds = 0
    exhaustive = False
    for _ in range(PATHS):
        found = shortest_path(model, goal, states=states, avoid=avoided)
        seen, exhaustive = max(seen, found.states), found.exhaustive
        if found.path is None:
            break
        plan = _Plan(model, found.path)
        way = plan.follow()
        if way is not None:
            scenario = with_expectations(recorded(model, way, title=title, source=source))
            return Witness(
                scenario=scenario,
                path=found.path,
                state=_confirmed(scenario, plan.states[-1], goal),
                states=seen,
            )
        worlds += plan.looked_at
        first = first or CountedOnly(
            path=found.path, reason=plan.obstacle(), states=seen, worlds=worlds
        )
        avoided.add(plan.stuck())
    if first is not None:
        return evolve(first, states=seen, worlds=worlds)
    return NotReached(states=seen, exhaustive=exhaustive)


def replayed(scenario: Scenario) -> tuple[World, tuple[Step, ...]]:
    """The world in which a scenario ends, and its steps."""
    runner = ScenarioRunner(world_of(scenario.node, scenario.ec2))
    steps = tuple(runner.steps(scenario.events))
    return runner.world, steps


def with_expectations(scenario: Scenario) -> Scenario:
    """The scenario with what it leads to, as expectations of its last event.

    So a replay under other rules shows that they lead elsewhere.
    """
    _, steps = replayed(scenario)
    if not steps:
        return scenario
    there = steps[-1].quantities
    expected = Expect(
        running=steps[-1].running,
        enis=there.enis,
        owned=there.owned,
        assigned=there.assigned,
        reserved=there.reserved,
    )
    *before, last = scenario.events
    return evolve(scenario, events=(*before, evolve(last, expect=expected)))


def _confirmed(scenario: Scenario, expected: State, goal: Goal) -> State:
    reached, steps = replayed(scenario)
    state = counted(reached)
    broken = [str(each) for step in steps for each in step.violations]
    if state == expected and goal(state) and not broken:
        return state
    raise ModelError(
        f"the replay of {scenario.title!r} ends in {state}, where the counting model comes to"
        f" {expected}{''.join(f'; {each}' for each in broken)}"
    )


# -- the node ------------------------------------------------------------------------------------


def environment(model: CountingModel) -> dict[str, str]:
    """The daemon's variables for the targets of a counting model."""
    targets = model.targets
    env = {"ENABLE_IPv4": "true", "WARM_ENI_TARGET": str(targets.warm_eni)}
    if targets.prefix_mode:
        env["ENABLE_PREFIX_DELEGATION"] = "true"
    for variable, value in (
        ("WARM_IP_TARGET", targets.warm_ip),
        ("MINIMUM_IP_TARGET", targets.minimum),
        ("WARM_PREFIX_TARGET", targets.warm_prefix),
    ):
        if value:
            env[variable] = str(value)
    return env


def world(model: CountingModel) -> World:
    """The node of a counting model before its daemon's first start.

    Without max pods in the model it has so many that they never limit growth; its subnet never runs
    out; EC2 does not refuse what exceeds the instance's limits.

    Raises:
        ModelError: the node's counting model would be another one.
    """
    targets = model.targets
    limits = InstanceLimits.simple(targets.max_enis, targets.slots + 1)
    block = targets.block if targets.prefix_mode else 16
    config = Config(
        settings=parse_settings(environment(model)).settings, limits=limits, block=block
    )
    subnet = CounterSubnet(id="subnet-a", free=AMPLE)
    instance = evolve(ec2.new_instance(limits, (subnet,), block=block), enforce_limits=False)
    fit = targets.max_enis * targets.slots * targets.block
    unlimited = default_max_pods(limits) + 2 * fit
    node = World(
        config=config,
        ec2=instance,
        max_pods=unlimited if model.max_pods is None else model.max_pods,
    )
    understood = counting_model_of(node).targets
    if understood != targets:
        raise ModelError(f"a node with {targets} would be one with {understood}")
    return node


# -- single events -------------------------------------------------------------------------------


class Scripted(Runner):
    """Takes the options that a script numbers, and the first ones after it."""

    def __init__(self, world: World, script: Sequence[int] = ()) -> None:
        super().__init__(world)
        self.script = script
        self.counts: list[int] = []

    def choose(self, choice: Choice) -> object:
        """The option with the script's number, of those that the counts tell apart."""
        options = distinct(choice)
        at = len(self.counts)
        self.counts.append(len(options))
        return options[self.script[at] if at < len(self.script) else 0]


class RecordedScripted(Recorder, Scripted):
    """Writes down what it does."""


def distinct(choice: Choice) -> Sequence[object]:
    """The options that differ in the counts: which CIDRs without pods an ENI gives up does not."""
    if isinstance(choice.options, Subsets):
        return (choice.options.first,)
    if choice.rule == "R112":
        spots = cast("Iterator[Spot]", iter(choice.options))
        by_counts: dict[tuple[str, int], Spot] = {}
        for spot in spots:
            by_counts.setdefault((spot.eni.id, spot.cidr.assigned()), spot)
        return tuple(by_counts.values())
    return tuple(choice.options)


@frozen
class Deed:
    """One event with the choices that the daemon makes in it."""

    event: Event
    script: tuple[int, ...] = ()


def outcomes(world: World, event: Event) -> Iterator[tuple[Deed, World]]:
    """What an event may do, for all choices of the daemon, the first ones first."""
    pending: deque[tuple[int, ...]] = deque([()])
    while pending:
        script = pending.popleft()
        runner = Scripted(world, script)
        happen(runner, event)
        yield Deed(event, script), runner.world
        for at in range(len(script), len(runner.counts)):
            taken = (*script, *(0,) * (at - len(script)))
            pending.extend((*taken, other) for other in range(1, runner.counts[at]))


def candidates(world: World, kind: Kind) -> Iterator[Event]:
    """The events that may take a step of this kind; the daemon's start before all others."""
    if world.node is None:
        yield Start()
        return
    pods = {key.container for key in world.node.store(0).holdings}
    if kind is Kind.ADD:
        names = (f"p{number}" for number in count(1))
        yield PodAdd(pod=next(name for name in names if name not in pods))
    elif kind is Kind.DELETE:
        for pod in sorted(pods):
            yield PodDel(pod=pod)
    else:
        yield Tick()


# -- paths ---------------------------------------------------------------------------------------


class _Plan:
    """A path of the counting model that the reference model is to take."""

    def __init__(self, model: CountingModel, path: Sequence[Transition]) -> None:
        self.model = model
        self.path = path
        self.states = (model.initial, *(step.after for step in path))
        self._furthest = 0
        self._instead: State | None = None
        self.looked_at = 0
        """Worlds seen."""
        self._in_vain: set[tuple[Hashable, int]] = set()

    def follow(self) -> tuple[Deed, ...] | None:
        """Events with their choices that take the path; `None` if there are none."""
        begin = world(self.model)
        return self._from(begin, 0) if self.path else self._started(begin)

    def _started(self, begin: World) -> tuple[Deed, ...]:
        """A start that changes no counts, or nothing at all."""
        runner = Scripted(begin)
        happen(runner, Start())
        still = runner.node is not None and counted(runner.world) == self.model.initial
        return (Deed(Start()),) if still else ()

    def stuck(self) -> Turn:
        """The step that no event was found for."""
        step = self.path[self._furthest]
        return step.kind, self.states[self._furthest], step.after

    def obstacle(self) -> str:
        """Why the path was not taken."""
        kind, before, after = self.stuck()
        if self.looked_at >= WORLDS:
            return f"no way to {after} was found among {WORLDS:,} worlds"
        instead = "" if self._instead is None else f"; an event leads to {self._instead} instead"
        return (
            f"no event of the reference model takes {kind.value} from {before} to {after}{instead}"
        )

    def _from(self, world: World, at: int) -> tuple[Deed, ...] | None:
        if at == len(self.path):
            return ()
        if at > self._furthest:
            self._furthest, self._instead = at, None
        here = (_future(world), at)
        if here in self._in_vain:
            return None
        self._in_vain.add(here)
        for deeds, after, reached in self._next(world, at):
            rest = self._from(after, reached)
            if rest is not None:
                return (*deeds, *rest)
        return None

    def _next(self, before: World, at: int) -> Iterator[tuple[tuple[Deed, ...], World, int]]:
        """Events that take the next step of the path, or the next two at once."""
        for wait in WAITS if before.node is not None else (0,):
            waited = before
            deeds: tuple[Deed, ...] = ()
            if wait:
                waiting = Advance(ms=wait)
                runner = Scripted(before)
                happen(runner, waiting)
                waited, deeds = runner.world, (Deed(waiting),)
            for event in candidates(waited, self.path[at].kind):
                for deed, after in outcomes(waited, event):
                    self.looked_at += 1
                    if self.looked_at > WORLDS:
                        return
                    reached = self._reached(event, after, at)
                    if reached is not None:
                        yield (*deeds, deed), after, reached

    def _reached(self, event: Event, after: World, at: int) -> int | None:
        """How far on the path a world is; `None`: it is not on it."""
        if after.node is None:
            return None
        state = counted(after)
        # A start may do nothing; a tick may free an ENI after its first step.
        least = at if isinstance(event, Start) else at + 1
        most = at + len(PARTS[NAMES[event.kind]])
        for reached in range(least, min(most, len(self.path)) + 1):
            if state == self.states[reached]:
                return reached
        if state != self.states[at] and at == self._furthest:
            self._instead = state
        return None


def _future(world: World) -> Hashable:
    """What the world's future depends on, while nobody reconciles."""
    if world.node is None:
        return None
    return canonical(evolve(world.node, released=()), world.now, world.config)


def recorded(
    model: CountingModel, deeds: Sequence[Deed], *, title: str, source: str = ""
) -> Scenario:
    """The scenario of events with their choices."""
    runner = RecordedScripted(world(model))
    for deed in deeds:
        runner.script, runner.counts = deed.script, []
        happen(runner, deed.event)
    try:
        return runner.scenario(title=title, source=source, env=environment(model))
    except InputError as error:
        raise ModelError(f"a way through the reference model cannot be written: {error}") from error
