"""The quantities of a node, each told apart from its neighbours."""

from attrs import evolve

from ipam_model.ec2 import Ec2Eni
from ipam_model.quantities import Quantities, quantities, reaches_ec2
from ipam_model.requests import AllocENI, GetAttachedENIs, Sleep, TagENI, WaitForENI
from ipam_model.simulation import Conditions
from ipam_model.simulation.node import SimulatedNode
from ipam_model.world import World
from tests.rules.scenes import cidr, make_config, make_eni, make_node, make_store, placed, prefix
from tests.rules.scenes import single as one
from tests.simulation.setups import node

NOW = 100_000


def test_a_daemon_that_does_not_run_has_nothing_but_ec2_still_holds_its_addresses() -> None:
    scene = placed(make_config(), make_node(make_store(make_eni("eni-1", cidr(one(5))))), NOW)
    stopped = evolve(scene.world, node=None)
    shown = quantities(stopped)
    assert (shown.owned, shown.assigned, shown.cooling, shown.available, shown.idle) == (0,) * 5
    assert (shown.enis, shown.reserved) == (1, 2)


def test_each_address_counts_where_it_belongs() -> None:
    """One assigned, one cooling, one cooled down, one never used; a prefix of the other mode; and
    an ENI in an excluded subnet with a pod and a free address."""
    config = make_config()
    pool = make_eni(
        "eni-1",
        cidr(one(5), "p1"),
        cidr(one(6), idle=NOW - config.cooldown),
        cidr(one(7), idle=NOW - config.cooldown - 1),
        cidr(one(8)),
        cidr(prefix(0)),
    )
    excluded = evolve(make_eni("eni-2", cidr(one(20), "p2"), cidr(one(21))), excluded=True)
    shown = quantities(placed(config, make_node(make_store(pool, excluded)), NOW), ec2_calls=7)
    assert shown == Quantities(
        enis=2,
        owned=4 + 16 + 2,
        prefixes=1,
        assigned=2,
        cooling=1,
        available=3,
        reserved=2 + 4 + 16 + 2,
        leaked=0,
        ec2_calls=7,
    )
    assert shown.idle == 20


def test_a_prefix_of_ipv6_is_counted_and_its_addresses_are_not() -> None:
    settings = {"ENABLE_IPv6": "true", "ENABLE_IPv4": "false", "ENABLE_PREFIX_DELEGATION": "true"}
    runner = SimulatedNode(node("m5.large", settings), Conditions())
    runner.launch()
    runner.welcome(3)
    runner.serve()
    runner.dismiss(1)
    shown = runner.quantities()
    assert (shown.enis, shown.prefixes, shown.assigned) == (1, 1, 2)
    assert (shown.owned, shown.idle, shown.cooling, shown.available) == (0, 0, 0, 0)
    assert shown.reserved == 1  # the primary address: a /80 is not of the IPv4 subnet


def test_a_leaked_eni_is_reserved_but_not_attached() -> None:
    scene = placed(make_config(), make_node(make_store(make_eni("eni-1", cidr(one(5))))), NOW)
    lost = Ec2Eni(id="eni-9", device=-1, subnet="subnet-1", primary_address=1, addresses=(2, 3))
    world: World = evolve(scene.world, ec2=evolve(scene.ec2, leaked=(lost,)))
    shown = quantities(world)
    assert (shown.enis, shown.leaked, shown.reserved, shown.owned) == (1, 1, 5, 1)


def test_what_reaches_ec2() -> None:
    assert reaches_ec2(TagENI("eni-1"))
    assert reaches_ec2(AllocENI(3, False))
    for request in (GetAttachedENIs(), WaitForENI("eni-2", 3, False), Sleep(10)):
        assert not reaches_ec2(request)
