"""The canonical key: the same future has the same key, a different one another."""

from collections.abc import Callable, Hashable

import pytest
from attrs import evolve

from ipam_model.canonical import canonical
from ipam_model.state import Cidr, Cleanup, Eni, Network, Node, Store
from tests.rules.scenes import (
    SECOND,
    cidr,
    make_config,
    make_eni,
    make_node,
    make_store,
    pod,
    prefix,
    single,
)

NOW = 1_000_000
CONFIG = make_config()


def key_of(node: Node, now: int = NOW) -> Hashable:
    return canonical(node, now, CONFIG)


def node_with(*cidrs: Cidr) -> Node:
    return make_node(make_store(make_eni("eni-1"), make_eni("eni-2", *cidrs)))


# -- clocks become ages, saturated on the far side of their threshold ----------------------------


@pytest.mark.parametrize(
    ("clock", "last"),
    [
        (lambda at: evolve(make_node(), last_pool_action=at), 60_000),
        (lambda at: evolve(make_node(), last_decrease=at), 30_000),
        (lambda at: evolve(make_node(), last_insufficient=at), 120_000),
    ],
    ids=["pool action", "decrease", "insufficient"],
)
def test_a_clock_counts_up_to_its_threshold(clock: Callable[[int], Node], last: int) -> None:
    def aged(age: int) -> Hashable:
        return key_of(clock(NOW - age))

    assert aged(last) != aged(last - 1)
    assert aged(last) != aged(last + 1)  # the threshold reads them differently
    assert aged(last + 1) == aged(last + 2) == aged(10**9)
    assert aged(last + 1) == key_of(make_node())  # never set is long ago


def test_an_eni_is_old_from_sixty_seconds_on() -> None:
    def aged(age: int) -> Hashable:
        return key_of(make_node(make_store(make_eni("eni-1", created=NOW - age))))

    assert aged(59_999) != aged(60_000)
    assert aged(60_000) == aged(60_001) == aged(10**9)


@pytest.mark.parametrize("kind", ["single", "prefix"])
def test_an_address_cools_up_to_the_period_inclusive(kind: str) -> None:
    def aged(age: int) -> Hashable:
        idle = {0: NOW - age}
        return key_of(node_with(cidr(single(1) if kind == "single" else prefix(1), idle=idle)))

    assert aged(29_999) != aged(30_000)
    assert aged(30_000) != aged(30_001)
    assert aged(30_001) == aged(10**9)


def test_the_cooldown_of_the_config_is_what_counts() -> None:
    node = node_with(cidr(single(1), idle=NOW - 40 * SECOND))
    longer = make_config({"IP_COOLDOWN_PERIOD": "60"})
    younger = node_with(cidr(single(1), idle=NOW - 39 * SECOND))
    assert canonical(node, NOW, longer) != canonical(younger, NOW, longer)
    assert canonical(node, NOW, CONFIG) == canonical(younger, NOW, CONFIG)


def test_when_an_address_was_assigned_does_not_matter() -> None:
    held = cidr(single(1), "p1")
    later = evolve(held, records=(evolve(held.records[0], since=77),))
    assert key_of(node_with(held)) == key_of(node_with(later))


def test_a_remembered_release_counts_down_to_its_expiry() -> None:
    def left(milliseconds: int) -> Hashable:
        return key_of(evolve(make_node(), released=((single(9), NOW + milliseconds),)))

    assert left(2) != left(1)
    assert left(1) != left(0)
    assert left(0) == left(-1) == left(-(10**9))
    assert left(0) != key_of(make_node())  # an expired entry is still known


def test_shifting_every_instant_changes_nothing() -> None:
    store = make_store(make_eni("eni-1", cidr(single(1), idle=NOW - 5), created=NOW - 9))
    node = Node(
        stores=(store,),
        max_pods=110,
        last_pool_action=NOW - 1,
        last_decrease=NOW - 2,
        last_insufficient=NOW - 3,
        released=((single(1), NOW + 4),),
        cleanups=(Cleanup(NOW + 5, 0, "eni-1", single(1)),),
    )
    shifted_store = make_store(make_eni("eni-1", cidr(single(1), idle=NOW + 2), created=NOW - 2))
    shifted = Node(
        stores=(shifted_store,),
        max_pods=110,
        last_pool_action=NOW + 6,
        last_decrease=NOW + 5,
        last_insufficient=NOW + 4,
        released=((single(1), NOW + 11),),
        cleanups=(Cleanup(NOW + 12, 0, "eni-1", single(1)),),
    )
    assert key_of(node) == key_of(shifted, NOW + 7)
    assert key_of(node) != key_of(shifted, NOW + 8)


# -- names ---------------------------------------------------------------------------------------


def test_names_of_enis_addresses_and_pods_do_not_matter() -> None:
    one = make_store(
        make_eni("eni-1", cidr(single(1), "p1"), cidr(prefix(0), {3: "p2"}, {4: NOW - 7})),
        make_eni("eni-2", cidr(single(2), idle=NOW - 8)),
    )
    primary = evolve(
        make_eni("eni-1", cidr(single(40), "x"), cidr(prefix(9), {3: "y"}, {4: NOW - 7})),
        id="eni-0f",
        primary_address=3,
    )
    other = evolve(make_eni("eni-2", cidr(single(4), idle=NOW - 8)), id="eni-0a", primary_address=4)
    two = make_store(other, primary)
    assert key_of(make_node(one)) == key_of(make_node(two))


