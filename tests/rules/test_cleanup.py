"""Clean-ups of unassigned CIDRs (R25, R63, R64, R127c)."""

from collections.abc import Mapping

import pytest
from attrs import evolve

from ipam_model.config import Quirk
from ipam_model.daemon import cleanup
from ipam_model.requests import UnassignPrivateIpAddresses, WriteCheckpoint
from ipam_model.state import Cleanup, Eni
from tests.rules.scenes import (
    PREFIXES,
    SECOND,
    Scene,
    cidr,
    key,
    make_config,
    make_eni,
    make_node,
    make_store,
    placed,
    prefix,
    single,
    warm,
)

Env = Mapping[str, str]


def scene_with(*enis: Eni, env: Env | None = None, without: tuple[Quirk, ...] = ()) -> Scene:
    config = make_config(env, without=without)
    return placed(config, make_node(make_store(*enis, prefix_mode=config.prefix_mode)))


def excluded(*, size: int = 2) -> Eni:
    """An excluded ENI with pods p0, p1, … on single addresses."""
    used = (cidr(single(n), f"p{n}") for n in range(size))
    return make_eni("eni-2", *used, excluded=True)


def test_R127c_the_emptied_cidr_leaves_the_store_after_five_seconds() -> None:
    scene = scene_with(make_eni("eni-1"), excluded())
    scene.delete("p0")
    scene.forget()
    scene.advance(5 * SECOND - 1)
    assert len(scene.eni("eni-2").cidrs) == 2
    scene.advance(1)
    assert [each.network for each in scene.eni("eni-2").cidrs] == [single(1)]
    assert scene.calls() == ["WriteCheckpoint"]
    assert len(scene.true_eni("eni-2").addresses) == 2  # EC2 is not asked
    assert not scene.mind.cleanups
    assert set(scene.store().holdings) == {key("p1")}


def test_R25_R127c_N14_counters_drift_and_drift_again_when_it_comes_back() -> None:
    scene = scene_with(make_eni("eni-1"), excluded())
    assert scene.store().counter_total() == 2
    scene.delete("p0")
    scene.advance(5 * SECOND)
    assert scene.store().counter_total() == 2
    scene.reconcile()
    assert len(scene.eni("eni-2").cidrs) == 2
    assert scene.store().counter_total() == 3


def test_R25_without_the_quirk_counters_stay_sums() -> None:
    scene = scene_with(make_eni("eni-1"), excluded(), without=(Quirk.CLEANUP_DRIFT,))
    scene.delete("p0")
    scene.advance(5 * SECOND)
    assert scene.store().counter_total() == 1


def test_R25_N14_an_upward_drift_makes_prefix_release_too_eager() -> None:
    drifted = make_store(
        make_eni("eni-1", cidr(prefix(0), {0: "p1"}), cidr(prefix(1))),
        prefix_mode=True,
        prefix_drift=1,
    )
    env = PREFIXES | warm(ip=16)
    scene = placed(make_config(env), make_node(drifted))
    scene.tick()
    assert scene.count(UnassignPrivateIpAddresses) == 1
    assert scene.totals().available < 16


def test_R127c_an_address_in_use_again_stays() -> None:
    scene = scene_with(make_eni("eni-1"), excluded())
    scene.delete("p0")
    taken = excluded()
    scene.mind = evolve(scene.mind, stores=(make_store(make_eni("eni-1"), taken),))
    scene.forget()
    scene.advance(5 * SECOND)
    assert scene.eni("eni-2") == taken
    assert not scene.mind.cleanups
    assert scene.count(WriteCheckpoint) == 0


@pytest.mark.parametrize("how", ["not excluded", "no such ENI", "no such CIDR"])
def test_R127c_nothing_happens_if_the_cidr_is_no_longer_there_or_excluded(how: str) -> None:
    scene = scene_with(make_eni("eni-1"), excluded())
    scene.delete("p0")
    enis = {
        "not excluded": (make_eni("eni-1"), evolve(scene.eni("eni-2"), excluded=False)),
        "no such ENI": (make_eni("eni-1"),),
        "no such CIDR": (make_eni("eni-1"), make_eni("eni-2", excluded=True)),
    }[how]
    scene.mind = evolve(scene.mind, stores=(make_store(*enis),))
    scene.advance(5 * SECOND)
    assert scene.store().enis == enis
    assert not scene.mind.cleanups


def test_R127c_R179_a_failing_write_is_only_logged() -> None:
    scene = scene_with(make_eni("eni-1"), excluded())
    scene.delete("p0")
    scene.fault("WriteCheckpoint", "EIO")
    scene.advance(5 * SECOND)
    assert len(scene.eni("eni-2").cidrs) == 1


