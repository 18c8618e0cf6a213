"""A state machine: one rule for each kind of event, and every registered property as invariant.

    class TestNode(NodeMachine.TestCase):
        settings = settings(max_examples=300, stateful_step_count=50)

What a run starts from and what lives through it are class attributes; to test another model, set
`make_node`. To leave a kind of event out, set its rule to `None` in a subclass.
"""

import sys
from collections.abc import Callable
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.strategies import SearchStrategy

from ipam_model.requests import BranchAddress
from ipam_model.testing.coverage import COVERAGE
from ipam_model.testing.events import (
    Add,
    Advance,
    Arrive,
    BranchEni,
    Break,
    Choose,
    CleanLeaked,
    Cordon,
    Delete,
    During,
    EniConfig,
    Event,
    Fragment,
    Grant,
    Leave,
    Loop,
    Meanwhile,
    Mend,
    OthersAttach,
    OthersDetach,
    OthersGive,
    OthersTag,
    OthersTake,
    PodObjectGone,
    Reconcile,
    Restart,
    SubnetHas,
    SubnetRole,
    SwitchMode,
    Terminate,
    Tick,
    Vanish,
)
from ipam_model.testing.failures import require_no_violation
from ipam_model.testing.faults import faults
from ipam_model.testing.happenings import (
    FREE,
    annotations,
    indices,
    instants,
    numbers,
    outside_events,
    pods,
)
from ipam_model.testing.stories import beginnings
from ipam_model.testing.story import Beginning
from ipam_model.testing.watched_node import WatchedNode, unknown
from ipam_model.world import World

QUESTIONS = st.integers(0, 9)
"""At which question of the next procedure something happens."""


def _begun(machine: "NodeMachine") -> SearchStrategy[Beginning]:
    return type(machine).beginnings


