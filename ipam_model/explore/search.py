"""Breadth-first search through every state of a scope."""

import gc
import time
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Final

from attrs import define, field, frozen

from ipam_model.explore.history import Memories, key_of_event, key_of_memories, verdicts_of_runs
from ipam_model.explore.mentions import mentions
from ipam_model.explore.moves import Move
from ipam_model.explore.scope import Scope
from ipam_model.explore.vertices import Edge, Moves, Vertex
from ipam_model.explore.world_key import WorldKey
from ipam_model.properties.evidence import Step
from ipam_model.properties.judging import (
    Verdicts,
    Violation,
    explanations,
    verdicts_of_questions,
    verdicts_of_state,
    verdicts_of_step,
)
from ipam_model.properties.registry import HOLDS, Violated
from ipam_model.properties.witnesses import reached

KeyOf = Callable[[Vertex], Hashable]

CLOCK_EVERY: Final = 64
"""So many states are expanded between two looks at the clock."""


def key_of(vertex: Vertex) -> Hashable:
    """The key of a state: equal keys have equal futures."""
    waiting, memories = vertex.waiting, vertex.memories
    names = (
        WorldKey(vertex.world)
        if waiting is None
        else WorldKey(vertex.world, mentions(waiting.answer, waiting.frames))
    )
    key = names.key()
    if waiting is None:
        if memories is None:
            return (vertex.turn, vertex.faults, vertex.restarts, key)
        past = key_of_memories(names, memories)
        return (vertex.turn, vertex.faults, vertex.restarts, key, past)
    where = tuple(
        [
            (
                frame.code,
                frame.line,
                tuple([names.local(name, value) for name, value in frame.live]),
            )
            for frame in waiting.frames
        ]
    )
    # Told at a choice and at a call alike; which of the two it is, the line says.
    answer = names.value(waiting.answer)
    if memories is None:
        return (vertex.turn, vertex.faults, vertex.restarts, key, where, answer)
    assert waiting.begun is not None, "its past is to be told apart"
    event = key_of_event(names, waiting.begun, waiting.asked, waiting.nested)
    past = key_of_memories(names, memories)
    return (vertex.turn, vertex.faults, vertex.restarts, key, where, answer, event, past)


@frozen(kw_only=True)
class Budget:
    """When to give up; `None` = never."""

    states: int | None = None
    seconds: float | None = None


@frozen
class Quiet:
    """A step of the loop that nothing disturbs."""

    to: int
    changes: bool
    """Something is attached, assigned or given back."""


@frozen
class Found:
    """A violation of a property, at the end of a shortest path."""

    violation: Violation
    path: tuple[Move, ...]


@define(eq=False)
class Exploration:
    """What is known of a scope's states; complete if `exhausted`."""

    scope: Scope
    exhausted: bool = False
    cut: str = ""
    """Why the search ended too early: `states` or `seconds`."""
    transitions: int = 0
    depth: int = 0
    """Moves from the beginning to the farthest state."""
    settled: int = 0
    """States between two events; in the others a procedure waits for an answer."""
    seconds: float = 0.0
    """Of processor time."""
    found: dict[tuple[str, tuple[str, ...]], Found] = field(factory=dict)
    """By property and the findings that explain it, the first of each."""
    violated: Counter[str] = field(factory=Counter)
    """How often each property was violated."""
    exercised: Counter[str] = field(factory=Counter)
    """How often each property was checked and not vacuous."""
    witnessed: Counter[str] = field(factory=Counter)
    """How often each witness was reached."""
    keys: list[Hashable] = field(factory=list)
    """Of every state, in the order in which they were reached."""
    quiet: list[list[Quiet]] = field(factory=list)
    """The undisturbed steps out of every state."""
    parents: list[tuple[int, Move | None]] = field(factory=list)

    @property
    def states(self) -> int:
        """How many different states were reached."""
        return len(self.keys)

    def path(self, state: int) -> tuple[Move, ...]:
        """A shortest way to a state."""
        moves: list[Move] = []
        while True:
            state, move = self.parents[state]
            if move is None:
                return tuple(reversed(moves))
            moves.append(move)


