"""A node of the reference model that is led to rest, and then gets a burst of pods.

What it does can be recorded, and is a scenario then. Calls take their time after the event that
made them: a scenario cannot let time pass inside one. Pods that were refused ask again as soon
as a tick is over; the first refusal stands for all.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from ipam_model.arithmetic import INTS
from ipam_model.bounds.answer import Level, Question, Witness
from ipam_model.bounds.deadline import UNLIMITED, Deadline
from ipam_model.bounds.expectations import there
from ipam_model.daemon import measure
from ipam_model.daemon.init import Exited
from ipam_model.daemon.procedure import Call, Choice, Procedure
from ipam_model.errors import InputError
from ipam_model.nodes import NodeSetup
from ipam_model.quantities import reaches_ec2
from ipam_model.rules import timing
from ipam_model.scenario.recording import Recorder
from ipam_model.simulation.latencies import NONE, Latencies
from ipam_model.simulation.quiet import long_enough
from ipam_model.state import Pod, PodKey, Store, totals
from ipam_model.world import Runner, World

T = TypeVar("T")

PASSES: Final = 200
"""Passes of the loop, and one more for each CIDR there is room for, after which a node is said not
to come to rest."""


CROWD: Final = 1_000
"""Pods that come at once before anybody looks at the clock."""


class PacedNode(Runner):
    """A node whose calls are counted and timed, and whose daemon prefers certain ENIs."""

    def __init__(
        self, world: World, latencies: Latencies = NONE, deadline: Deadline = UNLIMITED
    ) -> None:
        super().__init__(world)
        self._deadline = deadline
        self.latencies = latencies
        self.calls: Counter[str] = Counter()
        """Requests to EC2 by name."""
        self.preferred: Sequence[str] = ()
        """ENIs that are extended, and give CIDRs back, before the others."""
        self.waiting: list[PodKey] = []
        """Pods without an address."""
        self.running: list[PodKey] = []
        """Pods with one, the oldest first."""
        self.events = 0
        """Events so far, as a scenario has them."""
        self._owed = 0
        self._named = 0

    # -- choices and calls -----------------------------------------------------------------------

    def choose(self, choice: Choice) -> object:
        """The preferred ENI, where one can be chosen."""
        if choice.rule in ("R188", "R190"):
            for eni in self.preferred:
                if eni in choice.options:
                    return eni
        return choice.options.first

    def answer(self, ask: Call) -> object:
        """EC2 acts at once; the time it takes is owed."""
        if reaches_ec2(ask.request):
            self.calls[type(ask.request).__name__] += 1
        self._owed += self.latencies.of(ask.request)
        return super().answer(ask)

    def run(self, procedure: Procedure[T]) -> T:
        """Run a procedure to its end; each is an event. `OutOfTimeError`: there is no time."""
        self._deadline.check()
        self.events += 1
        return super().run(procedure)

    def advance(self, milliseconds: int) -> None:
        """Let time pass, which is an event too."""
        self.events += 1
        super().advance(milliseconds)

    def write_down(self) -> None:
        """Have a replay find again what there is now; for runs that are recorded."""

    def spend(self) -> None:
        """Let the time pass that is owed."""
        owed, self._owed = self._owed, 0
        if owed:
            self.advance(owed)

    # -- pods ------------------------------------------------------------------------------------

    def come(self, number: int) -> None:
        """So many pods come, and ask."""
        for _ in range(number):
            self._named += 1
            if self._named % CROWD == 0:
                self._deadline.check()
            self.waiting.append(PodKey(f"p{self._named}"))
        self.ask()

    def ask(self) -> int:
        """Waiting pods ask in turn until one is refused; how many were served."""
        served = 0
        for key in self.waiting:
            granted = self.add_pod(Pod(key, name=key.container)).success
            self.spend()
            if not granted:
                break
            served += 1
        self.running += self.waiting[:served]
        del self.waiting[:served]
        return served

    def go(self, key: PodKey) -> None:
        """A pod with an address goes."""
        self.running.remove(key)
        self.delete_pod(key)
        self.spend()

    def pod_on(self, eni_id: str) -> PodKey | None:
        """The oldest pod on an ENI."""
        eni = self.store.eni(eni_id)
        there = (
            {record.pod.key for cidr in eni.cidrs for record in cidr.records if record.pod}
            if eni is not None
            else set()
        )
        return next((key for key in self.running if key in there), None)

    # -- the daemon ------------------------------------------------------------------------------

    @property
    def store(self) -> Store:
        """The store of card 0."""
        return self.memory().store(0)

    @property
    def surplus(self) -> int:
        """CIDRs over, of the warm IP targets."""
        return measure.balance(self.config, 0, totals(self.store)).over

    def held(self) -> dict[str, int]:
        """CIDRs by ENI."""
        return {eni.id: len(eni.cidrs) for eni in self.store.enis}

    def settle(self) -> bool:
        """Passes of the loop until nothing happens any more; whether it came to that."""
        quiet = 0
        for _ in range(PASSES + self.config.max_enis * self.config.slots):
            before = self.calls.total()
            self.loop_pass()
            self.spend()
            if self.ask() or self.calls.total() > before:
                quiet = 0
                continue
            quiet += 1
            if quiet == 1:
                # Everything that depends on a clock becomes possible.
                self.advance(long_enough(self.config))
            elif quiet == 3:
                return True
        return False


class RecordedNode(Recorder, PacedNode):
    """The same, writing down what it does."""

    def write_down(self) -> None:
        """Expect what there is now of the last event."""
        self.expect(there(self, ec2_calls=self.calls.total()))


def started(
    setup: NodeSetup,
    latencies: Latencies = NONE,
    deadline: Deadline = UNLIMITED,
    *,
    record: bool = False,
) -> PacedNode:
    """A node whose daemon runs.

    Raises:
        InputError: it does not start.
        OutOfTimeError: the deadline is over; so does all that it is made to do.
    """
    node = (RecordedNode if record else PacedNode)(setup.world(), latencies, deadline)
    outcome = node.start()
    node.spend()
    if isinstance(outcome, Exited):
        raise InputError(f"{setup.name}: the daemon does not start: {outcome.reason.code}")
    return node


def witness(node: PacedNode, question: Question, value: int) -> Witness:
    """What the node did, as the witness of a value that was measured on it."""
    scenario = None
    if isinstance(node, RecordedNode):
        node.write_down()
        title = f"{question.quantity} of {question.node.name}: {value}"
        scenario = node.scenario(title=title, source="ipam-model bound", env=question.node.env)
    return Witness(value=value, level=Level.REFERENCE, steps=node.events, scenario=scenario)


def come_to_rest(node: PacedNode, pods: int) -> bool:
    """Let the node rest with so many pods, come all at once; whether it did."""
    node.come(pods)
    return node.settle() and not node.waiting


def wear(node: PacedNode, pods: int, most: int) -> None:
    """Let `most` pods come, and go again but for so many; the newest ENIs give back first.

    Who never had an address goes, too.
    """
    come_to_rest(node, most)
    node.waiting.clear()
    node.preferred = [eni.id for eni in node.store.enis][::-1]
    while len(node.running) > pods:
        node.go(node.running[-1])
    node.settle()
    node.preferred = ()


def arrange(node: PacedNode, shape: Sequence[int], *, pods: int, peak: int, warm: int) -> bool:
    """Let the node rest with so many pods and these CIDRs per ENI, under WARM_IP_TARGET = `warm`.

    In secondary-address mode, from a daemon that has just been started. It grows until there are as
    many ENIs; then pods go, ENI by ENI, and each release takes from the one that holds too much;
    then pods come and go one by one, and what grows is not what gives back. The ENIs become
    `preferred` in the order of `shape`. Whether it was possible.
    """
    most = max(pods, (len(shape) - 1) * node.config.slots + 1 - warm)
    if most > peak or not come_to_rest(node, most):
        return False
    held = node.held()
    if len(held) != len(shape):
        return False
    goals = _goals(node, shape)
    for eni, goal in goals.items():
        _lower(node, eni, goal, pods)
    while len(node.running) > pods:
        node.go(node.running[0])
    if not (node.settle() and _shuffle(node, goals, peak) and node.settle()):
        return False
    node.preferred = _in_order(goals, shape)
    return node.held() == goals


def _goals(node: PacedNode, shape: Sequence[int]) -> dict[str, int]:
    """CIDRs by ENI; only the primary one may have none."""
    held = node.held()
    first = next(eni.id for eni in node.store.enis if eni.primary)
    primary = min(shape) if min(shape) == 0 else max(shape)
    rest = sorted(shape)
    rest.remove(primary)
    others = sorted((each for each in held if each != first), key=lambda each: held[each])
    return {first: primary, **dict(zip(others, rest, strict=True))}


def _in_order(goals: Mapping[str, int], shape: Sequence[int]) -> list[str]:
    left = dict(goals)
    order = []
    for cidrs in shape:
        chosen = next(eni for eni, held in left.items() if held == cidrs)
        del left[chosen]
        order.append(chosen)
    return order


def _lower(node: PacedNode, eni: str, goal: int, pods: int) -> None:
    """Have an ENI give back what it holds beyond `goal`, as far as pods may go for it."""
    while (excess := node.held().get(eni, 0) - goal) > 0:
        while node.surplus < excess and len(node.running) > pods:
            node.go(node.pod_on(eni) or node.running[0])
        if not _release_from(node, eni):
            return


def _release_from(node: PacedNode, eni: str) -> bool:
    """Have the surplus released by an ENI; whether it gave something."""
    before = node.held().get(eni, 0)
    node.preferred = (eni,)
    node.advance(timing.SHRINK_INTERVAL + timing.SECOND)
    node.tick()
    node.spend()
    return node.held().get(eni, 0) < before


def _shuffle(node: PacedNode, goals: Mapping[str, int], peak: int) -> bool:
    """Move CIDRs from ENI to ENI, one at a time; whether all hold what they should."""
    pods = len(node.running)
    for _ in range(len(goals) * node.config.slots):
        held = node.held()
        donor = next((eni for eni, goal in goals.items() if held.get(eni, 0) > goal), None)
        taker = next((eni for eni, goal in goals.items() if held.get(eni, 0) < goal), None)
        if donor is None or taker is None:
            break
        least = pods if pods < peak else pods - 1
        _extend(node, taker, peak)
        while len(node.running) > max(least, 0):
            node.go(node.pod_on(donor) or node.running[0])
        if not _release_from(node, donor):
            return False
        _extend(node, taker, pods)
    return node.held() == goals


def _extend(node: PacedNode, eni: str, pods: int) -> None:
    """Pods come, one by one and no more than so many in all, until the ENI grows."""
    node.preferred = (eni,)
    before = node.held().get(eni, 0)
    while len(node.running) < pods and node.held().get(eni, 0) == before:
        node.come(1)
        node.tick()
        node.spend()
        node.ask()


class Served:
    """What came of a burst."""

    def __init__(self, node: PacedNode, coming: int) -> None:
        """Let so many pods come to a node at rest, right after a tick, and wait for what follows.

        They ask again after each tick, until all are served or a tick finds nothing to do.
        """
        node.loop_pass()
        node.spend()
        # Idle passes go by; the next reconcile is due.
        node.advance(timing.RECONCILE_INTERVAL + timing.LOOP_SLEEP)
        node.tick()
        node.spend()
        node.write_down()
        self._node = node
        self._before = Counter(node.calls)
        began = node.now
        self.ticks = 0
        node.come(coming)
        idle = 0
        patience = INTS.ceil_div(timing.INSUFFICIENT_BACKOFF, 2 * timing.LOOP_SLEEP) + 2
        while node.waiting and idle < patience:
            node.advance(timing.LOOP_SLEEP)
            node.reconcile()
            node.spend()
            node.advance(timing.LOOP_SLEEP)
            before = node.held()
            decisions = node.tick()
            node.spend()
            self.ticks += 1
            # Calls alone are no growth: where the subnet is empty they fail again and again.
            grew = node.ask() or node.held() != before
            content = not any(decision.low for decision in decisions)
            idle = 0 if grew else patience if content else idle + 1
        self.waiting = len(node.waiting)
        """Pods that the node left without an address."""
        self.milliseconds = node.now - began
        """From the arrival of the burst to the last pod's address."""

    def rest(self) -> bool:
        """Let the pool come to rest; whether it did."""
        return self._node.settle()

    @property
    def calls(self) -> Mapping[str, int]:
        """Requests to EC2 since the burst came, by name."""
        return dict(sorted((self._node.calls - self._before).items()))
