"""The layer below makes an ENI: its subnet, its device number, the wait (R14, R102-R109)."""

import pytest
from attrs import evolve

from ipam_model import aws_layer, exclusion, others
from ipam_model.ec2 import NEXT_FREE, Ec2, Fault
from ipam_model.requests import (
    AllocENI,
    Code,
    Failed,
    WaitForENI,
)
from ipam_model.subnets import CounterSubnet
from tests.rules.ec2_scenes import OWN, THROTTLED, failing, free_in, instance, subnet
from tests.rules.scenes import (
    CUSTOM,
    NO_DISCOVERY,
    PREFIXES,
    foreign_eni,
    make_config,
    prefix,
    single,
)

OURS = {"CLUSTER_NAME": "ours"}


def create(
    world: Ec2,
    env: dict[str, str] | None = None,
    count: int = 2,
    *,
    card: int = 0,
    eni_config: str | None = None,
) -> tuple[str | Failed, tuple[aws_layer.Attempt, ...], Ec2]:
    """AllocENI, with prefixes if the settings say so."""
    config = make_config(env, enis=3, addresses=4)
    request = AllocENI(count, config.prefix_mode, card, eni_config)
    return aws_layer.alloc_eni(config, world, request, NEXT_FREE)


def wait(
    world: Ec2, wanted: int, env: dict[str, str] | None = None, eni: str = "eni-2"
) -> str | None:
    """The wait for an ENI: how it failed, or `None`."""
    config = make_config(env, enis=3, addresses=4)
    request = WaitForENI(eni, wanted, config.prefix_mode)
    answer, _ = aws_layer.wait_for_eni(config, world, request, 0)
    return answer.code if isinstance(answer, Failed) else None


# -- R102: creation ------------------------------------------------------------------------------


def test_R102_an_eni_is_created_with_what_is_asked_for_and_owned() -> None:
    eni_id, attempts, world = create(instance(), count=2)
    assert (eni_id, attempts) == ("eni-2", (("subnet-1", None),))
    eni = world.eni("eni-2")
    assert eni is not None
    assert (len(eni.addresses), eni.prefixes, eni.tags) == (2, (), OWN)
    assert free_in(world) == {"subnet-1": 99 - 3}


def test_R102_prefixes_are_taken_in_the_same_call() -> None:
    _, _, world = create(instance(), PREFIXES, count=2)
    eni = world.eni("eni-2")
    assert eni is not None
    assert (eni.addresses, len(eni.prefixes)) == ((), 2)
    assert free_in(world) == {"subnet-1": 99 - 33}


@pytest.mark.parametrize(("count", "granted"), [(3, 3), (4, 3), (50, 3)])
def test_R102_no_more_is_asked_for_than_an_eni_holds(count: int, granted: int) -> None:
    _, _, world = create(instance(), count=count)
    eni = world.eni("eni-2")
    assert eni is not None
    assert len(eni.addresses) == granted


def test_R102_custom_networking_uses_the_eni_configs_subnet_whatever_its_tags() -> None:
    subnets = (subnet("subnet-1", 500), subnet("subnet-2", 20, "0"))
    eni_id, attempts, world = create(instance(*subnets), CUSTOM, eni_config="subnet-2")
    assert (eni_id, attempts) == ("eni-2", (("subnet-2", None),))
    assert free_in(world) == {"subnet-1": 499, "subnet-2": 17}


# -- R14, R103: which subnets --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "clusters", "named", "excluded"),
    [
        ("", (), "", False),
        ("", ("theirs",), "ours", False),
        ("0", (), "", True),
        ("0", ("ours",), "ours", True),
        ("1", (), "", False),
        ("1", (), "ours", False),
        ("1", ("ours",), "ours", False),
        ("1", ("ours", "theirs"), "ours", False),
        ("1", ("theirs",), "ours", True),
        ("1", ("theirs",), "", False),
        ("yes", ("theirs",), "ours", True),
    ],
)
def test_R14_role_and_cluster_tags_exclude_a_subnet(
    role: str, clusters: tuple[str, ...], named: str, excluded: bool
) -> None:
    world = instance(subnet("subnet-1", 100, role, *clusters))
    assert exclusion.is_subnet_excluded(world, "subnet-1", named) is excluded


