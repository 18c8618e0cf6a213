"""States of an exploration, and every move that leads out of one."""

from collections.abc import Callable, Iterator
from enum import Enum
from functools import partial
from typing import Any, Final, NamedTuple, cast

from attrs import define, evolve, frozen

from ipam_model.daemon.init import Started
from ipam_model.daemon.pods import PodReply
from ipam_model.daemon.procedure import Ask, Call, Choice, Procedure, Resumption
from ipam_model.daemon.versions import DAEMONS, Daemon
from ipam_model.explore.answers import answers
from ipam_model.explore.history import Memories, at_first, remembered
from ipam_model.explore.moves import Arrive, Begin, Decisions, Depart, Kill, Move, Resume, Wait
from ipam_model.explore.scope import Scope
from ipam_model.explore.suspended import Frame, frames
from ipam_model.explore.world_key import WorldKey
from ipam_model.properties.evidence import Asked, Step
from ipam_model.requests import (
    AllocENI,
    AssignIPv6Prefixes,
    AssignPrivateIpAddresses,
    CreateENI,
    Failed,
    FreeENI,
    UnassignPrivateIpAddresses,
)
from ipam_model.state import Node, Pod, PodKey
from ipam_model.world import Runner, World

CHANGES: Final = (
    AllocENI,
    AssignIPv6Prefixes,
    AssignPrivateIpAddresses,
    CreateENI,
    FreeENI,
    UnassignPrivateIpAddresses,
)
"""Requests that change what is attached."""


class Turn(Enum):
    """What the daemon does next; the loop goes from `WAIT` through `RECONCILE` to `WAIT`."""

    START = "start"
    WAIT = "wait"
    TICK = "tick"
    RECONCILE = "reconcile"


@frozen
class Waiting:
    """A procedure of the daemon in which a question has been answered, but not told yet."""

    begin: World
    """When it began."""
    inputs: tuple[Resumption, ...]
    """What it was told so far."""
    asked: tuple[Asked, ...]
    frames: tuple[Frame, ...] = ()
    """Where it waits, and what it still depends on."""
    nested: tuple[Step, ...] = ()
    begun: WorldKey | None = None
    """Of `begin`, where it is to be told apart."""

    @property
    def ask(self) -> Ask:
        """The question."""
        return self.asked[-1].ask

    @property
    def answer(self) -> object:
        """The answer."""
        return self.asked[-1].answer


@define(eq=False)
class Vertex:
    """A state: between two events, or in the middle of a procedure of the daemon."""

    world: World
    turn: Turn
    faults: int
    """So many may still happen."""
    restarts: int
    waiting: Waiting | None = None
    memories: Memories | None = None
    """Of the properties of runs, where they are to be told apart."""


class Edge(NamedTuple):
    """A move and where it leads."""

    move: Move
    to: Vertex
    quiet: bool
    """The loop alone does this: no pod, no fault, no restart."""
    changes: bool
    """Something was attached, assigned or given back on the way."""
    step: Step | None
    """The event that it ends."""
    questions: Step | None
    """What was asked on the way, as a step that need not be over."""


class Served(NamedTuple):
    """A stretch of a procedure: to its next interruption, or to its end."""

    decisions: Decisions
    world: World
    faults: int
    inputs: tuple[Resumption, ...]
    asked: tuple[Asked, ...]
    procedure: Procedure[Any]
    result: object
    ended: bool


