"""Shrinking in prefix mode: rows E85-E87.

A node comes to rest, grows until n pods run, comes to rest, loses n - p of them at one instant, any
of them, and comes to rest again. Where pods sit and which ENI or prefix goes is drawn from a seed.
"""

from typing import Final, NamedTuple

import pytest

from ipam_model.ec2 import Ec2
from tests.examples.driver import (
    Outcome,
    Scene,
    SpreadingNode,
    environment,
    new_node,
    started,
    with_empty_eni,
    with_prefixes,
)


class Row(NamedTuple):
    """A line of the table: n pods, of which p stay; long after."""

    id: str
    wp: int | None
    wi: int | None
    m: int | None
    n: int
    p: int
    outcomes: list[tuple[int, ...]]
    """Prefixes per ENI, largest first."""
    free: list[int]
    """V in each of these outcomes."""
    more: list[tuple[int, ...]]
    """Rarer outcomes that the rules allow as well and the specification's runs did not meet."""

    def seeds(self) -> range:
        """Runs: enough to meet every outcome."""
        return range(400 if self.more else 40)


__: Final = None
# fmt: off
SHRINK: Final = [
    #   id     Wp  Wi   m   n  p  outcomes: prefixes per ENI      free              more
    Row("E85",  1, __, __, 58, 0, [(1,), (1, 0)],                 [16, 16],         []),
    Row("E86", __,  1,  1, 58, 5, [(1, 1), (2, 1), (3,), (3, 1)], [27, 43, 43, 59], [(2,), (1, 0)]),
]
# fmt: on


@pytest.mark.parametrize("row", SHRINK, ids=[row.id for row in SHRINK])
def test_prefixes_shrink(row: Row) -> None:
    reached = set()
    for seed in row.seeds():
        env = environment(wi=row.wi, m=row.m, wp=row.wp, prefixes=True)
        node = started(new_node("t3.small", env, max_pods=110, seed=seed))
        node.settle()
        node.want(row.n)
        node.settle()
        assert len(node.running()) == row.n
        node.drop_down_to(row.p)
        node.settle()
        reached.add(node.outcome())
    free = dict(zip(row.outcomes, row.free, strict=True))
    free |= {prefixes: 16 * sum(prefixes) - row.p for prefixes in row.more}
    assert reached == {Outcome(len(x), x, 16 * sum(x), free[x]) for x in free}


# -- E87 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wp", "outcome"),
    [
        pytest.param(1, Outcome(2, (3, 0), 48, 42), id="E87"),
        pytest.param(0, Outcome(1, (3,), 48, 42), id="E87-Wp=0"),
    ],
)
def test_prefixes_warm_prefix_target_vetoes_deletion(wp: int, outcome: Outcome) -> None:
    # Six pods, two in each of the primary's three prefixes, and a second ENI without any.
    def prepare(instance: Ec2) -> Ec2:
        return with_empty_eni(with_prefixes(3)(instance))

    env = environment(wi=1, m=1, wp=wp, prefixes=True)
    for seed in (None, *range(10)):
        node = started(
            new_node(
                "t3.small",
                env,
                max_pods=110,
                scene=Scene(prepare=prepare),
                seed=seed,
                kind=SpreadingNode,
            )
        )
        node.want(6)
        assert node.serve() == 6
        assert [cidr.assigned() for _eni, cidr in node.store.cidrs()] == [2, 2, 2]
        node.settle()
        assert node.outcome() == outcome
