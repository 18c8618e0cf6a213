"""A diverging plan without the events that it does not need.

Hypothesis shrinks what it draws, and an event that changes nothing may stay where leaving it out
would make it draw something else afterwards. In a plan nothing comes after but what is written.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from threading import Thread
from typing import Final, TypeVar

from attrs import evolve

from ipam_model.conformance.patience import at_work
from ipam_model.conformance.verdict import Verdict
from ipam_model.testing.conformance.bench import Bench
from ipam_model.testing.conformance.hunting import SHRINKING_SECONDS, Found, confirmed

P = TypeVar("P")

RUNS: Final = 300
"""So many runs at most are spent on it."""
HURRY: Final = 25
"""A subject that hangs has this part of its time while its plan is made smaller."""
MOST_LATE: Final = 8
"""Pods may wait so many times for ever while a plan is made smaller in a hurry: each has a thread
that nobody can end."""


def smallest(bench: Bench[P], found: Found[P]) -> Found[P]:
    """The plan without the events that it does not need, tried again on fresh subjects."""
    if found.tedious and found.repeats == 0:  # Only once it was shrunk one has to wait long.
        found = confirmed(bench, found.plan, found.verdict)
    if found.repeats and found.again == 0:
        return found
    if found.tedious:
        return _smallest_in_a_hurry(bench, found)
    shorter = without_needless_events(bench, found)
    return evolve(confirmed(bench, shorter.plan, shorter.verdict), remark=shorter.remark)


def _smallest_in_a_hurry(bench: Bench[P], found: Found[P]) -> Found[P]:
    """Whoever is only slow may fail in a hurry: what counts is how it goes with all its time."""
    waits = f"Each run that fails waits {found.verdict.waited:g} s for the subject"
    earlier = at_work()

    def late() -> frozenset[Thread]:
        return at_work() - earlier

    bench.limit_answers_to(found.verdict.waited / HURRY)
    try:
        shorter = without_needless_events(
            bench, found, alike=signature_in_a_hurry, over=lambda: len(late()) >= MOST_LATE
        )
    finally:
        bench.limit_answers_to(None)
    no_more = f"{waits}, so the plan was freed of needless events and not made smaller otherwise."
    remark = f"{no_more} {shorter.remark}".rstrip()
    if shorter.plan is found.plan:
        return evolve(found, remark=remark)
    _await(late(), 2 * found.verdict.waited)  # as long as the pod of a run with all its time
    verdict = bench.judge(shorter.plan, fresh=True)
    if verdict is None or signature_in_a_hurry(verdict) != signature_in_a_hurry(found.verdict):
        return evolve(
            found,
            remark=f"{waits}. With 1/{HURRY} of that time a smaller plan failed in the same way, "
            "but not with all of it, so the plan was left as it was.",
        )
    return evolve(confirmed(bench, shorter.plan, verdict), remark=remark)


def _await(threads: Iterable[Thread], seconds: float) -> None:
    """Pods of earlier runs must not act beside the one that counts, if that can be helped."""
    until = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(until - time.monotonic(), 0))


def signature(verdict: Verdict) -> tuple[object, ...]:
    """The same for divergences that are taken for one."""
    return verdict.result, verdict.quirk, verdict.aspect, verdict.waited > 0


def signature_in_a_hurry(verdict: Verdict) -> tuple[object, ...]:
    """The same if the same was waited for, too: in a hurry anything may be late."""
    return *signature(verdict), verdict.waited_for


def without_needless_events(
    bench: Bench[P],
    found: Found[P],
    *,
    alike: Callable[[Verdict], object] = signature,
    over: Callable[[], bool] = bool,
) -> Found[P]:
    """The plan without events, last ones first, as long as it diverges in the same way.

    Many at once are tried before single ones, for what comes after the divergence is never needed.
    What happens during an event goes as well, as far as it is not needed. Divergences of which
    `alike` is the same are taken for one; `over` ends it, as too many runs or seconds do.
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
                if over():
                    return _cut_short(found, "because the pods of too many runs still wait")
                if left == 0 or time.monotonic() > until:
                    why = f"after {RUNS} runs or {SHRINKING_SECONDS:g} s"
                    return _cut_short(found, why)
                left -= 1
                verdict = bench.judge(plan)
                if verdict is not None and alike(verdict) == alike(found.verdict):
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


def _cut_short(found: Found[P], why: str) -> Found[P]:
    remark = f"Making the plan smaller was ended {why}: some of its events may be needless."
    return evolve(found, remark=remark)
