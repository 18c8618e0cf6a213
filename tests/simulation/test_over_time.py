"""Nodes over time: who is served when, and what latencies do to it."""

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ipam_model.config import Version
from ipam_model.daemon.procedure import Call
from ipam_model.errors import InputError
from ipam_model.nodes import NodeSetup
from ipam_model.requests import AllocENI, WriteCheckpoint
from ipam_model.simulation import (
    TYPICAL,
    Choices,
    Conditions,
    Latencies,
    Leave,
    Moment,
    NodeRun,
    Profile,
    bursts,
    churn,
    constant,
    over_time,
    ramp,
)
from ipam_model.simulation.agenda import ScheduledNode
from ipam_model.simulation.latencies import IMDS_POLLS
from ipam_model.state import Cleanup, Network
from tests.simulation.setups import ARTICLE, check_rows, conditions, node, setups

BURSTS = bursts([(3, 0), (15, 60_000), (5, 120_000), (-23, 300_000)])


def slow(**seconds: float) -> Conditions:
    return Conditions(latencies=Latencies.of_seconds(seconds))


def launch(run: NodeRun, pod: str) -> tuple[float, float | None]:
    """When a pod came and when it was served."""
    return next((each.arrived, each.served) for each in run.launches.launches if each.pod == pod)


# -- the article's story -------------------------------------------------------------------------


def test_article_burst_waits_for_one_retry() -> None:
    run = over_time(node("m3.2xlarge", ARTICLE), BURSTS)
    at = {row.at: row for row in run.rows}
    # Ten of the 15 are served from the warm pool, five are refused once (article.md).
    assert (at[60].waiting, at[60].refused, at[60].quantities.assigned) == (5, 5, 13)
    assert (at[75].waiting, at[75].quantities.assigned) == (0, 18)
    assert [at[when].quantities.owned for when in (55, 115, 295, 600)] == [13, 28, 33, 10]
    assert run.launches.median == 0
    assert run.launches.maximum == 10
    assert run.launches.unserved == ()


@pytest.mark.parametrize("attach", [1.0, 6.0])
def test_A9_an_attach_delays_the_pods_that_need_the_new_eni_by_as_much(attach: float) -> None:
    """19 pods and 10 warm addresses fill the first ENI; five of 15 more need another one."""
    setup = node("m3.2xlarge", ARTICLE)
    profile = bursts([(19, 3_000), (15, 103_000)])
    retry = 0.5

    def longest(chosen: Conditions) -> float:
        run = over_time(setup, profile, chosen)
        burst = [each.took for each in run.launches.launches if each.arrived == 103]
        taken = sorted(took for took in burst if took is not None)
        assert len(taken) == 15
        assert taken[:10] == [0.0] * 10
        return taken[-1]

    cost = longest(evolve(slow(AllocENI=attach), retry=retry)) - longest(Conditions(retry=retry))
    assert attach - retry <= cost <= attach + retry


# -- latencies -----------------------------------------------------------------------------------


def test_R186_pods_are_served_from_the_store_while_a_call_is_pending() -> None:
    # The first pod makes the daemon attach a second ENI at 2.5 s, which takes 20 s.
    profile = bursts([(1, 0), (4, 10_000)])
    run = over_time(node("m5.large"), profile, slow(AllocENI=20), every=1_000)
    at = {row.at: row.quantities for row in run.rows}
    assert at[10].enis == 1
    assert at[10].assigned == 5
    assert (at[22].enis, at[23].enis) == (1, 2)
    assert run.launches.maximum == 0


def test_R186_nothing_else_grows_while_a_call_is_pending() -> None:
    times: list[int] = []

    class Watched(ScheduledNode):
        def answer(self, ask: Call) -> object:
            if isinstance(ask.request, AllocENI):
                times.append(self.now)
            return super().answer(ask)

    watched = Watched(
        node("m5.large", {"WARM_ENI_TARGET": "3"}),
        slow(AllocENI=20, WaitForENI=1),
        constant(0),
        [100_000],
    )
    watched.launch()
    while watched.now < 100_000:
        watched.loop_pass()
    # 2.5 s, then 20 s for the call and 1.5 s until the look that finds it, then a pass.
    assert times == [2_500, 2_500 + 21_500 + 5_000]


def test_no_pod_is_served_while_the_daemon_starts() -> None:
    run = over_time(
        node("m5.large"), bursts([(1, 1_000), (1, 9_000)]), slow(DescribeAllENIs=7), every=1_000
    )
    assert launch(run, "p1") == (1, 7)
    assert launch(run, "p2") == (9, 9)
    before = [row for row in run.rows if row.at < 7]
    assert len(before) == 7
    assert {row.quantities.owned for row in before} == {0}
    assert {row.warm_target for row in before} == {0}
    assert [row.waiting for row in before] == [0, 1, 1, 1, 1, 1, 1]


