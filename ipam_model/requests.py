"""What the daemon asks of the world, as data, and the answers it can get (sans-IO).

Every EC2, IMDS, host and API-server interaction is a `Request[A]`; `A` is the type of its answer.
A failure is an answer too: `Failed` with EC2's error code. Names follow the daemon's AWS layer.
"""

from collections.abc import Mapping
from enum import Enum
from typing import ClassVar, Final, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from attrs import frozen

from ipam_model.state import Holding, Network, Pod, PodKey

A_co = TypeVar("A_co", covariant=True)


class Code:
    """EC2, IMDS and host error codes that the daemon tells apart, or that recordings contain."""

    INSUFFICIENT_ADDRESSES = "InsufficientFreeAddressesInSubnet"
    INSUFFICIENT_PREFIXES = "InsufficientCidrBlocks"
    ADDRESS_LIMIT = "PrivateIpAddressLimitExceeded"
    ATTACHMENT_LIMIT = "AttachmentLimitExceeded"
    NO_VALID_SUBNET = "NoValidSubnet"
    ENI_NOT_FOUND = "InvalidNetworkInterfaceID.NotFound"
    INVALID_PARAMETER = "InvalidParameterValue"
    THROTTLED = "RequestLimitExceeded"
    ATTACHMENT_NOT_FOUND = "AttachmentIdNotFound"
    UNABLE_TO_DETACH = "UnableToDetach"
    DELETE_FAILED = "DeleteFailed"
    TIMEOUT = "Timeout"
    LINK_NOT_FOUND = "LinkNotFound"
    NO_ROUTE_TABLE = "NoRouteTable"


OUT_OF_ADDRESSES = frozenset({Code.INSUFFICIENT_ADDRESSES, Code.INSUFFICIENT_PREFIXES})
"""The two codes that start the 120 s back-off (R96)."""


@frozen
class Failed:
    """The call failed with this code."""

    code: str


class Done(Enum):
    """The call succeeded and says nothing more."""

    DONE = "done"


DONE = Done.DONE


class Ownership(Enum):
    """Value of the tag node.k8s.amazonaws.com/instance_id."""

    OWN = "own"
    OTHER = "other"


class EniTags(NamedTuple):
    """The two tags of an ENI that decide whether it is managed (R7)."""

    no_manage: str | None = None
    instance_id: Ownership | None = None


@frozen(kw_only=True)
class AttachedEni:
    """An attached ENI as IMDS lists it."""

    id: str
    primary: bool
    device: int
    card: int = 0
    subnet: str
    primary_address: int
    addresses: tuple[int, ...] = ()
    """Secondary addresses."""
    prefixes: tuple[Network, ...] = ()
    """IPv4 prefixes; IPv6 ones the daemon asks EC2 for."""
    primary_ipv6: int | None = None
    """The first IPv6 address, if it has any."""

    def networks(self) -> tuple[Network, ...]:
        """Secondary addresses as /32, then prefixes."""
        return (*(Network(address, 1) for address in self.addresses), *self.prefixes)


@frozen(kw_only=True)
class Described:
    """Answer of DescribeAllENIs: verified ENIs with what only EC2 knows (R54)."""

    enis: tuple[AttachedEni, ...]
    tags: Mapping[str, EniTags]
    """By ENI id; empty in IMDS-only mode, then the previous classification stays (R7)."""
    trunk: str | None = None
    efas: frozenset[str] = frozenset()
    efa_only: frozenset[str] = frozenset()
    """ENIs that carry no addresses; EC2 allows at most one per card."""


@frozen
class Request(Generic[A_co]):
    """Something asked of the world; `A_co` is the type of the answer."""

    under_lock: ClassVar[bool] = False
    """Made while a store is locked: no pod event can come in between."""


@frozen
class DescribeAllENIs(Request[Described | Failed]):
    """List attached ENIs from IMDS and verify them with EC2."""


@frozen
class GetAttachedENIs(Request[tuple[AttachedEni, ...] | Failed]):
    """List attached ENIs from IMDS."""


@frozen
class TagENI(Request[Done | Failed]):
    """Ensure the ENI's tags."""

    eni: str


@frozen
class IsSubnetExcluded(Request[bool | Failed]):
    """Whether the subnet is excluded from pod addressing (R14); needs DescribeSubnets."""

    subnet: str


@frozen
class AssignPrivateIpAddresses(Request[tuple[Network, ...] | Failed]):
    """Assign `count` secondary addresses, or prefixes, to an ENI."""

    eni: str
    count: int
    prefixes: bool


@frozen
class AllocENI(Request[str | Failed]):
    """Create and attach an ENI with `count` addresses or prefixes (R102-R106); answers its id."""

    count: int
    prefixes: bool
    card: int = 0
    subnet: str | None = None
    """The ENIConfig's subnet with custom networking, else EC2's choice among the valid ones."""
    ipv6: bool = False
    """`count` is of IPv6 addresses."""


