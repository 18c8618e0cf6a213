"""Plans: what is done to a subject, from its setup on."""

from typing import ClassVar, TypeAlias

from attrs import field, frozen

from ipam_model.conformance.datastore_events import DatastoreEvent, DatastorePart
from ipam_model.conformance.pending import why_not
from ipam_model.conformance.subject import Kind
from ipam_model.errors import InputError
from ipam_model.scenario.document import Ec2Part, Event, NodePart, Scenario


@frozen(kw_only=True)
class DaemonPlan:
    """A node, its EC2, and what happens to them: a scenario without prescriptions.

    What it prescribes of choices and expects is not looked at, for the subject chooses. A subject
    sees pods one by one and the loop's passes as what they consist of (`pods_add`, `loop_pass`).
    Of calls it says which pods come and go while they are pending, if they are made.

    Raises `InputError` where it prescribes something else of a call, which no subject can be told.
    """

    kind: ClassVar[Kind] = Kind.DAEMON
    node: NodePart
    ec2: Ec2Part
    events: tuple[Event, ...]

    def __attrs_post_init__(self) -> None:
        for number, event in enumerate(self.events):
            why = why_not(event) if event.calls else ""
            if why:
                raise InputError(f"event {number} ({event.kind}) {why}")

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
    """The plan of a scenario; `InputError` as `DaemonPlan`."""
    return DaemonPlan(node=scenario.node, ec2=scenario.ec2, events=scenario.events)
