"""The closed system: the daemon, its checkpoint, EC2, the host and the clock.

`World` is one immutable state of all of it, the four copies of the truth side by side. `Runner`
moves a world: it runs the daemon's procedures, answers their requests from EC2 and the host, and
makes their choices. Subclasses answer or choose differently: at random, from a record, by trying.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from attrs import frozen

from ipam_model import aws_layer, ec2
from ipam_model.config import Config
from ipam_model.daemon import cleanup, init, pods, pool, reconcile
from ipam_model.daemon.init import Started
from ipam_model.daemon.measure import Decision
from ipam_model.daemon.pods import PodReply
from ipam_model.daemon.procedure import Call, Choice, Procedure
from ipam_model.daemon.reconcile import Reconciled
from ipam_model.ec2 import NEXT_FREE, Ec2, Grants
from ipam_model.errors import InputError
from ipam_model.requests import (
    DONE,
    AllocENI,
    AnnounceTrunk,
    AssignPrivateIpAddresses,
    CheckpointEntry,
    DescribeAllENIs,
    Failed,
    FindRouteTable,
    FreeENI,
    GetAddressesFromEC2,
    GetAttachedENIs,
    HostVethExists,
    IsSubnetExcluded,
    NodeCordoned,
    PodIsGone,
    ReadCheckpoint,
    ReadEniConfig,
    ReadMaxPods,
    ReadVpcCidrs,
    RefreshSecurityGroups,
    Request,
    SetupENINetwork,
    Sleep,
    TagENI,
    UnassignPrivateIpAddresses,
    WaitForENI,
    WriteCheckpoint,
)
from ipam_model.state import Holding, Node, Pod, PodKey

T = TypeVar("T")


@frozen
class Checkpoint:
    """A checkpoint file: the assignments at the time of its last write (R34)."""

    entries: frozenset[CheckpointEntry] = frozenset()


@frozen(kw_only=True)
class World:
    """One state of the closed system."""

    config: Config
    ec2: Ec2
    node: Node | None = None
    """The daemon's memory; `None` while it does not run."""
    checkpoints: tuple[tuple[int, Checkpoint], ...] = ()
    """Checkpoint file per card."""
    veths: frozenset[PodKey] = frozenset()
    """Sandboxes with a host veth."""
    gone_pods: frozenset[PodKey] = frozenset()
    """Sandboxes whose pod object no longer exists."""
    cordoned: bool = False
    eni_config_subnet: str | None = None
    """The subnet of the node's ENIConfig; `None` if there is none."""
    max_pods: int = 110
    now: int = 0
    """Milliseconds."""


Answer = Callable[["Runner", Any], object]


