"""What happens to a node, in every order, as long as it leads to something new.

Breadth first, so that what is new is reached by few events. An event is new if it executes other
rules, replies otherwise or asks EC2 for something else than any event of its kind before on that
node.
"""

from collections import deque
from collections.abc import Hashable, Iterator
from heapq import heappop, heappush
from typing import Final

from attrs import evolve

from ipam_model.config import ALL_QUIRKS, QUIRKS_OF, Version
from ipam_model.errors import InputError
from ipam_model.scenario.document import (
    Advance,
    ArmFault,
    CleanLeaked,
    Cordon,
    EniPart,
    Event,
    OthersAssign,
    OthersAttach,
    OthersDetach,
    OthersUnassign,
    PodAdd,
    PodDel,
    PodObjectSet,
    Reconcile,
    Start,
    SubnetFree,
    Terminate,
    Tick,
    Uncordon,
)
from ipam_model.scenario.meaning import ImpossibleError
from ipam_model.scenario.running import ScenarioRunner
from ipam_model.scenario.setup import world_of
from ipam_model.vectors.states import Json
from ipam_model.vectors.steps import TOLD, Judged, StepCase, judge_from
from ipam_model.world import World
from tools.vectors.failing import FoundStep
from tools.vectors.nodes import Setup

LONGEST: Final = 14
"""Events before the one that a vector is about."""
MOST_STATES: Final = 60
"""Of one node, from which it is tried how to go on."""
OLD: Final = 3
"""What led to nothing new waits behind what is so many events longer."""
BOUNDARIES: Final = (
    5_000,
    29_999,
    30_000,
    30_001,
    59_999,
    60_000,
    60_001,
    119_999,
    120_000,
    120_001,
)
"""Milliseconds to let pass: around each duration that the daemon compares with."""

FAULTS: Final = (
    ArmFault(call="AssignPrivateIpAddresses", code="InsufficientFreeAddressesInSubnet"),
    ArmFault(call="AssignPrivateIpAddresses"),
    ArmFault(call="AssignPrivateIpAddresses", partial=1),
    ArmFault(call="CreateNetworkInterface", code="InsufficientFreeAddressesInSubnet"),
    ArmFault(call="AttachNetworkInterface", code="AttachmentLimitExceeded"),
    ArmFault(call="UnassignPrivateIpAddresses"),
    ArmFault(call="FreeENI"),
    ArmFault(call="DescribeAllENIs"),
    ArmFault(call="GetAttachedENIs"),
    ArmFault(call="GetIPv4sFromEC2"),
    ArmFault(call="SetupENINetwork", times=6),
    ArmFault(call="WaitForENIAndIPsAttached"),
    ArmFault(call="WriteCheckpoint", code="EIO"),
    ArmFault(call="ReadCheckpoint", code="EIO"),
    ArmFault(call="IsSubnetExcluded", times=6),
    ArmFault(call="TagENI"),
    ArmFault(call="NodeCordoned"),
    ArmFault(call="ReadEniConfig"),
    ArmFault(call="ReadMaxPods"),
    ArmFault(call="ReadVpcCidrs"),
)
_SANDBOXES: Final = ("p1", "p2", "p3", "p4", "p5")


