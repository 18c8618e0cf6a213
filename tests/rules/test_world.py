"""The closed system: events, checkpoint, and what happens in between (R34, R69-R71, R194)."""

import pytest

from ipam_model.daemon.init import Started
from ipam_model.daemon.reconcile import Reconciled
from ipam_model.environment import ANSWERS, Checkpoint, Veth
from ipam_model.errors import InputError
from ipam_model.requests import (
    AllocENI,
    AssignPrivateIpAddresses,
    CheckpointEntry,
    FreeENI,
    GetAddressesFromEC2,
    IsSubnetExcluded,
    NodeCordoned,
    Request,
    SetupENINetwork,
    UnassignPrivateIpAddresses,
)
from ipam_model.state import Node
from ipam_model.world import Runner
from tests.rules.scenes import (
    SECOND,
    Scene,
    address,
    cidr,
    key,
    make_config,
    make_eni,
    make_node,
    make_scene,
    make_store,
    placed,
    pod,
    prefix,
    single,
    warm,
)

NOW = 1_000_000


# -- events --------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", ["add", "delete", "tick", "reconcile"])
def test_a_stopped_daemon_takes_no_event(event: str) -> None:
    scene = make_scene()
    acts = {
        "add": lambda: scene.add("p1"),
        "delete": lambda: scene.delete("p1"),
        "tick": scene.tick,
        "reconcile": scene.reconcile,
    }
    with pytest.raises(InputError, match="start it first"):
        acts[event]()


def test_the_host_is_listed_anew_when_a_sandbox_came_or_went() -> None:
    scene = make_scene(make_config(warm(ip=2)))
    scene.start()
    for act in (
        lambda: scene.add("p1"),
        scene.tick,
        lambda: scene.add("p2"),
        lambda: scene.delete("p1"),
        lambda: scene.remove_sandbox(key("p2")),
        lambda: setattr(scene, "veths", {key("p3"): "ns/p3"}),
        lambda: setattr(scene, "sandboxes", {key("p4"): address(4)}),
    ):
        act()
        assert scene.world.veths == {Veth(*each) for each in scene.veths.items()}
        assert scene.world.sandboxes == set(scene.sandboxes.items())
    assert scene.world.veths is scene.world.veths
    assert scene.world.veths
    assert scene.world.sandboxes


def test_the_host_cannot_be_changed_behind_the_worlds_back() -> None:
    scene = make_scene()
    with pytest.raises(TypeError):
        scene.veths[key("p1")] = "ns/p1"  # type: ignore[index]  # that is the point


def test_time_does_not_go_back() -> None:
    with pytest.raises(InputError, match="cannot go back"):
        make_scene().advance(-1)


def test_a_world_is_a_value_that_can_be_taken_up_again() -> None:
    scene = make_scene().begin()
    scene.add("p1")
    scene.advance(7 * SECOND)
    world = scene.world
    again = Runner(world)
    assert again.world == world
    assert hash(again.world) == hash(world)
    scene.passes(3)
    for _ in range(3):
        again.loop_pass()
    assert again.world == scene.world
    assert scene.world != world


def test_a_runner_takes_first_options_and_next_free_addresses() -> None:
    one, two = (make_scene(make_config(addresses=4)).begin() for _ in range(2))
    for scene in (one, two):
        scene.add_many(4)
        scene.passes(5)
    assert one.world == two.world


def test_a_failed_start_leaves_no_memory() -> None:
    scene = make_scene().begin()
    scene.fault("TagENI", "UnauthorizedOperation")
    assert scene.fail_to_begin() == "UnauthorizedOperation"
    assert scene.node is None
    assert isinstance(scene.start(), Started)


def test_every_request_has_an_answer() -> None:
    assert set(ANSWERS) == set(Request.__subclasses__())


