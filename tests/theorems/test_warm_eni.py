"""The theorems of WARM_ENI_TARGET, run on integers and held to what the counting model does."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from typing import Final

import pytest
from attrs import evolve, frozen

from ipam_model.arithmetic import INTS
from ipam_model.counting.decisions import Pool
from ipam_model.counting.explorer import explore
from ipam_model.counting.model import CountingModel, Kind, State, pods_on
from ipam_model.explore.report import report_on
from ipam_model.explore.scope import Scope, small_node
from ipam_model.explore.search import explore as explore_reference
from ipam_model.theorems import warm_eni, warm_eni_at_rest, warm_eni_settling, warm_eni_zero
from ipam_model.theorems.induction import reachable
from ipam_model.theorems.machine import Moment, Parameters
from ipam_model.theorems.moments import read
from ipam_model.theorems.theorem import Obligation, Theorem
from tests.counting.closed_forms import ceil, most_at_rest, most_reserved
from tests.counting.models import secondary

pytestmark = pytest.mark.unmeasured

LIMITS: Final = list(product(range(1, 4), range(1, 4)))
RUN: Final = [
    secondary(enis, slots, warm_eni=target, max_pods=max_pods)
    for enis, slots in ((1, 2), (2, 1), (2, 3), (3, 2))
    for target in range(4)
    for max_pods in (None, 0, 1, 3)
]
"""Models whose every state and pool step is looked at."""
THEOREMS: Final = [
    each
    for module in (warm_eni, warm_eni_at_rest, warm_eni_settling, warm_eni_zero)
    for each in vars(module).values()
    if isinstance(each, Theorem) and each.name.startswith("warm_eni")
]


def max_pods_of(model: CountingModel) -> int:
    """Where it does not limit growth, as the theorems take it: more than all ENIs hold."""
    targets = model.targets
    return targets.max_enis * targets.slots + 1 if model.max_pods is None else model.max_pods


@frozen
class Run:
    """A reachable state of a model, and its ENI at a position."""

    model: CountingModel
    state: State
    eni: int = 0

    def values(self) -> dict[str, int | bool]:
        """The unknowns of an obligation: nothing is released, and a pod fills its address."""
        model, pool, own = self.model, self.model.pool(self.state), self._own()
        targets = model.targets
        return {
            "warm": targets.warm_ip,
            "minimum": targets.minimum,
            "warm_eni": targets.warm_eni,
            "warm_prefix": targets.warm_prefix,
            "prefix_mode": targets.prefix_mode,
            "max_enis": targets.max_enis,
            "slots": targets.slots,
            "peak": model.most_pods,
            "max_pods": max_pods_of(model),
            "enis": len(self.state),
            "cidrs": pool.cidrs,
            "assigned": pool.assigned,
            "free_cidrs": pool.free_cidrs,
            "eni_cidrs": own.cidrs,
            "eni_assigned": own.assigned,
            "eni_free_cidrs": own.free_cidrs,
            "primary": self.eni == 0,
            "share": 0,
            "whole": True,
            "spare": self.spare(),
        }

    def moment(self) -> Moment[int, bool]:
        return read(INTS, warm_eni.MODE, self.values())

    def spare(self) -> int:
        """Free addresses of the primary ENI and of those with pods."""
        return sum(eni[0] for at, eni in enumerate(self.state) if eni and (at == 0 or pods_on(eni)))

    def rests(self) -> bool:
        """Whether it comes to rest without a target, as the theorem says."""
        return warm_eni_zero.ends(INTS, self.moment(), self.spare())

    def _own(self) -> Pool[int]:
        eni = self.state[self.eni]
        assert eni is not None
        return Pool(sum(eni), pods_on(eni), eni[0])


@cache
def states(model: CountingModel) -> tuple[State, ...]:
    found, pending = {model.initial}, [model.initial]
    while pending:
        for step in model.transitions(pending.pop()):
            if step.after not in found:
                found.add(step.after)
                pending.append(step.after)
    return tuple(sorted(found, key=str))


def runs(model: CountingModel) -> Iterator[Run]:
    for state in states(model):
        for position in range(len(state)):
            yield Run(model, state, position)


def parameters(model: CountingModel) -> Parameters[int, bool]:
    return Parameters(targets=model.targets, peak=model.most_pods, max_pods=max_pods_of(model))


# -- bounds --------------------------------------------------------------------------------------


def test_bounds_equal_the_closed_forms() -> None:
    for enis, slots, target in product(range(1, 6), range(1, 6), range(1, 5)):
        for peak in range(enis * slots + 1):
            model = secondary(enis, slots, warm_eni=target, pods=peak)
            of = parameters(model)
            assert warm_eni.most_wanted(INTS, of) * (slots + 1) == most_reserved(model, peak)
            assert warm_eni.most_reserved(INTS, of) == most_reserved(model, peak)
            for pods in range(peak + 1):
                most = warm_eni_at_rest.most_enis_at_rest(INTS, of, pods) * (slots + 1)
                assert most == most_at_rest(model, peak, pods)


@pytest.mark.parametrize("target", range(4))
@pytest.mark.parametrize(("enis", "slots"), LIMITS)
def test_bounds_are_reached(enis: int, slots: int, target: int) -> None:
    capacity = enis * slots
    for peak, max_pods in product(range(capacity + 1), (None, *range(capacity + 2))):
        model = secondary(enis, slots, warm_eni=target, pods=peak, max_pods=max_pods)
        found, of = explore(model), parameters(model)
        assert found.most_reserved.value == warm_eni.most_reserved(INTS, of)
        for pods, most in found.at_rest.items():
            enis_then = warm_eni_at_rest.most_enis_at_rest(INTS, of, pods)
            assert most.value == (1 if max_pods == 0 else enis_then * (slots + 1))


def test_max_pods_is_exceeded_by_less_than_an_eni_and_by_as_much() -> None:
    for enis, slots in LIMITS:
        for max_pods in range(1, enis * slots + 1):
            model = secondary(enis, slots, warm_eni=enis, max_pods=max_pods)
            most = max(model.pool(state).cidrs for state in states(model))
            assert most == ceil(max_pods, slots) * slots < max_pods + slots


def test_a_drained_node_keeps_its_floor() -> None:
    for model in RUN:
        kept = warm_eni_at_rest.kept_when_drained(INTS, parameters(model))
        resting = [s for s in states(model) if not model.pool(s).assigned and model.quiet(s)]
        assert resting
        if model.max_pods is None:
            assert {(len(s), model.pool(s).cidrs) for s in resting} == {
                (kept, kept * model.targets.slots)
            }


# -- every claim, on every reachable state -------------------------------------------------------


def holds(obligation: Obligation, values: Mapping[str, int | bool]) -> bool | None:
    """Whether the conclusions do; `None` where a premise does not."""
    claim = obligation.text(INTS, **{each.name: values[each.name] for each in obligation.operands})
    if not all(claim.premises.values()):
        return None
    return all(claim.conclusions.values())


@pytest.mark.parametrize("each", THEOREMS, ids=lambda each: each.name)
def test_claims_hold_of_every_reachable_state(each: Theorem) -> None:
    met: Counter[str] = Counter()
    for model in RUN:
        for run in runs(model):
            values = run.values()
            for obligation in each.obligations:
                verdict = holds(obligation, values)
                assert verdict is not False, (obligation.name, run)
                met[obligation.name] += verdict is True
    assert all(met.values()), "every obligation speaks of some state"
    assert len(met) == len(each.obligations)


def test_reachable_states_are_what_the_theorems_take_them_for() -> None:
    for model in RUN:
        for run in runs(model):
            known = {
                **reachable(INTS, warm_eni.INVARIANTS, run.moment()),
                **warm_eni_zero.spare_sums(INTS, run.moment(), run.spare()),
            }
            assert not [name for name, value in known.items() if not value], run


# -- settling ------------------------------------------------------------------------------------


def longest(model: CountingModel, state: State, way: tuple[State, ...] = ()) -> int | None:
    """The most pool steps from a state; `None` if there are runs without end."""
    if state in way:
        return None
    found = 0
    for step in model.pool_steps(state):
        steps = longest(model, step.after, (*way, state))
        if steps is None:
            return None
        found = max(found, steps + 1)
    return found


def test_with_a_target_the_steps_left_fall_and_bound_every_run() -> None:
    for model in RUN:
        if not model.targets.warm_eni:
            continue
        for state in states(model):
            left = warm_eni_settling.steps_left(INTS, Run(model, state).moment())
            steps = longest(model, state)
            assert steps is not None
            assert steps <= left <= model.targets.max_enis
            for step in model.pool_steps(state):
                after = Run(model, step.after).moment()
                assert 0 <= warm_eni_settling.steps_left(INTS, after) < left


def test_without_a_target_a_node_settles_exactly_where_the_theorem_says_so() -> None:
    seen: Counter[bool] = Counter()
    for model in RUN:
        if model.targets.warm_eni:
            continue
        for state in states(model):
            run, steps = Run(model, state), longest(model, state)
            assert run.rests() is (steps is not None), run
            seen[run.rests()] += 1
            if steps is not None:
                left = warm_eni_zero.steps_left_without_target(INTS, run.moment())
                assert steps <= left <= model.targets.max_enis
    assert seen[True] > 10 < seen[False]


def test_R82_the_cycle_is_in_the_counting_model() -> None:
    model = secondary(3, 2, warm_eni=0)
    full: State = ((0, 2), (0, 2))
    assert full in states(model)
    (comes,) = model.pool_steps(full)
    (goes,) = model.pool_steps(comes.after)
    assert (comes.kind, goes.kind, goes.after) == (Kind.ATTACH, Kind.FREE, full)
    assert not Run(model, full).rests()
    for limited in (evolve(model, max_pods=4), secondary(2, 2, warm_eni=0)):
        assert not list(limited.pool_steps(full))
        assert Run(limited, full).rests()
    assert Run(model, ((1, 1), (0, 2))).rests()


@pytest.mark.parametrize(
    ("limits", "target", "pods"),
    [
        ((2, 3), 0, 2),
        ((2, 3), 0, 1),
        ((1, 3), 0, 2),
        ((2, 2), 0, 1),
        ((2, 2), 0, 2),
        ((2, 2), 1, 2),
    ],
)
def test_the_reference_model_settles_where_the_theorems_say_so(
    limits: tuple[int, int], target: int, pods: int
) -> None:
    enis, addresses = limits
    model = secondary(enis, addresses - 1, warm_eni=target, pods=min(pods, enis * (addresses - 1)))
    settles = target >= 1 or all(Run(model, state).rests() for state in states(model))
    node = small_node(enis, addresses, {"WARM_ENI_TARGET": str(target)})
    report = report_on(explore_reference(Scope(node=node, pods=pods, faults=0, restarts=0)))
    assert report.settling is not None
    assert report.settling.always is settles
    loops = [each for each in report.examples if each.of == "settles"]
    assert [each.findings for each in loops] == [("warm-eni-target-zero",)] * (not settles)
