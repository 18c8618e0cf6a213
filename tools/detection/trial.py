"""One wrong subject, one transport, plans until it is noticed."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from attrs import frozen

from ipam_model.conformance.plan import DaemonPlan
from ipam_model.conformance.subject import Calls, Kind
from ipam_model.conformance.verdict import Verdict
from ipam_model.testing.conformance.arenas import arena_for
from ipam_model.testing.conformance.bench import FAILING, Bench
from tools.detection.budget import Offered, budget
from tools.detection.subjects import Factory, calls_of, factory_of, program_of
from tools.directed.rehearsal import Rehearsal, differs_at
from tools.directed.search import rehearsals

IN_PROCESS: Final = "in process"
BY_WIRE: Final = "by wire"
TRANSPORTS: Final[Mapping[str, Callable[[Kind, str], Factory]]] = {
    IN_PROCESS: factory_of,
    BY_WIRE: program_of,
}
"""What makes a subject, by kind and bug."""


@frozen
class Trial:
    """How it went."""

    plans: int
    """Until it was noticed; all of them if it was not."""
    seconds: float
    """Of them all, and of starting the program if there is one."""
    by: str = ""
    """Whose plan noticed it; empty if none did."""
    aspect: str = ""
    """In what it differs there."""


def trial(kind: Kind, bug: str, transport: str, first: str = "") -> Trial:
    """Judge a wrong subject, or the right one, until it is noticed.

    `first`: the plan that comes first, by what a trial says of it; to see again what is on record.
    """
    plans = sorted(budget(kind, calls_of(bug)), key=lambda each: str(each) != first)
    bench: Bench[Any] = Bench(factory=TRANSPORTS[transport](kind, bug), arena=arena_for(kind))
    begun = time.perf_counter()
    try:
        for number, offered in enumerate(plans, start=1):
            verdict = bench.judge(offered.plan)
            if verdict is not None and verdict.result in FAILING:
                seconds = time.perf_counter() - begun
                aspect = verdict.aspect or verdict.result.value
                return Trial(number, seconds, str(offered), aspect)
    finally:
        bench.close()
    return Trial(len(plans), time.perf_counter() - begun)


def trials(kind: Kind, bug: str) -> dict[str, Trial]:
    """By every transport, each for itself."""
    return {transport: trial(kind, bug, transport) for transport in TRANSPORTS}


def by_random_plans(kind: Kind, bug: str) -> int:
    """The number of the first random plan that notices it, were there no others; 0 if none does."""
    make = factory_of(kind, bug)
    bench: Bench[Any] = Bench(factory=make, arena=arena_for(kind))
    random = [each for each in budget(kind, calls_of(bug)) if each.random]
    for number, offered in enumerate(random, start=1):
        if _may_notice(offered, make, calls_of(bug)) and refused(bench.judge(offered.plan)):
            return number
    return 0


def refused(verdict: Verdict | None) -> bool:
    """Whether a plan noticed something."""
    return verdict is not None and verdict.result in FAILING


def _may_notice(offered: Offered, make: Factory, calls: Calls) -> bool:
    """Quickly: if a daemon goes the same way as the model, no judge complains."""
    if not isinstance(offered.plan, DaemonPlan):
        return True
    rehearsal = _rehearsed(offered, calls)
    return rehearsal is None or differs_at(rehearsal, make()) is not None


_REHEARSED: Final[dict[tuple[int, Calls], Rehearsal | None]] = {}


def _rehearsed(offered: Offered, calls: Calls) -> Rehearsal | None:
    assert isinstance(offered.plan, DaemonPlan), "only daemons are rehearsed"
    key = id(offered), calls  # The budget is kept, and plans are not hashable.
    if key not in _REHEARSED:
        _REHEARSED[key] = next(rehearsals([offered.plan], calls), None)
    return _REHEARSED[key]