def test_R51_a_terminating_daemon_only_releases() -> None:
    spare = make_eni("eni-1", *(cidr(single(n)) for n in range(9)))
    store = make_store(spare, make_eni("eni-2"))
    scene = placed(make_config(warm(ip=1)), make_node(store), NOW)
    scene.terminate()
    scene.tick()
    assert scene.count(FreeENI) == 0
    assert scene.count(UnassignPrivateIpAddresses) == 1
    scene.add("p1")
    scene.tick()
    assert scene.count(AssignPrivateIpAddresses) == 0


# -- checkpoint and host (R34, R61) --------------------------------------------------------------


def test_I12_R34_the_checkpoint_lists_exactly_the_assigned_addresses() -> None:
    scene = placed(
        make_config(),
        make_node(make_store(make_eni("eni-1", cidr(single(1)), cidr(single(2), idle=0)))),
        NOW,
    )
    scene.add("p1")
    expected = CheckpointEntry(pod("p1"), address(1), NOW)
    assert scene.checkpoint(0) == Checkpoint(frozenset({expected}))
    assert scene.checkpoints() == ((0, Checkpoint(frozenset({expected}))),)
    assert scene.checkpoint(3) == Checkpoint()
    scene.delete("p1")
    assert scene.checkpoint(0) == Checkpoint()


def test_R34_every_card_has_a_file_of_its_own() -> None:
    first = make_store(make_eni("eni-1"))
    second = make_store(make_eni("eni-5", cidr(single(5))), card=1)
    scene = placed(make_config(), make_node(first, second), NOW)
    scene.add("p1")
    assert [(card, len(file.entries)) for card, file in scene.checkpoints()] == [(1, 1)]


def test_R61_a_refused_sandbox_has_no_host_veth() -> None:
    scene = placed(make_config(), make_node(make_store(make_eni("eni-1", cidr(single(1))))), NOW)
    scene.fault("ReadVpcCidrs", "MetadataError")
    assert not scene.add("p1").success
    assert scene.store().holdings  # R123: the address stays with it
    assert key("p1") not in scene.veths
    scene.begin()
    assert scene.store().holdings == {}


# -- R71, R194: pods come and go while a call is pending ------------------------------------------


def plain(number: int, size: int, pods: int = 0) -> Scene:
    enis = make_eni(
        f"eni-{number}", *(cidr(single(n), f"p{n}" if n < pods else None) for n in range(size))
    )
    return placed(make_config(warm(ip=2)), make_node(make_store(enis)), NOW)


def test_R194_a_pod_added_while_ec2_is_asked_is_not_lost() -> None:
    scene = plain(1, 3, 2)
    scene.during(AssignPrivateIpAddresses, lambda: scene.add("px"))
    scene.tick()
    assert key("px") in scene.store().holdings
    assert scene.totals().total == 4


def test_R194_a_pod_deleted_while_ec2_is_asked_stays_deleted() -> None:
    scene = plain(1, 3, 2)
    scene.during(AssignPrivateIpAddresses, lambda: scene.delete("p0"))
    scene.tick()
    assert set(scene.store().holdings) == {key("p1")}
    assert scene.checkpoint(0).entries == {CheckpointEntry(pod("p1"), address(1), 0)}


def test_R73_R194_growth_size_is_measured_when_needed() -> None:
    scene = plain(1, 3, 2)
    scene.during(NodeCordoned, lambda: scene.add("px"))
    decision = scene.tick()[0]
    assert decision.balance.short == 1
    assert [request.count for request in scene.requests(AssignPrivateIpAddresses)] == [2]


def test_R138_R194_an_address_given_out_meanwhile_is_not_released() -> None:
    # The idle prefix on eni-1 goes first; during that call a pod takes eni-2's only address.
    first = make_eni("eni-1", cidr(prefix(0)), *(cidr(single(n), f"p{n}") for n in range(3)))
    second = make_eni("eni-2", cidr(single(9)), cidr(single(10)), cidr(single(11)))
    scene = placed(make_config(warm(ip=1)), make_node(make_store(first, second)), NOW)
    scene.during(UnassignPrivateIpAddresses, lambda: scene.add("px"))
    scene.tick()
    held = scene.store().holdings[key("px")]
    assert held.address == address(9)
    assert single(9) in [each.network for each in scene.eni("eni-2").cidrs]
    assert scene.totals().assigned == 4


