"""The directed plans: documents that the model conforms to, and that show what they are for."""

from functools import partial
from pathlib import Path

import pytest
from attrs import evolve

from ipam_model.catalogue import catalogue
from ipam_model.cli.main import main
from ipam_model.conformance.datastore_reference import ReferenceDatastore, as_it_is
from ipam_model.conformance.datastore_spec import DatastoreSpec
from ipam_model.conformance.directed import (
    DIRECTED,
    DirectedPlan,
    directed_plans,
    folder,
    rules_of_plans,
)
from ipam_model.conformance.needs import features_needed, suits
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.plan import DaemonPlan, DatastorePlan
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.running import run_daemon, run_datastore
from ipam_model.conformance.subject import (
    USUAL_FEATURES,
    Calls,
    Capabilities,
    Feature,
    Kind,
)
from ipam_model.conformance.verdict import Result
from ipam_model.scenario.document import ArmFault, PodsAdd, Start
from ipam_model.scenario.meaning import EventError
from ipam_model.testing.conformance import check_conformance
from ipam_model.wrong_models import WRONG_MODELS
from tests.conformance.daemons import busy_plan, node_plan
from tests.conformance.failing import failure_of
from tests.conformance.fakes import Good
from tools.directed.bugs import Bug, daemon_bugs, datastore_bugs
from tools.directed.corpus import title_of
from tools.directed.search import noticed

MANNERS = [
    (Precision.EXACT, Calls.CHANGES, None),
    (Precision.EXACT, Calls.CHANGES, 1),
    (Precision.EXACT, Calls.CHANGES, 5),
    (Precision.PER_ENI, Calls.CHANGES, 2),
    (Precision.COUNTS, Calls.CHANGES, 3),
    (Precision.EXACT, Calls.NONE, None),
    (Precision.EXACT, Calls.NONE, 4),
    (Precision.COUNTS, Calls.NONE, None),
]
"""How much is seen of the model, and how it chooses."""


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


# -- the documents -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
def test_the_index_lists_what_is_there(kind: Kind) -> None:
    files = {path.name for path in (folder() / kind.value).iterdir()}
    assert files == {f"{name}.json" for name in rules_of_plans(kind)}
    assert len(files) > 20


@pytest.mark.parametrize("kind", Kind)
def test_each_plan_names_rules_of_the_catalogue(kind: Kind) -> None:
    for each in directed_plans(kind):
        assert each.rules, each.name
        assert set(each.rules) <= set(catalogue()), each.name
        text = (folder() / kind.value / f"{each.name}.json").read_text("utf-8")
        assert title_of(each.rules) in text


def test_no_two_plans_are_the_same() -> None:
    plans = [each.plan for kind in Kind for each in directed_plans(kind)]
    assert all(one != other for n, one in enumerate(plans) for other in plans[:n])


def test_plans_have_the_prefixes_of_ec2_and_a_version_that_the_kit_knows() -> None:
    for each in directed_plans(Kind.DAEMON):
        assert isinstance(each.plan, DaemonPlan)
        assert each.plan.node.block == 16
        assert each.plan.node.version in ("v1.23", "v1.7")
        assert not each.plan.node.no_quirks


# -- the model -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("precision", "calls", "seed"), MANNERS)
def test_the_model_conforms(precision: Precision, calls: Calls, seed: int | None) -> None:
    subject = ReferenceDaemon(precision, calls, seed=seed)
    suitable = [e for e in directed_plans(Kind.DAEMON) if suits(e.plan, subject.capabilities)]
    decided = 0
    for each in suitable:
        assert isinstance(each.plan, DaemonPlan)
        try:
            verdict = run_daemon(subject, each.plan)
        except EventError:
            assert seed is not None or calls is Calls.NONE, each.name
            continue
        allowed = {Result.CONFORMS}
        if calls is Calls.NONE:
            allowed |= {Result.UNDECIDED, Result.UNSUPPORTED}
        assert verdict.result in allowed, (each.name, verdict)
        decided += verdict.result is Result.CONFORMS
    assert decided > len(suitable) // 2


@pytest.mark.parametrize("seed", range(3))
def test_the_models_store_conforms(seed: int) -> None:
    for each in directed_plans(Kind.DATASTORE):
        assert isinstance(each.plan, DatastorePlan)
        verdict = run_datastore(ReferenceDatastore(seed), each.plan, DatastoreSpec())
        assert verdict.result is Result.CONFORMS, (each.name, verdict)


# -- what they show ------------------------------------------------------------------------------

BUGS = [bug for bugs in (daemon_bugs(), datastore_bugs()) for bug in bugs]


@pytest.mark.parametrize("bug", BUGS[::16], ids=str)
def test_a_bug_shows_in_a_plan_that_names_its_rules(bug: Bug) -> None:
    plans = [each.plan for each in directed_plans(bug.kind) if set(bug.rules) <= set(each.rules)]
    assert any(noticed(bug, plan) for plan in plans)


@pytest.mark.parametrize(
    ("name", "bug"),
    [
        ("R20-2", "releases-not-remembered"),
        ("R61-3", "recovery-not-written"),
        ("R11", "known-eni-added-again"),
    ],
)
@pytest.mark.parametrize("calls", Calls)
@pytest.mark.parametrize("seed", range(3))
def test_what_a_plan_names_is_there_whatever_the_subject_chooses(
    name: str, bug: str, calls: Calls, seed: int
) -> None:
    """Only one address may go, only one may be given; ENIs are set up in any order."""
    plan = next(each.plan for each in directed_plans(Kind.DAEMON) if each.name == name)
    assert isinstance(plan, DaemonPlan)
    right = ReferenceDaemon(calls=calls, seed=seed)
    wrong = ReferenceDaemon(calls=calls, seed=seed, wrong_model=WRONG_MODELS[bug])
    assert run_daemon(right, plan).result is Result.CONFORMS
    assert run_daemon(wrong, plan).result is Result.DIVERGES


