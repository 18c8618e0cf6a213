"""Setting up one ENI (R6, R11-R13, R58)."""

import pytest
from attrs import evolve

from ipam_model import others
from ipam_model.daemon.setup import classify, exclude, managed_enis, set_up_eni
from ipam_model.requests import DONE, AttachedEni, Described, EniTags, Failed
from ipam_model.state import Node
from tests.rules.scenes import (
    NO_DISCOVERY,
    PREFIXES,
    Scene,
    address,
    cidr,
    foreign_eni,
    make_config,
    make_eni,
    make_node,
    make_store,
    placed,
    prefix,
    single,
)

NOW = 1_000_000
SHOWN = AttachedEni(
    id="eni-2",
    primary=False,
    device=1,
    subnet="subnet-1",
    primary_address=address(900),
    addresses=(address(5), address(6)),
    prefixes=(prefix(3),),
)


def scene_with(env: dict[str, str] | None = None, node: Node | None = None) -> Scene:
    config = make_config(env)
    empty = make_node(make_store(make_eni("eni-1"), prefix_mode=config.prefix_mode))
    scene = placed(config, node or empty, NOW)
    scene.others_attach(foreign_eni("eni-2"))
    return scene


def set_up(
    scene: Scene, eni: AttachedEni = SHOWN, *, trunk: bool = False, efa: bool = False
) -> Failed | None:
    error, scene.mind, _ = scene.perform(
        set_up_eni(scene.config, scene.mind, scene.now, eni, trunk=trunk, efa=efa)
    )
    return error


@pytest.mark.parametrize("env", [None, PREFIXES])
def test_R58_step_7_both_kinds_enter_the_store_whatever_the_mode(
    env: dict[str, str] | None,
) -> None:
    scene = scene_with(env)
    assert set_up(scene) is None
    eni = scene.eni("eni-2")
    assert [each.network for each in eni.cidrs] == [single(5), single(6), prefix(3)]
    assert (eni.primary_address, eni.created, eni.device) == (address(900), NOW, 1)


def test_R58_the_order_of_the_steps() -> None:
    scene = scene_with()
    set_up(scene)
    assert scene.calls() == ["FindRouteTable", "IsSubnetExcluded", "SetupENINetwork"]


def test_R58_step_1_without_a_route_table_nothing_is_added() -> None:
    scene = scene_with()
    scene.fault("FindRouteTable", "Broken")
    before = scene.mind
    assert set_up(scene) is not None
    assert scene.mind == before
    assert scene.calls() == ["FindRouteTable"]


def test_R11_R58_step_2_a_known_eni_keeps_its_record() -> None:
    known = make_eni("eni-2", cidr(single(5), "p1"), created=5, efa=True)
    scene = scene_with(node=make_node(make_store(make_eni("eni-1"), known)))
    assert set_up(scene, trunk=True) is None
    eni = scene.eni("eni-2")
    assert (eni.created, eni.trunk, eni.efa) == (5, False, True)
    assert eni.cidrs[0] == cidr(single(5), "p1")  # already there is fine
    assert len(eni.cidrs) == 3


def test_R58_step_2_the_record_is_there_while_the_calls_are_pending() -> None:
    scene = scene_with()
    set_up(scene)
    route, excluded, network = scene.asked
    assert route.node.stores[0].eni("eni-2") is None
    for ask in (excluded, network):
        eni = ask.node.stores[0].eni("eni-2")
        assert eni is not None
        assert eni.cidrs == ()


def test_R58_step_4_R173_a_failing_look_up_leaves_the_bare_record() -> None:
    scene = scene_with()
    scene.fault("IsSubnetExcluded", "RequestLimitExceeded")
    assert set_up(scene) == Failed("RequestLimitExceeded")
    assert scene.eni("eni-2").cidrs == ()
    assert scene.calls() == ["FindRouteTable", "IsSubnetExcluded"]


