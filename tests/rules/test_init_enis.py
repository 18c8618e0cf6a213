"""Start: which ENIs it takes over, and how it sets them up (R7, R10, R54, R57, R58)."""

import pytest
from attrs import evolve

from ipam_model.requests import (
    Code,
    EniTags,
    FindRouteTable,
    IsSubnetExcluded,
    Ownership,
    SetupENINetwork,
    Sleep,
    TagENI,
)
from tests.rules.scenes import (
    SECOND,
    foreign_eni,
    make_config,
    make_scene,
    single,
    warm,
)
from tests.rules.start_scenes import QUIET, networks_of, scene_with


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
