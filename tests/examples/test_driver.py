"""The driver of the examples: its choices are allowed ones, and it knows when a node rests."""

import pytest

from ipam_model.daemon.procedure import Choice
from tests.examples.driver import (
    SCENES,
    ExampleNode,
    environment,
    limits_of,
    new_node,
    started,
    usual_max_pods,
)


class Checking(ExampleNode):
    """A node that checks each of its choices against the options."""

    checked: int = 0

    def choose(self, choice: Choice) -> object:
        chosen = super().choose(choice)
        assert chosen in choice.options
        self.checked += 1
        return chosen


@pytest.mark.parametrize("scene", ["", "excluded", "ENIConfig"])
@pytest.mark.parametrize("prefixes", [False, True])
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_every_choice_is_an_option(seed: int | None, prefixes: bool, scene: str) -> None:
    env = environment(wi=2, m=5, prefixes=prefixes)
    node = started(new_node("3x4", env, scene=SCENES[scene], seed=seed, kind=Checking))
    assert isinstance(node, Checking)
    for pods in (9, 2, 6):
        node.want(max(0, pods - len(node.running())))
        node.pass_by(4)
        node.drop_down_to(min(pods, len(node.running())))
        node.settle()
        node.waiting.clear()
    assert node.checked > 10


def test_seeds_reach_different_places() -> None:
    def pods_per_eni(seed: int | None) -> tuple[int, ...]:
        node = started(new_node("3x4", environment(we=3), seed=seed))
        node.settle()
        node.want(3)
        node.settle()
        return tuple(sum(cidr.assigned() for cidr in eni.cidrs) for eni in node.store.enis)

    assert pods_per_eni(None) == (3, 0, 0)
    assert pods_per_eni(1) == pods_per_eni(1)
    assert len({pods_per_eni(seed) for seed in range(30)}) > 5


def test_a_restless_node_is_told_apart() -> None:
    node = started(new_node("t3.small", environment(we=0)))
    node.settle()
    node.want(3)
    with pytest.raises(AssertionError, match="does not come to rest"):
        node.settle()


@pytest.mark.parametrize(
    ("name", "enis", "addresses", "max_pods"),
    [
        ("t3.small", 3, 4, 11),
        ("m5.large", 3, 10, 29),
        ("m5.xlarge", 4, 15, 58),
        ("m4.4xlarge", 8, 30, 234),
        ("c5.4xlarge", 8, 30, 234),
        ("p3dn", 15, 50, 737),
        ("m3.2xlarge", 4, 30, 118),
        ("4x10", 4, 10, 110),
    ],
)
def test_limits_behind_the_tables(name: str, enis: int, addresses: int, max_pods: int) -> None:
    limits = limits_of(name)
    assert (limits.max_enis, limits.ipv4_per_eni) == (enis, addresses)
    assert usual_max_pods(limits) == max_pods
