"""All states of a small node, looked at for one quantity: where no closed form decides.

Plain breadth-first search, so that the way to the state found is a shortest one.
"""

import time
from collections.abc import Callable
from typing import Final

from attrs import frozen

from ipam_model.bounds.answer import Basis, Proof
from ipam_model.counting.exploration import Budget
from ipam_model.counting.model import POD_EVENTS, CountingModel, State

Value = Callable[[CountingModel, State], int]
_CLOCK_EVERY: Final = 256


@frozen(kw_only=True)
class Searched:
    """The most that was found, and whether everything was seen."""

    value: int | None
    """`None`: no state of the kind asked for was seen."""
    state: State | None
    proof: Proof


def most(
    model: CountingModel, value: Value, budget: Budget, *, at_rest: bool, pods: int | None
) -> Searched:
    """The most that a reachable state has: of those at rest only, or with so many pods only."""
    begin = time.perf_counter()
    seen = {model.initial}
    level = [model.initial]
    best: int | None = None
    where: State | None = None
    depth = looked_at = 0
    exhausted = True
    while level and exhausted:
        following: list[State] = []
        for state in level:
            looked_at += 1
            if _over(budget, len(seen), begin, looked_at):
                exhausted = False
                break
            quiet = True
            for step in model.transitions(state):
                quiet = quiet and step.kind in POD_EVENTS
                if step.after not in seen:
                    seen.add(step.after)
                    following.append(step.after)
            if at_rest and not quiet:
                continue
            if pods is not None and model.pool(state).assigned != pods:
                continue
            found = value(model, state)
            if best is None or found > best:
                best, where = found, state
        level = following
        depth += bool(level)
    proof = Proof(
        basis=Basis.SEARCH,
        name="every state of the counting model",
        states=len(seen),
        depth=depth,
        exhausted=exhausted,
    )
    return Searched(value=best, state=where, proof=proof)


def _over(budget: Budget, states: int, begin: float, looked_at: int) -> bool:
    if budget.states is not None and states > budget.states:
        return True
    late = looked_at % _CLOCK_EVERY == 0 and budget.seconds is not None
    return late and time.perf_counter() - begin >= (budget.seconds or 0.0)
