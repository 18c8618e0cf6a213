"""Every decision formula at its boundaries, on plain integers."""

import re

import pytest

from ipam_model.arithmetic import INTS as K
from ipam_model.catalogue import Kind, catalogue
from ipam_model.rules import (
    capacity,
    growth,
    shrink,
    warm_pool,
)
from tests.shared import ROOT

# -- every rule is tested by name ----------------------------------------------------------------


def test_every_rule_that_is_code_has_a_test_by_name() -> None:
    """`test_R96_step_2_...` tests R96; so does `test_R127a_...` R127."""
    names = [
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    tested = {number for name in names for number in re.findall(r"_([RHB]\d+)", name)}
    in_code = [each for each in catalogue().values() if each.kind in {Kind.FORMULA, Kind.STEP}]
    assert [each.id for each in in_code if each.id not in tested] == []


# -- capacity ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "max_eni", "expected"),
    [
        (3, 0, 3),  # not set, or not a number
        (3, -1, 3),
        (3, 1, 1),
        (3, 2, 2),
        (3, 3, 3),
        (3, 4, 3),
        (15, 14, 14),
    ],
)
def test_R3_max_eni_lowers_the_limit_only(limit: int, max_eni: int, expected: int) -> None:
    assert capacity.max_enis(K, limit, max_eni) == expected


@pytest.mark.parametrize(
    ("slots", "prefixes", "block", "expected"),
    [
        (9, False, 16, 9),
        (9, True, 16, 144),
        (49, True, 16, 784),
        (3, True, 4, 12),
        (1, False, 4, 1),
    ],
)
def test_R4_usable_addresses_per_eni(slots: int, prefixes: bool, block: int, expected: int) -> None:
    assert capacity.usable_addresses(K, slots, prefixes, block) == expected


@pytest.mark.parametrize(("cidrs", "expected"), [(0, 9), (8, 1), (9, 0), (10, 0), (25, 0)])
def test_R5_free_slots_are_never_negative(cidrs: int, expected: int) -> None:
    assert capacity.free_slots(K, 9, cidrs) == expected


@pytest.mark.parametrize(
    ("enis", "unmanaged", "slot", "expected"),
    [
        (2, 0, 0, True),
        (3, 0, 0, False),
        (4, 0, 0, False),
        (2, 1, 0, False),
        (1, 1, 0, True),
        (2, 0, 1, False),
        (1, 1, 1, False),
        (0, 1, 1, True),
    ],
)
def test_R33_room_counts_unmanaged_enis_and_the_trunk_slot(
    enis: int, unmanaged: int, slot: int, expected: bool
) -> None:
    assert capacity.has_room(K, enis, 3, unmanaged, slot) is expected


@pytest.mark.parametrize(
    ("pod_eni", "compatible", "first", "has_trunk", "expected"),
    [
        (True, True, True, False, 1),
        (False, True, True, False, 0),
        (True, False, True, False, 0),
        (True, True, False, False, 0),
        (True, True, True, True, 0),
    ],
)
def test_R33_R48_trunk_slot(
    pod_eni: bool, compatible: bool, first: bool, has_trunk: bool, expected: int
) -> None:
    assert capacity.trunk_slot(K, pod_eni, compatible, first, has_trunk, 1) == expected


# -- warm pool -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("warm", "minimum", "expected"), [(0, 0, False), (1, 0, True), (0, 1, True), (3, 5, True)]
)
def test_R36_R40_warm_ip_targets_are_defined_unless_both_are_zero(
    warm: int, minimum: int, expected: bool
) -> None:
    assert warm_pool.warm_ip_defined(K, warm, minimum) is expected


