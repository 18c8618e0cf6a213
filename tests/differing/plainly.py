"""The same question answered in the plainest way: every sequence, every choice, nothing merged."""

from collections.abc import Iterator, Sequence

from ipam_model.choosing import Chooser
from ipam_model.differing import events
from ipam_model.differing.comparison import Comparison, Side
from ipam_model.differing.events import Event
from ipam_model.differing.observation import Moment, Observation, observe
from ipam_model.world import World

Traces = frozenset[tuple[Observation, ...]]


def traces(comparison: Comparison, side: Side, sequence: Sequence[Event]) -> Traces:
    """All that a side can show, from its first start on, whatever it chooses."""
    shown: list[tuple[World, tuple[Observation, ...]]] = [(comparison.world(side), ())]
    with side.daemon():
        for event in sequence:
            shown = [
                (world, (*seen, now))
                for before, seen in shown
                for world, now in _outcomes(comparison, before, event)
            ]
    return frozenset(seen for _, seen in shown)


def _outcomes(
    comparison: Comparison, world: World, event: Event
) -> Iterator[tuple[World, Observation]]:
    """By trying numbers of options, one more at a time, like the digits of a counter."""
    digits: list[int] = []
    while True:
        runner = Chooser(world)
        decisions: list[object] = []
        sizes: list[int] = []
        for digit in digits:
            # Each decision is looked up among the options that its predecessors lead to.
            runner.let(event.happen, tuple(decisions))
            decisions.append(tuple(runner.offered[len(decisions)])[digit])
            runner = Chooser(world)
        reply = runner.let(event.happen, tuple(decisions))
        sizes = [len(tuple(each)) for each in runner.offered]
        digits += [0] * (len(sizes) - len(digits))
        assert [tuple(o)[d] for o, d in zip(runner.offered, digits, strict=True)] == runner.decided
        moment = Moment(reply, runner.world, tuple(runner.asked))
        yield runner.world, observe(moment, comparison.watched)
        while digits and digits[-1] == sizes[-1] - 1:
            digits.pop()
            sizes.pop()
        if not digits:
            return
        digits[-1] += 1


def sequences(comparison: Comparison, length: int) -> Iterator[tuple[Event, ...]]:
    """Every sequence of so many events after the first start, of pods p1, p2, … and the loop."""
    names = [f"p{number}" for number in range(1, comparison.pods + 1)]
    alphabet: tuple[Event, ...] = (
        *map(events.PodComes, names),
        *map(events.PodGoes, names),
        events.TICK,
        events.RECONCILE,
        *map(events.wait, comparison.waits),
    )
    found: list[tuple[Event, ...]] = [(events.START,)]
    for _ in range(length):
        found = [(*each, event) for each in found for event in alphabet]
    yield from found


def makes_sense(sequence: Sequence[Event]) -> bool:
    """Whether pods come only while they are away, and go only after they came."""
    here: set[str] = set()
    for event in sequence:
        if isinstance(event, events.PodComes):
            if event.name in here:
                return False
            here.add(event.name)
        elif isinstance(event, events.PodGoes):
            if event.name not in here:
                return False
            here.remove(event.name)
    return True


def smallest(comparison: Comparison, most: int) -> int | None:
    """The fewest events after the first start that tell the two apart, at most so many."""
    for length in range(most + 1):
        for sequence in sequences(comparison, length):
            if makes_sense(sequence) and differ(comparison, sequence):
                return length
    return None


def differ(comparison: Comparison, sequence: Sequence[Event]) -> bool:
    """Whether the two can be told apart by this sequence of events."""
    return traces(comparison, comparison.left, sequence) != traces(
        comparison, comparison.right, sequence
    )
