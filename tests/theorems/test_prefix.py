"""The theorems of prefix mode: proved for blocks of 16, 2 and 3, broken by their mutants, and true
of what the counting model reaches."""

import itertools
from collections.abc import Callable, Iterator

import pytest

from ipam_model.arithmetic import INTS
from ipam_model.counting.explorer import explore
from ipam_model.counting.model import POD_EVENTS, CountingModel, State, pods_on
from ipam_model.symbolic import GuardedTerms, solve, unknowns
from ipam_model.theorems import prefix_warm_ip, prefix_warm_prefix
from ipam_model.theorems.at_rest import at_rest
from ipam_model.theorems.machine import Parameters
from ipam_model.theorems.moments import Mode, anything, read
from ipam_model.theorems.prefix import Family, family
from ipam_model.theorems.theorem import Mutant, Obligation, Theorem, applied
from tests.counting.closed_forms import most_at_rest_in_prefix_mode
from tests.counting.models import prefixes

RLIMIT = 20_000_000
BUILDERS = {"warm_ip": prefix_warm_ip.theorems, "warm_prefix": prefix_warm_prefix.theorems}
SIXTEEN = [
    each for build in BUILDERS.values() for capped in (False, True) for each in build(capped=capped)
]


def refuted(obligation: Obligation, mutant: Mutant | None = None) -> str:
    """What the solver says about the premises and the opposite of the conclusions."""
    named, logic = unknowns(obligation.operands), GuardedTerms()
    with applied(mutant):
        claim = obligation.text(logic, **named)
    left_out = "" if mutant is None else mutant.without
    premises = [each for name, each in claim.premises.items() if name != left_out]
    guards = () if mutant is not None else logic.guards
    opposite = logic.no(logic.all(*claim.conclusions.values(), *guards))
    return solve([*premises, opposite], named, rlimit=RLIMIT).result


def possible(obligation: Obligation) -> str:
    """What the solver says about the premises alone."""
    named = unknowns(obligation.operands)
    premises = obligation.text(GuardedTerms(), **named).premises.values()
    return solve(list(premises), named, rlimit=RLIMIT).result


@pytest.mark.parametrize("capped", [False, True])
@pytest.mark.parametrize("block", [2, 3, 16])
@pytest.mark.parametrize("governed", BUILDERS)
def test_proved_and_not_in_vain(governed: str, block: int, capped: bool) -> None:
    build: Callable[..., tuple[Theorem, ...]] = BUILDERS[governed]
    obligations = [each for one in build(block, capped=capped) for each in one.obligations]
    assert {refuted(each) for each in obligations} == {"unsat"}
    assert {possible(each) for each in obligations} == {"sat"}


@pytest.mark.parametrize(
    ("proved", "mutant"),
    [(each, mutant) for each in SIXTEEN for mutant in each.mutants],
    ids=lambda each: f"{each.name}",
)
def test_every_mutant_breaks_its_theorem(proved: Theorem, mutant: Mutant) -> None:
    assert "sat" in {refuted(each, mutant) for each in proved.obligations}


# The counting model


def moments(model: CountingModel, state: State) -> Iterator[dict[str, int | bool]]:
    """The state as each of its ENIs sees it, with every choice that a step may leave open."""
    targets, pool = model.targets, model.pool(state)
    whole = {
        "warm": targets.warm_ip,
        "minimum": targets.minimum,
        "warm_eni": targets.warm_eni,
        "warm_prefix": targets.warm_prefix,
        "prefix_mode": True,
        "max_enis": targets.max_enis,
        "slots": targets.slots,
        "peak": model.most_pods,
        "max_pods": -1 if model.max_pods is None else model.max_pods,
        "enis": len(state),
        "cidrs": pool.cidrs,
        "assigned": pool.assigned,
        "free_cidrs": pool.free_cidrs,
    }
    for position, eni in enumerate(state):
        assert eni is not None, "symmetric states have no gaps"
        for share, apart in itertools.product(range(eni[0] + 1), (False, True)):
            yield {
                **whole,
                "eni_cidrs": sum(eni),
                "eni_assigned": pods_on(eni),
                "eni_free_cidrs": eni[0],
                "primary": position == 0,
                "share": share,
                "whole": apart,
            }


def reached(model: CountingModel) -> list[State]:
    """Every state that can be reached."""
    found, pending = {model.initial}, [model.initial]
    while pending:
        for step in model.transitions(pending.pop()):
            if step.after not in found:
                found.add(step.after)
                pending.append(step.after)
    return sorted(found)


def at_rest_everywhere(model: CountingModel, state: State) -> bool:
    """All ENIs see a node at rest."""
    mode = Mode(name="", holds=anything, block=model.targets.block, capped=bool(model.max_pods))
    return all(
        all(at_rest(INTS, read(INTS, mode, values)).values()) for values in moments(model, state)
    )


