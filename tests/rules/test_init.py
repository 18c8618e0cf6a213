"""Start: its order, clean-ups and the first growth (R42-R55, R63-R70, R180)."""

import pytest
from attrs import evolve

from ipam_model.config import Config
from ipam_model.daemon import init
from ipam_model.daemon.init import Exited, Started, learn_max_pods
from ipam_model.limits import Hypervisor, InstanceLimits
from ipam_model.requests import (
    AllocENI,
    AnnounceCustomNetworking,
    AnnounceTrunk,
    AssignPrivateIpAddresses,
    Code,
    IsSubnetExcluded,
    RefreshSecurityGroups,
    TagENI,
    UnassignPrivateIpAddresses,
)
from ipam_model.settings import parse_settings
from ipam_model.state import Node
from tests.rules.scenes import (
    CUSTOM,
    IPV6,
    NO_PROVISIONING,
    POD_ENI,
    PREFIXES,
    address,
    foreign_eni,
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
from tests.rules.start_scenes import QUIET, Env, entry, networks_of, scene_with, with_checkpoint

# -- order (R53-R55, R65) ------------------------------------------------------------------------


def test_R53_R55_R65_the_order_of_a_first_start() -> None:
    scene = make_scene().begin()
    assert scene.calls() == [
        "DescribeAllENIs",
        "TagENI",
        "FindRouteTable",
        "IsSubnetExcluded",
        "ReadCheckpoint",
        "RefreshSecurityGroups",
        "ReadMaxPods",
        "NodeCordoned",
        "AssignPrivateIpAddresses",
    ]


@pytest.mark.parametrize(
    "env",
    [
        {"ENABLE_IPv4": "false"},
        {"ENABLE_IPv6": "true"},
        {"ENABLE_IPv4": "false", "ENABLE_IPv6": "true"},  # without the prefix flag
    ],
)
def test_R43_R44_refused_settings_end_the_start_before_any_call(env: Env) -> None:
    scene = make_scene(make_config(env))
    assert scene.fail_to_begin() == init.REFUSED
    assert scene.calls() == []
    assert scene.node is None


KINDS: list[tuple[Hypervisor, bool, bool]] = [
    ("xen", False, False),
    ("unknown", True, True),
    ("nitro", False, True),
]
"""Hypervisor, bare metal, and whether prefixes are supported."""


@pytest.mark.parametrize(("hypervisor", "bare_metal", "supported"), KINDS)
def test_R45_ipv6_needs_nitro_or_bare_metal(
    hypervisor: Hypervisor, bare_metal: bool, supported: bool
) -> None:
    settings = parse_settings({"ENABLE_IPv6": "true", **PREFIXES}).settings
    limits = evolve(InstanceLimits.simple(3, 10), hypervisor=hypervisor, bare_metal=bare_metal)
    assert init.refused(Config(settings=settings, limits=limits)) is not supported


@pytest.mark.parametrize(("hypervisor", "bare_metal", "supported"), KINDS)
def test_R45_ipv4_falls_back_to_single_addresses(
    hypervisor: Hypervisor, bare_metal: bool, supported: bool
) -> None:
    settings = parse_settings({"ENABLE_IPv4": "true", **PREFIXES}).settings
    limits = evolve(InstanceLimits.simple(3, 10), hypervisor=hypervisor, bare_metal=bare_metal)
    config = Config(settings=settings, limits=limits)
    assert config.prefix_mode is supported
    assert config.addresses_per_eni == (144 if supported else 9)


def test_R45_ipv4_with_prefixes_starts_on_a_type_without_them() -> None:
    settings = parse_settings({"ENABLE_IPv4": "true", **PREFIXES}).settings
    xen = evolve(InstanceLimits.simple(3, 10), hypervisor="xen")
    scene = make_scene(Config(settings=settings, limits=xen))
    assert isinstance(scene.start(), Started)
    assert scene.sizes() == [9]


@pytest.mark.parametrize(
    ("call", "after"),
    [
        ("DescribeAllENIs", ["DescribeAllENIs"]),
        ("TagENI", ["DescribeAllENIs", "TagENI"]),
        (
            "ReadCheckpoint",
            ["DescribeAllENIs", "TagENI", "FindRouteTable", "IsSubnetExcluded", "ReadCheckpoint"],
        ),
    ],
)
def test_R53_R54_R57_R61_R175_R180_these_failures_end_the_start(
    call: str, after: list[str]
) -> None:
    scene = make_scene()
    scene.fault(call, "Broken")
    assert scene.fail_to_begin() == "Broken"
    assert scene.calls() == after
    assert scene.node is None
    scene.begin()  # kubelet starts it again


@pytest.mark.parametrize("call", ["RefreshSecurityGroups", "ReadMaxPods"])
def test_R65_failing_security_groups_or_node_read_end_the_start(call: str) -> None:
    scene = make_scene()
    scene.fault(call, "Timeout")
    assert scene.fail_to_begin() == "Timeout"
    assert scene.count(AssignPrivateIpAddresses) == 0


@pytest.mark.parametrize("fault", [False, True])
def test_R53_R65_custom_networking_with_branch_enis_is_announced(fault: bool) -> None:
    scene = make_scene(make_config(CUSTOM | POD_ENI), eni_config_subnet="subnet-1")
    if fault:
        scene.fault("AnnounceCustomNetworking", "Timeout")
        assert scene.fail_to_begin() == "Timeout"
    else:
        scene.begin()
    assert scene.count(AnnounceCustomNetworking) == 1


@pytest.mark.parametrize("env", [{}, CUSTOM, POD_ENI])
def test_R65_custom_networking_is_announced_only_where_branch_enis_are_on_too(env: Env) -> None:
    scene = make_scene(make_config(env), eni_config_subnet="subnet-1").begin()
    assert scene.count(AnnounceCustomNetworking) == 0


def test_R52_R65_without_provisioning_security_groups_are_left_alone() -> None:
    scene = scene_with(single(1), env=NO_PROVISIONING).begin()
    assert scene.count(RefreshSecurityGroups) == 0
    assert scene.count(TagENI) == 0
    assert scene.count(AssignPrivateIpAddresses) == 0
    assert scene.count(IsSubnetExcluded) == 1
    assert networks_of(scene) == [single(1)]


def test_R48_R65_a_missing_trunk_is_announced() -> None:
    assert make_scene(make_config(POD_ENI)).begin().count(AnnounceTrunk) == 1
    trunk = foreign_eni("eni-2", trunk=True)
    assert make_scene(make_config(POD_ENI), attached=[trunk]).begin().count(AnnounceTrunk) == 0
    assert make_scene().begin().count(AnnounceTrunk) == 0


def test_R48_the_last_free_slot_is_enough_for_the_announcement() -> None:
    assert make_scene(make_config(POD_ENI, enis=2)).begin().count(AnnounceTrunk) == 1


def test_R70_only_an_ipv6_node_waits_for_its_trunk() -> None:
    assert not make_scene(make_config(POD_ENI)).begin().mind.awaits_trunk
    assert make_scene(make_config(IPV6 | POD_ENI)).begin().mind.awaits_trunk


def test_R48_without_a_free_slot_the_missing_trunk_is_not_announced() -> None:
    scene = make_scene(make_config(POD_ENI, enis=1)).begin()
    scene.tick()
    assert scene.count(AnnounceTrunk) == 0  # n < K - U_0 does not hold


def test_R42_max_pods_is_read_at_start_and_may_be_replaced_later() -> None:
    scene = make_scene(max_pods=29).begin()
    assert scene.mind.max_pods == 29
    assert learn_max_pods(scene.mind, 58).max_pods == 58


def test_R9_R19_a_start_begins_with_empty_memory() -> None:
    scene = make_scene(make_config(QUIET)).begin()
    scene.mind = evolve(
        scene.mind,
        last_decrease=1,
        last_insufficient=1,
        released=((single(1), 5),),
        cleanups=(),
        terminating=True,
    )
    scene.begin()
    fresh = Node(stores=scene.mind.stores, max_pods=110)
    assert scene.mind == fresh
    assert [store.card for store in scene.mind.stores] == [0]


# -- clean-ups (R63, R64) ------------------------------------------------------------------------


def test_R63_R64_excluded_enis_lose_their_idle_addresses_at_start() -> None:
    other = make_subnet("subnet-2", role="1", first=1)
    scene = make_scene(make_config(), make_subnet(role="0"), other)
    scene.others_add("eni-1", single(1), single(2))
    scene = with_checkpoint(scene, entry("p1", 1)).begin()
    assert scene.eni().excluded
    assert networks_of(scene) == [single(1)]
    assert scene.true_eni("eni-1").addresses == (address(1),)
    assert scene.sizes() == [9, 1]  # E45b: growth goes to a usable subnet


def test_R64_prefix_mode_drops_idle_single_addresses_of_every_eni() -> None:
    scene = make_scene(
        make_config(PREFIXES | warm(prefix=1)), attached=[foreign_eni("eni-2", single(5))]
    )
    scene.others_add("eni-1", single(1), single(2), prefix(0))
    scene = with_checkpoint(scene, entry("p1", 1)).begin()
    assert networks_of(scene) == [single(1), prefix(0)]
    assert networks_of(scene, "eni-2") == []
    assert scene.true_eni("eni-2").addresses == ()


def test_R64_secondary_address_mode_drops_idle_prefixes() -> None:
    scene = scene_with(single(1), prefix(0), prefix(1), env=QUIET)
    offset = prefix(1).address + 3 - address(0)
    scene = with_checkpoint(scene, entry("p1", offset)).begin()
    assert networks_of(scene) == [single(1), prefix(1)]
    assert scene.true_eni("eni-1").prefixes == (prefix(1),)
    assert not scene.mind.released


def test_R64_a_mode_switch_needs_a_restart_only() -> None:
    scene = make_scene(make_config(warm(ip=3))).begin()
    scene.add("p1")
    scene.start(make_config(PREFIXES | warm(prefix=1)))
    kinds = [(each.is_prefix, each.in_use()) for each in scene.eni().cidrs]
    assert kinds == [(False, True), (True, False)]
    assert scene.totals().total == 16  # the pod's address is invisible now (R28)
    scene.start(make_config(warm(ip=3)))
    assert all(not each.is_prefix for each in scene.eni().cidrs)


def test_R64_R192_the_order_of_enis_is_open_and_failures_are_logged() -> None:
    scene = make_scene(make_config(QUIET), attached=[foreign_eni("eni-2", prefix(1), single(5))])
    scene.others_add("eni-1", prefix(0))
    scene.prefer("R192", lambda options: options[-1])
    scene.fault("UnassignPrivateIpAddresses", Code.THROTTLED)
    scene.begin()
    released = [(each.eni, each.networks) for each in scene.requests(UnassignPrivateIpAddresses)]
    assert released == [("eni-2", (prefix(1),)), ("eni-1", (prefix(0),))]
    assert scene.true_eni("eni-2").prefixes == (prefix(1),)
    assert networks_of(scene, "eni-2") == [single(5)]


# -- the first growth (R66, R67) -----------------------------------------------------------------


def test_R66_R67_at_most_one_growth_step() -> None:
    scene = make_scene(make_config(warm(eni=2), addresses=4)).begin()
    assert scene.sizes() == [3]
    assert scene.mind.last_pool_action == 0
    scene.passes(1)
    assert scene.sizes() == [3, 3]  # E90


def test_E91_E92_the_rest_of_a_target_comes_with_the_first_tick() -> None:
    scene = make_scene(make_config(warm(ip=2, minimum=5), addresses=4)).begin()
    assert scene.requests(AssignPrivateIpAddresses)[-1].count == 3
    scene.passes(1)
    assert scene.requests(AllocENI)[-1].count == 2
    scene = make_scene(make_config(PREFIXES | warm(prefix=4), addresses=4)).begin()
    assert scene.requests(AssignPrivateIpAddresses)[-1].count == 3
    scene.passes(1)
    assert scene.requests(AllocENI)[-1].count == 1


def test_R66_a_pool_that_is_not_low_does_not_grow() -> None:
    scene = scene_with(single(1), env=QUIET).begin()
    assert scene.count(AssignPrivateIpAddresses) == 0
    assert scene.mind.last_pool_action is None


def test_R66_R100_R166_an_error_of_the_first_growth_ends_the_start() -> None:
    scene = make_scene()
    scene.fault("AssignPrivateIpAddresses", Code.THROTTLED, times=2)
    assert scene.fail_to_begin() == Code.THROTTLED
    scene.fault("AssignPrivateIpAddresses", Code.THROTTLED)
    scene.begin()  # one failure is retried with 1
    assert scene.sizes() == [1]


def test_R66_an_insufficient_subnet_does_not_end_the_start() -> None:
    scene = make_scene(make_config(), make_subnet(free=1)).begin()
    assert scene.totals().total == 0
    assert scene.mind.last_insufficient == 0


def test_R51_R66_on_a_cordoned_node_nothing_grows() -> None:
    scene = make_scene()
    scene.cordoned = True
    scene.begin()
    assert scene.totals().total == 0


@pytest.mark.parametrize("cordoned", [True, False])
def test_R66_custom_networking_with_an_empty_pool_never_becomes_ready(cordoned: bool) -> None:
    scene = make_scene(make_config(CUSTOM), eni_config_subnet="subnet-1" if cordoned else None)
    scene.cordoned = cordoned
    for _ in range(2):
        assert scene.fail_to_begin() == init.EMPTY_POOL
    scene.cordoned = False
    scene.eni_config_subnet = "subnet-1"
    scene.begin()
    assert scene.totals().total == 9


def test_R59_custom_networking_does_not_read_the_primarys_prefixes() -> None:
    scene = make_scene(
        make_config(CUSTOM | PREFIXES | warm(prefix=1)), eni_config_subnet="subnet-1"
    )
    scene.others_add("eni-1", prefix(0))
    scene.begin()
    assert networks_of(scene) == []
    scene = make_scene(make_config(CUSTOM | QUIET), eni_config_subnet="subnet-1")
    scene.others_add("eni-1", single(1))
    assert networks_of(scene.begin()) == [single(1)]


def test_R66_every_low_card_grows_once_in_any_order() -> None:
    node = make_node(make_store(make_eni("eni-1")), make_store(make_eni("eni-5"), card=1))
    scene = placed(make_config(warm(ip=2)), node)
    scene.prefer("R191", lambda cards: cards[-1])
    error, _, _ = scene.perform(init.grow_once(scene.config, scene.mind, 0))
    assert error is None
    assert scene.choices("R191") == [(0, 1)]
    assert [(each.eni, each.count) for each in scene.requests(AssignPrivateIpAddresses)] == [
        ("eni-5", 1),
        ("eni-1", 2),
    ]


def test_R53_the_outcome_says_whether_the_daemon_runs() -> None:
    scene = make_scene()
    scene.fault("TagENI", "UnauthorizedOperation")
    assert isinstance(scene.start(), Exited)
    assert isinstance(scene.start(), Started)
