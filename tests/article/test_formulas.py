"""The article's formulas at their boundaries, on plain numbers (B1-B9)."""

import pytest

from ipam_model.arithmetic import INTS
from ipam_model.rules import article

K = INTS


@pytest.mark.parametrize(("wi", "per_eni", "block"), [(0, 30, 30), (10, 30, 10), (40, 30, 30)])
def test_B1_a_block(wi: int, per_eni: int, block: int) -> None:
    assert article.block(K, wi, per_eni) == block


@pytest.mark.parametrize(
    ("wi", "we", "blocks"), [(0, 0, True), (0, 1, True), (10, 1, True), (10, 0, False)]
)
def test_B2_blocks_belong_to_standby_enis(wi: int, we: int, blocks: bool) -> None:
    assert article.by_blocks(K, wi, we) is blocks


@pytest.mark.parametrize(
    ("pods", "reserved", "short"), [(0, 1, 9), (3, 10, 3), (18, 13, 15), (23, 28, 5), (3, 14, 0)]
)
def test_B3_missing_with_primaries(pods: int, reserved: int, short: int) -> None:
    assert article.missing(K, 10, pods, reserved) == short


def test_B3_a_new_eni_is_as_large_as_what_is_short() -> None:
    assert [article.new_eni_size(K, short, 30) for short in (1, 30, 31)] == [1, 30, 30]


@pytest.mark.parametrize(
    ("size", "free", "count"),
    [
        (1, 0, 9),
        (7, 0, 3),
        (9, 0, 1),
        (10, 0, 10),
        (20, 0, 8),
        (25, 0, 3),
        (28, 0, 0),
        (29, 0, 0),  # beyond its limit
        (10, 1, 0),
    ],
)
def test_B4_the_next_block(size: int, free: int, count: int) -> None:
    assert article.next_block(K, size, 10, 28, free) == count


def test_B5_standby_enis() -> None:
    assert article.wants_standby(K, 1, 0)
    assert not article.wants_standby(K, 1, 1)
    assert [article.to_full_block(K, size, 10) for size in (1, 4, 10, 12)] == [9, 6, 0, 0]


@pytest.mark.parametrize(
    ("blocks", "serving", "full", "may"),
    [
        (True, True, False, True),
        (True, False, False, False),
        (True, False, True, True),
        (False, False, False, True),
    ],
)
def test_B6_the_standby_eni_waits(blocks: bool, serving: bool, full: bool, may: bool) -> None:
    assert article.may_serve(K, blocks, serving, full) is may


def test_B7_surplus() -> None:
    assert [article.surplus(K, 10, 3, reserved) for reserved in (12, 13, 33)] == [0, 0, 20]


@pytest.mark.parametrize(
    ("serving", "size", "free", "all_free", "count"),
    [
        (True, 10, 9, 9, 0),  # the first block stays
        (True, 20, 19, 19, 10),
        (True, 20, 11, 11, 10),
        (True, 20, 10, 10, 0),  # nothing would be left
        (True, 20, 10, 11, 10),  # but for another serving ENI
        (True, 20, 9, 30, 0),  # the block is not entirely free
        (True, 28, 27, 27, 8),  # the last block is a part of one
        (True, 11, 5, 30, 1),  # or a single address
        (False, 30, 29, 0, 20),
        (False, 10, 9, 0, 0),
        (False, 4, 3, 0, 0),  # smaller than a block
    ],
)
def test_B8_the_last_block(serving: bool, size: int, free: int, all_free: int, count: int) -> None:
    assert article.surplus_block(K, serving, size, 10, free, all_free) == count


@pytest.mark.parametrize(
    ("blocks", "without_pods", "free", "capacity", "enough"),
    [
        (True, 1, 5, 99, False),
        (True, 2, 5, 0, True),
        (True, 2, 1, 0, True),  # a single free address elsewhere is enough
        (True, 2, 0, 99, False),
        (False, 0, 0, 13, True),
        (False, 9, 9, 12, False),
    ],
)
def test_B9_the_node_does_without(
    blocks: bool, without_pods: int, free: int, capacity: int, enough: bool
) -> None:
    assert article.enough_without(K, blocks, 1, without_pods, free, capacity, 3, 10) is enough