class Runner:
    """Moves a world from event to event. Deterministic: first options, next free addresses."""

    grants: Grants = NEXT_FREE

    def __init__(self, world: World) -> None:
        self.config = world.config
        self.ec2 = world.ec2
        self.node = world.node
        self.veths = world.veths
        self.gone_pods = world.gone_pods
        self.cordoned = world.cordoned
        self.eni_config_subnet = world.eni_config_subnet
        self.max_pods = world.max_pods
        self.now = world.now
        # A written checkpoint is kept as the daemon's own index and only spelled out when asked
        # for: every pod event writes one.
        self._checkpoints: dict[int, Checkpoint | Mapping[PodKey, Holding]] = dict(
            world.checkpoints
        )

    @property
    def world(self) -> World:
        """The present state."""
        return World(
            config=self.config,
            ec2=self.ec2,
            node=self.node,
            checkpoints=tuple(
                (card, self.checkpoint(card)) for card in sorted(self._checkpoints)
            ),
            veths=self.veths,
            gone_pods=self.gone_pods,
            cordoned=self.cordoned,
            eni_config_subnet=self.eni_config_subnet,
            max_pods=self.max_pods,
            now=self.now,
        )

    def checkpoint(self, card: int) -> Checkpoint:
        """A card's checkpoint file."""
        stored = self._checkpoints.get(card, Checkpoint())
        if not isinstance(stored, Checkpoint):
            stored = Checkpoint(
                frozenset(
                    CheckpointEntry(held.pod, held.address, held.since)
                    for held in stored.values()
                )
            )
            self._checkpoints[card] = stored
        return stored

    # -- driving procedures ----------------------------------------------------------------------

    def run(self, procedure: Procedure[T]) -> T:
        """Run a procedure to its end."""
        try:
            ask = next(procedure)
            while True:
                self.node = ask.node
                if isinstance(ask, Choice):
                    answer = self.choose(ask)
                else:
                    answer = self.answer(ask)
                ask = procedure.send((answer, self.node, self.now))
        except StopIteration as stop:
            return cast(T, stop.value)

    def choose(self, choice: Choice) -> object:
        """Decide what the daemon leaves open."""
        return choice.options.first

    def answer(self, ask: Call) -> object:
        """Answer a request."""
        return ANSWERS[type(ask.request)](self, ask.request)

    def memory(self) -> Node:
        """The daemon's memory; `InputError` while it does not run."""
        if self.node is None:
            raise InputError("the daemon is not running; start it first")
        return self.node

    # -- events ----------------------------------------------------------------------------------

    def start(self, config: Config | None = None) -> init.Started | init.Exited:
        """Start the daemon, or restart it; a new config replaces the old one."""
        if config is not None:
            self.config = config
        self.node = None
        outcome = self.run(init.start(self.config, self.now))
        self.node = outcome.node if isinstance(outcome, Started) else None
        return outcome

    def add_pod(self, pod: Pod, *, multi: bool = False) -> PodReply:
        """AddNetwork."""
        reply, self.node = self.run(
            pods.add(self.config, self.memory(), self.now, pod, multi=multi)
        )
        if reply.success:
            self.veths |= {pod.key}
        return reply

    def delete_pod(self, key: PodKey) -> PodReply:
        """DelNetwork."""
        reply, self.node = self.run(pods.delete(self.config, self.memory(), self.now, key))
        self.veths -= {key}
        return reply

    def tick(self) -> tuple[Decision, ...]:
        """One pool update; nothing happens with provisioning disabled (R78)."""
        if self.config.settings.provisioning_disabled:
            return ()
        decisions, self.node = self.run(
            pool.update_pool(self.config, self.memory(), self.now)
        )
        return decisions

    def reconcile(self) -> Reconciled:
        """One reconcile, if due."""
        outcome, self.node = self.run(
            reconcile.reconcile(self.config, self.memory(), self.now)
        )
        return outcome

    def advance(self, milliseconds: int) -> None:
        """Let time pass; clean-ups that become due run at their instants."""
        if milliseconds < 0:
            raise InputError(f"time cannot go back by {-milliseconds} ms")
        end = self.now + milliseconds
        while self.node is not None:
            due = cleanup.next_cleanup(self.node)
            if due is None or due > end:
                break
            self.now = max(self.now, due)
            self.node, self.now = self.run(
                cleanup.run_due_cleanups(self.config, self.node, self.now)
            )
        self.now = end


# -- answers of EC2, IMDS, the host and the API server --------------------------------------------


def _describe(runner: Runner, request: DescribeAllENIs) -> object:
    answer, runner.ec2 = aws_layer.describe_all_enis(runner.config, runner.ec2, runner.now)
    return answer


def _attached(runner: Runner, request: GetAttachedENIs) -> object:
    fault, runner.ec2 = ec2.take_fault(runner.ec2, "GetAttachedENIs")
    if fault is not None:
        return Failed(fault.code)
    hide = runner.config.settings.custom_networking
    return ec2.imds_view(runner.ec2, runner.now, hide_primary_prefixes=hide)


def _tag(runner: Runner, request: TagENI) -> object:
    fault, runner.ec2 = ec2.take_fault(runner.ec2, "TagENI")
    if fault is not None:
        return Failed(fault.code)
    eni = runner.ec2.eni(request.eni)
    if eni is not None:
        runner.ec2 = runner.ec2.with_eni(ec2.own(eni))
    return DONE


def _subnet_excluded(runner: Runner, request: IsSubnetExcluded) -> object:
    fault, runner.ec2 = ec2.take_fault(runner.ec2, "IsSubnetExcluded")
    if fault is not None:
        return Failed(fault.code)
    return ec2.is_subnet_excluded(runner.ec2, request.subnet)