@pytest.mark.parametrize(
    ("warm", "minimum", "total", "available", "short", "over"),
    [
        (5, 0, 0, 0, 5, 0),  # the three anchors after R95
        (5, 0, 2, 2, 3, 0),
        (5, 0, 5, 5, 0, 0),
        (5, 0, 6, 6, 0, 1),
        (2, 5, 0, 0, 5, 0),
        (2, 5, 4, 4, 1, 0),  # the minimum asks for one, the warm target is met
        (2, 5, 5, 1, 1, 0),  # the warm target asks for one, the minimum is met
        (2, 5, 7, 7, 0, 2),  # over is limited by the minimum
        (2, 5, 9, 3, 0, 1),  # over is limited by the warm target
        (2, 9, 8, 8, 1, 0),  # T < m: the surplus is not negative
        (2, 0, 8, 1, 1, 0),
        (0, 5, 5, 0, 0, 0),  # only m: a ceiling (R110)
        (0, 5, 6, 6, 0, 1),
        (1, 1, 4, 1, 0, 0),
        (1, 1, 4, 2, 0, 1),
    ],
)
def test_R87_R88_R90_R91_short_and_over(
    warm: int, minimum: int, total: int, available: int, short: int, over: int
) -> None:
    assert warm_pool.missing(K, warm, minimum, total, available) == short
    assert warm_pool.short_addresses(K, warm, minimum, total, available) == short
    assert warm_pool.surplus(K, warm, minimum, total, available) == over


@pytest.mark.parametrize(
    ("warm", "minimum", "total", "available", "expected"),
    [
        (5, 0, 0, 0, 1),
        (16, 0, 0, 0, 1),
        (17, 0, 0, 0, 2),
        (7, 20, 0, 0, 2),  # E69, where a published table says 1
        (16, 0, 16, 15, 1),
        (16, 0, 16, 16, 0),
        (1, 33, 32, 32, 1),
    ],
)
def test_R93_short_is_rounded_up_to_prefixes(
    warm: int, minimum: int, total: int, available: int, expected: int
) -> None:
    assert warm_pool.short_prefixes(K, warm, minimum, total, available, 16) == expected


@pytest.mark.parametrize(
    ("warm", "minimum", "assigned", "free", "allocated", "expected"),
    [
        (5, 0, 0, 0, 0, 0),  # anchors of R93
        (5, 0, 0, 2, 2, 1),
        (5, 0, 0, 1, 1, 0),
        (1, 1, 0, 2, 2, 1),
        (1, 1, 15, 1, 2, 1),  # A + Wi = 16 still fits one prefix
        (1, 1, 16, 1, 2, 0),  # 17 needs two
        (1, 33, 0, 4, 4, 1),  # the minimum keeps three
        (0, 16, 0, 2, 2, 1),  # or exactly one
        (1, 1, 20, 1, 6, 1),  # only one prefix is free, whatever the counter says
        (1, 1, 0, 3, 1, 0),  # a counter drifted down (R24): X - need < F
        (1, 1, 0, 2, 0, 0),  # never negative
        (1, 1, 33, 1, 4, 1),  # a counter drifted up (R25): too eager
    ],
)
def test_R93_over_in_prefixes_reads_the_raw_counter(
    warm: int, minimum: int, assigned: int, free: int, allocated: int, expected: int
) -> None:
    assert warm_pool.over_prefixes(K, warm, minimum, assigned, free, allocated, 16) == expected


