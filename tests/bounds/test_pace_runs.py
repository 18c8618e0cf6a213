"""Runs behind the bounds of a burst: they refute what is wrong, and end in time."""

from contextlib import suppress
from itertools import count
from types import ModuleType, SimpleNamespace

import pytest
from attrs import evolve
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from ipam_model.bounds import (
    Level,
    Status,
    ask,
    bound,
    burst_calls,
    cooling,
    leaks,
    pace,
)
from ipam_model.bounds.growth_steps import Growth
from ipam_model.bounds.pace_question import PaceQuestion
from ipam_model.config import Version
from ipam_model.errors import InputError
from ipam_model.nodes import ample_subnet
from ipam_model.scenario.running import ScenarioRunner
from ipam_model.scenario.setup import world_of
from ipam_model.simulation.latencies import NONE
from tests.bounds.pace_questions import COOLING, SLOW, node, question, replay


@pytest.mark.parametrize(
    ("module", "name", "wrong", "quantity"),
    [
        (pace, "TICK", 4_000, "time-to-serve"),
        (pace, "slowest", lambda _burst: Growth(1, 0, ()), "ticks-to-serve"),
        (pace, "most_waiting", lambda _burst: 0, "unserved"),
        (burst_calls, "most_calls", lambda _burst, _looks: 3, "ec2-calls"),
        (burst_calls, "most_calls_per_pod", lambda _targets, _pods, _looks: 2, "ec2-calls-per-pod"),
        (cooling, "warm_addresses", lambda targets, pods: targets.warm_ip - pods, COOLING),
        (leaks, "most_addresses", lambda config: config.slots, "leaks"),
    ],
)
def test_a_run_refutes_what_is_wrong(
    module: ModuleType,
    name: str,
    wrong: object,
    quantity: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of each quantity a wrong upper side, or a wrong measure, is noticed by its witness."""
    env = {"MINIMUM_IP_TARGET": "5"} if quantity == "unserved" else {"WARM_IP_TARGET": "9"}
    setup = node(3, 10, env, max_pods=27)
    faults = 2 if quantity == "leaks" else 0
    asked = evolve(question(quantity, setup, now=1, burst=20), faults=faults)
    right = ask(asked)
    monkeypatch.setattr(module, name, wrong)
    found = None
    with suppress(ValueError):  # "claimed never to be passed"
        found = ask(asked)
    assert found is None or (found.status, found.value) != (right.status, right.value)


small = st.integers(0, 4)


@st.composite
def questions(draw: st.DrawFn) -> PaceQuestion:
    """Questions about bursts on small nodes with any targets."""
    enis, slots = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    block = 16 if draw(st.booleans()) else 1
    quantity = draw(st.sampled_from(ASKED))
    least = 0 if quantity == "ec2-calls-per-pod" else 1
    env = {
        "WARM_ENI_TARGET": str(draw(st.integers(least, 2))),
        "WARM_PREFIX_TARGET": str(draw(small)),
        "WARM_IP_TARGET": str(draw(small)),
        "MINIMUM_IP_TARGET": str(draw(st.integers(0, 20))),
        "ENABLE_PREFIX_DELEGATION": "true" if block > 1 else "false",
        "ENABLE_SUBNET_DISCOVERY": draw(st.sampled_from(["true", "false"])),
    }
    fit = enis * slots * block
    peak = draw(st.integers(0, fit))
    return PaceQuestion(
        quantity=quantity,
        node=node(enis, slots + 1, env, max_pods=draw(st.integers(1, fit + 2))),
        pods=peak,
        pods_now=draw(st.integers(0, peak)),
        burst=draw(st.integers(0, fit)),
        faults=draw(st.integers(0, 2)) if quantity == "leaks" else 0,
        latencies=draw(st.sampled_from([NONE, SLOW])),
        record=True,
    )


ASKED = (
    "ticks-to-serve",
    "time-to-serve",
    "unserved",
    "ec2-calls",
    "ec2-calls-per-pod",
    "shortfall-while-cooling",
    "leaks",
)


@settings(max_examples=120)
@given(questions())
def test_no_run_passes_what_is_never_passed(asked: PaceQuestion) -> None:
    """`answer` refuses a witness above its upper side; here many are tried, and run anew."""
    try:
        found = ask(asked)
    except InputError:
        assume(False)
        raise
    assert found.lower is None or found.upper is None or found.lower <= found.upper
    event(f"{found.quantity} {found.status.value}")
    if found.witness is not None:
        _, calls = replay(found)
        assert calls >= 0


@pytest.mark.parametrize("quantity", [*ASKED, "reserved", "reserved-after-churn"])
def test_a_replay_ends_with_its_budget_and_says_so(
    quantity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the machine's speed: a clock that goes on by 5 ms whenever it is read."""
    readings = count()
    monkeypatch.setattr(
        "ipam_model.bounds.deadline.time",
        SimpleNamespace(perf_counter=lambda: next(readings) / 200),
    )
    setup = node(100, 50, {"WARM_IP_TARGET": "1"}, max_pods=10_000)
    asked = evolve(
        question(quantity, setup, now=4_000 if quantity == COOLING else 2),
        replay_seconds=0.01,
        faults=2 if quantity == "leaks" else 0,
    )
    found = ask(asked)
    assert found.status is Status.UPPER
    assert found.lower is None
    note = found.unwitnessed if found.witness is None else found.witness.note
    assert note == "its replay was ended after 0.01 s"
    assert found.witness is None or found.witness.level is Level.COUNTING


def test_no_witness_is_run_in_no_time() -> None:
    """Whoever wants no witness gets none, and the same upper side."""
    setup = node(3, 10, {"WARM_IP_TARGET": "1"})
    for quantity in ("ticks-to-serve", "reserved"):
        asked = question(quantity, setup)
        found = ask(evolve(asked, replay_seconds=0.0))
        assert (found.lower, found.upper) == (None, ask(asked).upper)


def test_a_run_under_another_rule_misses_what_is_expected() -> None:
    """An expectation that nothing could miss would be none."""
    found = ask(question("ec2-calls", node(3, 10, {"WARM_IP_TARGET": "2"}), burst=20))
    assert found.witness is not None
    scenario = found.witness.scenario
    assert scenario is not None
    other = evolve(scenario.node, env={**(scenario.node.env or {}), "WARM_IP_TARGET": "3"})
    runner = ScenarioRunner(world_of(other, scenario.ec2))
    plain = [evolve(each, choices=()) for each in scenario.events]
    assert any(step.violations for step in runner.steps(plain))


@pytest.mark.parametrize("quantity", ["unserved", "leaks"])
@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("warm", ["0", "1"])
def test_an_empty_subnet_ends_a_run(quantity: str, version: Version, warm: str) -> None:
    """The daemon asks EC2 again and again there, and no pod is served."""
    setup = evolve(
        node(3, 10, {"WARM_ENI_TARGET": warm}, max_pods=29),
        version=version,
        subnets=(ample_subnet(10),),
    )
    found = bound(quantity, setup, faults=2 if quantity == "leaks" else 0)
    assert found.lower == (18 if quantity == "unserved" else 0)
