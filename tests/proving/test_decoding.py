"""Refutations are decoded into scenarios in which the reference model breaks the claim."""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path

import pytest

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting import decisions
from ipam_model.counting.abstraction import counted
from ipam_model.counting.model import CountingModel, State
from ipam_model.errors import InputError, ModelError
from ipam_model.proving import decoding, readings, small_nodes, witness
from ipam_model.proving.decoding import Refutation, Status, decode, told
from ipam_model.scenario.document import Scenario
from ipam_model.scenario.reading import parse_scenario
from ipam_model.scenario.writing import write_scenario
from ipam_model.theorems import (
    induction,
    release_growth,
    sizes,
    sums_of_enis,
    warm_ip,
    warm_targets,
)
from ipam_model.theorems.theorem import Mutant, Theorem, applied, wrong
from tests.counting.models import prefixes, secondary

pytestmark = pytest.mark.unmeasured

LARGE: Mapping[str, int | bool] = {
    "warm": 7,
    "minimum": 11,
    "warm_eni": 0,
    "warm_prefix": 0,
    "prefix_mode": False,
    "max_enis": 15,
    "slots": 16,
    "peak": 10,
    "max_pods": 0,
    "enis": 2,
    "cidrs": 5,
    "assigned": 5,
    "free_cidrs": 0,
    "eni_cidrs": 0,
    "eni_assigned": 0,
    "eni_free_cidrs": 0,
    "primary": False,
    "share": 0,
    "whole": False,
}
"""Values a solver found for the first of the wrong rules below: a state that is never reached."""

REPLAYED = (
    (warm_ip.INVARIANT, "missing is the sum of the two", "extend", warm_ip.OWNED),
    (warm_ip.INVARIANT, "one ENI more may come", "attach", induction.NODE_CAP),
    (warm_ip.INVARIANT, "extended by what is wanted", "extend", sums_of_enis.ENI_CAP),
)
"""Theorem, wrong rule, the obligation that fails, and what is not so in the state reached."""

FORMULAS = (
    (release_growth.never_short_and_over, "surplus is the larger of the two"),
    (release_growth.release_settles, "surplus forgets MINIMUM_IP_TARGET"),
    (release_growth.growth_settles, "missing is the sum of the two"),
    (release_growth.prefix_release_settles, "over forgets MINIMUM_IP_TARGET"),
    (release_growth.eni_deletion_leaves_no_shortage, "only WARM_IP_TARGET is kept"),
    (warm_targets.attached_eni_is_wanted, "too low one ENI early"),
    (warm_targets.deleted_eni_is_not_missed, "no margin of one ENI"),
    (
        warm_targets.deleted_eni_is_not_missed,
        "without the premise: WARM_ENI_TARGET is not 0",
    ),
    (warm_targets.released_prefixes_are_not_missed, "one prefix more is released"),
    (sizes.max_pods_stops_growth, "max pods may be reached"),
    (sizes.extension_size_fits, "extended by what is wanted"),
    (sizes.new_eni_size_fits, "a new ENI takes every prefix"),
)
"""Theorems about formulas, read on the states of nodes."""


def mutant_of(theorem: Theorem, name: str) -> Mutant:
    return next(each for each in theorem.mutants if each.name == name)


def replay_outcome(refutation: Refutation, mutant: Mutant | None) -> tuple[State, list[str]]:
    """Where the scenario leads as text on disk does, and what it expected in vain."""
    assert refutation.scenario is not None
    scenario, _ = parse_scenario(write_scenario(refutation.scenario))
    assert scenario == refutation.scenario
    with applied(mutant):
        world, steps = witness.replayed(scenario)
    return counted(world), [str(each) for step in steps for each in step.violations]


@pytest.mark.parametrize(("theorem", "name", "obligation", "claim"), REPLAYED)
def test_a_refuted_invariant_is_replayed(
    theorem: Theorem, name: str, obligation: str, claim: str
) -> None:
    mutant = mutant_of(theorem, name)
    found = decode(theorem, mutant, obligation, LARGE)
    assert found.status is Status.REPLAYED, told(found)
    assert claim in found.broken
    assert replay_outcome(found, mutant) == (found.state, [])
    assert 0 < found.events <= 6


@pytest.mark.parametrize(("theorem", "name"), FORMULAS)
def test_a_refuted_formula_is_replayed(theorem: Theorem, name: str) -> None:
    mutant = mutant_of(theorem, name)
    found = decode(theorem, mutant, "", {"prefix_mode": "PREFIX" in theorem.statement.upper()})
    assert found.status is Status.REPLAYED, told(found)
    assert found.broken
    assert replay_outcome(found, mutant) == (found.state, [])