def _assign(runner: Runner, request: AssignPrivateIpAddresses) -> object:
    answer, runner.ec2 = ec2.assign(
        runner.ec2, request.eni, request.count, runner.grants, prefixes=request.prefixes
    )
    return answer


def _unassign(runner: Runner, request: UnassignPrivateIpAddresses) -> object:
    answer, runner.ec2 = ec2.unassign(runner.ec2, request.eni, request.networks, runner.now)
    return answer


def _alloc(runner: Runner, request: AllocENI) -> object:
    answer, _, runner.ec2 = aws_layer.alloc_eni(
        runner.config, runner.ec2, request, runner.grants
    )
    return answer


def _wait(runner: Runner, request: WaitForENI) -> object:
    answer, runner.ec2 = aws_layer.wait_for_eni(
        runner.config,
        runner.ec2,
        request.eni,
        request.count,
        runner.now,
        prefixes=request.prefixes,
    )
    return answer


def _free(runner: Runner, request: FreeENI) -> object:
    answer, runner.ec2 = aws_layer.free_eni(runner.ec2, request.eni)
    return answer


def _true_networks(runner: Runner, request: GetAddressesFromEC2) -> object:
    answer, runner.ec2 = ec2.true_networks(runner.ec2, request.eni, prefixes=request.prefixes)
    return answer


def _sleep(runner: Runner, request: Sleep) -> object:
    runner.now += request.milliseconds
    return DONE


def _read_checkpoint(runner: Runner, request: ReadCheckpoint) -> object:
    fault, runner.ec2 = ec2.take_fault(runner.ec2, "ReadCheckpoint")
    if fault is not None:
        return Failed(fault.code)
    entries = runner.checkpoint(request.card).entries
    return tuple(sorted(entries, key=lambda entry: (entry.address, entry.pod.key)))


def _write_checkpoint(runner: Runner, request: WriteCheckpoint) -> object:
    if runner.ec2.faults:
        fault, runner.ec2 = ec2.take_fault(runner.ec2, "WriteCheckpoint")
        if fault is not None:
            return Failed(fault.code)
    runner._checkpoints[request.card] = request.holdings
    return DONE


def _veth(runner: Runner, request: HostVethExists) -> object:
    return request.pod.key in runner.veths


def _cordoned(runner: Runner, request: NodeCordoned) -> object:
    fault, runner.ec2 = ec2.take_fault(runner.ec2, "NodeCordoned")
    return runner.cordoned if fault is None else Failed(fault.code)


def _eni_config(runner: Runner, request: ReadEniConfig) -> object:
    fault, runner.ec2 = ec2.take_fault(runner.ec2, "ReadEniConfig")
    if fault is not None or runner.eni_config_subnet is None:
        return Failed(fault.code if fault is not None else "ENIConfigNotFound")
    return runner.eni_config_subnet


def _max_pods(runner: Runner, request: ReadMaxPods) -> object:
    fault, runner.ec2 = ec2.take_fault(runner.ec2, "ReadMaxPods")
    return runner.max_pods if fault is None else Failed(fault.code)


def _pod_is_gone(runner: Runner, request: PodIsGone) -> object:
    fault, runner.ec2 = ec2.take_fault(runner.ec2, "PodIsGone")
    return request.key in runner.gone_pods if fault is None else Failed(fault.code)


def _unless_faulty(runner: Runner, request: Request[object]) -> object:
    if runner.ec2.faults:
        fault, runner.ec2 = ec2.take_fault(runner.ec2, type(request).__name__)
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
    WaitForENI: _wait,
    FreeENI: _free,
    GetAddressesFromEC2: _true_networks,
    Sleep: _sleep,
    ReadCheckpoint: _read_checkpoint,
    WriteCheckpoint: _write_checkpoint,
    HostVethExists: _veth,
    NodeCordoned: _cordoned,
    ReadEniConfig: _eni_config,
    ReadMaxPods: _max_pods,
    PodIsGone: _pod_is_gone,
    SetupENINetwork: _unless_faulty,
    FindRouteTable: _unless_faulty,
    ReadVpcCidrs: _unless_faulty,
    RefreshSecurityGroups: _unless_faulty,
    AnnounceTrunk: _unless_faulty,
}
"""Who answers what; a request without an armed fault succeeds."""


