"""Plans of daemons for tests, and subjects that are the model but for one thing."""

from collections.abc import Callable
from typing import Any

from attrs import evolve
from hypothesis.strategies import SearchStrategy

from ipam_model.conformance.observation import Observation, Precision
from ipam_model.conformance.plan import DaemonPlan
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.subject import Calls, Reply
from ipam_model.scenario.document import (
    Ec2Part,
    Event,
    Limits,
    LoopPass,
    NodePart,
    PodsAdd,
    PodsDel,
    Reconcile,
    Start,
    SubnetPart,
)
from ipam_model.settings import shipped_defaults
from ipam_model.testing.scenarios import written_down
from ipam_model.testing.stories import wide_stories
from ipam_model.testing.story import Story

MANNERS = [(precision, calls) for precision in Precision for calls in Calls]
"""How a daemon may be seen."""


def node_plan(
    *events: Event,
    env: dict[str, str] | None = None,
    **node: Any,  # noqa: ANN401 - what a NodePart has
) -> DaemonPlan:
    """A small node: two ENIs of four addresses, one of them the ENI's own."""
    return DaemonPlan(
        node=evolve(
            NodePart(
                limits=Limits(max_enis=2, ipv4_per_eni=4), env=shipped_defaults() | (env or {})
            ),
            **node,
        ),
        ec2=Ec2Part(subnets=(SubnetPart(id="subnet-1", free=500),)),
        events=events,
    )


FOR_THREE = {"WARM_IP_TARGET": "2", "MINIMUM_IP_TARGET": "3"}
BUSY = (
    Start(),
    PodsAdd(count=3),
    LoopPass(times=2),
    PodsAdd(count=2, first=4),
    LoopPass(times=30),
    PodsDel(count=4),
    LoopPass(times=30),
    PodsAdd(count=2, first=6),
    Start(),
    Reconcile(),
    LoopPass(times=20),
)
"""A node fills up, empties, and its daemon starts again."""


def busy_plan(env: dict[str, str] | None = None, **node: Any) -> DaemonPlan:  # noqa: ANN401 - the same
    """A node's life."""
    return node_plan(*BUSY, env=FOR_THREE if env is None else env, **node)


def plans(stories: SearchStrategy[Story] | None = None) -> SearchStrategy[DaemonPlan]:
    """What `wide_stories` tell, without what happens inside calls and without any choice."""
    return (wide_stories() if stories is None else stories).map(_plan)


def _plan(story: Story) -> DaemonPlan:
    scenario = written_down(evolve(story, choices=()))
    return DaemonPlan(
        node=scenario.node,
        ec2=scenario.ec2,
        events=tuple(evolve(event, calls=()) for event in scenario.events),
    )


class Perturbed(ReferenceDaemon):
    """The model, but for what it says of one step."""

    def __init__(
        self,
        *,
        reply: Callable[[Event, Reply], object] = lambda _, reply: reply,
        seen: Callable[[Observation], object] = lambda seen: seen,
        precision: Precision = Precision.EXACT,
        calls: Calls = Calls.CHANGES,
    ) -> None:
        super().__init__(precision, calls)
        self._reply = reply
        self._seen = seen

    def apply(self, event: Event) -> Reply:
        """What the model says, changed."""
        return self._reply(event, super().apply(event))  # type: ignore[return-value]  # or nonsense

    def observe(self) -> Observation:
        """What is there, changed."""
        return self._seen(super().observe())  # type: ignore[return-value]  # or nonsense
