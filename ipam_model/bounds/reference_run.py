"""A node that is led step by step, in the reference model: time, cooldown and EC2 calls included.

The daemon's choices are made as the plan wants them, of those that are allowed at the moment. A
plan that hopes for more than this daemon does gets less: what counts is what is measured at the
end, in EC2's truth.
"""

from collections.abc import Sequence
from typing import Final, TypeVar

from ipam_model.arithmetic import INTS
from ipam_model.bounds.deadline import Deadline
from ipam_model.bounds.expectations import there
from ipam_model.bounds.runs import ANY, Way, present
from ipam_model.bounds.subject import Subject
from ipam_model.counting import decisions
from ipam_model.counting.decisions import Pool, Targets
from ipam_model.daemon import datastore
from ipam_model.daemon.init import Exited
from ipam_model.daemon.pods import Spot
from ipam_model.daemon.procedure import Choice, Procedure, Subsets
from ipam_model.nodes import NodeSetup
from ipam_model.quantities import Quantities
from ipam_model.quantities import quantities as measured
from ipam_model.rules import timing
from ipam_model.scenario.document import Scenario
from ipam_model.scenario.recording import Recorder
from ipam_model.state import Cidr, Eni, Pod, PodKey
from ipam_model.world import Runner, World

T = TypeVar("T")

WAIT: Final = timing.SHRINK_INTERVAL + timing.SECOND
"""So long that surplus may be released again."""
LONG_WAIT: Final = timing.MINIMUM_ENI_LIFE + timing.SECOND
"""So long that no ENI is too young to go, and nothing cools with the usual cooldown."""


class Led(Runner):
    """Takes the options that a plan wants."""

    def __init__(self, world: World, deadline: Deadline) -> None:
        super().__init__(world)
        self.deadline = deadline
        self.spot: tuple[str, bool] | None = None
        """The ENI of the next pod, and whether it is to be alone on its CIDR."""
        self.order: Sequence[str] = ()
        """ENIs that release, first to last."""

    def run(self, procedure: Procedure[T]) -> T:
        """Run a procedure to its end, unless time is up."""
        self.deadline.check()
        return super().run(procedure)

    def choose(self, choice: Choice) -> object:
        """What the plan wants, if it is allowed; else the first option."""
        if choice.rule == "R112" and self.spot is not None:
            spot = self._spot(choice)
            return spot if spot in choice.options else choice.options.first
        if choice.rule == "R190" and not isinstance(choice.options, Subsets):
            for eni in self.order:
                if eni in choice.options:
                    return eni
        if choice.rule == "R189":
            return tuple(choice.options)[-1]
        return choice.options.first

    def _spot(self, choice: Choice) -> Spot | None:
        wanted, alone = self.spot or ("", False)
        store = choice.node.store(0)
        eni = store.eni(wanted)
        if eni is None:
            return None
        levels = sorted(
            (cidr for cidr in eni.cidrs if cidr.is_prefix == store.prefix_mode),
            key=lambda cidr: cidr.assigned() if alone else -cidr.assigned(),
        )
        for cidr in levels:
            if alone and cidr.in_use():
                return None
            for address in datastore.assignable(cidr, self.now, self.config.cooldown):
                return Spot(eni, cidr, address)
        return None


class RecordedLed(Recorder, Led):
    """The same, written down."""