def test_no_pod_is_served_while_the_store_is_locked() -> None:
    run = over_time(node("m5.large"), bursts([(3, 1_000)]), slow(WriteCheckpoint=2), every=1_000)
    # Each waits for the checkpoints of those before it, and for its own.
    assert [launch(run, f"p{n}") for n in (1, 2, 3)] == [(1, 3), (1, 5), (1, 7)]
    assert WriteCheckpoint.under_lock


@pytest.mark.parametrize("locked", [False, True])
def test_clean_ups_due_while_a_call_is_pending_happen_unless_the_store_is_locked(
    *, locked: bool
) -> None:
    runner = ScheduledNode(node("m5.large"), Conditions(), constant(0), [10_000])
    runner.launch()
    pending = Cleanup(runner.now + 1_000, 0, "eni-1", Network(1, 1))
    runner.node = evolve(runner.memory(), cleanups=(pending,))
    runner.wait(2_000, locked=locked)
    assert runner.memory().cleanups == ((pending,) if locked else ())
    runner.advance(0)
    assert runner.memory().cleanups == ()


@pytest.mark.parametrize(
    ("shows_after", "waits"), [(0.0, 0), (0.1, 100), (1.0, 1_500), (162.3, 162_300), (500, 162_300)]
)
def test_R109_the_wait_ends_at_the_first_look_that_shows_the_addresses(
    shows_after: float, waits: int
) -> None:
    setup = node("m5.large")
    run = over_time(setup, constant(1), slow(WaitForENI=shows_after), duration=400_000, every=100)
    grown = [row.at for row in run.rows if row.quantities.owned > 9]
    assert len(IMDS_POLLS) == 12
    if shows_after <= 162.3:
        assert grown[0] == pytest.approx(2.5 + waits / 1000, abs=0.11)
    else:
        # Given up at the last look; reconcile finds the ENI and its addresses (R149).
        assert grown[0] == pytest.approx(2.5 + waits / 1000 + 2.5, abs=0.11)
        assert run.rows[-1].quantities.enis == 2


def test_H9_v1_7_looks_at_imds_every_ten_seconds_and_serves_pods_meanwhile() -> None:
    setup = evolve(node("m5.large"), version=Version.V1_7)
    profile = bursts([(1, 0), (2, 8_000)])
    run = over_time(setup, profile, slow(WaitForENI=25), duration=60_000, every=1_000)
    # Asked for at 2.5 s, shown from 27.5 s on, and looked for at 2.5, 12.5, 22.5, 32.5 s.
    assert next(row.at for row in run.rows if row.quantities.owned > 9) == 33
    assert next(row.at for row in run.rows if row.quantities.enis > 1) == 3
    assert run.launches.maximum == 0


def test_typical_latencies_slow_the_launch() -> None:
    setup, profile = node("m5.large", {"WARM_IP_TARGET": "2"}), bursts([(20, 5_000)])
    retry = Conditions(retry=0.5)
    quick = over_time(setup, profile, retry).launches
    late = over_time(setup, profile, evolve(retry, latencies=TYPICAL)).launches
    assert quick.median is not None
    assert late.median is not None
    assert quick.median < late.median


# -- pods ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("retry", [0.7, 10.0, 30.0])
def test_a_refused_pod_asks_again_after_the_retry_and_not_before(retry: float) -> None:
    run = over_time(
        node("m5.large", {"WARM_ENI_TARGET": "0"}), bursts([(12, 1_000)]), Conditions(retry=retry)
    )
    late = [each for each in run.launches.launches if each.requests > 1]
    assert len(late) == 3
    for each in late:
        assert each.took is not None
        assert each.took == pytest.approx((each.requests - 1) * retry)


def test_kubelet_jitter_comes_with_random_choices() -> None:
    setup = node("m5.large", {"WARM_ENI_TARGET": "0"})
    chosen = Conditions(choices=Choices.RANDOM, seed=3)
    run = over_time(setup, bursts([(12, 1_000)]), chosen)
    pauses = {each.took for each in run.launches.launches if each.requests == 2}
    assert len(pauses) > 1
    assert all(pause is not None and 10 <= pause <= 15 for pause in pauses)


def test_pods_beyond_max_pods_do_not_come() -> None:
    run = over_time(node("t3.small"), bursts([(9, 0), (9, 60_000), (-18, 90_000)]))
    assert run.not_placed == 7
    assert max(row.pods for row in run.rows) == 11
    assert run.rows[-1].pods == 0


