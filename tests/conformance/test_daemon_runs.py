"""The model conforms to itself, however it chooses and however little of it is seen."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipam_model.config import ALL_QUIRKS, Quirk, Version
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.plan import DaemonPlan, plan_of
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.running import run_daemon
from ipam_model.conformance.session import Budget
from ipam_model.conformance.subject import Calls
from ipam_model.conformance.verdict import Result
from ipam_model.errors import InputError
from ipam_model.scenario.document import (
    Advance,
    ArmFault,
    CallPart,
    ChoicePart,
    LoopPass,
    OthersDetach,
    PodAdd,
    PodDel,
    PodsAdd,
    Scenario,
    Start,
    Tick,
)
from ipam_model.scenario.meaning import EventError
from ipam_model.wrong_models import WRONG_MODELS
from tests.conformance.daemons import MANNERS, busy_plan, node_plan, plans


@pytest.mark.parametrize(("precision", "calls"), MANNERS)
@settings(max_examples=max(settings().max_examples // 4, 1))
@given(plan=plans(), seed=st.integers(0, 999), quirks=st.sampled_from([frozenset(), ALL_QUIRKS]))
def test_the_model_conforms_to_itself(
    precision: Precision, calls: Calls, plan: DaemonPlan, seed: int, quirks: frozenset[Quirk]
) -> None:
    subject = ReferenceDaemon(precision, calls, seed=seed, quirks=quirks)
    try:
        verdict = run_daemon(subject, plan, quirks=quirks, budget=Budget(states=200, runs=2_000))
    except EventError:
        return  # An ENI or address that only first choices bring in.
    assert verdict.result in {Result.CONFORMS, Result.UNDECIDED, Result.UNSUPPORTED}, verdict
    if precision is Precision.EXACT and calls is Calls.CHANGES:
        assert verdict.result is Result.CONFORMS


@pytest.mark.parametrize(("precision", "calls"), MANNERS)
@pytest.mark.parametrize("version", [each.value for each in Version])
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_every_version_conforms(
    precision: Precision, calls: Calls, version: str, seed: int | None
) -> None:
    subject = ReferenceDaemon(precision, calls, seed=seed)
    verdict = run_daemon(subject, busy_plan(version=version))
    assert verdict.result is Result.CONFORMS, verdict
    # So that it is no empty life: what the pods need is asked for, and given.
    assert sum("succeeds, ip" in step.said for step in verdict.steps) >= 6


IPV6 = {"ENABLE_IPv4": "false", "ENABLE_IPv6": "true", "ENABLE_PREFIX_DELEGATION": "true"}


@pytest.mark.parametrize(
    ("env", "precision"),
    [
        ({"ENABLE_PREFIX_DELEGATION": "true"}, Precision.EXACT),
        ({"ENABLE_PREFIX_DELEGATION": "true"}, Precision.COUNTS),
        ({"WARM_ENI_TARGET": "1"}, Precision.EXACT),
        (IPV6, Precision.EXACT),
        (IPV6, Precision.PER_ENI),
    ],
)
def test_every_mode_conforms(env: dict[str, str], precision: Precision) -> None:
    plan = busy_plan(env, limits=None, instance_type="m5.large")
    verdict = run_daemon(ReferenceDaemon(precision, seed=3), plan)
    assert verdict.result is Result.CONFORMS, verdict
    assert any("assigned" in step.said for step in verdict.steps)


def test_choices_that_cannot_be_seen_leave_several_states() -> None:
    """Which ENI a pod's address is of shows only when an ENI is freed."""
    verdict = run_daemon(ReferenceDaemon(Precision.COUNTS, Calls.NONE, seed=3), busy_plan())
    assert verdict.result is Result.CONFORMS
    assert verdict.states > 1


def test_rules_of_explained_steps_are_counted() -> None:
    verdict = run_daemon(ReferenceDaemon(), busy_plan(), watch_rules=True)
    assert verdict.fired["R112"] >= 7  # Nine pods, of whom some come too early.
    assert verdict.fired["R61"] >= 1
    assert not run_daemon(ReferenceDaemon(), busy_plan()).fired


def test_the_pods_of_one_event_come_one_by_one() -> None:
    verdict = run_daemon(ReferenceDaemon(), node_plan(Start(), PodsAdd(count=2), LoopPass()))
    assert [step.event for step in verdict.steps] == [
        "start",
        "pod_add p1",
        "pod_add p2",
        "advance 2.5 s",
        "tick",
        "advance 2.5 s",
        "reconcile",
    ]


def test_the_time_of_an_event_is_waited_for() -> None:
    verdict = run_daemon(ReferenceDaemon(), node_plan(Start(), Tick(at_ms=7_000)))
    assert [step.event for step in verdict.steps] == ["start", "advance 7 s", "tick"]
    with pytest.raises(EventError, match="at_ms of tick is 5000, 2000 ms ago") as refused:
        run_daemon(ReferenceDaemon(), node_plan(Start(), Advance(ms=7_000), Tick(at_ms=5_000)))
    assert refused.value.number == 2


