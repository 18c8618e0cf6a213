"""Pod events, pool updates and reconciles on one warm node with the limits of an m5.large.

What happens is written down once, untimed, by driving the model with a seeded generator; the
timed runs replay that script from the same world and must end in the same world.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final, NamedTuple

from attrs import frozen

from benchmarks.measuring import Fact
from ipam_model import ec2
from ipam_model.config import Config
from ipam_model.daemon.procedure import Call
from ipam_model.errors import ModelError
from ipam_model.limits import InstanceLimits
from ipam_model.settings import parse_settings
from ipam_model.state import Pod, PodKey, totals
from ipam_model.subnets import CounterSubnet
from ipam_model.world import Runner, World

LIMITS: Final = (3, 10)
"""ENIs and addresses per ENI of an m5.large."""
MAX_PODS: Final = 29
SUBNET_FREE: Final = 8000
SEED: Final = 1

PODS_AT_FIRST: Final = 12
FEWEST_PODS: Final = 4
MOST_PODS: Final = 20
"""Between these the number of pods wanders; at either end only the way back is open."""
SETTLING_PASSES: Final = 24
"""Passes of the daemon's loop after the first pods: two minutes, so that nothing is young."""
TICK_SHARE: Final = 0.1
RECONCILE_SHARE: Final = 0.1

