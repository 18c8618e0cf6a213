"""The search: for each bug a plan that the judge refuses, as small as it gets."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeVar

from attrs import evolve

from ipam_model.conformance.plan import DaemonPlan, Plan
from ipam_model.conformance.subject import Calls
from ipam_model.conformance.verdict import Verdict
from ipam_model.errors import InputError, IpamModelError
from ipam_model.testing.conformance.arenas import arena_for
from ipam_model.testing.conformance.bench import FAILING, Bench
from ipam_model.testing.conformance.hunting import Found
from ipam_model.testing.conformance.minimising import without_needless_events
from tools.directed.bugs import Bug
from tools.directed.rehearsal import HangsError, Rehearsal, differs_at, limited, rehearse

PlanT = TypeVar("PlanT", bound=Plan)

MOST_JUDGED: Final = 8
"""Candidates that are judged for one bug: what differs may be something that the daemon may do."""
LONGEST: Final = 8.0
"""Seconds for a plan before the judge, or its making smaller."""


def rehearsals(plans: Iterable[DaemonPlan], calls: Calls) -> Iterator[Rehearsal]:
    """Those that make sense."""
    for plan in plans:
        try:
            yield rehearse(plan, calls)
        except InputError:
            continue


def bench_of(bug: Bug) -> Bench[Any]:
    """Where a subject with a bug is judged."""
    return Bench(factory=bug.make, arena=arena_for(bug.kind))


def judged(bug: Bug, plan: Plan) -> Verdict | None:
    """How the plan goes; `None` if it makes no sense, or the subject takes too long."""
    try:
        with limited(LONGEST):
            return bench_of(bug).judge(plan)
    except HangsError:
        return None


def noticed(bug: Bug, plan: Plan) -> bool:
    """Whether the judge refuses a subject with this bug."""
    verdict = judged(bug, plan)
    return verdict is not None and verdict.result in FAILING


def smallest(bug: Bug, candidates: Iterable[Rehearsal]) -> DaemonPlan | None:
    """A small plan in which the judge refuses a daemon; `None` if no candidate shows the bug."""
    tried = 0
    for each in candidates:
        number = differs_at(each, bug.make())
        if number is None:
            continue
        # A choice that the daemon is free to take may come before what is wrong.
        for last in (number + 1, len(each.plan.events)):
            plan = evolve(each.plan, events=each.plan.events[:last])
            if noticed(bug, plan):
                return smaller(bug, _without_chunks(bug, plan))
        tried += 1
        if tried == MOST_JUDGED:
            break
    return None


def smaller(bug: Bug, plan: PlanT) -> PlanT:
    """A plan that is refused, freed by the kit's own means of the events that it does not need."""
    verdict = judged(bug, plan)
    assert verdict is not None, "it was judged before"
    try:
        with limited(LONGEST):
            bench: Bench[PlanT] = bench_of(bug)
            return without_needless_events(bench, Found(plan=plan, verdict=verdict)).plan
    except HangsError:
        return plan


def _without_chunks(bug: Bug, plan: DaemonPlan) -> DaemonPlan:
    """Leave out ever smaller runs of events as long as the two go different ways, and it counts."""

    def still(shorter: DaemonPlan) -> bool:
        try:
            rehearsal = rehearse(shorter, bug.calls)
        except IpamModelError:
            return False
        return differs_at(rehearsal, bug.make()) is not None and noticed(bug, shorter)

    size = max(len(plan.events) // 2, 1)
    while size:
        start = len(plan.events) - size
        while start > 0:  # The first start stays.
            shorter = evolve(plan, events=(*plan.events[:start], *plan.events[start + size :]))
            if still(shorter):
                plan = shorter
            start -= size
        size //= 2
    return plan
