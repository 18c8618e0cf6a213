"""Shrinking in v1.7 (H13-H15, H17)."""

import pytest
from attrs import evolve

from ipam_model.daemon.procedure import Choice
from ipam_model.requests import FreeENI, NodeCordoned, UnassignPrivateIpAddresses
from tests.rules.scenes import SECOND, Scene, warm
from tests.rules.scenes_v1_7 import NOW, fresh, idle, running, used


def released(scene: Scene) -> list[int]:
    return [len(request.networks) for request in scene.requests(UnassignPrivateIpAddresses)]


# -- H13: what is over ---------------------------------------------------------------------------


def test_H13_the_surplus_goes_eni_by_eni() -> None:
    scene = running(warm(ip=1), idle("eni-1", 1, 2, 3), idle("eni-2", 4, 5, 6, created=NOW))
    scene.tick()
    assert released(scene) == [3, 2]
    assert not any(request.prefixes for request in scene.requests(UnassignPrivateIpAddresses))
    assert scene.totals().total == 1


def test_H13_what_is_over_is_read_again_at_every_eni() -> None:
    scene = running(warm(ip=1), idle("eni-1", 1, 2, 3), idle("eni-2", 4, 5, 6, created=NOW))
    scene.during(UnassignPrivateIpAddresses, lambda: scene.add("p1"))
    scene.tick()
    assert released(scene) == [3, 1]
    assert scene.totals().available == 1


def test_H13_a_pod_that_came_meanwhile_keeps_its_address() -> None:
    scene = running(warm(ip=1), idle("eni-1", 1, 2))

    def serve(options: tuple[object, ...]) -> object:
        scene.preferred.pop("R190")
        scene.add("p1")
        return options[0]

    scene.prefer("R190", serve)
    scene.tick()
    assert len(scene.store().holdings) == 1


def test_H13_releases_are_remembered_after_ec2_was_asked() -> None:
    scene = running(warm(ip=1), idle("eni-1", 1, 2))
    scene.during(UnassignPrivateIpAddresses, lambda: scene.advance(7 * SECOND))
    scene.tick()
    ((_, until),) = scene.mind.released
    assert until == NOW + 67 * SECOND


def test_H13_a_failed_release_is_remembered_all_the_same() -> None:
    scene = running(warm(ip=1), idle("eni-1", 1, 2))
    scene.fault("UnassignPrivateIpAddresses")
    scene.tick()
    assert len(scene.mind.released) == 1
    assert scene.totals().total == 1


# -- H14: freeing --------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["UnableToDetach", "DeleteFailed", "AttachmentIdNotFound"])
def test_H14_an_eni_that_cannot_be_freed_has_left_the_store(code: str) -> None:
    scene = running(warm(eni=0), used("eni-1", 1), idle("eni-2", 2, 3, 4))
    scene.fault("FreeENI", code)
    scene.tick()
    assert scene.sizes() == [1]
    assert (scene.ec2.eni("eni-2") is None) == (code == "DeleteFailed")
    assert "eni-2" in scene.mind.primaries


def test_H14_of_a_freed_eni_nothing_is_remembered() -> None:
    scene = running(warm(eni=0), used("eni-1", 1), idle("eni-2", 2, 3, 4))
    scene.tick()
    assert scene.mind.primaries == {"eni-1"}


def test_H14_one_eni_is_freed_per_tick_any_of_them() -> None:
    scene = running(warm(eni=0), used("eni-1", 1), idle("eni-2", 2, 3, 4), idle("eni-3", 5, 6, 7))
    scene.tick()
    assert scene.count(FreeENI) == 1
    assert scene.choices("R189") == [("eni-2", "eni-3")]
    chosen = [ask for ask in scene.asked if isinstance(ask, Choice)]
    assert [(ask.rule, ask.locked) for ask in chosen] == [("R189", True)]


def test_H14_H23_no_eni_is_freed_while_no_fewer_are_wanted() -> None:
    scene = running(warm(eni=1), used("eni-1", 1, 2, 3), idle("eni-2", 4, 5, 6))
    (decision,) = scene.tick()
    assert (decision.low, decision.high, decision.wants_fewer_enis) == (False, False, False)
    assert scene.count(FreeENI) == 0


def test_H15_a_tick_with_nothing_over_touches_no_clock() -> None:
    scene = running(warm(ip=1), idle("eni-1", 1))
    scene.tick()
    assert (scene.mind.last_decrease, scene.mind.last_pool_action) == (None, None)


def test_H14_the_cordon_does_not_matter_but_a_terminating_daemon_frees_none() -> None:
    scene = running(warm(eni=0), used("eni-1", 1), idle("eni-2", 2, 3, 4))
    scene.cordoned = True
    scene.terminate()
    scene.tick()
    assert not scene.count(FreeENI)
    scene = running(warm(eni=0), used("eni-1", 1), idle("eni-2", 2, 3, 4))
    scene.cordoned = True
    scene.tick()
    assert scene.count(FreeENI) == 1
    assert not scene.count(NodeCordoned)


# -- H15, H17: when ------------------------------------------------------------------------------


@pytest.mark.parametrize(("age", "releases"), [(30 * SECOND, 0), (30 * SECOND + 1, 1)])
def test_H15_more_than_30_s_after_the_last_release(age: int, releases: int) -> None:
    scene = running(warm(ip=1), idle("eni-1", 1, 2))
    scene.mind = evolve(scene.mind, last_decrease=NOW - age)
    scene.tick()
    assert scene.count(UnassignPrivateIpAddresses) == releases


def test_H15_a_skipped_release_touches_no_clock() -> None:
    scene = running(warm(ip=1), idle("eni-1", 1, 2))
    scene.tick()
    assert (scene.mind.last_decrease, scene.mind.last_pool_action) == (NOW, NOW)
    scene.advance(5 * SECOND)
    scene.tick()
    assert (scene.mind.last_decrease, scene.mind.last_pool_action) == (NOW, NOW)


def test_H15_the_clocks_show_when_the_release_began() -> None:
    scene = running(warm(ip=1), idle("eni-1", 1, 2))
    scene.during(UnassignPrivateIpAddresses, lambda: scene.advance(7 * SECOND))
    scene.tick()
    assert (scene.mind.last_decrease, scene.mind.last_pool_action) == (NOW, NOW)


def test_H17_the_overshoot_goes_in_the_next_tick_or_after_30_s() -> None:
    scene = fresh(warm(ip=2), addresses=10).begin()
    assert scene.totals().total == 9
    scene.passes(1)
    assert scene.totals().total == 2
    scene.add_many(2)
    scene.passes(1)
    assert scene.totals().total == 9  # filled again
    scene.passes(5)
    assert scene.totals().total == 9  # the last decrease was at most 30 s ago
    scene.passes(1)
    assert scene.totals().total == 4
