"""The conditions of checks against all that can happen on every small node.

The counting model is explored breadth first here, step by step, with nothing of lint. A condition
must be met exactly where the bad thing can be reached: no false alarm, and nothing is missed.
"""

from collections.abc import Iterator
from functools import cache
from itertools import product

import pytest

from ipam_model.counting.model import CountingModel, Kind, State, counting_model
from ipam_model.linting.checks import CHECKS
from ipam_model.linting.checks_of_targets import SMALL_GRID
from ipam_model.linting.subject import HOST_NETWORK_PODS, Subject
from tests.linting.nodes import described

ENIS, ADDRESSES, TARGETS, MAX_PODS = range(1, 4), range(2, 5), range(5), range(2, 13)


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


@cache
def subject(
    enis: int, addresses: int, max_pods: int, settings: tuple[tuple[str, str], ...]
) -> Subject:
    node = described(f"{enis}x{addresses}", max_pods=max_pods, **dict(settings))
    return Subject(node=node)


def grid(*settings: tuple[tuple[str, str], ...]) -> Iterator[Subject]:
    for enis, addresses, max_pods in product(ENIS, ADDRESSES, MAX_PODS):
        for each in settings:
            yield subject(enis, addresses, max_pods, each)


def model_of(of: Subject) -> CountingModel:
    pods = max(0, of.node.max_pods - HOST_NETWORK_PODS)
    return counting_model(of.config, max_pods=of.node.max_pods, pods=pods)


ADDRESS_TARGETS = tuple(
    (("WARM_IP_TARGET", str(warm)), ("MINIMUM_IP_TARGET", str(least)))
    for warm, least in product(range(2), TARGETS)
    if warm or least
)
ENI_TARGETS = tuple((("WARM_ENI_TARGET", str(enis)),) for enis in range(3))


def wrong(check_id: str, settings: tuple[tuple[tuple[str, str], ...], ...]) -> list[str]:
    """Nodes on which a condition is met and should not be, or the other way round."""
    truly = strands if check_id == "minimum-alone-is-a-ceiling" else flaps
    condition = CHECKS[check_id].condition
    return [
        f"{of.node.name} max pods {of.node.max_pods} {of.node.env}"
        for of in grid(*settings)
        if (condition(of) is not None) != verdict(truly is strands, of)
    ]


@cache
def verdict(stranding: bool, of: Subject) -> bool:
    return (strands if stranding else flaps)(model_of(of))


def test_the_bound_that_is_told() -> None:
    assert "1-3 ENIs of 2-4 addresses, targets 0-4, max pods 2-12" in SMALL_GRID


def test_stranding_is_told_exactly() -> None:
    assert wrong("minimum-alone-is-a-ceiling", ADDRESS_TARGETS) == []


def test_flapping_is_told_exactly() -> None:
    assert wrong("warm-eni-target-zero", ENI_TARGETS) == []


@pytest.mark.parametrize("stranding", [True, False])
def test_the_grid_has_both_kinds(stranding: bool) -> None:
    settings = ADDRESS_TARGETS if stranding else ENI_TARGETS
    kinds = [verdict(stranding, of) for of in grid(*settings)]
    assert min(kinds.count(True), kinds.count(False)) >= 20
