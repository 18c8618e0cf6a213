"""Growth: the order of a step, and extending an ENI (R96-R100, R163-R167)."""

import pytest
from attrs import evolve

from ipam_model import ec2
from ipam_model.ec2 import Fault
from ipam_model.requests import (
    AssignPrivateIpAddresses,
    Code,
    Failed,
    GetAddressesFromEC2,
    NodeCordoned,
)
from tests.rules.growth_scenes import INSUFFICIENT, NOW, asked, ec2_calls, full, grow
from tests.rules.scenes import (
    CUSTOM,
    NO_DISCOVERY,
    POD_ENI,
    PREFIXES,
    Scene,
    cidr,
    make_config,
    make_eni,
    make_node,
    make_store,
    make_subnet,
    placed,
    prefix,
    single,
    warm,
)


def bare(env: dict[str, str] | None = None, *, enis: int = 3) -> Scene:
    """A bare primary ENI with room for three addresses."""
    config = make_config(env, enis=enis, addresses=4)
    node = make_node(make_store(make_eni("eni-1"), prefix_mode=config.prefix_mode))
    return placed(config, node, NOW)


# -- R96: the order of a step --------------------------------------------------------------------


def test_R96_step_1_a_terminating_daemon_does_not_grow() -> None:
    scene = bare()
    scene.mind = evolve(scene.mind, terminating=True)
    before = scene.mind
    assert grow(scene) is None
    assert scene.mind == before
    assert ec2_calls(scene) == []


def test_R51_R96_step_1_a_cordoned_node_does_not_grow() -> None:
    scene = bare()
    scene.cordoned = True
    before = scene.mind
    assert grow(scene) is None
    assert scene.mind == before
    assert scene.calls() == ["NodeCordoned"]


def test_R51_a_terminating_daemon_does_not_look_whether_the_node_is_cordoned() -> None:
    scene = bare()
    scene.mind = evolve(scene.mind, terminating=True)
    assert grow(scene) is None
    assert scene.calls() == []


def test_R51_the_override_lets_a_cordoned_node_grow() -> None:
    scene = bare({"AWS_MANAGE_ENIS_NON_SCHEDULABLE": "true"})
    scene.cordoned = True
    grow(scene)
    assert scene.sizes() == [3]


def test_R51_R181_an_unreadable_node_counts_as_schedulable() -> None:
    scene = bare()
    scene.cordoned = True
    scene.fault("NodeCordoned", "Timeout")
    grow(scene)
    assert scene.count(NodeCordoned) == 1
    assert scene.sizes() == [3]


@pytest.mark.parametrize(("age", "grows"), [(0, False), (120_000, False), (120_001, True)])
def test_R96_step_2_back_off_of_two_minutes(age: int, grows: bool) -> None:
    scene = bare()
    scene.mind = evolve(scene.mind, last_insufficient=NOW - age)
    assert grow(scene) is None
    assert ec2_calls(scene) == (["AssignPrivateIpAddresses"] if grows else [])


def test_R96_step_2_N7_the_back_off_also_stops_new_enis_in_other_subnets() -> None:
    scene = full()
    scene.ec2 = evolve(scene.ec2, subnets=(*scene.ec2.subnets, make_subnet("subnet-2", role="1")))
    scene.mind = evolve(scene.mind, last_insufficient=NOW)
    grow(scene)
    assert ec2_calls(scene) == []


@pytest.mark.parametrize("code", INSUFFICIENT)
def test_R96_step_4_R100_R165_N9_insufficient_without_discovery_backs_off(code: str) -> None:
    scene = bare(NO_DISCOVERY)
    scene.fault("AssignPrivateIpAddresses", code, times=2)
    assert grow(scene) is None
    assert ec2_calls(scene) == ["AssignPrivateIpAddresses"] * 2  # and no new ENI
    assert scene.mind.last_insufficient == NOW
    assert scene.mind.last_pool_action is None


