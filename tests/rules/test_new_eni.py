"""Growth: a new ENI, and what may go wrong with it (R101-R109, R168-R176)."""

import pytest
from attrs import evolve

from ipam_model import ec2
from ipam_model.ec2 import Fault
from ipam_model.requests import (
    AllocENI,
    Code,
    Failed,
    FreeENI,
    IsSubnetExcluded,
    SetupENINetwork,
    WaitForENI,
)
from tests.rules.growth_scenes import INSUFFICIENT, NOW, full, grow
from tests.rules.scenes import (
    CUSTOM,
    NO_DISCOVERY,
    PREFIXES,
    make_subnet,
    warm,
)


@pytest.mark.parametrize(
    ("env", "count"),
    [
        (None, 3),
        (warm(ip=1), 1),
        (warm(ip=3), 3),
        (warm(ip=9), 3),
        (PREFIXES | warm(prefix=1), 1),
        (PREFIXES | warm(prefix=9), 3),
        (PREFIXES | warm(ip=16 * 3), 1),  # three times fifteen are available: short by three
    ],
)
def test_R107_size_asked_for_with_a_new_eni(env: dict[str, str] | None, count: int) -> None:
    scene = full(env)
    grow(scene)
    assert scene.requests(AllocENI) == [AllocENI(count, scene.config.prefix_mode)]
    assert scene.requests(WaitForENI) == [WaitForENI("eni-2", count, scene.config.prefix_mode)]


def test_R101_the_new_eni_is_set_up_and_not_tagged() -> None:
    scene = full()
    grow(scene)
    assert scene.calls() == [
        "NodeCordoned",
        "AllocENI",
        "WaitForENI",
        "FindRouteTable",
        "IsSubnetExcluded",
        "SetupENINetwork",
    ]
    created = scene.eni("eni-2")
    assert (created.trunk, created.efa, created.primary, created.device) == (False,) * 3 + (1,)


def test_R101_step_1_R176_without_eni_config_nothing_is_created() -> None:
    scene = full(CUSTOM)
    assert grow(scene) is None
    assert scene.calls() == ["NodeCordoned", "ReadEniConfig"]
    assert scene.mind.last_pool_action is None


def test_R101_step_1_R102_the_eni_config_names_the_subnet() -> None:
    scene = full(CUSTOM)
    scene.ec2 = evolve(
        scene.ec2, subnets=(*scene.ec2.subnets, make_subnet("subnet-2", free=50, first=1))
    )
    scene.eni_config_subnet = "subnet-2"
    grow(scene)
    assert scene.requests(AllocENI) == [AllocENI(3, False, 0, "subnet-2")]
    assert scene.eni("eni-2").subnet == "subnet-2"


@pytest.mark.parametrize(
    ("faults", "excluded", "enis"), [(1, False, 2), (2, False, 1), (1, True, 1)]
)
def test_R104_a_failing_description_of_the_subnets_needs_a_second_one(
    faults: int, excluded: bool, enis: int
) -> None:
    scene = full()
    other = make_subnet("subnet-2", free=9_000, role="1", first=1)
    scene.ec2 = evolve(scene.ec2, subnets=(*scene.ec2.subnets, other))
    if excluded:
        scene.exclude_subnet()
    scene.fault("DescribeSubnets", Code.THROTTLED, times=faults)
    grow(scene)
    assert [eni.subnet for eni in scene.store().enis] == ["subnet-1"] * enis


@pytest.mark.parametrize(
    ("faults", "excluded", "enis"), [(0, False, 2), (0, True, 1), (1, False, 2), (1, True, 2)]
)
def test_R105_without_discovery_a_failing_look_up_is_ignored(
    faults: int, excluded: bool, enis: int
) -> None:
    scene = full(NO_DISCOVERY)
    if excluded:
        scene.exclude_subnet()
    if faults:
        scene.fault("DescribeSubnets", Code.THROTTLED, times=faults)
    grow(scene)
    assert len(scene.store().enis) == enis


@pytest.mark.parametrize("code", INSUFFICIENT)
def test_R101_step_3_R168_insufficient_for_a_new_eni_backs_off(code: str) -> None:
    scene = full()
    scene.fault("CreateNetworkInterface", code)
    assert grow(scene) is None
    assert scene.mind.last_insufficient == NOW
    assert scene.mind.last_pool_action is None


def test_R101_step_3_R168_another_failure_does_not() -> None:
    scene = full()
    scene.fault("CreateNetworkInterface", Code.THROTTLED)
    grow(scene)
    assert scene.mind.last_insufficient is None


def test_R101_step_4_R171_an_eni_that_imds_does_not_show_stays_attached() -> None:
    scene = full()
    scene.fault("WaitForENIAndIPsAttached", Code.TIMEOUT)
    grow(scene)
    assert scene.count(FreeENI) == 0
    assert [eni.id for eni in scene.ec2.enis] == ["eni-1", "eni-2"]
    assert [eni.id for eni in scene.store().enis] == ["eni-1"]
    assert scene.mind.last_pool_action is None


def test_R101_step_5_R174_a_failing_host_link_leaves_the_eni_in_ec2() -> None:
    scene = full()
    scene.fault("SetupENINetwork", "LinkError")
    grow(scene)
    assert scene.count(SetupENINetwork) == 1
    assert [eni.id for eni in scene.store().enis] == ["eni-1"]
    assert scene.ec2.eni("eni-2") is not None
    assert scene.mind.last_pool_action is None


def test_R101_step_5_R173_a_failing_subnet_look_up_leaves_a_bare_record() -> None:
    scene = full()
    scene.fault("IsSubnetExcluded", Code.THROTTLED)
    grow(scene)
    assert scene.count(IsSubnetExcluded) == 1
    assert scene.count(SetupENINetwork) == 0
    assert scene.eni("eni-2").cidrs == ()
    assert scene.mind.last_pool_action is None


def test_R106_R170_failing_delete_on_termination_waits_for_an_empty_id() -> None:
    scene = full()
    scene.fault("ModifyNetworkInterfaceAttribute")
    assert grow(scene) is None
    assert scene.replies[1:] == ["", Failed(Code.TIMEOUT)]
    assert scene.requests(WaitForENI) == [WaitForENI("", 3, False)]
    assert scene.ec2.eni("eni-2") is None  # it was freed again
    assert scene.mind.last_pool_action is None


def test_R109_one_of_two_prefixes_is_not_enough() -> None:
    scene = full(PREFIXES | warm(prefix=2))
    scene.ec2 = ec2.arm(scene.ec2, Fault("CreateNetworkInterface+Attach", "", grant=1))
    grow(scene)
    assert scene.replies[-1] == Failed(Code.TIMEOUT)
    assert len(scene.store().enis) == 1


def test_R109_one_of_two_addresses_is_enough() -> None:
    scene = full(warm(ip=2))
    scene.ec2 = ec2.arm(scene.ec2, Fault("CreateNetworkInterface+Attach", "", grant=1))
    grow(scene)
    assert scene.sizes() == [3, 1]
