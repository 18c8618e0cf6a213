"""A diverging plan without the events that it does not need.

Hypothesis shrinks what it draws, and an event that changes nothing may stay where leaving it out
would make it draw something else afterwards. In a plan nothing comes after but what is written.
"""

import time
from typing import Final, TypeVar

from attrs import evolve

from ipam_model.conformance.verdict import Verdict
from ipam_model.testing.conformance.bench import Bench
from ipam_model.testing.conformance.hunting import SHRINKING_SECONDS, Found

P = TypeVar("P")

RUNS: Final = 300
"""So many runs at most are spent on it."""


def without_needless_events(bench: Bench[P], found: Found[P]) -> Found[P]:
    """The plan without events, last ones first, as long as it diverges in the same way."""
    if found.again == 0:
        return found
    left = RUNS
    until = time.monotonic() + SHRINKING_SECONDS
    shorter = True
    while shorter:
        shorter = False
        number = len(bench.arena.events(found.plan))
        while number > 0 and left > 0 and time.monotonic() < until:
            number -= 1
            left -= 1
            events = [*bench.arena.events(found.plan)]
            del events[number]
            plan = bench.arena.with_events(found.plan, events)
            verdict = bench.judge(plan)
            if verdict is not None and signature(verdict) == signature(found.verdict):
                found = evolve(found, plan=plan, verdict=verdict)
                shorter = True
    return found


def signature(verdict: Verdict) -> tuple[object, ...]:
    """The same for divergences that are taken for one."""
    return verdict.result, verdict.quirk, verdict.aspect
