"""Pods with a branch ENI take nothing from the pool (R119, R125, H27)."""

import pytest

from ipam_model.daemon import pods
from ipam_model.daemon.pods import Given, PodReply
from ipam_model.requests import UNUSABLE, FindTrunkLink, PodObject, ReadPod
from tests.rules.scenes import (
    MULTI_NIC,
    POD_ENI,
    Scene,
    address,
    cidr,
    key,
    make_config,
    make_eni,
    make_node,
    make_store,
    placed,
    pod,
    single,
)
from tests.rules.scenes_v1_7 import fresh, running

BRANCH = address(7_000)
GIVEN = Given(BRANCH, pods.NO_DEVICE)


def node_with(
    obj: PodObject | None, *, trunk: bool = True, env: dict[str, str] | None = None
) -> Scene:
    """One free address on the primary ENI, and pod p1 with this object."""
    enis = [make_eni("eni-1", cidr(single(1)))]
    enis += [make_eni("eni-2", trunk=True)] if trunk else []
    scene = placed(make_config(POD_ENI | (env or {})), make_node(make_store(*enis)))
    if obj is not None:
        scene.branch_pods[key("p1")] = obj
    return scene


def test_R119_the_address_comes_from_the_annotation_and_the_store_stays() -> None:
    scene = node_with(PodObject(True, BRANCH))
    before = scene.mind
    assert scene.add("p1") == PodReply(True, (GIVEN,))
    assert scene.mind == before
    assert scene.checkpoint(0).entries == frozenset()


def test_R119_other_pods_use_the_pool() -> None:
    scene = node_with(None)
    assert scene.add("p1").given == (Given(address(1), 0),)
    assert scene.count(FindTrunkLink) == 0


def test_R119_without_pod_enis_nobody_looks() -> None:
    scene = node_with(PodObject(True, BRANCH), env={"ENABLE_POD_ENI": "false"})
    assert scene.add("p1").given == (Given(address(1), 0),)
    assert scene.count(ReadPod) == 0


@pytest.mark.parametrize("env", [{}, MULTI_NIC])
def test_R119_several_cards_are_not_for_such_pods(env: dict[str, str]) -> None:
    scene = node_with(PodObject(True, BRANCH), env=env)
    assert scene.add_pod(pod("p1"), multi=True) == PodReply(True, (GIVEN,))


@pytest.mark.parametrize(
    ("obj", "trunk", "fault", "error"),
    [
        (PodObject(True, BRANCH), False, "", pods.NO_TRUNK),
        (PodObject(True), True, "", pods.NO_BRANCH_ENI),
        (PodObject(True, UNUSABLE), True, "", pods.UNUSABLE_BRANCH_ENI),
        (PodObject(True, BRANCH), True, "FindTrunkLink", "Broken"),
        (PodObject(True, BRANCH), True, "ReadPod", "Broken"),
        (None, True, "ReadPod", "Broken"),
    ],
)
def test_R119_any_problem_refuses_the_pod(
    obj: PodObject | None, trunk: bool, fault: str, error: str
) -> None:
    scene = node_with(obj, trunk=trunk)
    if fault:
        scene.fault(fault, "Broken")
    before = scene.mind
    assert scene.add("p1") == PodReply(False, (), error)
    assert scene.mind == before


def test_R119_only_the_trunk_of_card_0_counts() -> None:
    trunk = make_store(make_eni("eni-2", trunk=True), card=1)
    config = make_config(POD_ENI | MULTI_NIC, cards=2)
    scene = placed(config, make_node(make_store(make_eni("eni-1", cidr(single(1)))), trunk))
    scene.branch_pods[key("p1")] = PodObject(True, BRANCH)
    assert scene.add("p1") == PodReply(False, (), pods.NO_TRUNK)


def test_R119_an_object_of_another_uid_serves_too() -> None:
    scene = node_with(PodObject(True, BRANCH, same_uid=False))
    assert scene.add("p1") == PodReply(True, (GIVEN,))


def test_R119_a_pod_without_object_is_refused() -> None:
    scene = node_with(None)
    scene.gone_pods = frozenset({key("p1")})
    assert scene.add("p1") == PodReply(False, (), pods.NO_POD_OBJECT)


def test_R119_R123_a_failed_read_of_the_vpcs_cidrs_refuses_it_too() -> None:
    scene = node_with(PodObject(True, BRANCH))
    scene.fault("ReadVpcCidrs", "MetadataError")
    assert scene.add("p1") == PodReply(False, (), "MetadataError")


