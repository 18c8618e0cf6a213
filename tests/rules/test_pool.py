"""The pool update and what it measures (R33, R39, R69-R95, R131-R133)."""

from collections.abc import Mapping

import pytest
from attrs import evolve

from ipam_model.daemon import measure
from ipam_model.daemon.measure import Balance, WarmTargets
from ipam_model.requests import (
    AllocENI,
    AnnounceTrunk,
    AssignPrivateIpAddresses,
    Code,
    FreeENI,
    NodeCordoned,
    UnassignPrivateIpAddresses,
)
from ipam_model.state import Eni, Store, Totals
from tests.rules.scenes import (
    NO_PROVISIONING,
    POD_ENI,
    PREFIXES,
    SECOND,
    Scene,
    cidr,
    make_config,
    make_eni,
    make_node,
    make_store,
    placed,
    prefix,
    single,
    warm,
)

NOW = 1_000_000

Env = Mapping[str, str]


def scene_with(*enis: Eni, env: Env | None = None, now: int = NOW) -> Scene:
    config = make_config(env)
    return placed(config, make_node(make_store(*enis, prefix_mode=config.prefix_mode)), now)


def plain(number: int, size: int, pods: int = 0) -> Eni:
    base = number * 100
    return make_eni(
        f"eni-{number}",
        *(cidr(single(base + n), f"p{base + n}" if n < pods else None) for n in range(size)),
    )


# -- R79, R131, R133 on stores -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("env", "pods", "max_pods", "low"),
    [
        (warm(eni=1), 1, 110, True),
        (warm(eni=0), 1, 110, False),
        (warm(eni=0), 3, 110, True),
        (warm(eni=1, ip=1), 0, 110, False),  # R37: We is ignored
        (warm(ip=5), 3, 3, False),
        (PREFIXES | warm(prefix=1), 0, 110, False),
        (PREFIXES | warm(prefix=1), 1, 110, True),
        (PREFIXES | warm(prefix=0), 1, 110, False),
        (PREFIXES | warm(prefix=1), 3, 4, False),
        (PREFIXES | warm(prefix=1, eni=9), 0, 110, False),  # R38: We is never read
    ],
)
def test_R37_R38_R79_anchors_after_R95(env: Env, pods: int, max_pods: int, low: bool) -> None:
    config = make_config(env, addresses=4)
    if config.prefix_mode:
        eni = make_eni("eni-1", cidr(prefix(0), {n: f"p{n}" for n in range(pods)}))
    else:
        eni = plain(1, 3, pods)
    node = make_node(make_store(eni, prefix_mode=config.prefix_mode), max_pods=max_pods)
    decision = measure.decide(config, node, node.store(0))
    assert decision.low is low


def test_R79_excluded_addresses_do_not_count_towards_max_pods() -> None:
    config = make_config(addresses=4)
    excluded = evolve(plain(2, 3), excluded=True)
    node = make_node(make_store(plain(1, 3, 3), excluded), max_pods=4)
    assert measure.decide(config, node, node.store(0)).low


def test_R85_trunk_efa_and_primary_addresses_are_available() -> None:
    config = make_config(addresses=4)
    store = make_store(evolve(plain(2, 2), trunk=True), evolve(plain(3, 1), efa=True))
    assert not measure.decide(config, make_node(store), store).low


def test_R84_cooling_addresses_keep_the_pool_from_being_low() -> None:
    cooling = make_eni("eni-1", *(cidr(single(n), idle=NOW) for n in range(3)))
    scene = placed(make_config(addresses=4), make_node(make_store(cooling)), NOW)
    assert not scene.tick()[0].low
    assert not scene.add("p1").success


