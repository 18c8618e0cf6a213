"""Every world that a small node can come to, by plain replay of every choice."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial

from attrs import evolve, frozen

from ipam_model import ec2
from ipam_model.canonical import canonical
from ipam_model.config import Config
from ipam_model.daemon.procedure import Choice
from ipam_model.limits import InstanceLimits
from ipam_model.settings import parse_settings
from ipam_model.state import Pod, PodKey
from ipam_model.subnets import CounterSubnet
from ipam_model.world import Runner, World

Act = Callable[[Runner], object]
LONG = 61_000
"""Milliseconds after which every clock of the daemon has run out."""


def small_node(
    enis: int, slots: int, env: dict[str, str], *, block: int = 16, max_pods: int = 110
) -> World:
    """A node whose subnet never runs out."""
    limits = InstanceLimits.simple(enis, slots + 1)
    config = Config(
        settings=parse_settings({"ENABLE_IPv4": "true", **env}).settings, limits=limits, block=block
    )
    subnet = CounterSubnet(id="subnet-1", free=500, reissue=True)
    instance = ec2.new_instance(limits, (subnet,), block=block)
    return World(config=config, ec2=instance, max_pods=max_pods)


class Scripted(Runner):
    """Takes the options that a script numbers, and the first ones after it."""

    def __init__(self, world: World, script: Sequence[int]) -> None:
        super().__init__(world)
        self.script = script
        self.counts: list[int] = []

    def choose(self, choice: Choice) -> object:
        options = tuple(choice.options)
        at = len(self.counts)
        self.counts.append(len(options))
        return options[self.script[at] if at < len(self.script) else 0]


def outcomes(world: World, act: Act) -> Iterator[World]:
    """The worlds after an event, for all choices the daemon has in it."""
    pending: list[tuple[int, ...]] = [()]
    while pending:
        script = pending.pop()
        runner = Scripted(world, script)
        act(runner)
        yield runner.world
        for at in range(len(script), len(runner.counts)):
            taken = (*script, *(0,) * (at - len(script)))
            pending += [(*taken, other) for other in range(1, runner.counts[at])]


def key(world: World) -> Hashable:
    """What a world's future depends on, while nobody reconciles."""
    if world.node is None:
        return None
    return canonical(evolve(world.node, released=()), world.now, world.config)


@frozen
class Event:
    """One event with one of its outcomes."""

    kind: str
    before: World
    after: World


def events(world: World, pods: int) -> Iterator[tuple[str, Act]]:
    """What may happen to a node: pods come and go, the pool is updated, a long time passes."""
    if world.node is None:
        yield "start", Runner.start
        return
    here = world.node.store(0).holdings
    if len(here) < pods:
        new = next(n for n in (f"p{i}" for i in range(pods + 1)) if PodKey(n) not in here)
        yield "add_pod", lambda runner: runner.add_pod(Pod(PodKey(new), name=f"ns/{new}"))
    for present in tuple(here):
        yield "delete_pod", partial(Runner.delete_pod, key=present)
    yield "tick", Runner.tick
    yield "advance", lambda runner: runner.advance(LONG)


def all_events(world: World, pods: int) -> Iterator[Event]:
    """Every event from every world that can be reached, worlds with one future taken for one."""
    seen = {key(world)}
    pending = [world]
    while pending:
        before = pending.pop(0)
        for kind, act in events(before, pods):
            for after in outcomes(before, act):
                yield Event(kind, before, after)
                if key(after) not in seen:
                    seen.add(key(after))
                    pending.append(after)