@pytest.mark.parametrize("role", ["0", "1"])
def test_R14_a_subnet_that_is_not_listed_is_not_excluded(role: str) -> None:
    world = instance(subnet("subnet-1", 100, role, "theirs", listed=False))
    assert not exclusion.is_subnet_excluded(world, "subnet-1", "ours")


@pytest.mark.parametrize(
    ("other", "used"),
    [
        (subnet("subnet-2", 200), "subnet-1"),
        (subnet("subnet-2", 200, "0"), "subnet-1"),
        (subnet("subnet-2", 200, "1"), "subnet-2"),
        (subnet("subnet-2", 50, "1"), "subnet-1"),
        (subnet("subnet-2", 200, "1", listed=False), "subnet-1"),
        (subnet("subnet-2", 200, "1", "ours"), "subnet-2"),
        (subnet("subnet-2", 200, "1", "ours", "theirs"), "subnet-2"),
        (subnet("subnet-2", 200, "1", "theirs"), "subnet-1"),
    ],
)
def test_R103_the_largest_valid_subnet_is_used(other: CounterSubnet, used: str) -> None:
    eni_id, attempts, _ = create(instance(subnet("subnet-1", 100), other), OURS)
    assert (eni_id, attempts) == ("eni-2", ((used, None),))


def test_R103_cluster_tags_mean_nothing_without_cluster_name() -> None:
    other = subnet("subnet-2", 200, "1", "theirs")
    _, attempts, _ = create(instance(subnet("subnet-1", 100), other))
    assert attempts == (("subnet-2", None),)


def test_R103_the_untagged_primary_subnet_is_valid_whatever_its_cluster_tags() -> None:
    home = subnet("subnet-1", 100, "", "theirs")
    _, attempts, _ = create(instance(home), OURS)
    assert attempts == (("subnet-1", None),)


def test_R103_ties_keep_the_order_of_ec2() -> None:
    subnets = (subnet("subnet-1", 101), subnet("subnet-3", 100, "1"), subnet("subnet-2", 100, "1"))
    world = instance(*subnets, faults=failing(*["CreateNetworkInterface"] * 3))
    _, attempts, _ = create(world)
    assert [tried for tried, _ in attempts] == ["subnet-1", "subnet-3", "subnet-2"]


@pytest.mark.parametrize("code", [Code.THROTTLED, Code.INSUFFICIENT_ADDRESSES])
def test_R103_any_error_of_the_creation_moves_on_to_the_next_subnet(code: str) -> None:
    subnets = (subnet("subnet-1", 100), subnet("subnet-2", 200, "1"))
    world = instance(*subnets, faults=(Fault("CreateNetworkInterface", code),))
    eni_id, attempts, world = create(world)
    assert (eni_id, attempts) == ("eni-2", (("subnet-2", code), ("subnet-1", None)))
    assert free_in(world) == {"subnet-1": 96, "subnet-2": 200}


def test_R103_when_all_fail_the_last_error_counts() -> None:
    subnets = (subnet("subnet-1", 100), subnet("subnet-2", 200, "1"))
    faults = (
        Fault("CreateNetworkInterface", Code.THROTTLED),
        Fault("CreateNetworkInterface", Code.INSUFFICIENT_ADDRESSES),
    )
    answer, attempts, world = create(instance(*subnets, faults=faults))
    assert answer == Failed(Code.INSUFFICIENT_ADDRESSES)
    assert len(attempts) == 2
    assert free_in(world) == {"subnet-1": 99, "subnet-2": 200}


