"""The records of `ipam-scenario/1`: one for each object of the JSON text, field by field.

Values are those of the text: addresses and CIDRs as strings, durations as whole milliseconds. What
each field means stands in the published schema, `data/scenario-1.schema.json`; a test compares
names, defaults and required fields. A field at its default is left out when a scenario is written.
"""

from collections.abc import Mapping
from typing import ClassVar, Final, Literal, TypeAlias

from attrs import field, fields, frozen, resolve_types

SCHEMA: Final = "ipam-scenario/1"

# -- the node and its surroundings before the first start ----------------------------------------


@frozen(kw_only=True)
class Card:
    """A network card of the instance."""

    index: int
    max_enis: int


@frozen(kw_only=True)
class Limits:
    """What EC2 allows the instance."""

    max_enis: int
    ipv4_per_eni: int
    cards: tuple[Card, ...] = ()
    default_card: int = 0
    hypervisor: Literal["nitro", "xen", "unknown"] = "nitro"
    bare_metal: bool = False


@frozen(kw_only=True)
class NodePart:
    """The instance, the daemon's version and environment, the Kubernetes node."""

    version: str = "v1.23"
    instance_type: str | None = None
    limits: Limits | None = None
    env: Mapping[str, str]
    max_pods: int | None = None
    no_quirks: tuple[str, ...] = ()
    block: int = 16
    trunk_compatible: bool | None = None
    cordoned: bool = False
    eni_config_subnet: str | None = None
    clock_ms: int = 0


@frozen(kw_only=True)
class SubnetPart:
    """A subnet: a counter of free addresses, or a CIDR in which every address is known."""

    id: str
    free: int | None = None
    cidr: str | None = None
    taken: tuple[str, ...] = ()
    role: str = ""
    clusters: tuple[str, ...] = ()
    listed: bool = True
    first: str | None = None
    next_address: int | None = None
    next_prefix: int | None = None
    returned: tuple[str, ...] = ()
    reissue: bool = False


@frozen(kw_only=True)
class TagsPart:
    """The tags of an ENI that the daemon reads."""

    no_manage: str | None = None
    instance_id: Literal["own", "other"] | None = None


@frozen(kw_only=True)
class EniPart:
    """An ENI on the instance, put there by somebody else."""

    id: str | None = None
    primary: bool = False
    device: int | None = None
    card: int = 0
    subnet: str | None = None
    primary_address: str | None = None
    primary_ipv6: str | None = None
    ips: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    tags: TagsPart = TagsPart()
    trunk: bool = False
    efa: bool = False
    efa_only: bool = False


@frozen(kw_only=True)
class Ec2Part:
    """EC2 and IMDS before the first start."""

    subnets: tuple[SubnetPart, ...]
    enis: tuple[EniPart, ...] = ()
    next_eni: int | None = None
    next_ipv6: int | None = None
    imds_lag_ms: int = 0
    imds_new_eni_lag_ms: int = 0
    imds_new_address_lag_ms: int = 0
    enforce_limits: bool = True


# -- what an event prescribes and expects --------------------------------------------------------


@frozen(kw_only=True)
class CallPart:
    """What is special about one call made during an event."""

    call: str
    nth: int = 1
    fail: str | None = None
    step: str | None = None
    partial: int | None = None
    eni: str | None = None
    primary: str | None = None
    ipv6: str | None = None
    ips: tuple[str, ...] | None = None
    prefixes: tuple[str, ...] | None = None
    stale: Mapping[str, tuple[str, ...]] | None = None
    omits: tuple[str, ...] = ()
    trunk: str | None = None
    reason: str | None = None
    crash: bool = False
    before: tuple["Inside", ...] = ()
    after: tuple["Inside", ...] = ()


@frozen(kw_only=True)
class ChoicePart:
    """What the daemon took where it leaves the choice to chance."""

    rule: str
    nth: int = 1
    eni: str | None = None
    address: str | None = None
    cidr: str | None = None
    cidrs: tuple[str, ...] | None = None
    card: int | None = None
    nothing: bool = False
    option: int | None = None
    before: tuple["Inside", ...] = ()


