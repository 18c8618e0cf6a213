"""IPv6 nodes: one /80 per ENI, no pool to manage (R29, R46, R56, R60, R68, R70, R116, R162)."""

from collections.abc import Iterable

import pytest

from ipam_model import ipv6
from ipam_model.addresses import format_address, format_network, parse_address, parse_network
from ipam_model.config import Config, Quirk
from ipam_model.daemon.init import Started
from ipam_model.daemon.reconcile import Reconciled
from ipam_model.ec2 import NEXT_FREE, Ec2Eni
from ipam_model.errors import InputError
from ipam_model.limits import Catalogue
from ipam_model.nodes import NodeSetup
from ipam_model.requests import (
    AllocENI,
    AnnounceTrunk,
    AssignIPv6Prefixes,
    Code,
    DescribeAllENIs,
    Failed,
    GetIPv6Prefixes,
    IsSubnetExcluded,
    NodeCordoned,
    SetupENINetwork,
    TagENI,
    WaitForENI,
)
from ipam_model.settings import Mode
from ipam_model.state import IPV6_BLOCK, Network, totals
from ipam_model.world import Runner
from tests.rules.scenes import (
    CUSTOM,
    IPV6,
    MULTI_NIC,
    NO_DISCOVERY,
    NO_PROVISIONING,
    POD_ENI,
    SECOND,
    Scene,
    cidr,
    foreign_eni,
    make_config,
    make_eni,
    make_scene,
    make_store,
    make_subnet,
    pod,
)

FIRST = parse_address("2001:db8:0:1::")


def block(number: int) -> Network:
    return Network(FIRST + number * IPV6_BLOCK, IPV6_BLOCK)


def config_of(
    env: dict[str, str] | None = None, *, cards: int = 1, without: Iterable[Quirk] = ()
) -> Config:
    return make_config(IPV6 | (env or {}), cards=cards, without=without)


def begun(env: dict[str, str] | None = None, *attached: Ec2Eni, cards: int = 1) -> Scene:
    return make_scene(config_of(env, cards=cards), attached=attached).begin()


# -- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["2001:db8:0:1:3::/80", "10.1.128.0/28", "10.1.0.4/32"])
def test_networks_of_both_families_read_back(text: str) -> None:
    assert format_network(parse_network(text)) == text


def test_R15_a_slash_80_holds_2_to_the_48_addresses() -> None:
    network = parse_network("2001:db8:0:1:3::/80")
    assert (network.size, network.ipv6) == (2**48, True)
    assert not parse_network("10.1.128.0/28").ipv6
    assert format_address(network.address + 1) == "2001:db8:0:1:3::1"


@pytest.mark.parametrize("text", ["::1", "::ffff", "::10.1.0.5"])
def test_an_ipv6_address_that_looks_like_ipv4_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_address(text)


# -- settings ------------------------------------------------------------------------------------


def test_R46_ipv6_always_works_with_prefixes() -> None:
    without = {**IPV6, "ENABLE_PREFIX_DELEGATION": "false"}
    assert make_scene(make_config(without)).fail_to_begin() == "InvalidConfiguration"
    assert make_scene(config_of(CUSTOM)).fail_to_begin() == "InvalidConfiguration"
    scene = begun()
    assert scene.config.mode is Mode.IPV6
    assert all(store.prefix_mode for store in scene.mind.stores)


# -- set-up (R56, R60, R68) ----------------------------------------------------------------------


def test_R60_an_eni_without_prefix_gets_one() -> None:
    scene = begun()
    assert scene.calls().count("AssignIPv6Prefixes") == 1
    assert [c.network for c in scene.eni().cidrs] == [block(1)]
    assert scene.true_eni("eni-1").ipv6_prefixes == (block(1),)


def test_R60_only_the_first_of_several_prefixes_is_used() -> None:
    scene = make_scene(config_of())
    for _ in range(2):
        _, scene.ec2 = ipv6.assign_prefixes(scene.ec2, "eni-1", 1, NEXT_FREE)
    scene.begin()
    assert [c.network for c in scene.eni().cidrs] == [block(1)]
    assert scene.count(AssignIPv6Prefixes) == 0


