"""Start and restart (R42, R53-R67, R180)."""

from collections.abc import Mapping

import pytest
from attrs import evolve

from ipam_model import ec2, others
from ipam_model.config import Config, Quirk
from ipam_model.daemon import init
from ipam_model.daemon.init import Exited, Started, learn_max_pods
from ipam_model.daemon.pods import Spot
from ipam_model.environment import Checkpoint, Veth
from ipam_model.limits import Hypervisor, InstanceLimits
from ipam_model.requests import (
    AllocENI,
    AnnounceCustomNetworking,
    AnnounceTrunk,
    AssignPrivateIpAddresses,
    CheckpointEntry,
    Code,
    EniTags,
    FindRouteTable,
    GetAddressesFromEC2,
    HostVethExists,
    IsSubnetExcluded,
    Ownership,
    RefreshSecurityGroups,
    SetupENINetwork,
    Sleep,
    TagENI,
    UnassignPrivateIpAddresses,
    WriteCheckpoint,
)
from ipam_model.settings import parse_settings
from ipam_model.state import Network, Node, Pod
from tests.rules.scenes import (
    CUSTOM,
    IPV6,
    MULTI_NIC,
    NO_PROVISIONING,
    POD_ENI,
    PREFIXES,
    SECOND,
    Scene,
    address,
    foreign_eni,
    key,
    make_config,
    make_eni,
    make_node,
    make_scene,
    make_store,
    make_subnet,
    placed,
    pod,
    prefix,
    single,
    warm,
)

Env = Mapping[str, str]
QUIET = warm(ip=1)
"""With one free address this pool neither grows nor shrinks."""


def scene_with(*networks: Network, env: Env | None = None) -> Scene:
    """A daemon about to start on a primary ENI that holds these CIDRs."""
    scene = make_scene(make_config(env))
    scene.others_add("eni-1", *networks)
    return scene


def entry(name: str, number: int, *, named: bool = True) -> CheckpointEntry:
    return CheckpointEntry(pod(name, named=named), address(number), 4_000 + number)


def with_checkpoint(scene: Scene, *entries: CheckpointEntry) -> Scene:
    """The same daemon with a checkpoint file; every pod in it has its host veth."""
    world = evolve(
        scene.world,
        checkpoints=((0, Checkpoint(frozenset(entries))),),
        veths=frozenset(Veth(each.pod.key, each.pod.name) for each in entries),
    )
    return Scene(world)


def networks_of(scene: Scene, eni_id: str = "eni-1") -> list[Network]:
    return [each.network for each in scene.eni(eni_id).cidrs]


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


# -- which ENIs (R7, R10, R54, R57) --------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "untagged", "managed"),
    [
        (EniTags(), "true", True),
        (EniTags(), "false", False),
        (EniTags(no_manage="true"), "true", False),
        (EniTags(no_manage="true", instance_id=Ownership.OWN), "true", False),
        (EniTags(no_manage="false"), "false", True),
        (EniTags(no_manage=""), "false", True),
        (EniTags(instance_id=Ownership.OWN), "false", True),
        (EniTags(instance_id=Ownership.OTHER), "false", False),
        (EniTags(instance_id=Ownership.OTHER), "true", True),
    ],
)
def test_R7_R10_tags_decide_which_enis_are_managed(
    tags: EniTags, untagged: str, managed: bool
) -> None:
    eni = foreign_eni("eni-2", single(7), tags=tags)
    scene = make_scene(make_config({"MANAGE_UNTAGGED_ENI": untagged}), attached=[eni]).begin()
    assert (scene.store().eni("eni-2") is not None) is managed
    assert scene.mind.unmanaged == (frozenset() if managed else {"eni-2"})
    assert scene.mind.unmanaged_counts == (() if managed else ((0, 1),))


def test_R7_the_primary_is_always_managed() -> None:
    scene = make_scene(make_config({"MANAGE_UNTAGGED_ENI": "false"}))
    tagged = evolve(scene.ec2.primary(), tags=EniTags(no_manage="true"))
    scene.ec2 = scene.ec2.with_eni(tagged)
    assert scene.begin().eni().primary


