"""The article that measured three settings on m3.2xlarge (4 ENIs of 1 + 29 addresses each).

The nodes take 3 pods, 15 more, 5 more, and lose them all; each time they come to rest. The daemon's
numbers are asserted; where the article's differ, both are.
"""

from typing import Final, NamedTuple

import pytest

from tests.examples.driver import ExampleNode, environment, new_node, started

INSTANCE: Final = "m3.2xlarge"
SEEDS: Final = (None, *range(6))


class Row(NamedTuple):
    """Settled secondary addresses."""

    we: int
    wi: int | None
    pods_3: int
    pods_18: int
    pods_23: int
    pods_0: int
    """After all pods are gone."""


__: Final = None
# fmt: off
SETTLED: Final = [
    #  We  Wi   3  18  23 0 pods
    Row(1, __, 58, 58, 58, 29),
    Row(0, 10, 13, 28, 33, 10),
    Row(1, 10, 13, 28, 33, 10),
]
# fmt: on


def launch(row: Row, seed: int | None) -> ExampleNode:
    node = started(new_node(INSTANCE, environment(we=row.we, wi=row.wi), seed=seed))
    node.settle()
    return node


def settled(node: ExampleNode, more: int) -> tuple[int, ...]:
    """Secondary addresses per ENI with so many more pods."""
    node.want(more)
    node.settle()
    return node.outcome().cidrs


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("row", SETTLED, ids=["A1", "A4-A7", "A2"])
def test_article_settled_addresses(row: Row, seed: int | None) -> None:
    node = launch(row, seed)
    assert sum(settled(node, 3)) == row.pods_3
    assert sum(settled(node, 15)) == row.pods_18
    assert sum(settled(node, 5)) == row.pods_23
    node.drop_down_to(0)
    assert sum(settled(node, 0)) == row.pods_0


@pytest.mark.parametrize("row", SETTLED[1:], ids=["WARM_ENI_TARGET=0", "WARM_ENI_TARGET=1"])
def test_A2_the_warm_eni_target_is_ignored_beside_a_warm_ip_target(row: Row) -> None:
    for seed in SEEDS:
        node = launch(row, seed)
        shapes = [settled(node, more) for more in (3, 15, 5)]
        assert shapes == [(13,), (28,), (29, 4)]
    # The article expects two ENIs with a block of ten each.
    node = launch(row, None)
    settled(node, 1)
    says, gives = (2, 20), (1, 12)
    assert (len(node.ec2.enis), node.ec2.reserved()) == gives
    assert gives != says


def test_A10_ten_addresses_stay_on_one_or_two_enis() -> None:
    shapes = set()
    for seed in range(30):
        node = launch(SETTLED[1], seed)
        for more in (3, 15, 5):
            settled(node, more)
        node.drop_down_to(0)
        shapes.add(len(settled(node, 0)))
    assert shapes == {1, 2}


@pytest.mark.parametrize(("pods", "reserved"), [(0, 30), (1, 60), (3, 60), (29, 60)])
def test_A1_sixty_addresses_from_the_first_pod_on(pods: int, reserved: int) -> None:
    node = launch(SETTLED[0], 1)
    settled(node, pods)
    assert node.ec2.reserved() == reserved


class Reserved(NamedTuple):
    """Addresses taken from the subnet with Wi = 10, primaries included."""

    id: str
    pods: int
    article: int | None
    """What the article says; `None` where it gives no number."""
    reserved: int
    enis: int


# fmt: off
RESERVED: Final = [
    #        id  pods says reserved ENIs
    Reserved("A4",  0, 10, 11, 1),  # the primary never counts towards the target
    Reserved("A5",  3, 13, 14, 1),
    Reserved("A6", 18, 28, 29, 1),  # 28 secondary addresses
    Reserved("A7", 23, __, 35, 2),
]
# fmt: on


@pytest.mark.parametrize("row", RESERVED, ids=[row.id for row in RESERVED])
def test_article_reserved_addresses(row: Reserved) -> None:
    for seed in SEEDS:
        node = launch(SETTLED[1], seed)
        settled(node, row.pods)
        assert (node.ec2.reserved(), len(node.ec2.enis)) == (row.reserved, row.enis)
    if row.article is not None:
        assert row.reserved == row.article + 1  # the article forgets the primary address


@pytest.mark.parametrize("seed", SEEDS)
def test_five_of_the_fifteen_burst_pods_wait_for_one_update(seed: int | None) -> None:
    node = launch(SETTLED[1], seed)
    settled(node, 3)
    node.want(15)
    assert node.serve() == 10
    node.tick()
    assert node.serve() == 5
