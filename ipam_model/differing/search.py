"""Breadth-first search for an event after which two nodes can be told apart.

A daemon leaves things open, so a side is not in one state but in one of several: all those that
its daemon may have chosen without anybody seeing a difference yet. After each event the *sets* of
what can be seen on either side are compared. If one side can show what the other cannot, whatever
that one chooses, they differ; if they show the same, every observation is followed up with the
states of both sides that go with it. So nothing depends on which option is called the first, and
what is exhausted proves that the two have the same runs, as seen from outside.
"""

import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Mapping
from enum import Enum
from typing import Final, TypeAlias

from attrs import define, frozen

from ipam_model.differing import events
from ipam_model.differing.comparison import Comparison, Side
from ipam_model.differing.events import Event, PodComes, PodGoes
from ipam_model.differing.observation import Observation
from ipam_model.differing.outcomes import outcomes
from ipam_model.differing.pair_key import key_of
from ipam_model.explore.search import CLOCK_EVERY, Budget, without_collector
from ipam_model.world import World

KeyOf: TypeAlias = Callable[[Comparison, World, tuple[str, ...]], Hashable]
States: TypeAlias = Mapping[Hashable, World]
"""The states that a side may be in, by key."""

USUAL_DEPTH: Final = 8


class Status(Enum):
    """What is known at the end."""

    DIFFERENT = "different"
    """One side can show what the other cannot."""
    EQUIVALENT = "equivalent"
    """No sequence of the events that are allowed, of whatever length, tells the two apart."""
    EQUIVALENT_TO_DEPTH = "equivalent to depth"
    """No sequence of at most so many events tells the two apart."""
    UNKNOWN = "unknown"
    """The budget was spent; no shorter sequence than the depth reached tells the two apart."""


@frozen(kw_only=True)
class Difference:
    """A shortest sequence of events after which the two can be told apart."""

    events: tuple[Event, ...]
    """The first start included."""
    observations: tuple[Observation, ...]
    """What both sides show after each event but the last."""
    left: frozenset[Observation]
    """All that the left side can show after the last event."""
    right: frozenset[Observation]
    """All that the right side can."""

    @property
    def shown(self) -> tuple[Observation, Observation]:
        """What each side shows: something that the other cannot, where there is such a thing."""
        return _first(self.left, self.right), _first(self.right, self.left)

    @property
    def only(self) -> tuple[bool, bool]:
        """Whether the left, and the right side can show something that the other cannot."""
        return bool(self.left - self.right), bool(self.right - self.left)


def _first(mine: frozenset[Observation], others: frozenset[Observation]) -> Observation:
    return min(mine - others or mine)


@frozen(kw_only=True)
class Result:
    """What a comparison came to."""

    comparison: Comparison
    status: Status
    depth: int
    """Events after the first start within which there is no difference: one less than it takes, if
    there is one (-1: the start itself differs); all that lead to anything new, if there is none."""
    pairs: int
    """Pairs of sets of states that were told apart."""
    states: int
    """States in these sets, of both sides."""
    seconds: float
    """Of processor time."""
    cut: str = ""
    """Which budget ended first: `states` or `seconds`."""
    difference: Difference | None = None


@define(eq=False)
class _Pair:
    """What may be the case after some events, on either side."""

    left: States
    right: States
    pods: tuple[str, ...]
    running: bool
    left_over: tuple[int, ...]
    """How often each limited kind of event may still happen."""
    depth: int
    parent: "_Pair | None" = None
    event: Event | None = None
    seen: Observation = ()

    def path(self) -> tuple[tuple[Event, Observation], ...]:
        """What led here."""
        found: list[tuple[Event, Observation]] = []
        pair: _Pair | None = self
        while pair is not None and pair.event is not None:
            found.append((pair.event, pair.seen))
            pair = pair.parent
        return tuple(reversed(found))


def compare(
    comparison: Comparison,
    depth: int | None = USUAL_DEPTH,
    budget: Budget | None = None,
    *,
    on_state: Callable[[], object] | None = None,
    key: KeyOf = key_of,
) -> Result:
    """Find the smallest difference, or exhaust what is allowed, to a depth (`None` = to any).

    Shortest are the fewest events; among these, pods come before they go, then pool update,
    reconcile, shorter waits, and what is limited. `on_state` is called for each new pair.
    Raises `InputError` if the comparison makes no sense.
    """
    comparison.require_sensible()
    search = _Search(comparison, depth, budget or Budget(), on_state or (lambda: None), key)
    with without_collector():
        return search.run()


