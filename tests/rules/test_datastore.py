"""The records and operations of one data store (R11-R32, R113)."""

from collections import Counter
from contextlib import nullcontext
from types import FunctionType
from typing import cast

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ipam_model.config import Quirk
from ipam_model.daemon import datastore
from ipam_model.daemon.pods import AssignableSpots
from ipam_model.rules import timing
from ipam_model.state import (
    IPV4_END,
    IPV6_BLOCK,
    AddressRecord,
    Cidr,
    Network,
    Store,
    totals,
)
from ipam_model.wrong_models import WRONG_MODELS, wrong
from ipam_model.wrong_models.replacing import Replacing
from tests.rules.scenes import (
    IPV6,
    PREFIXES,
    SECOND,
    address,
    cidr,
    key,
    make_config,
    make_eni,
    make_node,
    make_store,
    pod,
    prefix,
    single,
)

COOLDOWN = 30 * SECOND


LATER = 10 * COOLDOWN


def assignable(of: Cidr, now: int = 0) -> tuple[int, ...]:
    return datastore.assignable(of, now, COOLDOWN)


# -- ENIs and CIDRs ------------------------------------------------------------------------------


def test_R11_an_eni_enters_with_the_flags_of_its_first_insertion() -> None:
    first = make_eni("eni-2", cidr(single(1)), created=7, trunk=True)
    store = datastore.add_eni(make_store(make_eni("eni-1"), make_eni("eni-3")), first)
    assert [eni.id for eni in store.enis] == ["eni-1", "eni-2", "eni-3"]
    again = datastore.add_eni(store, make_eni("eni-2", created=99, efa=True))
    assert again == store
    assert again.eni("eni-2") == first


def test_R15_R22_a_new_cidr_has_no_address_records_and_counts_by_its_size() -> None:
    store = make_store(make_eni("eni-1", cidr(single(5))))
    store = datastore.add_cidr(store, "eni-1", single(1), prefix=False)
    store = datastore.add_cidr(store, "eni-1", prefix(0), prefix=True)
    eni = store.enis[0]
    assert [each.network for each in eni.cidrs] == [single(1), single(5), prefix(0)]
    assert [each.records for each in eni.cidrs] == [(), (), ()]
    assert store.counter_total() == 18
    assert store.counter_prefixes() == 1


def test_R22_a_known_cidr_or_an_unknown_eni_changes_nothing() -> None:
    store = make_store(make_eni("eni-1", cidr(single(1), "p1")))
    assert datastore.add_cidr(store, "eni-1", single(1), prefix=False) is store
    assert datastore.add_cidr(store, "eni-9", single(2), prefix=False) is store


def test_R22_the_same_cidr_may_stand_on_two_enis() -> None:
    store = make_store(make_eni("eni-1", cidr(single(1))), make_eni("eni-2"))
    store = datastore.add_cidr(store, "eni-2", single(1), prefix=False)
    assert [len(eni.cidrs) for eni in store.enis] == [1, 1]
    assert store.counter_total() == 2


def test_R23_an_unforced_deletion_fails_on_a_cidr_in_use() -> None:
    store = make_store(make_eni("eni-1", cidr(prefix(0), {3: "p1"}, {4: 0})))
    assert datastore.delete_cidr(store, "eni-1", prefix(0), force=False) is None


@pytest.mark.parametrize("force", [False, True])
def test_R23_unknown_eni_or_cidr_cannot_be_deleted(force: bool) -> None:
    store = make_store(make_eni("eni-1", cidr(single(1))))
    assert datastore.delete_cidr(store, "eni-9", single(1), force=force) is None
    assert datastore.delete_cidr(store, "eni-1", single(2), force=force) is None


def test_R23_cooling_addresses_do_not_block_a_deletion() -> None:
    store = make_store(make_eni("eni-1", cidr(single(1), idle=0), cidr(single(2))))
    left = datastore.delete_cidr(store, "eni-1", single(1), force=False)
    assert left == make_store(make_eni("eni-1", cidr(single(2))))


