"""How long a burst of pods waits for addresses, and how many pods wait for ever."""

from typing import Final

from attrs import frozen

from ipam_model.arithmetic import INTS
from ipam_model.bounds.answer import MILLISECONDS, Bound, Question, Witness, answer
from ipam_model.bounds.burst import (
    Burst,
    at_rest,
    bare_enis,
    longest,
    most_waiting,
    step_size,
    why_restless,
)
from ipam_model.bounds.deadline import Deadline
from ipam_model.bounds.growth_steps import Growth
from ipam_model.bounds.pace_question import (
    PaceQuestion,
    assumptions,
    burst_of,
    outside,
    paced,
    proof_by_growth,
)
from ipam_model.bounds.paced_node import (
    PacedNode,
    Served,
    arrange,
    come_to_rest,
    started,
    wear,
    witness,
)
from ipam_model.bounds.registry import Quantity
from ipam_model.config import Config
from ipam_model.counting.decisions import warm_ip_governs
from ipam_model.errors import InputError
from ipam_model.inspection.counted import counted
from ipam_model.requests import WaitForENI
from ipam_model.rules import timing
from ipam_model.simulation.latencies import Latencies

TICK: Final = 2 * timing.LOOP_SLEEP
"""Milliseconds from tick to tick, the daemon waiting for nothing."""


# -- the upper side ------------------------------------------------------------------------------


@frozen(kw_only=True)
class TickTimes:
    """Milliseconds that ticks take under given latencies, from the end of the one before."""

    extension: int
    attachment: int
    first: int
    """The reconcile before the first one, which may be due."""
    pod: int
    """Serving a pod."""
    freeing: int
    """Freeing the ENIs without CIDRs that may go meanwhile."""

    def of(self, growth: Growth) -> int:
        """All ticks of a growth; 0 if there are none."""
        if not growth.steps:
            return 0
        ticks = growth.extensions * self.extension + growth.attachments * self.attachment
        return self.first + ticks + self.freeing


def tick_times(config: Config, burst: Burst, latencies: Latencies) -> TickTimes:
    """What ticks of growth take at most."""
    targets, bare = burst.targets, bare_enis(burst)

    def of(*calls: str) -> int:
        return sum(latencies.by_call.get(call, 0) for call in calls)

    cordon = 0 if config.settings.manage_enis_non_schedulable else of("NodeCordoned")
    # A tick looks whether an ENI may go under a warm IP target, and in prefix mode wherever an ENI
    # is without pods, as a new one is (R133).
    governs = warm_ip_governs(INTS, targets)
    looks_after_extending = cordon if governs or bare else 0
    looks_after_attaching = cordon if governs or targets.prefix_mode else 0
    excluded = of("IsSubnetExcluded") if config.settings.subnet_discovery else 0
    shown = latencies.of(WaitForENI("", 1, targets.prefix_mode))
    extension = cordon + of("AssignPrivateIpAddresses") + looks_after_extending
    attachment = cordon + of("AllocENI", "FindRouteTable", "SetupENINetwork")
    attachment += excluded + shown + looks_after_attaching
    reconcile = of("GetAttachedENIs")
    again = reconcile + targets.max_enis * of("GetAddressesFromEC2")
    pod = of("WriteCheckpoint")
    # Another reconcile may be due once a tick, and serving pods after it, took so long.
    serving = (burst.wanted - burst.pods) * pod
    slow = timing.RECONCILE_INTERVAL - timing.LOOP_SLEEP - serving
    return TickTimes(
        extension=TICK + extension + (again if extension >= slow else 0),
        attachment=TICK + attachment + (again if attachment >= slow else 0),
        first=reconcile,
        pod=pod,
        freeing=bare * of("FreeENI"),
    )


def slowest(burst: Burst) -> Growth | None:
    """The growth that takes the most ticks until all are served; `None`: none serves all."""
    if most_waiting(burst):
        return None
    return longest(burst, enough(burst), lambda growth: growth.steps)


def enough(burst: Burst) -> int:
    """CIDRs that hold all pods of the burst that the node can hold."""
    return INTS.ceil_div(burst.wanted, burst.targets.block)


# -- the lower side ------------------------------------------------------------------------------


def at_rest_before(
    question: PaceQuestion, burst: Burst, growth: Growth | None, *, worn: bool = False
) -> PacedNode | None:
    """A node at rest before the burst, its CIDRs as the growth begins if it can be brought there.

    `worn`: as many pods as will be there have been there before, if the peak allows it, so that EC2
    hands out again what was released. `None`: it does not come to rest by itself, or no witness is
    wanted.

    Raises:
        OutOfTimeError: the question's time for runs is over; so does all that the node is made to
            do.
    """
    if question.replay_seconds == 0:
        return None
    setup, targets, deadline = question.node, burst.targets, Deadline(question.replay_seconds)
    if growth is not None and len(growth.shape) > 1 and not targets.prefix_mode:
        warm = targets.warm_ip
        if warm_ip_governs(INTS, targets) and step_size(targets) > 1:
            node = started(setup, question.latencies, deadline, record=question.record)
            if arrange(node, growth.shape, pods=burst.pods, peak=burst.peak, warm=warm):
                return node
    node = started(setup, question.latencies, deadline, record=question.record)
    if worn and burst.pods < burst.wanted <= burst.peak:
        wear(node, burst.pods, burst.wanted)
    elif not come_to_rest(node, burst.pods):
        return None
    return node if node.settle() and not node.waiting else None


