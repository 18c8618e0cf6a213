"""What hinders pods or growth is said exactly where it does."""

import pytest
from hypothesis import event, given

from ipam_model.config import Config
from ipam_model.ec2 import new_instance
from ipam_model.inspection.forecast import forecast
from ipam_model.inspection.hindrances import hindrances
from ipam_model.inspection.reconstruction import Reconstruction
from ipam_model.state import Pod, PodKey
from ipam_model.subnets import CounterSubnet
from ipam_model.testing.story import Story
from ipam_model.world import Runner, World
from tests.inspection.observed import NODES, observed, running
from tests.rules.scenes import SECOND, make_config, warm


def codes(state: Reconstruction) -> set[str]:
    store = state.node.store(0)
    return {each.code for each in hindrances(state, store, state.decisions()[0])}


@given(NODES)
def test_pods_are_refused_exactly_where_it_is_said(story: Story) -> None:
    state = observed(story, running(story))
    runner = Runner(state.world)
    refused = not runner.add_pod(Pod(PodKey("newcomer"), name="ns/newcomer")).success
    said = codes(state) & {"all-cooling", "none-available"}
    event(f"refused: {refused}")
    assert refused == bool(said)


@given(NODES)
def test_a_low_pool_that_is_hindered_does_not_grow(story: Story) -> None:
    state = observed(story, running(story))
    said = codes(state)
    event(", ".join(sorted(said & {"full", "cordoned"})) or "neither")
    if said & {"full", "cordoned", "max-pods-owned", "minimum-only"}:
        ahead = forecast(state.world, 1)
        kinds = {action.kind for one in ahead.passes for action in one.actions}
        assert not kinds & {"assign", "create"}


def node(config: Config, pods: int, *, gone: int = 0, max_pods: int = 110) -> Reconstruction:
    runner = Runner(
        World(
            config=config,
            ec2=new_instance(config.limits, (CounterSubnet(id="subnet-a", free=99),)),
            max_pods=max_pods,
        )
    )
    runner.start()
    for _ in range(30):
        runner.loop_pass()
    for number in range(pods):
        runner.add_pod(Pod(PodKey(f"p{number}")))
        runner.loop_pass()
    for number in range(gone):
        runner.delete_pod(PodKey(f"p{number}"))
    runner.advance(10 * SECOND)
    return Reconstruction(world=runner.world, ages={}, assumptions=())


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (node(make_config(warm(eni=1)), 2), set()),
        (node(make_config(warm(minimum=3)), 3), {"none-available", "minimum-only"}),
        (node(make_config(warm(eni=1)), 9, max_pods=9), {"none-available", "max-pods-owned"}),
        (node(make_config(warm(eni=1), enis=1, addresses=4), 3), {"none-available", "full"}),
        (node(make_config(warm(eni=0), enis=1, addresses=4), 3, gone=1), {"all-cooling"}),
    ],
    ids=["none", "minimum only", "max pods", "full", "cooling"],
)
def test_each_hindrance(state: Reconstruction, expected: set[str]) -> None:
    assert codes(state) == expected