def test_R7_R52_without_any_tags_the_classification_stays() -> None:
    eni = foreign_eni("eni-2", tags=EniTags(no_manage="true"))
    scene = make_scene(make_config({"ENABLE_IMDS_ONLY_MODE": "true"}), attached=[eni]).begin()
    assert scene.store().eni("eni-2") is not None


def test_R12_R57_trunk_and_efa_flags_come_from_ec2_and_a_trunk_is_not_tagged() -> None:
    enis = [foreign_eni("eni-2", trunk=True), foreign_eni("eni-3", efa=True)]
    scene = make_scene(make_config(enis=5), attached=enis).begin()
    flags = [(eni.primary, eni.trunk, eni.efa) for eni in scene.store().enis]
    assert flags == [(True, False, False), (False, True, False), (False, False, True)]
    assert sorted(request.eni for request in scene.requests(TagENI)) == ["eni-1", "eni-3"]


def test_R54_R193_of_two_trunks_the_last_is_meant() -> None:
    enis = [foreign_eni("eni-2", trunk=True), foreign_eni("eni-3", trunk=True)]
    scene = make_scene(make_config(enis=5), attached=enis).begin()
    assert [eni.id for eni in scene.store().enis if eni.trunk] == ["eni-3"]


def test_R57_R192_enis_are_set_up_in_any_order() -> None:
    scene = make_scene(attached=[foreign_eni("eni-2")])
    scene.prefer("R192", lambda options: options[-1])
    scene.begin()
    assert scene.choices("R192") == [("eni-1", "eni-2")]
    assert [request.eni for request in scene.requests(FindRouteTable)] == ["eni-2", "eni-1"]


def test_R57_six_attempts_in_fifty_seconds_and_init_goes_on() -> None:
    scene = make_scene(make_config(warm(ip=1)))
    scene.fault("IsSubnetExcluded", Code.THROTTLED, times=6)
    scene.begin()
    assert scene.count(IsSubnetExcluded) == 6
    assert scene.requests(Sleep) == [Sleep(10 * SECOND)] * 5
    assert scene.now == 50 * SECOND
    assert scene.eni().created == 0  # the record of the first attempt


def test_R57_the_sixth_attempt_may_still_succeed() -> None:
    scene = scene_with(single(1), env=QUIET)
    scene.fault("IsSubnetExcluded", Code.THROTTLED, times=5)
    scene.begin()
    assert networks_of(scene) == [single(1)]
    assert scene.now == 50 * SECOND


def test_R57_a_missing_link_gives_the_eni_up_at_once() -> None:
    scene = make_scene(make_config(QUIET), attached=[foreign_eni("eni-2", single(7))])
    scene.prefer("R192", lambda options: options[-1])
    scene.fault("SetupENINetwork", Code.LINK_NOT_FOUND)
    scene.begin()
    assert scene.count(SetupENINetwork) == 1
    assert scene.store().eni("eni-2") is None
    assert scene.now == 0


def test_R57_R58_a_missing_route_table_is_retried() -> None:
    scene = make_scene(make_config(QUIET), attached=[foreign_eni("eni-2", single(7))])
    scene.prefer("R192", lambda options: options[-1])
    scene.fault("FindRouteTable", Code.LINK_NOT_FOUND, times=6)
    scene.begin()
    asked = [request.eni for request in scene.requests(FindRouteTable)]
    assert asked == ["eni-2"] * 6 + ["eni-1"]
    assert scene.store().eni("eni-2") is None


def test_R57_R174_failing_host_networking_is_retried_and_then_given_up() -> None:
    scene = make_scene(make_config(QUIET), attached=[foreign_eni("eni-2", single(7))])
    scene.fault("SetupENINetwork", "LinkError", times=6)
    scene.begin()
    assert scene.count(SetupENINetwork) == 6
    assert scene.store().eni("eni-2") is None
    assert scene.now == 50 * SECOND


