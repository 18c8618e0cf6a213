"""Shrinking: freeing ENIs and releasing CIDRs (R129-R145, R172, R177, R178)."""

from collections.abc import Iterable, Mapping

import pytest
from attrs import evolve

from ipam_model.config import Config, Quirk
from ipam_model.daemon import measure
from ipam_model.daemon.procedure import Choice
from ipam_model.daemon.shrink import forget_release, free_one_eni, release_cidrs, remember_releases
from ipam_model.requests import Code, Failed, FreeENI, NodeCordoned, UnassignPrivateIpAddresses
from ipam_model.state import Eni, Network, Node
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

NOW = 1_000_000
COOLDOWN = 30 * SECOND


def scene_with(*enis: Eni, env: Mapping[str, str] | None = None, now: int = NOW) -> Scene:
    config = make_config(env)
    return placed(config, make_node(make_store(*enis, prefix_mode=config.prefix_mode)), now)


def release(scene: Scene) -> None:
    scene.forget()
    scene.mind, _ = scene.perform(release_cidrs(scene.config, scene.mind, scene.now, 0))


def free_eni(scene: Scene) -> None:
    scene.forget()
    scene.mind, _ = scene.perform(free_one_eni(scene.config, scene.mind, scene.now, 0))


def deletable(config: Config, *enis: Eni, card: int = 0) -> list[str]:
    store = make_store(*enis, card=card, prefix_mode=config.prefix_mode)
    return list(measure.deletable_enis(config, store, NOW))


def networks(scene: Scene) -> list[Network]:
    return [each.network for _, each in scene.store().cidrs()]


# -- R136: which ENI may go ----------------------------------------------------------------------


def plain(number: int, size: int, pods: int = 0) -> Eni:
    """An ENI with `size` addresses, the first `pods` of them in use."""
    base = number * 100
    return make_eni(
        f"eni-{number}",
        *(cidr(single(base + n), f"p{base + n}" if n < pods else None) for n in range(size)),
    )


def test_R136_vector_TestWarmENIInteractions() -> None:
    def found(enis: Iterable[Eni], warm_ip: int, minimum: int) -> list[str]:
        return deletable(make_config(warm(ip=warm_ip, minimum=minimum)), *enis)

    enis = [plain(1, 2, 2), plain(2, 2), plain(3, 1)]
    assert found(enis, 3, 1) == []
    assert found(enis, 1, 5) == []
    assert found(enis, 2, 4) == ["eni-3"]
    assert found(enis[:2], 0, 3) == []
    assert found(enis[:2], 0, 2) == ["eni-2"]
    trunk = evolve(plain(4, 1), trunk=True)
    efa = evolve(plain(5, 1), efa=True)
    assert found([plain(1, 2, 2), trunk, efa], 0, 2) == []
    assert found([plain(1, 2, 2), trunk, efa, plain(6, 0)], 0, 2) == ["eni-6"]


def test_I3_R136_items_1_8_9_primary_trunk_and_efa_are_kept() -> None:
    enis = [plain(1, 0), evolve(plain(2, 0), trunk=True), evolve(plain(3, 0), efa=True)]
    assert deletable(make_config(), *enis, plain(4, 0)) == ["eni-4"]


@pytest.mark.parametrize(("age", "expected"), [(59_999, []), (60_000, ["eni-2"])])
def test_R136_item_2_young_eni_is_kept(age: int, expected: list[str]) -> None:
    young = make_eni("eni-2", created=NOW - age)
    assert deletable(make_config(), plain(1, 3), young) == expected


@pytest.mark.parametrize(("age", "expected"), [(COOLDOWN, []), (COOLDOWN + 1, ["eni-2"])])
@pytest.mark.parametrize("kind", ["single", "prefix"])
def test_I4_R136_item_3_an_eni_with_a_cooling_address_is_kept(
    age: int, expected: list[str], kind: str
) -> None:
    idle = {0: NOW - age}
    freed = cidr(single(9), idle=idle) if kind == "single" else cidr(prefix(0), idle=idle)
    assert deletable(make_config(), plain(1, 3), make_eni("eni-2", freed)) == expected


def test_I3_R136_item_4_an_eni_with_pods_on_either_kind_is_kept() -> None:
    on_prefix = make_eni("eni-2", cidr(prefix(0), {5: "p1"}))
    assert deletable(make_config(), plain(1, 3), on_prefix, plain(3, 3, 1)) == []