def test_R96_step_4_R100_R166_other_errors_are_returned_without_back_off() -> None:
    scene = bare()
    scene.fault("AssignPrivateIpAddresses", Code.THROTTLED, times=2)
    assert grow(scene) == Failed(Code.THROTTLED)
    assert ec2_calls(scene) == ["AssignPrivateIpAddresses"] * 2  # R185: no new ENI either
    assert scene.mind.last_insufficient is None
    assert scene.mind.last_pool_action is None


def test_R96_step_5_R97_growing_an_eni_sets_the_pool_clock_and_ends_the_step() -> None:
    scene = bare()
    assert grow(scene) is None
    assert ec2_calls(scene) == ["AssignPrivateIpAddresses"]
    assert scene.mind.last_pool_action == NOW
    assert scene.sizes() == [3]


def test_R96_step_6_a_new_eni_sets_the_pool_clock() -> None:
    scene = full()
    assert grow(scene) is None
    assert ec2_calls(scene) == ["AllocENI", "WaitForENI"]
    assert scene.mind.last_pool_action == NOW
    assert scene.sizes() == [3, 3]
    assert scene.eni("eni-2").created == NOW


@pytest.mark.parametrize(
    "call", ["CreateNetworkInterface", "AttachNetworkInterface", "WaitForENIAndIPsAttached"]
)
def test_R96_step_6_R185_the_error_of_a_new_eni_is_swallowed(call: str) -> None:
    scene = full()
    scene.fault(call, "Timeout")
    assert grow(scene) is None
    assert scene.mind.last_pool_action is None
    assert scene.mind.last_insufficient is None


def test_R96_step_6_R110_without_room_nothing_is_asked() -> None:
    scene = full(enis=1)
    before = scene.mind
    assert grow(scene) is None
    assert ec2_calls(scene) == []
    assert scene.mind == before


def test_R33_unmanaged_enis_and_the_trunk_slot_take_room() -> None:
    scene = full(enis=2)
    scene.mind = evolve(scene.mind, unmanaged_counts=((0, 1),))
    grow(scene)
    assert ec2_calls(scene) == []
    scene = full(POD_ENI, enis=2)
    grow(scene)
    assert ec2_calls(scene) == []


def test_R33_N23_a_type_known_as_trunk_incompatible_keeps_no_slot() -> None:
    scene = full(POD_ENI, enis=2)
    scene.config = evolve(scene.config, trunk_compatible=False)
    grow(scene)
    assert scene.sizes() == [3, 3]


def test_R33_R48_a_trunk_in_the_store_frees_the_slot() -> None:
    config = make_config(POD_ENI, enis=3, addresses=2)
    first = make_eni("eni-1", cidr(single(1), "p1"))
    scene = placed(config, make_node(make_store(first, make_eni("eni-2", trunk=True))), NOW)
    grow(scene)
    assert len(scene.store().enis) == 3


# -- R98: existing ENIs, secondary addresses -----------------------------------------------------


def test_R98_only_enis_with_a_free_slot_that_may_grow_are_candidates() -> None:
    config = make_config(addresses=4)
    store = make_store(
        make_eni("eni-1", cidr(single(1))),
        make_eni("eni-2", trunk=True),
        make_eni("eni-3", excluded=True),
        make_eni("eni-4", cidr(single(2)), cidr(prefix(0)), cidr(prefix(1))),  # R5: full
        make_eni("eni-5", efa=True),
        make_eni("eni-6", cidr(single(3)), cidr(prefix(2))),
    )
    scene = placed(config, make_node(store), NOW)
    grow(scene)
    assert scene.choices("R188") == [("eni-1", "eni-5", "eni-6")]


def test_R50_R98_custom_networking_never_grows_the_primary() -> None:
    config = make_config(CUSTOM, addresses=4)
    scene = placed(config, make_node(make_store(make_eni("eni-1"), make_eni("eni-2"))), NOW)
    grow(scene)
    assert scene.choices("R188") == [("eni-2",)]