# -- growth --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "max_pods", "warm_ip", "short", "available", "target", "unit", "expected"),
    [
        # Anchors after R95: M = 3 and three addresses, or one prefix.
        (3, 110, False, 0, 2, 1, 3, True),  # We 1, one pod
        (3, 110, False, 0, 2, 0, 3, False),  # We 0, one pod
        (3, 110, False, 0, 0, 0, 3, True),  # We 0, three pods
        (3, 110, False, 5, 0, 0, 3, True),  # what is short in addresses says nothing here
        (3, 110, True, 0, 3, 1, 3, False),  # We 1, Wi 1, no pod: We is ignored
        (3, 3, True, 5, 0, 1, 3, False),  # Wi 5, three pods, P 3
        (16, 110, False, 0, 16, 1, 16, False),  # Wp 1, no pod
        (16, 110, False, 0, 15, 1, 16, True),  # Wp 1, one pod
        (16, 110, False, 0, 15, 0, 16, False),  # Wp 0, one pod
        (16, 4, False, 0, 13, 1, 16, False),  # Wp 1, three pods, P 4
        # Boundaries.
        (3, 110, False, 0, 3, 1, 3, False),
        (5, 6, False, 0, 0, 1, 3, True),  # T < P
        (6, 6, False, 0, 0, 1, 3, False),  # T = P
        (7, 6, False, 0, 0, 1, 3, False),
        (3, 110, True, 1, 3, 0, 3, True),
        (3, 110, True, 0, 0, 0, 3, False),  # V = 0 alone is not low under a warm IP target
        (0, 0, True, 5, 0, 1, 3, False),
    ],
)
def test_R79_too_low(
    total: int,
    max_pods: int,
    warm_ip: bool,
    short: int,
    available: int,
    target: int,
    unit: int,
    expected: bool,
) -> None:
    low = growth.too_low(K, total, max_pods, warm_ip, short, available, target, unit)
    assert low is expected


@pytest.mark.parametrize(
    ("warm_ip", "short", "warm_prefix", "free", "expected"),
    [
        (True, 0, 5, 0, 1),
        (True, 3, 0, 0, 3),
        (False, 9, 0, 0, 1),
        (False, 9, 4, 0, 4),
        (False, 0, 4, 3, 1),
        (False, 0, 4, 2, 2),
        (False, 0, 1, 5, 1),
    ],
)
def test_R108_prefixes_needed_are_at_least_one(
    warm_ip: bool, short: int, warm_prefix: int, free: int, expected: int
) -> None:
    assert growth.prefixes_needed(K, warm_ip, short, warm_prefix, free) == expected


@pytest.mark.parametrize(
    ("prefixes", "warm_ip", "needed", "short", "expected"),
    [
        (False, False, 1, 0, 9),
        (False, True, 1, 4, 4),
        (False, True, 1, 9, 9),
        (False, True, 1, 10, 9),
        (False, True, 1, 0, 0),
        (True, False, 1, 0, 1),
        (True, True, 9, 4, 9),
        (True, True, 10, 4, 9),
    ],
)
def test_R107_size_of_a_new_eni(
    prefixes: bool, warm_ip: bool, needed: int, short: int, expected: int
) -> None:
    assert growth.new_eni_size(K, prefixes, warm_ip, needed, short, 9) == expected


@pytest.mark.parametrize(
    ("warm_ip", "short", "expected"), [(True, 0, 0), (True, 4, 4), (True, 20, 20), (False, 4, 9)]
)
def test_R98_wanted_on_an_existing_eni(warm_ip: bool, short: int, expected: int) -> None:
    assert growth.wanted_addresses(K, warm_ip, short, 9) == expected


@pytest.mark.parametrize(
    ("wanted", "free", "expected"), [(9, 4, 4), (4, 9, 4), (4, 4, 4), (9, 0, 0)]
)
def test_R98_R99_an_extension_fills_free_slots_at_most(
    wanted: int, free: int, expected: int
) -> None:
    assert growth.extension_size(K, wanted, free) == expected


# -- shrink --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("warm_ip", "over", "prefixes", "free", "warm_prefix", "expected"),
    [
        (True, 1, False, 0, 0, True),
        (True, 0, False, 0, 0, False),
        (True, 0, True, 5, 0, False),  # a warm IP target: F does not matter
        (False, 7, False, 0, 0, False),
        (False, 7, False, 5, 0, False),  # secondary addresses without one: never
        (False, 0, True, 1, 1, False),
        (False, 0, True, 2, 1, True),
        (False, 0, True, 1, 0, True),  # R132
        (False, 0, True, 0, 0, False),
    ],
)
def test_R131_R132_too_high(
    warm_ip: bool, over: int, prefixes: bool, free: int, warm_prefix: int, expected: bool
) -> None:
    assert shrink.too_high(K, warm_ip, over, prefixes, free, warm_prefix) is expected


