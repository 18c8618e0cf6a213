"""The layer below: ENIs described, attached and freed; the checkpoint (R14, R34, R54-R184).

The recordings replace the AWS layer by another one, so its rules are known from source alone.
"""

import pytest
from attrs import evolve

from ipam_model import aws_layer, ec2, exclusion, others
from ipam_model.ec2 import NEXT_FREE, Ec2, Ec2Eni, Fault
from ipam_model.requests import (
    DONE,
    AllocENI,
    Code,
    Described,
    EniTags,
    Failed,
    Ownership,
    WaitForENI,
)
from ipam_model.state import Network
from ipam_model.subnets import CounterSubnet, SubnetTags
from tests.rules.scenes import (
    CUSTOM,
    NO_DISCOVERY,
    NO_PROVISIONING,
    PREFIXES,
    foreign_eni,
    make_config,
    make_scene,
    pod,
    prefix,
    single,
)

THROTTLED = Failed(Code.THROTTLED)
OURS = {"CLUSTER_NAME": "ours"}
IMDS_ONLY = {"ENABLE_IMDS_ONLY_MODE": "true"}
OWN = EniTags(instance_id=Ownership.OWN)
LIMITS = make_config(enis=3, addresses=4).limits


def subnet(
    name: str = "subnet-1",
    free: int = 100,
    role: str = "",
    *clusters: str,
    listed: bool = True,
) -> CounterSubnet:
    number = int(name.removeprefix("subnet-"))
    return CounterSubnet(
        id=name,
        free=free,
        tags=SubnetTags(role=role, clusters=frozenset(clusters)),
        listed=listed,
        first=0x0A010004 + (number << 20),
    )


def instance(*subnets: CounterSubnet, faults: tuple[Fault, ...] = ()) -> Ec2:
    """A bare primary ENI, in the first subnet; three ENIs of four addresses at most."""
    return evolve(ec2.new_instance(LIMITS, subnets or (subnet(),)), faults=faults)


def failing(*calls: str) -> tuple[Fault, ...]:
    return tuple(Fault(call, Code.THROTTLED) for call in calls)


def free_in(world: Ec2) -> dict[str, int]:
    return {each.id: each.free for each in world.subnets}


def described(world: Ec2, env: dict[str, str] | None = None) -> Described:
    answer, _ = aws_layer.describe_all_enis(make_config(env), world, NEXT_FREE, 0)
    assert isinstance(answer, Described)
    return answer


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


# -- R54: describing the ENIs --------------------------------------------------------------------


def test_R54_ec2_adds_tags_trunk_and_efa() -> None:
    world = instance()
    for eni in (
        foreign_eni("eni-2", trunk=True, tags=OWN),
        foreign_eni("eni-3", efa=True, tags=EniTags(no_manage="true")),
    ):
        world = others.attach_by_other(world, eni)
    found = described(world)
    assert [eni.id for eni in found.enis] == ["eni-1", "eni-2", "eni-3"]
    assert found.tags == {
        "eni-1": EniTags(),
        "eni-2": OWN,
        "eni-3": EniTags(no_manage="true"),
    }
    assert found.trunk == "eni-2"
    assert found.efas == {"eni-3"}


def test_R54_without_trunk_none_is_named() -> None:
    assert described(instance()).trunk is None


def test_R54_R193_of_two_trunks_the_last_is_named() -> None:
    world = instance()
    for name in ("eni-2", "eni-3"):
        world = others.attach_by_other(world, foreign_eni(name, trunk=True))
    assert described(world).trunk == "eni-3"


def test_R54_an_error_ends_the_description() -> None:
    world = instance(faults=failing("DescribeAllENIs"))
    answer, world = aws_layer.describe_all_enis(make_config(), world, NEXT_FREE, 0)
    assert answer == THROTTLED
    assert world.faults == ()


def test_R52_R54_imds_only_mode_knows_neither_tags_nor_trunk_nor_efa() -> None:
    world = instance()
    for eni in (foreign_eni("eni-2", trunk=True, tags=OWN), foreign_eni("eni-3", efa=True)):
        world = others.attach_by_other(world, eni)
    found = described(world, IMDS_ONLY)
    assert [eni.id for eni in found.enis] == ["eni-1", "eni-2", "eni-3"]
    assert (found.tags, found.trunk, found.efas) == ({}, None, frozenset())


def test_R54_the_list_is_the_one_of_imds_which_may_lag() -> None:
    world = evolve(instance(), imds_lag=10_000)
    world = others.add_by_other(world, world.enis[0], (single(9),))
    world = ec2.remove_networks(world, world.enis[0], (single(9),), 0)
    assert described(world).enis[0].networks() == (single(9),)


# -- R34: the checkpoint ------------------------------------------------------------------------


def test_R34_the_checkpoint_keeps_pod_and_instant_of_an_assignment() -> None:
    scene = make_scene().begin()
    scene.advance(5_000)
    assert scene.add("p1").success
    scene.advance(20_000)
    (entry,) = scene.checkpoint(0).entries
    assert (entry.pod, entry.assigned_at) == (pod("p1"), 5_000)
    scene.begin()
    assert [held.since for held in scene.store().holdings.values()] == [5_000]


# -- R59: the primary's prefixes with custom networking ------------------------------------------


@pytest.mark.parametrize(
    ("env", "primary", "secondary"),
    [
        ({}, (single(1), prefix(1)), (single(2), prefix(2))),
        (CUSTOM, (single(1),), (single(2), prefix(2))),
    ],
    ids=["ordinary", "custom networking"],
)
def test_R59_custom_networking_does_not_read_the_primarys_prefixes(
    env: dict[str, str], primary: tuple[Network, ...], secondary: tuple[Network, ...]
) -> None:
    world = instance()
    world = others.add_by_other(world, world.enis[0], (single(1), prefix(1)))
    world = others.attach_by_other(world, foreign_eni("eni-2", single(2), prefix(2)))
    seen = [eni.networks() for eni in described(world, env).enis]
    assert seen == [primary, secondary]


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


