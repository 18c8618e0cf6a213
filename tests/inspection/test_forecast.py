"""The forecast is what the model does."""

from hypothesis import event, given
from hypothesis import strategies as st

from ipam_model.daemon.procedure import Call, Choice, OneOf
from ipam_model.ec2 import new_instance
from ipam_model.inspection.forecast import MOST_OPTIONS, Ending, Forecaster, NewEnis, forecast
from ipam_model.requests import AssignPrivateIpAddresses
from ipam_model.simulation import rows
from ipam_model.state import Node
from ipam_model.subnets import CounterSubnet
from ipam_model.testing.happenings import event_lists
from ipam_model.testing.nodes import configs
from ipam_model.testing.stories import stories
from ipam_model.testing.story import Story
from ipam_model.world import Runner, World
from tests.inspection.observed import NODES, observed, running
from tests.rules.scenes import make_config, warm

EMPTY = Node(stores=())


class Plain(Runner):
    """A runner that only names new ENIs as a forecast does."""

    grants = NewEnis()


@given(NODES, st.integers(1, 40))
def test_a_forecast_ends_where_the_runner_ends(story: Story, passes: int) -> None:
    world = observed(story, running(story)).world
    ahead = forecast(world, passes)
    runner = Plain(world)
    for _ in range(ahead.after):
        runner.loop_pass()
    assert runner.world == ahead.world
    assert ahead.after <= passes
    event(ahead.ending.value)


@given(NODES)
def test_at_rest_nothing_happens_any_more(story: Story) -> None:
    ahead = forecast(observed(story, running(story)).world, 60)
    event(ahead.ending.value)
    runner = Forecaster(ahead.world)
    for _ in range(40):
        runner.loop_pass()
    if ahead.ending is Ending.RESTS:
        assert not runner.taken()
    if ahead.ending is Ending.RESTLESS:
        assert runner.taken()


def test_options_of_several_choices_multiply() -> None:
    config = make_config(warm(eni=1), enis=3, addresses=4)
    subnets = (CounterSubnet(id="subnet-a", free=99),)
    runner = Forecaster(World(config=config, ec2=new_instance(config.limits, subnets)))
    eni = runner.ec2.enis[0].id
    counts = []
    for numbers in ((3, 4), (5,), (), (30, 30)):
        for number in numbers:
            runner.choose(Choice("R188", EMPTY, OneOf(tuple(range(number)))))
        runner.choose(Choice("R112", EMPTY, OneOf((1, 2))))  # shows in no action
        runner.answer(Call("R97", EMPTY, AssignPrivateIpAddresses(eni, 1, False)))
        (action,) = runner.taken()
        counts.append((action.options, bool(action.choice)))
    assert counts == [(12, True), (5, True), (1, False), (MOST_OPTIONS, True)]


@given(stories(config=configs(special=False, zero_targets=False)))
def test_the_actions_account_for_the_change(story: Story) -> None:
    world = observed(story, running(story)).world
    ahead = forecast(world, 60)
    before, after = len(world.ec2.enis), len(ahead.world.ec2.enis)
    actions = [each for one in ahead.passes for each in one.actions if each.failed is None]
    created = sum(each.kind == "create" for each in actions)
    freed = sum(each.kind == "free" for each in actions)
    assert after == before + created - freed
    event(f"created {created}, freed {freed}")


@given(stories(events=event_lists(most=8)))
def test_looking_ahead_changes_nothing(story: Story) -> None:
    world = observed(story, running(story)).world
    assert forecast(world, 5) == forecast(world, 5)


def test_endings_have_the_words_of_a_simulation() -> None:
    assert [(each.name, each.value) for each in Ending] == [
        (each.name, each.value) for each in rows.Ending
    ]