@pytest.mark.parametrize("prefix_mode", [False, True])
def test_R39_R86_R94_other_cards_use_targets_of_one_in_addresses(prefix_mode: bool) -> None:
    config = make_config((PREFIXES if prefix_mode else {}) | warm(ip=9, minimum=9))
    targets = measure.warm_targets(config, 1)
    assert (targets.warm, targets.minimum, targets.defined) == (1, 1, True)
    pool = Totals(16, 0, 1, 1)
    assert measure.balance(config, 1, pool) == Balance(0, 15)  # as callers see it: 15 prefixes
    assert measure.balance(config, 1, Totals(0, 0, 0, 0)) == Balance(1, 0)


@pytest.mark.parametrize(
    ("warm_target", "minimum", "pool", "expected"),
    [
        (40, 20, Totals(48, 38, 0, 0), Balance(2, 0)),  # 30 addresses are missing
        (40, 20, Totals(48, 32, 0, 0), Balance(2, 0)),  # 24
        (20, 70, Totals(48, 0, 0, 0), Balance(2, 0)),  # 22, for the minimum
        (16, 33, Totals(96, 16, 6, 5), Balance(0, 3)),  # 3 of 6 are needed for the minimum
        (33, 16, Totals(96, 16, 6, 5), Balance(0, 2)),  # 4 of 6 for the pods and the warm target
        (0, 33, Totals(96, 16, 6, 1), Balance(0, 1)),  # all others carry pods
    ],
)
def test_R89_R93_each_operand_has_its_place_in_prefix_mode(
    warm_target: int, minimum: int, pool: Totals, expected: Balance
) -> None:
    targets = WarmTargets(warm_target, minimum, defined=True)
    assert measure.balance_under(targets, make_config(PREFIXES), 0, pool) == expected


def test_R36_R39_other_cards_have_warm_ip_targets_even_without_any_set() -> None:
    config = make_config()
    assert not measure.warm_targets(config, 0).defined
    assert measure.warm_targets(config, 1).defined


def test_R89_without_warm_ip_targets_short_and_over_are_undefined() -> None:
    scene = scene_with(plain(1, 3))
    decision = scene.tick()[0]
    assert decision.balance == Balance(0, 0)
    assert not decision.warm_ip


def test_R40_explicit_zeros_are_the_same_as_unset() -> None:
    assert not measure.warm_targets(make_config(warm(ip=0, minimum=0)), 0).defined


@pytest.mark.parametrize(
    ("env", "sizes", "pods", "wants"),
    [
        (warm(ip=1), [1], 0, True),
        (warm(eni=1), [9, 9], 1, False),
        (warm(eni=1), [9, 9], 0, True),
        (warm(eni=0), [9], 1, False),
        (warm(eni=0), [9], 0, True),
        (warm(eni=2), [9, 9, 9], 1, False),
    ],
)
def test_R133_secondary_addresses(env: Env, sizes: list[int], pods: int, wants: bool) -> None:
    enis = [plain(n, size, pods if n == 1 else 0) for n, size in enumerate(sizes, start=1)]
    decision = measure.decide(make_config(env), make_node(), make_store(*enis))
    assert decision.wants_fewer_enis is wants


@pytest.mark.parametrize(
    ("second", "wants"),
    [
        (make_eni("eni-2"), True),
        (make_eni("eni-2", cidr(prefix(9), {0: "p9"})), False),
        (make_eni("eni-2", trunk=True), False),
        (make_eni("eni-2", efa=True), False),
    ],
)
def test_R133_prefix_mode_wants_fewer_if_an_ordinary_eni_is_idle(second: Eni, wants: bool) -> None:
    config = make_config(PREFIXES | warm(prefix=1))
    store = make_store(make_eni("eni-1", cidr(prefix(0))), second, prefix_mode=True)
    assert measure.decide(config, make_node(), store).wants_fewer_enis is wants


def test_R133_prefix_mode_also_wants_fewer_with_enough_available() -> None:
    config = make_config(PREFIXES | warm(prefix=1), addresses=2)
    store = make_store(make_eni("eni-1", *(cidr(prefix(n)) for n in range(2))), prefix_mode=True)
    assert measure.decide(config, make_node(), store).wants_fewer_enis  # 32 >= 2 * 16