def test_R98_R188_any_candidate_may_be_extended() -> None:
    config = make_config(addresses=4)
    scene = placed(config, make_node(make_store(make_eni("eni-1"), make_eni("eni-2"))), NOW)
    scene.prefer("R188", lambda enis: enis[-1])
    grow(scene)
    assert [len(eni.cidrs) for eni in scene.store().enis] == [0, 3]


@pytest.mark.parametrize(
    ("env", "count"),
    [
        (None, 2),  # a full ENI is wanted: the free slots
        (warm(ip=1), 1),  # short by one
        (warm(ip=2), 2),
        (warm(ip=9), 2),  # short by nine, two slots free
        (warm(minimum=2), 1),
    ],
)
def test_R98_an_existing_eni_is_asked_for_the_smaller_of_slots_and_short(
    env: dict[str, str] | None, count: int
) -> None:
    config = make_config(env, addresses=4)
    scene = placed(config, make_node(make_store(make_eni("eni-1", cidr(single(1), "p1")))), NOW)
    grow(scene)
    assert asked(scene) == [count]


def test_R98_with_short_zero_nothing_is_asked_but_the_step_succeeds() -> None:
    scene = placed(
        make_config(warm(ip=1)), make_node(make_store(make_eni("eni-1", cidr(single(1))))), NOW
    )
    assert grow(scene) is None
    assert ec2_calls(scene) == []
    assert scene.mind.last_pool_action == NOW  # R101.2: a new ENI of size 0 counts as success


def test_R98_R110_with_short_zero_and_no_room_the_pool_clock_stays() -> None:
    node = make_node(make_store(make_eni("eni-1", cidr(single(1)))))
    scene = placed(make_config(warm(ip=1), enis=1), node, NOW)
    assert grow(scene) is None
    assert scene.mind.last_pool_action is None


def test_R98b_R163_a_failure_is_retried_at_once_with_one() -> None:
    scene = bare()
    scene.fault("AssignPrivateIpAddresses", Code.THROTTLED)
    assert grow(scene) is None
    assert asked(scene) == [3, 1]
    assert scene.sizes() == [1]
    assert scene.mind.last_pool_action == NOW


@pytest.mark.parametrize("code", INSUFFICIENT)
def test_R98c_R164_insufficient_moves_on_to_the_next_candidate(code: str) -> None:
    config = make_config(addresses=4)
    scene = placed(config, make_node(make_store(make_eni("eni-1"), make_eni("eni-2"))), NOW)
    scene.fault("AssignPrivateIpAddresses", code, times=2)
    assert grow(scene) is None
    assert [request.eni for request in scene.requests(AssignPrivateIpAddresses)] == [
        "eni-1",
        "eni-1",
        "eni-2",
    ]
    assert scene.choices("R188") == [("eni-1", "eni-2"), ("eni-2",)]
    assert scene.mind.last_insufficient is None


def test_R98c_R100_another_failure_ends_the_search() -> None:
    config = make_config(addresses=4)
    scene = placed(config, make_node(make_store(make_eni("eni-1"), make_eni("eni-2"))), NOW)
    scene.fault("AssignPrivateIpAddresses", Code.INSUFFICIENT_ADDRESSES)
    scene.fault("AssignPrivateIpAddresses", "UnauthorizedOperation")
    assert grow(scene) == Failed("UnauthorizedOperation")
    assert asked(scene) == [3, 1]


def test_R98c_R164_when_every_candidate_failed_a_new_eni_is_tried() -> None:
    scene = bare()
    scene.fault("AssignPrivateIpAddresses", Code.INSUFFICIENT_ADDRESSES, times=2)
    assert grow(scene) is None
    assert ec2_calls(scene) == ["AssignPrivateIpAddresses"] * 2 + ["AllocENI", "WaitForENI"]
    assert scene.sizes() == [3, 0]


def test_R98d_R167_limit_exceeded_takes_over_what_ec2_has() -> None:
    scene = bare()
    scene.others_add("eni-1", single(7), single(8))
    scene.fault("AssignPrivateIpAddresses", Code.ADDRESS_LIMIT)
    assert grow(scene) is None
    assert asked(scene) == [3]  # no retry with one
    assert scene.requests(GetAddressesFromEC2) == [GetAddressesFromEC2("eni-1", False)]
    assert [each.network for each in scene.eni().cidrs] == [single(7), single(8)]
    assert scene.mind.last_pool_action == NOW