@frozen(kw_only=True)
class Replay:
    """A burst that was run in the reference model."""

    node: PacedNode
    served: Served
    question: PaceQuestion

    def witness(self, value: int) -> Witness:
        """The run so far as the witness of a value that was measured in it."""
        return witness(self.node, self.question, value)


def replay(
    question: PaceQuestion, burst: Burst, growth: Growth | None, *, worn: bool = False
) -> Replay | None:
    """The burst on a node that begins to grow as given; `None`: it does not rest before."""
    node = at_rest_before(question, burst, growth, worn=worn)
    if node is None:
        return None
    return Replay(node=node, served=Served(node, burst.wanted - burst.pods), question=question)


# -- the quantities ------------------------------------------------------------------------------


def ticks_to_serve(question: Question) -> Bound:
    """Ticks until every pod of a burst has an address."""
    asked = paced(question)
    burst = burst_of(asked)
    known = not outside(asked)
    growth = slowest(burst) if known else None
    run = replay(asked, burst, growth)
    if _ends_never(run, growth, known=known):
        return _never(asked, burst, run, known=known, unit="ticks")
    claim = (
        "each step gains what WARM_IP_TARGET, a whole ENI or the warm prefixes are, or fills its "
        "ENI; the rooms of the ENIs bound how many do the latter"
    )
    return answer(
        question,
        unit="ticks",
        proof=proof_by_growth(burst.targets, claim) if growth is not None else None,
        upper=None if growth is None else growth.steps,
        witness=None if run is None else run.witness(run.served.ticks),
        assumptions=assumptions(asked, burst),
    )


def time_to_serve(question: Question) -> Bound:
    """Milliseconds until every pod of a burst has an address, under the latencies given."""
    asked = paced(question, timed=True)
    burst = burst_of(asked)
    latencies = asked.latencies
    if latencies.outlasts_the_wait(WaitForENI("", 1, prefixes=False)):
        raise InputError(
            "with that latency of WaitForENI the daemon gives up every new ENI (R109); it must be "
            f"at most {latencies.of(WaitForENI('', 1, prefixes=False)) / timing.SECOND:g} s"
        )
    times = tick_times(asked.node.config, burst, latencies)
    known = not outside(asked)
    growth = None
    if known and not most_waiting(burst):
        growth = longest(burst, enough(burst), times.of)
    run = replay(asked, burst, growth)
    if _ends_never(run, growth, known=known):
        return _never(asked, burst, run, known=known, unit=MILLISECONDS)
    claim = "the ticks of `ticks-to-serve`, 5 s each, and the latencies of the calls they make"
    upper = None
    if growth is not None:
        upper = times.of(growth) + (burst.wanted - burst.pods) * times.pod
    return answer(
        question,
        unit=MILLISECONDS,
        proof=proof_by_growth(burst.targets, claim) if growth is not None else None,
        upper=upper,
        witness=None if run is None else run.witness(run.served.milliseconds),
        assumptions=(*assumptions(asked, burst), *_stated(latencies)),
        parts={} if growth is None else {"ticks": growth.steps},
    )


def _stated(latencies: Latencies) -> tuple[str, ...]:
    stated = ", ".join(f"{call} {value:g} s" for call, value in latencies.seconds().items())
    return (f"latencies: {stated or 'none'}",)


def _ends_never(run: Replay | None, growth: Growth | None, *, known: bool) -> bool:
    """Some pods may wait for ever."""
    return (run is not None and run.served.waiting > 0) or (known and growth is None)


def _never(
    asked: PaceQuestion, burst: Burst, run: Replay | None, *, known: bool, unit: str
) -> Bound:
    waiting = 0 if run is None else run.served.waiting
    get = "gets" if waiting == 1 else "get"
    never = f"{counted(waiting, 'pod')} never {get} an address (bound unserved)"
    if not waiting and known and at_rest(burst) is None:
        never = f"the node never rests: {why_restless(burst.targets, burst.pods)}"
    elif not waiting:
        never = "whether all pods are served in every case is open (bound unserved)"
    return answer(
        asked,
        unit=unit,
        proof=None,
        upper=None,
        witness=None,
        assumptions=(never, *assumptions(asked, burst)),
        parts={"unserved": waiting},
    )


def unserved(question: Question) -> Bound:
    """Pods of a burst that never get an address although the node could hold them."""
    asked = paced(question)
    burst = burst_of(asked)
    known = not outside(asked)
    run = replay(asked, burst, None)
    claim = (
        "growth goes on while a pod waits, unless MINIMUM_IP_TARGET alone is met (R110) or max "
        "pods addresses are owned (R79)"
    )
    return answer(
        question,
        unit="pods",
        proof=proof_by_growth(burst.targets, claim) if known else None,
        upper=most_waiting(burst) if known else None,
        witness=None if run is None else run.witness(run.served.waiting),
        unwitnessed=f"the node never rests: {why_restless(burst.targets, burst.pods)}"
        if known and at_rest(burst) is None
        else "",
        assumptions=assumptions(asked, burst),
    )


QUANTITIES: Final = (
    Quantity(
        name="ticks-to-serve",
        unit="ticks",
        meaning="of the pool manager until every pod of a burst has an address",
        answer=ticks_to_serve,
        with_pods_now=True,
    ),
    Quantity(
        name="time-to-serve",
        unit=MILLISECONDS,
        meaning="until then, under stated latencies",
        answer=time_to_serve,
        with_pods_now=True,
    ),
    Quantity(
        name="unserved",
        unit="pods",
        meaning="of a burst that never get an address although the node could hold them",
        answer=unserved,
        with_pods_now=True,
    ),
)