class Moves:
    """Every move out of a vertex of a scope."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._config = scope.node.config
        self._daemon: Daemon = DAEMONS[self._config.version]

    def begin(self) -> Vertex:
        """Before the first start."""
        scope = self._scope
        begin = Vertex(scope.world(), Turn.START, scope.faults, scope.restarts)
        begin.memories = at_first() if scope.histories else None
        return begin

    def of(self, vertex: Vertex) -> Iterator[Edge]:
        """Every move, the loop's first."""
        memories = vertex.memories
        for edge in self._edges(vertex):
            if memories is not None:
                step = edge.step
                edge.to.memories = memories if step is None else remembered(memories, step)
            yield edge

    def _edges(self, vertex: Vertex) -> Iterator[Edge]:
        if vertex.waiting is None:
            yield from self._turn(vertex)
        else:
            yield from self._resume(vertex, vertex.waiting)
        if self._serving(vertex):
            yield from self._pods(vertex)
        if vertex.restarts and self._killable(vertex):
            world = evolve(vertex.world, node=None)
            down = Vertex(world, Turn.START, vertex.faults, vertex.restarts - 1)
            yield Edge(Kill(), down, False, False, None, None)

    # -- the daemon's own procedures -----------------------------------------------------------

    def _turn(self, vertex: Vertex) -> Iterator[Edge]:
        world = vertex.world
        if vertex.turn is Turn.WAIT:
            for milliseconds in self._scope.time_steps:
                runner = Runner(world)
                runner.advance(milliseconds)
                later = runner.world
                step = _step("advance", milliseconds, world, later, None)
                after = evolve_vertex(vertex, later, Turn.TICK)
                yield Edge(Wait(milliseconds), after, True, False, step, None)
            return
        begun = WorldKey(world) if self._scope.histories else None
        yield from self._stretches(vertex, Waiting(world, (), (), begun=begun), Begin)

    def _resume(self, vertex: Vertex, waiting: Waiting) -> Iterator[Edge]:
        node = vertex.world.node
        assert node is not None, "a procedure runs"
        told = (waiting.answer, node, vertex.world.now)
        onward = evolve(waiting, inputs=(*waiting.inputs, told))
        yield from self._stretches(vertex, onward, Resume)

    def _stretches(
        self, vertex: Vertex, waiting: Waiting, kind: type[Begin] | type[Resume]
    ) -> Iterator[Edge]:
        turn, before = vertex.turn, len(waiting.asked)
        make = self._procedure(turn, waiting.begin)

        def interrupted(ask: Ask, at: World, then: World) -> bool:
            served = turn is not Turn.START and self._scope.pods > 0 and not _locked(ask)
            return served or (bool(vertex.restarts) and _outside_changed(at, then))

        for each in served(make, waiting, vertex.world, vertex.faults, interrupted):
            quiet = each.faults == vertex.faults and turn is not Turn.START
            new = each.asked[before:]
            changes = any(
                isinstance(asked.ask, Call)
                and isinstance(asked.ask.request, CHANGES)
                and not isinstance(asked.answer, Failed)
                for asked in new
            )
            move = kind(each.decisions, each.ended)
            if not each.ended:
                where = tuple(frames(each.procedure))
                paused = evolve(waiting, inputs=each.inputs, asked=each.asked, frames=where)
                after = Vertex(each.world, turn, each.faults, vertex.restarts, paused)
                questions = _step(
                    turn.value, None, waiting.begin, each.world, None, new, waiting.nested
                )
                yield Edge(move, after, quiet, changes, None, questions)
                continue
            world, reply, following = self._ended(turn, each.world, each.result)
            step = _step(turn.value, None, waiting.begin, world, reply, each.asked, waiting.nested)
            after = Vertex(world, following, each.faults, vertex.restarts)
            questions = evolve(step, asked=new) if before else step
            yield Edge(move, after, quiet, changes, step, questions)

    def _procedure(self, turn: Turn, begin: World) -> Callable[[], Procedure[Any]]:
        config, now, node = self._config, begin.now, begin.node
        if turn is Turn.START:
            return lambda: self._daemon.start(config, now)
        assert node is not None, "the daemon runs"
        if turn is Turn.TICK:
            return lambda: self._daemon.update_pool(config, node, now)
        return lambda: self._daemon.reconcile(config, node, now)

    def _ended(self, turn: Turn, world: World, result: object) -> tuple[World, object, Turn]:
        """The world after a procedure, its reply, and what comes next."""
        if turn is Turn.START:
            node = result.node if isinstance(result, Started) else None
            following = Turn.START if node is None else Turn.WAIT
            return with_node(world, node), result, following
        reply, node = cast(tuple[object, Node], result)
        world = with_node(world, node)
        if turn is Turn.TICK and not self._nothing_to_reconcile(world):
            return world, reply, Turn.RECONCILE
        return world, reply, Turn.WAIT

    def _nothing_to_reconcile(self, world: World) -> bool:
        """A reconcile that asks and changes nothing is left out: it is not due."""
        assert world.node is not None, "the daemon runs"
        procedure = self._daemon.reconcile(self._config, world.node, world.now)
        try:
            next(procedure)
        except StopIteration as stop:
            return stop.value[1] is world.node
        return False

    # -- pods ----------------------------------------------------------------------------------

    def _serving(self, vertex: Vertex) -> bool:
        """Whether a pod may ask now: the daemon has started, and no store is locked."""
        if vertex.turn is Turn.START or not self._scope.pods:
            return False
        return vertex.waiting is None or not _locked(vertex.waiting.ask)

    @staticmethod
    def _killable(vertex: Vertex) -> bool:
        """Whether the death of the daemon now makes a difference: not while it chooses."""
        if vertex.waiting is None:
            return vertex.turn is not Turn.START
        return isinstance(vertex.waiting.ask, Call)

    def _pods(self, vertex: Vertex) -> Iterator[Edge]:
        world = vertex.world
        node, config = world.node, self._config
        assert node is not None, "the daemon serves"
        present = {key.container: key for store in node.stores for key in store.holdings}
        present |= {key.container: key for key, _ in world.sandboxes}
        if len(world.sandboxes) < self._scope.pods:
            pod = newcomer(world, set(present))
            for decisions, result, step, killed in self._event(
                vertex, "add_pod", pod, lambda: self._daemon.add(config, node, world.now, pod)
            ):
                yield self._after_pod(vertex, Arrive(pod, decisions, killed), result, step, killed)
        for _, key in sorted(present.items()):
            delete = partial(self._daemon.delete, config, node, world.now, key)
            for decisions, result, step, killed in self._event(vertex, "delete_pod", key, delete):
                yield self._after_pod(vertex, Depart(key, decisions, killed), result, step, killed)

    def _event(
        self,
        vertex: Vertex,
        kind: str,
        subject: Pod | PodKey,
        make: Callable[[], Procedure[tuple[PodReply, Node]]],
    ) -> Iterator[tuple[Decisions, Served, Step, bool]]:
        """A request of a pod, which nothing interrupts but the death of the daemon."""
        world = vertex.world

        def deadly(_ask: Ask, at: World, then: World) -> bool:
            return bool(vertex.restarts) and _outside_changed(at, then)

        for each in served(
            make, Waiting(world, (), ()), world, vertex.faults, deadly, goes_on=True
        ):
            if not each.ended:
                step = _step(kind, subject, world, each.world, None, each.asked)
                yield each.decisions, each, step, True
                continue
            reply, node = cast(tuple[PodReply, Node], each.result)
            runner = Runner(with_node(each.world, node))
            if isinstance(subject, Pod):
                runner.connect(subject, reply)
            else:
                runner.remove_sandbox(subject)
            after = runner.world
            step = _step(kind, subject, world, after, reply, each.asked)
            yield each.decisions, each._replace(world=after), step, False

    def _after_pod(
        self, vertex: Vertex, move: Move, each: Served, step: Step, killed: bool
    ) -> Edge:
        if killed:
            world = with_node(each.world, None)
            down = Vertex(world, Turn.START, each.faults, vertex.restarts - 1)
            return Edge(move, down, False, False, None, step)
        after = evolve_vertex(vertex, each.world, vertex.turn)
        after.faults = each.faults
        if vertex.waiting is not None:
            after.waiting = evolve(vertex.waiting, nested=(*vertex.waiting.nested, step))
        return Edge(move, after, False, False, step, step)