def test_R98d_limit_exceeded_on_the_retry_resynchronises_too() -> None:
    scene = bare()
    scene.others_add("eni-1", single(7))
    scene.fault("AssignPrivateIpAddresses", Code.THROTTLED)
    scene.fault("AssignPrivateIpAddresses", Code.ADDRESS_LIMIT)
    assert grow(scene) is None
    assert asked(scene) == [3, 1]
    assert scene.sizes() == [1]


def test_R98d_R100_a_failed_resynchronisation_is_an_error() -> None:
    scene = bare()
    scene.fault("AssignPrivateIpAddresses", Code.ADDRESS_LIMIT)
    scene.fault("GetIPv4sFromEC2", Code.THROTTLED)
    assert grow(scene) == Failed(Code.THROTTLED)
    assert scene.mind.last_pool_action is None
    assert ec2_calls(scene) == ["AssignPrivateIpAddresses"]  # no new ENI


def test_R98e_fewer_addresses_than_asked_for_count_as_growth() -> None:
    scene = bare()
    scene.ec2 = ec2.arm(scene.ec2, Fault("AssignPrivateIpAddresses", "", grant=2))
    assert grow(scene) is None
    assert asked(scene) == [3]
    assert scene.sizes() == [2]
    assert scene.mind.last_pool_action == NOW


# -- R99: existing ENIs, prefixes ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("env", "count"),
    [
        (warm(prefix=1), 1),
        (warm(prefix=2), 1),  # one prefix is free already
        (warm(prefix=3), 2),
        (warm(prefix=9), 2),  # two slots
        (warm(ip=17), 1),
        (warm(ip=16), 1),  # short 0, and still one: there is no test for zero
        (warm(ip=40), 2),
    ],
)
def test_R99_R108_prefixes_asked_for(env: dict[str, str], count: int) -> None:
    config = make_config(PREFIXES | env, addresses=4)
    store = make_store(make_eni("eni-1", cidr(prefix(0))), prefix_mode=True)
    scene = placed(config, make_node(store), NOW)
    assert grow(scene) is None
    assert scene.requests(AssignPrivateIpAddresses) == [
        AssignPrivateIpAddresses("eni-1", count, True)
    ]
    assert scene.sizes() == [1 + count]
    assert all(each.is_prefix for each in scene.eni().cidrs)


def test_R5_R99_leftover_single_addresses_take_prefix_slots() -> None:
    config = make_config(PREFIXES | warm(prefix=3), addresses=4)
    eni = make_eni("eni-1", cidr(single(1), "p1"), cidr(single(2), "p2"))
    scene = placed(config, make_node(make_store(eni, prefix_mode=True)), NOW)
    grow(scene)
    assert asked(scene) == [1]


def test_R99_R98d_limit_exceeded_reads_prefixes() -> None:
    scene = bare(PREFIXES | warm(prefix=1))
    scene.others_add("eni-1", prefix(7))
    scene.fault("AssignPrivateIpAddresses", Code.ADDRESS_LIMIT)
    assert grow(scene) is None
    assert scene.requests(GetAddressesFromEC2) == [GetAddressesFromEC2("eni-1", True)]
    assert [each.network for each in scene.eni().cidrs] == [prefix(7)]


def test_R99_R164_a_subnet_without_a_free_prefix_leads_to_a_new_eni() -> None:
    scene = bare(PREFIXES | warm(prefix=1))
    scene.subnet_has(15)
    assert grow(scene) is None
    assert ec2_calls(scene) == ["AssignPrivateIpAddresses"] * 2 + ["AllocENI"]
    assert scene.replies[-1] == Failed(Code.INSUFFICIENT_PREFIXES)
    assert scene.mind.last_insufficient == NOW
