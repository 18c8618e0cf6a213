"""A rule has passed only where it could have been seen to be broken."""

from functools import cache
from typing import Final

import pytest
from attrs import evolve

from ipam_model.catalogue import catalogue
from ipam_model.conformance.datastore_events import (
    AddCidr,
    AddEni,
    Assign,
    DatastoreEvent,
    DatastorePart,
    Freeable,
    Recover,
    Stats,
)
from ipam_model.conformance.datastore_reference import ReferenceDatastore
from ipam_model.conformance.datastore_spec import DatastoreSpec
from ipam_model.conformance.exposure import CONDITIONS, conditions_in_words, exposed
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.plan import DaemonPlan, DatastorePlan
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.report import Status
from ipam_model.conformance.running import run_daemon, run_datastore
from ipam_model.conformance.subject import Calls
from ipam_model.conformance.verdict import Result, Verdict
from ipam_model.scenario.document import (
    ArmFault,
    Cordon,
    Event,
    LoopPass,
    OthersDetach,
    PodAdd,
    PodDel,
    PodsAdd,
    PodsDel,
    Start,
)
from ipam_model.testing.conformance import check_conformance
from ipam_model.wrong_models import WRONG_MODELS, WrongModel
from tests.conformance.daemons import FOR_THREE, node_plan

EVERYDAY: Final[tuple[Event, ...]] = (
    Start(),
    PodsAdd(count=3),
    LoopPass(times=2),
    PodsAdd(count=2, first=4),
    LoopPass(times=7),
    PodsDel(count=4),
    LoopPass(times=15),
)
DAY: Final = node_plan(*EVERYDAY, env=FOR_THREE)
COUNTS: Final = (Precision.COUNTS, Calls.NONE)


def with_events(*events: Event) -> DaemonPlan:
    return evolve(DAY, events=(*EVERYDAY, *events))


def verdict(
    plan: DaemonPlan,
    wrong: WrongModel | None = None,
    precision: Precision = Precision.EXACT,
    calls: Calls = Calls.CHANGES,
) -> Verdict:
    subject = ReferenceDaemon(precision, calls, wrong_model=wrong)
    return run_daemon(subject, plan, watch_rules=True)


@cache
def an_ordinary_day() -> Verdict:
    return verdict(DAY)


def test_conditions_are_of_rules_that_are_code() -> None:
    coded = {each.id for each in catalogue().values() if each.where and each.id[0] == "R"}
    assert CONDITIONS.keys() <= coded


@pytest.mark.parametrize("rule", CONDITIONS)
def test_a_rule_without_its_circumstances_is_not_exposed(rule: str) -> None:
    assert not exposed([rule], frozenset())
    for condition in CONDITIONS[rule]:
        rest = frozenset(c for each in CONDITIONS[rule] if each != condition for c in each)
        assert exposed([rule], rest | {condition[0]}) or rest & {condition[0]}
        assert condition[0].value in conditions_in_words(rule)


CASES: Final = [
    ("repeated-add-gives-another", "R111", with_events(PodAdd(pod="p9"), PodAdd(pod="p9"))),
    ("write-no-checkpoint", "R34", with_events(Start(), PodDel(pod="p5"))),
    (
        "keep-on-failed-write",
        "R114",
        with_events(ArmFault(call="WriteCheckpoint"), PodAdd(pod="x")),
    ),
    ("ignore-the-cordon", "R51", with_events(Cordon(), PodsAdd(count=9, first=9), LoopPass())),
    ("detached-enis-kept", "R151", with_events(OthersDetach(eni="eni-2"), LoopPass(times=13))),
]


@pytest.mark.parametrize(("wrong", "rule", "plan"), CASES, ids=[rule for _, rule, _ in CASES])
def test_what_an_ordinary_day_does_not_show_does_not_pass(
    wrong: str, rule: str, plan: DaemonPlan
) -> None:
    """The daemon breaks the rule, and conforms: it takes more to notice."""
    broken = WRONG_MODELS[wrong]
    assert rule in broken.breaks
    assert verdict(DAY, broken).result is Result.CONFORMS
    assert rule not in an_ordinary_day().exposed
    assert verdict(plan, broken).result is Result.DIVERGES
    assert rule in verdict(plan).exposed


def test_what_no_number_shows_passes_only_where_it_is_told() -> None:
    """R117: a wrong device number is seen by who compares replies, and by nobody else."""
    liar = WRONG_MODELS["another-address-told"]
    assert verdict(DAY, liar, *COUNTS).result is Result.CONFORMS
    assert verdict(DAY, liar).result is Result.DIVERGES
    counts = verdict(DAY, None, *COUNTS)
    assert "R117" in counts.fired.keys() - counts.exposed
    assert "R117" in an_ordinary_day().exposed


def test_a_daemon_that_diverges_on_an_ordinary_day_breaks_a_rule_that_it_exposes() -> None:
    """No condition asks for more than it takes."""
    executed = an_ordinary_day().fired.keys()
    noticed = 0
    for model in WRONG_MODELS.values():
        broken = executed & set(model.breaks)
        if broken and run_daemon(ReferenceDaemon(wrong_model=model), DAY).result is Result.DIVERGES:
            noticed += 1
            assert broken & an_ordinary_day().exposed, model.id
    assert noticed >= 40


def test_only_what_was_explained_counts() -> None:
    """The restart comes after the divergence, and exposes nothing."""
    plan = with_events(Start())
    assert "R61" in verdict(plan).exposed
    late = verdict(plan, WRONG_MODELS["another-address-told"])
    assert late.result is Result.DIVERGES
    assert "R61" not in late.exposed


OPENING: Final[tuple[DatastoreEvent, ...]] = (
    AddEni(eni="eni-1", device=0, primary=True),
    AddCidr(eni="eni-1", cidr="10.0.0.4/32"),
    Assign(pod="p1"),
    Stats(),
    Freeable(eni="eni-1"),
)


def store_verdict(*events: DatastoreEvent, precision: Precision = Precision.EXACT) -> Verdict:
    plan = DatastorePlan(datastore=DatastorePart(), events=(*OPENING, *events))
    spec = DatastoreSpec(watch_rules=True)
    return run_datastore(ReferenceDatastore(precision=precision), plan, spec)


def test_a_store_exposes_what_its_replies_tell() -> None:
    exact, counts = store_verdict(), store_verdict(precision=Precision.COUNTS)
    told = {"R28", "R117", "R139"}
    assert told <= exact.exposed
    assert told <= counts.fired.keys()
    assert not told & counts.exposed
    assert not {"R34", "R111", "R114", "R116"} & exact.exposed
    later = store_verdict(Assign(pod="p1"), Recover(), Stats())
    assert {"R34", "R111", "R114"} <= later.exposed
    assert "R27" in store_verdict(AddCidr(eni="eni-1", cidr="10.0.1.0/28"), Stats()).exposed


def test_the_report_says_what_it_takes() -> None:
    report = check_conformance(
        lambda: ReferenceDaemon(*COUNTS), examples=0, plans=[DAY], require_steps=False
    )
    lines = {line.id: line for line in report.rules()}
    for rule, takes in (
        ("R116", "an IPv6 node"),
        ("R117", "a reply that tells the device number (precision exact)"),
        ("R114", "a restart with pods or a checkpoint that cannot be written"),
    ):
        assert lines[rule].status is Status.SKIPPED
        assert lines[rule].skipped == (
            f"executed, but nothing would have shown it broken: that takes {takes}"
        )
    assert lines["R98"].status is Status.PASSED
    assert lines["R25"].skipped == "no step of 1 watched plan executed it"