def test_R103_without_a_valid_subnet_there_is_no_eni() -> None:
    answer, attempts, _ = create(instance(subnet("subnet-1", 100, "0")))
    assert (answer, attempts) == (Failed(Code.NO_VALID_SUBNET), ())


def test_R103_a_failing_attachment_does_not_move_on() -> None:
    subnets = (subnet("subnet-1", 100), subnet("subnet-2", 200, "1"))
    world = instance(*subnets, faults=failing("AttachNetworkInterface"))
    answer, attempts, _ = create(world)
    assert (answer, attempts) == (THROTTLED, (("subnet-2", Code.THROTTLED),))


# -- R104, R105: when the subnets cannot be looked up --------------------------------------------


def test_R104_a_failing_look_up_falls_back_to_the_primarys_subnet() -> None:
    subnets = (subnet("subnet-1", 100), subnet("subnet-2", 200, "1"))
    world = instance(*subnets, faults=failing("DescribeSubnets"))
    eni_id, attempts, _ = create(world)
    assert (eni_id, attempts) == ("eni-2", (("subnet-1", None),))


def test_R104_the_fallback_needs_a_second_successful_look_up() -> None:
    world = instance(faults=failing("DescribeSubnets", "DescribeSubnets"))
    answer, attempts, world = create(world)
    assert (answer, attempts) == (THROTTLED, ())
    assert free_in(world) == {"subnet-1": 99}


def test_R104_the_fallback_does_not_use_an_excluded_subnet() -> None:
    world = instance(subnet("subnet-1", 100, "0"), faults=failing("DescribeSubnets"))
    assert create(world)[:2] == (Failed(Code.NO_VALID_SUBNET), ())


def test_R105_without_discovery_the_primarys_subnet_is_used() -> None:
    world = instance(subnet("subnet-1", 100), subnet("subnet-2", 200, "1"))
    eni_id, attempts, _ = create(world, NO_DISCOVERY)
    assert (eni_id, attempts) == ("eni-2", (("subnet-1", None),))


def test_R105_without_discovery_an_excluded_subnet_gives_no_eni() -> None:
    world = instance(subnet("subnet-1", 100, "0"), subnet("subnet-2", 200, "1"))
    assert create(world, NO_DISCOVERY)[:2] == (Failed(Code.NO_VALID_SUBNET), ())


def test_R105_without_discovery_a_failing_look_up_is_ignored() -> None:
    world = instance(subnet("subnet-1", 100, "0"), faults=failing("DescribeSubnets"))
    eni_id, attempts, _ = create(world, NO_DISCOVERY)
    assert (eni_id, attempts) == ("eni-2", (("subnet-1", None),))


# -- R106: attaching -----------------------------------------------------------------------------


def device_of(world: Ec2, eni_id: str) -> int:
    eni = world.eni(eni_id)
    assert eni is not None
    return eni.device


def test_R106_the_lowest_free_device_number_is_used() -> None:
    world = instance()
    for _ in range(2):
        _, _, world = create(world)
    assert [device_of(world, name) for name in ("eni-1", "eni-2", "eni-3")] == [0, 1, 2]
    world = others.detach_by_other(world, world.enis[1])
    _, _, world = create(world)
    assert device_of(world, "eni-4") == 1


def test_R106_device_numbers_are_those_of_the_card() -> None:
    cards = make_config(enis=3, addresses=4, cards=2).limits
    _, _, world = create(evolve(instance(), limits=cards), card=1)
    assert device_of(world, "eni-2") == 0
    _, _, world = create(world, card=0)
    assert device_of(world, "eni-3") == 1


def test_R106_a_failed_attachment_deletes_the_fresh_eni() -> None:
    answer, _, world = create(instance(faults=failing("AttachNetworkInterface")))
    assert answer == THROTTLED
    assert [eni.id for eni in world.enis] == ["eni-1"]
    assert world.leaked == ()
    assert free_in(world) == {"subnet-1": 99}


