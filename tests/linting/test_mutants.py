"""Every check has mutants, each noticed by the settings that must and must not be found.

A mutant is the condition with one part of it wrong; what notices is `noticed`: the node of the
issue, the sound settings, the pairs that differ in one thing, and the exhaustive grids.
"""

from collections.abc import Callable

import pytest
from attrs import evolve

from ipam_model.config import Version
from ipam_model.linting import Severity
from ipam_model.linting.checks import CHECKS, Complaint, Condition
from ipam_model.linting.linter import lint
from ipam_model.linting.subject import Subject, subject_of
from ipam_model.nodes import NodeSetup
from tests.linting import test_exhaustive
from tests.linting.nodes import described, ids
from tests.linting.settings import PREFIXES, SOUND, WRONG

Mutate = Callable[[Condition], Condition]

CUSTOM = {"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true"}

ALMOST: dict[str, tuple[NodeSetup, ...]] = {
    "no-eni-for-pods": (
        described("m5.large", CUSTOM, MAX_ENI="2"),
        described("m5.large", CUSTOM, MAX_ENI="1", max_pods=0),
        described("m5.large", CUSTOM, MAX_ENI="1", version=Version.V1_7),
        described("m5.large", MAX_ENI="1"),
    ),
    "minimum-alone-is-a-ceiling": (described("t3.small", MINIMUM_IP_TARGET="9"),),
    "warm-eni-target-zero": (
        described("t3.small", MAX_ENI="1", max_pods=5, WARM_ENI_TARGET="0"),
        described("t3.small", WARM_ENI_TARGET="0", WARM_IP_TARGET="2"),
    ),
    "warm-prefix-target-zero": (
        described("t3.medium", PREFIXES, max_pods=110, WARM_PREFIX_TARGET="00", WARM_IP_TARGET="1"),
    ),
    "idle-card-flaps": (
        described("p4d.24xlarge", ENABLE_MULTI_NIC="true"),
        described("p4d.24xlarge", PREFIXES, max_pods=250),
        described("p4d.24xlarge", PREFIXES, max_pods=0, ENABLE_MULTI_NIC="true"),
        described("m5.large", PREFIXES, ENABLE_MULTI_NIC="true"),
    ),
    "target-above-capacity": (described("m5.large", WARM_IP_TARGET="27"),),
    "max-pods-stops-growth": (
        described("m4.4xlarge", max_pods=110, WARM_ENI_TARGET="4"),
        described("m4.4xlarge", max_pods=110, WARM_ENI_TARGET="3"),
    ),
    "reserves-beyond-max-pods": (
        described("m5.large", PREFIXES, max_pods=29, WARM_PREFIX_TARGET="2"),
    ),
    "warm-prefix-target-still-vetoes": (
        described("3x2", PREFIXES, max_pods=20, WARM_IP_TARGET="1"),
        described("t3.small", PREFIXES, max_pods=40, WARM_IP_TARGET="5"),
        described("t3.small", PREFIXES, max_pods=110),
        described("t3.small", PREFIXES, max_pods=110, WARM_IP_TARGET="5", WARM_PREFIX_TARGET="0"),
    ),
    "cordoned-node-keeps-its-enis": (
        described("2x2", PREFIXES, max_pods=20, WARM_IP_TARGET="1", WARM_PREFIX_TARGET="2"),
        described("2x3", PREFIXES, max_pods=58, WARM_IP_TARGET="1", WARM_PREFIX_TARGET="2"),
        described("m5.large", AWS_MANAGE_ENIS_NON_SCHEDULABLE="true"),
        described("m5.large", WARM_ENI_TARGET="3"),
        described("m5.large", max_pods=9),
    ),
    "max-pods-above-capacity": (described("m5.large", max_pods=29),),
}
"""By check: nodes that differ in one thing from one that has the finding, and have it not."""


