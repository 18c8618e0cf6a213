"""Start: what it restores of the checkpoint, and what a restart forgets (R61, R62)."""

import pytest
from attrs import evolve

from ipam_model import ec2, others
from ipam_model.config import Config, Quirk
from ipam_model.daemon import init
from ipam_model.daemon.pods import Spot
from ipam_model.environment import Checkpoint, Veth
from ipam_model.requests import (
    Code,
    GetAddressesFromEC2,
    HostVethExists,
    WriteCheckpoint,
)
from ipam_model.state import Network, Pod
from tests.rules.scenes import (
    IPV6,
    MULTI_NIC,
    PREFIXES,
    SECOND,
    Scene,
    address,
    foreign_eni,
    key,
    make_config,
    make_scene,
    pod,
    prefix,
    single,
    warm,
)
from tests.rules.start_scenes import QUIET, entry, scene_with, with_checkpoint


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