@frozen
class CreateENI(Request[str | Failed]):
    """Create and attach an ENI without secondary addresses (v1.7, H9); answers its id."""

    subnet: str | None = None
    """The ENIConfig's subnet with custom networking, else the primary ENI's."""


@frozen
class WaitForENI(Request[AttachedEni | Failed]):
    """Wait until IMDS shows the new ENI with its addresses (R109)."""

    eni: str
    count: int
    prefixes: bool
    ipv6: bool = False


@frozen
class FreeENI(Request[Done | Failed]):
    """Detach and delete an ENI (R182)."""

    eni: str


@frozen
class UnassignPrivateIpAddresses(Request[Done | Failed]):
    """Take CIDRs of one kind off an ENI; sorted."""

    eni: str
    networks: tuple[Network, ...]
    prefixes: bool


@frozen
class GetAddressesFromEC2(Request[tuple[Network, ...] | Failed]):
    """The true secondary addresses, or prefixes, of an ENI."""

    eni: str
    prefixes: bool


@frozen
class GetIPv6Prefixes(Request[tuple[Network, ...] | Failed]):
    """The IPv6 prefixes of an ENI, in EC2's order."""

    eni: str


@frozen
class AssignIPv6Prefixes(Request[tuple[Network, ...] | Failed]):
    """Assign `count` IPv6 prefixes to an ENI."""

    eni: str
    count: int


@frozen
class SetupENINetwork(Request[Done | Failed]):
    """Host networking of a secondary ENI; `LinkNotFound` if the host has no link for it."""

    eni: str


@frozen
class Sleep(Request[Done]):
    """Let `milliseconds` pass."""

    milliseconds: int


@frozen
class CheckpointEntry:
    """One line of the checkpoint file (R34)."""

    pod: Pod
    address: int
    assigned_at: int


@frozen
class ReadCheckpoint(Request[tuple[CheckpointEntry, ...] | Failed | None]):
    """Read a card's checkpoint file; `None` if there is no file, anything unreadable fails."""

    card: int


@frozen
class Sandbox:
    """A running pod sandbox as the container runtime reports it."""

    container: str
    address: int


@frozen
class ReadSandboxes(Request[tuple[Sandbox, ...] | Failed]):
    """Ask the container runtime for the pod sandboxes that run (v1.7, H12)."""


@frozen
class SetNodeLabel(Request[Done | Failed]):
    """Set or remove a label of the node object, for the VPC resource controller (v1.7)."""

    label: str


@frozen(eq=False)
class WriteCheckpoint(Request[Done | Failed]):
    """Replace a card's checkpoint file by the current assignments, under the store's lock (R34)."""

    under_lock: ClassVar[bool] = True
    card: int
    holdings: Mapping[PodKey, Holding]


@frozen
class HostVethExists(Request[bool | Failed]):
    """Whether a host veth with the suffix derived from the pod's name exists (R61)."""

    pod: Pod


@frozen
class NodeCordoned(Request[bool | Failed]):
    """Whether the node object carries the unschedulable taint (R51)."""


@frozen
class ReadEniConfig(Request[str | Failed]):
    """The subnet of the node's ENIConfig (R101)."""


@frozen
class ReadMaxPods(Request[int | Failed]):
    """node.status.capacity.pods, or what stands in for it (R42)."""


@frozen
class RefreshSecurityGroups(Request[Done | Failed]):
    """Copy the primary ENI's security groups to the others (R65); no effect on counts."""


@frozen
class AnnounceCustomNetworking(Request[Done | Failed]):
    """Announce custom networking in the CNINode object, for pods with branch ENIs (R65)."""


@frozen
class AnnounceTrunk(Request[Done | Failed]):
    """Announce in the CNINode object that a trunk ENI is wanted (R48)."""


@frozen
class ReadVpcCidrs(Request[Done | Failed]):
    """Read the VPC's CIDRs from IMDS to answer a pod (R123)."""


@frozen
class FindRouteTable(Request[Done | Failed]):
    """Find the route table for the ENI (R58)."""

    eni: str


UNUSABLE: Final = "unusable"
"""Of a branch ENI annotation: it does not parse, or its list is empty."""

BranchAddress: TypeAlias = int | Literal["unusable"] | None


@frozen
class PodObject:
    """What the API server knows of a pod, as far as branch ENIs go (R119)."""

    wants_branch_eni: bool = False
    """Its first container has a limit of vpc.amazonaws.com/pod-eni."""
    branch_address: BranchAddress = None
    """The address in the annotation of that name.

    `None` while there is no annotation; `UNUSABLE` if no branch ENI can be read from it.
    """
    same_uid: bool = True
    """It is of the pod that the request is for, not of another with the same name."""


@frozen
class ReadPod(Request[PodObject | Failed | None]):
    """The pod object, only read with ENABLE_POD_ENI; `None` if there is none (R119, R125)."""

    key: PodKey


@frozen
class FindTrunkLink(Request[Done | Failed]):
    """Find the host's link of the trunk ENI (R119)."""