def test_R58_R173_after_six_failures_the_bare_record_remains() -> None:
    scene = make_scene(make_config(QUIET), attached=[foreign_eni("eni-2", single(7))])
    scene.prefer("R192", lambda options: options[-1])
    scene.fault("IsSubnetExcluded", Code.THROTTLED, times=6)
    scene.begin()
    assert networks_of(scene, "eni-2") == []
    assert scene.count(SetupENINetwork) == 0


def test_R98d_R173_N19_growth_fills_the_bare_record_without_host_networking() -> None:
    env = warm(ip=9)
    nine = [single(n) for n in range(9)]
    scene = make_scene(make_config(env), attached=[foreign_eni("eni-2", *nine)])
    scene.prefer("R192", lambda options: options[-1])
    scene.prefer("R188", lambda options: options[-1])
    scene.fault("IsSubnetExcluded", Code.THROTTLED, times=6)
    scene.begin()
    assert networks_of(scene, "eni-2") == nine
    assert scene.count(SetupENINetwork) == 0
    assert scene.add("p1").success


# -- recovery (R61, R62) -------------------------------------------------------------------------


def test_R61_assignments_are_restored_with_key_name_and_instant() -> None:
    scene = with_checkpoint(scene_with(single(1), single(2), env=QUIET), entry("p1", 1)).begin()
    held = scene.store().holdings[key("p1")]
    assert (held.address, held.eni, held.pod, held.since) == (
        address(1),
        "eni-1",
        pod("p1"),
        4_001,
    )
    assert scene.checkpoint(0).entries == {entry("p1", 1)}


def test_R61_a_named_pod_without_veth_is_dropped() -> None:
    scene = with_checkpoint(scene_with(single(1), single(2), env=QUIET), entry("p1", 1))
    scene.veths = {}
    scene.begin()
    assert scene.store().holdings == {}
    assert scene.checkpoint(0).entries == frozenset()
    assert scene.add("p2").given[0].address == address(1)


def test_R61_an_entry_without_a_name_is_kept_unchecked() -> None:
    scene = with_checkpoint(
        scene_with(single(1), single(2), env=QUIET), entry("p1", 1, named=False)
    )
    scene.veths = {}
    scene.begin()
    assert set(scene.store().holdings) == {key("p1")}
    assert scene.count(HostVethExists) == 0


def test_R61_an_address_in_no_cidr_is_stale_and_dropped() -> None:
    scene = with_checkpoint(
        scene_with(single(1), env=QUIET), entry("p1", 1), entry("p2", 99)
    ).begin()
    assert set(scene.store().holdings) == {key("p1")}
    assert scene.checkpoint(0).entries == {entry("p1", 1)}


def test_R61_R180_two_entries_with_one_address_end_every_start() -> None:
    scene = with_checkpoint(scene_with(single(1), env=QUIET), entry("p1", 1), entry("p2", 1))
    for _ in range(2):
        assert scene.fail_to_begin() == init.DUPLICATE_ADDRESS
    assert len(scene.checkpoint(0).entries) == 2
    assert scene.count(WriteCheckpoint) == 0


def test_R61_an_address_may_be_restored_into_either_of_two_cidrs() -> None:
    scene = make_scene(make_config(QUIET), attached=[foreign_eni("eni-2")])
    for eni_id in ("eni-1", "eni-2"):
        scene.ec2 = scene.ec2.with_eni(scene.true_eni(eni_id).with_networks([single(1)]))
    scene = with_checkpoint(scene, entry("p1", 1))
    scene.prefer("R61", lambda homes: homes[-1])
    scene.begin()
    assert scene.choices("R61") == [(("eni-1", single(1)), ("eni-2", single(1)))]
    assert scene.store().holdings[key("p1")].eni == "eni-2"


def test_R61_excluded_enis_and_both_kinds_are_searched() -> None:
    scene = scene_with(single(1), prefix(0))
    scene.exclude_subnet()
    offset = prefix(0).address + 5 - address(0)
    scene = with_checkpoint(scene, entry("p1", 1), entry("p2", offset)).begin()
    assert scene.eni().excluded
    assert set(scene.store().holdings) == {key("p1"), key("p2")}


