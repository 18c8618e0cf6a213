"""What is false, empty, undecided or read differently is not proved, and nobody else says so."""

from pathlib import Path

import pytest
from attrs import evolve

from ipam_model.answer import Answer
from ipam_model.errors import ModelError
from ipam_model.proving import judging
from ipam_model.proving.check import Budget, Solver, check, check_mutant
from ipam_model.proving.judging import (
    Finding,
    MutantResult,
    Refutation,
    Result,
    Verdict,
    failing,
    judge,
    judge_mutant,
    judge_theorem,
)
from ipam_model.proving.reply import NEGATED, Part, Reply
from ipam_model.proving.worker import Ended
from ipam_model.theorems import sums_of_enis
from ipam_model.theorems.theorem import Mutant, Theorem, wrong
from tests.proving.claims import (
    dividing_theorem,
    empty_theorem,
    ending_theorem,
    false_theorem,
    hard_theorem,
    resting_on_a_false_one,
    sleeping_theorem,
    true_theorem,
    two_faced_premise,
    two_faced_theorem,
)
from tests.shared import ROOT

pytest.importorskip("z3", reason="z3-solver, which the extra `solver` installs, is absent")

SOLVERS = pytest.mark.parametrize("solver", [Solver.Z3, Solver.CVC5], ids=lambda each: each.value)


@SOLVERS
def test_false_theorem_is_refuted_by_numbers(solver: Solver) -> None:
    if solver is Solver.CVC5:
        pytest.importorskip("cvc5", reason="cvc5, which the extra `solver` installs, is absent")
    result = check(false_theorem, solver=solver)
    refutation = result.findings[0].refutation
    assert result.verdict is Verdict.REFUTED
    assert result.reason == "not not 7"
    assert refutation is not None
    assert (dict(refutation.values), refutation.failed) == ({"a": 7}, ("not 7",))
    assert (refutation.theorem, refutation.mutant) == (false_theorem, None)


def test_what_rests_on_something_false_is_unknown() -> None:
    result = check(resting_on_a_false_one)
    assert result.verdict is Verdict.UNKNOWN
    assert result.reason == "it rests on false_theorem, which is refuted"
    assert [finding.verdict for finding in result.findings] == [Verdict.PROVED]


def test_what_rests_on_paper_says_so() -> None:
    assert check(sums_of_enis.SUMS).verdict is Verdict.PROVED_MODULO
    assert check(sums_of_enis.SUMS).modulo == ("sums_of_enis",)
    assert check(true_theorem).verdict is Verdict.PROVED


def test_theorem_about_nothing_is_not_proved() -> None:
    result = check(empty_theorem)
    assert result.verdict is Verdict.UNKNOWN
    assert "the premises contradict each other" in result.reason


def test_core_shows_premises_that_contradict_each_other() -> None:
    (finding,) = check(empty_theorem, cores=True).findings
    assert finding.contradictory
    assert set(finding.core or ()) == {"below", "above"}
    (finding,) = check(true_theorem, cores=True).findings
    assert not finding.contradictory


def test_premises_that_no_claim_needs_are_listed() -> None:
    assert check(true_theorem, cores=True).unused == ("there is a second",)
    assert check(true_theorem).unused == ()


def test_theorem_with_a_doubtful_division_is_not_proved() -> None:
    result = check(dividing_theorem)
    assert result.verdict is Verdict.UNKNOWN
    assert "a divisor below 1" in result.reason


def test_a_mutant_is_not_refuted_by_divisions_that_are_not_meant() -> None:
    result = check_mutant(dividing_theorem, dividing_theorem.mutants[0])
    assert result.verdict is Verdict.PROVED


def test_mutants_leave_out_what_is_there() -> None:
    result = check_mutant(false_theorem, false_theorem.mutants[0])
    assert result.verdict is Verdict.REFUTED
    assert check_mutant(true_theorem, true_theorem.mutants[0]).verdict is Verdict.REFUTED
    assert check_mutant(true_theorem, true_theorem.mutants[1]).verdict is Verdict.PROVED
    with pytest.raises(ModelError, match="there is no premise 'c' to leave out"):
        check_mutant(false_theorem, false_theorem.mutants[1])


def test_giving_up_is_unknown() -> None:
    result = check(hard_theorem, budget=Budget(rlimit=2000, seconds=30))
    assert result.verdict is Verdict.UNKNOWN
    assert "the solver gave up on the claim" in result.reason


@pytest.mark.parametrize("each", [two_faced_theorem, two_faced_premise], ids=lambda each: each.name)
def test_readings_that_differ_are_an_error(each: Theorem) -> None:
    with pytest.raises(ModelError, match="the readings differ"):
        check(each)


def test_numbers_that_a_claim_is_not_about() -> None:
    with pytest.raises(ValueError, match=r"the claim says nothing about {'a': 1, 'b': 0}"):
        failing(dividing_theorem.obligations[0], {"a": 1, "b": 0})
    with pytest.raises(ValueError, match="a >= 3"):
        failing(false_theorem.obligations[0], {"a": 2})
    assert failing(false_theorem.obligations[0], {"a": 4}) == ()


# A process that is killed, or ends, costs the obligation it worked on and no other.


