"""The forecast is what the model does."""

from hypothesis import event, given
from hypothesis import strategies as st

from ipam_model.inspection.forecast import Ending, Forecaster, NewEnis, forecast
from ipam_model.world import Runner
from tests.inspection.observed import NODES, observed, running
from tests.properties.strategies import Story, configs, event_lists, stories


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
