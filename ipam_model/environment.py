"""What surrounds the daemon and answers its requests: EC2, IMDS, host, API server, clock.

An `Environment` is a cursor over immutable parts, moved by the answers it gives. Every call may be
made to fail by arming a fault under its name.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from attrs import frozen

from ipam_model import aws_layer, aws_layer_v1_7, ec2, exclusion, ipv6
from ipam_model.catalogue import Kind, rule
from ipam_model.config import Config
from ipam_model.ec2 import NEXT_FREE, Ec2, Grants
from ipam_model.records import evolve
from ipam_model.requests import (
    DONE,
    AllocENI,
    AnnounceCustomNetworking,
    AnnounceTrunk,
    AssignIPv6Prefixes,
    AssignPrivateIpAddresses,
    CheckpointEntry,
    CreateENI,
    DescribeAllENIs,
    Failed,
    FindRouteTable,
    FindTrunkLink,
    FreeENI,
    GetAddressesFromEC2,
    GetAttachedENIs,
    GetIPv6Prefixes,
    HostVethExists,
    IsSubnetExcluded,
    NodeCordoned,
    PodObject,
    ReadCheckpoint,
    ReadEniConfig,
    ReadMaxPods,
    ReadPod,
    ReadSandboxes,
    ReadVpcCidrs,
    RefreshSecurityGroups,
    Request,
    Sandbox,
    SetNodeLabel,
    SetupENINetwork,
    Sleep,
    TagENI,
    UnassignPrivateIpAddresses,
    WaitForENI,
    WriteCheckpoint,
)
from ipam_model.state import Holding, Pod, PodKey


@frozen
class Checkpoint:
    """A checkpoint file: the assignments at the time of its last write (R34)."""

    entries: frozenset[CheckpointEntry] = frozenset()


class Veth(NamedTuple):
    """The host end of a pod's interface: its sandbox, and the pod's name, which names it (R61)."""

    sandbox: PodKey
    pod: str


class Environment:
    """The surroundings of one daemon."""

    grants: Grants = NEXT_FREE
    """EC2's own choices."""

    def __init__(
        self,
        *,
        config: Config,
        ec2: Ec2,
        checkpoints: Mapping[int, Checkpoint],
        veths: frozenset[Veth],
        gone_pods: frozenset[PodKey],
        branch_pods: Mapping[PodKey, PodObject],
        cordoned: bool,
        eni_config_subnet: str | None,
        max_pods: int,
        now: int,
        sandboxes: dict[PodKey, int],
    ) -> None:
        self.config = config
        self.ec2 = ec2
        self._veths = {veth.sandbox: veth.pod for veth in veths}
        self._sandboxes = sandboxes
        # A state of the world lists both; most events leave them as they are.
        self._on_host: tuple[frozenset[Veth], frozenset[tuple[PodKey, int]]] | None = None
        self.gone_pods = gone_pods
        self.branch_pods: dict[PodKey, PodObject] = dict(branch_pods)
        """Pod objects by sandbox; a sandbox named neither here nor in `gone_pods` wants no branch
        ENI."""
        self.cordoned = cordoned
        self.eni_config_subnet = eni_config_subnet
        self.max_pods = max_pods
        self.now: int = now
        self.attempts: tuple[aws_layer.Attempt, ...] = ()
        """The subnets tried for the ENI asked for last."""
        # A written checkpoint is kept as the daemon's own index and only spelled out when asked
        # for: every pod event writes one.
        self._checkpoints: dict[int, Checkpoint | Mapping[PodKey, Holding]] = dict(checkpoints)

    @rule(
        "R34",
        "A checkpoint file per card lists exactly the assigned addresses, each with key, pod name, "
        "interface count and instant; ENIs, CIDRs, cooldowns and released CIDRs are not kept.",
        source="ds:326-344, ds:425-465",
        kind=Kind.STEP,
    )
    def checkpoint(self, card: int) -> Checkpoint:
        """A card's checkpoint file; without one, an empty one."""
        stored = self._checkpoints.get(card, Checkpoint())
        if not isinstance(stored, Checkpoint):
            stored = Checkpoint(
                frozenset(
                    CheckpointEntry(held.pod, held.address, held.since) for held in stored.values()
                )
            )
            self._checkpoints[card] = stored
        return stored

    def checkpoints(self) -> tuple[tuple[int, Checkpoint], ...]:
        """Every card's checkpoint file."""
        return tuple((card, self.checkpoint(card)) for card in sorted(self._checkpoints))

    def has_checkpoint(self, card: int) -> bool:
        """Whether the card has a checkpoint file."""
        return card in self._checkpoints

    def write_checkpoint(self, card: int, holdings: Mapping[PodKey, Holding]) -> None:
        """Replace a card's checkpoint file."""
        self._checkpoints[card] = holdings

    @property
    def veths(self) -> Mapping[PodKey, str]:
        """Name of the pod by sandbox, of every host veth there is; to be replaced, not changed."""
        return MappingProxyType(self._veths)

    @veths.setter
    def veths(self, names: Mapping[PodKey, str]) -> None:
        self._veths, self._on_host = dict(names), None

    @property
    def sandboxes(self) -> Mapping[PodKey, int]:
        """Address of each running sandbox: that of its first ADD, which the runtime keeps.

        To be replaced, not changed.
        """
        return MappingProxyType(self._sandboxes)

    @sandboxes.setter
    def sandboxes(self, addresses: Mapping[PodKey, int]) -> None:
        self._sandboxes, self._on_host = dict(addresses), None

    def on_host(self) -> tuple[frozenset[Veth], frozenset[tuple[PodKey, int]]]:
        """The host veths and the running sandboxes, listed anew only after one came or went."""
        if self._on_host is None:
            veths = frozenset([Veth(*veth) for veth in self._veths.items()])
            self._on_host = veths, frozenset(self._sandboxes.items())
        return self._on_host

    def connect_sandbox(self, pod: Pod, address: int | None) -> None:
        """A sandbox runs, with a host veth; `address` is what it got, `None` if nothing is told."""
        self._veths[pod.key] = pod.name
        if address is not None:
            self._sandboxes.setdefault(pod.key, address)
        self._on_host = None

    def remove_sandbox(self, key: PodKey) -> None:
        """The sandbox stops, and its host veth goes."""
        self._veths.pop(key, None)
        self._sandboxes.pop(key, None)
        self._on_host = None

    def reply_to(self, request: Request[object]) -> object:
        """The answer to a request; EC2 and the clock move."""
        return ANSWERS[type(request)](self, request)


