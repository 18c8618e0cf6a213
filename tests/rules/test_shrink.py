"""Shrinking: which ENI may go, and how it is freed (R134-R136, R177, R178)."""

from collections.abc import Iterable

import pytest
from attrs import evolve

from ipam_model.config import Config
from ipam_model.daemon import measure
from ipam_model.daemon.procedure import Choice
from ipam_model.requests import Code, Failed, FreeENI
from ipam_model.state import Eni
from tests.rules.scenes import (
    PREFIXES,
    SECOND,
    cidr,
    make_config,
    make_eni,
    make_store,
    prefix,
    single,
    warm,
)
from tests.rules.shrink_scenes import COOLDOWN, NOW, free_eni, plain, scene_with


def deletable(config: Config, *enis: Eni, card: int = 0) -> list[str]:
    store = make_store(*enis, card=card, prefix_mode=config.prefix_mode)
    return list(measure.deletable_enis(config, store, NOW))


# -- R136: which ENI may go ----------------------------------------------------------------------


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