RARE = partial(ReferenceDaemon, wrong_model=WRONG_MODELS["cordon-for-ever"])
"""A bug that random plans miss."""


def test_they_are_played_first_and_found_failures_are_theirs() -> None:
    report = failure_of(RARE).report
    assert [each.area for each in report.failures] == [DIRECTED]
    assert list(report.areas) == [DIRECTED]


def test_they_can_be_left_out() -> None:
    report = check_conformance(RARE, directed=False, areas=["growth"], examples=2, steps=4)
    assert DIRECTED not in report.areas
    assert DIRECTED not in check_conformance(Good, directed=False, examples=1, steps=3).areas
    assert DIRECTED not in check_conformance(Good, areas=["removal"], examples=1).areas


def test_they_are_an_area() -> None:
    assert set(check_conformance(Good, areas=[DIRECTED]).areas) == {DIRECTED}


def test_the_suspected_bugs_of_the_real_store_are_among_them() -> None:
    known = [f"{bug} seen" for bug in ("R24", "R25", "R139")]
    report = check_conformance(as_it_is, areas=[DIRECTED], known=known)
    assert {each.id for each in report.known} == {"R24", "R25", "R139"}


def test_the_command_leaves_them_out(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--python", "tests.conformance.fakes:Good", "--examples", "1", "--steps", "3"]
    assert main(["conform", *options, "--json"]) == 0
    assert f'"{DIRECTED}"' in capsys.readouterr().out
    assert main(["conform", *options, "--json", "--no-directed"]) == 0
    assert f'"{DIRECTED}"' not in capsys.readouterr().out
    assert main(["conform", "--exec", "x", "--smoke", "--no-directed"]) == 2
    assert "leave out --no-directed" in capsys.readouterr().err


# -- what a subject can be asked for -------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "feature"),
    [
        (node_plan(Start(), Start()), Feature.RESTART),
        (node_plan(Start(), Start(vanished=("p1",))), Feature.HOST),
        (node_plan(Start(), ArmFault(call="WriteCheckpoint", code="EIO")), Feature.HOST),
        (node_plan(Start(), ArmFault(call="GetAttachedENIs")), Feature.READ_FAULTS),
        (node_plan(Start(), ArmFault(call="FreeENI")), Feature.FAULTS),
        (node_plan(Start(), env={"ENABLE_POD_ENI": "true"}), Feature.BRANCH_ENIS),
        (node_plan(Start(), env={"ENABLE_PREFIX_DELEGATION": "true"}), Feature.PREFIX_DELEGATION),
        (
            node_plan(Start(env={"ENABLE_PREFIX_DELEGATION": "true"})),
            Feature.PREFIX_DELEGATION,
        ),
        (node_plan(Start(), version="v1.7"), Feature.V1_7),
        (node_plan(Start(), cordoned=True), Feature.CORDON),
        (node_plan(Start(), env={"WARM_ENI_TARGET": "0"}), Feature.WARM_ENI_ZERO),
        (
            node_plan(Start(), env={"DISABLE_NETWORK_RESOURCE_PROVISIONING": "true"}),
            Feature.NO_PROVISIONING,
        ),
        (busy_plan(), Feature.RECONCILE),
    ],
)
def test_what_a_plan_needs(plan: DaemonPlan, feature: Feature) -> None:
    assert feature in features_needed(plan)
    everything = Capabilities(features=frozenset(Feature))
    assert suits(plan, everything)
    assert not suits(plan, evolve(everything, features=everything.features - {feature}))


def test_a_plain_plan_needs_nothing() -> None:
    assert not features_needed(node_plan(Start(), PodsAdd(count=2)))


def test_a_lag_needs_a_daemon_that_reads_as_the_model_does() -> None:
    plan = node_plan(Start())
    lagging = evolve(plan, ec2=evolve(plan.ec2, imds_lag_ms=60_000))
    assert features_needed(lagging) == {Feature.IMDS_LAG}


def test_an_ec2_of_its_own_keeps_its_limits() -> None:
    plan = node_plan(Start())
    beyond = evolve(plan, ec2=evolve(plan.ec2, enforce_limits=False))
    own, kits = (Capabilities(calls=calls) for calls in (Calls.NONE, Calls.CHANGES))
    assert (suits(beyond, kits), suits(beyond, own)) == (True, False)


def test_who_says_nothing_is_asked_for_no_more_than_before() -> None:
    assert Capabilities().features == USUAL_FEATURES
    plans: list[DirectedPlan] = [*directed_plans(Kind.DAEMON)]
    usual = [each for each in plans if suits(each.plan, Capabilities())]
    assert 0 < len(usual) < len(plans)


def test_a_fault_of_the_host_is_used_up_once() -> None:
    """Though a change of EC2 comes after it, at which the model takes EC2 over from the kit."""
    plan = node_plan(
        Start(),
        PodsAdd(count=3),
        ArmFault(call="SetupENINetwork", code="LinkError", times=2),
        Start(),
        *busy_plan().events[1:],
        limits=busy_plan().node.limits,
        env={"WARM_ENI_TARGET": "1"},
    )
    verdict = run_daemon(ReferenceDaemon(), plan)
    assert verdict.result is Result.CONFORMS, verdict
