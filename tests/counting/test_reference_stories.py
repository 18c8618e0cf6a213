"""Whatever happens to a node, its counts change by steps of the counting model (joint 2)."""

import re
from collections import Counter
from collections.abc import Mapping

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, note, settings, target
from hypothesis import strategies as st

from ipam_model.config import ALL_QUIRKS, Quirk
from ipam_model.counting.abstraction import counted, counting_model_of, explain, obstacles
from ipam_model.counting.model import Kind
from ipam_model.errors import ModelError
from ipam_model.properties.evidence import Step
from ipam_model.properties.watching import Watched
from ipam_model.testing.events import (
    Advance,
    Arrive,
    Break,
    Event,
    Leave,
    OthersDetach,
    Reconcile,
    SubnetHas,
    Tick,
)
from ipam_model.testing.happenings import event_lists
from ipam_model.testing.nodes import configs
from ipam_model.testing.stories import stories
from ipam_model.testing.story import Story
from ipam_model.testing.telling import Teller, tell
from tests.rules.scenes import make_config

pytestmark = pytest.mark.unmeasured


class UnexplainedError(AssertionError):
    """The counts changed in a way that the counting model does not know."""


class Counted(Watched, Teller):
    """Compares every step with the counting model, unless something stands in the way."""

    def __init__(self, story: Story, *, over_obstacles: bool = False) -> None:
        super().__init__(story.world(), story.choices)
        self.over_obstacles = over_obstacles
        self.steps: Counter[Kind] = Counter()
        self.obstacles: Counter[str] = Counter()
        self.compared = 0

    def on_step(self, step: Step) -> None:
        if step.kind == "outside":  # what others do is no event of the daemon
            return
        found = obstacles(step.before)
        self.obstacles.update(found)
        if step.after.node is None or (found and not self.over_obstacles):
            return
        model = counting_model_of(step.before)
        before, after = counted(step.before), counted(step.after)
        way = explain(model, step.kind, before, after)
        if way is None:
            raise UnexplainedError(f"{step.kind}: {before} became {after}; {found}")
        if not found:
            assert step.after.ec2.reserved() == model.reserved(after)
        assert explain(evolve(model, max_pods=None), step.kind, before, after) is not None
        self.compared += 1
        self.steps.update(each.kind for each in way)


def undisturbed() -> st.SearchStrategy[Story]:
    """No faults, no outsiders, no exclusion; restarts, cordons, any settings of card 0."""
    return stories(
        config=configs(special=False, quirks=(ALL_QUIRKS, ALL_QUIRKS - {Quirk.COOLING_RELEASED})),
        events=event_lists(broken=False, others=False),
        excluded=(False,),
    )


SOME = settings(max_examples=settings().max_examples // 2)
"""A story is long: half of the profile's number; `HYPOTHESIS_PROFILE=nightly` runs a thousand."""


@SOME
@given(story=undisturbed())
def test_every_step_of_an_undisturbed_node_is_explained(story: Story) -> None:
    tell(runner := Counted(story), story)
    note(f"{runner.compared} steps compared, {dict(runner.obstacles)}")
    target(float(sum(runner.steps.values())))
    assert runner.compared


@SOME
@given(story=stories(events=event_lists(), excluded=(False, True)))
def test_every_step_without_an_obstacle_is_explained(story: Story) -> None:
    tell(Counted(story), story)


def test_undisturbed_stories_show_every_kind_of_step() -> None:
    seen: Counter[Kind] = Counter()
    compared: Counter[str] = Counter()

    @settings(
        max_examples=60,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.nested_given],
    )
    @given(story=undisturbed())
    def gather(story: Story) -> None:
        tell(runner := Counted(story), story)
        seen.update(runner.steps)
        compared["steps"] += runner.compared
        compared["in the way"] += sum(runner.obstacles.values())

    gather()
    assert set(seen) == set(Kind)
    assert compared["steps"] > compared["in the way"]


# Obstacles are real: where one is passed over, something happens that no step explains.


def story(
    env: Mapping[str, str],
    *events: Event,
    repaired: tuple[Quirk, ...] = (),
    reissue: bool = False,
    excluded: bool = False,
) -> Story:
    return Story(
        config=make_config(env, enis=3, addresses=10, without=repaired),
        max_pods=110,
        events=events,
        choices=(),
        reissue=reissue,
        excluded=excluded,
        second_subnet=True,
    )


WARM_IP = {"WARM_IP_TARGET": "5"}
WAIT = Advance(61_000)

BEHIND: Mapping[str, Story] = {
    "a call will fail": story(
        WARM_IP, Arrive(2), Break("AssignPrivateIpAddresses", "InvalidParameterValue", 1), Tick()
    ),
    "a subnet may run out of addresses": story(WARM_IP, Arrive(2), SubnetHas(1), Tick()),
    "others changed what the instance has": story(
        {"WARM_ENI_TARGET": "1"}, Arrive(2), Tick(), OthersDetach(0), WAIT, Reconcile()
    ),
    "custom networking does not extend the primary ENI (R50)": story(
        {"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true"}, Tick()
    ),
    "EC2 handed out again what was released a moment ago (R158)": story(
        WARM_IP | {"ENABLE_POD_ENI": "true"},
        Arrive(3),
        Tick(),
        Leave(3),
        Tick(),
        Arrive(3),
        Tick(),
        Reconcile(),
        reissue=True,
    ),
    "a release passes over cooling addresses (R139, repaired)": story(
        {"WARM_IP_TARGET": "1"},
        Arrive(1),
        Tick(),
        Arrive(1),
        Tick(),
        Leave(2),
        Tick(),
        repaired=(Quirk.COOLING_RELEASED,),
    ),
    "a subnet is excluded (R14)": story(WARM_IP, Arrive(2), Tick(), excluded=True),
}


def with_eni_config(story: Story, *, over_obstacles: bool) -> Counted:
    runner = Counted(story, over_obstacles=over_obstacles)
    runner.eni_config_subnet = "subnet-2"
    return runner


@pytest.mark.parametrize("obstacle", BEHIND)
def test_behind_an_obstacle_a_step_is_not_explained(obstacle: str) -> None:
    story = BEHIND[obstacle]
    runner = with_eni_config(story, over_obstacles=False)
    tell(runner, story)
    assert runner.obstacles[obstacle]
    with pytest.raises(UnexplainedError, match=re.escape(obstacle)):
        tell(with_eni_config(story, over_obstacles=True), story)


def test_a_daemon_that_stopped_has_no_counts() -> None:
    runner = Teller(BEHIND["a call will fail"].world())
    runner.start()
    stopped = evolve(runner.world, node=None)
    assert obstacles(stopped) == ("the daemon stopped, and what it knew is gone",)
    with pytest.raises(ModelError):
        counted(stopped)