def test_R23_a_forced_deletion_takes_the_pods_along() -> None:
    store = make_store(
        make_eni("eni-1", cidr(prefix(0), {0: "p1", 5: "p2"}), cidr(single(1), "p3"))
    )
    left = datastore.delete_cidr(store, "eni-1", prefix(0), force=True)
    assert left is not None
    assert left == make_store(make_eni("eni-1", cidr(single(1), "p3")))
    assert set(left.holdings) == {key("p3")}
    assert left.counter_total() == 1
    assert left.counter_prefixes() == 0


# -- counters and statistics ---------------------------------------------------------------------


def mixed_store(*, prefix_mode: bool) -> Store:
    """Both kinds of CIDR on a primary, a trunk and an excluded ENI."""
    return make_store(
        make_eni("eni-1", cidr(single(1), "p1"), cidr(single(2), idle=0), cidr(prefix(0))),
        make_eni("eni-2", cidr(single(3)), cidr(prefix(1), {0: "p2"}, {1: 0}), trunk=True),
        make_eni("eni-3", cidr(single(4), "p3"), cidr(prefix(2)), excluded=True),
        prefix_mode=prefix_mode,
        total_drift=5,
        prefix_drift=-1,
    )


@pytest.mark.parametrize("prefix_mode", [False, True])
def test_R21_R26_counters_are_store_wide_sums_plus_drift(prefix_mode: bool) -> None:
    store = mixed_store(prefix_mode=prefix_mode)
    assert store.counter_total() == 4 + 3 * 16 + 5
    assert store.counter_prefixes() == 3 - 1


def test_R27_R28_R30_statistics_in_secondary_address_mode() -> None:
    store = mixed_store(prefix_mode=False)
    stats = totals(store)
    assert (stats.total, stats.assigned, stats.available) == (3, 1, 2)
    assert stats.allocated_prefixes == 2  # the raw counter
    assert stats.free_prefixes == 2  # of the primary, and of the excluded ENI
    assert store.cooldown_count(COOLDOWN, COOLDOWN) == 1
    assert store.cooldown_count(COOLDOWN + 1, COOLDOWN) == 0


def test_R27_R28_R30_statistics_in_prefix_mode() -> None:
    store = mixed_store(prefix_mode=True)
    stats = totals(store)
    assert (stats.total, stats.assigned, stats.available) == (32, 1, 31)
    assert stats.allocated_prefixes == 2
    assert stats.free_prefixes == 2
    assert store.cooldown_count(COOLDOWN, COOLDOWN) == 1


def test_R28_vector_TestGetIPStatsV4() -> None:
    def stats(*records: Cidr, now: int) -> tuple[int, int, int]:
        store = make_store(make_eni("eni-1", *records))
        found = totals(store)
        return found.total, found.assigned, store.cooldown_count(now, COOLDOWN)

    one, two = single(1), single(2)
    assert stats(cidr(one, "p1"), cidr(two, "p2"), now=0) == (2, 2, 0)
    assert stats(cidr(one, "p1"), cidr(two, idle=0), now=0) == (2, 1, 1)
    assert stats(cidr(one, "p1"), cidr(two, idle=0), now=COOLDOWN + 1) == (2, 1, 0)


def test_R28_vector_TestGetIPStatsV4_with_prefixes() -> None:
    def stats(of: Cidr, now: int) -> tuple[int, int, int, int]:
        store = make_store(make_eni("eni-1", of), prefix_mode=True)
        found = totals(store)
        cooling = store.cooldown_count(now, COOLDOWN)
        return found.total, found.allocated_prefixes, found.assigned, cooling

    assert stats(cidr(prefix(0), {0: "p1", 1: "p2"}), now=0) == (16, 1, 2, 0)
    assert stats(cidr(prefix(0), {0: "p1"}, {1: 0}), now=0) == (16, 1, 1, 1)
    assert stats(cidr(prefix(0), {0: "p1"}, {1: 0}), now=COOLDOWN + 1) == (16, 1, 1, 0)


