"""What holds of every state: index, counters, canonical order, immutability, equality and hash."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from itertools import pairwise
from typing import TypeVar

import attrs
import pytest
from attrs import evolve
from hypothesis import event, given
from hypothesis import strategies as st

from ipam_model.config import ALL_QUIRKS, Quirk
from ipam_model.daemon import datastore
from ipam_model.daemon.pods import AssignableSpots
from ipam_model.state import (
    AddressRecord,
    Cidr,
    Eni,
    Holding,
    Network,
    Node,
    Pod,
    PodKey,
    Store,
    totals,
)
from ipam_model.testing.events import Advance, Arrive, Event, Leave, Loop, Reconcile, Restart
from ipam_model.testing.happenings import event_lists
from ipam_model.testing.nodes import configs
from ipam_model.testing.stories import directed, stories
from ipam_model.testing.story import Story
from ipam_model.testing.telling import Teller
from ipam_model.world import World
from tests.properties.refutation import assert_refuted
from tests.test_tallies import written_out

Ordered = TypeVar("Ordered", int, str, Network)

DRIFTING = frozenset({Quirk.DOUBLE_DECREMENT, Quirk.CLEANUP_DRIFT})
LAGS = (0, 0, 60_000)


# -- what is checked -----------------------------------------------------------------------------


def check_index(store: Store) -> None:
    """`holdings` is what the records say."""
    assert dict(store.holdings) == datastore.index(store.enis)


def check_counters(store: Store) -> None:
    """Counters and statistics are sums (R21, R26, R28, R30)."""
    cidrs = [cidr for eni in store.enis for cidr in eni.cidrs]
    relevant = [
        cidr
        for eni in store.enis
        for cidr in eni.cidrs
        if not eni.excluded and (cidr.network.size != 1) == store.prefix_mode
    ]
    assert store.counter_total() == sum(c.network.size for c in cidrs) + store.total_drift
    assert store.counter_prefixes() == sum(c.is_prefix for c in cidrs) + store.prefix_drift
    stats = totals(store)
    held = [[r for r in c.records if r.pod is not None] for c in relevant]
    assert stats.total == sum(c.network.size for c in relevant)
    assert stats.assigned == sum(len(records) for records in held)
    assert stats.allocated_prefixes == store.counter_prefixes()
    assert stats.free_prefixes == sum(
        c.is_prefix and all(r.pod is None for r in c.records) for c in cidrs
    )


def check_tallies(store: Store) -> None:
    """What is remembered of the CIDRs is what the records say, whenever it was first asked."""
    for eni in store.enis:
        held = {
            cidr.network: sum(record.pod is not None for record in cidr.records)
            for cidr in eni.cidrs
        }
        sums = eni.tally()
        for prefix_mode in (False, True):
            cidrs = [cidr for cidr in eni.cidrs if cidr.is_prefix == prefix_mode]
            pods = sum(held[cidr.network] for cidr in cidrs)
            assert sums.addresses(prefix_mode=prefix_mode) == sum(c.network.size for c in cidrs)
            assert sums.pods(prefix_mode=prefix_mode) == pods
        assert sums.unused() == list(held.values()).count(0)
        assert eni.open_cidrs() == tuple(c for c in eni.cidrs if c.is_prefix or not held[c.network])
    assert store.tallies() == (
        written_out([eni for eni in store.enis if not eni.excluded]),
        written_out([eni for eni in store.enis if eni.excluded]),
    )


def check_spots(store: Store, now: int, cooldown: int) -> None:
    """Nothing is spared that could be assigned (R112)."""
    assert [
        (spot.eni, spot.cidr, spot.address) for spot in AssignableSpots(store, now, cooldown)
    ] == [
        (eni, cidr, address)
        for eni, cidr in store.cidrs()
        if not eni.excluded and store.relevant(cidr)
        for address in datastore.assignable(cidr, now, cooldown)
    ]


def check_order(node: Node) -> None:
    """Canonical order, and no duplicates."""
    assert_ascending([store.card for store in node.stores])
    assert_ascending([network for network, _ in node.released])
    assert_ascending([card for card, _ in node.unmanaged_counts])
    assert all(count > 0 for _, count in node.unmanaged_counts)
    for store in node.stores:
        assert_ascending([eni.id for eni in store.enis])
        for eni in store.enis:
            assert_ascending([cidr.network for cidr in eni.cidrs])
            for cidr in eni.cidrs:
                assert cidr.is_prefix == (cidr.network.size != 1)
                assert_ascending([record.address for record in cidr.records])
                assert all(record.address in cidr.network for record in cidr.records)


def assert_ascending(items: Sequence[Ordered]) -> None:
    assert all(one < other for one, other in pairwise(items)), f"out of order: {items}"


ATOMS = (int, str, bool, type(None), Enum)


def mutable_parts(value: object, place: str = "world") -> Iterator[str]:
    """Where something can be changed in place; the index is the one exception, by promise."""
    kind = type(value)
    if isinstance(value, ATOMS) or kind is object:  # a bare object has nothing that could change
        return
    if isinstance(value, tuple | frozenset):
        for each in value:
            yield from mutable_parts(each, place)
    elif attrs.has(kind):
        if hasattr(value, "__dict__"):
            yield f"{place}: {kind.__name__} has a __dict__"
        if kind.__setattr__ is object.__setattr__:
            yield f"{place}: {kind.__name__} is not frozen"
        for field in attrs.fields(kind):
            if not (kind is Store and field.name == "holdings"):
                yield from mutable_parts(getattr(value, field.name), f"{place}.{field.name}")
    else:
        yield f"{place}: {kind.__name__}"


def rebuilt(node: Node) -> Node:
    """An equal node that shares no record with the original, and has no index."""
    return evolve(node, stores=tuple(rebuilt_store(store) for store in node.stores))


def rebuilt_store(store: Store) -> Store:
    enis = tuple(rebuilt_eni(eni) for eni in store.enis)
    return Store(store.card, store.prefix_mode, enis, store.total_drift, store.prefix_drift)


def rebuilt_eni(eni: Eni) -> Eni:
    return evolve(eni, cidrs=tuple(rebuilt_cidr(cidr) for cidr in eni.cidrs))


def rebuilt_cidr(cidr: Cidr) -> Cidr:
    records = tuple(AddressRecord(r.address, r.pod, r.since) for r in cidr.records)
    return Cidr(Network(*cidr.network), cidr.is_prefix, records)


def check_equality(node: Node) -> None:
    """Equal parts make equal nodes with equal hashes; the derived index plays no role."""
    copy = rebuilt(node)
    assert copy == node
    assert hash(copy) == hash(node)
    assert node != evolve(node, max_pods=node.max_pods + 1)
    for store in node.stores:
        other = datastore.put_store(node, evolve(store, total_drift=store.total_drift + 1))
        assert other != node


def check_drift(before: Node, after: Node, what: Event) -> None:
    """Only forced removal (R24) and delayed clean-up (R25) move the drift; a start ends it."""
    old, new = before.stores[0], after.stores[0]
    if isinstance(what, Restart):
        assert (new.total_drift, new.prefix_drift) == (0, 0)
        return
    total = prefixes = 0
    if isinstance(what, Reconcile):
        kept = {eni.id for eni in new.enis}
        lost = [eni for eni in old.enis if eni.id not in kept and eni.has_pods()]
        total -= sum(c.network.size for eni in lost for c in eni.cidrs)
        prefixes -= sum(c.is_prefix for eni in lost for c in eni.cidrs)
    elif isinstance(what, Advance):
        left = {(eni.id, cidr.network) for eni, cidr in new.cidrs()}
        gone = [cidr for eni, cidr in old.cidrs() if (eni.id, cidr.network) not in left]
        total += sum(c.network.size for c in gone)
        prefixes += sum(c.is_prefix for c in gone)
    assert (new.total_drift - old.total_drift, new.prefix_drift - old.prefix_drift) == (
        total,
        prefixes,
    )
    if total:
        event("drift down" if total < 0 else "drift up")


def check_state(world: World) -> None:
    """Everything that holds of a state."""
    node = world.node
    if node is None:
        return
    check_order(node)
    check_equality(node)
    assert list(mutable_parts(world)) == []
    for store in node.stores:
        check_index(store)
        check_tallies(store)
        check_spots(store, world.now, world.config.cooldown)
        check_counters(store)


def tell(story: Story, look: Callable[[Node | None, Event | None, Teller], None]) -> Teller:
    """Run a story and look after every event."""
    teller = Teller(story.world(), story.choices)
    teller.start()
    look(None, None, teller)
    for each in story.events:
        for step in each.parts() if isinstance(each, Loop) else (each,):
            before = teller.node
            teller.happen(step)
            look(before, step, teller)
    return teller


# -- properties ----------------------------------------------------------------------------------


def check_sound(story: Story) -> None:
    def look(before: Node | None, what: Event | None, teller: Teller) -> None:
        if not isinstance(what, Advance):
            check_state(teller.world)
        if before is not None and what is not None and teller.node is not None:
            check_drift(before, teller.node, what)

    tell(story, look)


@given(stories(events=event_lists(most=12), lags=LAGS))
def test_R26_states_are_sound_after_every_event(story: Story) -> None:
    check_sound(story)


@given(stories(config=configs(quirks=(ALL_QUIRKS - DRIFTING,)), lags=LAGS))
def test_I13_without_R24_and_R25_the_counters_are_sums(story: Story) -> None:
    def look(_before: Node | None, _what: Event | None, teller: Teller) -> None:
        for store in () if teller.node is None else teller.node.stores:
            assert (store.total_drift, store.prefix_drift) == (0, 0)

    tell(story, look)


def check_unchanged(story: Story) -> None:
    """Nothing that was once a state is changed by what comes later."""
    seen: list[tuple[Node, int, list[dict[PodKey, Holding]]]] = []

    def look(_before: Node | None, _what: Event | None, teller: Teller) -> None:
        node = teller.node
        if node is not None:
            seen.append((node, hash(node), [dict(store.holdings) for store in node.stores]))

    tell(story, look)
    for node, value, indices in seen:
        assert hash(node) == value
        assert [dict(store.holdings) for store in node.stores] == indices


@given(stories())
def test_R71_earlier_states_are_never_changed(story: Story) -> None:
    check_unchanged(story)


@given(stories(lags=LAGS))
def test_worlds_can_be_taken_up_anywhere(story: Story) -> None:
    """Cutting a story in two at any event and going on from the value changes nothing."""
    whole = Teller(story.world(), story.choices)
    whole.start()
    world, left = whole.world, list(whole.choices)
    for each in story.events:
        whole.happen(each)
        part = Teller(world)
        part.choices = left
        part.happen(each)
        world, left = part.world, part.choices
        assert world == whole.world
        assert hash(world) == hash(whole.world)


# -- the properties can fail ---------------------------------------------------------------------


def stale_index(store: Store, holding: Holding, now: int) -> Store:
    return evolve(ORIGINAL_UNASSIGN(store, holding, now), holdings=store.holdings)


def unsorted_insert(store: Store, eni_id: str, network: Network, *, prefix: bool) -> Store:
    eni = store.eni(eni_id)
    if eni is None or eni.find(network) is not None:
        return store
    return datastore.put_eni(store, eni.with_cidrs((Cidr(network, prefix), *eni.cidrs)))


def grown_in_place(
    store: Store, eni: Eni, cidr: Cidr, address: int, pod: Pod, now: int, cooldown: int
) -> Store:
    after = ORIGINAL_ASSIGN(store, eni, cidr, address, pod, now, cooldown)
    assert isinstance(store.holdings, dict)
    store.holdings.update(after.holdings)
    return after


ORIGINAL_UNASSIGN = datastore.unassign
ORIGINAL_ASSIGN = datastore.assign

WRONG: list[tuple[str, Callable[..., object], Callable[[Story], None]]] = [
    ("unassign", stale_index, check_sound),
    ("add_cidr", unsorted_insert, check_sound),
    ("assign", grown_in_place, check_unchanged),
]


@pytest.mark.parametrize(("name", "wrong", "check"), WRONG, ids=[name for name, _, _ in WRONG])
def test_a_wrong_store_is_caught(
    name: str,
    wrong: Callable[..., object],
    check: Callable[[Story], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(datastore, name, wrong)
    assert_refuted(check, stories())


def test_a_tally_that_outlives_its_record_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    original = Eni.with_cidrs

    def stale(eni: Eni, cidrs: tuple[Cidr, ...]) -> Eni:
        after = original(eni, cidrs)
        object.__setattr__(after, "_counted", (eni.tally(), eni.open_cidrs()))
        return after

    monkeypatch.setattr(Eni, "with_cidrs", stale)
    assert_refuted(check_sound, stories())


def test_sums_that_outlive_their_enis_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    original = Store.with_enis

    def stale(store: Store, enis: tuple[Eni, ...], holdings: Mapping[PodKey, Holding]) -> Store:
        after = original(store, enis, holdings)
        object.__setattr__(after, "_summed", (enis, *store.tallies()))
        return after

    monkeypatch.setattr(Store, "with_enis", stale)
    assert_refuted(check_sound, stories())


def test_a_drift_of_another_rule_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def removed_twice(store: Store, eni_id: str) -> Store:
        return evolve(ORIGINAL_REMOVE(store, eni_id), total_drift=store.total_drift - 1)

    monkeypatch.setattr(datastore, "remove_eni", removed_twice)
    turns = directed(
        st.builds(Arrive, st.integers(1, 12)),
        st.builds(Leave, st.integers(1, 12)),
        st.builds(Loop, st.sampled_from([2, 14])),
        config=configs(special=False),
    )
    assert_refuted(check_sound, turns)


ORIGINAL_REMOVE = datastore.remove_eni


def test_mutable_parts_are_found() -> None:
    @attrs.define
    class Loose:
        items: list[int]

    found = list(mutable_parts((Loose([1]),)))
    assert found == ["world: Loose is not frozen", "world.items: list"]


def test_a_mapping_other_than_the_index_counts_as_mutable() -> None:
    plain: Mapping[int, int] = {}
    assert list(mutable_parts((plain,))) == ["world: dict"]
    assert list(mutable_parts(Store(0, False))) == []
