"""Shrinking: releasing addresses and prefixes (R20, R130, R138-R145, R172)."""

import pytest
from attrs import evolve

from ipam_model.config import Quirk
from ipam_model.daemon import measure
from ipam_model.daemon.shrink import forget_release, release_cidrs, remember_releases
from ipam_model.requests import Code, FreeENI, NodeCordoned, UnassignPrivateIpAddresses
from ipam_model.state import Network, Node
from tests.rules.scenes import (
    POD_ENI,
    PREFIXES,
    SECOND,
    Scene,
    address,
    cidr,
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
from tests.rules.shrink_scenes import COOLDOWN, NOW, free_eni, plain, scene_with


def release(scene: Scene) -> None:
    scene.forget()
    scene.mind, _ = scene.perform(release_cidrs(scene.config, scene.mind, scene.now, 0))


def networks(scene: Scene) -> list[Network]:
    return [each.network for _, each in scene.store().cidrs()]


def test_R130_without_warm_ip_targets_single_addresses_are_never_released() -> None:
    scene = scene_with(plain(1, 9), plain(2, 9))
    release(scene)
    assert scene.calls() == []
    assert len(networks(scene)) == 18


def test_R142_vector_TestDecreaseIPPool() -> None:
    scene = scene_with(plain(1, 2, 1), plain(2, 2, 1), env=warm(ip=1))
    state = measure.balance(scene.config, 0, scene.totals())
    assert (state.short, state.over) == (0, 1)
    release(scene)
    assert scene.count(UnassignPrivateIpAddresses) == 1
    assert len(networks(scene)) == 3
    state = measure.balance(scene.config, 0, scene.totals())
    assert (state.short, state.over) == (0, 0)


@pytest.mark.parametrize(
    ("env", "left"),
    [(warm(ip=1), 4), (warm(ip=2, minimum=5), 5), (warm(minimum=7), 7), (warm(ip=1, minimum=9), 9)],
)
def test_I7_R142_R145_everything_surplus_goes_in_one_pass(env: dict[str, str], left: int) -> None:
    scene = scene_with(plain(1, 5, 2), plain(2, 5, 1), env=env)
    release(scene)
    assert scene.totals().total == left
    assert scene.totals().assigned == 3


@pytest.mark.parametrize(("warm_prefix", "left"), [(0, 1), (1, 2), (2, 3), (5, 4)])
def test_R138_in_prefix_mode_the_free_prefixes_above_wp_go(warm_prefix: int, left: int) -> None:
    eni = make_eni("eni-1", cidr(prefix(0), {0: "p1"}), *(cidr(prefix(n)) for n in (1, 2, 3)))
    scene = scene_with(eni, env=PREFIXES | warm(prefix=warm_prefix))
    release(scene)
    assert len(networks(scene)) == left
    assert prefix(0) in networks(scene)


def test_I6_R138_cidrs_with_pods_are_never_released() -> None:
    scene = scene_with(plain(1, 4, 3), plain(2, 1, 1), env=warm(ip=1) | {"MINIMUM_IP_TARGET": "0"})
    scene.mind = evolve(scene.mind, stores=(make_store(plain(1, 6, 3), plain(2, 1, 1)),))
    release(scene)
    assert scene.totals().assigned == 4
    assert set(scene.store().holdings) == {key(name) for name in ("p100", "p101", "p102", "p200")}


def test_R138_every_eni_is_open_to_release_also_excluded_trunk_and_efa() -> None:
    enis = [
        plain(1, 1),
        evolve(plain(2, 1), trunk=True),
        evolve(plain(3, 1), efa=True),
        evolve(plain(4, 1), excluded=True),
        plain(5, 1, 1),
    ]
    scene = scene_with(*enis, env=warm(ip=1))
    release(scene)
    assert scene.choices("R190")[0] == ("eni-1", "eni-2", "eni-3", "eni-4")


def test_R138_R190_any_eni_and_any_cidrs_may_lose() -> None:
    scene = scene_with(plain(1, 2, 1), plain(2, 3, 1), env=warm(ip=2))
    scene.prefer("R190", lambda options: options[-1])
    release(scene)
    first, second = scene.choices("R190")
    assert first == ("eni-1", "eni-2")
    assert second == ((single(201),), (single(202),))
    assert networks(scene) == [single(100), single(101), single(200), single(201)]


def test_R138_takes_an_eni_in_full_before_the_next() -> None:
    scene = scene_with(plain(1, 3), plain(2, 3), plain(3, 3), env=warm(ip=2))
    release(scene)
    sizes = [len(request.networks) for request in scene.requests(UnassignPrivateIpAddresses)]
    assert sizes == [3, 3, 1]
    assert scene.totals().total == 2


def test_R138_takes_idle_cidrs_of_either_kind() -> None:
    config = make_config(PREFIXES | warm(prefix=0))
    eni = make_eni("eni-1", cidr(single(1)), cidr(prefix(0)), cidr(prefix(1)))
    scene = placed(config, make_node(make_store(eni, prefix_mode=True)), NOW)
    release(scene)  # two prefixes are over, and the first two idle CIDRs go
    assert networks(scene) == [prefix(1)]
    assert scene.requests(UnassignPrivateIpAddresses) == [
        UnassignPrivateIpAddresses("eni-1", (prefix(0),), True),
        UnassignPrivateIpAddresses("eni-1", (single(1),), False),
    ]


def test_R144_excluded_enis_make_the_pool_too_high_without_usable_surplus() -> None:
    usable = make_eni("eni-1", cidr(prefix(0), {0: "p1"}))
    excluded = make_eni("eni-2", cidr(prefix(1)), cidr(prefix(2)), excluded=True)
    scene = scene_with(usable, excluded, env=PREFIXES | warm(prefix=1))
    assert scene.totals().free_prefixes == 2
    assert measure.too_high(scene.config, 0, scene.totals())
    release(scene)
    assert len(networks(scene)) == 2


def test_R20_R141_released_cidrs_are_remembered_before_ec2_is_asked() -> None:
    scene = scene_with(plain(1, 3), env=warm(ip=1))
    release(scene)
    asked = scene.asked[-1]
    expected = ((single(100), NOW + 60_000), (single(101), NOW + 60_000))
    assert asked.node.released == scene.mind.released == expected
    assert scene.requests(UnassignPrivateIpAddresses) == [
        UnassignPrivateIpAddresses("eni-1", (single(100), single(101)), False)
    ]
    assert scene.true_eni("eni-1").addresses == (address(102),)


def test_R20_a_repeated_release_renews_and_an_explicit_removal_forgets() -> None:
    node = remember_releases(Node(), [single(2)], 1_000)
    node = remember_releases(node, [single(1)], 2_000)
    node = remember_releases(node, [single(2)], 5_000)
    assert node.released == ((single(1), 62_000), (single(2), 65_000))
    assert node.released_until(single(2)) == 65_000
    assert node.released_until(single(3)) is None
    assert forget_release(node, single(2)).released == ((single(1), 62_000),)


def test_R20_entries_are_not_dropped_by_time_alone() -> None:
    scene = scene_with(plain(1, 3), env=warm(ip=1))
    release(scene)
    scene.advance(10 * 60 * SECOND)
    assert len(scene.mind.released) == 2


def test_R141_R172_a_failed_release_leaves_store_and_ec2_different() -> None:
    scene = scene_with(plain(1, 3), env=warm(ip=1))
    scene.fault("UnassignPrivateIpAddresses", Code.THROTTLED)
    release(scene)
    assert len(networks(scene)) == 1
    assert len(scene.true_eni("eni-1").addresses) == 3


def test_R172_the_failed_release_is_repeated_after_reconcile_found_it() -> None:
    scene = make_scene(make_config(warm(ip=1))).begin()
    for number in (1, 2, 3):
        scene.add(f"p{number}")
        scene.passes(1)
    assert scene.totals().total == 4
    scene.delete_many(3)
    scene.fault("UnassignPrivateIpAddresses", Code.THROTTLED)
    scene.forget()
    scene.passes(12)
    assert scene.count(UnassignPrivateIpAddresses) == 1
    assert scene.totals().total == 1
    scene.passes(2)  # 65 s later
    assert scene.count(UnassignPrivateIpAddresses) == 2
    assert scene.totals().total == 1
    assert len(scene.true_eni("eni-1").addresses) == 1


def test_R139_N5_cooling_addresses_are_released_and_the_spare_may_be_cooling() -> None:
    freed = [cidr(single(n), idle=NOW) for n in range(4)]
    used = [cidr(single(n), f"p{n}") for n in range(4, 8)]
    scene = scene_with(make_eni("eni-1", *freed, *used, cidr(single(8))), env=warm(ip=1))
    scene.prefer("R190", lambda options: options[-1])  # keep the lowest, which is cooling
    release(scene)
    assert scene.totals().total == 5  # E54
    assert not scene.add("p9").success
    scene.advance(COOLDOWN + 1)
    assert scene.add("p9").success


def test_R139_without_the_quirk_cooling_addresses_stay() -> None:
    freed = [cidr(single(n), idle=NOW) for n in range(4)]
    config = make_config(warm(ip=1), without=[Quirk.COOLING_RELEASED])
    eni = make_eni("eni-1", *freed, cidr(single(8)), cidr(single(9)))
    scene = placed(config, make_node(make_store(eni)), NOW)
    release(scene)
    assert networks(scene) == [single(n) for n in range(4)]


@pytest.mark.parametrize(("age", "kept"), [(COOLDOWN, 2), (COOLDOWN + 1, 1)])
def test_R139_without_the_quirk_an_expired_address_goes(age: int, kept: int) -> None:
    config = make_config(warm(ip=1), without=[Quirk.COOLING_RELEASED])
    eni = make_eni("eni-1", *(cidr(single(n), idle=NOW - age) for n in range(2)))
    scene = placed(config, make_node(make_store(eni)), NOW)
    release(scene)
    assert len(networks(scene)) == kept
    assert (scene.choices("R190") == []) is (kept == 2)  # nothing to choose from


def test_R140_E50_survivors_may_lie_anywhere() -> None:
    scene = scene_with(plain(1, 3, 1), plain(2, 3), plain(3, 3, 1), env=warm(ip=1))
    scene.prefer("R190", lambda options: options[-1])
    release(scene)
    assert scene.totals().total == 3
    assert [len(eni.cidrs) for eni in scene.store().enis] == [2, 0, 1]


def test_R138_R194_a_cidr_that_got_a_pod_meanwhile_is_skipped() -> None:
    scene = scene_with(plain(1, 4), env=warm(ip=1))

    def add_pod_then_take_the_first(options: tuple[object, ...]) -> object:
        if isinstance(options[0], tuple):  # which CIDRs: in between, a pod takes the lowest
            scene.add("p1")
        return options[0]

    scene.prefer("R190", add_pod_then_take_the_first)
    release(scene)
    assert scene.store().holdings[key("p1")].address == address(100)
    assert networks(scene) == [single(100), single(103)]
    assert scene.mind.released_until(single(100)) is None


def test_R138_R194_a_release_ends_when_nothing_idle_is_left() -> None:
    scene = scene_with(plain(1, 1), plain(2, 2, 1), plain(3, 2, 2), env=warm(minimum=3))
    scene.during(UnassignPrivateIpAddresses, lambda: scene.add("p1"))
    release(scene)  # two are over, but the second one was given to a pod
    assert [request.eni for request in scene.requests(UnassignPrivateIpAddresses)] == ["eni-1"]
    assert scene.totals().total == 4
    assert scene.totals().available == 0


@pytest.mark.parametrize("pass_over", [True, False])
def test_R138_R190_R194_an_eni_that_was_passed_over_may_or_may_not_be_visited(
    pass_over: bool,
) -> None:
    # Two are over; a pod takes one of them, and another pod leaves eni-2, which was full before.
    scene = scene_with(plain(1, 2), plain(2, 1, 1), plain(3, 9, 9), env=warm(minimum=9))
    scene.during(UnassignPrivateIpAddresses, lambda: scene.delete("p200"))

    def decide(options: tuple[object, ...]) -> object:
        if isinstance(options[0], tuple):
            scene.add("px")
        return None if None in options and pass_over else options[0]

    scene.prefer("R190", decide)
    release(scene)
    assert [each for each in scene.choices("R190") if None in each] == [("eni-2", None)]
    assert len(networks(scene)) == (11 if pass_over else 10)


def test_N10_R51_a_cordoned_node_keeps_releasing() -> None:
    scene = make_scene(make_config(warm(ip=1))).begin()
    scene.add_many(1)
    scene.passes(1)
    scene.cordoned = True
    scene.delete_many(1)
    scene.passes(8)
    assert scene.totals().total == 1
    scene.add_many(1, first=10)
    scene.forget()
    scene.passes(8)
    assert scene.totals().available == 0  # and does not re-acquire
    assert scene.count(NodeCordoned) > 0


def test_R33_a_trunk_slot_does_not_make_an_eni_deletable() -> None:
    scene = scene_with(plain(1, 9), plain(2, 9, 1), env=POD_ENI)
    free_eni(scene)
    assert scene.count(FreeENI) == 0