def test_the_right_rules_lead_elsewhere() -> None:
    theorem = warm_ip.INVARIANT
    mutant = mutant_of(theorem, "one ENI more may come")
    found = decode(theorem, mutant, "attach", {})
    _, violations = replay_outcome(found, None)
    assert violations
    assert violations[0].startswith("enis: expected 2, got 1")


def test_the_smallest_node_is_found_whatever_the_solver_says() -> None:
    theorem = warm_ip.INVARIANT
    mutant = mutant_of(theorem, "one ENI more may come")
    found = decode(theorem, mutant, "attach", LARGE)
    assert found.model is not None
    assert found.model.targets.max_enis == found.model.targets.slots == 1


def test_a_bound_is_refuted_on_states_that_break_what_it_is_proved_from() -> None:
    mutant = mutant_of(warm_ip.INVARIANT, "missing is the sum of the two")
    obligation = warm_ip.RESERVED.obligations[-1].name
    found = decode(warm_ip.RESERVED, mutant, obligation, {})
    assert found.status is Status.REPLAYED, told(found)


def test_a_premise_of_the_proof_is_no_part_of_the_claim() -> None:
    theorem = warm_ip.INVARIANT
    mutant = mutant_of(theorem, f"without the premise: {warm_ip.OWNED}")
    found = decode(theorem, mutant, "add", LARGE)
    assert found.status is Status.NOT_REACHED
    assert "one of the proof, not of the claim" in found.reason
    assert found.states >= 1_000


@pytest.mark.parametrize("theorem", [warm_ip.INVARIANT, warm_ip.RESERVED])
def test_the_theorem_itself_is_not_refuted_by_any_state_seen(theorem: Theorem) -> None:
    for obligation in theorem.obligations:
        found = decode(theorem, None, obligation.name, {}, states=2_000)
        assert found.status is Status.NOT_REACHED
        assert found.states == 2_000


def test_sums_of_any_enis_are_explained_by_their_values() -> None:
    theorem = sums_of_enis.SUMS
    values = {**LARGE, "slots": 1, "enis": 1, "cidrs": 1, "free_cidrs": 1, "assigned": 0}
    values |= {"eni_cidrs": 2, "eni_free_cidrs": 2}
    found = decode(theorem, theorem.mutants[0], theorem.obligations[1].name, values)
    assert found.status is Status.FORMULAS
    assert found.broken == ("their CIDRs fit into their slots",)
    assert "eni_cidrs = 2" in told(found)


def test_values_that_refute_nothing_are_an_error() -> None:
    theorem = sums_of_enis.SUMS
    values = dict.fromkeys(LARGE, 0)
    with pytest.raises(ModelError, match="true of"):
        decode(theorem, None, theorem.obligations[1].name, values)


def test_an_unknown_obligation_is_an_error() -> None:
    with pytest.raises(ModelError, match="no obligation 'tomorrow'"):
        decode(warm_ip.INVARIANT, None, "tomorrow", {})


# What only the counting model does is told as that.


def _extension_of_the_counting_model_alone(
    k: Logic[I, B], targets: decisions.Targets[I, B], wanted: I, held: I
) -> I:
    del held
    return k.ite(k.gt(wanted, 0), targets.slots + 1, 0)


def test_a_wrong_counting_model_is_not_taken_for_a_wrong_daemon() -> None:
    mutant = wrong("more than fits", decisions.extension, _extension_of_the_counting_model_alone)
    found = decode(warm_ip.INVARIANT, mutant, "extend", {}, states=3_000)
    assert found.status is Status.COUNTED
    assert found.scenario is None
    assert sums_of_enis.ENI_CAP in found.broken
    assert found.reason.startswith("no event of the reference model takes extend")


# Witnesses: goals of the counting model, reached by the reference model.


def _has_two_enis(model: CountingModel, state: State) -> bool:
    del model
    return len(state) == 2


def _has_three_enis(model: CountingModel, state: State) -> bool:
    del model
    return len(state) == 3


GOALS: tuple[tuple[CountingModel, Callable[[CountingModel, State], bool]], ...] = (
    (secondary(2, 2, warm_ip=1, pods=3), lambda m, s: m.pool(s).assigned == 3),
    (secondary(3, 2, warm_eni=1, pods=3), _has_three_enis),
    (secondary(2, 2, warm_ip=1, pods=2), lambda m, s: len(s) == 2 and m.quiet(s)),
    (
        secondary(2, 2, warm_ip=1, minimum=3, pods=3, max_pods=3),
        lambda m, s: m.pool(s).assigned == 3,
    ),
    (prefixes(2, 2, 16, warm_prefix=1, pods=3), lambda m, s: m.pool(s).cidrs == 2),
    (prefixes(2, 1, 2, warm_ip=1, pods=3), _has_two_enis),
)


