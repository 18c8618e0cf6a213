"""The theorems are proved, their mutants refuted, and the machinery tells the two apart."""

import inspect
import os
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Final

import pytest

from ipam_model.arithmetic import INTS, B, I, Logic
from ipam_model.errors import InputError, ModelError
from tests.shared import ROOT
from tests.test_rules_without_control_flow import control_flow

pytest.importorskip("z3", reason="z3-solver, which the extra `solver` installs, is absent")

from ipam_model.symbolic import operands
from proofs import __main__ as command
from proofs import check as checking
from proofs import index, report
from proofs.check import RLIMIT, Part, Result, Verdict, check, holds, questions
from proofs.theorem import Claim, Mutant, Theorem, theorem, without

THEOREMS: Final = tuple(index.theorems().values())
MUTANTS: Final = [(each, mutant) for each in THEOREMS for mutant in each.mutants]
QUESTIONS: Final = [(each, part) for each in THEOREMS for part in Part]
FOLDER: Final = ROOT / "proofs" / "smt2"


def run(*arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("each", THEOREMS, ids=lambda each: each.name)
def test_theorem_is_proved(each: Theorem) -> None:
    result = check(each)
    assert result.verdict is Verdict.PROVED, result
    assert result.example, "the premises have an example"
    assert result.effort * 10 < RLIMIT, "steps granted are to be ten times those needed"


@pytest.mark.parametrize(
    ("each", "mutant"), MUTANTS, ids=[f"{each.name}-{mutant.name}" for each, mutant in MUTANTS]
)
def test_mutant_is_refuted(each: Theorem, mutant: Mutant) -> None:
    result = check(each, mutant)
    assert result.verdict is Verdict.REFUTED, result
    assert set(result.example) == {operand.name for operand in operands(each.text)}
    assert not holds(each, result.example, mutant)


def test_every_theorem_has_a_wrong_rule_that_refutes_it() -> None:
    assert len(THEOREMS) >= 10
    for each in THEOREMS:
        assert any(mutant.rules for mutant in each.mutants), each.name
        assert each.statement
        assert all(rule.startswith("R") for rule in each.rules)


def test_wrong_rules_have_the_signature_of_what_they_replace() -> None:
    for _, mutant in MUTANTS:
        for rule, text in mutant.rules:
            assert inspect.signature(text) == inspect.signature(rule)


@pytest.mark.parametrize("each", THEOREMS, ids=lambda each: each.name)
def test_theorem_is_true_of_integers_near_its_example(each: Theorem) -> None:
    random = Random(each.name)
    kinds = operands(each.text)
    here = dict(check(each).example)
    visited = set()
    for _ in range(2000):
        there = dict(here)
        for operand in random.choices(kinds, k=random.randint(1, 3)):
            there[operand.name] = (
                bool(random.randrange(2))
                if operand.truth
                else here[operand.name] + random.randint(-3, 3)
            )
        try:
            assert holds(each, there), there
        except ValueError:
            continue
        here = there
        visited.add(tuple(here.values()))
    assert len(visited) > 100


@pytest.mark.parametrize("module", index.MODULES, ids=lambda module: module.__name__)
def test_claims_have_no_control_flow(module: object) -> None:
    # Parameters reach a test as objects; these are modules.
    assert not list(control_flow(inspect.getsource(module)))  # type: ignore[arg-type]


# The checker: what is false, empty, undecided or read differently is not proved.


def _always(k: Logic[I, B], a: I) -> B:
    return k.ge(a, 0)


@theorem("R1", mutants=())
def false_theorem(k: Logic[I, B], a: I) -> Claim[B]:
    """Numbers from 3 on are not 7."""
    return Claim({"a >= 3": k.ge(a, 3), "a <= 7": k.le(a, 7)}, k.ne(a, 7))


@theorem("R1", mutants=())
def empty_theorem(k: Logic[I, B], a: I) -> Claim[B]:
    """Numbers below 0 and above 0 are 5."""
    return Claim({"below": k.lt(a, 0), "above": k.gt(a, 0)}, k.eq(a, 5))


@theorem("R1", mutants=(), logic="QF_NIA")
def dividing_theorem(k: Logic[I, B], a: I, b: I) -> Claim[B]:
    """A quotient equals itself, but the divisor may be 0."""
    return Claim({"a >= 0": k.ge(a, 0)}, k.eq(k.floor_div(a, b), k.floor_div(a, b)))


@theorem("R1", mutants=())
def two_faced_theorem(k: Logic[I, B], a: I) -> Claim[B]:
    """Something else on integers."""
    return Claim({}, k.eq(a, a) if k is INTS else k.ne(a, a))


@theorem("R1", mutants=())
def two_faced_premise(k: Logic[I, B], a: I) -> Claim[B]:
    """The premise is something else on integers."""
    return Claim({"a = a": k.ne(a, a) if k is INTS else k.eq(a, a)}, k.eq(a, a))


@theorem("R1", mutants=())
def free_theorem(k: Logic[I, B], a: I) -> Claim[B]:
    """A number is itself, without any premise."""
    return Claim({}, k.eq(a, a))


def test_false_theorem_is_refuted_by_an_example() -> None:
    result = check(false_theorem)
    assert (result.verdict, dict(result.example)) == (Verdict.REFUTED, {"a": 7})
    assert report.examine(false_theorem, None).exit_code() == report.REFUTED


def test_theorem_about_nothing_is_not_proved() -> None:
    result = check(empty_theorem)
    assert result.verdict is Verdict.UNKNOWN
    assert "contradict each other" in result.reason
    assert report.examine(empty_theorem, None).exit_code() == report.INCONCLUSIVE


def test_theorem_with_a_doubtful_division_is_not_proved() -> None:
    result = check(dividing_theorem)
    assert result.verdict is Verdict.UNKNOWN
    assert "a divisor below 1" in result.reason


def test_giving_up_is_unknown() -> None:
    result = check(THEOREMS[0], rlimit=1)
    assert result.verdict is Verdict.UNKNOWN
    assert "gave up on the premises" in result.reason


@pytest.mark.parametrize("each", [two_faced_theorem, two_faced_premise], ids=lambda each: each.name)
def test_readings_that_differ_are_an_error(each: Theorem) -> None:
    with pytest.raises(ModelError, match="the readings differ"):
        check(each)


def test_theorem_without_premises() -> None:
    assert check(free_theorem).verdict is Verdict.PROVED
    assert [question.part for question in questions(free_theorem)] == [Part.CLAIM]


def test_leaving_out_a_premise_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="says nothing about"):
        holds(dividing_theorem, {"a": 1, "b": 0})
    with pytest.raises(ModelError, match="no premise 'c'"):
        check(false_theorem, without("c"))