@pytest.mark.parametrize(
    ("each", "reason"),
    [
        (sleeping_theorem, "sleeps: no answer within 0.5 s; the solver's process was killed"),
        (ending_theorem, "ends: the solver's process ended by itself, with code 9"),
    ],
    ids=["sleeping", "ending"],
)
def test_obligation_that_ends_its_process_is_unknown(each: Theorem, reason: str) -> None:
    seconds = 0.5 if each is sleeping_theorem else 30
    result = check(each, budget=Budget(seconds=seconds))
    assert result.reason == reason
    assert [finding.verdict for finding in result.findings] == [
        Verdict.PROVED,
        Verdict.UNKNOWN,
        Verdict.PROVED,
    ]


def test_a_solver_that_hangs_is_killed() -> None:
    """Its own limit on steps is far away, and a solver's time-out would be a wish."""
    result = check(hard_theorem, budget=Budget(rlimit=2_000_000_000, seconds=1.0))
    assert result.verdict is Verdict.UNKNOWN
    assert "was killed" in result.reason


# Verdicts come of answers.


UNSAT = Answer(result="unsat", values={}, effort=1, reason="")
SAT = Answer(result="sat", values={"a": 4}, effort=1, reason="")
PROVING = Reply(answers={Part.PREMISES: SAT, Part.CLAIM: UNSAT})
OBLIGATION = false_theorem.obligations[0]


def test_verdicts_cannot_be_built_or_changed() -> None:
    finding = judge(false_theorem, OBLIGATION, PROVING, None)
    result = judge_theorem(false_theorem, [finding], [])
    assert result.verdict is Verdict.PROVED  # so say these answers
    with pytest.raises(TypeError):
        Result(theorem=false_theorem, verdict=Verdict.PROVED, findings=())  # type: ignore[call-arg]  # that is the point
    for kind in (Finding, Refutation, MutantResult):
        with pytest.raises(TypeError):
            kind(verdict=Verdict.PROVED)  # type: ignore[call-arg]  # the same
    refuted = check(false_theorem)
    with pytest.raises(TypeError):
        evolve(refuted, verdict=Verdict.PROVED)  # type: ignore[call-arg]  # the same
    with pytest.raises(AttributeError):
        refuted.verdict = Verdict.PROVED  # type: ignore[misc]  # the same


def test_verdicts_are_given_in_one_place_only() -> None:
    for path in sorted((ROOT / "ipam_model").rglob("*.py")):
        if path != Path(judging.__file__):
            text = path.read_text("utf-8")
            assert "__attrs_init__" not in text, path
            assert "_built(" not in text, path


def test_a_claim_nobody_asked_about_is_not_proved() -> None:
    for answers in ({}, {Part.PREMISES: SAT}):
        with pytest.raises(ModelError, match="nobody asked about the claim"):
            judge(false_theorem, OBLIGATION, Reply(answers=answers), None)
    with pytest.raises(ModelError, match="nobody asked about the premises"):
        judge(
            false_theorem,
            OBLIGATION,
            Reply(answers={Part.CLAIM: UNSAT}, premises=("a >= 3",)),
            None,
        )


def test_a_theorem_is_judged_by_its_own_obligations_and_lemmas() -> None:
    finding = judge(false_theorem, OBLIGATION, PROVING, None)
    for theorem, findings in ((false_theorem, []), (empty_theorem, [finding])):
        with pytest.raises(ModelError, match="judged by verdicts on something else"):
            judge_theorem(theorem, findings, [])
    (own,) = check(resting_on_a_false_one).findings
    with pytest.raises(ModelError, match="judged by verdicts on something else"):
        judge_theorem(resting_on_a_false_one, [own], [])


def test_what_the_second_solver_says_otherwise() -> None:
    no = Answer(result="unknown", values={}, effort=0, reason="too hard")
    other = Reply(answers={Part.PREMISES: SAT, Part.CLAIM: SAT})
    assert judge(false_theorem, OBLIGATION, PROVING, PROVING).disagreement == {}
    assert judge(false_theorem, OBLIGATION, PROVING, other).disagreement == {"claim": "sat"}
    undecided = Reply(answers={Part.CLAIM: no})
    assert judge(false_theorem, OBLIGATION, PROVING, undecided).disagreement == {
        "claim": "too hard"
    }
    killed = judge(false_theorem, OBLIGATION, PROVING, Ended("killed"))
    assert killed.disagreement == {"claim": "killed"}
    core = Reply(answers=PROVING.answers, core=("a >= 3", NEGATED))
    assert judge(false_theorem, OBLIGATION, core, None).core == ("a >= 3",)


def test_a_mutant_that_was_not_decided() -> None:
    mutant = wrong("w", judge, judge)
    ended = [(false_theorem, OBLIGATION, Ended("killed"))]
    assert judge_mutant(false_theorem, mutant, ended).verdict is Verdict.UNKNOWN
    no = Answer(result="unknown", values={}, effort=0, reason="too hard")
    gave_up = (false_theorem, OBLIGATION, Reply(answers={Part.CLAIM: no}))
    result = judge_mutant(false_theorem, mutant, [gave_up])
    assert (result.verdict, result.reason) == (
        Verdict.UNKNOWN,
        ": the solver gave up: too hard",
    )
    seven = Answer(result="sat", values={"a": 7}, effort=0, reason="")
    refuting = (false_theorem, OBLIGATION, Reply(answers={Part.CLAIM: seven}))
    found = judge_mutant(false_theorem, Mutant("m"), [gave_up, refuting])
    assert found.verdict is Verdict.REFUTED