@pytest.mark.parametrize(("model", "goal"), GOALS)
def test_a_goal_has_a_witness(
    model: CountingModel, goal: Callable[[CountingModel, State], bool]
) -> None:
    found = witness.witness(model, lambda state: goal(model, state), title="goal")
    assert isinstance(found, witness.Witness), found
    world, _ = witness.replayed(found.scenario)
    assert goal(model, counted(world))
    assert found.events >= 1


def test_the_most_reserved_has_a_witness() -> None:
    model = secondary(3, 3, warm_ip=2, minimum=4, pods=3)
    found = witness.witness(model, lambda state: model.reserved(state) == 7, title="most")
    assert isinstance(found, witness.Witness)
    world, _ = witness.replayed(found.scenario)
    assert world.ec2.reserved() == 7


def test_the_most_reserved_by_an_m5_large_has_a_witness() -> None:
    model = secondary(3, 9, warm_eni=1, pods=27)
    found = witness.witness(model, lambda state: model.reserved(state) >= 30, title="all ENIs")
    assert isinstance(found, witness.Witness)
    assert found.events == len(found.path)
    world, _ = witness.replayed(found.scenario)
    assert (world.ec2.reserved(), counted(world)) == (30, found.state)


def test_a_goal_that_is_never_reached() -> None:
    model = secondary(2, 2, warm_ip=1, pods=2)
    found = witness.witness(model, lambda state: len(state) == 3, title="never")
    assert isinstance(found, witness.NotReached)
    assert found.exhaustive
    short = witness.witness(model, lambda state: len(state) == 3, title="never", states=5)
    assert short == witness.NotReached(states=5, exhaustive=False)


def test_a_replay_that_contradicts_the_counting_model_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = secondary(2, 2, warm_ip=1, pods=2)

    def cut_short(
        model: CountingModel, deeds: Sequence[witness.Deed], *, title: str, source: str
    ) -> Scenario:
        return recorded(model, deeds[:-1], title=title, source=source)

    recorded = witness.recorded
    monkeypatch.setattr(witness, "recorded", cut_short)
    with pytest.raises(ModelError, match="where the counting model comes to"):
        witness.witness(model, lambda state: model.pool(state).assigned == 1, title="wrong")


def test_a_node_with_other_targets_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witness, "environment", lambda _: {"WARM_IP_TARGET": "5"})
    with pytest.raises(ModelError, match="would be one with"):
        witness.world(secondary(2, 2, warm_ip=1))


def test_readings_know_the_unknowns_of_every_formula() -> None:
    for module in (release_growth, sizes, warm_targets):
        for each in vars(module).values():
            if isinstance(each, Theorem):
                assert readings.claim_about_states(each.obligations[0]) is not None, each.name


def test_text_says_what_where_and_how() -> None:
    theorem = warm_ip.INVARIANT
    found = decode(theorem, mutant_of(theorem, "one ENI more may come"), "attach", {})
    lines = told(found).splitlines()
    assert lines[0].endswith("(one ENI more may come): replayed")
    assert lines[1] == f"  not so: {induction.NODE_CAP}"
    assert lines[2].startswith("  node: ENIs × addresses: 1 × 1, ")
    assert lines[-1] == f"  scenario: {found.events} events"
    assert found.states < decoding.STATES


def test_scenarios_are_written(tmp_path: Path) -> None:
    theorem = warm_ip.INVARIANT
    found = decode(theorem, mutant_of(theorem, "one ENI more may come"), "attach", {})
    file = decoding.write(found, tmp_path / "new")
    assert file is not None
    assert file.name == "warm_ip_invariants.attach.one-ENI-more-may-come.json"
    assert parse_scenario(file.read_text())[0] == found.scenario
    with pytest.raises(InputError, match="cannot be written"):
        decoding.write(found, file)
    without_scenario = decode(theorem, None, "attach", {}, states=100)
    assert decoding.write(without_scenario, tmp_path) is None


def test_nodes_of_solvers_are_tried_if_they_are_nodes() -> None:
    mode = warm_ip.MODE
    tried = list(islice(small_nodes.nodes(mode, LARGE, None), 5_000))
    assert any(each.targets.slots == LARGE["slots"] for each in tried)
    for change in ({"slots": 0}, {"slots": 10**6}, {"peak": -1}):
        values = {**LARGE, **change}
        tried = list(islice(small_nodes.nodes(mode, values, None), 5_000))
        assert all(0 < each.targets.slots <= 4 and each.peak >= 0 for each in tried)
