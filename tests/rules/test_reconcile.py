"""Reconcile with IMDS and EC2: when, and which ENIs (R146-R151, R160, R161)."""

import pytest
from attrs import evolve

from ipam_model.daemon.reconcile import Reconciled
from ipam_model.requests import (
    Code,
    DescribeAllENIs,
    EniTags,
    GetAttachedENIs,
    IsSubnetExcluded,
    Ownership,
    SetupENINetwork,
    TagENI,
    WriteCheckpoint,
)
from tests.rules.reconcile_scenes import DONE, NOW, networks, scene_with, two
from tests.rules.scenes import (
    NO_PROVISIONING,
    POD_ENI,
    SECOND,
    cidr,
    foreign_eni,
    make_config,
    make_eni,
    make_node,
    make_scene,
    make_store,
    placed,
    prefix,
    single,
)

ABORTED = Reconciled(True, False)


# -- R146-R148, R151: when, and abort ------------------------------------------------------------


@pytest.mark.parametrize(("age", "due"), [(0, False), (60_000, False), (60_001, True)])
def test_R146_due_when_the_pool_action_is_older_than_sixty_seconds(age: int, due: bool) -> None:
    scene = scene_with(two())
    scene.mind = evolve(scene.mind, last_pool_action=NOW - age)
    assert scene.reconcile() == Reconciled(due, due)
    assert scene.count(GetAttachedENIs) == int(due)
    assert scene.mind.last_pool_action == (NOW if due else NOW - age)


def test_R146_a_pool_clock_that_was_never_set_is_long_ago() -> None:
    assert scene_with(two()).reconcile() == DONE


def test_R146_without_a_trunk_it_is_due_every_time() -> None:
    scene = scene_with(two(), env=POD_ENI)
    assert [scene.reconcile() for _ in range(3)] == [DONE] * 3
    scene = scene_with(two(), make_eni("eni-2", trunk=True), env=POD_ENI)
    scene.reconcile()
    assert scene.reconcile() == Reconciled(False)


def test_R147_a_failing_imds_aborts_and_leaves_the_clock() -> None:
    scene = scene_with(two())
    scene.fault("GetAttachedENIs", "MetadataError")
    before = scene.mind
    assert scene.reconcile() == ABORTED
    assert scene.mind == before
    assert scene.reconcile() == DONE  # tried again


def test_R147_an_empty_imds_list_aborts() -> None:
    scene = scene_with(two())
    scene.ec2 = evolve(scene.ec2, enis=())
    before = scene.mind
    assert scene.reconcile() == ABORTED
    assert scene.mind == before


def test_R148_R159_the_known_classification_is_used() -> None:
    scene = scene_with(two(), make_eni("eni-2", cidr(single(3))))
    scene.mind = evolve(scene.mind, unmanaged=frozenset({"eni-2"}))
    assert scene.reconcile() == DONE
    assert scene.store().eni("eni-2") is None
    assert scene.mind.unmanaged_counts == ((0, 1),)
    assert scene.ec2.eni("eni-2") is not None


def test_R159_a_tag_change_is_noticed_only_when_the_enis_are_described() -> None:
    scene = scene_with(two(), make_eni("eni-2", cidr(single(3))))
    scene.ec2 = scene.ec2.with_eni(evolve(scene.true_eni("eni-2"), tags=EniTags(no_manage="true")))
    scene.reconcile()
    assert scene.store().eni("eni-2") is not None
    scene.others_attach(foreign_eni("eni-3"))
    scene.advance(61 * SECOND)
    scene.reconcile()
    assert scene.store().eni("eni-2") is None
    assert scene.mind.unmanaged == {"eni-2"}


def test_R10_unmanaged_enis_are_recounted_every_time() -> None:
    scene = scene_with(two())
    scene.mind = evolve(scene.mind, unmanaged=frozenset({"eni-2"}), unmanaged_counts=((0, 5),))
    scene.others_attach(foreign_eni("eni-2"))
    for _ in range(2):
        scene.reconcile()
        assert scene.mind.unmanaged_counts == ((0, 1),)
        scene.advance(61 * SECOND)
    scene.others_detach("eni-2")
    scene.reconcile()
    assert not scene.mind.unmanaged_counts


# -- R149, R150: unknown ENIs --------------------------------------------------------------------