def test_pods_without_an_address_leave_first_and_are_named() -> None:
    run = over_time(node("t3.small"), bursts([(11, 0), (-2, 60_000)]))
    assert run.launches.gave_up == ("p10", "p11")
    assert run.rows[-1].waiting == 0
    left = over_time(node("t3.small"), bursts([(11, 0)]))
    assert left.launches.unserved == ("p10", "p11")


@pytest.mark.parametrize(
    ("leave", "left"), [(Leave.NEWEST, {"p4", "p5"}), (Leave.OLDEST, {"p1", "p2"})]
)
def test_who_leaves(leave: Leave, left: set[str]) -> None:
    run = over_time(node("m5.large"), bursts([(5, 0), (-2, 60_000)]), Conditions(leave=leave))
    assert {each.pod for each in run.launches.launches if each.left is not None} == left


def test_launch_percentiles_are_by_nearest_rank() -> None:
    run = over_time(node("m3.2xlarge", ARTICLE), BURSTS)
    assert run.launches.taken() == [0.0] * 18 + [10.0] * 5
    assert run.launches.percentile(78) == 0
    assert run.launches.percentile(79) == 10
    empty = over_time(node("t3.small"), constant(0)).launches
    assert (empty.median, empty.percentile(95), empty.maximum) == (None, None, None)


# -- rows ----------------------------------------------------------------------------------------


def test_rows_are_where_they_were_asked_for() -> None:
    run = over_time(node("t3.small"), constant(2), duration=23_000, every=10_000)
    assert [row.at for row in run.rows] == [0, 10, 20, 23]


@given(setups(), conditions(), st.integers(1, 20), st.floats(0, 60), st.integers(0, 99))
def test_rows_add_up_and_are_the_same_again(
    setup: NodeSetup, chosen: Conditions, pods: int, rate: float, seed: int
) -> None:
    profile = churn(pods, rate, 200_000, seed)
    run = over_time(setup, profile, chosen, every=7_000)
    assert run == over_time(setup, profile, chosen, every=7_000)
    check_rows(run, chosen)
    for each in run.launches.launches:
        assert each.served is None or each.served >= each.arrived
        assert each.left is None or each.left >= each.arrived
        assert each.requests or each.left is not None or each.arrived >= 190


def test_random_choices_depend_on_the_seed() -> None:
    profile = churn(15, 20, 300_000, 1)
    setup = node("m5.large", {"WARM_IP_TARGET": "3"})
    runs = [
        over_time(setup, profile, Conditions(choices=Choices.RANDOM, seed=seed)).rows
        for seed in range(3)
    ]
    assert runs[0] != runs[1] or runs[1] != runs[2]


@pytest.mark.parametrize(("duration", "every"), [(-1, 1_000), (1_000, 0), (10**12, 1)])
def test_impossible_times_are_refused(duration: int, every: int) -> None:
    with pytest.raises(InputError):
        over_time(node("t3.small"), constant(1), duration=duration, every=every)


def test_a_ramp_and_its_end() -> None:
    run = over_time(node("m5.large"), ramp(0, 20, 100_000), every=50_000)
    assert [row.pods for row in run.rows[:3]] == [0, 10, 20]
    assert run.rows[-1].at == 600


def test_pods_may_come_and_go_by_name() -> None:
    profile = Profile(
        text="by hand",
        moments=(
            Moment(at=0, coming=("a", "b", "c"), arrive=1),
            Moment(at=10_000, coming=("a", "d")),  # a is there already
            Moment(at=20_000, going=("b", "nobody", "d")),
            Moment(at=30_000, coming=("b",)),  # again
        ),
    )
    run = over_time(node("m5.large"), profile, duration=40_000, every=10_000)
    assert [row.pods for row in run.rows] == [4, 5, 3, 4, 4]
    assert [each.pod for each in run.launches.launches] == ["a", "b", "c", "p4", "d", "b"]
    crowded = over_time(node("t3.small", max_pods=2), profile, duration=5_000)
    assert (crowded.rows[-1].pods, crowded.not_placed) == (2, 2)


def test_a_profile_may_be_made_by_hand() -> None:
    assert (
        over_time(node("t3.small"), Profile(text="", moments=()), duration=10_000).rows[-1].pods
        == 0
    )


def test_a_look_at_the_end_of_a_wait_sees_the_node_before_the_daemon_goes_on() -> None:
    """As it does everywhere else: the pod knows its address once the checkpoint is written."""
    slow = Conditions(latencies=Latencies.of_seconds({"WriteCheckpoint": 5}))
    run = over_time(node("t3.small"), constant(1), slow, duration=15_000, every=2_500)
    waited = {row.at: row.waiting for row in run.rows}
    (launch,) = run.launches.launches
    assert launch.served is not None
    assert launch.served in waited
    assert waited[launch.served] == 1
    assert waited[launch.served + 2.5] == 0
