"""One wrong model, one transport, plans until it is noticed."""

import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from attrs import frozen

from ipam_model.conformance.plan import DaemonPlan
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.subject import Capabilities
from ipam_model.testing.conformance.area import Drawing
from ipam_model.testing.conformance.arenas import arena_for
from ipam_model.testing.conformance.bench import FAILING, Bench
from ipam_model.testing.conformance.daemon_plans import DAEMON_AREAS
from ipam_model.testing.conformance.options import STEPS
from ipam_model.wrong_models import WrongModel
from tools.detection.reasons import OF_FAMILY
from tools.drawing import drawn

SEED: Final = 7
PLANS: Final = 2
"""Of each area."""
IN_PROCESS: Final = "in process"
TRANSPORTS: Final[Mapping[str, Callable[[WrongModel | None], ReferenceDaemon]]] = {
    IN_PROCESS: lambda wrong: ReferenceDaemon(wrong_model=wrong)
}
"""What serves a wrong model, the model itself if there is none."""


@frozen
class Trial:
    """How it went."""

    plans: int
    """Until it was noticed; all of them if it was not."""
    seconds: float
    area: str = ""
    """Whose plan noticed it; empty if none did."""
    aspect: str = ""
    """In what it differs there."""


@cache
def budget() -> tuple[tuple[str, DaemonPlan], ...]:
    """The plans with their areas, one of each area after the other."""
    drawing = Drawing(capabilities=Capabilities(), steps=STEPS)
    each = [
        [(area.name, plan) for plan in drawn(area.plans(drawing), PLANS, seed=SEED)]
        for area in DAEMON_AREAS
    ]
    return tuple(area[turn] for turn in range(PLANS) for area in each if turn < len(area))


def trial(wrong: WrongModel | None, transport: str = IN_PROCESS) -> Trial:
    """Judge a wrong model, or the model itself."""
    plans = budget()
    if wrong is not None and wrong.family in OF_FAMILY:
        plans = plans[: len(DAEMON_AREAS)]
    serve = TRANSPORTS[transport]
    kind = Capabilities().kind
    bench = Bench[DaemonPlan](factory=lambda: serve(wrong), arena=arena_for(kind))
    begun = time.perf_counter()
    try:
        for number, (area, plan) in enumerate(plans, start=1):
            verdict = bench.judge(plan)
            if verdict is not None and verdict.result in FAILING:
                seconds = time.perf_counter() - begun
                return Trial(number, seconds, area, verdict.aspect or verdict.result.value)
    finally:
        bench.close()
    return Trial(len(plans), time.perf_counter() - begun)