def test_R33_room_for_another_eni() -> None:
    config = make_config(POD_ENI, enis=3)
    node = make_node(make_store(plain(1, 0), evolve(plain(2, 0), excluded=True)))
    assert not measure.room_for_eni(config, node, node.store(0))
    trunk = evolve(plain(2, 0), trunk=True)
    with_trunk = make_node(make_store(plain(1, 0), trunk))
    assert measure.room_for_eni(config, with_trunk, with_trunk.store(0))
    counted = evolve(with_trunk, unmanaged_counts=((0, 1),))
    assert not measure.room_for_eni(config, counted, counted.store(0))
    other = evolve(node, stores=(node.store(0), make_store(plain(7, 0), plain(8, 0), card=1)))
    assert measure.room_for_eni(config, other, other.store(1))  # no trunk slot on card 1


# -- R72-R78: one update -------------------------------------------------------------------------


def test_R72_low_grows_and_does_not_release() -> None:
    scene = scene_with(plain(1, 3, 3), env=warm(ip=2))
    decision = scene.tick()[0]
    assert decision.low
    assert scene.count(AssignPrivateIpAddresses) == 1
    assert scene.count(UnassignPrivateIpAddresses) == 0
    assert scene.mind.last_pool_action == NOW
    assert scene.mind.last_decrease is None


def test_R72_R143_too_high_releases_and_sets_both_clocks() -> None:
    scene = scene_with(plain(1, 9, 3), env=warm(ip=2))
    decision = scene.tick()[0]
    assert decision.high
    assert scene.totals().total == 5
    assert scene.mind.last_decrease == NOW
    assert scene.mind.last_pool_action == NOW


@pytest.mark.parametrize(("age", "released"), [(30_000, False), (30_001, True)])
def test_R72_R75_the_next_release_waits_for_more_than_thirty_seconds(
    age: int, released: bool
) -> None:
    scene = scene_with(plain(1, 9, 3), env=warm(ip=2))
    scene.mind = evolve(scene.mind, last_decrease=NOW - age)
    scene.tick()
    assert (scene.count(UnassignPrivateIpAddresses) == 1) is released
    assert (scene.mind.last_decrease == NOW) is released
    assert (scene.mind.last_pool_action == NOW) is released


def test_R75_the_effective_period_is_thirty_five_seconds() -> None:
    scene = scene_with(plain(1, 9, 3), env=warm(ip=2), now=0)
    times = []
    for number in range(30):
        scene.forget()
        scene.others_add("eni-1", single(500 + number))
        eni = scene.eni()
        scene.mind = evolve(
            scene.mind,
            stores=(make_store(evolve(eni, cidrs=(*eni.cidrs, cidr(single(500 + number))))),),
        )
        scene.loop_pass()
        if scene.count(UnassignPrivateIpAddresses):
            times.append(scene.now - 2_500)
    assert times == [2_500, 37_500, 72_500, 107_500, 142_500]


def test_R72_failed_growth_moves_no_clock() -> None:
    scene = scene_with(plain(1, 9, 9), env=warm(ip=2))
    scene.fault("CreateNetworkInterface", Code.THROTTLED)
    scene.tick()
    assert scene.mind.last_pool_action is None


def test_R74_growth_and_eni_deletion_in_one_tick() -> None:
    # Wi = 1 is not met, and an empty old ENI is not needed for it.
    config = make_config(warm(ip=1), addresses=4)
    store = make_store(plain(1, 2, 2), make_eni("eni-2"))
    scene = placed(config, make_node(store), NOW)
    scene.tick()
    assert scene.count(AssignPrivateIpAddresses) == 1
    assert scene.requests(FreeENI) == [FreeENI("eni-2")]


def test_R77_one_eni_at_most_is_created_and_one_deleted() -> None:
    scene = scene_with(*(plain(n, 9) for n in (1, 2, 3)))
    scene.tick()
    assert scene.count(FreeENI) == 1
    scene = placed(make_config(warm(eni=3), addresses=4), make_node(make_store(plain(1, 3))), NOW)
    scene.tick()
    assert scene.count(AllocENI) == 1