SMALL = [
    prefixes(2, 2, 2, warm_ip=1, pods=6),
    prefixes(3, 1, 2, warm_ip=1, minimum=3, pods=6),
    prefixes(3, 1, 2, warm_ip=1, warm_prefix=1, pods=6),
    prefixes(2, 1, 3, minimum=4, pods=6),
    prefixes(2, 2, 2, warm_prefix=1, pods=6),
    prefixes(3, 1, 2, warm_prefix=2, pods=4),
    prefixes(2, 1, 3, warm_prefix=0, pods=6),
    prefixes(2, 2, 2, warm_prefix=0, pods=6),
    prefixes(3, 1, 2, warm_ip=2, pods=6, max_pods=3),
    prefixes(3, 1, 2, warm_prefix=1, pods=6, max_pods=3),
    prefixes(2, 2, 2, warm_prefix=0, pods=6, max_pods=4),
]


@pytest.mark.parametrize("model", SMALL, ids=range(len(SMALL)))
def test_true_of_all_that_is_reached(model: CountingModel) -> None:
    """No obligation is wrong about any moment, and at rest is what the model says it is."""
    governed = "warm_ip" if model.targets.warm_ip or model.targets.minimum else "warm_prefix"
    build: Callable[..., tuple[Theorem, ...]] = BUILDERS[governed]
    proved = build(model.targets.block, capped=model.max_pods is not None)
    obligations = [each for one in proved for each in one.obligations]
    applies = set()
    for state in reached(model):
        assert at_rest_everywhere(model, state) == model.quiet(state)
        for values in moments(model, state):
            for each in obligations:
                claim = each.text(INTS, **values)
                if all(claim.premises.values()):
                    applies.add(each.name)
                    assert all(claim.conclusions.values()), (each.name, state, claim.conclusions)
    assert {"begin", "add", "delete", "extend"} <= applies


def of(governed: str, model: CountingModel) -> tuple[Family, Parameters[int, bool]]:
    """The bounds of a model."""
    capped, peak = model.max_pods is not None, model.most_pods
    parameters: Parameters[int, bool] = Parameters(
        targets=model.targets, peak=peak, max_pods=model.max_pods
    )
    of_ip = governed == "warm_ip"
    holds = (
        prefix_warm_ip.governed_by_warm_ip if of_ip else prefix_warm_prefix.governed_by_warm_prefix
    )
    most = prefix_warm_ip.most if of_ip else prefix_warm_prefix.most
    block = model.targets.block
    return family("", "", holds, most, block=block, capped=capped), parameters


SHAPES = [
    *((1, 2, 2), (2, 1, 2), (2, 2, 2), (3, 1, 2), (4, 1, 2)),
    *((1, 2, 3), (2, 1, 3), (3, 1, 3), (1, 2, 16), (2, 1, 16)),
]
"""ENIs, prefixes of one, addresses of a prefix."""


@pytest.mark.parametrize(("enis", "slots", "block"), SHAPES)
@pytest.mark.parametrize(("warm", "minimum"), [(1, 0), (2, 0), (3, 4), (0, 3)])
def test_the_bound_of_warm_ip_targets_is_reached(
    enis: int, slots: int, block: int, warm: int, minimum: int
) -> None:
    for peak, other in itertools.product((0, 1, 3, enis * slots * block), (0, 1)):
        model = prefixes(
            enis, slots, block, warm_ip=warm, minimum=minimum, warm_prefix=other, pods=peak
        )
        each, parameters = of("warm_ip", model)
        found = explore(model)
        assert found.most_reserved.value == each.most_reserved(INTS, parameters)
        if other or not warm:
            continue
        for pods, answer in found.at_rest.items():
            least = prefix_warm_ip.fewest_at_rest(INTS, parameters, pods)
            most = prefix_warm_ip.most_at_rest(INTS, each, parameters, pods)
            assert least <= model.pool(answer.state).cidrs <= most
            bounds = [
                held * block + _enis_of_warm_ip(each, parameters, pods, held)
                for held in range(least, most + 1)
            ]
            assert answer.value == max(bounds) == most_at_rest_in_prefix_mode(model, peak, pods)


def _enis_of_warm_ip(each: Family, parameters: Parameters[int, bool], pods: int, held: int) -> int:
    """n(x) where Wp = 0: which prefixes have pods does not matter."""
    mode, targets = each.mode, parameters.targets
    values: dict[str, int | bool] = dict.fromkeys(
        ("warm_eni", "eni_cidrs", "eni_assigned", "eni_free_cidrs", "share", "max_pods"), 0
    )
    now = read(
        INTS,
        mode,
        {
            **values,
            "warm": targets.warm_ip,
            "minimum": targets.minimum,
            "warm_prefix": targets.warm_prefix,
            "prefix_mode": True,
            "max_enis": targets.max_enis,
            "slots": targets.slots,
            "peak": parameters.peak,
            "enis": 1,
            "cidrs": held,
            "assigned": pods,
            "free_cidrs": 0,
            "primary": True,
            "whole": False,
        },
    )
    return prefix_warm_ip.enis_at_rest(INTS, each, now)


