"""Shortest ways through the counting model to a state that somebody is looking for."""

from collections.abc import Callable, Collection
from typing import Final

from attrs import frozen

from ipam_model.counting.model import CountingModel, Kind, State, Transition

Goal = Callable[[State], bool]
Turn = tuple[Kind, State, State]
"""A step with the states before and after it."""

MANY: Final = 100_000


@frozen(kw_only=True)
class Search:
    """What a search found."""

    path: tuple[Transition, ...] | None
    """A shortest way from the initial state to one of the goal; `None`: none was found."""
    states: int
    """States seen."""
    exhaustive: bool
    """There are no others: where no way was found there is none."""


def shortest_path(
    model: CountingModel, goal: Goal, *, states: int = MANY, avoid: Collection[Turn] = ()
) -> Search:
    """Breadth first, plain steps, until a state of the goal is seen or the states run out.

    `avoid` are steps that are not to be taken.
    """
    parents: dict[State, tuple[State, Transition] | None] = {model.initial: None}
    level = [model.initial]
    if goal(model.initial):
        return Search(path=(), states=1, exhaustive=False)
    while level:
        following: list[State] = []
        for state in level:
            for step in model.transitions(state):
                after = step.after
                if after in parents or (step.kind, state, after) in avoid:
                    continue
                if len(parents) >= states:
                    return Search(path=None, states=len(parents), exhaustive=False)
                parents[after] = (state, step)
                if goal(after):
                    return Search(path=_way(parents, after), states=len(parents), exhaustive=False)
                following.append(after)
        level = following
    return Search(path=None, states=len(parents), exhaustive=not avoid)


def _way(
    parents: dict[State, tuple[State, Transition] | None], state: State
) -> tuple[Transition, ...]:
    way: list[Transition] = []
    while (before := parents[state]) is not None:
        state, step = before
        way.append(step)
    return tuple(reversed(way))
