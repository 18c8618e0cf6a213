"""An implementation under test in this process, and the same behind the protocol.

The implementation is the model itself, so that what differs is the transport: a process, two JSON
texts per message, and a schema's look at each of them.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Final

from benchmarks.measuring import Outcome, Result, references, timed
from ipam_model.conformance.datastore_events import (
    AddCidr,
    AddEni,
    Assign,
    DatastoreEvent,
    DatastorePart,
    Pass,
    Unassign,
)
from ipam_model.conformance.datastore_reference import ReferenceDatastore
from ipam_model.conformance.plan import plan_of
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.running import run_daemon
from ipam_model.conformance.subject import DaemonSubject, DatastoreSubject
from ipam_model.conformance.verdict import Result as Ended
from ipam_model.conformance.wire.remote_subject import RemoteSubject
from ipam_model.errors import ModelError
from ipam_model.scenario.reading import read_scenario
from tests.shared import ROOT

SCENARIO: Final = ROOT / "examples" / "scenarios" / "warm-eni-target-zero-flaps.json"
ADDRESSES: Final = 28
ROUNDS: Final = 20
TIMEOUT: Final = 60.0


class Judged:
    """A daemon through a plan, every step judged."""

    def __init__(self, subject: DaemonSubject) -> None:
        self._subject = subject
        self._plan = plan_of(read_scenario(SCENARIO)[0])
        self.steps = 0

    def prepare(self) -> None:
        """Forget the last verdict."""
        self.steps = 0

    def run(self) -> None:
        """Carry the plan out."""
        verdict = run_daemon(self._subject, self._plan)
        self.steps = len(verdict.steps) if verdict.result is Ended.CONFORMS else 0

    def check(self) -> None:
        """It conforms."""
        if not self.steps:
            raise ModelError("the model does not conform to itself")


class Driven:
    """A store through pods that come and go, not judged."""

    def __init__(self, subject: DatastoreSubject) -> None:
        self._subject = subject
        self.events = tuple(_pods())
        self._served = 0

    def prepare(self) -> None:
        """Forget the last run."""
        self._served = 0

    def run(self) -> None:
        """A new store, and everything that happens to it."""
        self._subject.reset(DatastorePart())
        for event in self.events:
            self._served += self._subject.apply(event).get("success") is True
            self._subject.observe()

    def check(self) -> None:
        """Everything succeeded, but for the passing of time, which says nothing."""
        if self._served != len(self.events) - ROUNDS:
            raise ModelError(f"{self._served} of {len(self.events)} events succeeded")


def _pods() -> list[DatastoreEvent]:
    found: list[DatastoreEvent] = [AddEni(eni="eni-1", device=0, primary=True)]
    found += [AddCidr(eni="eni-1", cidr=f"10.0.0.{each + 4}/32") for each in range(ADDRESSES)]
    for number in range(ROUNDS):
        pods = [f"p{number}-{each}" for each in range(ADDRESSES)]
        found += [Assign(pod=pod) for pod in pods]
        found += [Unassign(pod=pod) for pod in pods]
        found.append(Pass(ms=31_000))
    return found


def remote(name: str) -> RemoteSubject:
    """A reference subject in a process of its own."""
    module = {"ReferenceDaemon": "reference", "ReferenceDatastore": "datastore_reference"}[name]
    text = (
        "import sys\n"
        f"from ipam_model.conformance.{module} import {name}\n"
        "from ipam_model.conformance.wire.serve import serve\n"
        f"sys.exit(serve({name}))"
    )
    return RemoteSubject([sys.executable, "-c", text], timeout=TIMEOUT)


def daemon_in_process(name: str, runs: int) -> Outcome:
    """Judged, in this process."""
    return _judged(name, ReferenceDaemon(), runs)


def daemon_over_the_wire(name: str, runs: int) -> Outcome:
    """Judged, behind the protocol."""
    with remote("ReferenceDaemon") as subject:
        return _judged(name, subject, runs)


def store_in_process(name: str, runs: int) -> Outcome:
    """Driven, in this process."""
    return _driven(name, ReferenceDatastore(), runs)


def store_over_the_wire(name: str, runs: int) -> Outcome:
    """Driven, behind the protocol."""
    with remote("ReferenceDatastore") as subject:
        return _driven(name, subject, runs)


def _judged(name: str, subject: DaemonSubject, runs: int) -> Outcome:
    task = Judged(subject)
    task.run()
    return Result(
        name=name,
        unit="events/s",
        amount=task.steps,
        runs=timed(task, runs),
        references=references(name),
        facts={"scenario": SCENARIO.name, "events": task.steps},
    )


def _driven(name: str, subject: DatastoreSubject, runs: int) -> Outcome:
    task = Driven(subject)
    return Result(
        name=name,
        unit="events/s",
        amount=len(task.events),
        runs=timed(task, runs),
        references=references(name),
        facts={"events": len(task.events), "addresses": ADDRESSES},
    )


TRANSPORTS: Final[Mapping[str, Callable[[str, int], Outcome]]] = {
    "transport-daemon": daemon_in_process,
    "transport-daemon-wire": daemon_over_the_wire,
    "transport-store": store_in_process,
    "transport-store-wire": store_over_the_wire,
}
