"""Reconcile with IMDS and EC2: addresses and prefixes (R20, R152-R158)."""

import pytest
from attrs import evolve

from ipam_model import ec2
from ipam_model.config import Quirk
from ipam_model.daemon.reconcile import Reconciled
from ipam_model.requests import (
    Code,
    GetAddressesFromEC2,
    TagENI,
)
from ipam_model.state import Network
from ipam_model.subnets import CounterSubnet
from tests.rules.reconcile_scenes import DONE, NOW, networks, scene_with, two
from tests.rules.scenes import (
    POD_ENI,
    PREFIXES,
    SECOND,
    Scene,
    address,
    cidr,
    foreign_eni,
    key,
    make_config,
    make_eni,
    make_node,
    make_scene,
    make_store,
    placed,
    prefix,
    single,
    warm,
)


def remember(scene: Scene, network: Network, left: int) -> None:
    """The daemon released the CIDR, and that is remembered for `left` more milliseconds."""
    released = dict(scene.mind.released) | {network: scene.now + left}
    scene.mind = evolve(scene.mind, released=tuple(sorted(released.items())))


# -- R152-R157: addresses and prefixes -----------------------------------------------------------


def test_R152_equal_lists_are_believed() -> None:
    scene = scene_with(two(prefix(0)))
    before = scene.store()
    scene.reconcile()
    assert scene.calls() == ["GetAttachedENIs"]
    assert scene.store() == before


@pytest.mark.parametrize("change", ["added", "removed", "exchanged"])
@pytest.mark.parametrize("kind", ["single", "prefix"])
def test_R152_R153_R155_R156_different_lists_are_replaced_by_ec2s(change: str, kind: str) -> None:
    make = single if kind == "single" else prefix
    scene = scene_with(make_eni("eni-1", cidr(make(1)), cidr(make(2))))
    if change in ("removed", "exchanged"):
        scene.others_remove("eni-1", make(2))
    if change in ("added", "exchanged"):
        scene.others_add("eni-1", make(3))
    expected = {"added": [1, 2, 3], "removed": [1], "exchanged": [1, 3]}[change]
    scene.reconcile()
    assert scene.requests(GetAddressesFromEC2) == [GetAddressesFromEC2("eni-1", kind == "prefix")]
    assert networks(scene) == [make(n) for n in expected]


def test_R152_R153_each_kind_is_compared_for_itself() -> None:
    scene = scene_with(two(prefix(0)))
    scene.others_add("eni-1", prefix(1))
    scene.reconcile()
    assert scene.requests(GetAddressesFromEC2) == [GetAddressesFromEC2("eni-1", True)]


@pytest.mark.parametrize("fault", ["GetIPv4sFromEC2", "GetIPv4PrefixesFromEC2"])
def test_R152_R153_a_failing_fetch_leaves_that_kind_alone(fault: str) -> None:
    scene = scene_with(two(prefix(0)))
    scene.others_remove("eni-1", single(2), prefix(0))
    scene.fault(fault, Code.THROTTLED)
    assert scene.reconcile() == DONE
    left = [single(1), single(2)] if fault == "GetIPv4sFromEC2" else [single(1), prefix(0)]
    assert networks(scene) == left
    assert scene.mind.last_pool_action == NOW


def test_R156_addresses_that_are_gone_are_deleted_under_their_pods() -> None:
    scene = scene_with(make_eni("eni-1", cidr(single(1), "p1"), cidr(prefix(0), {3: "p2"})))
    scene.write_checkpoint(0, scene.store().holdings)
    scene.others_remove("eni-1", single(1), prefix(0))
    scene.reconcile()
    assert networks(scene) == []
    assert scene.store().holdings == {}
    assert scene.store().counter_total() == 0  # no double decrement here
    assert scene.checkpoint(0).entries == frozenset()


def test_I2_R157_the_primary_address_never_enters_the_pool() -> None:
    scene = scene_with(two())
    scene.others_add("eni-1", single(3))
    scene.reconcile()
    primary = scene.eni().primary_address
    assert all(primary not in network for network in networks(scene))
    assert address(60_001) == primary


# -- R20, R154: released addresses ---------------------------------------------------------------


def test_R154_a_recently_released_address_is_not_taken_back() -> None:
    scene = scene_with(two())
    scene.others_add("eni-1", single(3))
    remember(scene, single(3), 1)
    scene.reconcile()
    assert networks(scene) == [single(1), single(2)]
    assert len(scene.mind.released) == 1


def test_R154_an_expired_entry_is_forgotten_when_the_list_is_ec2s() -> None:
    scene = scene_with(two())
    scene.others_add("eni-1", single(3))
    remember(scene, single(3), 0)
    scene.reconcile()
    assert scene.count(GetAddressesFromEC2) == 1  # trusted: not fetched again
    assert networks(scene) == [single(1), single(2), single(3)]
    assert not scene.mind.released


