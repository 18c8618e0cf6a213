"""Rows that never come to rest: E25, E81 and the timeline E93.

The node is started, its pods ask at once and, if refused, again before every pass. A cycle is then
followed long enough to see its period several times over.
"""

from itertools import pairwise
from typing import Final, NamedTuple

import pytest

from tests.examples.driver import ExampleNode, Outcome, environment, new_node, started


class Row(NamedTuple):
    """A line of the table; the lines of one id are one row."""

    id: str
    we: int | None
    wp: int | None
    p: int
    """Max pods."""
    pods: int
    low: tuple[int, ...]
    """Addresses, or prefixes, per ENI while every address is in use."""
    high: tuple[int, ...]
    """The same with what is added and taken away again."""
    up: str
    """The call that leads from `low` to `high`."""
    down: str
    """The call that leads back."""
    stay: int
    """Seconds from `up` to `down`."""
    period: int
    """Seconds from `up` to `up`."""


__: Final = None
# fmt: off
CYCLES: Final = [
    #   id     We  Wp    P pods low   high    up                down        stay period
    Row("E25",  0, __,  11,  3, (3,), (3, 3), "new ENI with 3", "free ENI",   60, 65),
    Row("E81", __,  0, 110,  0, (0,), (1,),   "assign 1",       "unassign 1", 30, 35),
    Row("E81", __,  0, 110, 16, (1,), (2,),   "assign 1",       "unassign 1", 30, 35),
]
# fmt: on

FIVE_MINUTES: Final = 300
SEEDS: Final = (None, 1, 2, 3)


def launch(row: Row, seed: int | None) -> ExampleNode:
    env = environment(we=row.we, wp=row.wp, prefixes=row.wp is not None)
    node = started(new_node("t3.small", env, max_pods=row.p, seed=seed))
    node.want(row.pods)
    return node


def outcome(row: Row, cidrs: tuple[int, ...]) -> Outcome:
    total = sum(cidrs) * (16 if row.wp is not None else 1)
    return Outcome(len(cidrs), cidrs, total, total - row.pods)


def times(node: ExampleNode, call: str) -> list[float]:
    """When the call was made; a call that is neither fails."""
    made = [line.split(" ", 1) for line in node.calls()]
    return [float(at) for at, what in made if what == call]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("row_id", dict.fromkeys(row.id for row in CYCLES))
def test_cycle(row_id: str, seed: int | None) -> None:
    for row in CYCLES:
        if row.id == row_id:
            node = launch(row, seed)
            node.pass_by(24)  # two minutes, for what only happens at the start
            assert len(node.running()) == row.pods
            node.made.clear()
            seen = set()
            for _pass in range(120):
                node.pass_by()
                seen.add(node.outcome())
            assert seen == {outcome(row, row.low), outcome(row, row.high)}
            assert outcome(row, row.low).free == 0
            ups, downs = times(node, row.up), times(node, row.down)
            assert len(ups) + len(downs) == len(node.made)
            assert {later - earlier for earlier, later in pairwise(ups)} == {row.period}
            assert {later - earlier for earlier, later in pairwise(downs)} == {row.period}
            first = ups[0]
            assert next(at for at in downs if at > first) - first == row.stay


@pytest.mark.parametrize("seed", SEEDS)
def test_E25_attaches_and_deletes_four_times_in_the_five_minutes_after_the_first(
    seed: int | None,
) -> None:
    node = launch(CYCLES[0], seed)
    node.pass_by(80)
    first = times(node, "new ENI with 3")[0]
    since = [line.split(" ", 1)[1] for line in node.calls(first + 1, first + 1 + FIVE_MINUTES)]
    assert since == ["free ENI", "new ENI with 3"] * 4


@pytest.mark.parametrize("seed", SEEDS)
def test_E81_makes_eighteen_calls_in_the_first_five_minutes_of_the_loop(seed: int | None) -> None:
    node = launch(CYCLES[1], seed)
    node.pass_by(80)
    assert node.calls(until=1) == ["0 assign 1"]
    assert len(node.calls(1, FIVE_MINUTES)) == 18


@pytest.mark.parametrize("seed", SEEDS)
def test_E93_attach_at_x_delete_60_s_later_attach_65_s_later(seed: int | None) -> None:
    node = started(new_node("t3.small", environment(we=0), seed=seed))
    node.settle()
    node.made.clear()
    node.want(3)
    x = node.seconds + 2.5  # the next update
    node.pass_by(40)
    assert node.calls()[:5] == [
        f"{x:g} new ENI with 3",
        f"{x + 60:g} free ENI",
        f"{x + 65:g} new ENI with 3",
        f"{x + 125:g} free ENI",
        f"{x + 130:g} new ENI with 3",
    ]
