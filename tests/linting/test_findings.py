"""Lint finds what the issues report, nothing on sound settings; what it shows is small and true."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ipam_model.cli.lint_text import report_lines
from ipam_model.config import Quirk, Version
from ipam_model.errors import InputError
from ipam_model.limits import InstanceLimits
from ipam_model.linting import LintFinding, Report, Severity, Status, lint
from ipam_model.linting.checks import CHECKS
from ipam_model.linting.search import _sizes
from ipam_model.linting.stories import filled
from ipam_model.linting.subject import Subject, subject_of
from ipam_model.linting.trial import scenario_of, seen_in, shows, simpler
from ipam_model.nodes import NodeSetup, ample_subnet
from ipam_model.properties.registry import FINDINGS
from ipam_model.properties.suite import PROPERTIES
from ipam_model.scenario.judging import JudgedRun
from ipam_model.scenario.reading import read_scenario
from ipam_model.scenario.setup import config_of, limits_of
from ipam_model.scenario.writing import write_scenario
from tests.linting.nodes import described, ids, with_suggestion
from tests.linting.settings import REMARKED, SOUND, WRONG


@cache
def linted(name: str) -> Report:
    return lint({**WRONG, **REMARKED}[name][1])


def found_on(name: str) -> LintFinding:
    wanted = WRONG[name][0]
    return next(each for each in linted(name).findings if each.id == wanted)


@pytest.mark.parametrize("name", [*WRONG, *REMARKED])
def test_each_issue_is_found(name: str) -> None:
    assert {**WRONG, **REMARKED}[name][0] in ids(linted(name))
    assert not linted(name).undecided


def test_every_check_is_found_somewhere() -> None:
    assert {wanted for wanted, _ in WRONG.values()} == set(CHECKS)


def test_issues_are_named() -> None:
    for name in WRONG:
        if name.startswith("#"):
            assert name in found_on(name).upstream


def test_there_are_enough_sound_settings() -> None:
    assert len(SOUND) >= 20


@pytest.mark.parametrize("name", SOUND)
def test_nothing_is_found_on_sound_settings(name: str) -> None:
    report = lint(SOUND[name])
    assert not ids(report, Severity.WARNING)
    assert not report.undecided


SMALL = [name for name, node in SOUND.items() if subject_of(node).capacity <= 64]


@pytest.mark.parametrize("name", SMALL)
def test_sound_settings_serve_and_rest(name: str) -> None:
    """Whatever the checks say: no pod is stranded, and nothing flaps, on the node itself."""
    subject = subject_of(SOUND[name])
    for pods in sorted({subject.eni, subject.most_pods}):
        story = filled(subject.node, min(pods, subject.most_pods))
        run = JudgedRun(scenario_of(subject.node, story, title=name, source=""))
        refused = [step.reply.get("refused") for step in run.steps()]
        assert not any(refused), pods
        violated = {each.of for each in run.violations()} & {"P-L1", "P-L2", "P-L3", "P-M2"}
        if pods == subject.scheduled:  # Another pod would not be served, and cannot come.
            violated.discard("P-L3")
        assert not violated, pods


def test_many_sound_settings_are_small() -> None:
    assert len(SMALL) >= 10


@pytest.mark.parametrize("name", WRONG)
def test_counter_examples_replay(name: str, tmp_path: Path) -> None:
    example = found_on(name).counter_example
    assert example is not None
    file = tmp_path / "found.json"
    file.write_text(write_scenario(example.scenario), encoding="utf-8")
    scenario, _ = read_scenario(file)
    symptom = CHECKS[WRONG[name][0]].demonstration.symptom
    assert seen_in(scenario, symptom) == example.violated != ()


@pytest.mark.parametrize("name", WRONG)
def test_counter_examples_are_minimal(name: str) -> None:
    """No event less, no pod less; and no smaller node with the condition shows it."""
    wanted, setup = WRONG[name]
    found, check = found_on(name), CHECKS[wanted]
    example, subject = found.counter_example, Subject(node=setup)
    assert example is not None
    events = example.scenario.events
    shown_by = check.demonstration
    for node in _sizes(check, subject):
        limits = node.node.limits
        size = (limits.max_enis, limits.ipv4_per_eni)
        contrast = shown_by.contrast(node)
        if size == (example.enis, example.addresses):
            assert shows(node.node, events, shown_by.symptom, in_full=True)
            for story in simpler(events):
                shown = shows(node.node, story, shown_by.symptom)
                excused = contrast is not None and shows(contrast, story, shown_by.symptom)
                assert excused or not shown, story
            return
        for story in shown_by.stories(node):
            shown = shows(node.node, story, shown_by.symptom)
            excused = contrast is not None and shows(contrast, story, shown_by.symptom)
            assert excused or not shown, (size, story)
    pytest.fail("the size of the counter-example is not among those tried")


@pytest.mark.parametrize("name", [*WRONG, *REMARKED])
def test_suggestions_are_clean(name: str) -> None:
    wanted = {**WRONG, **REMARKED}[name][0]
    report = linted(name)
    found = next(each for each in report.findings if each.id == wanted)
    if found.suggestion is None:
        assert wanted == "prefixes-on-unsupported-instance", "every other finding has one"
        return
    after = lint(with_suggestion(report, found))
    assert wanted not in ids(after)
    assert ids(after, Severity.WARNING) <= ids(report, Severity.WARNING)


@pytest.mark.parametrize("name", WRONG)
def test_the_counter_example_is_of_these_settings(name: str) -> None:
    """On another instance at most."""
    example = found_on(name).counter_example
    assert example is not None
    part = example.scenario.node
    asked, shown = WRONG[name][1].config, config_of(part, limits_of(part))
    assert shown.settings == asked.settings
    assert shown.limits.max_enis <= asked.limits.max_enis
    assert shown.limits.ipv4_per_eni <= asked.limits.ipv4_per_eni


def test_findings_of_the_registry_keep_their_ids() -> None:
    shared = set(CHECKS) & set(FINDINGS)
    assert shared == {
        "minimum-alone-is-a-ceiling",
        "warm-eni-target-zero",
        "warm-prefix-target-zero",
        "idle-card-flaps",
        "max-pods-stops-growth",
        "cordoned-node-keeps-its-enis",
    }
    for each in shared:
        assert set(FINDINGS[each].upstream) <= set(CHECKS[each].upstream)
    assert PROPERTIES


# -- what decides ---------------------------------------------------------------------------------


def test_peak_pods_can_excuse_a_minimum_alone() -> None:
    node = described("m5.large", MINIMUM_IP_TARGET="10")
    assert "minimum-alone-is-a-ceiling" in ids(lint(node, peak_pods=11))
    assert "minimum-alone-is-a-ceiling" not in ids(lint(node, peak_pods=10))


def test_peak_pods_above_the_capacity() -> None:
    node = described("m5.large", max_pods=110)
    assert "max-pods-above-capacity" not in ids(lint(node, peak_pods=27))
    assert "max-pods-above-capacity" in ids(lint(node, peak_pods=28))


def test_an_assumed_max_pods_is_a_warning() -> None:
    node = described("m5.large", MAX_ENI="2")
    found = {each.id: each for each in lint(node).findings}
    assert found["max-pods-above-capacity"].severity is Severity.WARNING
    given = evolve(node, max_pods_assumed=False)
    found = {each.id: each for each in lint(given).findings}
    assert found["max-pods-above-capacity"].severity is Severity.ERROR


def test_a_repaired_daemon_has_no_idle_card_that_flaps() -> None:
    node = described(
        "p4d.24xlarge",
        without=frozenset({Quirk.UNCONVERTED_CARDS}),
        ENABLE_MULTI_NIC="true",
        ENABLE_PREFIX_DELEGATION="true",
    )
    assert "idle-card-flaps" not in ids(lint(node))


def test_v1_7_does_not_heed_the_cordon_nor_max_pods() -> None:
    assert not ids(lint(described("m5.large", version=Version.V1_7)))
    node = described("m4.4xlarge", max_pods=110, WARM_ENI_TARGET="5", version=Version.V1_7)
    assert "max-pods-stops-growth" not in ids(lint(node))
    flapping = lint(described("t3.small", WARM_ENI_TARGET="0", version=Version.V1_7))
    assert "warm-eni-target-zero" in ids(flapping)


def test_a_minimum_alone_is_no_ceiling_where_other_cards_serve() -> None:
    """A card above 0 fills up for whatever targets; only then is a pod never served (R39)."""
    node = described("3x6", MINIMUM_IP_TARGET="5", ENABLE_MULTI_NIC="true")
    two_cards = evolve(node, limits=InstanceLimits.simple(3, 6, cards=2))
    served = lint(evolve(two_cards, max_pods=22))
    assert "minimum-alone-is-a-ceiling" not in ids(served)
    assert not served.undecided
    stranded = lint(evolve(two_cards, max_pods=23))
    found = next(each for each in stranded.findings if each.id == "minimum-alone-is-a-ceiling")
    assert "pod 21 never gets one" in found.message
    assert found.status is Status.PROVED


def test_the_only_eni_serves_pods_beside_a_trunk_that_never_comes() -> None:
    report = lint(described("1x6", max_pods=7, ENABLE_POD_ENI="true"))
    assert (report.capacity, report.undecided) == (5, ())
    assert not ids(report, Severity.WARNING)


def test_a_slot_is_kept_for_a_trunk_as_the_type_and_the_version_have_it() -> None:
    """On smaller nodes, too, where the counter-example is looked for."""
    assert lint(described("t3.small", ENABLE_POD_ENI="true")).capacity == 9
    assert lint(described("t3.small", ENABLE_POD_ENI="true", version=Version.V1_7)).capacity == 6
    assert lint(described("m5.large", ENABLE_POD_ENI="true")).capacity == 18
    node = described("t3.small", max_pods=40, WARM_ENI_TARGET="0", ENABLE_POD_ENI="true")
    example = next(e for e in lint(node).findings if e.id == "warm-eni-target-zero").counter_example
    assert example is not None
    assert not example.own_limits
    assert not example.scenario.node.trunk_compatible


def test_v1_7_runs_without_an_eni_for_pods_and_serves_none() -> None:
    node = described(
        "1x6", max_pods=7, AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG="true", version=Version.V1_7
    )
    report = lint(node)
    assert {"max-pods-above-capacity", "target-above-capacity"} <= ids(report)
    assert not report.undecided


def test_a_cordon_is_told_of_a_drained_node_only_and_of_one_with_many_warm_enis() -> None:
    """It was undecided of both: there were no pods, and no time to grow before the cordon."""
    cordoned = "cordoned-node-keeps-its-enis"
    custom = described("m5.large", WARM_ENI_TARGET="0", AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG="true")
    for report in (lint(custom, peak_pods=0), lint(evolve(custom, max_pods=2))):
        assert (report.undecided, cordoned in ids(report)) == ((), False)
    assert cordoned in ids(lint(custom, peak_pods=1))
    report = lint(described("8x30", WARM_ENI_TARGET="5"), peak_pods=1)
    assert (report.undecided, cordoned in ids(report)) == ((), True)


def test_remarks_of_one_kind_are_each_answered() -> None:
    """What another variable has is no reason to suggest nothing for this one."""
    report = lint(described("m5.large", WARM_IP_TARGET="soon", MINIMUM_IP_TARGET="1.5"))
    remarked = [each for each in report.findings if each.id == "not-an-integer"]
    assert [str(each.suggestion) for each in remarked] == [
        "leave WARM_IP_TARGET out",
        "leave MINIMUM_IP_TARGET out",
    ]


def test_the_policy_of_the_article_is_refused() -> None:
    with pytest.raises(InputError, match="article"):
        lint(described("m5.large", version=Version.ARTICLE_2021))


@pytest.mark.parametrize(
    "settings",
    [
        {"DISABLE_NETWORK_RESOURCE_PROVISIONING": "true", "WARM_ENI_TARGET": "0"},
        {"ENABLE_IPv4": "false", "ENABLE_IPv6": "true", "ENABLE_PREFIX_DELEGATION": "true"},
        {"ENABLE_IPv4": "false"},
    ],
)
def test_without_a_pool_nothing_is_run(settings: dict[str, str]) -> None:
    report = lint(described("m5.large", settings))
    assert not report.checked
    assert all(found.counter_example is None for found in report.findings)


def test_a_daemon_that_exits_has_no_room_and_gets_no_other_check() -> None:
    """Whatever other cards have, which the message does not deny."""
    settings = {"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true", "MAX_ENI": "1"}
    report = lint(described("p4d.24xlarge", settings, ENABLE_MULTI_NIC="true"))
    (found,) = (each for each in report.findings if each.id == "no-eni-for-pods")
    assert "card 0 has 1 ENI at most, and the daemon exits" in found.message
    assert (report.exits, report.capacity, report.checked) == (True, 0, ("no-eni-for-pods",))
    assert "the daemon exits" in next(report_lines(report))
    (alone,) = lint(described("1x6", settings)).at_least(Severity.ERROR)
    assert "the node has 1 ENI at most" in alone.message
    running = lint(described("1x6", settings, version=Version.V1_7))
    assert "max-pods-above-capacity" in ids(running)
    assert not running.exits


def test_the_status_says_where_it_was_shown() -> None:
    assert found_on("#2650").status is Status.PROVED
    large = lint(described("c5.9xlarge", WARM_ENI_TARGET="0"))
    found = next(each for each in large.findings if each.id == "warm-eni-target-zero")
    assert found.status is Status.EXHAUSTIVE
    assert found_on("R95").status is Status.TESTED


@pytest.mark.parametrize(
    "other",
    [
        {"version": Version.V1_7},
        {"variables": {"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true"}},
        {"variables": {"ENABLE_POD_ENI": "true"}},
        {"without": frozenset({Quirk.COOLING_RELEASED})},
    ],
    ids=str,
)
def test_what_was_compared_is_claimed_of_no_other_kind_of_node(other: dict[str, Any]) -> None:
    large = lint(described("c5.9xlarge", **other, WARM_ENI_TARGET="0"))
    found = next(each for each in large.findings if each.id == "warm-eni-target-zero")
    assert found.status is Status.TESTED


def test_subnets_have_no_say() -> None:
    node = described("m5.large", WARM_ENI_TARGET="0")
    assert lint(node).findings == lint(evolve(node, subnets=(ample_subnet(1),))).findings


def test_the_same_twice() -> None:
    node: NodeSetup = WRONG["#2650"][1]
    assert lint(node) == lint(node)
