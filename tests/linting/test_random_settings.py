"""Whatever the settings: no check is left undecided, and what is suggested helps."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from ipam_model.config import Version
from ipam_model.limits import InstanceLimits
from ipam_model.linting import LintFinding, Report, Severity, lint
from ipam_model.linting.checks import CHECKS
from ipam_model.linting.sarif import as_sarif
from ipam_model.nodes import NodeSetup, default_max_pods
from ipam_model.settings import shipped_defaults
from tests.linting.nodes import ids, with_suggestion

ODD = ("00", "-1", "", " 3", "soon", "999")


def numbers(most: int) -> st.SearchStrategy[str]:
    """Targets, most of them written as they should be."""
    usual = st.integers(0, most).map(str)
    return st.one_of(usual, usual, usual, st.sampled_from(ODD))


FLAGS = st.sampled_from(("true", "true", "false", "yes", ""))
SETTINGS: st.SearchStrategy[Mapping[str, str]] = st.fixed_dictionaries(
    {},
    optional={
        "WARM_ENI_TARGET": numbers(3),
        "WARM_IP_TARGET": numbers(12),
        "MINIMUM_IP_TARGET": numbers(20),
        "WARM_PREFIX_TARGET": numbers(3),
        "MAX_ENI": numbers(4),
        "ENABLE_PREFIX_DELEGATION": FLAGS,
        "ENABLE_POD_ENI": FLAGS,
        "ENABLE_MULTI_NIC": FLAGS,
        "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": FLAGS,
    },
)


@st.composite
def nodes(draw: st.DrawFn) -> NodeSetup:
    """Small ones, with one card or two."""
    limits = InstanceLimits.simple(
        draw(st.integers(1, 3)), draw(st.integers(2, 6)), cards=draw(st.sampled_from((1, 1, 2)))
    )
    given_pods = draw(st.sampled_from((None, None, 0, 3, 8, 20, 58)))
    return NodeSetup(
        name="node",
        limits=limits,
        env={**shipped_defaults(), **draw(SETTINGS)},
        max_pods=default_max_pods(limits) if given_pods is None else given_pods,
        max_pods_assumed=given_pods is None,
        version=draw(st.sampled_from((Version.V1_23, Version.V1_23, Version.V1_7))),
    )


def told(report: Report) -> set[tuple[str, str]]:
    """What is told: checks by id, remarks by id and variable."""
    return {(each.id, _variable(each)) for each in report.findings}


def _variable(found: LintFinding) -> str:
    return "" if found.id in CHECKS else found.variable


@settings(max_examples=40)
@given(nodes(), st.sampled_from((None, None, 1, 5, 20)))
def test_all_is_decided_and_what_is_suggested_helps(node: NodeSetup, peak: int | None) -> None:
    report = lint(node, peak_pods=peak)
    assert not report.undecided
    log: Any = as_sarif([report], version="1.0.0")
    prints = [str(each["partialFingerprints"]) for each in log["runs"][0]["results"]]
    assert len(prints) == len(set(prints))
    # Suggestions that are alike are looked at once: linting them takes the time.
    by_text = {str(each.suggestion): each for each in report.findings if each.suggestion}
    for found in list(by_text.values())[:2]:
        after = lint(with_suggestion(report, found), peak_pods=peak)
        assert (found.id, _variable(found)) not in told(after)
        assert ids(after, Severity.WARNING) <= ids(report, Severity.WARNING)


def test_the_random_settings_reach_what_they_are_about() -> None:
    """A node that was undecided once, of each of its kinds."""
    starving = NodeSetup(
        name="node",
        limits=InstanceLimits.simple(3, 6, cards=2),
        env={**shipped_defaults(), "ENABLE_MULTI_NIC": "true", "MINIMUM_IP_TARGET": "5"},
        max_pods=17,
    )
    assert not lint(starving).undecided
    alone = evolve(starving, limits=InstanceLimits.simple(1, 6), env={"ENABLE_IPv4": "true"})
    custom = evolve(
        alone, env={"ENABLE_IPv4": "true", "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true"}
    )
    assert "no-eni-for-pods" in ids(lint(custom))
