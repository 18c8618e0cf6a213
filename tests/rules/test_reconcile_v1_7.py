"""Set-up and reconcile in v1.7 (H20, H22, H24-H26)."""

import pytest
from attrs import evolve

from ipam_model.daemon.reconcile import Reconciled
from ipam_model.requests import (
    DescribeAllENIs,
    EniTags,
    GetAddressesFromEC2,
    GetAttachedENIs,
    SetNodeLabel,
    SetupENINetwork,
    TagENI,
)
from tests.rules.scenes import (
    POD_ENI,
    SECOND,
    Scene,
    cidr,
    foreign_eni,
    key,
    make_eni,
    single,
    warm,
)
from tests.rules.scenes_v1_7 import NOW, idle, running, used


def stored(scene: Scene, eni_id: str) -> set[int]:
    return {each.network.address for each in scene.eni(eni_id).cidrs}


# -- H20: set-up ---------------------------------------------------------------------------------


def without_link() -> Scene:
    """An ENI whose host networking failed."""
    scene = running(None, used("eni-1", 1, 2, 3))
    scene.fault("SetupENINetwork", "LinkError")
    scene.tick()
    return scene


def test_H20_an_eni_without_host_networking_stays_in_the_store_bare() -> None:
    scene = without_link()
    assert scene.sizes() == [3, 0]
    assert scene.mind.last_pool_action is None
    assert scene.mind.primaries == {"eni-1"}


def test_H20_growth_extends_it_and_pods_get_its_addresses() -> None:
    scene = without_link()
    scene.tick()
    assert stored(scene, "eni-2") == set(scene.true_eni("eni-2").addresses)
    assert scene.count(SetupENINetwork) == 1
    assert scene.add("p9").given[0].device == 1


def test_H20_reconcile_puts_its_primary_address_into_the_pool() -> None:
    scene = without_link()
    scene.reconcile()
    true = scene.true_eni("eni-2")
    assert stored(scene, "eni-2") == {true.primary_address, *true.addresses}


def test_H20_the_primary_address_of_an_eni_set_up_is_known() -> None:
    scene = running(None, used("eni-1", 1, 2, 3))
    scene.tick()
    assert scene.mind.primaries == {"eni-1", "eni-2"}
    scene.advance(61 * SECOND)
    scene.reconcile()
    assert stored(scene, "eni-2") == set(scene.true_eni("eni-2").addresses)


def test_H20_it_stays_known_when_the_eni_cannot_be_freed() -> None:
    scene = running(warm(eni=0), used("eni-1", 1), idle("eni-2", 2, 3, 4))
    scene.fault("FreeENI", "UnableToDetach")
    scene.tick()
    scene.fault("SetupENINetwork", "LinkError")
    scene.advance(61 * SECOND)
    scene.reconcile()  # found again, but not set up
    assert stored(scene, "eni-2") == set()
    scene.advance(61 * SECOND)
    scene.reconcile()
    assert stored(scene, "eni-2") == set(scene.true_eni("eni-2").addresses)


def test_H20_a_start_tries_six_times_and_goes_on_with_the_bare_record() -> None:
    scene = running(None, used("eni-1", 1, 2, 3), idle("eni-2", 4, 5, 6))
    scene.fault("SetupENINetwork", "LinkError", 6)
    scene.start()
    assert scene.count(SetupENINetwork) == 6
    assert scene.now == NOW + 50 * SECOND
    # The first growth then reads all its addresses from EC2.
    assert stored(scene, "eni-2") == set(scene.true_eni("eni-2").addresses)


# -- H22: too many addresses ---------------------------------------------------------------------


def test_H22_a_stale_start_leaves_more_addresses_than_slots() -> None:
    scene = running(None, idle("eni-1", 1, 2, 3))
    scene.ec2 = evolve(scene.ec2, imds_lag=600 * SECOND)
    scene.others_remove("eni-1", single(1), single(2), single(3))
    scene.others_add("eni-1", single(4), single(5), single(6))
    scene.start()
    assert scene.sizes() == [6]


# -- H24: IMDS is believed -----------------------------------------------------------------------


def test_H24_due_more_than_60_s_after_the_last_pool_action() -> None:
    for age, due in ((60 * SECOND, False), (60 * SECOND + 1, True)):
        scene = running(None, used("eni-1", 1))
        scene.mind = evolve(scene.mind, last_pool_action=NOW - age)
        assert scene.reconcile().due == due


def test_H24_an_empty_list_empties_the_store() -> None:
    scene = running(None, used("eni-1", 1), used("eni-2", 2))
    scene.ec2 = evolve(scene.ec2, enis=())
    assert scene.reconcile().completed
    assert scene.store().enis == ()
    assert scene.store().holdings == {}
    assert scene.checkpoint(0).entries == frozenset()