def test_R73_R76_R185_a_fruitless_release_sets_the_clocks_too() -> None:
    # Card 0 is over by the snapshot; while card 1 grows, pods take what was spare.
    first, second = make_store(plain(1, 3, 1)), make_store(plain(5, 0), card=1)
    scene = two_cards(first, second, warm(ip=1))
    scene.prefer("R191", lambda cards: cards[-1])
    scene.during(NodeCordoned, lambda: scene.add_many(2))
    decisions = scene.tick()
    assert [(each.high, each.low) for each in decisions] == [(True, False), (False, True)]
    assert (scene.totals().total, scene.totals().assigned) == (3, 3)
    assert scene.count(UnassignPrivateIpAddresses) == 0
    assert scene.mind.last_decrease == NOW
    assert scene.mind.last_pool_action == NOW


def test_R52_R78_without_provisioning_there_is_no_update() -> None:
    scene = scene_with(plain(1, 3, 3), env=NO_PROVISIONING)
    before = scene.mind
    assert scene.tick() == ()
    assert scene.calls() == []
    assert scene.mind == before


def test_R48_R72_a_missing_trunk_is_announced_in_every_tick() -> None:
    scene = scene_with(plain(1, 9), env=POD_ENI)
    scene.tick()
    scene.tick()
    assert scene.count(AnnounceTrunk) == 2
    scene = scene_with(plain(1, 9), evolve(plain(2, 0), trunk=True), env=POD_ENI)
    scene.tick()
    assert scene.count(AnnounceTrunk) == 0


# -- several cards -------------------------------------------------------------------------------


def two_cards(first: Store, second: Store, env: Env) -> Scene:
    return placed(make_config(env), make_node(first, second), NOW)


def test_R73_R191_cards_are_judged_on_one_snapshot_in_any_order() -> None:
    first = make_store(plain(1, 3, 3))
    second = make_store(plain(5, 1, 1), card=1)
    scene = two_cards(first, second, warm(ip=1))
    scene.prefer("R191", lambda cards: cards[-1])
    decisions = scene.tick()
    assert [(each.card, each.low) for each in decisions] == [(0, True), (1, True)]
    assert scene.choices("R191") == [(0, 1)]
    assert [request.eni for request in scene.requests(AssignPrivateIpAddresses)] == [
        "eni-5",
        "eni-1",
    ]


def test_R75_N24_a_release_on_one_card_blocks_the_others() -> None:
    first = make_store(plain(1, 9))
    second = make_store(plain(5, 9), card=1)
    scene = two_cards(first, second, warm(ip=2))
    scene.tick()
    assert scene.count(UnassignPrivateIpAddresses) == 2  # in one tick both may
    assert [len(store.enis[0].cidrs) for store in scene.mind.stores] == [2, 1]
    grown = make_store(plain(5, 4), card=1)
    scene.mind = evolve(scene.mind, stores=(scene.store(0), grown))
    scene.advance(30 * SECOND)
    scene.forget()
    scene.tick()
    assert scene.count(UnassignPrivateIpAddresses) == 0
    scene.advance(1)
    scene.tick()
    assert scene.count(UnassignPrivateIpAddresses) == 1


def test_R94_R95_N13_an_idle_card_in_prefix_mode_releases_its_only_prefix() -> None:
    first = make_store(make_eni("eni-1", cidr(prefix(0))), prefix_mode=True)
    second = make_store(make_eni("eni-5", cidr(prefix(1))), card=1, prefix_mode=True)
    scene = two_cards(first, second, PREFIXES | warm(prefix=1))
    scene.tick()
    assert scene.store(1).enis[0].cidrs == ()
    assert scene.tick()[1].low
    assert len(scene.store(1).enis[0].cidrs) == 1
