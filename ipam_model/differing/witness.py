"""A difference as two runs that can be replayed, one per side."""

from collections.abc import Hashable, Sequence
from contextlib import nullcontext

from attrs import define, frozen

from ipam_model.choosing import Chooser, Decisions
from ipam_model.differing.comparison import Comparison, Side
from ipam_model.differing.events import Event
from ipam_model.differing.observation import Observation, different
from ipam_model.differing.outcomes import outcomes
from ipam_model.differing.pair_key import key_of
from ipam_model.differing.search import Difference, pods_after
from ipam_model.errors import ModelError
from ipam_model.firing import Fired, rules_fired
from ipam_model.quantities import Quantities, quantities
from ipam_model.scenario.document import Scenario
from ipam_model.scenario.happening import Reply
from ipam_model.scenario.prescription import call_name
from ipam_model.scenario.recording import Recorder
from ipam_model.scenario.running import Made
from ipam_model.world import World

SOURCE = "ipam-model diff"


@frozen(kw_only=True)
class Shown:
    """An event on one side."""

    now: int
    """Milliseconds, after it."""
    reply: Reply
    calls: tuple[Made, ...]
    quantities: Quantities
    world: World
    """After it."""
    functions: frozenset[str] = frozenset()
    """Of the catalogue, executed in it (`firing`); if somebody asked for them."""


@frozen(kw_only=True)
class Run:
    """One side's run up to the difference."""

    side: Side
    rows: tuple[Shown, ...]
    """One per event of the difference."""
    scenario: Scenario
    """The same as a document; where an event finds nothing to do it has none."""
    world: World
    """How it ends."""


@frozen(kw_only=True)
class Witness:
    """The two runs of a difference: the same to be seen in all events but the last."""

    difference: Difference
    left: Run
    right: Run
    differ: tuple[str, ...]
    """In what they differ after the last event: aspects."""


class RecordedChooser(Recorder, Chooser):
    """Writes down what happens."""


def witness_of(comparison: Comparison, difference: Difference, *, firing: bool = False) -> Witness:
    """The runs of both sides; with `firing` it is noted which rules they execute."""
    left_seen, right_seen = difference.shown
    left, right = comparison.left, comparison.right
    return Witness(
        difference=difference,
        left=_run(comparison, left, difference, left_seen, right.label, firing),
        right=_run(comparison, right, difference, right_seen, left.label, firing),
        differ=tuple(different(left_seen, right_seen, comparison.watched)),
    )


def _run(
    comparison: Comparison,
    side: Side,
    difference: Difference,
    last: Observation,
    other: str,
    firing: bool,
) -> Run:
    decisions = decide(comparison, side, difference.events, (*difference.observations, last))
    runner = RecordedChooser(comparison.world(side))
    rows: list[Shown] = []
    with side.daemon():
        for event, told in zip(difference.events, decisions, strict=True):
            with rules_fired() if firing else nullcontext(Fired()) as fired:
                reply = runner.let(event.happen, told)
            calls = tuple(
                Made(name=call_name(request), request=request, answer=answer)
                for request, answer in runner.asked
            )
            found = quantities(runner)
            rows.append(
                Shown(
                    now=runner.now,
                    reply=reply,
                    calls=calls,
                    quantities=found,
                    world=runner.world,
                    functions=frozenset(fired.functions),
                )
            )
    title = f"{side.label}, to the event that tells it from {other}"
    scenario = runner.scenario(title=title, source=SOURCE, env=side.setup.env)
    return Run(side=side, rows=tuple(rows), scenario=scenario, world=runner.world)


@define(eq=False)
class _Reached:
    """A state of one side, and how it came about."""

    world: World
    came_from: "_Reached | None"
    decisions: Decisions


def decide(
    comparison: Comparison,
    side: Side,
    events: Sequence[Event],
    wanted: Sequence[Observation],
) -> tuple[Decisions, ...]:
    """Choices of a side's daemon with which it shows what is wanted after each event.

    Raises `ModelError` if there are none.
    """
    states = [_Reached(comparison.world(side), None, ())]
    pods: tuple[str, ...] = ()
    with side.daemon():
        for event, seen in zip(events, wanted, strict=True):
            found: dict[Hashable, _Reached] = {}
            after: tuple[str, ...] | None = None
            for state in states:
                for outcome in outcomes(state.world, event, comparison.watched):
                    if outcome.seen == seen:
                        after = pods_after(pods, event, outcome.world) if after is None else after
                        key = key_of(comparison, outcome.world, after)
                        found.setdefault(key, _Reached(outcome.world, state, outcome.decisions))
            if after is None:
                raise ModelError(f"{side.label} cannot show what it was found to show")
            states, pods = list(found.values()), after
    return _way(states[0])


def _way(reached: _Reached) -> tuple[Decisions, ...]:
    way: list[Decisions] = []
    while reached.came_from is not None:
        way.append(reached.decisions)
        reached = reached.came_from
    return tuple(reversed(way))