@frozen(kw_only=True)
class Expect:
    """What must hold right after an event; what is `None` is not looked at."""

    running: bool | None = None
    reply: Mapping[str, object] | None = None
    calls: Mapping[str, int] | None = None
    enis: int | None = None
    owned: int | None = None
    assigned: int | None = None
    cooling: int | None = None
    available: int | None = None
    idle: int | None = None
    reserved: int | None = None
    leaked: int | None = None
    ec2_calls: int | None = None


# -- events --------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Happening:
    """What all events have."""

    kind: ClassVar[str]
    at_ms: int | None = None
    note: str = ""
    calls: tuple[CallPart, ...] = ()
    choices: tuple[ChoicePart, ...] = ()
    expect: Expect = Expect()


@frozen(kw_only=True)
class Start(Happening):
    """The daemon starts, for the first time or again."""

    kind: ClassVar[str] = "start"
    env: Mapping[str, str] | None = None
    vanished: tuple[str, ...] = ()


@frozen(kw_only=True)
class Terminate(Happening):
    """The daemon is told to stop; it goes on without growing or deleting ENIs."""

    kind: ClassVar[str] = "terminate"


@frozen(kw_only=True)
class PodAdd(Happening):
    """A pod asks for its address."""

    kind: ClassVar[str] = "pod_add"
    pod: str
    name: str | None = None
    multi: bool = False
    pod_object: bool = True
    network: str = "aws-cni"
    interface: str = "eth0"


@frozen(kw_only=True)
class PodDel(Happening):
    """A pod gives its address back."""

    kind: ClassVar[str] = "pod_del"
    pod: str
    pod_object: bool = True
    network: str = "aws-cni"
    interface: str = "eth0"


@frozen(kw_only=True)
class PodObjectSet(Happening):
    """What the API server knows of a pod changes."""

    kind: ClassVar[str] = "pod_object"
    pod: str
    exists: bool = True
    branch_eni: bool = False
    branch_address: str | None = None
    unusable_annotation: bool = False
    same_uid: bool = True
    network: str = "aws-cni"
    interface: str = "eth0"


@frozen(kw_only=True)
class PodsAdd(Happening):
    """Several pods, called p<number>, ask one after the other."""

    kind: ClassVar[str] = "pods_add"
    count: int
    first: int = 1


@frozen(kw_only=True)
class PodsDel(Happening):
    """Several pods, called p<number>, go one after the other."""

    kind: ClassVar[str] = "pods_del"
    count: int
    first: int = 1


@frozen(kw_only=True)
class Tick(Happening):
    """One pool update."""

    kind: ClassVar[str] = "tick"


@frozen(kw_only=True)
class Reconcile(Happening):
    """One reconcile, if due."""

    kind: ClassVar[str] = "reconcile"


@frozen(kw_only=True)
class AwaitTrunk(Happening):
    """One look of an IPv6 node for its trunk ENI."""

    kind: ClassVar[str] = "await_trunk"


@frozen(kw_only=True)
class LoopPass(Happening):
    """Passes of the pool manager's loop, 5 s each."""

    kind: ClassVar[str] = "loop_pass"
    times: int = 1


@frozen(kw_only=True)
class Advance(Happening):
    """Time passes."""

    kind: ClassVar[str] = "advance"
    ms: int


@frozen(kw_only=True)
class Cordon(Happening):
    """The node is cordoned."""

    kind: ClassVar[str] = "cordon"


@frozen(kw_only=True)
class Uncordon(Happening):
    """The node is uncordoned."""

    kind: ClassVar[str] = "uncordon"


@frozen(kw_only=True)
class EniConfig(Happening):
    """The node's ENIConfig changes."""

    kind: ClassVar[str] = "eni_config"
    subnet: str | None = None


@frozen(kw_only=True)
class ArmFault(Happening):
    """The next calls of a name will fail."""

    kind: ClassVar[str] = "fault"
    call: str
    code: str = "RequestLimitExceeded"
    times: int = 1
    partial: int | None = None


