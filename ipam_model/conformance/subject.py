"""What an implementation under test offers. No base class: anything with these methods will do."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
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
    SEVERAL_CARDS = "several-cards"
    """Instances with several network cards."""
    IPV6 = "ipv6"
    """Nodes whose pods have IPv6 addresses."""
    V1_7 = "v1.7"
    """The daemon of v1.7.0."""
    BRANCH_ENIS = "branch-enis"
    """Trunk ENIs, and pods that ask for a branch ENI (`ENABLE_POD_ENI`)."""
    CUSTOM_NETWORKING = "custom-networking"
    """Pods that live in the subnet of an ENIConfig."""
    NO_PROVISIONING = "no-provisioning"
    """`DISABLE_NETWORK_RESOURCE_PROVISIONING`: nothing is fetched or given back."""
    IMDS_LAG = "imds-lag"
    """It reads the instance's metadata where the model's daemon does, and they may be behind."""
    READ_FAULTS = "read-faults"
    """It reads what the model's daemon reads, in the same order, and reads may fail."""
    HOST = "host"
    """Calls of its host fail when it is told so, such as that which writes the checkpoint; and
    sandboxes vanish while it is down."""
    PODS_MEANWHILE = "pods-meanwhile"
    """Pods may come and go while one of its calls is pending: the kit's cloud then applies them,
    and looks, before it answers."""


ALL_FEATURES: Final = frozenset(Feature)
USUAL_FEATURES: Final = frozenset(
    {
        Feature.PREFIX_DELEGATION,
        Feature.RESTART,
        Feature.RECONCILE,
        Feature.FAULTS,
        Feature.CORDON,
        Feature.WARM_ENI_ZERO,
    }
)
"""Those of a subject that does not say which it has."""


@frozen(kw_only=True)
class Capabilities:
    """What a subject can do, and how much it tells."""

    kind: Kind = Kind.DAEMON
    precision: Precision = Precision.EXACT
    calls: Calls = Calls.CHANGES
    """Of a daemon."""
    features: frozenset[Feature] = USUAL_FEATURES
    name: str = ""
    """As reports call it; the name of its factory if empty."""
    version: str = ""

    def lacking(self, needs: AbstractSet[Feature]) -> str:
        """Why the subject cannot be asked for what needs these features; empty if it can."""
        if Feature.PODS_MEANWHILE in needs and self.calls is Calls.NONE:
            return "pods come during its calls, and the subject makes none to the kit"
        lacks = sorted(each.value for each in needs - self.features)
        return f"the subject lacks {', '.join(lacks)}" if lacks else ""


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

    One with `Feature.PODS_MEANWHILE` is called again, to `apply` a pod's event and to `observe`,
    while its cloud has not answered yet: on another thread, as pods come on their own. It has
    `patience.PATIENCE` seconds for that, or as many as its attribute `patience` says. If that is
    `None` it is called on the thread that waits, for as long as it takes. A thread that waits for
    ever is never ended: after `Result.BROKEN` make a new subject, for the old one may still act.
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
    waited: float = 0.0
    """For so many seconds its answer was waited for in vain; 0 if it failed in another way."""


class UnsupportedError(Exception):
    """Raised by a subject that cannot do what it is asked for; says what, and perhaps why."""