def test_R127c_several_clean_ups_run_each_at_its_instant() -> None:
    scene = scene_with(make_eni("eni-1"), excluded(size=3))
    for name in ("p0", "p1", "p2"):
        scene.delete(name)
        scene.advance(SECOND)
    assert [each.due for each in scene.mind.cleanups] == [5_000, 6_000, 7_000]
    assert cleanup.next_cleanup(scene.mind) == 5_000
    scene.advance(3 * SECOND)
    assert [each.network for each in scene.eni("eni-2").cidrs] == [single(2)]
    scene.advance(SECOND)
    assert scene.eni("eni-2").cidrs == ()
    assert cleanup.next_cleanup(scene.mind) is None


def test_R127c_clean_ups_that_are_not_due_wait() -> None:
    scene = scene_with(make_eni("eni-1"), excluded())
    pending = (Cleanup(9_000, 0, "eni-2", single(0)), Cleanup(5_000, 0, "eni-2", single(1)))
    idle = make_eni("eni-2", cidr(single(0)), cidr(single(1)), excluded=True)
    scene.mind = evolve(scene.mind, stores=(make_store(make_eni("eni-1"), idle),), cleanups=pending)
    scene.mind, _ = scene.perform(cleanup.run_due_cleanups(scene.config, scene.mind, 5_000))
    assert [each.network for each in scene.eni("eni-2").cidrs] == [single(0)]
    assert scene.mind.cleanups == pending[:1]


def test_R127c_a_stopped_daemon_cleans_nothing() -> None:
    scene = scene_with(make_eni("eni-1"), excluded())
    scene.delete("p0")
    scene.node = None
    scene.advance(60 * SECOND)
    assert scene.now == 60 * SECOND
    assert scene.count(WriteCheckpoint) == 1  # that of the delete


def test_R62_R127c_a_restart_forgets_pending_clean_ups() -> None:
    scene = scene_with(make_eni("eni-1"), excluded())
    scene.delete("p0")
    scene.begin()
    assert not scene.mind.cleanups


@pytest.mark.parametrize("prefix_mode", [False, True])
def test_R63_only_idle_cidrs_of_the_modes_kind_on_excluded_enis(prefix_mode: bool) -> None:
    mixed = [cidr(single(1)), cidr(single(2), "p1"), cidr(prefix(0)), cidr(prefix(1), {0: "p2"})]
    others = [cidr(single(5)), cidr(prefix(5))]
    scene = scene_with(
        make_eni("eni-1", *others),
        make_eni("eni-2", *mixed, excluded=True),
        env=PREFIXES if prefix_mode else None,
    )
    scene.mind, _ = scene.perform(cleanup.clean_excluded(scene.config, scene.mind, 0))
    gone = prefix(0) if prefix_mode else single(1)
    left = [each.network for each in mixed if each.network != gone]
    assert [each.network for each in scene.eni("eni-2").cidrs] == left
    assert len(scene.eni().cidrs) == 2
    assert scene.requests(UnassignPrivateIpAddresses) == [
        UnassignPrivateIpAddresses("eni-2", (gone,), prefix_mode)
    ]


def test_R63_works_on_card_0_only() -> None:
    idle = make_eni("eni-5", cidr(single(5)), excluded=True)
    node = make_node(make_store(make_eni("eni-1")), make_store(idle, card=1))
    scene = placed(make_config(), node)
    scene.mind, _ = scene.perform(cleanup.clean_excluded(scene.config, scene.mind, 0))
    assert len(scene.store(1).enis[0].cidrs) == 1


def test_R64_works_on_every_card_and_cooling_plays_no_role() -> None:
    first = make_store(make_eni("eni-1", cidr(prefix(0), idle={0: 0})))
    second = make_store(make_eni("eni-5", cidr(prefix(1))), card=1)
    scene = placed(make_config(), make_node(first, second))
    scene.mind, _ = scene.perform(cleanup.clean_other_mode(scene.config, scene.mind, 0))
    assert [store.enis[0].cidrs for store in scene.mind.stores] == [(), ()]


def test_R64_an_eni_without_idle_cidrs_of_the_kind_is_not_called_for() -> None:
    scene = scene_with(make_eni("eni-1", cidr(single(1))))
    scene.mind, _ = scene.perform(
        cleanup.release_unassigned(scene.mind, 0, 0, "eni-1", prefixes=True, rule="R64")
    )
    assert scene.calls() == []