_BASE: Final = {"ENABLE_IPv4": "true", "WARM_ENI_TARGET": "1"}
_WARM_IPS: Final = {"ENABLE_IPv4": "true", "WARM_IP_TARGET": "5", "MINIMUM_IP_TARGET": "10"}
_PREFIXES: Final = {"ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "1"}


@frozen(kw_only=True)
class Load:
    """What is done to the node."""

    name: str
    env: Mapping[str, str]
    mixed: bool
    """Not only pod events: a tenth are pool updates, a tenth reconciles."""
    pause: int
    """Milliseconds that pass before each event."""


LOADS: Final = (
    Load(name="pods", env=_BASE, mixed=False, pause=2000),
    Load(name="mixed", env=_WARM_IPS, mixed=True, pause=4000),
    Load(name="pods-prefix", env=_BASE | _PREFIXES, mixed=False, pause=2000),
    Load(name="mixed-prefix", env=_WARM_IPS | _PREFIXES, mixed=True, pause=4000),
)


class Op(Enum):
    """An event."""

    ADD = "add"
    DELETE = "delete"
    TICK = "tick"
    RECONCILE = "reconcile"


class Step(NamedTuple):
    """An event with its pod, which updates and reconciles do not look at."""

    op: Op
    pod: Pod


@frozen(kw_only=True)
class Script:
    """What happens from a warm node on, and where it leads."""

    load: Load
    start: World
    steps: Sequence[Step]
    end: World
    facts: Mapping[str, Fact]


class Replay:
    """A script, played again and again."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._runner = Runner(script.start)

    def prepare(self) -> None:
        """Go back to the start."""
        self._runner = Runner(self._script.start)

    def run(self) -> None:
        """Play every step."""
        runner, pause = self._runner, self._script.load.pause
        add, delete, tick = Op.ADD, Op.DELETE, Op.TICK
        for op, pod in self._script.steps:
            runner.advance(pause)
            if op is add:
                runner.add_pod(pod)
            elif op is delete:
                runner.delete_pod(pod.key)
            elif op is tick:
                runner.tick()
            else:
                runner.reconcile()

    def check(self) -> None:
        """The end is the one that was written down."""
        if self._runner.world != self._script.end:
            raise ModelError(f"{self._script.load.name}: two runs of one script ended differently")


def write_script(load: Load, events: int, seed: int = SEED) -> Script:
    """Drive a warm node through `events` events and write them down."""
    runner, pods = _warm_node(load)
    start = runner.world
    counting = _CountingRunner(start)
    steps, facts = _Driver(load, counting, pods, seed).drive(events)
    return Script(load=load, start=start, steps=steps, end=counting.world, facts=facts)


def _warm_node(load: Load) -> tuple[Runner, list[Pod]]:
    limits = InstanceLimits.simple(*LIMITS)
    # EC2 hands addresses out again: otherwise the daemon's memory of released ones, which only
    # reconcile clears, and only when it meets the address again, would grow from run to run.
    subnet = CounterSubnet(id="subnet-1", free=SUBNET_FREE, reissue=True)
    runner = Runner(
        World(
            config=Config(settings=parse_settings(load.env).settings, limits=limits),
            ec2=ec2.new_instance(limits, (subnet,)),
            max_pods=MAX_PODS,
        )
    )
    runner.start()
    pods: list[Pod] = []
    while len(pods) < PODS_AT_FIRST:
        pod = _pod(f"first{len(pods)}")
        if runner.add_pod(pod).success:
            pods.append(pod)
        runner.loop_pass()
    for _ in range(SETTLING_PASSES):
        runner.loop_pass()
    return runner, pods


def _pod(name: str) -> Pod:
    return Pod(PodKey(name), name=name)


class _CountingRunner(Runner):
    """Counts the requests by name."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.requests: Counter[str] = Counter()

    def answer(self, ask: Call) -> object:
        self.requests[type(ask.request).__name__] += 1
        return super().answer(ask)


class _Driver:
    """Decides what happens next, from what has happened."""

    def __init__(self, load: Load, runner: _CountingRunner, pods: list[Pod], seed: int) -> None:
        self._load = load
        self._runner = runner
        self._pods = list(pods)
        self._random = random.Random(seed)
        self._created = 0
        self._ops: Counter[Op] = Counter()
        self._refused = 0
        self._due = 0

    def drive(self, events: int) -> tuple[list[Step], dict[str, Fact]]:
        """Make so many events happen."""
        before = totals(self._runner.memory().store(0))
        steps = []
        for _ in range(events):
            self._runner.advance(self._load.pause)
            steps.append(self._step())
        adds = self._ops[Op.ADD]
        facts: dict[str, Fact] = {
            "addresses in the warm pool": before.total,
            "adds": adds,
            "adds refused": self._refused,
            "share of adds refused": round(self._refused / max(adds, 1), 4),
            "deletes": self._ops[Op.DELETE],
        }
        if self._load.mixed:
            requests = self._runner.requests
            facts |= {
                "ticks": self._ops[Op.TICK],
                "reconciles": self._ops[Op.RECONCILE],
                "reconciles due": self._due,
                "growth calls": requests["AssignPrivateIpAddresses"] + requests["AllocENI"],
                "release calls": requests["UnassignPrivateIpAddresses"],
                "ENIs freed": requests["FreeENI"],
            }
        return steps, facts

    def _step(self) -> Step:
        step = self._next()
        self._ops[step.op] += 1
        match step.op:
            case Op.ADD:
                if self._runner.add_pod(step.pod).success:
                    self._pods.append(step.pod)
                else:
                    self._refused += 1
            case Op.DELETE:
                self._runner.delete_pod(step.pod.key)
            case Op.TICK:
                self._runner.tick()
            case Op.RECONCILE:
                self._due += self._runner.reconcile().due
        return step

    def _next(self) -> Step:
        if self._load.mixed:
            draw = self._random.random()
            if draw < TICK_SHARE:
                return Step(Op.TICK, _NO_POD)
            if draw < TICK_SHARE + RECONCILE_SHARE:
                return Step(Op.RECONCILE, _NO_POD)
        if self._adds_next():
            self._created += 1
            return Step(Op.ADD, _pod(f"p{self._created}"))
        return Step(Op.DELETE, self._pods.pop(self._random.randrange(len(self._pods))))

    def _adds_next(self) -> bool:
        if not FEWEST_PODS < len(self._pods) < MOST_PODS:
            return len(self._pods) <= FEWEST_PODS
        return self._random.random() < 0.5


_NO_POD: Final = _pod("nobody")
