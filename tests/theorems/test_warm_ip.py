"""The theorems about warm IP targets speak of the model that is explored, and their bounds are met.

Provers answer for all limits and settings; here small nodes are explored in full.
"""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipam_model.arithmetic import INTS
from ipam_model.counting.explorer import explore
from ipam_model.counting.model import CountingModel, State, Transition
from ipam_model.theorems import (
    warm_ip,
    warm_ip_at_rest,
    warm_ip_max_pods,
    warm_ip_max_pods_at_rest,
)
from ipam_model.theorems.machine import Node, Parameters
from ipam_model.theorems.warm_ip_convergence import goal, rank, rank_of_surplus
from tests.counting import closed_forms
from tests.counting.models import secondary

pytestmark = pytest.mark.unmeasured

TARGETS = [(warm, minimum) for warm in range(5) for minimum in range(7) if warm or minimum]


def parameters_of(model: CountingModel) -> Parameters[int, bool]:
    return Parameters(targets=model.targets, peak=model.most_pods, max_pods=model.max_pods)


def node_of(model: CountingModel, state: State) -> Node[int]:
    return Node(enis=len(state), pool=model.pool(state))


def reachable(model: CountingModel) -> Iterator[tuple[State, list[Transition]]]:
    """Every state that can be reached, and its steps."""
    pending, seen = [model.initial], {model.initial}
    while pending:
        state = pending.pop()
        steps = list(model.transitions(state))
        yield state, steps
        for step in steps:
            if step.after not in seen:
                seen.add(step.after)
                pending.append(step.after)


def models(*, max_pods: bool) -> st.SearchStrategy[CountingModel]:
    """Nodes of up to 3 ENIs of up to 4 addresses; with max pods up to one more than fit."""
    return st.builds(
        lambda enis, slots, target, pods, limit: secondary(
            enis,
            slots,
            warm_ip=target[0],
            minimum=target[1],
            pods=min(pods, enis * slots),
            max_pods=min(limit, enis * slots + 1) if max_pods else None,
        ),
        st.integers(1, 3),
        st.integers(1, 4),
        st.sampled_from(TARGETS),
        st.integers(0, 9),
        st.integers(0, 13),
    )


def test_bounds_are_the_closed_forms() -> None:
    """What the notes on performance state (§1), for every number of pods."""
    seen = 0
    for enis, slots, (warm, minimum) in product(range(1, 5), range(1, 8), TARGETS):
        for peak in sorted({0, 1, slots, enis * slots}):
            model = secondary(enis, slots, warm_ip=warm, minimum=minimum, pods=peak)
            found = parameters_of(model)
            assert warm_ip.most_reserved(INTS, found) == closed_forms.most_reserved(model, peak)
            owned = warm_ip.most_owned(INTS, found)
            for pods in range(min(peak, owned) + 1):
                assert warm_ip_at_rest.most_reserved_at_rest(
                    INTS, found, pods
                ) == closed_forms.most_at_rest(model, peak, pods)
            seen += 1
    assert seen > 3_000


@given(model=models(max_pods=False))
def test_bounds_are_reached(model: CountingModel) -> None:
    found, parameters = explore(model), parameters_of(model)
    assert found.exhaustive
    assert found.most_reserved.value == warm_ip.most_reserved(INTS, parameters)
    for pods, most in found.at_rest.items():
        bound = warm_ip_at_rest.most_reserved_at_rest(INTS, parameters, pods)
        assert most.value == bound
        owned = warm_ip_at_rest.owned_at_rest(INTS, parameters, pods)
        assert model.pool(most.state).cidrs == owned


@given(model=models(max_pods=True))
def test_bounds_with_max_pods_are_reached(model: CountingModel) -> None:
    """No closed form was known; that these are exact is tested, that they are bounds is proved."""
    found, parameters = explore(model), parameters_of(model)
    assert found.exhaustive
    assert found.most_reserved.value == warm_ip_max_pods.most_reserved(INTS, parameters)
    for pods, most in found.at_rest.items():
        bound = warm_ip_max_pods_at_rest.most_reserved_at_rest(INTS, parameters, pods)
        assert most.value == bound


def test_max_pods_are_passed_by_an_eni_less_one_address() -> None:
    """10 pods may be there, 18 addresses are owned: a tenth address was missing, so an ENI came."""
    model = secondary(3, 9, warm_ip=9, pods=27, max_pods=10)
    assert warm_ip_max_pods.most_owned(INTS, parameters_of(model)) == 10 + 9 - 1


@given(model=models(max_pods=True))
def test_a_target_stays_unmet_exactly_at_max_pods(model: CountingModel) -> None:
    assert model.max_pods is not None
    full = model.targets.max_enis * model.targets.slots
    for state, _ in reachable(model):
        pool = model.pool(state)
        stuck = pool.cidrs >= min(model.max_pods, full)
        if model.decide(pool).unmet and model.quiet(state):
            assert stuck
        if stuck:
            assert not model.decide(pool).low or pool.cidrs == full


def test_a_target_does_stay_unmet_at_max_pods() -> None:
    found = explore(secondary(2, 3, warm_ip=1, pods=6, max_pods=3))
    assert found.stranded is not None
    assert found.model.pool(found.stranded).cidrs >= 3


def longest_run(model: CountingModel, state: State, known: dict[State, int]) -> int:
    """Most steps without pod events; they form no cycle, or this does not end."""
    if state not in known:
        runs = [longest_run(model, step.after, known) for step in model.pool_steps(state)]
        known[state] = 1 + max(runs) if runs else 0
    return known[state]


@given(model=models(max_pods=False) | models(max_pods=True))
def test_pools_settle_as_fast_as_their_ranks_say(model: CountingModel) -> None:
    parameters, enis = parameters_of(model), model.targets.max_enis
    known: dict[State, int] = {}
    for state, _ in reachable(model):
        node = node_of(model, state)
        steps = longest_run(model, state, known)
        assert steps < rank(INTS, parameters, node)
        if node.pool.cidrs >= goal(INTS, parameters, node):
            assert steps < rank_of_surplus(INTS, parameters, node)
            assert steps <= node.enis
        assert steps < 2 * enis
        for step in model.pool_steps(state):
            after = node_of(model, step.after)
            assert rank(INTS, parameters, after) < rank(INTS, parameters, node)


def test_a_surplus_may_take_a_step_for_each_eni() -> None:
    """Of 3 ENIs one release empties two, which go after it."""
    model = secondary(3, 2, warm_ip=1, pods=6)
    known: dict[State, int] = {}
    above = [
        (longest_run(model, state, known), len(state))
        for state, _ in reachable(model)
        if model.decide(model.pool(state)).released
    ]
    assert (3, 3) in above


@given(model=models(max_pods=False))
def test_drained_nodes_keep_the_floor(model: CountingModel) -> None:
    targets = model.targets
    floor = min(max(targets.warm_ip, targets.minimum), targets.max_enis * targets.slots)
    drained = [
        state
        for state, _ in reachable(model)
        if model.pool(state).assigned == 0 and model.quiet(state)
    ]
    assert drained
    for state in drained:
        assert model.pool(state).cidrs == floor
        assert model.reserved(state) <= 2 * floor + 1
