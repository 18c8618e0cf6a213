"""Plans: what is done to a subject, from its setup on."""

from typing import ClassVar, TypeAlias

from attrs import field, frozen

from ipam_model.conformance.datastore_events import DatastoreEvent, DatastorePart
from ipam_model.conformance.subject import Kind
from ipam_model.errors import InputError
from ipam_model.scenario.document import Ec2Part, Event, NodePart, Scenario


@frozen(kw_only=True)
class DaemonPlan:
    """A node, its EC2, and what happens to them: a scenario without prescriptions.

    What it prescribes of choices and expects is not looked at, for the subject chooses. A subject
    sees pods one by one and the loop's passes as what they consist of (`pods_add`, `loop_pass`).
    """

    kind: ClassVar[Kind] = Kind.DAEMON
    node: NodePart
    ec2: Ec2Part
    events: tuple[Event, ...]

    def scenario(self, title: str = "") -> Scenario:
        """The same as a document that replays on the model."""
        return Scenario(title=title, node=self.node, ec2=self.ec2, events=self.events)


@frozen(kw_only=True)
class DatastorePlan:
    """An empty store and what is done to it."""

    kind: ClassVar[Kind] = Kind.DATASTORE
    datastore: DatastorePart = field(factory=DatastorePart)
    events: tuple[DatastoreEvent, ...]


Plan: TypeAlias = DaemonPlan | DatastorePlan


def plan_of(scenario: Scenario) -> DaemonPlan:
    """The plan of a scenario.

    Raises `InputError` where it prescribes what happens inside a call, which no subject is told.
    """
    for number, event in enumerate(scenario.events):
        if event.calls:
            raise InputError(
                f"event {number} ({event.kind}) prescribes a call; a plan lets calls fail by "
                "events of kind fault"
            )
    return DaemonPlan(node=scenario.node, ec2=scenario.ec2, events=scenario.events)