def test_H24_what_imds_does_not_list_goes_by_force_without_asking_ec2() -> None:
    scene = running(None, used("eni-1", 1, 2))
    scene.others_remove("eni-1", single(1))
    scene.reconcile()
    assert list(scene.store().holdings) == [key("p2")]
    assert not scene.count(GetAddressesFromEC2)


def test_H24_addresses_that_appeared_are_added_without_asking_ec2() -> None:
    scene = running(None, used("eni-1", 1))
    scene.others_add("eni-1", single(2))
    scene.reconcile()
    assert stored(scene, "eni-1") == {single(1).address, single(2).address}
    assert not scene.count(GetAddressesFromEC2)


def test_H24_an_eni_that_appeared_is_set_up_untagged() -> None:
    scene = running(None, used("eni-1", 1))
    scene.others_attach(foreign_eni("eni-2", single(5)))
    scene.reconcile()
    assert scene.count(DescribeAllENIs) == 1
    assert not scene.count(TagENI)
    assert stored(scene, "eni-2") == {single(5).address}


@pytest.mark.parametrize(("tag", "managed"), [("true", False), ("false", True), (None, True)])
def test_H24_only_no_manage_true_means_unmanaged(tag: str | None, managed: bool) -> None:
    scene = running({"MANAGE_UNTAGGED_ENI": "false"}, used("eni-1", 1))
    scene.others_attach(foreign_eni("eni-2", single(5), tags=EniTags(no_manage=tag)))
    scene.reconcile()
    assert (scene.store().eni("eni-2") is not None) == managed


@pytest.mark.parametrize("call", ["GetAttachedENIs", "DescribeAllENIs"])
def test_H24_a_failing_list_aborts(call: str) -> None:
    scene = running(None, used("eni-1", 1))
    scene.others_attach(foreign_eni("eni-2", single(5)))
    scene.fault(call, "MetadataError")
    assert scene.reconcile() == Reconciled(True, False)
    assert scene.mind.last_pool_action is None


def test_H24_the_clock_shows_when_it_began() -> None:
    scene = running(None, used("eni-1", 1))
    scene.during(GetAttachedENIs, lambda: scene.advance(3 * SECOND))
    scene.reconcile()
    assert scene.mind.last_pool_action == NOW


# -- H25: addresses released before --------------------------------------------------------------


def with_release(age: int, *, again: bool) -> Scene:
    """Address 2 was released `age` ago; IMDS lists it; it is back in the store or not."""
    numbers = (1, 2) if again else (1,)
    scene = running(None, idle("eni-1", *numbers))
    if not again:
        scene.others_add("eni-1", single(2))
    scene.mind = evolve(scene.mind, released=((single(2), NOW - age + 60 * SECOND),))
    return scene


@pytest.mark.parametrize("again", [True, False])
def test_H25_a_recent_release_is_skipped(again: bool) -> None:
    scene = with_release(60 * SECOND - 1, again=again)
    scene.reconcile()
    assert stored(scene, "eni-1") == {single(1).address}
    assert len(scene.mind.released) == 1
    assert not scene.count(GetAddressesFromEC2)


def test_H25_about_an_earlier_one_ec2_is_asked_and_believed() -> None:
    scene = with_release(60 * SECOND, again=False)
    scene.reconcile()
    assert stored(scene, "eni-1") == {single(1).address, single(2).address}
    assert not any(each.is_prefix for each in scene.eni("eni-1").cidrs)
    assert scene.mind.released == ()
    assert scene.count(GetAddressesFromEC2) == 1


def test_H25_an_address_that_ec2_has_not_is_skipped() -> None:
    scene = with_release(60 * SECOND, again=True)
    scene.ec2 = evolve(scene.ec2, imds_lag=600 * SECOND)
    scene.others_remove("eni-1", single(2))
    scene.reconcile()
    assert stored(scene, "eni-1") == {single(1).address}
    assert len(scene.mind.released) == 1


def test_H25_if_the_call_fails_the_address_leaves_the_store_pod_and_all() -> None:
    scene = running(None, used("eni-1", 1, 2))
    scene.mind = evolve(scene.mind, released=((single(2), NOW),))
    scene.fault("GetIPv4sFromEC2")
    scene.reconcile()
    assert list(scene.store().holdings) == [key("p1")]
    assert len(scene.mind.released) == 1


def test_H25_each_address_is_asked_about_anew_in_any_order() -> None:
    scene = running(None, idle("eni-1", 1, 2, 3))
    scene.mind = evolve(scene.mind, released=tuple((single(n), NOW) for n in (1, 2, 3)))
    scene.fault("GetIPv4sFromEC2")
    scene.prefer("R154", lambda options: options[-1])
    scene.reconcile()
    assert scene.count(GetAddressesFromEC2) == 3
    assert scene.choices("R154") == [(single(1), single(2), single(3)), (single(1), single(2))]
    assert stored(scene, "eni-1") == {single(1).address, single(2).address}