def test_I8_R136_item_5_excluded_enis_and_the_other_kind_do_not_count_as_spare() -> None:
    config = make_config(warm(ip=2))
    others = (
        make_eni("eni-1", cidr(single(1)), cidr(prefix(0))),
        evolve(plain(3, 5), excluded=True),
    )
    assert deletable(config, *others, plain(2, 0)) == []
    more = evolve(others[0], cidrs=(cidr(single(1)), cidr(single(2)), cidr(prefix(0))))
    assert deletable(config, more, plain(2, 0)) == ["eni-2"]
    # An excluded ENI may go like any other.
    assert deletable(config, more, others[1]) == ["eni-3"]


def test_R136_item_5_in_prefix_mode_the_target_is_rounded_up_to_prefixes() -> None:
    config = make_config(PREFIXES | warm(ip=1))
    fifteen = make_eni("eni-1", cidr(prefix(0), {0: "p1"}))
    assert deletable(config, fifteen, make_eni("eni-2")) == []
    sixteen = make_eni("eni-1", cidr(prefix(0)))
    assert deletable(config, sixteen, make_eni("eni-2")) == ["eni-2"]


def test_R136_item_6_the_minimum_counts_all_addresses_of_the_others() -> None:
    config = make_config(warm(minimum=3))
    assert deletable(config, plain(1, 2, 2), plain(2, 1)) == []
    assert deletable(config, plain(1, 3, 3), plain(2, 1)) == ["eni-2"]
    prefixes = make_config(PREFIXES | warm(minimum=17))
    assert deletable(prefixes, make_eni("eni-1", cidr(prefix(0))), make_eni("eni-2")) == []
    two = make_eni("eni-1", cidr(prefix(0)), cidr(prefix(1), {0: "p1"}))
    assert deletable(prefixes, two, make_eni("eni-2")) == ["eni-2"]


@pytest.mark.parametrize(("warm_prefix", "expected"), [(1, []), (0, ["eni-2"])])
def test_R38_R136_item_7_R137_N11_E87_wp_vetoes_although_wi_and_m_govern(
    warm_prefix: int, expected: list[str]
) -> None:
    config = make_config(PREFIXES | warm(ip=1, minimum=1, prefix=warm_prefix), addresses=4)
    used = [cidr(prefix(n), {0: f"p{n}", 1: f"q{n}"}) for n in range(3)]
    assert deletable(config, make_eni("eni-1", *used), make_eni("eni-2")) == expected


def test_R136_item_7_counts_idle_cidrs_of_any_kind_on_non_excluded_enis() -> None:
    config = make_config(PREFIXES | warm(prefix=2))
    one = make_eni("eni-1", cidr(single(1)), cidr(prefix(0), {0: "p1"}))
    excluded = make_eni("eni-3", cidr(prefix(1), {0: "p2"}), cidr(prefix(2)), excluded=True)
    assert deletable(config, one, make_eni("eni-2"), excluded) == []
    two = make_eni("eni-1", cidr(single(1)), cidr(single(2)))
    assert deletable(config, two, make_eni("eni-2"), excluded) == ["eni-2"]


def test_R136_item_7_does_not_exist_with_single_addresses() -> None:
    assert deletable(make_config(warm(prefix=5)), plain(1, 0), plain(2, 0)) == ["eni-2"]


def test_R39_R136_other_cards_use_targets_of_one() -> None:
    config = make_config(warm(ip=50, minimum=50))
    assert deletable(config, plain(2, 1, 1), plain(3, 0), card=1) == []
    assert deletable(config, plain(2, 2, 1), plain(3, 0), card=1) == ["eni-3"]


@pytest.mark.parametrize(("warm_prefix", "expected"), [(1, []), (0, ["eni-3"])])
def test_R39_R136_item_7_wp_holds_on_other_cards_too(warm_prefix: int, expected: list[str]) -> None:
    config = make_config(PREFIXES | warm(prefix=warm_prefix), addresses=4)
    used = [cidr(prefix(n), {0: f"p{n}", 1: f"q{n}"}) for n in range(3)]
    assert deletable(config, make_eni("eni-2", *used), make_eni("eni-3"), card=1) == expected


# -- R134, R135: freeing one ENI -----------------------------------------------------------------