def test_R31_an_eni_has_pods_on_cidrs_of_either_kind() -> None:
    assert make_eni("eni-1", cidr(single(1), "p1"), cidr(prefix(0))).has_pods()
    assert make_eni("eni-1", cidr(single(1)), cidr(prefix(0), {9: "p1"})).has_pods()
    assert not make_eni("eni-1", cidr(single(1), idle=0), cidr(prefix(0))).has_pods()


def test_R17_R32_an_eni_is_cooling_while_an_address_is() -> None:
    eni = make_eni("eni-1", cidr(single(1), idle=0), cidr(prefix(0), {1: "p1"}, {2: SECOND}))
    assert eni.cooling(COOLDOWN + SECOND, COOLDOWN)
    assert not eni.cooling(COOLDOWN + SECOND + 1, COOLDOWN)
    assert not make_eni("eni-1", cidr(prefix(0), {0: "p1"})).cooling(0, COOLDOWN)


def test_R18_a_cooldown_of_zero_still_covers_the_instant_of_release() -> None:
    freed = cidr(single(1), idle=1_000)
    assert freed.cooling(1_000, 0) == 1
    assert freed.cooling(1_001, 0) == 0
    assert datastore.assignable(freed, 1_000, 0) == ()
    assert datastore.assignable(freed, 1_001, 0) == (address(1),)


def test_R28_what_cools_on_an_excluded_eni_does_not_count() -> None:
    idle = make_eni("eni-2", cidr(single(2), idle=0), excluded=True)
    store = make_store(make_eni("eni-1", cidr(single(1), idle=0)), idle)
    assert store.cooldown_count(COOLDOWN, COOLDOWN) == 1


# -- R24 and R25: the counters drift -------------------------------------------------------------


def test_R24_forced_removal_of_an_eni_with_pods_subtracts_twice() -> None:
    four = [cidr(prefix(n)) for n in range(3)]
    lost = make_eni("eni-2", cidr(prefix(3), {0: "p1"}))
    store = make_store(make_eni("eni-1", *four), lost, prefix_mode=True)
    config = make_config(PREFIXES)
    left = datastore.remove_eni_by_force(config, store, lost)
    assert [eni.id for eni in left.enis] == ["eni-1"]
    assert left.holdings == {}
    assert left.counter_total() == 64 - 2 * 16
    assert totals(left).allocated_prefixes == 4 - 2
    # Regrown, the node stays one short for good: 3 instead of 4, 48 instead of 64.
    regrown = datastore.add_cidr(left, "eni-1", prefix(4), prefix=True)
    assert totals(regrown).allocated_prefixes == 3
    assert regrown.counter_total() == 48


def test_R24_without_pods_nothing_is_subtracted_twice() -> None:
    lost = make_eni("eni-2", cidr(prefix(3)), cidr(single(1), idle=0))
    store = make_store(make_eni("eni-1", cidr(prefix(0))), lost, prefix_mode=True)
    left = datastore.remove_eni_by_force(make_config(PREFIXES), store, lost)
    assert left.counter_total() == 16
    assert left.counter_prefixes() == 1


def test_R24_the_ordinary_removal_subtracts_once() -> None:
    store = make_store(make_eni("eni-1"), make_eni("eni-2", cidr(prefix(0)), cidr(single(1))))
    left = datastore.remove_eni(store, "eni-2")
    assert left == make_store(make_eni("eni-1"))


def test_R25_dropping_an_excluded_cidr_subtracts_nothing() -> None:
    emptied = cidr(single(1), idle=0)
    eni = make_eni("eni-1", emptied, cidr(single(2), "p2"), excluded=True)
    store = datastore.drop_excluded_cidr(make_config(), make_store(eni), eni, emptied)
    assert [each.network for each in store.enis[0].cidrs] == [single(2)]
    assert store.counter_total() == 2
    back = datastore.add_cidr(store, "eni-1", single(1), prefix=False)
    assert back.counter_total() == 3  # two addresses are there