@pytest.mark.parametrize("call", ["GetIPv6PrefixesFromEC2", "AssignIpv6Prefixes"])
def test_R60_a_failure_leaves_the_bare_record_and_is_tried_again(call: str) -> None:
    scene = make_scene(config_of())
    scene.fault(call, times=5)
    scene.begin()
    assert scene.now == 50 * SECOND
    assert len(scene.eni().cidrs) == 1
    scene.fault(call, times=6)
    scene.others_detach_prefixes("eni-1")
    scene.begin()
    assert scene.eni().cidrs == ()


def test_R60_a_prefix_does_not_count_in_the_subnet() -> None:
    scene = make_scene(config_of())
    before = scene.ec2.subnets[0].free
    scene.begin()
    assert scene.ec2.subnets[0].free == before
    assert scene.ec2.reserved() == 1


def test_R58_R60_the_trunk_eni_gets_no_prefix() -> None:
    scene = begun(POD_ENI, foreign_eni("eni-2", trunk=True))
    assert [request.eni for request in scene.requests(GetIPv6Prefixes)] == ["eni-1"]


def test_R13_R58_secondary_addresses_are_left_out_and_no_record_is_excluded() -> None:
    scene = make_scene(config_of(), make_subnet())
    scene.others_add("eni-1", Network(0x0A010100, 1))
    scene.during(TagENI, scene.exclude_subnet)  # after R56 looked, before the set-up looks
    scene.begin()
    assert scene.replies.count(True) == 1  # the set-up found the subnet excluded
    assert [eni.id for eni in scene.store().enis] == ["eni-1"]
    assert all(not eni.excluded for eni in scene.store().enis)
    assert all(each.is_prefix for _, each in scene.store().cidrs())


def test_R56_enis_in_excluded_subnets_are_dropped_before_set_up() -> None:
    subnets = make_subnet(), make_subnet("subnet-2", role="0", first=1)
    foreign = foreign_eni("eni-2", subnet="subnet-2")
    scene = make_scene(config_of(), *subnets, attached=[foreign]).begin()
    assert [eni.id for eni in scene.store().enis] == ["eni-1"]
    assert scene.count(AllocENI) == 0
    assert scene.calls().count("IsSubnetExcluded") == 3  # two before, one in the set-up


def test_R56_one_eni_is_created_if_none_is_left_even_without_provisioning() -> None:
    for env in ({}, NO_PROVISIONING):
        subnets = make_subnet(role="0"), make_subnet("subnet-2", role="1", first=1)
        scene = make_scene(config_of(env), *subnets).begin()
        assert scene.requests(AllocENI) == [AllocENI(1, False, 0, None, True)]
        assert scene.requests(WaitForENI) == [WaitForENI("eni-2", 1, False, True)]
        assert [eni.id for eni in scene.store().enis] == ["eni-2"]
        assert scene.store().enis[0].primary_address == scene.true_eni("eni-2").primary_ipv6
        assert scene.ec2.subnet("subnet-2").free == 8000 - 1


def test_R56_one_eni_is_created_if_all_of_several_are_excluded() -> None:
    subnets = make_subnet(role="0"), make_subnet("subnet-2", role="1", first=1)
    scene = make_scene(config_of(), *subnets, attached=[foreign_eni("eni-2")])
    scene.now = 5 * SECOND
    scene.begin()
    assert scene.choices("R192") == [("eni-1", "eni-2")]  # looked up in any order
    assert [(eni.id, eni.created) for eni in scene.store().enis] == [("eni-3", 5 * SECOND)]


def test_R56_a_failed_lookup_or_creation_ends_the_start() -> None:
    scene = make_scene(config_of())
    scene.fault("IsSubnetExcluded")
    assert scene.fail_to_begin() == Code.THROTTLED
    assert scene.count(IsSubnetExcluded) == 1
    alone = make_scene(config_of(), make_subnet(role="0"))
    assert alone.fail_to_begin() == Code.NO_VALID_SUBNET


def test_R56_without_subnet_discovery_nothing_is_looked_up() -> None:
    assert begun(NO_DISCOVERY).count(IsSubnetExcluded) == 0


def test_R68_every_empty_card_above_0_gets_one_eni() -> None:
    scene = begun(MULTI_NIC, foreign_eni("eni-2", card=1), cards=3)
    assert [request.card for request in scene.requests(AllocENI)] == [2]
    assert [[eni.id for eni in store.enis] for store in scene.mind.stores] == [
        ["eni-1"],
        ["eni-2"],
        ["eni-3"],
    ]