def noticed(check_id: str) -> bool:
    """Whether what lint says of a check is wrong anywhere."""
    condition = CHECKS[check_id].condition
    missed = any(
        condition(Subject(node=node)) is None for found, node in WRONG.values() if found == check_id
    )
    severe = CHECKS[check_id].severity is not Severity.NOTE
    innocent = (*ALMOST[check_id], *(SOUND.values() if severe else ()))
    alarmed = any(condition(subject_of(node)) is not None for node in innocent)
    inexact = check_id in test_exhaustive.SETTINGS and bool(test_exhaustive.wrong(check_id))
    return missed or alarmed or inexact


def never(condition: Condition) -> Condition:
    del condition
    return lambda _: None


def always(condition: Condition) -> Condition:
    del condition
    return lambda _: Complaint(message="m", variable="v")


def of_another(**settings: str) -> Mutate:
    """The condition looks at other settings than the node's: it does not heed these variables."""

    def mutate(condition: Condition) -> Condition:
        def blind(subject: Subject) -> Complaint | None:
            node = evolve(subject.node, env={**subject.node.env, **settings})
            return condition(Subject(node=node, peak=subject.peak))

        return blind

    return mutate


def with_pods(less: int) -> Mutate:
    """The condition takes max pods for so many less."""

    def mutate(condition: Condition) -> Condition:
        def blind(subject: Subject) -> Complaint | None:
            most = max(0, subject.node.max_pods - less)
            return condition(evolve(subject, node=evolve(subject.node, max_pods=most)))

        return blind

    return mutate


MUTANTS: dict[str, tuple[Mutate, ...]] = {
    "no-eni-for-pods": (of_another(MAX_ENI="2"), of_another(**CUSTOM), with_pods(-1)),
    "minimum-alone-is-a-ceiling": (of_another(WARM_IP_TARGET="0"), with_pods(1), with_pods(-1)),
    "warm-eni-target-zero": (of_another(MINIMUM_IP_TARGET="0", WARM_IP_TARGET="0"), with_pods(1)),
    "warm-prefix-target-zero": (of_another(WARM_IP_TARGET="0"), of_another(WARM_PREFIX_TARGET="1")),
    "idle-card-flaps": (of_another(ENABLE_MULTI_NIC="true"), of_another(**PREFIXES)),
    "target-above-capacity": (of_another(MAX_ENI="2"), of_another(WARM_IP_TARGET="28")),
    "max-pods-stops-growth": (with_pods(24), with_pods(-40)),
    "reserves-beyond-max-pods": (with_pods(14), with_pods(-130)),
    "warm-prefix-target-still-vetoes": (of_another(WARM_PREFIX_TARGET="1"), with_pods(-20)),
    "cordoned-node-keeps-its-enis": (
        of_another(AWS_MANAGE_ENIS_NON_SCHEDULABLE="false"),
        with_pods(-2),
        of_another(WARM_ENI_TARGET="1"),
    ),
    "max-pods-above-capacity": (with_pods(-1), with_pods(90)),
}


ALL = [
    pytest.param(check_id, mutate, id=f"{check_id}-{number}")
    for check_id in CHECKS
    for number, mutate in enumerate((never, always, *MUTANTS[check_id]))
]


@pytest.mark.parametrize("check_id", CHECKS)
def test_nothing_is_noticed_of_the_checks_themselves(check_id: str) -> None:
    assert not noticed(check_id)


@pytest.mark.parametrize(("check_id", "mutate"), ALL)
def test_every_mutant_is_noticed(
    check_id: str, mutate: Mutate, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = CHECKS[check_id]
    monkeypatch.setitem(CHECKS, check_id, evolve(check, condition=mutate(check.condition)))
    assert noticed(check_id)


def test_a_condition_without_a_counter_example_is_no_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The search is no rubber stamp: a sound node shows nothing, whatever the condition says."""
    check = CHECKS["minimum-alone-is-a-ceiling"]
    monkeypatch.setitem(CHECKS, check.id, evolve(check, condition=always(check.condition)))
    report = lint(described("2x3", WARM_IP_TARGET="1", AWS_MANAGE_ENIS_NON_SCHEDULABLE="true"))
    assert check.id not in ids(report)
    assert check.id in report.undecided
