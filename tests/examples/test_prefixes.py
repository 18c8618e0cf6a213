"""Growth in prefix mode: rows E60-E83, without the oscillating E81 (`test_cycles.py`).

Pods are placed as in `test_growth.py`: all at once after the idle node has come to rest, or one
before each pass. A pod that is refused asks again before every pass.
"""

from typing import Final, NamedTuple

import pytest

from tests.examples.driver import (
    ExampleNode,
    Outcome,
    environment,
    new_node,
    started,
)


class Row(NamedTuple):
    """A line of the table; the lines of one id are one row."""

    id: str
    type: str
    wp: int | None
    wi: int | None
    m: int | None
    p: int
    """Max pods."""
    pods: int
    enis: int
    prefixes: list[tuple[int, ...]]
    """Prefixes per ENI, largest first: every allowed outcome."""
    free: list[int]
    """V in each of these outcomes."""


__: Final = None
# fmt: off
PREFIXES: Final = [
    #   id     type          Wp  Wi   m    P pods ENIs per ENI      free
    Row("E60", "t3.small",    1, __, __, 110,   0, 1, [(1,)],       [16]),
    Row("E61", "t3.small",    1, __, __, 110,   5, 1, [(2,)],       [27]),
    Row("E61", "t3.small",    1, __, __, 110,  16, 1, [(2,)],       [16]),
    Row("E62", "t3.small",    1, __, __, 110,  17, 1, [(3,)],       [31]),
    Row("E63", "t3.small",    1, __, __, 110,  58, 2, [(3, 2)],     [22]),
    Row("E64", "t3.small",    1, __, __, 110, 100, 3, [(3, 3, 1)],  [12]),
    Row("E64", "t3.small",    1, __, __, 110, 110, 3, [(3, 3, 1)],  [2]),
    Row("E65", "t3.small",    1, __, __,  17,  17, 1, [(2,)],       [15]),
    Row("E66", "t3.small",   __,  1,  1, 110,   0, 1, [(1,)],       [16]),
    Row("E66", "t3.small",   __,  1,  1, 110,   5, 1, [(1,)],       [11]),
    Row("E67", "t3.small",   __,  1,  1, 110,  17, 1, [(2,)],       [15]),
    Row("E68", "t3.small",   __,  1,  1, 110,  58, 2, [(3, 1)],     [6]),
    Row("E69", "t3.small",   __,  7, 20, 110,   0, 1, [(2,)],       [32]),
    Row("E70", "t3.small",   __,  7, 20, 110,   5, 1, [(2,)],       [27]),
    Row("E70", "t3.small",   __,  7, 20, 110,  17, 1, [(2,)],       [15]),
    Row("E71", "t3.small",   __,  7, 20, 110,  58, 2, [(3, 2)],     [22]),
    Row("E72", "p3dn",        1, __, __, 250,   3, 1, [(2,)],       [29]),
    Row("E73", "p3dn",        1, __, __, 250,  95, 1, [(7,)],       [17]),
    Row("E74", "p3dn",       __,  5, 10, 250,   0, 1, [(1,)],       [16]),
    Row("E74", "p3dn",       __,  5, 10, 250,   7, 1, [(1,)],       [9]),
    Row("E75", "p3dn",       __,  5, 10, 250,  15, 1, [(2,)],       [17]),
    Row("E75", "p3dn",       __,  5, 10, 250,  45, 1, [(4,)],       [19]),
    Row("E76", "t3.small",   __, 16, __, 110,   0, 1, [(1,)],       [16]),
    Row("E76", "t3.small",   __, 16, __, 110,   1, 1, [(2,)],       [31]),
    Row("E77", "t3.small",   __, 17, __, 110,   0, 1, [(2,)],       [32]),
    Row("E78", "t3.small",    4, __, __, 110,   0, 2, [(3, 1)],     [64]),
    Row("E79", "t3.small",    2, __, __, 110,   0, 1, [(2,)],       [32]),
    Row("E79", "t3.small",    2, __, __, 110,   1, 1, [(3,)],       [47]),
    Row("E80", "3x10",        2, __, __, 110,   2, 1, [(3,), (4,)], [46, 62]),
    Row("E82", "t3.small",    0, __, __, 110,   1, 1, [(1,)],       [15]),
    Row("E82", "t3.small",    0, __, __, 110,  17, 1, [(2,)],       [15]),
    Row("E83", "c5.4xlarge", __,  2, 30, 110,  10, 1, [(2,)],       [22]),
    Row("E83", "c5.4xlarge", __,  2, 30, 110,  31, 1, [(3,)],       [17]),
]
# fmt: on

SEEDS: Final = (None, 1, 2, 3)
MANY_SEEDS: Final = (None, *range(30))
"""For rows with several outcomes: enough to meet each."""


def expected(row: Row) -> set[Outcome]:
    return {
        Outcome(row.enis, prefixes, 16 * sum(prefixes), free)
        for prefixes, free in zip(row.prefixes, row.free, strict=True)
    }


def launch(row: Row, seed: int | None) -> ExampleNode:
    env = environment(wi=row.wi, m=row.m, wp=row.wp, prefixes=True)
    node = started(new_node(row.type, env, max_pods=row.p, seed=seed))
    if row.wp != 0:  # with a target of 0 the idle node never comes to rest (E81)
        node.settle()
    return node


def all_at_once(row: Row, seed: int | None) -> ExampleNode:
    """Every pod asks when the idle node has come to rest."""
    node = launch(row, seed)
    node.want(row.pods)
    node.settle()
    return node


def one_per_pass(row: Row, seed: int | None) -> ExampleNode:
    """One more pod asks before each pass, from when the idle node has come to rest."""
    node = launch(row, seed)
    for _ in range(row.pods):
        node.want(1)
        node.pass_by()
    node.settle()
    return node


@pytest.mark.parametrize("row_id", dict.fromkeys(row.id for row in PREFIXES))
def test_prefixes(row_id: str) -> None:
    for row in PREFIXES:
        if row.id == row_id:
            seeds = SEEDS if len(row.prefixes) == 1 else MANY_SEEDS
            at_once = row.id == "E80"  # which says so; see below for the other way
            for place in (all_at_once,) if at_once else (all_at_once, one_per_pass):
                nodes = [place(row, seed) for seed in seeds]
                assert {node.outcome() for node in nodes} == expected(row), (row, place.__name__)
                assert {len(node.running()) for node in nodes} == {row.pods}


def test_E80_depends_on_whether_the_two_pods_share_a_prefix() -> None:
    # Sharing leaves F = 1, so one prefix is missing; apart they leave F = 0, so two are (R108).
    row = next(row for row in PREFIXES if row.id == "E80")
    for seed in MANY_SEEDS:
        node = all_at_once(row, seed)
        used = sum(cidr.in_use() for _eni, cidr in node.store.cidrs())
        assert node.outcome().cidrs == (2 + used,)


def test_E80_pods_that_come_one_after_the_other_need_three_prefixes() -> None:
    # The first pod brings a third prefix; whatever the second does, 46 addresses are left of 32.
    row = next(row for row in PREFIXES if row.id == "E80")
    assert {one_per_pass(row, seed).outcome().cidrs for seed in MANY_SEEDS} == {(3,)}
