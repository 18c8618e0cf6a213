"""The conditions of checks against all that can happen on every small node.

The counting model is explored breadth first here, step by step, with nothing of lint. A condition
must be met exactly where the bad thing can be reached: no false alarm, and nothing is missed.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from typing import TypeAlias

import pytest
from attrs import evolve

from ipam_model.counting.model import CountingModel, Kind, State, counting_model
from ipam_model.linting.checks import CHECKS
from ipam_model.linting.checks_of_targets import PREFIX_GRID, SECONDARY_GRID
from ipam_model.linting.subject import HOST_NETWORK_PODS, Subject
from tests.linting.nodes import described

BLOCK = 2
"""Addresses of a prefix."""


def reachable(model: CountingModel) -> set[State]:
    found = {model.initial}
    pending = [model.initial]
    while pending:
        for step in model.transitions(pending.pop()):
            if step.after not in found:
                found.add(step.after)
                pending.append(step.after)
    return found


def strands(model: CountingModel) -> bool:
    """Nothing is available and nothing is done about it, although a pod more may come and fit."""
    for state in reachable(model):
        pool = model.pool(state)
        full = pool.cidrs * model.targets.block == pool.assigned
        fits = pool.assigned < model.most_pods
        grows = any(step.kind in (Kind.EXTEND, Kind.ATTACH) for step in model.pool_steps(state))
        if full and fits and not grows:
            return True
    return False


def flaps(model: CountingModel) -> bool:
    """Steps of the pool alone lead from some state back to it."""
    done: set[State] = set()
    return any(_returns(model, state, (), done) for state in reachable(model))


def _returns(model: CountingModel, state: State, path: tuple[State, ...], done: set[State]) -> bool:
    if state in path:
        return True
    if state in done:
        return False
    after = [step.after for step in model.pool_steps(state)]
    if any(_returns(model, each, (*path, state), done) for each in after):
        return True
    done.add(state)
    return False


Settings: TypeAlias = tuple[tuple[str, str], ...]
Place: TypeAlias = tuple[int, int, int, Settings]
"""ENIs, addresses of each, max pods, variables."""


def grid(settings: tuple[Settings, ...]) -> Iterator[Place]:
    """Secondary addresses and prefixes, as `SECONDARY_GRID` and `PREFIX_GRID` say."""
    for each in settings:
        if PREFIXES in each:
            yield from product(range(1, 3), range(2, 5), range(2, 14), [each])
        else:
            yield from product(range(1, 4), range(2, 5), range(2, 13), [each])


@cache
def subject(place: Place) -> Subject:
    enis, addresses, max_pods, settings = place
    node = described(f"{enis}x{addresses}", max_pods=max_pods, variables=dict(settings))
    return Subject(node=node, config=evolve(node.config, block=BLOCK))


def model_of(place: Place) -> CountingModel:
    of, max_pods = subject(place), place[2]
    pods = max(0, max_pods - HOST_NETWORK_PODS)
    return counting_model(of.config, max_pods=max_pods, pods=pods)


PREFIXES = ("ENABLE_PREFIX_DELEGATION", "true")
STRANDED, ENI_FLAPS, PREFIX_FLAPS = (
    "minimum-alone-is-a-ceiling",
    "warm-eni-target-zero",
    "warm-prefix-target-zero",
)
SETTINGS: Mapping[str, tuple[Settings, ...]] = {
    STRANDED: tuple(
        (("WARM_IP_TARGET", str(warm)), ("MINIMUM_IP_TARGET", str(least)), *mode)
        for mode, most in (((), 4), ((PREFIXES,), 7))
        for warm, least in product(range(2), range(most + 1))
        if warm or least
    ),
    ENI_FLAPS: tuple((("WARM_ENI_TARGET", str(enis)),) for enis in range(3)),
    PREFIX_FLAPS: tuple((("WARM_PREFIX_TARGET", text), PREFIXES) for text in ("00", "1", "2", "3")),
}


@cache
def truly(check_id: str, place: Place) -> bool:
    """Whether the bad thing can be reached."""
    return (strands if check_id == STRANDED else flaps)(model_of(place))


def wrong(check_id: str) -> list[Place]:
    """Where the condition is met and should not be, or the other way round."""
    condition = CHECKS[check_id].condition
    return [
        place
        for place in grid(SETTINGS[check_id])
        if (condition(subject(place)) is not None) != truly(check_id, place)
    ]


def test_the_bounds_that_are_told() -> None:
    assert SECONDARY_GRID == "1-3 ENIs of 2-4 addresses, targets 0-4, max pods 2-12"
    assert PREFIX_GRID == ("1-2 ENIs of 1-3 prefixes of 2 addresses, targets 0-7, max pods 2-13"), (
        f"the grid has prefixes of {BLOCK}"
    )


@pytest.mark.parametrize("check_id", SETTINGS)
def test_the_condition_is_exact(check_id: str) -> None:
    assert wrong(check_id) == []


@pytest.mark.parametrize("check_id", SETTINGS)
def test_the_grid_has_both_kinds(check_id: str) -> None:
    kinds = [truly(check_id, place) for place in grid(SETTINGS[check_id])]
    assert min(kinds.count(True), kinds.count(False)) >= 20