def test_R13_R58_step_4_without_discovery_no_subnet_is_excluded() -> None:
    scene = scene_with(NO_DISCOVERY)
    scene.exclude_subnet()
    assert set_up(scene) is None
    assert not scene.eni("eni-2").excluded
    assert scene.calls() == ["FindRouteTable", "SetupENINetwork"]


def test_R13_the_flag_stays_while_the_record_lives() -> None:
    scene = scene_with()
    scene.exclude_subnet()
    set_up(scene)
    assert scene.eni("eni-2").excluded
    scene.ec2 = others.set_role(scene.ec2, "subnet-1", "")
    set_up(scene)
    assert scene.eni("eni-2").excluded


def test_R13_an_eni_that_left_the_store_meanwhile_is_not_marked() -> None:
    node = make_node(make_store(make_eni("eni-1")))
    assert exclude(node, SHOWN) == node


def test_R58_step_6_the_primary_needs_no_host_networking() -> None:
    scene = scene_with()
    primary = evolve(SHOWN, id="eni-1", primary=True)
    assert set_up(scene, primary) is None
    assert scene.calls() == ["FindRouteTable", "IsSubnetExcluded"]
    assert len(scene.eni().cidrs) == 3


def test_R58_step_6_R174_a_failing_host_link_removes_the_record() -> None:
    scene = scene_with()
    scene.fault("SetupENINetwork", "LinkError")
    assert set_up(scene) == Failed("LinkError")
    assert scene.store().eni("eni-2") is None


def test_R24_R58_step_6_the_removal_is_by_force() -> None:
    known = make_eni("eni-2", cidr(single(5), "p1"))
    scene = scene_with(node=make_node(make_store(make_eni("eni-1"), known)))
    scene.fault("SetupENINetwork", "LinkError")
    set_up(scene)
    assert scene.store().holdings == {}
    assert scene.store().counter_total() == -1


def test_R58_step_6_a_record_that_left_meanwhile_is_no_error() -> None:
    scene = scene_with()
    procedure = set_up_eni(scene.config, scene.mind, scene.now, SHOWN)
    next(procedure)  # the route table
    asked = procedure.send((DONE, scene.mind, NOW))  # the subnet
    procedure.send((False, asked.node, NOW))  # host networking
    gone = make_node(make_store(make_eni("eni-1")))
    with pytest.raises(StopIteration) as stop:
        procedure.send((Failed("LinkError"), gone, NOW))
    assert stop.value.value == (Failed("LinkError"), gone, NOW)


def test_R12_flags_are_those_of_the_insertion() -> None:
    scene = scene_with()
    set_up(scene, trunk=True)
    assert scene.eni("eni-2").trunk
    assert not scene.eni("eni-2").efa


# -- classification ------------------------------------------------------------------------------


def test_R7_an_empty_tag_map_keeps_the_old_classification() -> None:
    config = make_config({"MANAGE_UNTAGGED_ENI": "false"})
    node = evolve(make_node(), unmanaged=frozenset({"eni-9"}))
    assert classify(config, node, Described(enis=(SHOWN,), tags={})) == node
    described = Described(enis=(SHOWN,), tags={"eni-1": EniTags()})
    assert classify(config, node, described).unmanaged == {"eni-2"}


def test_R10_unmanaged_enis_are_dropped_and_counted_per_card() -> None:
    other = evolve(SHOWN, id="eni-3", card=1)
    unmanaged = frozenset({"eni-2", "eni-3", "eni-4"})
    node = evolve(make_node(), unmanaged=unmanaged, unmanaged_counts=((0, 9),))
    attached = (evolve(SHOWN, id="eni-1"), SHOWN, other, evolve(SHOWN, id="eni-4"))
    kept, after = managed_enis(node, attached)
    assert [eni.id for eni in kept] == ["eni-1"]
    assert after.unmanaged_counts == ((0, 2), (1, 1))
    assert (after.unmanaged_on(0), after.unmanaged_on(1), after.unmanaged_on(2)) == (2, 1, 0)


def test_R6_what_an_attached_eni_offers() -> None:
    assert SHOWN.networks() == (single(5), single(6), prefix(3))
