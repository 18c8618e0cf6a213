"""The plain explorer: breadth first, one state at a time, nothing but the standard library.

It is slow and obvious: the faster one is held to what it finds.
"""

import time
from collections.abc import Sequence

from ipam_model.counting.exploration import Budget, Ending, Exploration, Found
from ipam_model.counting.model import POD_EVENTS, CountingModel, State

UNLIMITED = Budget()
_CLOCK_EVERY = 1024
"""States between two looks at the clock."""


def explore(model: CountingModel, budget: Budget = UNLIMITED) -> Exploration:
    """Every state that can be reached, unless the budget ends it."""
    begin = time.perf_counter()
    initial = model.initial
    parents: dict[State, State | None] = {initial: None}
    level = [initial]
    depth = transitions = looked_at = 0
    most = Found(model.reserved(initial), initial)
    at_rest: dict[int, Found] = {}
    stranded = beyond = None
    ending = Ending.EXHAUSTED
    while level and ending is Ending.EXHAUSTED:
        following: list[State] = []
        for state in level:
            if looked_at % _CLOCK_EVERY == 0 and _late(begin, budget):
                ending = Ending.SECONDS
                break
            if budget.states is not None and len(parents) > budget.states:
                ending = Ending.STATES
                break
            looked_at += 1
            quiet = True
            for step in model.transitions(state):
                transitions += 1
                quiet = quiet and step.kind in POD_EVENTS
                if step.after not in parents:
                    parents[step.after] = state
                    following.append(step.after)
            reserved = model.reserved(state)
            if reserved > most.value:
                most = Found(reserved, state)
            if quiet:
                pods = model.pool(state).assigned
                if pods not in at_rest or reserved > at_rest[pods].value:
                    at_rest[pods] = Found(reserved, state)
                if stranded is None and model.stranded(state):
                    stranded = state
            if beyond is None and not model.within_caps(state):
                beyond = state
        level = following
        depth += bool(level)

    def states_to(state: State) -> Sequence[State]:
        way = [state]
        while (before := parents[way[-1]]) is not None:
            way.append(before)
        return way[::-1]

    return Exploration(
        model=model,
        ending=ending,
        states=len(parents),
        transitions=transitions,
        depth=depth,
        most_reserved=most,
        at_rest=dict(sorted(at_rest.items())),
        stranded=stranded,
        beyond_caps=beyond,
        seconds=time.perf_counter() - begin,
        states_to=states_to,
    )


def _late(begin: float, budget: Budget) -> bool:
    return budget.seconds is not None and time.perf_counter() - begin >= budget.seconds