def explore(
    scope: Scope,
    budget: Budget | None = None,
    *,
    on_state: Callable[[], object] | None = None,
    key: KeyOf = key_of,
) -> Exploration:
    """Visit every state of the scope, or as many as the budget allows.

    `on_state` is called for each new state. Raises `InputError` if the scope is not covered.
    """
    search = _Search(scope, budget or Budget(), on_state or (lambda: None), key)
    with without_collector():
        search.run()
    return search.exploration


@contextmanager
def without_collector() -> Iterator[None]:
    """A search makes no garbage in cycles, and much that would be looked at again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _Search:
    def __init__(
        self, scope: Scope, budget: Budget, on_state: Callable[[], object], key: KeyOf
    ) -> None:
        self.exploration = Exploration(scope)
        self._budget = budget
        self._on_state = on_state
        self._key = key
        self._numbers: dict[Hashable, int] = {}
        self._queue: deque[tuple[int, int, Vertex]] = deque()

    def run(self) -> None:
        """Until there is nothing new, or the budget is spent."""
        result, began = self.exploration, time.process_time()
        moves = Moves(result.scope)
        begin = moves.begin()
        self._number(begin, -1, None, 0)
        expanded = 0
        while self._queue:
            if self._budget.states is not None and result.states > self._budget.states:
                result.cut = "states"
                break
            if not expanded % CLOCK_EVERY and self._late(began):
                result.cut = "seconds"
                break
            number, depth, vertex = self._queue.popleft()
            expanded += 1
            result.depth = depth
            for edge in moves.of(vertex):
                result.transitions += 1
                to, new = self._number(edge.to, number, edge.move, depth + 1)
                self._judge(vertex.memories, edge, new, number)
                if edge.quiet:
                    result.quiet[number].append(Quiet(to, edge.changes))
        result.seconds = time.process_time() - began
        result.exhausted = not result.cut

    def _late(self, began: float) -> bool:
        seconds = self._budget.seconds
        return seconds is not None and time.process_time() - began > seconds

    def _number(
        self, vertex: Vertex, parent: int, move: Move | None, depth: int
    ) -> tuple[int, bool]:
        """The number of a state, and whether it is new."""
        result = self.exploration
        key = self._key(vertex)
        number = self._numbers.get(key)
        new = number is None
        if number is None:
            number = len(result.keys)
            self._numbers[key] = number
            result.keys.append(key)
            result.quiet.append([])
            result.parents.append((parent, move))
            result.settled += vertex.waiting is None
            self._queue.append((number, depth, vertex))
            self._on_state()
        return number, new

    def _judge(self, memories: Memories | None, edge: Edge, new: bool, parent: int) -> None:
        """Questions at every move that asks, steps at every one that ends one, new states."""
        step, questions = edge.step, edge.questions
        if questions is not None and questions.asked:
            self._note(verdicts_of_questions(questions), questions, edge, parent)
        if step is None:
            return
        self.exploration.witnessed.update(reached(step))
        self._note(verdicts_of_step(step), step, edge, parent)
        if memories is not None:
            self._note(verdicts_of_runs(memories, step), step, edge, parent)
        if new:
            self._note(verdicts_of_state(step.after), step, edge, parent)

    def _note(self, verdicts: Verdicts, step: Step, edge: Edge, parent: int) -> None:
        result = self.exploration
        for property_id, verdict in verdicts:
            if verdict is HOLDS:
                result.exercised[property_id] += 1
            if not isinstance(verdict, Violated):
                continue
            known = explanations(property_id, step, verdict)
            result.violated[property_id] += 1
            kind = (property_id, tuple(each.id for each in known))
            if kind not in result.found:
                violation = Violation(property_id, verdict.what, known)
                result.found[kind] = Found(violation, (*result.path(parent), edge.move))