def test_R135_R194_no_pod_gets_an_address_of_an_eni_being_freed() -> None:
    first = make_eni("eni-1", *(cidr(single(n), f"p{n}") for n in range(2)), cidr(single(3)))
    second = make_eni("eni-2", cidr(single(9)))
    scene = placed(make_config(warm(ip=1)), make_node(make_store(first, second)), NOW)
    scene.prefer("R190", lambda options: options[-1])  # the surplus address is eni-2's
    scene.during(FreeENI, lambda: scene.add_many(2, first=20))
    scene.tick()
    given = {held.eni for held in scene.store().holdings.values()}
    assert scene.count(FreeENI) == 1
    assert given == {"eni-1"}
    assert scene.totals().assigned == 3


@pytest.mark.parametrize("call", [IsSubnetExcluded, SetupENINetwork])
def test_R58_R194_a_new_eni_serves_nobody_before_its_addresses_are_in(
    call: type[Request[object]],
) -> None:
    full = make_eni("eni-1", *(cidr(single(n), f"p{n}") for n in range(3)))
    scene = placed(make_config(addresses=4), make_node(make_store(full)), NOW)
    replies: list[bool] = []
    scene.during(call, lambda: replies.append(scene.add("px").success))
    scene.tick()
    assert scene.count(AllocENI) == 1
    assert replies == [False]
    assert scene.eni("eni-2").cidrs
    assert scene.add("px").success


def test_R156_R194_a_pod_on_an_address_that_ec2_no_longer_has_is_forced_out() -> None:
    eni = make_eni("eni-1", cidr(single(1)), cidr(single(2)))
    scene = placed(make_config(), make_node(make_store(eni)), NOW)
    scene.others_remove("eni-1", single(1))
    scene.during(GetAddressesFromEC2, lambda: scene.add("px"))
    assert scene.reconcile() == Reconciled(True, True)
    assert scene.store().holdings == {}
    assert scene.checkpoint(0).entries == frozenset()


def test_R71_a_delete_inside_a_delete_keeps_both() -> None:
    # SIP: the delete of a pod on a prefix releases it in EC2; another pod goes meanwhile.
    eni = make_eni("eni-1", cidr(single(1), "p1"), cidr(prefix(0), {0: "p2"}))
    scene = placed(make_config(), make_node(make_store(eni)), NOW)
    scene.during(UnassignPrivateIpAddresses, lambda: scene.delete("p1"))
    assert scene.delete("p2").success
    assert scene.store().holdings == {}
    assert [each.network for each in scene.eni().cidrs] == [single(1)]


# -- hazards that need time ----------------------------------------------------------------------


def test_R80_N6_E22_a_low_max_pods_leaves_the_warm_target_unmet() -> None:
    scene = make_scene(make_config(warm(ip=5), addresses=4), max_pods=5).begin()
    scene.passes(2)
    scene.add_many(3)
    scene.passes(5)
    assert (scene.totals().total, scene.totals().available) == (5, 2)


def test_R146_R185_failed_growth_does_not_postpone_reconcile() -> None:
    scene = make_scene(make_config(warm(ip=1))).begin()
    scene.add("p1")
    scene.fault("AssignPrivateIpAddresses", "RequestLimitExceeded", times=1_000)
    scene.passes(12)
    assert scene.mind.last_pool_action == 0
    scene.forget()
    scene.passes(1)
    assert "GetAttachedENIs" in scene.calls()


def test_R71_a_node_is_never_changed_in_place() -> None:
    scene = make_scene(make_config(addresses=4)).begin()
    before = scene.mind
    copy = Node(stores=before.stores, max_pods=before.max_pods, last_pool_action=0)
    kept = dict(before.store(0).holdings)
    scene.add_many(3)
    scene.passes(3)
    assert before == copy
    assert before.store(0).holdings == kept == {}