Answer = Callable[[Environment, Any], object]


def _describe(world: Environment, _request: DescribeAllENIs) -> object:
    answer, world.ec2 = aws_layer.describe_all_enis(
        world.config, world.ec2, world.grants, world.now
    )
    return answer


def _attached(world: Environment, _request: GetAttachedENIs) -> object:
    fault, world.ec2 = ec2.take_fault(world.ec2, "GetAttachedENIs")
    if fault is not None:
        return Failed(fault.code)
    hide = world.config.settings.custom_networking
    return ec2.imds_view(world.ec2, world.now, world.grants, hide_primary_prefixes=hide)


def _tag(world: Environment, request: TagENI) -> object:
    fault, world.ec2 = ec2.take_fault(world.ec2, "TagENI")
    if fault is not None:
        return Failed(fault.code)
    eni = world.ec2.eni(request.eni)
    if eni is not None:
        world.ec2 = world.ec2.with_eni(ec2.own(eni))
    return DONE


def _subnet_excluded(world: Environment, request: IsSubnetExcluded) -> object:
    for call in ("IsSubnetExcluded", "DescribeSubnets"):
        fault, world.ec2 = ec2.take_fault(world.ec2, call)
        if fault is not None:
            return Failed(fault.code)
    cluster = world.config.settings.cluster_name
    return exclusion.is_subnet_excluded(world.ec2, request.subnet, cluster)


def _assign(world: Environment, request: AssignPrivateIpAddresses) -> object:
    answer, world.ec2 = ec2.assign(
        world.ec2, request.eni, request.count, world.grants, prefixes=request.prefixes
    )
    if isinstance(answer, tuple):
        arrivals = world.ec2.arrivals.with_addresses(request.eni, answer, world.now)
        if arrivals is not world.ec2.arrivals:
            world.ec2 = evolve(world.ec2, arrivals=arrivals)
    return answer


def _unassign(world: Environment, request: UnassignPrivateIpAddresses) -> object:
    answer, world.ec2 = ec2.unassign(world.ec2, request.eni, request.networks, world.now)
    return answer


def _alloc(world: Environment, request: AllocENI) -> object:
    answer, world.attempts, world.ec2 = aws_layer.alloc_eni(
        world.config, world.ec2, request, world.grants
    )
    return answer


def _create(world: Environment, request: CreateENI) -> object:
    answer, world.ec2 = aws_layer_v1_7.create_eni(world.ec2, request, world.grants, world.now)
    return answer


def _wait(world: Environment, request: WaitForENI) -> object:
    answer, world.ec2 = aws_layer.wait_for_eni(world.config, world.ec2, request, world.now)
    return answer


def _free(world: Environment, request: FreeENI) -> object:
    answer, world.ec2 = aws_layer.free_eni(world.ec2, request.eni)
    return answer


def _true_networks(world: Environment, request: GetAddressesFromEC2) -> object:
    answer, world.ec2 = ec2.true_networks(world.ec2, request.eni, prefixes=request.prefixes)
    return answer