def test_the_order_of_cidrs_does_not_matter() -> None:
    one = node_with(cidr(single(1), "p1"), cidr(single(2)))
    two = node_with(cidr(single(1)), cidr(single(2), "p1"))
    assert key_of(one) == key_of(two)


def test_a_name_shared_by_two_places_does_matter() -> None:
    """One address on two ENIs, or one sandbox on two cards, is not two of them."""

    def spread(second: Network) -> Node:
        enis = make_eni("eni-1", cidr(single(1))), make_eni("eni-2", cidr(second))
        return make_node(make_store(*enis))

    assert key_of(spread(single(1))) != key_of(spread(single(2)))

    def on_two_cards(second: str) -> Node:
        first = make_store(make_eni("eni-1", cidr(single(1), "p1")))
        return make_node(first, make_store(make_eni("eni-5", cidr(single(5), second)), card=1))

    assert key_of(on_two_cards("p1")) != key_of(on_two_cards("p2"))


# -- near misses ---------------------------------------------------------------------------------


BASE = node_with(cidr(single(1), "p1"), cidr(prefix(0), {3: "p2"}))


def changed_store(*, card: int = 0, total_drift: int = 0, prefix_drift: int = 0) -> Node:
    store = evolve(BASE.stores[0], card=card, total_drift=total_drift, prefix_drift=prefix_drift)
    return evolve(BASE, stores=(store,))


def changed_eni(eni: Eni) -> Node:
    return make_node(make_store(BASE.stores[0].enis[0], eni))


SECOND_ENI = BASE.stores[0].enis[1]
INTERFACES = evolve(
    SECOND_ENI.cidrs[0],
    records=(evolve(SECOND_ENI.cidrs[0].records[0], pod=pod("p1", interfaces=2)),),
)
UNNAMED = evolve(
    SECOND_ENI.cidrs[0],
    records=(evolve(SECOND_ENI.cidrs[0].records[0], pod=pod("p1", named=False)),),
)
NEAR_MISSES: dict[str, Node] = {
    "max pods": evolve(BASE, max_pods=111),
    "terminating": evolve(BASE, terminating=True),
    "unmanaged ENI of the store": evolve(BASE, unmanaged=frozenset({"eni-2"})),
    "unmanaged ENI elsewhere": evolve(BASE, unmanaged=frozenset({"eni-9"})),
    "unmanaged count": evolve(BASE, unmanaged_counts=((0, 1),)),
    "total drift": changed_store(total_drift=1),
    "prefix drift": changed_store(prefix_drift=1),
    "card": changed_store(card=1),
    "mode": evolve(BASE, stores=(evolve(BASE.stores[0], prefix_mode=True),)),
    "trunk": changed_eni(evolve(SECOND_ENI, trunk=True)),
    "EFA": changed_eni(evolve(SECOND_ENI, efa=True)),
    "excluded": changed_eni(evolve(SECOND_ENI, excluded=True)),
    "primary": changed_eni(evolve(SECOND_ENI, primary=True)),
    "device": changed_eni(evolve(SECOND_ENI, device=7)),
    "no ENI": make_node(make_store(BASE.stores[0].enis[0])),
    "offset in the prefix": node_with(cidr(single(1), "p1"), cidr(prefix(0), {4: "p2"})),
    "unassigned": node_with(cidr(single(1)), cidr(prefix(0), {3: "p2"})),
    "block size": node_with(cidr(single(1), "p1"), cidr(Network(prefix(0).address, 8), {3: "p2"})),
    "one more CIDR": node_with(cidr(single(1), "p1"), cidr(single(2)), cidr(prefix(0), {3: "p2"})),
    "interfaces": changed_eni(evolve(SECOND_ENI, cidrs=(INTERFACES, SECOND_ENI.cidrs[1]))),
    "name known": changed_eni(evolve(SECOND_ENI, cidrs=(UNNAMED, SECOND_ENI.cidrs[1]))),
    "released in the store": evolve(BASE, released=((single(1), NOW + 5),)),
    "released elsewhere": evolve(BASE, released=((single(9), NOW + 5),)),
    "clean-up": evolve(BASE, cleanups=(Cleanup(NOW + 5, 0, "eni-2", single(1)),)),
    "clean-up of another CIDR": evolve(BASE, cleanups=(Cleanup(NOW + 5, 0, "eni-2", prefix(0)),)),
    "clean-up at another time": evolve(BASE, cleanups=(Cleanup(NOW + 6, 0, "eni-2", single(1)),)),
    "two clean-ups": evolve(BASE, cleanups=(Cleanup(NOW + 5, 0, "eni-2", single(1)),) * 2),
}


@pytest.mark.parametrize("what", list(NEAR_MISSES))
def test_every_part_of_the_memory_is_in_the_key(what: str) -> None:
    assert key_of(NEAR_MISSES[what]) != key_of(BASE)


def test_near_misses_differ_from_each_other_too() -> None:
    keys = [key_of(node) for node in NEAR_MISSES.values()]
    assert len(set(keys)) == len(keys)


def test_keys_are_hashable_and_stores_are_kept_apart() -> None:
    two: tuple[Store, ...] = (make_store(make_eni("eni-1")), make_store(make_eni("eni-5"), card=1))
    assert hash(key_of(make_node(*two))) == hash(key_of(make_node(*two)))
    assert key_of(make_node(*two)) != key_of(make_node(two[0]))