def test_R25_a_prefix_drifts_both_counters() -> None:
    emptied = cidr(prefix(0))
    eni = make_eni("eni-1", emptied, excluded=True)
    store = datastore.drop_excluded_cidr(make_config(PREFIXES), make_store(eni), eni, emptied)
    assert store.counter_total() == 16
    assert store.counter_prefixes() == 1
    assert totals(store).allocated_prefixes == 1


def test_R24_R25_a_drift_adds_to_the_drift_there_is_and_changes_nothing_else() -> None:
    emptied = cidr(prefix(0))
    eni = make_eni("eni-2", emptied, excluded=True)
    before = make_store(
        make_eni("eni-1"), eni, card=2, prefix_mode=True, total_drift=5, prefix_drift=3
    )
    dropped = datastore.drop_excluded_cidr(make_config(PREFIXES), before, eni, emptied)
    assert (dropped.card, dropped.prefix_mode) == (2, True)
    assert (dropped.total_drift, dropped.prefix_drift) == (5 + 16, 3 + 1)
    removed = datastore.remove_eni_by_force(make_config(PREFIXES), before, eni)
    assert (removed.card, removed.prefix_mode) == (2, True)
    assert (removed.total_drift, removed.prefix_drift) == (5, 3)


def test_R24_ipv6_prefixes_of_a_removed_eni_with_pods_are_not_subtracted_once_nor_twice() -> None:
    block = Network(IPV4_END, IPV6_BLOCK)
    lost = make_eni("eni-2", Cidr(block, True, (AddressRecord(IPV4_END, pod("p1"), 0),)))
    store = make_store(make_eni("eni-1"), lost, prefix_mode=True)
    left = datastore.remove_eni_by_force(make_config(IPV6), store, lost)
    assert (left.total_drift, left.prefix_drift) == (IPV6_BLOCK, 1)
    assert left.counter_prefixes() == store.counter_prefixes() == 1


@pytest.mark.parametrize("quirk", [Quirk.DOUBLE_DECREMENT, Quirk.CLEANUP_DRIFT])
def test_R24_R25_without_the_quirk_counters_are_sums(quirk: Quirk) -> None:
    config = make_config(without=[quirk])
    eni = make_eni("eni-2", cidr(prefix(0), {0: "p1"}), cidr(prefix(1)), excluded=True)
    store = make_store(make_eni("eni-1", cidr(single(1))), eni)
    if quirk is Quirk.DOUBLE_DECREMENT:
        left = datastore.remove_eni_by_force(config, store, eni)
        assert (left.counter_total(), left.counter_prefixes()) == (1, 0)
    else:
        left = datastore.drop_excluded_cidr(config, store, eni, eni.cidrs[1])
        assert (left.counter_total(), left.counter_prefixes()) == (17, 1)
    assert (left.total_drift, left.prefix_drift) == (0, 0)


# -- R113: which address of a CIDR ---------------------------------------------------------------


def test_R113_N21_a_fresh_prefix_starts_with_its_network_address() -> None:
    assert assignable(cidr(prefix(0))) == (prefix(0).address,)
    assert assignable(cidr(single(1))) == (address(1),)


def test_R113_vector_TestPodIPv4AddressWithPDEnabled() -> None:
    eni = make_eni("eni-1", cidr(prefix(0)))
    store = make_store(eni, prefix_mode=True)
    for number in range(3):
        eni = store.enis[0]
        spots = assignable(eni.cidrs[0])
        assert spots == (prefix(0).address + number,)
        store = datastore.assign(store, eni, eni.cidrs[0], spots[0], pod(f"p{number}"), 0, COOLDOWN)
    assert [held.address - prefix(0).address for held in store.holdings.values()] == [0, 1, 2]


def test_R113_N21_the_last_address_of_a_prefix_is_used_too() -> None:
    full_but_one = cidr(prefix(0), {n: f"p{n}" for n in range(15)})
    assert assignable(full_but_one) == (prefix(0).address + 15,)
    assert assignable(cidr(prefix(0), {n: f"p{n}" for n in range(16)})) == ()


