"""Bursts, churns, cooling addresses and leaks: answers with certificates, replayed."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from attrs import evolve

from ipam_model.bounds import (
    Basis,
    Level,
    Question,
    Status,
    ask,
    bound,
)
from ipam_model.bounds.burst import flapping
from ipam_model.bounds.index import KNOWN
from ipam_model.bounds.leaks import DELETE_PAUSES, leaks_within
from ipam_model.bounds.pace import slowest
from ipam_model.bounds.pace_question import burst_of
from ipam_model.bounds.paced_node import arrange, started
from ipam_model.cli.main import main
from ipam_model.errors import InputError
from ipam_model.proving.witness import outcomes
from ipam_model.quantities import quantities
from ipam_model.scenario.document import Tick
from ipam_model.simulation.latencies import Latencies
from ipam_model.state import Pod, PodKey
from ipam_model.theorems.index import theorems
from ipam_model.world import Runner, World
from tests.bounds.pace_questions import COOLING, SLOW, node, question, replay

PREFIXES = {"ENABLE_PREFIX_DELEGATION": "true"}

NODES = {
    "whole ENIs": (node(3, 10, {"WARM_ENI_TARGET": "1"}), 27, 0, 27, 2),
    "two spare ENIs": (node(4, 5, {"WARM_ENI_TARGET": "2"}), 16, 3, 13, 1),
    "one address a tick": (node(3, 10, {"WARM_IP_TARGET": "1"}), 27, 0, 12, 11),
    "two addresses a tick": (node(3, 10, {"WARM_IP_TARGET": "2"}), 27, 0, 20, 10),
    "a scattered pool": (node(3, 10, {"WARM_IP_TARGET": "4"}), 27, 14, 9, 3),
    "a scattered pool, a low peak": (node(3, 10, {"WARM_IP_TARGET": "4"}), 15, 14, 9, 3),
    "a minimum above": (node(2, 5, {"WARM_IP_TARGET": "3", "MINIMUM_IP_TARGET": "6"}), 8, 2, 6, 2),
    "a prefix a tick": (node(3, 10, {**PREFIXES, "WARM_PREFIX_TARGET": "1"}), 200, 0, 200, 12),
    "two prefixes a tick": (node(3, 10, {**PREFIXES, "WARM_PREFIX_TARGET": "2"}), 60, 20, 200, 6),
    "warm addresses in prefixes": (node(3, 10, {**PREFIXES, "WARM_IP_TARGET": "5"}), 60, 0, 60, 3),
    "all at once": (node(3, 10, {"WARM_IP_TARGET": "9"}), 27, 0, 9, 0),
}
"""Node, peak, pods, burst and ticks."""


@pytest.mark.parametrize("name", NODES)
def test_ticks_to_serve_are_exact_and_replay(name: str) -> None:
    setup, peak, now, coming, ticks = NODES[name]
    found = ask(question("ticks-to-serve", setup, pods=peak, now=now, burst=coming))
    assert (found.status, found.value) == (Status.EXACT, ticks)
    world, _ = replay(found)
    assert quantities(world).assigned == now + coming


@pytest.mark.parametrize("name", NODES)
def test_time_to_serve_counts_ticks_and_latencies(name: str) -> None:
    setup, peak, now, coming, ticks = NODES[name]
    quick = ask(question("time-to-serve", setup, pods=peak, now=now, burst=coming))
    assert (quick.status, quick.value) == (Status.EXACT, 5_000 * ticks)
    slow = ask(question("time-to-serve", setup, pods=peak, now=now, burst=coming, latencies=SLOW))
    assert quick.value is not None
    assert slow.value is not None
    assert slow.lower is not None
    assert quick.value <= slow.lower <= slow.value
    bare = "two prefixes" in name  # An ENI without prefixes might go meanwhile, which takes 5 s.
    assert (slow.status is Status.EXACT) is not bare
    replay(slow)


def test_a_known_time() -> None:
    """Two ticks of 5 s, each with an ENI: 2.3 + 1.1 → 1.5 (next look) + 0.13 + 0.011 + …"""
    setup, peak, now, coming, _ = NODES["whole ENIs"]
    found = ask(question("time-to-serve", setup, pods=peak, now=now, burst=coming, latencies=SLOW))
    eni = 2_300 + 1_500 + 130 + 11 + 19 + 230
    assert found.value == 2 * (5_000 + eni) + 170 + 27 * 3


@pytest.mark.parametrize(
    ("shape", "step", "coming"),
    [((2, 2, 2), 2, 3), ((2, 2, 0), 2, 5), ((3, 1, 1), 2, 4), ((1, 3), 2, 4)],
)
def test_no_choice_of_the_daemon_takes_longer(
    shape: tuple[int, ...], step: int, coming: int
) -> None:
    """The reference model, over all its choices, from a scattered pool."""
    setup = node(len(shape), 4, {"WARM_IP_TARGET": str(step)})
    pods = sum(shape) - step
    paced = started(setup)
    assert arrange(paced, shape, pods=pods, peak=3 * len(shape), warm=step)
    paced.preferred = ()
    asked = question("ticks-to-serve", setup, pods=3 * len(shape), now=pods, burst=coming)
    burst = burst_of(asked)
    growth = slowest(burst)
    assert growth is not None
    assert _longest(paced.world, coming) <= growth.steps
    found = ask(asked)
    assert found.exact


def _longest(world: World, waiting: int) -> int:
    """Ticks until all are served, the daemon choosing the worst."""
    runner = Runner(world)
    while waiting and runner.add_pod(Pod(PodKey(f"b{waiting}"), name=f"b{waiting}")).success:
        waiting -= 1
    if not waiting:
        return 0
    runner.advance(5_000)
    return 1 + max(_longest(after, waiting) for _, after in outcomes(runner.world, Tick()))


@pytest.mark.parametrize(
    ("env", "max_pods", "coming", "left"),
    [
        ({"MINIMUM_IP_TARGET": "5"}, 250, 9, 4),
        ({**PREFIXES, "MINIMUM_IP_TARGET": "20"}, 250, 40, 8),
        ({"WARM_ENI_TARGET": "1"}, 4, 9, 3),
        ({"WARM_IP_TARGET": "1"}, 4, 9, 5),
        ({"WARM_IP_TARGET": "1"}, 9, 9, 0),
        ({"WARM_ENI_TARGET": "1"}, 250, 20, 0),
    ],
)
def test_unserved_pods(env: Mapping[str, str], max_pods: int, coming: int, left: int) -> None:
    """MINIMUM_IP_TARGET alone (#2650, #3685), and max pods of the daemon below those that come."""
    setup = node(3, 4, env, max_pods=max_pods)
    found = ask(question("unserved", setup, burst=coming))
    assert (found.status, found.value) == (Status.EXACT, left)
    replay(found)
    ticks = ask(question("ticks-to-serve", setup, burst=coming))
    assert (ticks.value is None) is (left > 0)
    assert ticks.parts.get("unserved", 0) == left


@pytest.mark.parametrize(
    ("env", "now", "coming", "calls"),
    [
        ({"WARM_ENI_TARGET": "1"}, 0, 27, 4),
        ({"WARM_IP_TARGET": "2"}, 0, 20, 16),
        ({"WARM_IP_TARGET": "5", "ENABLE_SUBNET_DISCOVERY": "false"}, 0, 4, None),
        ({**PREFIXES, "WARM_IP_TARGET": "5"}, 0, 100, None),
    ],
)
def test_calls_of_a_burst(env: Mapping[str, str], now: int, coming: int, calls: int | None) -> None:
    found = ask(question("ec2-calls", node(3, 10, env), now=now, burst=coming))
    assert found.lower is not None
    assert found.upper is not None
    assert found.lower == sum(found.parts.values()) > 0
    if calls is not None:
        assert (found.status, found.value) == (Status.EXACT, calls)
    _, made = replay(found)
    assert made >= found.lower


@pytest.mark.parametrize(
    ("env", "pods", "calls"),
    [
        ({"WARM_ENI_TARGET": "1"}, 10, 3),
        ({"WARM_ENI_TARGET": "1"}, 9, 0),
        ({"WARM_ENI_TARGET": "0"}, 8, 0),
        ({"WARM_IP_TARGET": "2"}, 5, 3),
        ({"WARM_IP_TARGET": "2"}, 8, 5),
        ({"WARM_IP_TARGET": "2", "ENABLE_SUBNET_DISCOVERY": "false"}, 8, 4),
        ({"WARM_IP_TARGET": "2", "MINIMUM_IP_TARGET": "20"}, 8, 0),
        ({"MINIMUM_IP_TARGET": "20"}, 8, 0),
        ({**PREFIXES, "WARM_PREFIX_TARGET": "1"}, 17, 3),
        ({**PREFIXES, "WARM_PREFIX_TARGET": "1"}, 18, 0),
        ({**PREFIXES, "WARM_IP_TARGET": "5"}, 28, 3),
    ],
)
def test_calls_per_pod_of_a_churn(env: Mapping[str, str], pods: int, calls: int) -> None:
    found = ask(question("ec2-calls-per-pod", node(3, 10, env), now=pods))
    assert (found.status, found.value) == (Status.EXACT, calls)
    replay(found)


def test_no_limit_of_calls_where_the_pool_flaps() -> None:
    """#1775: an ENI comes and goes for ever."""
    setup = node(3, 10, {"WARM_ENI_TARGET": "0"})
    found = ask(question("ec2-calls-per-pod", setup, now=9))
    assert (found.status, found.value) == (Status.UNKNOWN, None)
    assert "the node flaps: with WARM_ENI_TARGET=0 and 9 pods" in found.assumptions[0]


@pytest.mark.parametrize(
    ("pods", "max_pods", "flaps"),
    [(1, 250, None), (8, 250, None), (10, 250, 9), (18, 250, 18), (27, 250, None), (9, 9, None)],
)
def test_the_pool_flaps_where_an_eni_can_come_and_go(
    pods: int, max_pods: int, flaps: int | None
) -> None:
    setup = node(3, 10, {"WARM_ENI_TARGET": "0"}, max_pods=max_pods)
    asked = question("ec2-calls-per-pod", setup, now=pods)
    assert flapping(burst_of(asked)) == flaps
    assert (ask(asked).witness is None) == (flaps is not None)


ZERO = {"WARM_ENI_TARGET": "0"}
NO_PREFIX = {**PREFIXES, "WARM_PREFIX_TARGET": "00"}


@pytest.mark.parametrize(
    ("env", "max_pods", "now", "coming", "flaps"),
    [
        (ZERO, 250, 0, 8, False),
        (ZERO, 250, 0, 9, True),
        (ZERO, 250, 4, 14, True),
        (ZERO, 250, 0, 27, False),  # No other ENI can come.
        (ZERO, 18, 0, 18, False),  # Max pods ends growth.
        (ZERO, 19, 0, 18, True),
        ({"WARM_IP_TARGET": "1"}, 250, 0, 9, False),
        (NO_PREFIX, 250, 1, 14, False),
        (NO_PREFIX, 250, 1, 15, True),
        (NO_PREFIX, 250, 1, 16, False),
        (NO_PREFIX, 16, 1, 15, False),
    ],
)
def test_no_limit_of_calls_where_the_pool_flaps_after_the_burst(
    env: Mapping[str, str], max_pods: int, now: int, coming: int, *, flaps: bool
) -> None:
    """It rests before; then the pods have all that is there, and what comes goes again."""
    asked = question("ec2-calls", node(3, 10, env, max_pods=max_pods), now=now, burst=coming)
    run = started(asked.node)
    run.come(now)
    assert run.settle()
    run.come(coming)
    assert run.settle() is not flaps
    found = ask(asked)
    assert (found.upper is None) == flaps
    assert any("the node flaps: with WARM_" in each for each in found.assumptions) == flaps


def test_one_pod_is_no_pods() -> None:
    warm = node(3, 10, {"WARM_IP_TARGET": "1"})
    for name in ("ticks-to-serve", "ec2-calls-per-pod", "shortfall-while-cooling"):
        found = ask(question(name, warm, now=1))
        assert found.assumptions[0].startswith("1 pod")
        assert not any("1 pods" in each for each in found.assumptions)


def test_a_node_that_never_rests_before_the_burst_says_so() -> None:
    """R81: without pods its prefix comes and goes."""
    never = "with WARM_PREFIX_TARGET=0 and 0 pods nothing is available"
    for name in ("ticks-to-serve", "time-to-serve", "ec2-calls"):
        found = ask(question(name, node(3, 10, NO_PREFIX), now=0, burst=3))
        assert found.status is Status.UNKNOWN
        assert never in found.assumptions[0]
    found = ask(question("unserved", node(3, 10, NO_PREFIX), now=0, burst=3))
    assert never in found.unwitnessed


@pytest.mark.parametrize(
    ("env", "pods", "now", "lacking"),
    [
        ({"WARM_ENI_TARGET": "1"}, 27, 0, 9),
        ({"WARM_IP_TARGET": "4"}, 27, 3, 4),
        ({"WARM_IP_TARGET": "4"}, 3, 3, 4),
        ({"MINIMUM_IP_TARGET": "9"}, 9, 4, 5),
        ({**PREFIXES, "WARM_PREFIX_TARGET": "1"}, 1, 0, 16),
        ({**PREFIXES, "WARM_IP_TARGET": "5"}, 30, 20, 5),
    ],
)
def test_all_that_is_warm_may_cool(
    env: Mapping[str, str], pods: int, now: int, lacking: int
) -> None:
    setup = node(3, 10, env)
    found = ask(question(COOLING, setup, pods=pods, now=now))
    assert (found.status, found.value) == (Status.EXACT, lacking)
    world, _ = replay(found)
    late = Runner(world)
    assert not late.add_pod(Pod(PodKey("late"), name="late")).success
    late.advance(world.config.cooldown + 1)
    assert late.add_pod(Pod(PodKey("later"), name="later")).success


def test_without_pods_nothing_cools() -> None:
    found = ask(question(COOLING, node(3, 10, {"WARM_IP_TARGET": "4"}), pods=0))
    assert (found.status, found.lower, found.upper) == (Status.UPPER, None, 4)


@pytest.mark.parametrize("faults", [0, 1, 3])
def test_each_fault_leaks_an_eni(faults: int) -> None:
    setup = node(3, 10, {"WARM_ENI_TARGET": "1"}, max_pods=29)
    found = bound("leaks", setup, faults=faults, record=True)
    assert (found.status, found.value) == (Status.EXACT, 10 * faults)
    assert found.parts == {"per fault": 10, "faults": faults}
    world, _ = replay(found)
    assert quantities(world).leaked == faults


def test_leaks_by_warm_addresses_are_an_interval() -> None:
    setup = node(3, 10, {"WARM_IP_TARGET": "4"}, max_pods=29)
    found = bound("leaks", setup, faults=2, record=True)
    assert (found.lower, found.upper) == (10, 20)  # An ENI is asked for with 4 addresses.
    replay(found)
    alone = bound("leaks", node(1, 10, {"WARM_ENI_TARGET": "1"}), faults=2)
    assert (alone.status, alone.value) == (Status.EXACT, 0)


def test_leaks_at_once_follow_from_the_tries() -> None:
    assert len(DELETE_PAUSES) == 11
    assert sum(DELETE_PAUSES) == 303_500
    assert leaks_within(0) == 1
    assert leaks_within(303_500) == 2
    setup = node(3, 10, {"WARM_ENI_TARGET": "1"})
    found = bound("leaks-at-once", setup)
    assert (found.status, found.value) == (Status.UPPER, 130)
    assert found.parts["per hour"] == 120
    never = evolve(setup, env={**setup.env, "DISABLE_LEAKED_ENI_CLEANUP": "true"})
    with pytest.raises(InputError, match="nothing deletes leaked ENIs"):
        bound("leaks-at-once", never)


def test_nodes_outside_the_theorems_have_witnesses_only() -> None:
    setup = node(3, 10, {"WARM_ENI_TARGET": "1", "ENABLE_POD_ENI": "true"})
    found = ask(question("ticks-to-serve", setup, burst=18))
    assert (found.status, found.proof) == (Status.LOWER, None)
    assert any("R33" in each for each in found.assumptions)


def test_upper_sides_name_theorems() -> None:
    for setup, peak, now, coming, _ in NODES.values():
        found = ask(question("ticks-to-serve", setup, pods=peak, now=now, burst=coming))
        assert found.proof is not None
        assert found.proof.basis is Basis.THEOREM
        assert found.proof.name in theorems()
        assert any("docs/bound-pace.md" in step for step in found.proof.modulo)


def test_questions_that_make_no_sense() -> None:
    setup = node(3, 10, {"WARM_ENI_TARGET": "1"})
    with pytest.raises(InputError, match="the burst is of -1 pods"):
        question("ticks-to-serve", setup, burst=-1)
    with pytest.raises(InputError, match="do not fit"):
        ask(question("ticks-to-serve", setup, now=28))
    with pytest.raises(InputError, match="cannot all have an address"):
        ask(question("ticks-to-serve", node(3, 10, {"MINIMUM_IP_TARGET": "5"}), now=6))
    with pytest.raises(InputError, match="a churn needs pods"):
        ask(question("ec2-calls-per-pod", setup))
    late = Latencies.of_seconds({"WaitForENI": 1_000})
    with pytest.raises(InputError, match=r"at most 162\.3 s"):
        ask(question("time-to-serve", setup, burst=27, latencies=late))


def test_a_question_without_a_burst_is_about_as_many_as_fit() -> None:
    setup = node(3, 10, {"WARM_ENI_TARGET": "1"}, max_pods=29)
    plain = Question(quantity="ticks-to-serve", node=setup)
    assert ask(plain).value == ask(question("ticks-to-serve", setup, burst=27)).value == 2


def test_the_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    base = ["bound", "--instance-type", "m5.large"]
    file = tmp_path / "burst.json"
    given = [*base, "time-to-serve", "--burst", "27", "--latencies", "typical"]
    assert main([*given, "--json", "--scenario", str(file)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["value"], shown["unit"], shown["status"]) == (17_200, "ms", "exact")
    assert shown["value_ms"] == 17_200
    assert main(["replay", str(file)]) == 0
    assert "2 with expectations" in capsys.readouterr().out
    assert main(given) == 0
    assert "time-to-serve 17.2 s " in capsys.readouterr().out
    stuck = ["--set", "MINIMUM_IP_TARGET=5", "--burst", "9"]
    assert main([*base, "ticks-to-serve", *stuck]) == 3
    assert "4 pods never get an address" in capsys.readouterr().out
    assert main([*base, "leaks", "--burst", "3"]) == 2
    assert "--burst goes with" in capsys.readouterr().err
    assert main([*base, "ticks-to-serve", "--latency", "AllocENI=1"]) == 2
    assert "time-to-serve" in capsys.readouterr().err


def test_faults_and_the_counting_model_are_refused_where_they_are_not_known() -> None:
    setup = node(3, 10, {"WARM_ENI_TARGET": "1"}, max_pods=29)
    for name, each in KNOWN.items():
        if not each.with_faults:
            with pytest.raises(InputError, match="only `reserved` and `leaks` have a bound"):
                bound(name, setup, faults=1)
        if each.timed:
            with pytest.raises(InputError, match="the counting model has none"):
                bound(name, setup, level=Level.COUNTING)


def test_every_quantity_is_known() -> None:
    assert {"ticks-to-serve", "time-to-serve", "unserved", "ec2-calls", "leaks"} <= set(KNOWN)