def test_R106_R169_above_the_attachment_limit_the_fresh_eni_is_deleted() -> None:
    world = instance()
    for _ in range(2):
        _, _, world = create(world)
    before = free_in(world)
    answer, attempts, world = create(world)
    assert answer == Failed(Code.ATTACHMENT_LIMIT)
    assert attempts == (("subnet-1", Code.ATTACHMENT_LIMIT),)
    assert free_in(world) == before


def test_R106_an_ec2_that_enforces_no_limits_attaches_more() -> None:
    world = evolve(instance(), enforce_limits=False)
    for number in range(2, 6):
        answer, _, world = create(world)
        assert answer == f"eni-{number}"


def test_R106_an_eni_that_cannot_be_attached_nor_deleted_leaks() -> None:
    world = instance(faults=failing("AttachNetworkInterface", "DeleteNetworkInterface"))
    answer, _, world = create(world)
    assert answer == THROTTLED
    assert [eni.id for eni in world.leaked] == ["eni-2"]
    assert free_in(world) == {"subnet-1": 96}


def test_R106_R170_an_eni_that_cannot_be_marked_is_freed_with_success() -> None:
    answer, _, world = create(instance(faults=failing("ModifyNetworkInterfaceAttribute")))
    assert answer == ""
    assert [eni.id for eni in world.enis] == ["eni-1"]
    assert free_in(world) == {"subnet-1": 99}


def test_R106_R170_if_freeing_it_fails_too_that_error_counts() -> None:
    faults = (
        *failing("ModifyNetworkInterfaceAttribute"),
        Fault("FreeENI", Code.UNABLE_TO_DETACH),
    )
    answer, _, world = create(instance(faults=faults))
    assert answer == Failed(Code.UNABLE_TO_DETACH)
    assert world.eni("eni-2") is not None


# -- R109: waiting -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("env", "shown", "wanted", "enough"),
    [
        ({}, 3, 3, True),
        ({}, 1, 3, True),
        ({}, 0, 3, False),
        ({}, 0, 0, True),
        (PREFIXES, 3, 3, True),
        (PREFIXES, 2, 3, True),
        (PREFIXES, 1, 3, False),
        (PREFIXES, 1, 2, False),
        (PREFIXES, 1, 1, True),
        (PREFIXES, 0, 1, False),
    ],
)
def test_R109_what_the_wait_for_a_new_eni_accepts(
    env: dict[str, str], shown: int, wanted: int, enough: bool
) -> None:
    kind = prefix if env else single
    world = others.attach_by_other(instance(), foreign_eni("eni-2", *map(kind, range(shown))))
    assert wait(world, wanted, env) == (None if enough else Code.TIMEOUT)


def test_R109_no_more_is_waited_for_than_an_eni_holds() -> None:
    limits = make_config(enis=3, addresses=2).limits
    world = evolve(instance(), limits=limits)
    world = others.attach_by_other(world, foreign_eni("eni-2", prefix(1)))
    assert wait(world, 5, PREFIXES) is None


def test_R109_and_no_less() -> None:
    """An ENI of three addresses holds two prefixes; one of them is not enough."""
    world = evolve(instance(), limits=make_config(enis=3, addresses=3).limits)
    world = others.attach_by_other(world, foreign_eni("eni-2", prefix(1)))
    assert wait(world, 5, PREFIXES) == Code.TIMEOUT


def test_R109_an_eni_that_is_not_listed_ends_in_a_timeout() -> None:
    assert wait(instance(), 0, eni="") == Code.TIMEOUT
    assert wait(instance(), 0) == Code.TIMEOUT


def test_R109_the_wait_itself_may_fail() -> None:
    world = others.attach_by_other(instance(), foreign_eni("eni-2", single(1)))
    world = evolve(world, faults=failing("WaitForENIAndIPsAttached"))
    assert wait(world, 1) == Code.THROTTLED