def test_R61_R179_a_failing_rewrite_is_only_logged() -> None:
    scene = with_checkpoint(scene_with(single(1), env=QUIET), entry("p1", 99))
    scene.fault("WriteCheckpoint", "EIO")
    scene.begin()
    assert scene.checkpoint(0).entries == {entry("p1", 99)}


def test_R53_R61_an_unreadable_host_ends_the_start() -> None:
    scene = with_checkpoint(scene_with(single(1), env=QUIET), entry("p1", 1))
    scene.fault("HostVethExists", "Broken")
    assert scene.fail_to_begin() == "Broken"
    assert scene.checkpoint(0).entries == {entry("p1", 1)}


def test_R61_every_card_is_recovered_from_its_own_file() -> None:
    config = make_config(MULTI_NIC, cards=2)
    scene = make_scene(config, attached=[foreign_eni("eni-2", single(2), card=1)])
    scene.others_add("eni-1", single(1))
    kept = {0: entry("p1", 1), 1: entry("p2", 2)}
    files = tuple((card, Checkpoint(frozenset([each]))) for card, each in kept.items())
    veths = frozenset(Veth(each.pod.key, each.pod.name) for each in kept.values())
    scene = Scene(evolve(scene.world, checkpoints=files, veths=veths)).begin()
    assert [set(scene.store(card).holdings) for card in (0, 1)] == [{key("p1")}, {key("p2")}]
    assert [scene.checkpoint(card).entries for card in (0, 1)] == [{kept[0]}, {kept[1]}]


def test_R61_no_file_means_nothing_to_recover() -> None:
    scene = make_scene(make_config(QUIET)).begin()
    assert scene.store().holdings == {}


def test_R62a_N16_a_restart_forgets_the_cooldown() -> None:
    scene = make_scene(make_config(QUIET)).begin()
    given = scene.add("p1").given
    scene.delete("p1")
    assert not scene.add("p2").success
    scene.begin()
    assert scene.add("p2").given == given


def test_R62b_N16_a_restart_restarts_the_age_of_enis() -> None:
    scene = make_scene(make_config(addresses=4)).begin()
    scene.add("p1")
    scene.passes(1)
    scene.advance(70 * SECOND)
    scene.delete("p1")
    scene.begin()
    assert {eni.created for eni in scene.store().enis} == {scene.now}
    scene.advance(59_999)
    scene.tick()
    assert len(scene.store().enis) == 2
    scene.advance(1)
    scene.tick()
    assert len(scene.store().enis) == 1


def test_R62c_N25_failing_subnet_look_ups_at_restart_forget_running_pods() -> None:
    scene = make_scene(make_config(addresses=4)).begin()
    for number in range(1, 7):
        scene.add(f"p{number}")
        scene.passes(1)
    before = {held.address for held in scene.store().holdings.values()}
    assert len(before) == 6
    scene.fault("IsSubnetExcluded", Code.THROTTLED, times=6 * len(scene.store().enis))
    scene.begin()
    assert scene.store().holdings == {}
    assert scene.checkpoint(0).entries == frozenset()
    scene.passes(20)
    again = scene.add("p9").given[0].address
    assert again in before  # given out under the running pod


def test_R62d_the_veth_of_a_pod_of_the_same_name_keeps_a_stale_entry() -> None:
    scene = make_scene(make_config(warm(ip=2))).begin()
    scene.add_pod(Pod(key("old"), name="ns/web-0"))
    scene.add_pod(Pod(key("new"), name="ns/web-0"))
    scene.veths = {key("new"): "ns/web-0"}  # the old sandbox vanished without a DEL
    scene.begin()
    assert set(scene.store().holdings) == {key("old"), key("new")}


def test_R62e_an_address_released_before_the_restart_is_adopted_while_imds_lags() -> None:
    scene = restarted_under_lag(make_config(warm(ip=1)))
    assert scene.totals().total == 2
    assert scene.totals().total > len(scene.true_eni("eni-1").addresses)
    assert not scene.mind.released