def test_the_noted_form_is_too_low() -> None:
    """What would be so if R136 did not round up is exceeded in the smallest node."""
    model = prefixes(3, 1, 2, warm_ip=1, pods=6)
    each, parameters = of("warm_ip", model)
    answer = explore(model).at_rest[1]
    assert answer.value == prefix_warm_ip.noted_at_rest(INTS, each, parameters, 1) + 1 == 5


def _rest_of_warm_prefix(each: Family, parameters: Parameters[int, bool], pods: int) -> int | None:
    """Q2 by the bounds; `None` if they leave nothing."""
    least = prefix_warm_prefix.fewest_at_rest(INTS, parameters, pods)
    most = prefix_warm_prefix.most_at_rest(INTS, each, parameters, pods)
    return max(
        (
            held * parameters.targets.block
            + prefix_warm_prefix.enis_at_rest(INTS, each, parameters, pods, held)
            for held in range(least, most + 1)
        ),
        default=None,
    )


@pytest.mark.parametrize(("enis", "slots", "block"), SHAPES)
@pytest.mark.parametrize("warm", [0, 1, 2, 3])
def test_the_bound_of_a_warm_prefix_target(enis: int, slots: int, block: int, warm: int) -> None:
    """It holds everywhere, and is reached but for one peak, where slots split a step of growth."""
    for peak in range(enis * slots * block + 1):
        model = prefixes(enis, slots, block, warm_prefix=warm, pods=peak)
        each, parameters = of("warm_prefix", model)
        found = explore(model)
        bound = each.most_reserved(INTS, parameters)
        split = (enis, slots, block, warm, peak) == (4, 1, 2, 2, 2)
        assert (found.most_reserved.value, bound) == ((9, 12) if split else (bound, bound))
        for pods in range(peak + 1):
            bound_at_rest = _rest_of_warm_prefix(each, parameters, pods)
            if pods not in found.at_rest:
                assert warm == 0
                assert pods == 0
            elif not split:
                assert found.at_rest[pods].value == bound_at_rest


@pytest.mark.parametrize("limit", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("governed", BUILDERS)
def test_no_more_with_max_pods(governed: str, limit: int) -> None:
    for (enis, slots, block), warm in itertools.product(SHAPES, (1, 2, 4)):
        warm_ip, warm_prefix = (warm, 0) if governed == "warm_ip" else (0, warm)
        model = prefixes(
            enis,
            slots,
            block,
            warm_ip=warm_ip,
            warm_prefix=warm_prefix,
            pods=enis * slots * block,
            max_pods=limit,
        )
        each, parameters = of(governed, model)
        assert explore(model).most_reserved.value <= each.most_reserved(INTS, parameters)


@pytest.mark.parametrize("limit", [2, None])
def test_max_pods_may_leave_a_target_unmet(limit: int | None) -> None:
    """The exception that the theorem makes with max pods is needed, and without them never."""
    for warm_ip, warm_prefix in ((2, 0), (0, 1)):
        model = prefixes(3, 1, 2, warm_ip=warm_ip, warm_prefix=warm_prefix, pods=6, max_pods=limit)
        unmet = [each for each in reached(model) if model.stranded(each)]
        assert bool(unmet) == (limit is not None)


@pytest.mark.parametrize(("enis", "slots", "block"), [(2, 2, 2), (3, 1, 2), (2, 1, 3)])
@pytest.mark.parametrize("warm", [0, 1, 2])
def test_only_a_target_of_zero_flaps(enis: int, slots: int, block: int, warm: int) -> None:
    """There is a cycle of pool steps exactly where the theorem says so."""
    model = prefixes(enis, slots, block, warm_prefix=warm)
    for state in reached(model):
        pool = model.pool(state)
        used = pool.cidrs - pool.free_cidrs
        flaps = warm == 0 and pool.assigned == used * block and used < enis * slots
        assert _on_or_before_a_cycle(model, state) == flaps


def _on_or_before_a_cycle(model: CountingModel, begin: State) -> bool:
    """Some run of pool steps from the state has no end."""
    open_states: list[tuple[State, Iterator[State]]] = [(begin, _pool_steps(model, begin))]
    on_way, done = {begin}, set()
    while open_states:
        state, following = open_states[-1]
        after = next(following, None)
        if after is None:
            open_states.pop()
            on_way.remove(state)
            done.add(state)
        elif after in on_way:
            return True
        elif after not in done:
            on_way.add(after)
            open_states.append((after, _pool_steps(model, after)))
    return False


def _pool_steps(model: CountingModel, state: State) -> Iterator[State]:
    return (each.after for each in model.transitions(state) if each.kind not in POD_EVENTS)
