"""What an exploration found, and how to get there."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from itertools import pairwise

from attrs import field, frozen

from ipam_model.counting.model import CountingModel, State, Transition


class Ending(Enum):
    """Why an exploration ended."""

    EXHAUSTED = "exhausted"
    """Every reachable state was seen: the answers are exact."""
    STATES = "state budget"
    """The states ran out; the answers speak of the states seen and are bounds at best."""
    SECONDS = "time budget"
    """The time ran out; the same."""


@frozen(kw_only=True)
class Budget:
    """When to give up."""

    states: int | None = None
    """After so many states, 1 or more."""
    seconds: float | None = None


@frozen
class Found:
    """A number and the first state, in breadth-first order, that shows it."""

    value: int
    state: State


@frozen(kw_only=True)
class Exploration:
    """The reachable states of a counting model, as far as they were seen.

    Unless it is exhaustive, every maximum is a lower bound, and what was not found may be there.
    """

    model: CountingModel
    ending: Ending
    states: int
    transitions: int
    """Pairs of a state and a step from it; equal results of one kind count once."""
    depth: int
    """Most steps that a state needs, of the states seen."""
    most_reserved: Found
    """Q1: the most addresses ever taken from the subnet."""
    at_rest: Mapping[int, Found]
    """Q2: the same by number of pods, in states in which nothing but pod events is enabled."""
    stranded: State | None
    """Q3: the first state whose warm target stays unmet although the ENIs have room."""
    beyond_caps: State | None
    """Q4: the first state with more ENIs or CIDRs than the limits allow."""
    seconds: float
    _states_to: Callable[[State], Sequence[State]] = field(eq=False, repr=False)

    @property
    def exhaustive(self) -> bool:
        """Whether every reachable state was seen."""
        return self.ending is Ending.EXHAUSTED

    def path(self, state: State) -> tuple[Transition, ...]:
        """A shortest way from the initial state to one that was seen."""
        states = self._states_to(state)
        return tuple(
            next(step for step in self.model.transitions(before) if step.after == after)
            for before, after in pairwise(states)
        )