@frozen(kw_only=True)
class ClearFaults(Happening):
    """No call will fail any more."""

    kind: ClassVar[str] = "clear_faults"


@frozen(kw_only=True)
class SubnetFree(Happening):
    """Others take or return addresses of a counted subnet."""

    kind: ClassVar[str] = "subnet_free"
    subnet: str
    free: int


@frozen(kw_only=True)
class SubnetTake(Happening):
    """Others take addresses of a subnet with known addresses."""

    kind: ClassVar[str] = "subnet_take"
    subnet: str
    cidrs: tuple[str, ...]


@frozen(kw_only=True)
class SubnetReturn(Happening):
    """Others return addresses of a subnet with known addresses."""

    kind: ClassVar[str] = "subnet_return"
    subnet: str
    cidrs: tuple[str, ...]


@frozen(kw_only=True)
class SubnetTag(Happening):
    """Somebody changes a subnet's role tag."""

    kind: ClassVar[str] = "subnet_tag"
    subnet: str
    role: str


@frozen(kw_only=True)
class OthersAttach(Happening):
    """Somebody else attaches an ENI."""

    kind: ClassVar[str] = "others_attach_eni"
    eni: EniPart = EniPart()


@frozen(kw_only=True)
class OthersDetach(Happening):
    """Somebody else detaches and deletes an ENI."""

    kind: ClassVar[str] = "others_detach_eni"
    eni: str


@frozen(kw_only=True)
class OthersAssign(Happening):
    """Somebody else assigns addresses or prefixes to an ENI."""

    kind: ClassVar[str] = "others_assign"
    eni: str
    ips: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    next_ips: int = 0
    next_prefixes: int = 0


@frozen(kw_only=True)
class OthersUnassign(Happening):
    """Somebody else takes addresses or prefixes off an ENI."""

    kind: ClassVar[str] = "others_unassign"
    eni: str
    ips: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()


@frozen(kw_only=True)
class OthersTag(Happening):
    """Somebody else replaces an ENI's tags."""

    kind: ClassVar[str] = "others_set_tags"
    eni: str
    tags: TagsPart = TagsPart()


@frozen(kw_only=True)
class CleanLeaked(Happening):
    """One run of the job that deletes leaked ENIs."""

    kind: ClassVar[str] = "clean_leaked_enis"


OnEc2: TypeAlias = (
    ArmFault
    | ClearFaults
    | SubnetFree
    | SubnetTake
    | SubnetReturn
    | SubnetTag
    | OthersAttach
    | OthersDetach
    | OthersAssign
    | OthersUnassign
    | OthersTag
    | CleanLeaked
)
"""What changes EC2 and nothing else."""

Outside: TypeAlias = Cordon | Uncordon | EniConfig | PodObjectSet | OnEc2
"""What happens to the daemon's surroundings; it learns of it when it looks."""

Inside: TypeAlias = PodAdd | PodDel | Outside
"""What may happen inside a call, or while the daemon makes up its mind."""

Event: TypeAlias = (
    Start
    | Terminate
    | PodAdd
    | PodDel
    | PodsAdd
    | PodsDel
    | Tick
    | Reconcile
    | AwaitTrunk
    | LoopPass
    | Advance
    | Outside
)

EVENTS: Final[tuple[type[Event], ...]] = Event.__args__
"""Every kind of event."""

for _part in (CallPart, ChoicePart):
    resolve_types(_part, globals())


def own_fields(kind: type[Event]) -> tuple[str, ...]:
    """The fields that only this kind of event has."""
    shared = {each.name for each in fields(Happening)}
    return tuple(each.name for each in fields(kind) if each.name not in shared)


@frozen(kw_only=True)
class Scenario:
    """A node and what happens to it: everything that determines a run."""

    schema: str = field(default=SCHEMA)
    title: str = ""
    description: str = ""
    source: str = ""
    node: NodePart
    ec2: Ec2Part
    events: tuple[Event, ...]