def test_mutants_are_undone() -> None:
    each, mutant = next((each, mutant) for each, mutant in MUTANTS if mutant.rules)
    check(each, mutant)
    assert check(each).verdict is Verdict.PROVED


def test_verdicts_are_given_in_one_place_only() -> None:
    for path in sorted((ROOT / "proofs").glob("*.py")):
        text = path.read_text("utf-8")
        if path.name != "check.py":
            assert "verdict=" not in text, path
            assert '"proved"' not in text, path
            assert "Result(" not in text, path
    assert inspect.getsource(checking).count("verdict=Verdict.PROVED") == 1


# The report.


def _result(verdict: Verdict, mutant: str = "") -> Result:
    return Result(theorem="t", mutant=mutant, verdict=verdict, reason="why", example={"a": 1})


@pytest.mark.parametrize(
    ("verdict", "mutant", "disagreement", "code", "line"),
    [
        (Verdict.PROVED, Verdict.REFUTED, {}, 0, "cvc5 agrees"),
        (Verdict.PROVED, Verdict.REFUTED, None, 0, "cvc5 not asked"),
        (Verdict.PROVED, Verdict.PROVED, {}, 1, "mutant proved: m"),
        (Verdict.PROVED, Verdict.UNKNOWN, {}, 3, "mutant unknown: m"),
        (Verdict.PROVED, Verdict.REFUTED, {"claim": "sat"}, 1, "cvc5 on the claim: sat"),
        (Verdict.PROVED, Verdict.REFUTED, {"claim": "unknown"}, 3, "cvc5 on the claim: unknown"),
        (Verdict.UNKNOWN, Verdict.REFUTED, None, 3, "why"),
        (Verdict.REFUTED, Verdict.REFUTED, None, 1, "refuted"),
    ],
)
def test_exit_code_and_line(
    verdict: Verdict, mutant: Verdict, disagreement: dict[str, str] | None, code: int, line: str
) -> None:
    row = report.Row(
        result=_result(verdict), mutants=(_result(mutant, "m"),), disagreement=disagreement
    )
    assert row.exit_code() == code
    assert line in "\n".join(row.lines())


