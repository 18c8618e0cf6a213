"""What may happen while a call of a subject is pending: pods come and go.

A plan says it as a scenario does, by `before` and `after` of a call, which is found by its name and
number within the event. To the subject both are the same: it has asked and has no answer yet.
"""

import contextvars
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias, TypeVar, cast

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

T = TypeVar("T")

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

PATIENCE: Final = 5.0
"""Seconds in which a subject of this process must serve a pod while one of its calls is pending."""
PODS_WAIT: Final = (
    "pods wait until EC2 answers: a daemon serves them meanwhile. Is a lock held during the call?"
)


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


class StillWaitingError(Exception):
    """Whoever was asked has not answered in time, and may be at it still."""

    def __init__(self, thread: threading.Thread) -> None:
        super().__init__()
        self.thread = thread
        """On which it may be."""


def beside(act: Callable[[], T], patience: float | None) -> T:
    """The result of an act on a thread of its own, as a pod has one; what it raises is raised here.

    A lock that the waiting call holds keeps it waiting: `StillWaitingError` after `patience`
    seconds, never if that is `None`.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(act())
        except BaseException as error:  # noqa: BLE001 - raised again where somebody waits for it
            errors.append(error)

    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(work,), daemon=True)
    thread.start()
    thread.join(patience)
    if errors:
        raise errors[0]
    if not results:
        raise StillWaitingError(thread)
    return results[0]


def patience_of(subject: object) -> float | None:
    """See `Subject`: how long a pod waits at most; `None` if the subject itself sees to that."""
    patience: float | None = getattr(subject, "patience", PATIENCE)
    return patience


def wrong_patience(subject: object) -> str:
    """What is wrong with a subject's `patience`; empty if nothing is."""
    found: object = patience_of(subject)
    number = isinstance(found, int | float) and not isinstance(found, bool)
    if found is None or (number and 0 < cast(float, found) <= threading.TIMEOUT_MAX):
        return ""
    return f"patience is {found!r}; it has to be a number of seconds above 0, or None"
