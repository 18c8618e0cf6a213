"""A diverging plan without the events that it does not need.

Hypothesis shrinks what it draws, and an event that changes nothing may stay where leaving it out
would make it draw something else afterwards. In a plan nothing comes after but what is written.
"""

import time
from collections.abc import Iterator
from typing import Final, TypeVar

from attrs import evolve

from ipam_model.conformance.verdict import Verdict
from ipam_model.testing.conformance.bench import Bench
from ipam_model.testing.conformance.hunting import SHRINKING_SECONDS, Found, confirmed

P = TypeVar("P")

RUNS: Final = 300
"""So many runs at most are spent on it."""
CUT_SHORT: Final = (
    f"Making the plan smaller was ended after {RUNS} runs or {SHRINKING_SECONDS:g} s: some of its "
    "events may be needless."
)
HURRY: Final = 25
"""A subject that hangs has this part of its time while its plan is made smaller."""


def smallest(bench: Bench[P], found: Found[P]) -> Found[P]:
    """The plan without the events that it does not need, tried again on fresh subjects."""
    if found.again == 0:
        return found
    if found.tedious:
        return _smallest_in_a_hurry(bench, found)
    shorter = without_needless_events(bench, found)
    return evolve(confirmed(bench, shorter.plan, shorter.verdict), remark=shorter.remark)


def _smallest_in_a_hurry(bench: Bench[P], found: Found[P]) -> Found[P]:
    """Whoever is only slow may fail in a hurry: what counts is how it goes with all its time."""
    waits = f"Each run that fails waits {found.verdict.waited:g} s for the subject"
    bench.hurry(found.verdict.waited / HURRY)
    try:
        shorter = without_needless_events(bench, found)
    finally:
        bench.hurry(None)
    if shorter.plan is not found.plan:
        verdict = bench.judge(shorter.plan, fresh=True)
        if verdict is None or signature(verdict) != signature(found.verdict):
            return evolve(found, remark=f"{waits}, so the plan was not made smaller.")
        shorter = evolve(shorter, verdict=verdict)
    no_more = "so the plan was freed of needless events and not made smaller otherwise"
    return evolve(shorter, remark=shorter.remark or f"{waits}, {no_more}.")


def without_needless_events(bench: Bench[P], found: Found[P]) -> Found[P]:
    """The plan without events, last ones first, as long as it diverges in the same way.

    Many at once are tried before single ones, for what comes after the divergence is never needed.
    What happens during an event goes as well, as far as it is not needed.
    """
    left = RUNS
    until = time.monotonic() + SHRINKING_SECONDS
    size = max(len(bench.arena.events(found.plan)) // 2, 1)
    shorter = True
    while shorter or size > 1:
        size = size if shorter else size // 2
        shorter = False
        number = len(bench.arena.events(found.plan))
        while number > 0:
            number = max(number - size, 0)
            for plan in _lighter(bench, found.plan, number, size):
                if left == 0 or time.monotonic() > until:
                    return evolve(found, remark=CUT_SHORT)
                left -= 1
                verdict = bench.judge(plan)
                if verdict is not None and signature(verdict) == signature(found.verdict):
                    found = evolve(found, plan=plan, verdict=verdict)
                    shorter = True
                    break
    return found


def _lighter(bench: Bench[P], plan: P, number: int, size: int) -> Iterator[P]:
    """The plan without so many events from there on; then a single one with less during it."""
    events = bench.arena.events(plan)
    before, after = events[:number], events[number + size :]
    yield bench.arena.with_events(plan, [*before, *after])
    if size == 1:
        for event in bench.arena.simpler(events[number]):
            yield bench.arena.with_events(plan, [*before, event, *after])


def signature(verdict: Verdict) -> tuple[object, ...]:
    """The same for divergences that are taken for one."""
    return verdict.result, verdict.quirk, verdict.aspect, verdict.waited > 0
