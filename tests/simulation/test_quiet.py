"""Skipping idle passes changes nothing but the time it takes."""

import tracemalloc

import pytest
from attrs import evolve
from hypothesis import assume, event, given
from hypothesis import strategies as st

from ipam_model.canonical import canonical
from ipam_model.nodes import NodeSetup
from ipam_model.rules import timing
from ipam_model.simulation import Conditions, Moment, Profile, over_time
from ipam_model.simulation.node import SimulatedNode
from ipam_model.simulation.quiet import IdleWatch, long_enough, next_turn, skip_quiet_passes
from ipam_model.simulation.rest import _Rounds, settle
from ipam_model.simulation.rows import Ending, Rest
from ipam_model.state import Cleanup, Network, Node
from tests.simulation.setups import conditions, node, setups

MOST = 1_000
"""Passes: many times as many as a node needs that rests or goes round in a circle."""


class CountingNode(SimulatedNode):
    """Counts the passes of its loop."""

    passes = 0

    def loop_pass(self) -> None:
        self.passes += 1
        super().loop_pass()


def settled(
    setup: NodeSetup, chosen: Conditions, changes: list[int], *, skipping: bool
) -> tuple[CountingNode, list[Rest]]:
    """A node whose number of pods changes from rest to rest."""
    runner = CountingNode(setup, chosen)
    runner.launch()
    rests = [settle(runner, skipping=skipping)]
    for change in changes:
        runner.dismiss(max(-change, 0))
        runner.welcome(max(change, 0))
        rests.append(settle(runner, skipping=skipping))
    return runner, rests


@given(setups(), conditions(), st.lists(st.integers(-6, 12), max_size=3))
def test_skipping_on_the_way_to_rest_changes_nothing(
    setup: NodeSetup, chosen: Conditions, changes: list[int]
) -> None:
    quick, found = settled(setup, evolve(chosen, most_passes=MOST), changes, skipping=True)
    # Where patience ends the two differ, for what is skipped is not counted.
    assume(not any(rest.ending is Ending.CUT for rest in found))
    patient = evolve(chosen, most_passes=100_000)
    plain, expected = settled(setup, patient, changes, skipping=False)
    assert found == expected
    assert quick.world == plain.world
    assert quick.calls == plain.calls
    assert quick.passes <= plain.passes
    event(f"restless: {any(rest.ending is Ending.RESTLESS for rest in found)}")
    event(f"fewer than half the passes: {quick.passes * 2 < plain.passes}")


profiles = st.lists(st.tuples(st.integers(0, 400_000), st.integers(-8, 12)), max_size=5).map(
    lambda changes: Profile(
        text="drawn",
        moments=tuple(
            Moment(at=at, arrive=max(pods, 0), leave=max(-pods, 0)) for at, pods in sorted(changes)
        ),
    )
)


@given(setups(), conditions(), profiles, st.sampled_from([3_000, 70_000, 1_000_000]))
def test_skipping_over_time_changes_nothing(
    setup: NodeSetup, chosen: Conditions, profile: Profile, every: int
) -> None:
    quick = over_time(setup, profile, chosen, duration=500_000, every=every)
    plain = over_time(setup, profile, chosen, duration=500_000, every=every, skipping=False)
    assert quick == plain


@pytest.mark.parametrize(
    ("env", "changes"),
    [
        ({}, [9, -9]),  # ENIs go once nothing on them cools any more (E96)
        ({"WARM_IP_TARGET": "2"}, [9, -8, 3]),
        ({"WARM_ENI_TARGET": "0"}, [3]),  # and come back (E25)
    ],
)
def test_skipping_in_known_stories_changes_nothing(env: dict[str, str], changes: list[int]) -> None:
    quick, found = settled(node("t3.small", env), Conditions(), changes, skipping=True)
    plain, expected = settled(node("t3.small", env), Conditions(), changes, skipping=False)
    assert found == expected
    assert quick.world == plain.world


def test_skipping_saves_most_passes() -> None:
    quick, _ = settled(node("m5.large"), Conditions(), [5, 5, -10], skipping=True)
    plain, _ = settled(node("m5.large"), Conditions(), [5, 5, -10], skipping=False)
    assert quick.passes * 3 < plain.passes


def memory() -> Node:
    """A memory without clocks and ENIs."""
    runner = SimulatedNode(node("t3.small"), Conditions())
    runner.launch()
    return evolve(runner.memory(), last_pool_action=None, stores=())


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (evolve(memory(), last_pool_action=1000), timing.RECONCILE_INTERVAL + 1),
        (evolve(memory(), last_decrease=1000), timing.SHRINK_INTERVAL + 1),
        (evolve(memory(), last_insufficient=1000), timing.INSUFFICIENT_BACKOFF + 1),
    ],
    ids=["pool action", "decrease", "insufficient"],
)
def test_a_clock_turns_where_its_comparison_does(state: Node, after: int) -> None:
    config = node("t3.small").config
    assert next_turn(config, state, 1000) == 1000 + after
    assert next_turn(config, state, 1000 + after - 1) == 1000 + after
    assert next_turn(config, state, 1000 + after) is None


