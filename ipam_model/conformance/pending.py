"""What may happen while a call of a subject is pending: pods come and go.

A plan says it as a scenario does, by `before` and `after` of a call, which is found by its name and
number within the event. To the subject both are the same: it has asked and has no answer yet.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from attrs import evolve

from ipam_model import aws_layer
from ipam_model.conformance.subject import Feature
from ipam_model.faults import OF_READING
from ipam_model.requests import Request
from ipam_model.scenario.document import (
    CallPart,
    Event,
    LoopPass,
    PodAdd,
    PodDel,
    PodsAdd,
    PodsDel,
    Start,
)
from ipam_model.scenario.prescription import call_name

PodEvent: TypeAlias = PodAdd | PodDel
"""What may happen meanwhile."""
POD_EVENTS: Final = (PodAdd, PodDel)

CHANGING_CALLS: Final = frozenset(
    {
        aws_layer.CREATE_AND_ATTACH,
        "AssignIpv6Prefixes",
        "AssignPrivateIpAddresses",
        "FreeENI",
        "UnassignPrivateIpAddresses",
    }
)
"""The names of `cloud.CHANGES`: calls that every daemon makes as the model does."""
READING_CALLS: Final = OF_READING - {"DescribeSubnets"}
"""Those of `cloud.READS`: only who reads what the model reads makes the same ones."""
COMPOSED: Final = (LoopPass, PodsAdd, PodsDel)
"""Events that a subject is told as several."""


def why_not(event: Event) -> str:
    """Why a subject cannot be told what an event prescribes of its calls; empty if it can."""
    calls = [(part.call, part.nth) for part in event.calls]
    if len(set(calls)) < len(calls):
        return "speaks of the same call twice"
    return next(filter(None, (_why_not(event, part) for part in event.calls)), "")


def _why_not(event: Event, part: CallPart) -> str:
    if evolve(part, before=(), after=()) != CallPart(call=part.call, nth=part.nth):
        return "prescribes a call; a plan lets calls fail by events of kind fault"
    if part.call not in CHANGING_CALLS | READING_CALLS:
        return f"lets pods come during {part.call}, for which a subject does not ask"
    if isinstance(event, Start):
        return f"lets pods come during {part.call}; no pod is served while the daemon starts"
    if isinstance(event, COMPOSED):
        return "prescribes a call; write the single events that it consists of"
    for each in (*part.before, *part.after):
        if not isinstance(each, POD_EVENTS):
            return f"lets {each.kind} happen during {part.call}; only pods come and go there"
        if each.calls:
            return f"prescribes calls of what happens during {part.call}"
        if each.at_ms is not None:
            return f"says at what time {each.kind} happens during {part.call}; it happens then"
    return ""


def features_during(part: CallPart) -> Iterator[Feature]:
    """Without which a subject cannot be told of pods during a call."""
    yield Feature.PODS_MEANWHILE
    if part.call not in CHANGING_CALLS:
        yield Feature.READ_FAULTS


def pods_of(part: CallPart) -> Iterator[PodEvent]:
    """The pods that come and go during a call that `why_not` has nothing against."""
    for each in (*part.before, *part.after):
        assert isinstance(each, POD_EVENTS), "whoever made the plan has looked"
        yield each


class PlannedCalls:
    """What is planned for the calls of one event, which are counted by name as they are made."""

    def __init__(self, parts: Sequence[CallPart]) -> None:
        self._parts = {(part.call, part.nth): part for part in parts}
        self._made: Counter[str] = Counter()

    def next(self, request: Request[object]) -> CallPart | None:
        """What is planned for this one, the next of its name."""
        if not self._parts:
            return None
        name = call_name(request)
        self._made[name] += 1
        return self._parts.get((name, self._made[name]))


NOTHING_PLANNED: Final = PlannedCalls(())


def planned(parts: Sequence[CallPart]) -> PlannedCalls:
    """What is planned for the calls of an event, as a rule nothing."""
    return PlannedCalls(parts) if parts else NOTHING_PLANNED