def test_R149_R150_known_enis_are_not_described_and_come_in_the_order_of_imds() -> None:
    scene = scene_with(two(), make_eni("eni-2"))
    scene.reconcile()
    assert scene.calls() == ["GetAttachedENIs"]
    assert scene.choices("R192") == []


def test_R149_R150_R161_an_unknown_eni_is_described_tagged_and_set_up() -> None:
    scene = scene_with(two())
    scene.others_attach(foreign_eni("eni-2", single(7), prefix(1)))
    assert scene.reconcile() == DONE
    assert scene.calls() == [
        "GetAttachedENIs",
        "DescribeAllENIs",
        "TagENI",
        "FindRouteTable",
        "IsSubnetExcluded",
        "SetupENINetwork",
    ]
    assert networks(scene, "eni-2") == [single(7), prefix(1)]
    assert scene.eni("eni-2").created == NOW
    assert scene.true_eni("eni-2").tags.instance_id is Ownership.OWN


def test_R149_a_failing_description_aborts_everything() -> None:
    scene = scene_with(two(), make_eni("eni-9"))
    scene.ec2 = evolve(scene.ec2, enis=scene.ec2.enis[:1])
    scene.others_attach(foreign_eni("eni-2"))
    scene.fault("DescribeAllENIs", Code.THROTTLED)
    assert scene.reconcile() == ABORTED
    assert scene.store().eni("eni-9") is not None  # not even swept
    assert scene.mind.last_pool_action is None


def test_R7_R149_an_unknown_unmanaged_eni_is_counted_and_left_alone() -> None:
    scene = scene_with(two())
    scene.others_attach(foreign_eni("eni-2", tags=EniTags(no_manage="true")))
    assert scene.reconcile() == DONE
    assert scene.store().eni("eni-2") is None
    assert scene.mind.unmanaged_counts == ((0, 1),)
    assert scene.count(TagENI) == 0


def test_R12_R150_a_trunk_is_adopted_without_tagging() -> None:
    scene = scene_with(two(), env=POD_ENI)
    scene.others_attach(foreign_eni("eni-2", trunk=True))
    scene.reconcile()
    assert scene.eni("eni-2").trunk
    assert scene.count(TagENI) == 0


def test_R12_R150_an_efa_eni_is_adopted_with_its_flag() -> None:
    scene = scene_with(two())
    scene.others_attach(foreign_eni("eni-2", efa=True))
    scene.reconcile()
    assert scene.eni("eni-2").efa
    assert scene.count(TagENI) == 1


def test_R52_R150_without_provisioning_nothing_is_tagged() -> None:
    scene = scene_with(two(), env=NO_PROVISIONING)
    scene.others_attach(foreign_eni("eni-2"))
    scene.reconcile()
    assert scene.store().eni("eni-2") is not None
    assert scene.count(TagENI) == 0


def test_R150_R175_a_failing_tag_skips_the_eni() -> None:
    scene = scene_with(two())
    scene.others_attach(foreign_eni("eni-2"))
    scene.fault("TagENI", "UnauthorizedOperation")
    assert scene.reconcile() == DONE
    assert scene.store().eni("eni-2") is None
    scene.advance(61 * SECOND)
    scene.reconcile()
    assert scene.store().eni("eni-2") is not None


def test_R150_R174_failing_host_networking_skips_the_eni_until_next_time() -> None:
    scene = scene_with(two())
    scene.others_attach(foreign_eni("eni-2"))
    scene.fault("SetupENINetwork", "LinkError")
    assert scene.reconcile() == DONE
    assert scene.store().eni("eni-2") is None
    scene.advance(61 * SECOND)
    scene.reconcile()
    assert scene.store().eni("eni-2") is not None
    assert scene.count(SetupENINetwork) == 2


def test_R173_N19_a_bare_record_is_filled_without_host_networking() -> None:
    scene = scene_with(two())
    scene.others_attach(foreign_eni("eni-2", single(7)))
    scene.fault("IsSubnetExcluded", Code.THROTTLED)
    assert scene.reconcile() == DONE
    assert networks(scene, "eni-2") == []
    scene.advance(61 * SECOND)
    scene.reconcile()
    assert networks(scene, "eni-2") == [single(7)]
    assert scene.count(SetupENINetwork) == 0
    assert scene.count(IsSubnetExcluded) == 1