def test_cooling_addresses_and_young_enis_turn() -> None:
    runner = SimulatedNode(node("t3.small"), Conditions())
    runner.launch()
    runner.advance(10_000)
    runner.welcome(1)
    runner.serve()
    runner.dismiss(1)
    config, state = runner.config, evolve(runner.memory(), last_pool_action=None)
    assert next_turn(config, state, runner.now) == 10_000 + 30_001
    assert next_turn(config, state, 40_001) == timing.MINIMUM_ENI_LIFE
    assert next_turn(config, state, timing.MINIMUM_ENI_LIFE) is None


def test_releases_and_clean_ups_turn() -> None:
    config = node("t3.small").config
    state = evolve(memory(), released=((Network(1, 1), 70_000),))
    assert next_turn(config, state, 0) == 70_000
    state = evolve(memory(), cleanups=(Cleanup(5000, 0, "eni-1", Network(1, 1)),))
    assert next_turn(config, state, 0) == 5000


@given(setups(), st.integers(0, 12), st.integers(0, 100))
def test_between_two_turns_only_ages_that_no_longer_matter_change(
    setup: NodeSetup, pods: int, passes: int
) -> None:
    """The turns are complete: a key that ages without them would differ from pass to pass."""
    runner = SimulatedNode(setup, Conditions())
    runner.launch()
    runner.welcome(pods)
    runner.serve()
    for _ in range(passes):
        runner.loop_pass()
    turn = next_turn(setup.config, runner.memory(), runner.now)
    if turn is None:
        later = canonical(runner.memory(), runner.now + 10**9, setup.config)
        assert later == canonical(runner.memory(), runner.now, setup.config)
        event("nothing will turn")


def test_a_pass_in_which_something_turned_stands_for_nothing() -> None:
    runner = SimulatedNode(node("m5.large", {"WARM_IP_TARGET": "2"}), Conditions())
    runner.launch()
    for _ in range(200):
        runner.loop_pass()
    runner.node = evolve(runner.memory(), last_decrease=runner.now - 29_000)
    start, watch = runner.now, IdleWatch(runner)
    runner.loop_pass()  # the decrease turns 30 s old after the update of this pass
    assert watch.idle()
    assert skip_quiet_passes(runner, start, start + 50_000) == 0
    start = runner.now
    runner.loop_pass()
    assert skip_quiet_passes(runner, start, start + 50_000) > 0


@pytest.mark.parametrize("passes", [1, 3])
def test_a_pass_that_would_end_as_something_turns_is_not_skipped(passes: int) -> None:
    runner = SimulatedNode(node("t3.small"), Conditions())
    runner.launch()
    runner.node = memory()
    start = runner.now
    runner.now += 5_000
    turn = runner.now + passes * 5_000
    runner.node = evolve(runner.memory(), last_decrease=turn - timing.SHRINK_INTERVAL - 1)
    assert next_turn(runner.config, runner.memory(), start) == turn
    assert skip_quiet_passes(runner, start, turn + 50_000) == passes - 1
    assert runner.now == turn - 5_000


def test_a_round_is_one_only_if_it_takes_equally_long_every_time() -> None:
    runner = SimulatedNode(node("t3.small"), Conditions())
    runner.launch()
    runner.node = memory()  # without clocks: the same state at any time
    rounds = _Rounds(runner)
    closed = []
    for at in (0, 1_000, 3_000, 5_000):
        runner.now = at
        closed.append(rounds.closed())
    assert closed == [False, False, False, True]
    assert rounds.rest(Ending.RESTLESS, 0).period == 2


def test_states_that_never_come_back_need_little_memory() -> None:
    runner = SimulatedNode(node("m5.large"), Conditions())
    runner.launch()
    runner.welcome(20)
    settle(runner)
    rounds = _Rounds(runner)
    tracemalloc.start()
    try:
        for number in range(500):
            runner.node = evolve(runner.memory(), max_pods=number)
            assert not rounds.closed()
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 500 * 1_000  # bytes


def test_rest_lasts_longer_than_a_long_cooldown() -> None:
    assert long_enough(node("t3.small").config) == 130_000  # 26 passes
    assert long_enough(node("t3.small", {"IP_COOLDOWN_PERIOD": "600"}).config) > 600_000
