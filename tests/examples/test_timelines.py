"""Timelines: rows E90-E96 (E93 is in `test_cycles.py`).

The first update comes 2.5 s after init, the next ones 5 s apart. A call is written as seconds since
init, what it is, how many addresses or prefixes it asks for, and whether it fails.
"""

from typing import Final

import pytest
from attrs import evolve

from ipam_model.subnets import SubnetTags
from tests.examples.driver import (
    OTHER_SUBNET,
    SUBNET,
    ExampleNode,
    Scene,
    environment,
    new_node,
    started,
)

SEEDS: Final = (None, 1, 2)


@pytest.mark.parametrize("seed", SEEDS)
def test_E90_one_step_at_init_the_second_eni_in_the_first_tick(seed: int | None) -> None:
    node = started(new_node("t3.small", environment(we=2), seed=seed))
    node.settle()
    assert node.calls() == ["0 assign 3", "2.5 new ENI with 3"]


@pytest.mark.parametrize("seed", SEEDS)
def test_E91_the_second_eni_is_asked_for_exactly_what_is_missing(seed: int | None) -> None:
    node = started(new_node("t3.small", environment(wi=2, m=5), seed=seed))
    node.settle()
    assert node.calls() == ["0 assign 3", "2.5 new ENI with 2"]


@pytest.mark.parametrize("seed", SEEDS)
def test_E92_prefixes_fill_the_primary_then_a_new_eni(seed: int | None) -> None:
    env = environment(wp=4, prefixes=True)
    node = started(new_node("t3.small", env, max_pods=110, seed=seed))
    node.settle()
    assert node.calls() == ["0 assign 3", "2.5 new ENI with 1"]


# -- a subnet with 4 free addresses --------------------------------------------------------------

SMALL_SUBNET: Final = evolve(SUBNET, free=5)
"""One for the primary address, 4 left."""

ONE_BY_ONE: Final = [
    "0 assign 9 fails",
    "0 assign 1",
    "2.5 assign 8 fails",
    "2.5 assign 1",
    "7.5 assign 7 fails",
    "7.5 assign 1",
    "12.5 assign 6 fails",
    "12.5 assign 1",
    "17.5 assign 5 fails",
    "17.5 assign 1 fails",
]
"""What the specification writes for both settings of subnet discovery."""


def exhausting(scene: Scene, seed: int | None, instance: str = "3x10") -> ExampleNode:
    """The node after three minutes; no pods."""
    node = started(new_node(instance, environment(we=1), scene=scene, seed=seed))
    node.pass_by(36)
    return node


@pytest.mark.parametrize("seed", SEEDS)
def test_E94_single_addresses_then_an_eni_then_120_s_of_back_off(seed: int | None) -> None:
    node = exhausting(Scene(subnets=(SMALL_SUBNET,)), seed)
    assert node.calls() == [
        *ONE_BY_ONE,
        "17.5 new ENI with 9 fails",
        "142.5 assign 5 fails",
        "142.5 assign 1 fails",
        "142.5 new ENI with 9 fails",
    ]
    assert node.outcome().cidrs == (4,)


@pytest.mark.parametrize("seed", SEEDS)
def test_E94_with_a_second_tagged_subnet_the_new_eni_succeeds(seed: int | None) -> None:
    tagged = evolve(OTHER_SUBNET, tags=SubnetTags(role="1"))
    node = exhausting(Scene(subnets=(SMALL_SUBNET, tagged)), seed)
    assert node.calls() == [*ONE_BY_ONE, "17.5 new ENI with 9"]
    assert node.outcome().cidrs == (9, 4)


@pytest.mark.parametrize("seed", SEEDS)
def test_E95_without_discovery_no_eni_is_tried(seed: int | None) -> None:
    off = {"ENABLE_SUBNET_DISCOVERY": "false"}
    node = exhausting(Scene(subnets=(SMALL_SUBNET,), env=off), seed)
    assert node.calls() == [*ONE_BY_ONE, "142.5 assign 5 fails", "142.5 assign 1 fails"]


# -- E96 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_E96_old_enis_are_freed_one_per_tick_once_the_cooldown_is_over(seed: int | None) -> None:
    node = started(new_node("t3.small", environment(we=1), seed=seed))
    node.settle()
    node.want(9)
    node.settle()
    node.made.clear()
    gone = node.seconds
    node.drop_down_to(0)
    node.settle()
    # Updates come 2.5, 7.5, ... s after: 27.5 s is still within the cooldown of 30 s.
    assert node.calls() == [f"{gone + 32.5:g} free ENI", f"{gone + 37.5:g} free ENI"]
    assert node.outcome().cidrs == (3,)


@pytest.mark.parametrize("seed", SEEDS)
def test_E96_the_cooldown_of_30_s_includes_its_end(seed: int | None) -> None:
    node = started(new_node("t3.small", environment(we=1), seed=seed))
    node.settle()
    node.want(9)
    node.settle()
    node.made.clear()
    node.advance(2500)  # pods go at the phase of the updates: one of them 30 s later exactly
    gone = node.seconds
    node.drop_down_to(0)
    node.advance(2500)
    node.settle()
    assert node.calls() == [f"{gone + 35:g} free ENI", f"{gone + 40:g} free ENI"]


@pytest.mark.parametrize("seed", SEEDS)
def test_E96_young_enis_are_freed_when_they_are_60_s_old(seed: int | None) -> None:
    node = started(new_node("t3.small", environment(we=1), seed=seed))
    node.want(9)
    node.pass_by(3)
    assert node.calls() == ["0 assign 3", "2.5 new ENI with 3", "7.5 new ENI with 3"]
    assert len(node.running()) == 9
    node.drop_down_to(0)
    node.settle()
    assert node.calls()[3:] == ["62.5 free ENI", "67.5 free ENI"]
