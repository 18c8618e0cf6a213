"""The layer below: ENIs described and freed; the checkpoint (R34, R54, R59, R182-R184).

The recordings replace the AWS layer by another one, so its rules are known from source alone.
"""

import pytest
from attrs import evolve

from ipam_model import aws_layer, ec2, others
from ipam_model.ec2 import NEXT_FREE, Ec2, Ec2Eni, Fault
from ipam_model.requests import (
    DONE,
    Code,
    Described,
    EniTags,
    Failed,
    Ownership,
)
from ipam_model.state import Network
from tests.rules.ec2_scenes import OWN, THROTTLED, failing, free_in, instance
from tests.rules.scenes import (
    CUSTOM,
    NO_PROVISIONING,
    foreign_eni,
    make_config,
    make_scene,
    pod,
    prefix,
    single,
)

IMDS_ONLY = {"ENABLE_IMDS_ONLY_MODE": "true"}


def described(world: Ec2, env: dict[str, str] | None = None) -> Described:
    answer, _ = aws_layer.describe_all_enis(make_config(env), world, NEXT_FREE, 0)
    assert isinstance(answer, Described)
    return answer


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