def test_R68_errors_are_swallowed_and_the_next_card_is_tried() -> None:
    scene = make_scene(config_of(MULTI_NIC, cards=3))
    scene.fault("CreateNetworkInterface+Attach", Code.INSUFFICIENT_ADDRESSES)
    scene.begin()
    assert [len(store.enis) for store in scene.mind.stores] == [1, 0, 1]
    assert scene.mind.last_insufficient == 0


@pytest.mark.parametrize("env", [{}, {"AWS_MANAGE_ENIS_NON_SCHEDULABLE": "true"}])
def test_R51_R68_a_cordoned_node_creates_none_unless_told_to(env: dict[str, str]) -> None:
    scene = make_scene(config_of(MULTI_NIC | env, cards=3))
    scene.cordoned = True
    scene.begin()
    assert scene.count(AllocENI) == (2 if env else 0)
    assert scene.count(NodeCordoned) == (0 if env else 1)  # asked once, not per card


def test_R33_R68_a_card_without_room_gets_none() -> None:
    config = make_config(IPV6 | MULTI_NIC, cards=2, enis=1)
    foreign = foreign_eni("eni-2", card=1, efa_only=True)
    managed = foreign_eni("eni-3", card=1)
    scene = make_scene(config, attached=[foreign, managed])
    scene.fault("SetupENINetwork", times=6)
    scene.begin()
    assert scene.store(1).enis == ()  # the set-up failed six times
    assert scene.count(AllocENI) == 0


def test_R68_a_card_whose_eni_failed_six_times_gets_a_second_one() -> None:
    scene = make_scene(config_of(MULTI_NIC, cards=2), attached=[foreign_eni("eni-2", card=1)])
    scene.fault("SetupENINetwork", times=6)
    scene.begin()
    assert scene.count(SetupENINetwork) == 7
    assert [eni.id for eni in scene.store(1).enis] == ["eni-3"]
    assert {eni.id for eni in scene.ec2.enis if eni.card == 1} == {"eni-2", "eni-3"}


# -- pods (R29, R31, R113, R116) -----------------------------------------------------------------


def test_R113_R116_pods_get_the_lowest_unused_address_of_the_prefix() -> None:
    scene = begun()
    given = [reply.given[0].address for reply in scene.add_many(3)]
    assert given == [block(1).address + n for n in range(3)]
    scene.delete("p2")
    assert scene.add("p4").given[0].address == block(1).address + 3  # p2's is cooling
    scene.advance(31 * SECOND)
    assert scene.add("p5").given[0].address == block(1).address + 1


def test_R121_a_pod_on_every_card_gets_an_address_of_each_prefix() -> None:
    scene = begun(MULTI_NIC, cards=2)
    reply = scene.add_pod(pod("p1"), multi=True)
    assert [each.address for each in reply.given] == [
        store.enis[0].cidrs[0].network.address for store in scene.mind.stores
    ]


def test_R29_the_statistics_know_no_cooling_and_no_free_prefix() -> None:
    scene = begun()
    scene.add("p1")
    scene.delete("p1")
    pool = totals(scene.store())
    assert (pool.total, pool.assigned, pool.allocated_prefixes) == (2**48, 0, 1)
    assert pool.free_prefixes == 0
    assert scene.store().cooldown_count(scene.now, scene.config.cooldown) == 0


def test_R31_pods_with_ipv6_addresses_do_not_count_as_pods_of_the_eni() -> None:
    eni = make_eni("eni-1", cidr(block(1), {0: "p1"}))
    assert not eni.has_pods()
    assert totals(make_store(eni, prefix_mode=True)).assigned == 1


def test_R61_pods_survive_a_restart() -> None:
    scene = begun()
    scene.add_many(2)
    before = scene.store().holdings
    scene.begin()
    assert scene.store().holdings == before


# -- the loop (R70, R162) ------------------------------------------------------------------------


def test_R70_R162_the_loop_has_ended() -> None:
    scene = begun()
    scene.add_many(5)
    scene.forget()
    before = scene.mind
    scene.passes(20)
    assert scene.calls() == []
    assert scene.now == 100 * SECOND
    assert scene.tick() == ()
    assert scene.reconcile() == Reconciled(False)
    assert scene.mind == before