class NodeMachine(RuleBasedStateMachine):
    """A node to which anything may happen, and which is left alone in the end."""

    beginnings: ClassVar[SearchStrategy[Beginning]] = beginnings()
    """Where runs start. EC2 enforces its limits or does not: see `beginnings`."""
    make_node: ClassVar[Callable[[World], WatchedNode]] = WatchedNode
    quiet_passes: ClassVar[int | None] = None
    """Passes of the loop until the node must have settled, and as many after that; 0 = none.

    By default as many as its config may take.
    """

    node: WatchedNode

    def happen(self, event: Event) -> None:
        """Let an event happen, unless it needs a daemon and none runs."""
        self.node.happen(event)

    # -- the beginning and the end ---------------------------------------------------------------

    @initialize(beginning=st.runner().flatmap(_begun))
    def start(self, beginning: Beginning) -> None:
        """The daemon starts for the first time."""
        self.node = type(self).make_node(beginning.world())
        self.node.start()

    @invariant()
    def no_property_is_violated(self) -> None:
        """Every registered property, at every step."""
        require_no_violation(self.node)

    def teardown(self) -> None:
        """A quiet period, and the properties that hold after one; not after a failure."""
        failing = sys.exc_info()[0] is not None
        if failing or not hasattr(self, "node"):
            return
        if self.quiet_passes != 0 and not unknown(self.node.violations):
            self.node.rest(self.quiet_passes)
        COVERAGE.judged(self.node.judge)
        require_no_violation(self.node)

    # -- pods ------------------------------------------------------------------------------------

    @rule(pod=pods())
    def pod_comes(self, pod: str) -> None:
        """ADD."""
        self.happen(Add(pod))

    @rule(pod=pods())
    def pod_comes_for_every_card(self, pod: str) -> None:
        """ADD of a pod that asks for an address on every card."""
        self.happen(Add(pod, multi=True))

    @rule(pod=pods())
    def pod_goes(self, pod: str) -> None:
        """DEL, of a pod that is known or not."""
        self.happen(Delete(pod))

    @rule(count=st.integers(1, 12))
    def pods_arrive(self, count: int) -> None:
        """Several new pods."""
        self.happen(Arrive(count))

    @rule(count=st.integers(1, 12))
    def pods_leave(self, count: int) -> None:
        """Several pods go."""
        self.happen(Leave(count))

    @rule(pod=pods(), annotation=annotations())
    def pod_wants_a_branch_eni(self, pod: str, annotation: BranchAddress) -> None:
        """The pod's object asks for a branch ENI."""
        self.happen(BranchEni(pod, annotation))

    @rule(pod=pods())
    def pod_object_goes(self, pod: str) -> None:
        """The pod's object is deleted."""
        self.happen(PodObjectGone(pod))

    # -- the daemon ------------------------------------------------------------------------------

    @rule()
    def tick(self) -> None:
        """One pool update."""
        self.happen(Tick())

    @rule()
    def reconcile(self) -> None:
        """One reconcile, if due."""
        self.happen(Reconcile())

    @rule(milliseconds=instants())
    def time_passes(self, milliseconds: int) -> None:
        """Time passes without the loop."""
        self.happen(Advance(milliseconds))

    @rule(passes=st.sampled_from([1, 2, 14]))
    def loop_runs(self, passes: int) -> None:
        """Passes of the pool manager's loop."""
        self.happen(Loop(passes))

    @rule()
    def daemon_restarts(self) -> None:
        """The daemon stops and starts again."""
        self.happen(Restart())

    @rule()
    def daemon_restarts_in_the_other_mode(self) -> None:
        """Prefix delegation is turned on, or off."""
        self.happen(SwitchMode())

    @rule(pods=st.integers(1, 3))
    def sandboxes_stop_while_it_is_down(self, pods: int) -> None:
        """The daemon stops, sandboxes with it, and it starts again; no DEL comes for them."""
        self.happen(Vanish(pods))

    @rule()
    def daemon_is_told_to_stop(self) -> None:
        """SIGTERM."""
        self.happen(Terminate())

    # -- faults of calls -------------------------------------------------------------------------

    @rule(fault=faults())
    def calls_fail(self, fault: Break) -> None:
        """The next calls of a name fail."""
        self.happen(fault)

    @rule()
    def calls_succeed_again(self) -> None:
        """No fault is armed any more."""
        self.happen(Mend())

    # -- Kubernetes and subnets ------------------------------------------------------------------

    @rule()
    def node_is_cordoned(self) -> None:
        """Cordon."""
        self.happen(Cordon(True))

    @rule()
    def node_is_uncordoned(self) -> None:
        """Uncordon."""
        self.happen(Cordon(False))

    @rule(subnet=st.none() | st.integers(0, 1))
    def eni_config_changes(self, subnet: int | None) -> None:
        """The node's ENIConfig names another subnet, or goes."""
        self.happen(EniConfig(subnet))

    @rule(free=st.sampled_from(FREE))
    def subnet_has(self, free: int) -> None:
        """Others take or return addresses."""
        self.happen(SubnetHas(free))

    @rule()
    def subnet_is_fragmented(self) -> None:
        """Others take an address of every free block."""
        self.happen(Fragment())

    @rule()
    def subnet_is_excluded(self) -> None:
        """The role tag of the primary's subnet says so."""
        self.happen(SubnetRole("0"))

    @rule()
    def subnet_is_not_excluded(self) -> None:
        """The role tag of the primary's subnet goes."""
        self.happen(SubnetRole(""))

    # -- others on the instance ------------------------------------------------------------------

    @rule(no_manage=st.booleans(), trunk=st.booleans(), card=st.integers(0, 2))
    def others_attach(self, no_manage: bool, trunk: bool, card: int) -> None:
        """Somebody attaches an ENI."""
        self.happen(OthersAttach(no_manage, trunk, card))

    @rule(which=indices())
    def others_detach(self, which: int) -> None:
        """Somebody detaches an ENI."""
        self.happen(OthersDetach(which))

    @rule(which=indices())
    def others_take(self, which: int) -> None:
        """Somebody takes an address or prefix off an ENI."""
        self.happen(OthersTake(which))

    @rule(which=indices(), prefix=st.booleans())
    def others_give(self, which: int, prefix: bool) -> None:
        """Somebody assigns an address or prefix to an ENI."""
        self.happen(OthersGive(which, prefix))

    @rule(which=indices(), no_manage=st.booleans(), other_instance=st.booleans())
    def others_tag(self, which: int, no_manage: bool, other_instance: bool) -> None:
        """Somebody sets an ENI's tags."""
        self.happen(OthersTag(which, no_manage, other_instance))

    @rule()
    def leaked_enis_are_cleaned(self) -> None:
        """The job that deletes leaked ENIs runs once."""
        self.happen(CleanLeaked())

    # -- what the model leaves open --------------------------------------------------------------

    @rule(options=numbers())
    def daemon_will_choose(self, options: tuple[int, ...]) -> None:
        """The daemon's next choices; the first option otherwise."""
        self.happen(Choose(options))

    @rule(choices=numbers())
    def ec2_will_choose(self, choices: tuple[int, ...]) -> None:
        """EC2's next choices, what a lagging IMDS lists included; the next free one otherwise."""
        self.happen(Grant(choices))

    @rule(question=QUESTIONS, pod=pods())
    def pod_will_come_during_a_question(self, question: int, pod: str) -> None:
        """ADD while the next procedure waits for an answer."""
        self.happen(During(question, Add(pod)))

    @rule(question=QUESTIONS, pod=pods())
    def pod_will_go_during_a_question(self, question: int, pod: str) -> None:
        """DEL while the next procedure waits for an answer."""
        self.happen(During(question, Delete(pod)))

    @rule(question=QUESTIONS, event=outside_events())
    def surroundings_will_change_during_a_question(self, question: int, event: Meanwhile) -> None:
        """What surrounds the daemon changes while the next procedure waits for an answer."""
        self.happen(During(question, event))
