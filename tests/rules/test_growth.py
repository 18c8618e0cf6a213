"""Growth: extending an ENI, creating one, and what may go wrong (R96-R110, R163-R169)."""

import pytest
from attrs import evolve

from ipam_model import ec2
from ipam_model.daemon.growth import increase
from ipam_model.ec2 import Fault
from ipam_model.requests import (
    AllocENI,
    AssignPrivateIpAddresses,
    Code,
    Failed,
    FreeENI,
    GetAddressesFromEC2,
    IsSubnetExcluded,
    NodeCordoned,
    SetupENINetwork,
    WaitForENI,
)
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
    make_scene,
    make_store,
    make_subnet,
    placed,
    prefix,
    single,
    warm,
)

EC2_CALLS = (AssignPrivateIpAddresses, AllocENI, WaitForENI, FreeENI)
INSUFFICIENT = [Code.INSUFFICIENT_ADDRESSES, Code.INSUFFICIENT_PREFIXES]
NOW = 1_000_000


def grow(scene: Scene) -> Failed | None:
    """One growth step of card 0; its error."""
    scene.forget()
    error, scene.mind, _ = scene.perform(increase(scene.config, scene.mind, scene.now, 0))
    return error


def bare(env: dict[str, str] | None = None, *, enis: int = 3) -> Scene:
    """A bare primary ENI with room for three addresses."""
    config = make_config(env, enis=enis, addresses=4)
    node = make_node(make_store(make_eni("eni-1"), prefix_mode=config.prefix_mode))
    return placed(config, node, NOW)


def full(env: dict[str, str] | None = None, *, enis: int = 3) -> Scene:
    """A primary ENI with no free slot."""
    config = make_config(env, enis=enis, addresses=4)
    if config.prefix_mode:
        eni = make_eni("eni-1", *(cidr(prefix(n), {0: f"p{n}"}) for n in range(3)))
    else:
        eni = make_eni("eni-1", *(cidr(single(n), f"p{n}") for n in range(3)))
    return placed(config, make_node(make_store(eni, prefix_mode=config.prefix_mode)), NOW)


def ec2_calls(scene: Scene) -> list[str]:
    names = {kind.__name__ for kind in EC2_CALLS}
    return [name for name in scene.calls() if name in names]


def asked(scene: Scene) -> list[int]:
    """The counts asked for on existing ENIs."""
    return [request.count for request in scene.requests(AssignPrivateIpAddresses)]


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


# -- R101-R109: a new ENI ------------------------------------------------------------------------


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


# -- over time (§8) ------------------------------------------------------------------------------


def counts_over_time(scene: Scene, passes: int) -> list[list[int]]:
    """Per tick the counts asked for, with 0 for a new ENI."""
    log: list[list[int]] = []
    for _ in range(passes):
        scene.forget()
        scene.loop_pass()
        log.append(asked(scene) + [0] * scene.count(AllocENI))
    return log


def test_R163_R164_N8_E94_a_nearly_empty_subnet_yields_one_address_a_tick() -> None:
    scene = make_scene(make_config(addresses=10), make_subnet(free=5))
    scene.begin()
    assert asked(scene) == [9, 1]
    assert counts_over_time(scene, 4) == [[8, 1], [7, 1], [6, 1], [5, 1, 0]]
    assert scene.mind.last_insufficient == 17_500
    log = counts_over_time(scene, 25)
    assert log[:24] == [[]] * 24
    assert log[24] == [5, 1, 0]  # 125 s later


def test_R164_E94_a_second_subnet_takes_the_new_eni() -> None:
    other = make_subnet("subnet-2", free=500, role="1", first=1)
    scene = make_scene(make_config(addresses=10), make_subnet(free=5), other)
    scene.begin()
    log = counts_over_time(scene, 4)
    assert log[-1] == [5, 1, 0]
    assert scene.eni("eni-2").subnet == "subnet-2"
    assert scene.mind.last_insufficient is None


def test_R165_E95_without_discovery_no_new_eni_is_tried() -> None:
    scene = make_scene(make_config(NO_DISCOVERY, addresses=10), make_subnet(free=5))
    scene.begin()
    assert counts_over_time(scene, 4)[-1] == [5, 1]
    assert scene.mind.last_insufficient == 17_500


def test_R166_throttling_costs_two_calls_every_tick() -> None:
    scene = make_scene(make_config(warm(ip=1))).begin()
    scene.add("p1")
    scene.fault("AssignPrivateIpAddresses", Code.THROTTLED, times=100)
    assert counts_over_time(scene, 3) == [[1, 1]] * 3


def test_R169_N20_attach_failures_create_and_delete_every_tick() -> None:
    scene = make_scene(make_config(addresses=4)).begin()
    scene.add("p1")
    scene.fault("AttachNetworkInterface", Code.ATTACHMENT_LIMIT, times=100)
    before = scene.ec2.subnets[0].free
    assert counts_over_time(scene, 24) == [[0]] * 24
    assert scene.ec2.subnets[0].free == before
    assert scene.ec2.leaked == ()


def test_R40_R110_N4_only_a_minimum_is_a_ceiling() -> None:
    scene = make_scene(make_config(warm(minimum=5), addresses=4)).begin()
    scene.passes(2)
    replies = scene.add_many(6)
    assert [reply.success for reply in replies] == [True] * 5 + [False]
    scene.forget()
    scene.passes(3)
    assert ec2_calls(scene) == []
    assert not scene.add("p6").success


def test_R79_R110_I11_no_growth_at_max_pods() -> None:
    scene = make_scene(make_config(addresses=4), max_pods=3).begin()
    scene.add_many(3)
    scene.forget()
    scene.passes(3)
    assert ec2_calls(scene) == []
    assert scene.totals().total == 3


def test_R80_E23_the_last_step_may_overshoot_max_pods() -> None:
    scene = make_scene(make_config(addresses=4), max_pods=4).begin()
    scene.add("p1")
    scene.passes(1)
    assert scene.totals().total == 6