def test_R154_an_expired_entry_of_an_untrusted_list_is_confirmed_once_per_eni() -> None:
    scene = scene_with(two())
    remember(scene, single(1), 0)
    remember(scene, single(2), -1)
    scene.reconcile()
    assert scene.requests(GetAddressesFromEC2) == [GetAddressesFromEC2("eni-1", False)]
    assert networks(scene) == [single(1), single(2)]
    assert not scene.mind.released


def test_R154_what_ec2_does_not_confirm_is_skipped_and_then_deleted() -> None:
    scene = scene_with(make_eni("eni-1", cidr(single(1)), cidr(single(2), "p1")))
    lagging = evolve(scene.ec2, imds_lag=60 * SECOND)
    scene.ec2 = ec2.remove_networks(lagging, scene.true_eni("eni-1"), (single(2),), NOW)
    remember(scene, single(2), 0)
    scene.reconcile()
    assert networks(scene) == [single(1)]
    assert scene.mind.released == ((single(2), NOW),)  # skipped, not forgotten
    assert scene.store().holdings == {}


def test_R154_one_confirmation_serves_every_doubtful_address_of_the_eni() -> None:
    scene = scene_with(two())
    lagging = evolve(scene.ec2, imds_lag=60 * SECOND)
    scene.ec2 = ec2.remove_networks(lagging, scene.true_eni("eni-1"), (single(2),), NOW)
    remember(scene, single(1), 0)
    remember(scene, single(2), 0)
    scene.reconcile()
    assert scene.count(GetAddressesFromEC2) == 1
    assert networks(scene) == [single(1)]
    assert scene.mind.released == ((single(2), NOW),)


def test_R127a_R156_R194_a_prefix_that_a_delete_released_meanwhile_is_simply_gone() -> None:
    scene = scene_with(make_eni("eni-1", cidr(prefix(0), {0: "p1"}), cidr(prefix(1), {0: "p2"})))
    scene.others_add("eni-1", prefix(2))
    scene.during(GetAddressesFromEC2, lambda: scene.delete("p1"))
    assert scene.reconcile() == DONE
    assert networks(scene) == [prefix(1), prefix(2)]
    assert set(scene.store().holdings) == {key("p2")}


def test_R154_a_failing_confirmation_counts_as_seen_and_keeps_the_entry() -> None:
    scene = scene_with(two())
    remember(scene, single(1), 0)
    remember(scene, single(2), 0)
    scene.fault("GetIPv4sFromEC2", Code.THROTTLED)
    scene.reconcile()
    assert scene.count(GetAddressesFromEC2) == 2  # a failed fetch is repeated for the next one
    assert networks(scene) == [single(1), single(2)]
    assert len(scene.mind.released) == 1


def test_R154_the_order_of_doubtful_addresses_is_open() -> None:
    scene = scene_with(two())
    remember(scene, single(1), 0)
    remember(scene, single(2), 0)
    scene.fault("GetIPv4sFromEC2", Code.THROTTLED)
    scene.prefer("R154", lambda options: options[-1])
    scene.reconcile()
    assert scene.choices("R154") == [(single(1), single(2))]
    assert scene.mind.released == ((single(2), NOW),)


def test_R154_only_addresses_that_were_released_earlier_are_doubtful() -> None:
    scene = scene_with(two(single(3)))
    remember(scene, single(2), 0)
    scene.reconcile()
    assert scene.choices("R154") == []
    assert networks(scene) == [single(1), single(2), single(3)]


@pytest.mark.parametrize(
    ("kind", "left"),
    [("single", 1), ("single", 0), ("prefix", 1)],
)
def test_R154_any_other_answer_serves_every_doubtful_cidr_of_the_eni(kind: str, left: int) -> None:
    make = single if kind == "single" else prefix
    gone, kept = [make(n) for n in (0, 1)], [make(n) for n in range(2, 2 + left)]
    scene = scene_with(make_eni("eni-1", *(cidr(each) for each in (*gone, *kept))))
    lagging = evolve(scene.ec2, imds_lag=60 * SECOND)
    scene.ec2 = ec2.remove_networks(lagging, scene.true_eni("eni-1"), tuple(gone), NOW)
    for each in gone:
        remember(scene, each, 0)
    scene.reconcile()
    assert scene.count(GetAddressesFromEC2) == 1
    assert networks(scene) == kept