@pytest.mark.parametrize(
    ("warm_ip", "over", "prefixes", "free", "warm_prefix", "expected"),
    [
        (True, 4, False, 0, 0, 4),
        (True, 4, True, 9, 1, 4),
        (False, 4, True, 3, 1, 2),
        (False, 4, True, 1, 3, 0),
        (False, 4, False, 3, 1, 0),
    ],
)
def test_R138_release_size(
    warm_ip: bool, over: int, prefixes: bool, free: int, warm_prefix: int, expected: int
) -> None:
    assert shrink.release_size(K, warm_ip, over, prefixes, free, warm_prefix) == expected


@pytest.mark.parametrize(
    ("warm_ip", "available", "target", "per_eni", "prefixes", "idle", "expected"),
    [
        (True, 0, 1, 9, False, False, True),
        (False, 17, 1, 9, False, False, False),
        (False, 18, 1, 9, False, False, True),
        (False, 8, 0, 9, False, False, False),
        (False, 9, 0, 9, False, False, True),
        (False, 17, 1, 9, False, True, False),  # the idle ENI counts in prefix mode only
        (False, 95, 1, 48, True, False, False),
        (False, 96, 1, 48, True, False, True),
        (False, 0, 1, 48, True, True, True),
    ],
)
def test_R133_wants_fewer_enis(
    warm_ip: bool,
    available: int,
    target: int,
    per_eni: int,
    prefixes: bool,
    idle: bool,
    expected: bool,
) -> None:
    wants = shrink.wants_fewer_enis(K, warm_ip, available, target, per_eni, prefixes, idle)
    assert wants is expected


@pytest.mark.parametrize("bad", range(5))
def test_R136_every_condition_protects_an_eni(bad: int) -> None:
    protected, young, cooling, pods = (bad == n for n in range(4))
    assert not shrink.deletable(K, protected, young, cooling, pods, bad != 4)
    assert shrink.deletable(K, False, False, False, False, True)


@pytest.mark.parametrize(
    ("warm", "minimum", "warm_prefix", "prefixes", "available", "total", "free", "expected"),
    [
        (0, 0, 0, False, 0, 0, 0, True),
        (3, 0, 0, False, 2, 9, 9, False),  # item 5
        (3, 0, 0, False, 3, 9, 9, True),
        (0, 5, 0, False, 9, 4, 9, False),  # item 6
        (0, 5, 0, False, 9, 5, 9, True),
        (3, 5, 0, False, 3, 5, 0, True),
        (0, 0, 2, False, 0, 0, 0, True),  # item 7 in prefix mode only
        (0, 0, 2, True, 0, 0, 1, False),
        (0, 0, 2, True, 0, 0, 2, True),
        (1, 0, 0, True, 15, 99, 9, False),  # the warm target is rounded up to a prefix
        (1, 0, 0, True, 16, 99, 9, True),
        (17, 0, 0, True, 31, 99, 9, False),
        (17, 0, 0, True, 32, 99, 9, True),
        (16, 0, 0, True, 16, 99, 9, True),  # a whole prefix is not rounded up
        (0, 1, 0, True, 99, 15, 9, False),
        (0, 16, 0, True, 99, 16, 9, True),
        (0, 1, 0, False, 9, 0, 9, False),  # nothing would be left
        (0, 17, 0, True, 99, 31, 9, False),
        (0, 17, 0, True, 99, 32, 9, True),
        (1, 1, 1, True, 16, 16, 0, False),  # R137: Wp vetoes although Wi and m are in force
        (1, 1, 1, True, 16, 16, 1, True),
    ],
)
def test_R136_items_5_to_7_enough_left(
    warm: int,
    minimum: int,
    warm_prefix: int,
    prefixes: bool,
    available: int,
    total: int,
    free: int,
    expected: bool,
) -> None:
    enough = shrink.enough_without(
        K, warm, minimum, warm_prefix, prefixes, available, total, free, 16
    )
    assert enough is expected
