"""What an implementation under test offers. No base class: anything with these methods will do."""

from collections.abc import Callable
from enum import Enum, unique
from typing import Final, Protocol, TypeAlias, TypeVar

from attrs import frozen

from ipam_model.conformance.cloud import Cloud
from ipam_model.conformance.datastore_events import DatastoreEvent, DatastorePart
from ipam_model.conformance.observation import Observation, Precision
from ipam_model.scenario.document import Ec2Part, Event, NodePart
from ipam_model.strict_json import JsonValue

Reply: TypeAlias = dict[str, JsonValue]
"""What the caller of an event is told.

`success` of an event that may fail (of a start: `ok`), which is always compared, and whatever else
the subject says, which then must be so: `ip`, `error` …
"""


@unique
class Kind(Enum):
    """What the subject is."""

    DAEMON = "daemon"
    DATASTORE = "datastore"


@unique
class Calls(Enum):
    """Which of its requests a daemon makes to the kit's EC2."""

    CHANGES = "changes"
    """Whatever changes EC2, compared, in order, with the model's. It may read as it likes."""
    NONE = "none"
    """None: it has an EC2 of its own, and is told of faults and of what others do there."""


@unique
class Feature(Enum):
    """What a subject may lack; plans then do without."""

    PREFIX_DELEGATION = "prefix-delegation"
    RESTART = "restart"
    """Start again, from its checkpoint."""
    RECONCILE = "reconcile"
    """Compare its store with EC2, and what others change there."""
    FAULTS = "faults"
    """Failing calls."""
    CORDON = "cordon"
    WARM_ENI_ZERO = "warm-eni-zero"
    """`WARM_ENI_TARGET`=0 without another target."""


ALL_FEATURES: Final = frozenset(Feature)


@frozen(kw_only=True)
class Capabilities:
    """What a subject can do, and how much it tells."""

    kind: Kind = Kind.DAEMON
    precision: Precision = Precision.EXACT
    calls: Calls = Calls.CHANGES
    """Of a daemon."""
    features: frozenset[Feature] = ALL_FEATURES
    name: str = ""
    """As reports call it; the name of its factory if empty."""
    version: str = ""


@frozen(kw_only=True)
class DaemonSetup:
    """A node before the daemon's first start, and its EC2."""

    node: NodePart
    """Its limits and max pods are spelt out, whatever the plan leaves to the instance type."""
    ec2: Ec2Part
    cloud: Cloud


SetupT_contra = TypeVar("SetupT_contra", contravariant=True)
EventT_contra = TypeVar("EventT_contra", contravariant=True)


class Subject(Protocol[SetupT_contra, EventT_contra]):
    """An implementation under test.

    What it raises is its own fault, and ends the run: `UnsupportedError` skips the plan, anything
    else fails it.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What it can do; the same at any time."""

    def reset(self, setup: SetupT_contra) -> None:
        """Forget everything, and begin anew with this."""

    def apply(self, event: EventT_contra) -> Reply:
        """Let an event happen; what its caller is told, empty if nobody waits for a reply."""

    def observe(self) -> Observation:
        """What is there now, as precisely as its capabilities promise."""


DaemonSubject: TypeAlias = Subject[DaemonSetup, Event]
DatastoreSubject: TypeAlias = Subject[DatastorePart, DatastoreEvent]

DaemonFactory: TypeAlias = Callable[[], DaemonSubject]
DatastoreFactory: TypeAlias = Callable[[], DatastoreSubject]


class SubjectError(Exception):
    """Raised in the name of a subject that is elsewhere, such as in another process.

    Its text says in one sentence what went wrong there, and is all that needs to be said.
    """

    details: str = ""
    """What else there is to know, such as a traceback of over there."""


class UnsupportedError(Exception):
    """Raised by a subject that cannot do what it is asked for; says what, and perhaps why."""