def test_refuted_outranks_inconclusive(capsys: pytest.CaptureFixture[str]) -> None:
    assert report.run([empty_theorem, false_theorem]) == report.REFUTED
    assert report.run([empty_theorem, free_theorem]) == report.INCONCLUSIVE
    assert "for example {'a': 7}" in capsys.readouterr().out


def test_named_theorems() -> None:
    assert index.named([THEOREMS[1].name]) == (THEOREMS[1],)
    assert index.named([]) == THEOREMS
    with pytest.raises(InputError, match="no theorem is called 'fermat'; there are: never_short"):
        index.named(["fermat"])


def test_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([THEOREMS[0].name]) == 0
    assert capsys.readouterr().out.startswith(f"proved   {THEOREMS[0].name}")
    assert command.main(["fermat"]) == 2
    assert capsys.readouterr().err.startswith("proofs: no theorem is called 'fermat'")


def test_export_into_a_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "taken").write_text("", "utf-8")
    assert command.main(["--export", str(tmp_path / "taken")]) == 2
    assert "cannot write to" in capsys.readouterr().err


def test_without_z3_one_line_names_the_extra() -> None:
    code = (
        "import sys; sys.modules['z3'] = None; from proofs.__main__ import main; sys.exit(main([]))"
    )
    found = run("-c", code)
    assert found.returncode == 2
    assert found.stderr.startswith("proofs: z3-solver is not installed; it comes with the extra")
    assert found.stderr.count("\n") == 1


def test_without_cvc5_the_theorems_are_still_checked() -> None:
    code = (
        "import sys; sys.modules['cvc5'] = None; from proofs.__main__ import main;"
        f"sys.exit(main([{THEOREMS[0].name!r}]))"
    )
    found = run("-c", code)
    assert found.returncode == 0
    assert "cvc5 not asked" in found.stdout


# The export.


def test_exports_in_the_repository_are_up_to_date(tmp_path: Path) -> None:
    report.export(THEOREMS, tmp_path)
    fresh = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    kept = {path.name: path.read_text("utf-8") for path in FOLDER.iterdir()}
    assert fresh == kept, "python -m proofs --export proofs/smt2"


@pytest.mark.parametrize("seed", ["0", "1"])
def test_exports_do_not_depend_on_hash_seeds(tmp_path: Path, seed: str) -> None:
    found = run("-m", "proofs", "--export", str(tmp_path), PYTHONHASHSEED=seed)
    assert found.returncode == 0, found.stderr
    fresh = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert fresh == {path.name: path.read_bytes() for path in FOLDER.iterdir()}


def test_export_names_logic_and_expectation() -> None:
    for each in THEOREMS:
        for question in questions(each):
            script = question.smtlib()
            assert script.startswith(f"; {each.name}, {question.part.value}: expected ")
            assert f"(set-logic {each.logic})" in script
            assert f"(set-info :status {question.part.expected})" in script
            assert script.isascii()


@pytest.mark.parametrize("each", THEOREMS, ids=lambda each: each.name)
def test_second_solver_agrees(each: Theorem) -> None:
    pytest.importorskip("cvc5", reason="cvc5, which the extra `solver` installs, is absent")
    from proofs import second_solver

    for question in questions(each):
        assert second_solver.run(question.smtlib()) == question.part.expected


def test_second_solver_sees_what_is_false_or_malformed() -> None:
    pytest.importorskip("cvc5", reason="cvc5, which the extra `solver` installs, is absent")
    from proofs import second_solver

    claim = questions(false_theorem)[-1]
    assert second_solver.run(claim.smtlib()) == "sat"
    nonlinear = "(set-logic QF_LIA)(declare-fun a () Int)(assert (= (* a a) 4))(check-sat)"
    assert second_solver.run(nonlinear) not in ("sat", "unsat")
    assert second_solver.run("(assert") not in ("sat", "unsat")


# The page.


def test_readme_lists_every_theorem() -> None:
    assert report.table(THEOREMS) in (ROOT / "proofs" / "README.md").read_text("utf-8")