def test_R153_R154_no_prefix_at_all_counts_as_not_fetched() -> None:
    scene = scene_with(make_eni("eni-1", cidr(prefix(0)), cidr(prefix(1))))
    lagging = evolve(scene.ec2, imds_lag=60 * SECOND)
    scene.ec2 = ec2.remove_networks(lagging, scene.true_eni("eni-1"), (prefix(0), prefix(1)), NOW)
    remember(scene, prefix(0), 0)
    remember(scene, prefix(1), 0)
    scene.reconcile()
    assert scene.count(GetAddressesFromEC2) == 2
    assert networks(scene) == []


def test_R154_on_ec2s_own_list_the_order_does_not_matter_and_is_not_asked() -> None:
    scene = scene_with(two())
    scene.others_add("eni-1", single(3))
    remember(scene, single(1), 0)
    remember(scene, single(2), 0)
    scene.reconcile()
    assert scene.choices("R154") == []
    assert not scene.mind.released


@pytest.mark.parametrize("quirk", [True, False])
def test_R158_a_reissued_address_is_deleted_under_its_pod(quirk: bool) -> None:
    config = make_config(without=() if quirk else [Quirk.RECENT_FORGOTTEN])
    eni = make_eni("eni-1", cidr(single(1)), cidr(single(2), "p1"))
    scene = placed(config, make_node(make_store(eni)), NOW)
    remember(scene, single(2), 30 * SECOND)
    scene.reconcile()
    assert networks(scene) == ([single(1)] if quirk else [single(1), single(2)])
    assert (key("p1") in scene.store().holdings) is not quirk


@pytest.mark.parametrize("quirk", [True, False])
def test_R154_a_recently_released_address_that_is_not_in_the_store_is_never_taken_back(
    quirk: bool,
) -> None:
    config = make_config(without=() if quirk else [Quirk.RECENT_FORGOTTEN])
    scene = placed(config, make_node(make_store(two())), NOW)
    scene.others_add("eni-1", single(3))
    remember(scene, single(3), 30 * SECOND)
    scene.reconcile()
    assert networks(scene) == [single(1), single(2)]


def test_R158_is_reached_while_a_trunk_is_missing() -> None:
    config = make_config(POD_ENI | warm(ip=1))
    scene = make_scene(config).begin()
    subnet = scene.ec2.subnets[0]
    assert isinstance(subnet, CounterSubnet)
    scene.ec2 = scene.ec2.with_subnet(evolve(subnet, reissue=True))
    scene.add("p1")
    scene.loop_pass()
    scene.delete("p1")
    scene.loop_pass()  # one address is released
    assert scene.totals().total == 1
    scene.advance(31 * SECOND)
    scene.add("p2")
    scene.tick()  # the same address comes back
    assert scene.totals().total == 2
    scene.add("p3")
    scene.advance(2_500)
    assert len(scene.store().holdings) == 2
    scene.reconcile()
    assert len(scene.store().holdings) == 1
    assert scene.totals().total == 1
    assert len(scene.true_eni("eni-1").addresses) == 2


def test_R172_R155_addresses_whose_release_failed_come_back_after_sixty_seconds() -> None:
    scene = scene_with(two(), env=warm(ip=1))
    scene.fault("UnassignPrivateIpAddresses", Code.THROTTLED)
    scene.tick()
    assert networks(scene) == [single(2)]
    scene.advance(60_000)
    assert scene.reconcile() == Reconciled(False)
    scene.advance(1)
    assert scene.reconcile() == DONE
    assert networks(scene) == [single(1), single(2)]


def test_R150_R192_described_enis_are_gone_through_in_any_order() -> None:
    scene = scene_with(two())
    scene.others_attach(foreign_eni("eni-2"))
    scene.others_attach(foreign_eni("eni-3"))
    scene.prefer("R192", lambda options: options[-1])
    scene.reconcile()
    assert [request.eni for request in scene.requests(TagENI)] == ["eni-3", "eni-2"]
    assert scene.choices("R192") == [("eni-1", "eni-2", "eni-3"), ("eni-1", "eni-2")]


def test_R155_an_address_may_stand_on_two_enis() -> None:
    scene = scene_with(two(), make_eni("eni-2"))
    scene.ec2 = scene.ec2.with_eni(scene.true_eni("eni-2").with_networks([single(1)]))
    scene.reconcile()
    assert networks(scene, "eni-2") == [single(1)]
    assert scene.store().counter_total() == 3


def test_R161_prefixes_added_by_others_are_adopted_in_prefix_mode() -> None:
    scene = scene_with(make_eni("eni-1", cidr(prefix(0))), env=PREFIXES | warm(prefix=1))
    scene.others_add("eni-1", prefix(3))
    scene.reconcile()
    assert networks(scene) == [prefix(0), prefix(3)]
    assert scene.tick()[0].high
