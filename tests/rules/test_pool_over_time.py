"""The pool update: what many come to, one after the other."""

from attrs import evolve

from ipam_model.requests import (
    AllocENI,
    AssignPrivateIpAddresses,
    EniTags,
    FreeENI,
    GetAttachedENIs,
    UnassignPrivateIpAddresses,
)
from tests.rules.scenes import (
    CUSTOM,
    NO_PROVISIONING,
    PREFIXES,
    SECOND,
    foreign_eni,
    key,
    make_config,
    make_scene,
    make_subnet,
    pod,
    single,
    warm,
)


def test_R69_R71_the_loop_ticks_at_two_and_a_half_and_reconciles_at_five_seconds() -> None:
    scene = make_scene(make_config()).begin()
    scene.mind = evolve(scene.mind, last_pool_action=None)
    scene.forget()
    scene.loop_pass()
    assert scene.now == 5_000
    assert scene.calls() == ["GetAttachedENIs"]
    assert scene.mind.last_pool_action == 5_000


def test_R52_R69_without_provisioning_the_loop_takes_half_the_time() -> None:
    scene = make_scene(make_config(NO_PROVISIONING)).begin()
    scene.forget()
    scene.loop_pass()
    assert scene.now == 2_500
    assert scene.count(GetAttachedENIs) == 1


def test_R82_N3_E25_E93_a_zero_eni_target_flaps() -> None:
    scene = make_scene(make_config(warm(eni=0), addresses=4), max_pods=11).begin()
    scene.add_many(3)
    log = []
    for _ in range(60):
        scene.forget()
        scene.loop_pass()
        tick = scene.now - 2_500
        log += [(tick, "attach")] * scene.count(AllocENI)
        log += [(tick, "delete")] * scene.count(FreeENI)
    assert log[:5] == [
        (2_500, "attach"),
        (62_500, "delete"),
        (67_500, "attach"),
        (127_500, "delete"),
        (132_500, "attach"),
    ]
    assert [what for _, what in log] == ["attach", "delete"] * 4 + ["attach"]


def test_R83_a_positive_eni_target_does_not_flap() -> None:
    scene = make_scene(make_config(warm(eni=1), addresses=4), max_pods=11).begin()
    scene.add_many(3)
    scene.passes(4)
    scene.forget()
    scene.passes(60)
    assert scene.count(AllocENI) == scene.count(FreeENI) == 0
    assert scene.sizes() == [3, 3]


def test_R81_R132_E81_a_zero_prefix_target_oscillates() -> None:
    scene = make_scene(make_config(PREFIXES | warm(prefix=0), addresses=4)).begin()
    log = []
    for _ in range(16):
        scene.forget()
        scene.loop_pass()
        tick = scene.now - 2_500
        log += [(tick, "+")] * scene.count(AssignPrivateIpAddresses)
        log += [(tick, "-")] * scene.count(UnassignPrivateIpAddresses)
    assert log == [
        (2_500, "-"),
        (7_500, "+"),
        (37_500, "-"),
        (42_500, "+"),
        (72_500, "-"),
        (77_500, "+"),
    ]


def test_N1_one_warm_eni_means_one_enis_worth_of_addresses() -> None:
    scene = make_scene(make_config(addresses=4)).begin()
    scene.passes(3)
    assert scene.sizes() == [3]
    scene.add("p1")
    scene.passes(3)
    assert scene.sizes() == [3, 3]


def test_N2_full_enis_are_kept_until_one_is_idle() -> None:
    scene = make_scene(make_config(addresses=4)).begin()
    for number in range(1, 5):
        scene.add(f"p{number}")
        scene.passes(1)
    assert scene.sizes() == [3, 3, 3]
    spread = {held.eni for held in scene.store().holdings.values()}
    assert spread == {"eni-1", "eni-2"}
    scene.delete_many(3)
    scene.passes(30)
    assert scene.sizes() == [3, 3]  # the idle one went, the used one stays in full


def test_E96_enis_are_freed_one_per_tick_when_cooldown_and_age_allow() -> None:
    scene = make_scene(make_config(addresses=4)).begin()
    for number in range(1, 10):
        scene.add(f"p{number}")
        scene.passes(1)
    scene.advance(60 * SECOND)
    scene.delete_many(9)
    start = scene.now
    frees = []
    for _ in range(12):
        scene.forget()
        scene.loop_pass()
        frees += [scene.now - 2_500 - start] * scene.count(FreeENI)
    assert frees == [32_500, 37_500]


def test_E43_custom_networking_leaves_the_primary_empty() -> None:
    other = make_subnet("subnet-2", first=1)
    scene = make_scene(
        make_config(CUSTOM, addresses=4), make_subnet(), other, eni_config_subnet="subnet-2"
    ).begin()
    scene.passes(3)
    assert scene.sizes() == [3, 0]
    scene.add("p1")
    scene.passes(3)
    assert scene.sizes() == [3, 3, 0]


def test_R161_addresses_added_by_others_are_released_like_any_other() -> None:
    scene = make_scene(make_config(warm(ip=1))).begin()
    scene.others_add("eni-1", single(600), single(601))
    scene.passes(13)
    assert scene.totals().total == 3
    scene.passes(1)
    assert scene.totals().total == 1


def test_I15_unmanaged_enis_are_left_alone() -> None:
    eni = foreign_eni("eni-7", single(700), tags=EniTags(no_manage="true"))
    scene = make_scene(make_config(enis=2, addresses=4), attached=[eni]).begin()
    scene.add_pod(pod("p1"))
    scene.passes(20)
    assert scene.true_eni("eni-7") == eni
    assert scene.sizes() == [3]  # its slot is taken
    assert key("p1") in scene.store().holdings