def test_R134_R189_any_deletable_eni_but_only_one() -> None:
    scene = scene_with(plain(1, 9), plain(2, 1), plain(3, 2))
    scene.prefer("R189", lambda enis: enis[-1])
    free_eni(scene)
    assert scene.choices("R189") == [("eni-2", "eni-3")]
    chosen = [ask for ask in scene.asked if isinstance(ask, Choice) and ask.rule == "R189"]
    assert [ask.locked for ask in chosen] == [True]
    assert scene.requests(FreeENI) == [FreeENI("eni-3")]
    assert [eni.id for eni in scene.store().enis] == ["eni-1", "eni-2"]
    assert scene.ec2.eni("eni-3") is None


@pytest.mark.parametrize("how", ["cordoned", "terminating"])
def test_R51_R134_a_frozen_node_deletes_no_eni(how: str) -> None:
    scene = scene_with(plain(1, 9), plain(2, 1))
    scene.cordoned = how == "cordoned"
    scene.mind = evolve(scene.mind, terminating=how == "terminating")
    free_eni(scene)
    assert scene.count(FreeENI) == 0
    assert len(scene.store().enis) == 2


def test_R51_R134_the_override_lets_a_cordoned_node_delete() -> None:
    env = {"AWS_MANAGE_ENIS_NON_SCHEDULABLE": "true"}
    scene = scene_with(plain(1, 9), plain(2, 1), env=env)
    scene.cordoned = True
    free_eni(scene)
    assert scene.requests(FreeENI) == [FreeENI("eni-2")]


def test_R134_nothing_deletable_nothing_done() -> None:
    scene = scene_with(plain(1, 9), plain(2, 1, 1))
    before = scene.mind
    free_eni(scene)
    assert scene.mind == before
    assert scene.calls() == ["NodeCordoned"]


def test_R135_the_eni_leaves_the_store_first_and_no_clock_moves() -> None:
    scene = scene_with(plain(1, 9), make_eni("eni-2", cidr(single(1)), cidr(prefix(0))))
    before = scene.mind
    free_eni(scene)
    asked = scene.asked[-1]
    assert [eni.id for eni in asked.node.stores[0].enis] == ["eni-1"]
    assert scene.store().counter_total() == 9
    assert scene.store().counter_prefixes() == 0
    assert scene.mind.last_pool_action == before.last_pool_action
    assert not scene.mind.released


@pytest.mark.parametrize("code", [Code.ATTACHMENT_NOT_FOUND, Code.UNABLE_TO_DETACH])
def test_R135_R177_a_failed_detach_leaves_the_eni_to_the_next_reconcile(code: str) -> None:
    scene = scene_with(plain(1, 9), plain(2, 2))
    scene.fault("FreeENI", code)
    free_eni(scene)
    assert scene.store().eni("eni-2") is None
    assert scene.ec2.eni("eni-2") is not None
    scene.reconcile()
    assert scene.eni("eni-2").created == NOW  # adopted anew, age 0
    free_eni(scene)
    assert scene.count(FreeENI) == 0
    scene.advance(60 * SECOND)
    free_eni(scene)
    assert scene.count(FreeENI) == 1
    assert scene.ec2.eni("eni-2") is None


def test_R178_a_failed_delete_leaks_the_eni() -> None:
    scene = scene_with(plain(1, 9), plain(2, 2))
    before = scene.ec2.reserved()
    scene.fault("FreeENI", Code.DELETE_FAILED)
    free_eni(scene)
    assert scene.store().eni("eni-2") is None
    assert scene.ec2.eni("eni-2") is None
    assert [eni.id for eni in scene.ec2.leaked] == ["eni-2"]
    assert scene.ec2.reserved() == before


def test_R183_an_eni_that_cannot_be_deleted_leaks_unattached() -> None:
    scene = scene_with(plain(1, 9), plain(2, 2))
    scene.fault("DeleteNetworkInterface", Code.THROTTLED)
    free_eni(scene)
    assert scene.replies[-1] == Failed(Code.DELETE_FAILED)
    assert scene.ec2.eni("eni-2") is None
    assert [eni.id for eni in scene.ec2.leaked] == ["eni-2"]


def test_R182_an_eni_that_ec2_does_not_know_counts_as_freed() -> None:
    scene = scene_with(plain(1, 9), plain(2, 2))
    scene.ec2 = evolve(scene.ec2, enis=scene.ec2.enis[:1])
    free_eni(scene)
    assert scene.store().eni("eni-2") is None
    assert not any(isinstance(reply, Failed) for reply in scene.replies)


# -- R138-R142: releasing CIDRs ------------------------------------------------------------------


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