def test_R171_an_eni_that_appeared_too_late_is_adopted() -> None:
    scene = make_scene(make_config(addresses=4)).begin()
    scene.add("p1")
    scene.fault("WaitForENIAndIPsAttached", Code.TIMEOUT)
    scene.advance(60_001)  # reconcile is due before the next successful growth
    scene.tick()
    assert [eni.id for eni in scene.store().enis] == ["eni-1"]
    scene.reconcile()
    assert len(networks(scene, "eni-2")) == 3


def test_R149_enis_that_only_imds_knows_are_not_used() -> None:
    scene = scene_with(two(), make_eni("eni-2", cidr(single(5))))
    scene.others_attach(foreign_eni("eni-3"))
    scene.during(DescribeAllENIs, lambda: scene.others_detach("eni-2"))
    scene.reconcile()
    assert [eni.id for eni in scene.store().enis] == ["eni-1", "eni-3"]


def test_R160_a_subnet_tag_change_does_not_reach_known_enis() -> None:
    scene = scene_with(two())
    scene.exclude_subnet()
    scene.reconcile()
    assert not scene.eni().excluded
    scene.others_attach(foreign_eni("eni-2"))
    scene.advance(61 * SECOND)
    scene.reconcile()
    assert not scene.eni().excluded
    assert scene.eni("eni-2").excluded


# -- R151: ENIs that are gone --------------------------------------------------------------------


def test_R24_R151_a_detached_eni_is_removed_by_force_with_its_pods() -> None:
    scene = scene_with(two(), make_eni("eni-2", cidr(single(7), "p1"), cidr(single(8))))
    scene.others_detach("eni-2")
    assert scene.reconcile() == DONE
    assert [eni.id for eni in scene.store().enis] == ["eni-1"]
    assert scene.store().holdings == {}
    assert scene.store().counter_total() == 2 - 2
    assert scene.mind.last_pool_action == NOW
    assert scene.delete("p1").error == "UnknownPod"


def test_R23_R151_a_forced_removal_of_pods_rewrites_the_checkpoint() -> None:
    scene = scene_with(two(), make_eni("eni-2", cidr(single(7), "p1")), make_eni("eni-3"))
    scene.write_checkpoint(0, scene.store().holdings)
    scene.others_detach("eni-2")
    scene.others_detach("eni-3")
    scene.reconcile()
    assert [eni.id for eni in scene.store().enis] == ["eni-1"]
    assert scene.count(WriteCheckpoint) == 1  # for the one with pods only
    assert scene.checkpoint(0).entries == frozenset()


def test_R23_R179_a_failing_write_after_a_forced_removal_is_only_logged() -> None:
    scene = scene_with(two(), make_eni("eni-2", cidr(single(7), "p1")))
    scene.write_checkpoint(0, scene.store().holdings)
    scene.others_detach("eni-2")
    scene.fault("WriteCheckpoint", "EIO")
    assert scene.reconcile() == DONE
    assert scene.store().holdings == {}
    assert scene.checkpoint(0).entries  # the file still lists the pod


# -- several cards -------------------------------------------------------------------------------


def test_R9_R150_each_card_is_reconciled_with_its_own_store() -> None:
    first = make_store(two())
    second = make_store(make_eni("eni-5", cidr(single(50))), card=1)
    scene = placed(make_config(), make_node(first, second), NOW)
    scene.ec2 = scene.ec2.with_eni(evolve(scene.true_eni("eni-5"), card=1))
    scene.others_attach(evolve(foreign_eni("eni-6"), card=1))
    scene.reconcile()
    assert [eni.id for eni in scene.store(0).enis] == ["eni-1"]
    assert [eni.id for eni in scene.store(1).enis] == ["eni-5", "eni-6"]


def test_R149_the_description_is_made_once_for_all_cards() -> None:
    first = make_store(two())
    second = make_store(make_eni("eni-5"), card=1)
    scene = placed(make_config(), make_node(first, second), NOW)
    scene.ec2 = scene.ec2.with_eni(evolve(scene.true_eni("eni-5"), card=1))
    scene.others_attach(foreign_eni("eni-6"))
    scene.others_attach(evolve(foreign_eni("eni-7"), card=1))
    scene.reconcile()
    assert scene.count(DescribeAllENIs) == 1
    assert [eni.id for eni in scene.store(0).enis] == ["eni-1", "eni-6"]
    assert [eni.id for eni in scene.store(1).enis] == ["eni-5", "eni-7"]
