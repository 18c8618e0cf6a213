"""An author of an address manager who checks it. See `tests/test_typing_of_users.py`."""

from typing import assert_type

from ipam_model.conformance.datastore_events import DatastoreEvent
from ipam_model.conformance.observation import Observation, Precision, SeenCard
from ipam_model.conformance.report import ConformanceReport
from ipam_model.conformance.subject import Capabilities, DatastoreSubject, Kind, Reply
from ipam_model.testing.conformance import ConformanceSuite, check_conformance
from ipam_model.vectors.files import suite


class Store:
    """A data store that refuses everything."""

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(kind=Kind.DATASTORE, precision=Precision.COUNTS)

    def reset(self, setup: object) -> None:
        """There is nothing to forget."""

    def apply(self, event: DatastoreEvent) -> Reply:
        return {"success": False}

    def observe(self) -> Observation:
        return Observation(cards=(SeenCard(card=0, enis=0, total=0, assigned=0, cooling=0),))


subject: DatastoreSubject = Store()


class TestStore(ConformanceSuite):
    """The suite for pytest."""

    subject = Store
    examples = 5


report = check_conformance(Store, examples=3, known=["R24 counted twice"], only_report=True)
assert_type(report, ConformanceReport)
assert_type(report.tried, int)
for vector in suite("v1.23").select(rules=["R136"]):
    print(vector["id"])


class Wrong:
    """Replies with a text."""

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities()

    def reset(self, setup: object) -> None:
        """There is nothing to forget."""

    def apply(self, event: DatastoreEvent) -> str:
        return str(event)

    def observe(self) -> Observation:
        return Observation()


# What must be an error.
wrong: DatastoreSubject = Wrong()  # type: ignore[assignment]
check_conformance(Store, examples="3")  # type: ignore[arg-type]
suite("v1.23").select(rule="R136")  # type: ignore[call-arg]
Capabilities(kind="datastore")  # type: ignore[arg-type]
Observation(cards=SeenCard(card=0, enis=0, total=0, assigned=0, cooling=0))  # type: ignore[arg-type]