class ReferenceRun:
    """The way through the reference model; it begins with the daemon's start."""

    def __init__(
        self, subject: Subject, node: NodeSetup, deadline: Deadline, *, record: bool = False
    ) -> None:
        """Before the first start of the node's daemon.

        Raises:
            InputError: the subnet has no address for the primary ENI.
            OutOfTimeError: the deadline is over; so do all steps.
        """
        self.targets: Targets[int, bool] = subject.targets
        self.peak = subject.parameters.peak
        self._max_pods = subject.parameters.max_pods
        self._node = node
        self.runner: Led = (RecordedLed if record else Led)(node.world(), deadline)
        self.events = 1
        """Events of the scenario so far."""
        self.at_rest = False
        """The last thing that the plan did was to settle, and it came to an end."""
        self.cordon_at_descent = False
        """The node is cordoned when its pods begin to go."""
        self._names = 0
        self.alive = not isinstance(self.runner.start(), Exited)

    # -- what is there ---------------------------------------------------------------------------

    def _enis(self) -> Sequence[Eni]:
        node = self.runner.node
        return () if node is None else node.store(0).enis

    @property
    def enis(self) -> int:
        """ENIs that the daemon knows."""
        return len(self._enis())

    @property
    def pool(self) -> Pool[int]:
        """The sums of card 0."""
        node = self.runner.node
        if node is None:
            return Pool(0, 0, 0)
        ordinary, excluded = node.store(0).tallies()
        every = ordinary.plus(excluded)
        return Pool(every.cidrs(), every.all_pods(), every.unused())

    def held(self, eni: int) -> int:
        """CIDRs of an ENI."""
        return len(self._enis()[eni].cidrs)

    def used(self, eni: int) -> int:
        """Its CIDRs with pods."""
        return self.held(eni) - self._enis()[eni].tally().unused()

    def pods(self, eni: int) -> int:
        """Its pods."""
        return _pods(self._enis()[eni])

    @property
    def quantities(self) -> Quantities:
        """What is there now, reserved addresses in EC2's truth."""
        return measured(self.runner)

    # -- what happens ----------------------------------------------------------------------------

    def add(self, pods: int, eni: int = ANY, *, alone: bool = False) -> int:
        """Pods ask for their addresses, until one gets none."""
        if not self.alive:
            return 0
        pool = self.pool
        idle = pool.cidrs * self.targets.block - pool.assigned
        wanted = min(pods, self.peak - pool.assigned, idle)
        self.runner.spot = None if eni == ANY else (self._enis()[eni].id, alone)
        came = self._arrive(wanted)
        self.runner.spot = None
        return came

    def _arrive(self, pods: int) -> int:
        for came in range(pods):
            self._names += 1
            name = f"p{self._names}"
            self.events += 1
            if not self.runner.add_pod(Pod(PodKey(name), name)).success:
                return came
        return pods

    def delete(self, pods: int, eni: int) -> int:
        """Pods of an ENI go, those first that are few on their CIDR."""
        if not self.alive or pods <= 0:
            return 0
        cidrs = sorted(self._enis()[eni].cidrs, key=lambda cidr: cidr.assigned())
        return self._leave([key for cidr in cidrs for key in _pods_on(cidr)][:pods])

    def thin_out(self, pods: int, eni: int) -> int:
        """One pod at least stays on each CIDR."""
        if not self.alive or pods <= 0:
            return 0
        cidrs = sorted(self._enis()[eni].cidrs, key=lambda cidr: -cidr.assigned())
        return self._leave([key for cidr in cidrs for key in _pods_on(cidr)[1:]][:pods])

    def _leave(self, going: Sequence[PodKey]) -> int:
        for key in going:
            self.runner.delete_pod(key)
        self.events += len(going)
        return len(going)

    def rest(self) -> None:
        """The cooldown passes."""
        self._advance(self.runner.config.cooldown + timing.SECOND)

    def _advance(self, milliseconds: int) -> None:
        self.runner.advance(milliseconds)
        self.events += 1

    def _tick(self) -> bool:
        before = self._enis()
        self.runner.tick()
        self.events += 1
        return not _same_sizes(before, self._enis())

    def grow(self) -> bool:
        """A pool update, if it is too low."""
        low = self.alive and decisions.too_low(INTS, self.targets, self.pool, self._max_pods)
        return low and self._tick()

    def follow(self, way: Way) -> None:
        """Take the steps of a counting run; none is asked whether it makes sense.

        The growth that the daemon's start was is not made again.
        """
        grown = self.pool.cidrs
        for step in way if self.alive else ():
            if step > 0:
                self._arrive(step)
            elif grown > 0:
                grown += step
            else:
                self.runner.tick()
                self.events += 1

    def release(self, order: Sequence[int]) -> bool:
        """A pool update when surplus may go, if there is any."""
        if not self.alive or decisions.released(INTS, self.targets, self.pool) <= 0:
            return False
        last = self.runner.memory().last_decrease
        if last is not None and self.runner.now - last < WAIT:
            self._advance(WAIT)
        self._wish(order)
        return self._tick()

    def _wish(self, order: Sequence[int]) -> None:
        known = self._enis()
        self.runner.order = [known[eni].id for eni in present(order, len(known))]

    def settle(self, order: Sequence[int]) -> bool:
        """Pool updates after long waits, until two in a row change nothing."""
        if not self.alive:
            return True
        wait = max(LONG_WAIT, self.runner.config.cooldown + timing.SECOND)
        self._wish(order)
        still = 0
        self.at_rest = False
        for _ in range(4 * (self.targets.max_enis + 4)):
            self._advance(wait)
            still = 0 if self._tick() else still + 1
            if still == 2:
                self.at_rest = True
                break
        return self.at_rest

    def drains(self) -> None:
        """The node is cordoned, if it is to be."""
        if self.cordon_at_descent:
            self.runner.cordoned = True
            self.events += 1

    def scenario(self, title: str) -> Scenario:
        """The run as a document, with what it comes to; it must have been recorded."""
        assert isinstance(self.runner, RecordedLed), "the run was not recorded"
        self.runner.expect(there(self.runner))
        return self.runner.scenario(title=title, env=self._node.env)


def _same_sizes(before: Sequence[Eni], after: Sequence[Eni]) -> bool:
    """The same ENIs, each with as many CIDRs."""
    if len(before) != len(after):
        return False
    changed = [each for each in zip(before, after, strict=True) if each[0] is not each[1]]
    return all(old.id == new.id and len(old.cidrs) == len(new.cidrs) for old, new in changed)


def _pods(eni: Eni) -> int:
    return eni.tally().all_pods()


def _pods_on(cidr: Cidr) -> list[PodKey]:
    return [record.pod.key for record in cidr.records if record.pod is not None]