def _ipv6_prefixes(world: Environment, request: GetIPv6Prefixes) -> object:
    answer, world.ec2 = ipv6.prefixes_of(world.ec2, request.eni, world.grants)
    return answer


def _assign_ipv6(world: Environment, request: AssignIPv6Prefixes) -> object:
    answer, world.ec2 = ipv6.assign_prefixes(world.ec2, request.eni, request.count, world.grants)
    return answer


def _sleep(world: Environment, request: Sleep) -> object:
    world.now += request.milliseconds
    return DONE


def _read_checkpoint(world: Environment, request: ReadCheckpoint) -> object:
    fault, world.ec2 = ec2.take_fault(world.ec2, "ReadCheckpoint")
    if fault is not None:
        return Failed(fault.code)
    if not world.has_checkpoint(request.card):
        return None
    entries = world.checkpoint(request.card).entries
    return tuple(sorted(entries, key=lambda entry: (entry.address, entry.pod.key)))


def _write_checkpoint(world: Environment, request: WriteCheckpoint) -> object:
    if world.ec2.faults:
        fault, world.ec2 = ec2.take_fault(world.ec2, "WriteCheckpoint")
        if fault is not None:
            return Failed(fault.code)
    world.write_checkpoint(request.card, request.holdings)
    return DONE


def _sandboxes(world: Environment, _request: ReadSandboxes) -> object:
    fault, world.ec2 = ec2.take_fault(world.ec2, "ReadSandboxes")
    if fault is not None:
        return Failed(fault.code)
    found = sorted((key.container, address) for key, address in world.sandboxes.items())
    return tuple(Sandbox(*each) for each in found)


def _veth(world: Environment, request: HostVethExists) -> object:
    fault, world.ec2 = ec2.take_fault(world.ec2, "HostVethExists")
    if fault is not None:
        return Failed(fault.code)
    return request.pod.name in world.veths.values()


def _cordoned(world: Environment, _request: NodeCordoned) -> object:
    fault, world.ec2 = ec2.take_fault(world.ec2, "NodeCordoned")
    return world.cordoned if fault is None else Failed(fault.code)


def _eni_config(world: Environment, _request: ReadEniConfig) -> object:
    fault, world.ec2 = ec2.take_fault(world.ec2, "ReadEniConfig")
    if fault is not None or world.eni_config_subnet is None:
        return Failed(fault.code if fault is not None else "ENIConfigNotFound")
    return world.eni_config_subnet


def _max_pods(world: Environment, _request: ReadMaxPods) -> object:
    fault, world.ec2 = ec2.take_fault(world.ec2, "ReadMaxPods")
    return world.max_pods if fault is None else Failed(fault.code)


def _read_pod(world: Environment, request: ReadPod) -> object:
    fault, world.ec2 = ec2.take_fault(world.ec2, "ReadPod")
    if fault is not None:
        return Failed(fault.code)
    if request.key in world.gone_pods:
        return None
    return world.branch_pods.get(request.key, PodObject())


def _unless_faulty(world: Environment, request: Request[object]) -> object:
    if world.ec2.faults:
        fault, world.ec2 = ec2.take_fault(world.ec2, type(request).__name__)
        if fault is not None:
            return Failed(fault.code)
    return DONE


ANSWERS: Mapping[type[Request[object]], Answer] = {
    DescribeAllENIs: _describe,
    GetAttachedENIs: _attached,
    TagENI: _tag,
    IsSubnetExcluded: _subnet_excluded,
    AssignPrivateIpAddresses: _assign,
    UnassignPrivateIpAddresses: _unassign,
    AllocENI: _alloc,
    CreateENI: _create,
    WaitForENI: _wait,
    FreeENI: _free,
    GetAddressesFromEC2: _true_networks,
    GetIPv6Prefixes: _ipv6_prefixes,
    AssignIPv6Prefixes: _assign_ipv6,
    Sleep: _sleep,
    ReadCheckpoint: _read_checkpoint,
    WriteCheckpoint: _write_checkpoint,
    ReadSandboxes: _sandboxes,
    HostVethExists: _veth,
    NodeCordoned: _cordoned,
    ReadEniConfig: _eni_config,
    ReadMaxPods: _max_pods,
    ReadPod: _read_pod,
    SetupENINetwork: _unless_faulty,
    FindRouteTable: _unless_faulty,
    FindTrunkLink: _unless_faulty,
    ReadVpcCidrs: _unless_faulty,
    RefreshSecurityGroups: _unless_faulty,
    AnnounceTrunk: _unless_faulty,
    SetNodeLabel: _unless_faulty,
    AnnounceCustomNetworking: _unless_faulty,
}
"""Who answers what; a request without an armed fault succeeds."""
