"""The judge of the conformance kit, with the model as the subject: what judging an event costs."""

from collections.abc import Iterator
from statistics import median
from typing import Final

from benchmarks import workload
from benchmarks.measuring import Outcome, Result, references, timed
from ipam_model.conformance.plan import DaemonPlan
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.running import run_daemon
from ipam_model.conformance.verdict import Result as Ending
from ipam_model.conformance.verdict import Verdict
from ipam_model.errors import ModelError
from ipam_model.scenario.document import (
    Advance,
    Ec2Part,
    Event,
    Limits,
    LoopPass,
    NodePart,
    PodAdd,
    PodDel,
    Reconcile,
    Start,
    SubnetPart,
    Tick,
)

LOAD: Final = "mixed"
SHARE: Final = 10
"""The judge gets one in so many of the events that the plain workloads get."""


class Judging:
    """A plan carried out again and again."""

    def __init__(self, plan: DaemonPlan) -> None:
        self._plan = plan
        self.verdict: Verdict | None = None

    def prepare(self) -> None:
        """Forget the last verdict."""
        self.verdict = None

    def run(self) -> None:
        """A fresh subject, judged to the end."""
        self.verdict = run_daemon(ReferenceDaemon(), self._plan)

    def check(self) -> None:
        """It conforms."""
        if self.verdict is None or self.verdict.result is not Ending.CONFORMS:
            raise ModelError("the model does not conform to itself")


def judging(events: int, runs: int) -> Outcome:
    """The events of a plain workload, from the daemon's first start on."""
    load = next(each for each in workload.LOADS if each.name == LOAD)
    script = workload.write_script(load, max(events // SHARE, 1))
    plain = timed(workload.Replay(script), runs)
    judged = timed(Judging(_plan(script)), runs)
    ratios = [one.cpu / other.cpu for one, other in zip(judged, plain, strict=True)]
    return Result(
        name="conform",
        unit="events/s",
        amount=len(script.steps),
        runs=judged,
        references=references("conform"),
        facts={"times the processor time of the plain run": round(median(ratios), 1)},
    )


def _plan(script: workload.Script) -> DaemonPlan:
    enis, addresses = workload.LIMITS
    subnet = SubnetPart(id="subnet-1", free=workload.SUBNET_FREE, reissue=True)
    return DaemonPlan(
        node=NodePart(
            limits=Limits(max_enis=enis, ipv4_per_eni=addresses),
            env=script.load.env,
            max_pods=workload.MAX_PODS,
        ),
        ec2=Ec2Part(subnets=(subnet,)),
        events=(*_warm(), *_events(script)),
    )


def _warm() -> Iterator[Event]:
    yield Start()
    for number in range(workload.PODS_AT_FIRST):
        yield PodAdd(pod=f"first{number}")
        yield LoopPass()
    yield LoopPass(times=workload.SETTLING_PASSES)


def _events(script: workload.Script) -> Iterator[Event]:
    for op, pod in script.steps:
        yield Advance(ms=script.load.pause)
        match op:
            case workload.Op.ADD:
                yield PodAdd(pod=pod.key.container)
            case workload.Op.DELETE:
                yield PodDel(pod=pod.key.container)
            case workload.Op.TICK:
                yield Tick()
            case workload.Op.RECONCILE:
                yield Reconcile()