class _Search:
    def __init__(
        self,
        comparison: Comparison,
        depth: int | None,
        budget: Budget,
        on_state: Callable[[], object],
        key: KeyOf,
    ) -> None:
        self._comparison = comparison
        self._most = depth
        self._budget = budget
        self._on_state = on_state
        self._key = key
        self._known: set[Hashable] = set()
        self._queue: deque[_Pair] = deque()
        self._states = 0
        self._deepest = 0
        self._began = time.process_time()

    def run(self) -> Result:
        comparison = self._comparison
        start = _Pair(
            left={0: comparison.world(comparison.left)},
            right={0: comparison.world(comparison.right)},
            pods=(),
            running=False,
            left_over=tuple(each.most for each in comparison.allowances),
            depth=-1,
        )
        pair = start
        try:
            found = self._expand(start, events.START, start.left_over)
            while found is None and self._queue:
                pair = self._queue.popleft()
                if pair.depth == self._most:
                    return self._result(Status.EQUIVALENT_TO_DEPTH, pair.depth)
                found = self._expand_all(pair)
        except _SpentError as spent:
            return self._result(Status.UNKNOWN, pair.depth, cut=spent.budget)
        if found is None:
            return self._result(Status.EQUIVALENT, self._deepest)
        return self._result(Status.DIFFERENT, len(found.events) - 2, difference=found)

    def _expand_all(self, pair: _Pair) -> Difference | None:
        for event, left_over in self._events(pair):
            self._look_at_budget()
            found = self._expand(pair, event, left_over)
            if found is not None:
                return found
        return None

    def _result(
        self, status: Status, depth: int, *, cut: str = "", difference: Difference | None = None
    ) -> Result:
        return Result(
            comparison=self._comparison,
            status=status,
            depth=depth,
            pairs=len(self._known),
            states=self._states,
            seconds=time.process_time() - self._began,
            cut=cut,
            difference=difference,
        )

    def _look_at_budget(self) -> None:
        budget = self._budget
        if budget.states is not None and self._states >= budget.states:
            raise _SpentError("states")
        seconds = time.process_time() - self._began
        if budget.seconds is not None and seconds >= budget.seconds:
            raise _SpentError("seconds")

    def _events(self, pair: _Pair) -> Iterator[tuple[Event, tuple[int, ...]]]:
        comparison = self._comparison
        if pair.running:
            worlds = (*pair.left.values(), *pair.right.values())
            newcomer = comparison.newcomer(pair.pods, worlds)
            for each in comparison.of_pods(pair.pods, newcomer):
                yield each, pair.left_over
            yield events.TICK, pair.left_over
            yield events.RECONCILE, pair.left_over
        for milliseconds in comparison.waits:
            yield events.wait(milliseconds), pair.left_over
        for number, allowance in enumerate(comparison.allowances):
            if pair.left_over[number]:
                rest = tuple(left - (place == number) for place, left in enumerate(pair.left_over))
                for each in allowance.events:
                    yield each, rest

    def _expand(self, pair: _Pair, event: Event, left_over: tuple[int, ...]) -> Difference | None:
        """Let an event happen to both; what tells them apart, if anything does."""
        comparison = self._comparison
        left = self._after(comparison.left, pair.left, event, pair.pods)
        right = self._after(comparison.right, pair.right, event, pair.pods)
        if left.keys() != right.keys():
            path = pair.path()
            return Difference(
                events=(*(each for each, _ in path), event),
                observations=tuple(seen for _, seen in path),
                left=frozenset(left),
                right=frozenset(right),
            )
        for seen in left:
            self._add(pair, event, seen, left[seen], right[seen], left_over)
        return None

    def _after(
        self, side: Side, states: States, event: Event, pods: tuple[str, ...]
    ) -> dict[Observation, dict[Hashable, World]]:
        """The states that a side may be in afterwards, by what can be seen."""
        comparison = self._comparison
        found: dict[Observation, dict[Hashable, World]] = {}
        followed = 0
        with side.daemon():
            for world in states.values():
                for seen, after, _ in outcomes(world, event, comparison.watched):
                    key = self._key(comparison, after, pods_after(pods, event, after))
                    found.setdefault(seen, {}).setdefault(key, after)
                    followed += 1
                    if not followed % CLOCK_EVERY:
                        self._look_at_budget()
        return found

    def _add(
        self,
        parent: _Pair,
        event: Event,
        seen: Observation,
        left: States,
        right: States,
        left_over: tuple[int, ...],
    ) -> None:
        some = next(iter(left.values()))
        pods = pods_after(parent.pods, event, some)
        key = (frozenset(left), frozenset(right), len(pods), left_over)
        if key in self._known:
            return
        self._known.add(key)
        pair = _Pair(
            left=left,
            right=right,
            pods=pods,
            running=some.node is not None,
            left_over=left_over,
            depth=parent.depth + 1,
            parent=parent,
            event=event,
            seen=seen,
        )
        self._states += len(left) + len(right)
        self._deepest = pair.depth
        self._queue.append(pair)
        self._on_state()


class _SpentError(Exception):
    """The budget is spent."""

    def __init__(self, budget: str) -> None:
        super().__init__(budget)
        self.budget = budget


def pods_after(pods: tuple[str, ...], event: Event, world: World) -> tuple[str, ...]:
    """Who is there after an event: who came and was not refused."""
    if isinstance(event, PodGoes):
        return tuple(name for name in pods if name != event.name)
    if isinstance(event, PodComes) and event.name not in pods:
        here = {key.container for key, _ in world.sandboxes}
        return (*pods, event.name) if event.name in here else pods
    return pods
