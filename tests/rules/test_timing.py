"""Formulas of time: each comparison at both sides of its boundary."""

import pytest

from ipam_model.arithmetic import INTS as K
from ipam_model.rules import (
    capacity,
    timing,
)

SECOND = 1000


@pytest.mark.parametrize(
    ("age", "period", "expected"),
    [
        (0, 30 * SECOND, True),
        (30 * SECOND, 30 * SECOND, True),
        (30 * SECOND + 1, 30 * SECOND, False),
        (0, 0, True),  # still at the very instant of the release
        (1, 0, False),
        (0, -SECOND, False),
    ],
)
def test_R17_cooling_includes_the_boundary(age: int, period: int, expected: bool) -> None:
    assert timing.cooling(K, 1_000_000 + age, 1_000_000, period) is expected


@pytest.mark.parametrize(("left", "expected"), [(1, True), (0, False), (-1, False)])
def test_R20_recently_released_ends_at_the_expiry(left: int, expected: bool) -> None:
    assert timing.recently_released(K, 1_000_000, 1_000_000 + left) is expected


@pytest.mark.parametrize(
    ("age", "expected"), [(0, True), (60 * SECOND - 1, True), (60 * SECOND, False)]
)
def test_R136_item_2_too_young_excludes_the_boundary(age: int, expected: bool) -> None:
    assert timing.eni_too_young(K, 1_000_000 + age, 1_000_000) is expected


@pytest.mark.parametrize(
    ("age", "expected"), [(0, False), (30 * SECOND, False), (30 * SECOND + 1, True)]
)
def test_R72_R143_release_is_blocked_for_thirty_seconds(age: int, expected: bool) -> None:
    assert timing.release_allowed(K, 1_000_000 + age, 1_000_000) is expected


@pytest.mark.parametrize(
    ("age", "expected"), [(0, True), (120 * SECOND, True), (120 * SECOND + 1, False)]
)
def test_R96_step_2_growth_backs_off_for_two_minutes(age: int, expected: bool) -> None:
    assert timing.backing_off(K, 1_000_000 + age, 1_000_000) is expected


@pytest.mark.parametrize(
    ("age", "awaiting", "expected"),
    [
        (60 * SECOND, False, False),
        (60 * SECOND + 1, False, True),
        (0, True, True),
        (60 * SECOND, True, True),
    ],
)
def test_R146_reconcile_is_due_after_sixty_seconds_or_without_a_trunk(
    age: int, awaiting: bool, expected: bool
) -> None:
    assert timing.reconcile_due(K, 1_000_000 + age, 1_000_000, awaiting) is expected


def test_constants_of_section_2_3() -> None:
    assert timing.LOOP_SLEEP == 2_500
    assert timing.EXCLUDED_CIDR_DELAY == 5 * SECOND
    assert timing.SETUP_RETRY_DELAY == 10 * SECOND
    assert timing.SETUP_ATTEMPTS == 6
    assert timing.RELEASED_MEMORY == 60 * SECOND
    assert capacity.BLOCK == 16