def test_R113_a_gap_is_filled_from_below() -> None:
    gap = cidr(prefix(0), {0: "p0", 1: "p1", 3: "p3"})
    assert assignable(gap) == (prefix(0).address + 2,)


def test_R113_expired_addresses_come_before_never_used_ones() -> None:
    recycled = cidr(prefix(0), {0: "p0"}, {4: 0, 7: 0, 8: 5 * SECOND})
    assert assignable(recycled, COOLDOWN + 1) == (prefix(0).address + 4, prefix(0).address + 7)


def test_R113_cooling_addresses_are_never_given_out() -> None:
    assert assignable(cidr(single(1), idle=0), COOLDOWN) == ()
    assert assignable(cidr(single(1), idle=0), COOLDOWN + 1) == (address(1),)
    cooling = cidr(prefix(0), {0: "p0"}, {1: 0})
    assert assignable(cooling, COOLDOWN) == (prefix(0).address + 2,)


def test_R113_a_full_prefix_of_held_and_cooling_addresses_gives_nothing() -> None:
    full = cidr(prefix(0, 4), {0: "p0", 2: "p2"}, {1: 0, 3: 0})
    assert assignable(full, COOLDOWN) == ()


_SINGLES = st.sampled_from([None, "held", 0, 5 * SECOND])
"""A single address: never used, held, or given back at an instant."""
_RECORDS = st.dictionaries(st.integers(0, 3), st.sampled_from(["held", 0, 5 * SECOND]))
"""The records of a prefix of four."""


@given(
    singles=st.lists(_SINGLES, max_size=4),
    prefixes=st.lists(_RECORDS, max_size=2),
    now=st.integers(0, 40 * SECOND),
    cooldown=st.sampled_from([0, 3 * SECOND, COOLDOWN]),
    prefix_mode=st.booleans(),
)
def test_R113_looking_only_where_something_may_come_from_overlooks_nothing(
    singles: list[str | int | None],
    prefixes: list[dict[int, str | int]],
    now: int,
    cooldown: int,
    prefix_mode: bool,
) -> None:
    cidrs = [
        cidr(single(n), state if isinstance(state, str) else None)
        if state is None or isinstance(state, str)
        else cidr(single(n), idle=state)
        for n, state in enumerate(singles)
    ]
    for n, records in enumerate(prefixes):
        held = {k: f"p{n}{k}" for k, v in records.items() if isinstance(v, str)}
        idle = {k: v for k, v in records.items() if isinstance(v, int)}
        cidrs.append(cidr(prefix(n, 4), held, idle))
    store = make_store(make_eni("eni-1", *cidrs), prefix_mode=prefix_mode)
    for _ in range(2):  # The second time from memory.
        found = [spot.address for spot in AssignableSpots(store, now, cooldown)]
        assert found == [
            address
            for each in store.enis[0].cidrs
            if each.is_prefix == prefix_mode
            for address in datastore.assignable(each, now, cooldown)
        ]


def test_R113_a_single_address_that_a_pod_holds_is_not_looked_at() -> None:
    eni = make_eni("eni-1", cidr(single(1), "p1"), cidr(single(2)), cidr(single(3), idle=0))
    assert [each.network for each in eni.cidrs_that(datastore.giving())] == [single(2), single(3)]


def test_R113_every_expired_record_is_forgotten_when_one_is_recycled() -> None:
    eni = make_eni("eni-1", cidr(prefix(0), {0: "p0"}, {4: 0, 7: 0, 8: 5 * SECOND}))
    store = make_store(eni, prefix_mode=True)
    now = COOLDOWN + 1
    seven = prefix(0).address + 7
    after = datastore.assign(store, eni, eni.cidrs[0], seven, pod("p9"), now, COOLDOWN)
    records = after.enis[0].cidrs[0].records
    assert [record.address - prefix(0).address for record in records] == [0, 7, 8]
    assert records[1] == AddressRecord(seven, pod("p9"), now)