def served(
    make: Callable[[], Procedure[Any]],
    waiting: Waiting,
    world: World,
    faults: int,
    interrupted: Callable[[Ask, World, World], bool],
    *,
    goes_on: bool = False,
) -> Iterator[Served]:
    """Every way in which a procedure goes on, to the next interruption or the end.

    With `goes_on` an interruption is told, and the procedure goes on as well.
    """
    stack: list[tuple[Served, Procedure[Any] | None]] = [
        (Served((), world, faults, waiting.inputs, waiting.asked, make(), None, False), None)
    ]
    while stack:
        so_far, procedure = stack.pop()
        inputs, at = so_far.inputs, so_far.world
        try:
            if procedure is None:
                procedure = make()
                ask = next(procedure)
                for told in inputs:
                    ask = procedure.send(told)
            else:
                ask = procedure.send(inputs[-1])
        except StopIteration as stop:
            yield so_far._replace(result=stop.value, ended=True)
            continue
        at = with_node(at, ask.node)
        following = []
        for decision, answer, then in ways(ask, at, so_far.faults):
            noted = Asked(ask=ask, answer=answer, now=at.now, ec2=at.ec2)
            each = Served(
                (*so_far.decisions, decision),
                then,
                so_far.faults - isinstance(ask, Call) * (decision is not None),
                inputs,
                (*so_far.asked, noted),
                procedure,
                None,
                False,
            )
            if interrupted(ask, at, then):
                yield each
                if not goes_on:
                    continue
            node = then.node
            assert node is not None, "a procedure runs"
            following.append(each._replace(inputs=(*inputs, (answer, node, then.now))))
        alone = len(following) == 1
        stack.extend((each, procedure if alone else None) for each in reversed(following))


def ways(ask: Ask, world: World, faults: int) -> Iterator[tuple[object, object, World]]:
    """Decision, answer and world for each way to answer a question."""
    if isinstance(ask, Choice):
        for option in ask.options:
            yield option, option, world
        return
    yield from answers(ask, world, faults=faults)


def newcomer(world: World, present: set[str]) -> Pod:
    """A pod that nothing in the world mentions."""
    known = present | {veth.sandbox.container for veth in world.veths}
    known |= {key.container for key in world.gone_pods}
    known |= {entry.pod.key.container for _, file in world.checkpoints for entry in file.entries}
    number = 1
    while f"p{number}" in known:
        number += 1
    return Pod(PodKey(f"p{number}"), f"ns/p{number}")


def with_node(world: World, node: Node | None) -> World:
    """The world with another memory of the daemon."""
    return world if world.node is node else evolve(world, node=node)


def evolve_vertex(vertex: Vertex, world: World, turn: Turn) -> Vertex:
    """The vertex in another world."""
    return Vertex(world, turn, vertex.faults, vertex.restarts)


def _locked(ask: Ask) -> bool:
    return ask.locked if isinstance(ask, Choice) else ask.request.under_lock


def _outside_changed(before: World, after: World) -> bool:
    return (
        (before.ec2 is not after.ec2 and before.ec2 != after.ec2)
        or before.checkpoints != after.checkpoints
        or before.now != after.now
    )


def _step(
    kind: str,
    subject: object,
    before: World,
    after: World,
    reply: object,
    asked: tuple[Asked, ...] = (),
    nested: tuple[Step, ...] = (),
) -> Step:
    return Step(
        kind=kind,
        subject=subject,
        before=before,
        after=after,
        reply=reply,
        asked=asked,
        nested=nested,
    )
