"""The theorems for given numbers of ENIs are proved, speak of states that exist, and can fail."""

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any, Final

import pytest
from attrs import evolve

from ipam_model.arithmetic import INTS, B, I, Logic
from ipam_model.counting.model import CountingModel, Kind, State
from ipam_model.errors import InputError
from ipam_model.theorems import (
    given_enis,
    index,
    prefix_warm_ip,
    prefix_warm_prefix,
    warm_eni,
    warm_ip,
)
from ipam_model.theorems.concrete import concrete
from ipam_model.theorems.induction import Invariants, Sum, reachable
from ipam_model.theorems.machine import Eni, Node, Parameters
from ipam_model.theorems.moments import read
from ipam_model.theorems.theorem import Mutant, Obligation, Theorem, Tier, applied
from tests.counting.models import secondary
from tests.theorems.relation import of_eni, values

pytestmark = pytest.mark.unmeasured

OF_TWO: Final = tuple(each for each in given_enis.THEOREMS if each.name.endswith("for_2_enis"))
RLIMIT: Final = 10_000_000


def answers(obligation: Obligation, mutant: Mutant | None = None) -> tuple[str, str]:
    """What the solver says of the premises, and of them with the conclusions denied."""
    symbolic = pytest.importorskip("ipam_model.symbolic", reason="z3-solver is absent")
    found = []
    for denied in (False, True):
        named, k = symbolic.unknowns(obligation.operands), symbolic.GuardedTerms()
        with applied(mutant):
            claim = obligation.text(k, **named)
        formulas = list(claim.premises.values())
        if denied:
            formulas.append(k.no(k.all(*claim.conclusions.values())))
        found.append(symbolic.solve(formulas, named, rlimit=RLIMIT).result)
    return found[0], found[1]


@pytest.mark.parametrize("each", OF_TWO, ids=lambda each: each.name)
def test_every_obligation_is_proved_and_none_is_vacuous(each: Theorem) -> None:
    for obligation in each.obligations:
        assert answers(obligation) == ("sat", "unsat"), obligation.name


@pytest.mark.parametrize("each", OF_TWO, ids=lambda each: each.name)
def test_mutants_are_refuted(each: Theorem) -> None:
    assert each.mutants
    for mutant in each.mutants:
        assert any(answers(one, mutant)[1] == "sat" for one in each.obligations), mutant.name


def by(at: int) -> str:
    """The ENI at a position, in names of obligations."""
    return f"by ENI {at + 1}" if at else "by the primary"


def enis_of(each: Theorem) -> int:
    """For how many ENIs a theorem is, by its name."""
    return int(each.name.split("_")[-2])


def test_every_mode_has_a_theorem_for_a_few_enis() -> None:
    counts = Counter(each.name.partition("_for_")[0] for each in given_enis.THEOREMS)
    names = {"warm_ip", "warm_eni", "prefix_warm_ip", "prefix_warm_prefix"}
    assert counts == {f"{name}_invariants": len(given_enis.LISTED) for name in names}
    assert {each.tier for each in given_enis.THEOREMS} == {Tier.CROSS}
    assert tuple(map(enis_of, given_enis.THEOREMS)) == given_enis.LISTED * len(names)


@pytest.mark.parametrize("each", given_enis.THEOREMS, ids=lambda each: each.name)
def test_every_step_of_every_number_of_enis_is_there(each: Theorem) -> None:
    names, most = [one.name for one in each.obligations], enis_of(each)
    assert len(set(names)) == len(names)
    for enis in range(1, most + 1):
        suffix = "1 ENI" if enis == 1 else f"{enis} ENIs"
        for kind in (Kind.ADD, Kind.DELETE, Kind.EXTEND, Kind.FREE):
            assert {f"{kind.value}, {by(at)}, {suffix}" for at in range(enis)} < set(names)
        for name in (Kind.ATTACH.value, Kind.RELEASE.value, "sums", "full"):
            assert f"{name}, {suffix}" in names
        for name in bounds_of(each):
            assert {f"{name}, {by(at)}, {suffix}" for at in range(enis)} < set(names)
    assert not any(one.paper for one in each.basis())


def bounds_of(each: Theorem) -> set[str]:
    """The obligations about what is reserved."""
    general = {
        "warm_ip_invariants": warm_ip.RESERVED,
        "warm_eni_invariants": warm_eni.RESERVED,
        "prefix_warm_ip_invariants": prefix_warm_ip.RESERVED,
        "prefix_warm_prefix_invariants": prefix_warm_prefix.RESERVED,
    }
    return {one.name for one in general[each.name.partition("_for_")[0]].obligations}