def test_H25_only_addresses_that_were_released_earlier_are_doubtful() -> None:
    scene = running(None, idle("eni-1", 1, 2, 3))
    scene.mind = evolve(scene.mind, released=((single(2), NOW),))
    scene.reconcile()
    assert scene.choices("R154") == []
    assert scene.sizes() == [3]


def test_H25_a_primary_address_that_was_released_is_confirmed_too() -> None:
    scene = running(None, used("eni-1", 1), make_eni("eni-2", cidr(single(60_002))))
    scene.mind = evolve(
        scene.mind, primaries=frozenset({"eni-1"}), released=((single(60_002), NOW),)
    )
    scene.ec2 = scene.ec2.with_eni(evolve(scene.true_eni("eni-2"), addresses=()))
    scene.reconcile()
    assert stored(scene, "eni-2") == {single(60_002).address}
    assert scene.mind.released == ()


def test_H24_R48_a_trunk_that_appears_is_set_up_as_trunk_and_announced() -> None:
    scene = running(POD_ENI, used("eni-1", 1, 2, 3))
    scene.others_attach(foreign_eni("eni-2", trunk=True))
    scene.others_attach(foreign_eni("eni-3"))
    scene.reconcile()
    assert [eni.id for eni in scene.store().enis if eni.trunk] == ["eni-2"]
    assert len(scene.store().enis) == 3
    assert scene.count(SetNodeLabel) == 1


def test_H24_R48_a_failed_announcement_ends_the_reconcile() -> None:
    scene = running(POD_ENI, used("eni-1", 1, 2, 3))
    scene.others_attach(foreign_eni("eni-2", trunk=True))
    scene.fault("SetNodeLabel", "Forbidden")
    before = scene.mind
    assert scene.reconcile() == Reconciled(True, False)
    assert scene.count(SetNodeLabel) == 1
    assert scene.mind == before


@pytest.mark.parametrize(("env", "trunk"), [(None, True), (POD_ENI, False)])
def test_H24_R48_what_appears_is_announced_only_if_it_is_a_trunk_that_was_asked_for(
    env: dict[str, str] | None, trunk: bool
) -> None:
    scene = running(env, used("eni-1", 1, 2, 3))
    scene.others_attach(foreign_eni("eni-2", trunk=trunk))
    assert scene.reconcile() == Reconciled(True, True)
    assert scene.count(SetNodeLabel) == 0


def test_H24_known_enis_are_not_described_and_come_in_the_order_of_imds() -> None:
    scene = running(None, used("eni-1", 1), used("eni-2", 2))
    scene.reconcile()
    assert scene.calls() == ["GetAttachedENIs"]
    assert scene.choices("R192") == []


def test_H24_R192_described_enis_are_gone_through_in_any_order() -> None:
    scene = running(None, used("eni-1", 1))
    scene.others_attach(foreign_eni("eni-2"))
    scene.reconcile()
    assert scene.choices("R192") == [("eni-1", "eni-2")]


def test_H24_every_eni_that_is_gone_goes() -> None:
    scene = running(None, used("eni-1", 1), used("eni-2", 2), used("eni-3", 3))
    scene.others_detach("eni-2")
    scene.others_detach("eni-3")
    scene.reconcile()
    assert [eni.id for eni in scene.store().enis] == ["eni-1"]


def test_H24_R33_without_any_tag_no_eni_is_unmanaged_any_more() -> None:
    scene = running(None, used("eni-1", 1, 2, 3))
    scene.others_attach(foreign_eni("eni-2", tags=EniTags(no_manage="true")))
    scene.others_attach(foreign_eni("eni-3"))
    scene.reconcile()
    assert (len(scene.store().enis), scene.mind.unmanaged) == (2, frozenset({"eni-2"}))
    untagged = tuple(evolve(eni, tags=EniTags()) for eni in scene.ec2.enis)
    scene.ec2 = evolve(scene.ec2, enis=untagged)
    scene.others_attach(foreign_eni("eni-4"))
    scene.advance(61 * SECOND)
    scene.reconcile()
    assert (len(scene.store().enis), scene.mind.unmanaged) == (4, frozenset())


# -- H26: counters -------------------------------------------------------------------------------


def test_H26_a_forced_removal_counts_once() -> None:
    scene = running(None, used("eni-1", 1), used("eni-2", 2, 3))
    scene.others_detach("eni-2")
    scene.reconcile()
    assert scene.store().counter_total() == 1
    assert scene.store().total_drift == 0
