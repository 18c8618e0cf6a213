"""A plan in which pods come while a call is pending, and subjects to be told of them."""

import threading
from collections.abc import Callable
from typing import cast

from attrs import evolve

from ipam_model.conformance.plan import DaemonPlan
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.subject import DaemonSetup, Reply
from ipam_model.scenario.document import CallPart, Event, PodAdd, PodDel, PodsAdd, Start, Tick
from tests.conformance.daemons import node_plan

CREATE = "CreateNetworkInterface+Attach"


def during(call: str = CREATE, *pods: Event, nth: int = 1) -> CallPart:
    before = pods or (PodAdd(pod="x"), PodDel(pod="p1"))
    return CallPart(call=call, nth=nth, before=before)  # type: ignore[arg-type]  # also nonsense


def growing(*calls: CallPart) -> DaemonPlan:
    """The one ENI is full, and another is created."""
    return node_plan(Start(), PodsAdd(count=3), Tick(calls=calls or (during(),)), PodAdd(pod="y"))


def quiet(plan: DaemonPlan) -> DaemonPlan:
    """The same with nothing meanwhile."""
    return evolve(plan, events=tuple(evolve(event, calls=()) for event in plan.events))


class Nested(ReferenceDaemon):
    """The model, but for what it does with pods while a call is pending."""

    patience: float | None = 5.0
    depth = 0

    def apply(self, event: Event) -> Reply:
        self.depth += 1
        try:
            return super().apply(event) if self.depth == 1 else self.meanwhile(event)
        finally:
            self.depth -= 1

    def meanwhile(self, event: Event) -> Reply:
        return super().apply(event)


class Crashing(Nested):
    """Raises while a call is pending."""

    def meanwhile(self, _event: Event) -> Reply:
        raise KeyError("x")


class Locked(ReferenceDaemon):
    """Holds a lock during all that it does, its calls included."""

    patience = 0.2
    # Static, because RLock is a plain function in Python 3.13.
    make: Callable[[], object] = staticmethod(threading.RLock)

    def reset(self, setup: DaemonSetup) -> None:
        self.lock = cast(threading.Lock, self.make())
        super().reset(setup)

    def apply(self, event: Event) -> Reply:
        with self.lock:
            return super().apply(event)


class LockedOnce(Locked):
    """With a lock that its own thread cannot take again."""

    make = staticmethod(threading.Lock)