def _unbounded(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    del parameters
    return k.ge(node.enis, 1)


@pytest.mark.parametrize("name", [warm_ip.OWNED, warm_ip.ATTACHED])
def test_the_bound_on_what_is_reserved_is_proved_of_the_invariants(name: str) -> None:
    """Without one of them it is refuted, so the lemmas that are left do not say it themselves."""
    weaker = evolve(warm_ip.INVARIANTS, node={**warm_ip.INVARIANTS.node, name: _unbounded})
    found = concrete(
        weaker, enis=2, rules=("R5",), mutants=(), consequences=(warm_ip.RESERVED,)
    ).obligations
    bounds = [one for one in found if one.name.startswith(("ENIs", "addresses"))]
    assert len(bounds) == 6
    assert "sat" in {answers(one)[1] for one in bounds}


def test_theorems_for_more_enis_are_made_when_they_are_asked_for() -> None:
    (eight,) = index.named(["prefix_warm_ip_invariants_for_8_enis"])
    assert eight.name not in index.theorems()
    assert enis_of(eight) == 8
    assert len(eight.obligations) == 249
    listed = given_enis.THEOREMS[0]
    assert index.named([listed.name]) == (listed,)
    for wrong in ("for_0_enis", "for_1_enis", "for_2_eni", "for_08_enis", "for_100_enis", "for_8"):
        with pytest.raises(InputError, match="did you mean warm_ip_invariants"):
            index.named([f"warm_ip_invariants_{wrong}"])
    assert given_enis.asked("full_enis_for_8_enis") is None


def scene(model: CountingModel, state: State) -> dict[str, Any]:
    """The unknowns of a concrete obligation in a state."""
    found = values(model, state, 0)
    for at, eni in enumerate(state):
        assert eni is not None
        cidrs, assigned, free = of_eni(eni)
        found.update({f"cidrs_{at}": cidrs, f"assigned_{at}": assigned, f"free_cidrs_{at}": free})
        found[f"share_{at}"] = 0
    return found


def steps() -> Iterator[tuple[CountingModel, State, Kind, dict[str, Any]]]:
    """Walks of nodes with at most 3 ENIs, and what each step leaves open."""
    random = Random("concrete")
    for warm, minimum in ((1, 0), (2, 5), (0, 4), (3, 1)):
        model = secondary(
            3, 2, warm_ip=warm, minimum=minimum, pods=5, any_distribution=True, symmetric=True
        )
        for _ in range(10):
            state = model.initial
            for _ in range(25):
                step = random.choice(list(model.transitions(state)))
                given = scene(model, state)
                given["whole"] = True
                for at, amount in enumerate(step.amounts if step.kind is Kind.RELEASE else ()):
                    given[f"share_{at}"] = amount
                actor = "" if step.eni < 0 or step.kind is Kind.ATTACH else step.eni
                yield model, state, step.kind, {**given, "actor": actor}
                state = step.after


def test_premises_hold_where_the_counting_model_takes_the_step_and_so_do_conclusions() -> None:
    three = given_enis.THEOREMS[2]
    obligations = {each.name: each for each in three.obligations}
    taken = set()
    for _, state, kind, given in steps():
        actor = given.pop("actor")
        taker = "" if actor == "" else f", {by(actor)}"
        suffix = "1 ENI" if len(state) == 1 else f"{len(state)} ENIs"
        claim = obligations[f"{kind.value}{taker}, {suffix}"].text(INTS, **given)
        assert all(claim.premises.values()), (kind, claim.premises)
        assert all(claim.conclusions.values()), (kind, claim.conclusions)
        sums = obligations[f"sums, {suffix}"].text(INTS, **given)
        assert all(sums.premises.values())
        assert all(sums.conclusions.values())
        taken.add(kind)
    assert taken == set(Kind)


def _at_most_one(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    del parameters
    return k.le(node.enis, 1)


def _holds_one(k: Logic[I, B], parameters: Parameters[I, B], eni: Eni[I], primary: B) -> B:
    del parameters, primary
    return k.ge(eni.pool.cidrs, 1)


def _holds_none_or_more(k: Logic[I, B], parameters: Parameters[I, B], eni: Eni[I], primary: B) -> B:
    del parameters, primary
    return k.ge(eni.pool.cidrs, 0)


def _as_many(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    del parameters
    return k.ge(node.pool.cidrs, node.enis)


def _refuted(invariants: Invariants) -> set[str]:
    theorem = concrete(invariants, enis=2, rules=("R5",), mutants=())
    return {each.name for each in theorem.obligations if answers(each)[1] == "sat"}


def test_what_is_no_invariant_is_refuted() -> None:
    of_node = evolve(warm_ip.INVARIANTS, node={**warm_ip.INVARIANTS.node, "one": _at_most_one})
    assert _refuted(of_node) == {"attach, 1 ENI"}
    of_each = evolve(warm_ip.INVARIANTS, enis={"one": _holds_one})
    assert {"begin, 1 ENI", "release, 2 ENIs"} <= _refuted(of_each)


def test_a_sum_is_not_assumed_but_proved() -> None:
    follows = Sum(name="as many CIDRs as ENIs", enis={"one": _holds_one}, node=_as_many)
    does_not = evolve(follows, enis={"none or more": _holds_none_or_more})
    sums = {"sums, 1 ENI", "sums, 2 ENIs"}
    for each, refuted in ((follows, set()), (does_not, sums)):
        enis = {**warm_ip.INVARIANTS.enis, **each.enis}
        found = _refuted(evolve(warm_ip.INVARIANTS, enis=enis, sums=(each,)))
        assert found & sums == refuted


def test_the_moment_is_that_of_the_induction() -> None:
    """What is known of an ENI is what the induction over lists takes for known."""
    mode = warm_ip.INVARIANTS.mode
    for model, state, _, _ in steps():
        for position in range(len(state)):
            now = read(INTS, mode, values(model, state, position))
            assert all(reachable(INTS, warm_ip.INVARIANTS, now).values())