# -- R182, R183: freeing and deleting ------------------------------------------------------------


def with_second_eni(*faults: Fault) -> Ec2:
    eni = foreign_eni("eni-2", single(1), prefix(1), tags=OWN)
    return evolve(others.attach_by_other(instance(), eni), faults=faults)


def test_R182_a_freed_eni_is_gone_and_its_addresses_are_free() -> None:
    answer, world = aws_layer.free_eni(with_second_eni(), "eni-2")
    assert answer is DONE
    assert ([eni.id for eni in world.enis], world.leaked) == (["eni-1"], ())
    assert free_in(world) == {"subnet-1": 99}


def test_R182_an_unknown_eni_counts_as_freed() -> None:
    before = with_second_eni()
    assert aws_layer.free_eni(before, "eni-9") == (DONE, before)


@pytest.mark.parametrize("code", [Code.ATTACHMENT_NOT_FOUND, Code.UNABLE_TO_DETACH])
def test_R177_R182_a_failing_detachment_leaves_the_eni_attached(code: str) -> None:
    answer, world = aws_layer.free_eni(with_second_eni(Fault("FreeENI", code)), "eni-2")
    assert answer == Failed(code)
    assert world == with_second_eni()


def test_R178_R182_a_failing_deletion_leaves_the_eni_detached() -> None:
    before = with_second_eni(Fault("FreeENI", Code.DELETE_FAILED))
    answer, world = aws_layer.free_eni(before, "eni-2")
    assert answer == Failed(Code.DELETE_FAILED)
    assert [eni.id for eni in world.enis] == ["eni-1"]
    assert [eni.id for eni in world.leaked] == ["eni-2"]
    assert free_in(world) == free_in(before)


def test_R182_failing_for_an_unknown_eni_leaks_nothing() -> None:
    before = with_second_eni(Fault("FreeENI", Code.DELETE_FAILED))
    answer, world = aws_layer.free_eni(before, "eni-9")
    assert answer == Failed(Code.DELETE_FAILED)
    assert (world.enis, world.leaked) == (before.enis, ())


def test_R183_an_eni_that_cannot_be_deleted_leaks_with_its_addresses() -> None:
    before = with_second_eni(*failing("DeleteNetworkInterface"))
    answer, world = aws_layer.free_eni(before, "eni-2")
    assert answer == Failed(Code.DELETE_FAILED)
    assert [eni.id for eni in world.leaked] == ["eni-2"]
    assert free_in(world) == free_in(before)
    assert world.reserved() == before.reserved()


def test_R183_a_deleted_eni_gives_every_address_back() -> None:
    eni = foreign_eni("eni-2", single(1), prefix(1))
    before = others.attach_by_other(instance(), eni)
    answer, world = aws_layer.delete(before, eni)
    assert answer is DONE
    assert free_in(world)["subnet-1"] - free_in(before)["subnet-1"] == 1 + 1 + 16


# -- R184: leaked ENIs ---------------------------------------------------------------------------


def with_leaked(*enis: Ec2Eni, faults: tuple[Fault, ...] = ()) -> Ec2:
    world = instance()
    for eni in enis:
        world = others.attach_by_other(world, eni)
    return evolve(world, enis=world.enis[:1], leaked=enis, faults=faults)


def test_R184_leaked_enis_are_deleted() -> None:
    before = with_leaked(foreign_eni("eni-2", single(1), tags=OWN), foreign_eni("eni-3", tags=OWN))
    world = aws_layer.clean_leaked_enis(make_config(), before)
    assert world.leaked == ()
    assert free_in(world) == {"subnet-1": 99}


@pytest.mark.parametrize("owner", [Ownership.OWN, Ownership.OTHER])
def test_R184_those_of_other_nodes_of_the_cluster_too(owner: Ownership) -> None:
    before = with_leaked(foreign_eni("eni-2", tags=EniTags(instance_id=owner)))
    assert aws_layer.clean_leaked_enis(make_config(), before).leaked == ()


def test_R184_enis_without_ipamds_tag_stay() -> None:
    stranger = foreign_eni("eni-2", single(1))
    before = with_leaked(stranger, foreign_eni("eni-3", tags=OWN))
    world = aws_layer.clean_leaked_enis(make_config(), before)
    assert world.leaked == (stranger,)
    assert free_in(world) == {"subnet-1": 97}


@pytest.mark.parametrize(
    "env",
    [
        {"DISABLE_LEAKED_ENI_CLEANUP": "true"},
        NO_PROVISIONING,
        IMDS_ONLY,
        {"ENABLE_IPv4": "false", "ENABLE_IPv6": "true"},
    ],
)
def test_R184_the_job_is_off_where_it_is_not_wanted(env: dict[str, str]) -> None:
    before = with_leaked(foreign_eni("eni-2", tags=OWN))
    assert aws_layer.clean_leaked_enis(make_config(env), before) == before


def test_R184_an_eni_whose_deletion_fails_again_stays_leaked() -> None:
    first, second = foreign_eni("eni-2", tags=OWN), foreign_eni("eni-3", tags=OWN)
    before = with_leaked(first, second, faults=failing("DeleteNetworkInterface"))
    world = aws_layer.clean_leaked_enis(make_config(), before)
    assert world.leaked == (first,)
    assert free_in(world) == {"subnet-1": 98}