def test_R70_with_pod_enis_the_daemon_looks_for_a_trunk_every_5_s_until_it_is_set_up() -> None:
    scene = begun(POD_ENI)
    scene.forget()
    scene.passes(2)
    assert scene.count(DescribeAllENIs) == 2
    scene.fault("DescribeAllENIs")
    scene.passes(1)
    scene.others_attach(foreign_eni("eni-2", trunk=True))
    scene.fault("SetupENINetwork")
    scene.passes(1)
    assert not scene.store().trunk()
    scene.passes(1)
    assert scene.store().trunk()
    scene.forget()
    scene.passes(3)
    assert scene.calls() == []


def test_R70_the_wait_ends_with_a_set_up_without_error_not_with_the_record() -> None:
    scene = begun(POD_ENI)
    scene.others_attach(foreign_eni("eni-2", trunk=True))
    scene.fault("IsSubnetExcluded")
    scene.passes(1)
    assert scene.store().trunk()  # the bare record, without host networking
    assert scene.count(SetupENINetwork) == 0
    scene.passes(1)
    assert scene.count(SetupENINetwork) == 1
    scene.forget()
    scene.passes(2)
    assert scene.calls() == []


def test_R70_a_trunk_on_another_card_ends_the_wait_too() -> None:
    scene = begun(POD_ENI | MULTI_NIC, cards=2)
    scene.others_attach(foreign_eni("eni-9", trunk=True, card=1))
    scene.passes(1)
    assert scene.store(1).trunk()
    assert not scene.store(0).trunk()
    scene.forget()
    scene.passes(2)
    assert scene.calls() == []


def test_R70_a_trunk_on_a_card_without_store_is_passed_over() -> None:
    scene = make_scene(config_of(POD_ENI, cards=2)).begin()
    scene.others_attach(foreign_eni("eni-9", trunk=True, card=1))
    scene.passes(2)
    assert scene.mind.awaits_trunk
    assert [eni.id for eni in scene.store().enis] == ["eni-1"]


def test_R48_a_trunk_is_announced_in_ipv6_mode_though_no_slot_is_free() -> None:
    scene = make_scene(make_config(IPV6 | POD_ENI, enis=1)).begin()
    assert scene.count(AnnounceTrunk) == 1


def test_R24_the_prefix_of_a_removed_eni_stays_in_the_counters() -> None:
    config = config_of(MULTI_NIC, cards=2)
    scene = make_scene(config, attached=[foreign_eni("eni-2", card=1)])
    scene.fault("SetupENINetwork", times=1)
    scene.begin()
    assert (scene.store(1).counter_prefixes(), scene.store(1).counter_total()) == (2, 2**49)
    assert totals(scene.store(1)).total == 2**48


def test_R60_an_unknown_eni_fails() -> None:
    scene = make_scene(config_of())
    answer, _ = ipv6.prefixes_of(scene.ec2, "eni-9", NEXT_FREE)
    assert answer == Failed(Code.ENI_NOT_FOUND)
    answer, _ = ipv6.assign_prefixes(scene.ec2, "eni-9", 1, NEXT_FREE)
    assert answer == Failed(Code.ENI_NOT_FOUND)


def test_a_node_as_its_user_describes_it_may_be_of_ipv6_and_of_several_cards() -> None:
    limits = Catalogue.bundled().get("p4d.24xlarge")
    env = {**IPV6, **MULTI_NIC, "WARM_PREFIX_TARGET": "1"}
    setup = NodeSetup(name="p4d", limits=limits, env=env, max_pods=110)
    assert [each.code for each in setup.diagnostics()] == ["target-without-pool"]
    runner = Runner(setup.world())
    assert isinstance(runner.start(), Started)
    assert runner.ec2.reserved() == 4  # one ENI per card, none of its /80 counts
    assert len(runner.add_pod(pod("p1"), multi=True).given) == 4


def test_R68_card_0_is_not_filled_even_if_its_store_is_empty() -> None:
    subnets = make_subnet(role="0"), make_subnet("subnet-2", role="1", first=1)
    scene = make_scene(config_of(MULTI_NIC, cards=2), *subnets).begin()
    scene.forget()
    scene.fault("SetupENINetwork", times=6)
    scene.begin()
    assert scene.store(0).enis == ()
    assert scene.count(AllocENI) == 0