def test_R125_a_branch_pod_is_deleted_by_its_annotation() -> None:
    scene = node_with(PodObject(True, BRANCH))
    scene.add("p1")
    assert scene.delete("p1") == PodReply(True, (GIVEN,))
    scene.branch_pods[key("p1")] = PodObject(True)
    assert scene.delete("p1") == PodReply(False, (), pods.UNKNOWN_POD)


def test_R125_the_annotation_answers_whether_or_not_the_pod_wants_it() -> None:
    scene = node_with(PodObject(False, BRANCH))
    assert scene.delete("p1") == PodReply(True, (GIVEN,))


def test_R125_a_pod_in_the_store_is_deleted_there_whatever_its_annotation() -> None:
    scene = node_with(None)
    scene.add("p1")
    scene.branch_pods[key("p1")] = PodObject(True, BRANCH)
    assert scene.delete("p1").given == (Given(address(1), 0),)


@pytest.mark.parametrize(
    ("obj", "error"),
    [
        (PodObject(True, UNUSABLE), pods.UNUSABLE_BRANCH_ENI),
        (PodObject(True, BRANCH, same_uid=False), pods.OTHER_UID),
        (PodObject(same_uid=False), pods.OTHER_UID),
    ],
)
def test_R125_an_object_of_no_use_fails_the_delete(obj: PodObject, error: str) -> None:
    assert node_with(obj).delete("p1") == PodReply(False, (), error)


# -- v1.7 ----------------------------------------------------------------------------------------


def node_v1_7(obj: PodObject | None, *, trunk: bool = True) -> Scene:
    """A daemon of v1.7 with one free address on the primary ENI, and pod p1 with this object."""
    enis = [make_eni("eni-1", cidr(single(1)))]
    enis += [make_eni("eni-2", trunk=True)] if trunk else []
    scene = running(POD_ENI, *enis)
    if obj is not None:
        scene.branch_pods[key("p1")] = obj
    return scene


def test_R119_v1_7_takes_the_address_from_the_annotation_too() -> None:
    scene = node_v1_7(PodObject(True, BRANCH))
    before = scene.mind
    assert scene.add("p1") == PodReply(True, (GIVEN,))
    assert scene.mind == before
    assert node_v1_7(PodObject()).add("p1").given == (Given(address(1), 0),)


@pytest.mark.parametrize(
    ("obj", "trunk", "error"),
    [
        (PodObject(True, BRANCH), False, pods.NO_TRUNK),
        (PodObject(True), True, pods.NO_BRANCH_ENI),
        (PodObject(True, UNUSABLE), True, pods.UNUSABLE_BRANCH_ENI),
    ],
)
def test_R119_v1_7_refuses_the_same_pods(obj: PodObject, trunk: bool, error: str) -> None:
    assert node_v1_7(obj, trunk=trunk).add("p1") == PodReply(False, (), error)


def test_H27_the_annotation_answers_first_and_the_address_stays_assigned() -> None:
    scene = node_v1_7(None)
    scene.add("p1")
    scene.branch_pods[key("p1")] = PodObject(False, BRANCH, same_uid=False)
    assert scene.delete("p1") == PodReply(True, (GIVEN,))
    assert key("p1") in scene.store().holdings


def test_H27_an_unusable_annotation_fails_the_delete() -> None:
    scene = node_v1_7(None)
    scene.add("p1")
    scene.branch_pods[key("p1")] = PodObject(True, UNUSABLE)
    assert scene.delete("p1") == PodReply(False, (), pods.UNUSABLE_BRANCH_ENI)
    assert key("p1") in scene.store().holdings


def test_H27_other_pods_are_deleted_in_the_store() -> None:
    scene = node_v1_7(None)
    scene.add("p1")
    assert scene.delete("p1").given == (Given(address(1), 0),)
    assert scene.delete("p1").error == pods.UNKNOWN_POD


def test_H27_what_a_gone_pod_leaves_assigned_is_free_after_a_restart() -> None:
    scene = fresh(POD_ENI).begin()
    scene.add("p1")
    scene.remove_sandbox(key("p1"))
    scene.gone_pods = frozenset({key("p1")})
    assert scene.delete("p1") == PodReply(True)
    assert scene.totals().assigned == 1
    scene.start()
    assert scene.totals().assigned == 0


def test_R125_branch_pods_are_kept_in_the_world() -> None:
    scene = node_with(PodObject(True, BRANCH))
    assert dict(Scene(scene.world).branch_pods) == {key("p1"): PodObject(True, BRANCH)}
