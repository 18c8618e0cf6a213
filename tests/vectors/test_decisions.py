"""Decision vectors: right, complete, and not vacuous."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipam_model.arithmetic import INTS
from ipam_model.catalogue import Kind, catalogue, implementations
from ipam_model.config import Version
from ipam_model.firing import rules_fired
from ipam_model.rules import eligibility, growth, timing
from ipam_model.vectors.decisions import PLAIN, TABLE, candidates, decision, decisions
from ipam_model.vectors.files import suite
from ipam_model.vectors.probing import mistakes, probe
from ipam_model.vectors.questions import MEANING, QUESTIONS, Question, possible

BY_NAME = {each.name: each for each in QUESTIONS}


def vectors(version: str, name: str) -> list[dict[str, Any]]:
    return [{**each} for each in suite(version).vectors if each.get("decision") == name]


def test_every_formula_of_the_catalogue_is_asked() -> None:
    asked = {each.formula for each in QUESTIONS}
    formulas = {
        name: function
        for name, function in implementations().items()
        if name.startswith("ipam_model.rules.") and ".article." not in name
    }
    assert not [name for name, function in formulas.items() if function not in asked]
    helpers = asked - set(formulas.values())
    assert helpers == {
        growth.wanted_addresses,
        growth.extension_size,
        eligibility.enough_attached,
        eligibility.for_other_clusters_only,
    }


def test_every_formula_rule_is_covered() -> None:
    covered = {rule for each in QUESTIONS for rule in each.rules}
    of_v1_23 = {rule.id for rule in catalogue("v1.23.1").values() if rule.kind is Kind.FORMULA}
    assert of_v1_23 <= covered


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.name)
def test_rules_of_a_question_are_those_of_its_formula(question: Question) -> None:
    dotted = f"{question.formula.__module__}.{question.formula.__qualname__}"
    stated = {rule.id for rule in catalogue().values() if dotted in rule.where}
    assert stated <= set(question.rules)
    assert set(question.rules) <= catalogue().keys()


def test_every_operand_has_a_meaning_and_nothing_else_has() -> None:
    assert {operand.name for each in QUESTIONS for operand in each.operands()} == MEANING.keys()


@pytest.mark.parametrize("version", ["v1.23", "v1.7"])
@pytest.mark.parametrize("name", BY_NAME)
def test_no_mistake_survives_that_any_candidate_shows(version: str, name: str) -> None:
    question = BY_NAME[name]
    if Version(version) not in question.versions:
        assert not vectors(version, name)
        return
    shipped = [each["inputs"] for each in vectors(version, name)]
    assert shipped
    # Others than those that the choice was made from.
    draw = random.Random(1)
    tried = list(candidates(question, Version(version)))
    for what, mistake in mistakes(question, tried[0]):
        if all(mistake(inputs) == question.formula(INTS, **inputs) for inputs in shipped):
            some = draw.sample(tried, min(len(tried), 300))
            seen = [each for each in some if mistake(each) != question.formula(INTS, **each)]
            assert not seen, f"{what} is shown by {seen[0]}, but by no vector"


@pytest.mark.parametrize("name", BY_NAME)
def test_both_sides_and_the_middle_of_each_comparison_are_asked(name: str) -> None:
    question = BY_NAME[name]
    sides = {
        (each.place, each.sign)
        for vector in vectors("v1.23", name)
        for each in probe(question, vector["inputs"]).compared
    }
    possible_sides = {
        (each.place, each.sign)
        for inputs in candidates(question, Version.V1_23)
        for each in probe(question, inputs).compared
        if each.distance <= 1
    }
    assert possible_sides <= sides


@given(st.sampled_from(QUESTIONS), st.data())
def test_a_decision_is_what_the_formula_says(question: Question, data: st.DataObject) -> None:
    inputs = {
        each.name: data.draw(st.booleans() if each.truth else st.integers(0, 200), each.name)
        for each in question.operands()
    }
    if "block" in inputs:
        inputs["block"] = 16
    found = decision(question, inputs)
    assert found.output == question.formula(INTS, **inputs)
    assert type(found.output) is type(question.formula(INTS, **inputs))


@pytest.mark.parametrize("version", ["v1.23", "v1.7"])
def test_shipped_outputs_are_the_models(version: str) -> None:
    for name, question in BY_NAME.items():
        for each in vectors(version, name):
            assert possible(each["inputs"])
            right = question.formula(INTS, **each["inputs"])
            assert each["output"] == right
            assert type(each["output"]) is type(right)


def test_small_tables_are_complete() -> None:
    question = BY_NAME["enis_frozen"]
    assert len(decisions(question, Version.V1_23)) == 8 <= TABLE
    assert len(vectors("v1.23", "enis_frozen")) == 8
    assert PLAIN


def test_a_mistake_at_a_boundary_is_shown() -> None:
    versions = frozenset({Version.V1_23})
    question = Question(
        formula=timing.cooling, asks="?", rules=("R17",), versions=versions, fixed={}
    )
    shown = [
        case
        for case in decisions(question, Version.V1_23)
        if (case.inputs["now"] - case.inputs["unassigned"] < case.inputs["period"]) != case.output
    ]
    assert shown
    assert all(case.boundary for case in shown)


def test_probing_fires_the_formula() -> None:
    with rules_fired() as fired:
        probe(BY_NAME["cooling"], {"now": 2, "unassigned": 1, "period": 1})
    assert "R17" in fired.rules
