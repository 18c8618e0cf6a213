"""The closed system: the daemon, its checkpoint, EC2, the host and the clock.

`World` is one immutable state of all of it, the four copies of the truth side by side. `Runner`
moves a world: it runs the daemon's procedures, has the environment answer their requests, and
makes their choices. Subclasses answer or choose differently: at random, from a record, by trying.
"""

from typing import TypeVar

from attrs import frozen

from ipam_model.catalogue import Kind, rule
from ipam_model.config import Config
from ipam_model.daemon import cleanup, measure
from ipam_model.daemon.init import Exited, Started
from ipam_model.daemon.measure import Decision
from ipam_model.daemon.pods import PodReply
from ipam_model.daemon.procedure import Call, Choice, Procedure
from ipam_model.daemon.reconcile import Reconciled
from ipam_model.daemon.versions import DAEMONS, Daemon
from ipam_model.ec2 import Ec2
from ipam_model.environment import Checkpoint, Environment, Veth
from ipam_model.errors import InputError
from ipam_model.records import evolve
from ipam_model.requests import PodObject
from ipam_model.rules import timing
from ipam_model.state import Node, Pod, PodKey

T = TypeVar("T")


@frozen(kw_only=True)
class World:
    """One state of the closed system."""

    config: Config
    ec2: Ec2
    node: Node | None = None
    """The daemon's memory; `None` while it does not run."""
    checkpoints: tuple[tuple[int, Checkpoint], ...] = ()
    """Checkpoint file per card."""
    veths: frozenset[Veth] = frozenset()
    """The host veths there are."""
    sandboxes: frozenset[tuple[PodKey, int]] = frozenset()
    """The running sandboxes with their addresses, as the container runtime reports them."""
    gone_pods: frozenset[PodKey] = frozenset()
    """Sandboxes whose pod object no longer exists."""
    branch_pods: tuple[tuple[PodKey, PodObject], ...] = ()
    """The pod objects that concern branch ENIs, sorted by sandbox; others want none (R119)."""
    cordoned: bool = False
    eni_config_subnet: str | None = None
    """The subnet of the node's ENIConfig; `None` if there is none."""
    max_pods: int = 110
    now: int = 0
    """Milliseconds."""


class CrashedError(Exception):
    """The daemon dies while it waits for an answer; what it has asked for has happened."""


class Runner(Environment):
    """Moves a world from event to event. Deterministic: first options, next free addresses."""

    now: int
    """Milliseconds since the world began."""

    def __init__(self, world: World) -> None:
        super().__init__(
            config=world.config,
            ec2=world.ec2,
            checkpoints=dict(world.checkpoints),
            veths=world.veths,
            gone_pods=world.gone_pods,
            branch_pods=dict(world.branch_pods),
            cordoned=world.cordoned,
            eni_config_subnet=world.eni_config_subnet,
            max_pods=world.max_pods,
            now=world.now,
            sandboxes=dict(world.sandboxes),
        )
        self.node = world.node
        self.starting: bool = False
        """The daemon is in its start procedure: no pod is served yet."""

    @property
    def world(self) -> World:
        """The present state."""
        veths, sandboxes = self.on_host()
        return World(
            config=self.config,
            ec2=self.ec2,
            node=self.node,
            checkpoints=self.checkpoints(),
            veths=veths,
            sandboxes=sandboxes,
            gone_pods=self.gone_pods,
            branch_pods=tuple(sorted(self.branch_pods.items(), key=lambda item: item[0])),
            cordoned=self.cordoned,
            eni_config_subnet=self.eni_config_subnet,
            max_pods=self.max_pods,
            now=self.now,
        )

    @property
    def daemon(self) -> Daemon:
        """The procedures of the configured version."""
        return DAEMONS[self.config.version]

    # -- driving procedures ----------------------------------------------------------------------

    def run(self, procedure: Procedure[T]) -> T:
        """Run a procedure to its end."""
        try:
            ask = next(procedure)
            while True:
                self.node = ask.node
                answer = self.choose(ask) if isinstance(ask, Choice) else self.answer(ask)
                ask = procedure.send((answer, self.node, self.now))
        except StopIteration as stop:
            outcome: T = stop.value
            return outcome

    def choose(self, choice: Choice) -> object:
        """Decide what the daemon leaves open."""
        return choice.options.first

    def answer(self, ask: Call) -> object:
        """Answer a request."""
        return self.reply_to(ask.request)

    def memory(self) -> Node:
        """The daemon's memory; `InputError` while it does not run."""
        if self.node is None or self.starting:
            raise InputError("the daemon is not running; start it first")
        return self.node

    # -- events ----------------------------------------------------------------------------------

    def start(self, config: Config | None = None) -> Started | Exited:
        """Start the daemon, or restart it; a new config replaces the old one."""
        if config is not None:
            self.config = config
        self.node = None
        self.starting = True
        outcome = self.run(self.daemon.start(self.config, self.now))
        self.starting = False
        self.node = outcome.node if isinstance(outcome, Started) else None
        return outcome

    def add_pod(self, pod: Pod, *, multi: bool = False) -> PodReply:
        """AddNetwork."""
        reply, self.node = self.run(
            self.daemon.add(self.config, self.memory(), self.now, pod, multi=multi)
        )
        self.connect(pod, reply)
        return reply

    def connect(self, pod: Pod, reply: PodReply) -> None:
        """What an ADD brings about on the host: with an address the sandbox has its veth."""
        if reply.success:
            self.connect_sandbox(pod, reply.given[0].address if reply.given else None)

    def delete_pod(self, key: PodKey) -> PodReply:
        """DelNetwork."""
        reply, self.node = self.run(self.daemon.delete(self.config, self.memory(), self.now, key))
        self.remove_sandbox(key)
        return reply

    def terminate(self) -> None:
        """The daemon is told to stop: from now on it neither grows nor deletes ENIs (R51)."""
        self.node = evolve(self.memory(), terminating=True)

    def tick(self) -> tuple[Decision, ...]:
        """One pool update; nothing happens with provisioning disabled (R78)."""
        decisions, self.node = self.run(
            self.daemon.update_pool(self.config, self.memory(), self.now)
        )
        return decisions

    def reconcile(self) -> Reconciled:
        """One reconcile, if due."""
        outcome, self.node = self.run(self.daemon.reconcile(self.config, self.memory(), self.now))
        return outcome

    def crash(self) -> None:
        """The daemon is gone, with all it remembers; everything else stays."""
        self.node = None
        self.starting = False

    def await_trunk(self) -> None:
        """One look for a trunk ENI, as the loop of an IPv6 node begins (R70)."""
        self.node = self.run(self.daemon.await_trunk(self.config, self.memory(), self.now))

    @rule(
        "R69",
        "One loop, strictly in turn: 2.5 s, pool update, 2.5 s, reconcile if due; with "
        "provisioning disabled 2.5 s and reconcile only.",
        source="ipamd:784-793",
        kind=Kind.STEP,
    )
    def loop_pass(self) -> None:
        """One pass of the pool manager's loop: 5 s of its life.

        In IPv6 mode, where the loop ends, only the wait for a trunk ENI and time (R70).
        """
        if self.config.ipv6:
            self.await_trunk()
            self.advance(2 * timing.LOOP_SLEEP)
            return
        self.advance(timing.LOOP_SLEEP)
        if measure.provisions(self.config):
            self.tick()
            self.advance(timing.LOOP_SLEEP)
        self.reconcile()

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
