"""The AWS layer of v1.7: how an ENI comes to be there (H9)."""

import pytest
from attrs import evolve

from ipam_model import aws_layer_v1_7, ec2
from ipam_model.aws_layer import CREATE_AND_ATTACH
from ipam_model.ec2 import NEXT_FREE, Ec2, Ec2Eni, Fault
from ipam_model.requests import Code, CreateENI, EniTags, Failed, Ownership
from tests.rules.scenes import make_config, make_subnet

LIMITS = make_config(enis=2, addresses=4).limits
NOW = 7_000


def instance(*faults: str) -> Ec2:
    """A bare primary ENI in the first of two subnets; two ENIs at most."""
    world = ec2.new_instance(LIMITS, tuple(make_subnet(f"subnet-{n}", first=n) for n in (1, 2)))
    return evolve(world, faults=tuple(Fault(call, Code.THROTTLED) for call in faults))


def create(world: Ec2, subnet: str | None = None) -> tuple[str | Failed, Ec2]:
    return aws_layer_v1_7.create_eni(world, CreateENI(subnet), NEXT_FREE, NOW)


def new_eni(world: Ec2) -> Ec2Eni:
    eni = world.eni("eni-2")
    assert eni is not None
    return eni


def test_H9_an_eni_is_created_bare_in_the_primarys_subnet_and_tagged() -> None:
    answer, world = create(instance())
    assert answer == "eni-2"
    eni = new_eni(world)
    assert (eni.subnet, eni.addresses, eni.prefixes) == ("subnet-1", (), ())
    assert eni.tags == EniTags(instance_id=Ownership.OWN)


def test_H9_custom_networking_names_the_subnet() -> None:
    _, world = create(instance(), "subnet-2")
    assert new_eni(world).subnet == "subnet-2"


@pytest.mark.parametrize(
    "call",
    [CREATE_AND_ATTACH, "CreateNetworkInterface", "AttachNetworkInterface"],
)
def test_H9_without_an_eni_the_call_fails(call: str) -> None:
    before = instance(call)
    answer, world = create(before)
    assert answer == Failed(Code.THROTTLED)
    assert (world.enis, world.leaked) == (before.enis, ())
    assert [each.free for each in world.subnets] == [each.free for each in before.subnets]


def test_H9_an_eni_that_cannot_be_tagged_stays_without_tags() -> None:
    answer, world = create(instance("CreateTags"))
    assert answer == "eni-2"
    assert new_eni(world).tags == EniTags()


def test_H9_R106_an_eni_that_cannot_be_marked_is_freed_with_success() -> None:
    answer, world = create(instance("ModifyNetworkInterfaceAttribute"))
    assert answer == ""
    assert world.eni("eni-2") is None


def test_H9_imds_shows_the_new_eni_later_where_it_lags() -> None:
    world = instance()
    world = evolve(world, arrivals=evolve(world.arrivals, eni_lag=1_000))
    _, world = create(world)
    assert world.arrivals.hides_eni("eni-2", NOW + 999)
    assert not world.arrivals.hides_eni("eni-2", NOW + 1_000)
