"""The explanations follow the version of the daemon."""

from attrs import evolve
from hypothesis import example, given

from ipam_model.config import Config, Version
from ipam_model.ec2 import new_instance
from ipam_model.inspection.explanation import explain
from ipam_model.inspection.forecast import forecast
from ipam_model.inspection.hindrances import hindrances
from ipam_model.inspection.predicates import capped
from ipam_model.subnets import CounterSubnet
from ipam_model.testing.events import Add
from ipam_model.testing.happenings import event_lists
from ipam_model.testing.nodes import configs
from ipam_model.testing.stories import stories
from ipam_model.testing.story import Story
from ipam_model.testing.telling import told
from ipam_model.world import Runner, World
from tests.inspection import test_explanation, test_forecast, test_hindrances
from tests.inspection.observed import inner, observed, running
from tests.rules.scenes import make_config, warm


def of_v1_7(config: Config) -> Config:
    return evolve(config, version=Version.V1_7)


OLD = stories(
    config=configs(prefix_modes=(False,)).map(of_v1_7),
    events=event_lists(broken=False, others=False, most=10),
    excluded=(False,),
)


@given(OLD)
def test_fates_and_updates_of_v1_7(story: Story) -> None:
    inner(test_explanation.test_fates_are_what_the_model_decides)(story)
    inner(test_explanation.test_the_next_update_frees_one_of_those_that_may_go)(story)


@given(OLD)
def test_surplus_of_v1_7(story: Story) -> None:
    inner(test_explanation.test_surplus_is_what_the_next_update_may_release)(story)


FULL = Story(
    config=of_v1_7(make_config(warm(eni=1), enis=3, addresses=4)),
    max_pods=2,
    events=(Add("a"), Add("b"), Add("c")),
    choices=(),
)
"""As many addresses as max pods are owned, which means nothing to v1.7 (H3)."""


@example(FULL)
@given(OLD)
def test_what_hinders_v1_7(story: Story) -> None:
    inner(test_hindrances.test_a_low_pool_that_is_hindered_does_not_grow)(story)


@given(OLD)
def test_forecasts_of_v1_7(story: Story) -> None:
    inner(test_forecast.test_at_rest_nothing_happens_any_more)(story)


def test_v1_7_is_never_held_back_by_max_pods() -> None:
    state = observed(FULL, told(FULL))
    decision = state.decisions()[0]
    content = evolve(decision, low=False)
    assert not capped(state.world.config, state.node, content)
    newer = evolve(state.world.config, version=Version.V1_23)
    assert capped(newer, state.node, content)
    assert "max-pods-owned" not in {
        each.code for each in hindrances(state, state.node.store(0), content)
    }


def test_v1_7_keeps_the_slot_of_a_trunk_on_every_type() -> None:
    """R48; the very node of another version has room."""
    env = warm(eni=1) | {"ENABLE_POD_ENI": "true"}
    newer = make_config(env, enis=2, addresses=4, trunk_compatible=False)
    for config, room, formula in (
        (of_v1_7(newer), False, "no: 1 ENI >= K - U - trunk slot = 2 - 0 - 1"),
        (newer, True, "yes: 1 ENI < K - U = 2 - 0"),
    ):
        story = Story(config=config, max_pods=9, events=(), choices=())
        (card,) = explain(observed(story, told(story)))
        assert card.room is room
        (told_room,) = [each for each in card.predicates if each.name == "room for an ENI"]
        assert told_room.text == formula


def test_only_a_version_that_backs_off_is_said_to() -> None:
    """H8: v1.7 has no back-off after a shortage."""
    newer = evolve(FULL, config=evolve(FULL.config, version=Version.V1_23))
    (old,) = [each for each in observed(FULL, told(FULL)).assumptions if "loop" in each]
    (new,) = [each for each in observed(newer, told(newer)).assumptions if "loop" in each]
    assert "120 s" in new
    assert old.endswith("so a release may come up to 30 s later than shown")


def test_a_new_eni_of_v1_7_is_foretold_in_its_two_steps() -> None:
    """It creates the ENI first and asks for addresses then (H9)."""
    config = of_v1_7(make_config(warm(eni=2), enis=3, addresses=4))
    subnets = (CounterSubnet(id="subnet-a", free=99),)
    runner = Runner(World(config=config, ec2=new_instance(config.limits, subnets)))
    runner.start()
    (first, *_) = forecast(runner.world, 3).passes
    assert [(each.kind, each.text) for each in first.actions] == [
        ("create", "create an ENI (new-eni-2)"),
        ("assign", "assign 3 addresses to new-eni-2"),
    ]


@given(OLD)
def test_max_pods_mean_nothing_to_v1_7(story: Story) -> None:
    """H3: the same node with any max pods."""
    world = observed(story, running(story)).world
    less = evolve(story, max_pods=1)
    state = observed(story, running(story))
    assert observed(less, running(story)).decisions() == state.decisions()
    assert forecast(world, 1).passes == forecast(evolve(world, max_pods=1), 1).passes
    assert all(card.enis for card in explain(state))