def test_nobody_is_told_of_pods_while_no_daemon_runs() -> None:
    """The kernel refuses the start; a plan goes on with the next one."""
    plan = node_plan(
        ArmFault(call="DescribeAllENIs"), Start(), PodAdd(pod="p1"), Start(), PodAdd(pod="p2")
    )
    verdict = run_daemon(ReferenceDaemon(), plan)
    assert verdict.result is Result.CONFORMS
    assert [step.said.split(",")[0] for step in verdict.steps][1:3] == [
        "fails",
        "skipped: the daemon does not run",
    ]
    assert verdict.steps[-1].said.startswith("succeeds, ip 10.1.0.")


def test_an_event_that_makes_no_sense_is_the_plans_fault() -> None:
    with pytest.raises(EventError, match="no ENI 'eni-7' is attached; there are: eni-1") as refused:
        run_daemon(ReferenceDaemon(), node_plan(Start(), OthersDetach(eni="eni-7")))
    assert refused.value.number == 1


def test_a_scenario_with_choices_is_a_plan_and_one_with_calls_is_none() -> None:
    plan = node_plan(
        Start(), PodAdd(pod="p1", choices=(ChoicePart(rule="R112", address="10.1.0.5"),))
    )
    scenario = Scenario(node=plan.node, ec2=plan.ec2, events=plan.events)
    assert plan_of(scenario) == plan
    assert run_daemon(ReferenceDaemon(seed=1), plan).result is Result.CONFORMS
    calls = (CallPart(call="AssignPrivateIpAddresses", crash=True),)
    broken = Scenario(node=plan.node, ec2=plan.ec2, events=(Start(), Tick(calls=calls)))
    with pytest.raises(InputError, match=r"event 1 \(tick\) prescribes a call"):
        plan_of(broken)


def test_more_than_the_budget_is_undecided() -> None:
    plan = busy_plan()
    subject = ReferenceDaemon(Precision.COUNTS, Calls.NONE, seed=3)
    states = run_daemon(subject, plan, budget=Budget(states=1))
    assert states.result is Result.UNDECIDED
    assert states.reason.startswith("more than 1 states explain what was seen; a subject that")
    runs = run_daemon(subject, plan, budget=Budget(runs=1))
    assert runs.result is Result.UNDECIDED
    assert runs.reason.startswith("more than 1 runs of the model for one event; a subject that")
    assert runs.steps[-1].said


@pytest.mark.parametrize(
    ("wrong", "env", "aspect", "rule"),
    [
        ("assign-the-first", None, "reply", "R112"),
        ("freed-address-not-remembered", None, "state", "R17"),
        ("write-no-checkpoint", {"WARM_ENI_TARGET": "1"}, "state", "R61"),
        ("one-address-too-many", None, "calls", "R101"),
    ],
)
def test_wrong_models_diverge(
    wrong: str, env: dict[str, str] | None, aspect: str, rule: str
) -> None:
    verdict = run_daemon(ReferenceDaemon(wrong_model=WRONG_MODELS[wrong]), busy_plan(env))
    assert verdict.result is Result.DIVERGES
    assert verdict.aspect == aspect
    assert rule in verdict.rules
    assert not verdict.quirk


def test_a_wrong_model_is_in_force_only_while_its_subject_runs() -> None:
    """The model that judges is the right one, and so is the next subject."""
    wrong = ReferenceDaemon(wrong_model=WRONG_MODELS["assign-the-first"])
    assert run_daemon(wrong, busy_plan()).result is Result.DIVERGES
    assert run_daemon(ReferenceDaemon(), busy_plan()).result is Result.CONFORMS


DIRECTED = node_plan(
    Start(),
    PodsAdd(count=3),
    PodDel(pod="p1"),
    PodAdd(pod="p4"),  # Only a cooling address is left.
    LoopPass(times=20),
    Start(),
    PodsAdd(count=3, first=5),
    env={"WARM_IP_TARGET": "2", "MINIMUM_IP_TARGET": "3"},
)


@pytest.mark.parametrize(("precision", "calls"), MANNERS)
@pytest.mark.parametrize("wrong", ["no-cooldown", "restart-forgets-one-pod", "one-slot-unused"])
def test_wrong_models_show_in_every_manner(wrong: str, precision: Precision, calls: Calls) -> None:
    subject = ReferenceDaemon(precision, calls, wrong_model=WRONG_MODELS[wrong])
    results = {run_daemon(subject, plan).result for plan in (DIRECTED, busy_plan())}
    assert Result.DIVERGES in results
