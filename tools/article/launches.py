"""How long the article's pods wait for their addresses, under assumed latencies.

What the rules leave open is assumed, and varied where it matters: when within the 5 s of the loop
the pods come, over how many seconds they come, and how long EC2 takes.
"""

from typing import Final

from attrs import frozen

from ipam_model.config import Version
from ipam_model.limits import Catalogue
from ipam_model.nodes import NodeSetup, default_max_pods
from ipam_model.rules.timing import SECOND
from ipam_model.simulation import TYPICAL, Conditions, bursts, over_time
from ipam_model.simulation.rows import Launch
from tools.article.study import BEFORE, BURST, INSTANCE, MORE, Setting

FIRST: Final = 60 * SECOND
"""When the pods that run before the burst come; 60 s after they came the burst does."""
PHASES: Final = tuple(range(0, 5 * SECOND, SECOND))
"""Instants within a pass of the loop at which pods come."""
SPREADS: Final = (0, 5, 10)
"""Seconds over which the pods of the burst come."""
CONDITIONS: Final = Conditions(latencies=TYPICAL)


@frozen
class Wait:
    """The waits of the pods of one step, least and most over the phases."""

    refused: tuple[int, int]
    """Pods that were refused at first."""
    last: tuple[float, float]
    """Seconds from the arrival of a pod to its address, the longest of all."""


def setup_of(version: Version, setting: Setting) -> NodeSetup:
    """The article's node."""
    limits = Catalogue.bundled().get(INSTANCE)
    return NodeSetup(
        name=INSTANCE,
        limits=limits,
        env={"ENABLE_IPv4": "true", **setting.env},
        max_pods=default_max_pods(limits),
        version=version,
    )


def waits(version: Version, setting: Setting, *, more: bool, spread: int) -> Wait:
    """How long the pods of the burst wait, or with `more` the five that come after it."""
    found = [_step(version, setting, phase, more=more, spread=spread) for phase in PHASES]
    refused = [sum(launch.requests > 1 for launch in launches) for launches in found]
    last = [max(_took(launch) for launch in launches) for launches in found]
    return Wait((min(refused), max(refused)), (min(last), max(last)))


def _took(launch: Launch) -> float:
    assert launch.took is not None, "the article's node serves every pod"
    return launch.took


def _step(
    version: Version, setting: Setting, phase: int, *, more: bool, spread: int
) -> tuple[Launch, ...]:
    begin = 2 * FIRST + phase
    changes = [(BEFORE, FIRST), *_arrivals(BURST, begin, 0 if more else spread)]
    if more:
        changes += _arrivals(MORE, begin + FIRST, spread)
    run = over_time(setup_of(version, setting), bursts(changes), CONDITIONS)
    skipped = BEFORE + BURST if more else BEFORE
    return run.launches.launches[skipped:]


def _arrivals(pods: int, begin: int, spread: int) -> list[tuple[int, int]]:
    return [(1, begin + spread * SECOND * number // pods) for number in range(pods)]


def told(wait: Wait) -> str:
    """The wait in a table."""
    refused = _range(*wait.refused)
    return "none waits" if wait.refused[1] == 0 else f"{refused} refused, up to {wait.last[1]:g} s"


def _range(least: int, most: int) -> str:
    return str(least) if least == most else f"{least}–{most}"