def test_R62e_without_the_quirk_ec2_is_asked() -> None:
    config = make_config(warm(ip=1), without=[Quirk.STALE_ADDRESSES_ADOPTED])
    scene = restarted_under_lag(config)
    assert scene.totals().total == 1
    assert scene.requests(GetAddressesFromEC2) == [
        GetAddressesFromEC2("eni-1", False),
        GetAddressesFromEC2("eni-1", True),
    ]


def test_R62e_without_the_quirk_an_ipv6_node_asks_for_no_ipv4_addresses() -> None:
    config = make_config(IPV6, without=[Quirk.STALE_ADDRESSES_ADOPTED])
    assert make_scene(config).begin().count(GetAddressesFromEC2) == 0


def test_R62_without_the_quirk_only_prefixes_that_ec2_confirms_are_kept() -> None:
    scene = make_scene(make_config(PREFIXES)).begin()
    (true,) = scene.true_eni("eni-1").prefixes
    (shown,) = ec2.imds_view(scene.ec2, scene.now, ec2.NEXT_FREE, hide_primary_prefixes=False)
    stale = evolve(shown, prefixes=(true, prefix(99)))
    kept, *_ = scene.run(init.confirmed_by_ec2(scene.mind, scene.now, stale))
    assert kept == shown


@pytest.mark.parametrize("call", ["GetIPv4sFromEC2", "GetIPv4PrefixesFromEC2"])
def test_R62e_without_the_quirk_but_without_ec2_imds_is_believed(call: str) -> None:
    config = make_config(warm(ip=1), without=[Quirk.STALE_ADDRESSES_ADOPTED])
    scene = restarted_under_lag(config, fault=call)
    assert scene.totals().total == 2


def restarted_under_lag(config: Config, fault: str | None = None) -> Scene:
    """One address is released, and the daemon restarts while IMDS still lists it."""
    scene = make_scene(config, imds_lag=60 * SECOND).begin()
    scene.add("p1")
    scene.passes(1)
    scene.delete("p1")
    scene.passes(1)
    assert (scene.totals().total, len(scene.true_eni("eni-1").addresses)) == (1, 1)
    scene.forget()
    if fault is not None:
        scene.fault(fault)
    return scene.begin()


def test_R62f_a_start_that_fails_before_the_checkpoint_keeps_its_entries() -> None:
    scene = make_scene(make_config(QUIET)).begin()
    scene.add("p1")
    scene.veths = {}
    scene.fault("DescribeAllENIs", Code.THROTTLED)
    scene.fail_to_begin()
    assert len(scene.checkpoint(0).entries) == 1
    scene.begin()
    assert scene.checkpoint(0).entries == frozenset()


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


def test_R62e_the_reissued_address_may_be_given_to_two_pods() -> None:
    config = make_config(warm(ip=1))
    scene = make_scene(config, imds_lag=60 * SECOND, attached=[foreign_eni("eni-2")]).begin()
    scene.prefer("R188", lambda options: options[0])
    scene.add("p1")
    scene.passes(1)
    scene.delete("p1")
    scene.passes(1)
    gone = scene.ec2.departed[0].network
    scene.ec2 = others.add_by_other(scene.ec2, scene.true_eni("eni-2"), (gone,))
    scene.grants = BothLists()
    scene.begin()
    homes = [eni.id for eni, each in scene.store().cidrs() if each.network == gone]
    assert homes == ["eni-1", "eni-2"]
    scene.prefer("R112", lambda spots: next(each for each in spots if serves(each, gone)))
    assert scene.add("p5").given[0].address == gone.address
    assert scene.add("p6").given[0].address == gone.address


def serves(spot: object, network: Network) -> bool:
    return isinstance(spot, Spot) and spot.cidr.network == network


class BothLists(ec2.NextFree):
    """An IMDS that lists a departed CIDR also after EC2 handed it out again."""

    def lingering(self, ec2_state: ec2.Ec2, now: int) -> ec2.Lingering:
        return ec2.lingering(ec2_state, now)[1]