def walk(setup: Setup) -> Iterator[FoundStep]:
    """Everything new on a node."""
    version = Version(setup.node.version)
    quirks = QUIRKS_OF.get(version, ALL_QUIRKS)
    start = world_of(setup.node, setup.ec2)
    none = evolve(start, config=evolve(start.config, quirks=frozenset()))
    # What led to something new goes first, then what is short.
    waiting: list[tuple[int, int, World, tuple[Event, ...]]] = [(0, 0, none, ())]
    met: set[World] = {none}
    known: set[Hashable] = set()
    for _ in range(MOST_STATES):
        if not waiting:
            return
        _, _, world, history = heappop(waiting)
        if len(history) > LONGEST:
            continue
        outside_just_now = bool(history) and history[-1].kind not in TOLD
        for event in menu(world):
            told = event.kind in TOLD
            if outside_just_now and not told:
                continue
            new = False
            if told:
                case = StepCase(
                    title="", node=setup.node, ec2=setup.ec2, history=history, event=event
                )
                try:
                    judged = judge_from(world, event)
                except (InputError, ImpossibleError):
                    continue
                signature = shape(event, judged)
                new = signature not in known
                if new:
                    known.add(signature)
                    yield FoundStep(case, judged)
            following = _after(world, event)
            if following is None or following in met:
                continue
            quirky = _after(evolve(world, config=evolve(world.config, quirks=quirks)), event)
            if quirky is None or evolve(quirky, config=following.config) != following:
                continue
            met.add(following)
            urgency = len(history) + (0 if new else OLD)
            heappush(waiting, (urgency, len(met), following, (*history, event)))


def _after(world: World, event: Event) -> World | None:
    runner = ScenarioRunner(world)
    try:
        deque(runner.steps((event,)), maxlen=0)
    except (InputError, ImpossibleError):
        return None
    return runner.world


def shape(event: Event, judged: Judged) -> tuple[Hashable, ...]:
    """Kind, rules, outcomes and quirks of an event, without names and numbers."""
    outcomes = frozenset(
        (tuple(_plain(each.reply)), tuple(tuple(_plain(call)) for call in each.calls))
        for each in (*judged.intended, *judged.upstream)
    )
    return event.kind, judged.rules, outcomes, judged.quirks


def _plain(shown: Json) -> Iterator[Hashable]:
    for key, value in shown.items():
        if isinstance(value, bool) or key in ("call", "error"):
            yield key, value
        elif isinstance(value, int):
            yield key, value > 0
        elif isinstance(value, dict):
            yield key, tuple(_plain(value))


def menu(world: World) -> Iterator[Event]:
    """What may happen next."""
    node = world.node
    yield Start()
    if node is None:
        yield PodAdd(pod="p1")
        yield Tick()
        yield from FAULTS
        return
    held = {key.container for store in node.stores for key in store.holdings}
    fresh = next((pod for pod in _SANDBOXES if pod not in held), None)
    yield Tick()
    if fresh is not None:
        yield PodAdd(pod=fresh)
        if world.config.cards > 1:
            yield PodAdd(pod=fresh, multi=True)
        if world.config.settings.pod_eni:
            yield PodObjectSet(pod=fresh, branch_eni=True, branch_address="10.9.0.9")
            yield PodAdd(pod=fresh, pod_object=False)
    for pod in sorted(held)[:1]:
        yield PodAdd(pod=pod)
    for pod in sorted(held)[:2]:
        yield PodDel(pod=pod)
    for pod in sorted(held)[:1]:
        yield PodDel(pod=pod, pod_object=False)
    yield PodDel(pod="p9")
    if world.ec2.leaked:
        yield CleanLeaked()
    yield Reconcile()
    for milliseconds in BOUNDARIES:
        yield Advance(ms=milliseconds)
    yield Uncordon() if world.cordoned else Cordon()
    yield Terminate()
    yield from FAULTS
    yield from _by_others(world)


def _by_others(world: World) -> Iterator[Event]:
    for subnet in world.ec2.subnets[:2]:
        for free in (0, 2, 40):
            yield SubnetFree(subnet=subnet.id, free=free)
    yield OthersAttach()
    yield OthersAttach(eni=EniPart(trunk=True))
    for eni in world.ec2.enis:
        if not eni.primary:
            yield OthersDetach(eni=eni.id)
        if len(eni.addresses) < 2:
            yield OthersAssign(eni=eni.id, next_ips=1)
        if not eni.prefixes:
            yield OthersAssign(eni=eni.id, next_prefixes=1)
        for address in eni.addresses[:1]:
            text = ".".join(str(address >> shift & 255) for shift in (24, 16, 8, 0))
            yield OthersUnassign(eni=eni.id, ips=(text,))