def test_R16_R114_an_assignment_knows_pod_place_and_instant() -> None:
    eni = make_eni("eni-2", cidr(single(1), idle=0))
    store = make_store(make_eni("eni-1"), eni)
    after = datastore.assign(store, eni, eni.cidrs[0], address(1), pod("p1"), 50_000, COOLDOWN)
    held = after.holdings[key("p1")]
    assert (held.address, held.eni, held.network, held.since) == (
        address(1),
        "eni-2",
        single(1),
        50_000,
    )
    assert held.pod == pod("p1")
    assert after.holdings == datastore.index(after.enis)


def test_R124_unassigning_starts_the_cooldown() -> None:
    store = make_store(make_eni("eni-1", cidr(prefix(0), {0: "p0", 1: "p1"})))
    after = datastore.unassign(store, store.holdings[key("p1")], 9_000)
    one = after.enis[0].cidrs[0].find(prefix(0).address + 1)
    assert one == AddressRecord(prefix(0).address + 1, None, 9_000)
    assert set(after.holdings) == {key("p0")}


def test_R114_forgetting_an_assignment_leaves_no_record_and_no_cooldown() -> None:
    store = make_store(make_eni("eni-1", cidr(prefix(0), {0: "p0", 1: "p1"})))
    after = datastore.forget(store, store.holdings[key("p1")])
    assert after.enis[0].cidrs[0].find(prefix(0).address + 1) is None
    assert set(after.holdings) == {key("p0")}
    assert after.holdings == datastore.index(after.enis)


def test_R9_a_store_is_replaced_by_card() -> None:
    zero, two = make_store(make_eni("eni-1")), make_store(make_eni("eni-2"), card=2)
    node = make_node(zero, two)
    other = make_store(make_eni("eni-3"), card=2)
    assert datastore.put_store(node, other).stores == (zero, other)
    assert datastore.put_store(make_node(zero), make_store()).stores == (make_store(),)
    with pytest.raises(KeyError):
        node.store(1)


def test_R16_network_contains_its_addresses_only() -> None:
    assert prefix(0).address in prefix(0)
    assert prefix(0).address + 15 in prefix(0)
    assert prefix(0).address + 16 not in prefix(0)
    assert prefix(0).address - 1 not in prefix(0)


# -- what is remembered ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "of", "wrongly", "rightly"),
    [
        ("cooldown-for-ever", cidr(single(1), idle=0), [], [address(1)]),
        ("assign-the-first", cidr(single(1), "p1"), [address(1)], []),
    ],
)
def test_what_a_wrong_model_answered_is_forgotten_with_it(
    name: str, of: Cidr, wrongly: list[int], rightly: list[int]
) -> None:
    def served() -> list[int]:
        return [spot.address for spot in AssignableSpots(store, LATER, COOLDOWN)]

    for first, then in ((wrong, nullcontext), (nullcontext, wrong)):
        store = make_store(make_eni("eni-1", evolve(of)))
        for in_force in (first, then, first):
            with in_force(WRONG_MODELS[name]):
                assert served() == (wrongly if in_force is wrong else rightly)


def test_what_was_answered_is_forgotten_when_the_text_of_a_rule_is_exchanged() -> None:
    store = make_store(make_eni("eni-1", cidr(single(1), idle=0)))
    replacing = Replacing()
    replacing.code(
        cast("FunctionType", timing.cooling), (lambda _k, _now, _unassigned, _period: True).__code__
    )
    assert AssignableSpots(store, LATER, COOLDOWN).first_or_none is None
    replacing.restore()
    assert AssignableSpots(store, LATER, COOLDOWN).first.address == address(1)


def test_what_is_remembered_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Counter[int]()
    original = datastore.assignable

    def counting(of: Cidr, now: int, cooldown: int) -> tuple[int, ...]:
        asked[of.network.address] += 1
        return original(of, now, cooldown)

    monkeypatch.setattr(datastore, "assignable", counting)
    store = make_store(make_eni("eni-1", *(cidr(single(n), f"p{n}") for n in range(3))))
    for _ in range(5):
        assert AssignableSpots(store, LATER, COOLDOWN).first_or_none is None
    assert asked == {address(n): 1 for n in range(3)}
