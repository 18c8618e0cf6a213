"""What solvers and their bindings are known to do behind one's back: each is guarded against."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from ipam_model.arithmetic import B, I, Logic
from ipam_model.errors import ModelError
from tests.proving.claims import deciding_theorem, hard_theorem, true_theorem
from tests.shared import ROOT

pytest.importorskip("z3", reason="z3-solver, which the extra `solver` installs, is absent")

from ipam_model import symbolic
from ipam_model.operands import Operand, operands
from ipam_model.proving.check import Checker
from ipam_model.proving.questions import questions
from ipam_model.symbolic import TERMS, Formula, Term, declaration, solve, undecided, unknowns


def numbers(*names: str) -> dict[str, Term]:
    found = unknowns(Operand(name) for name in names)
    return {name: each for name, each in found.items() if isinstance(each, Term)}


def test_nothing_but_plain_solvers_is_used() -> None:
    """Optimization, incremental solving and bit-vectors have been wrong now and then."""
    text = (ROOT / "ipam_model" / "symbolic.py").read_text("utf-8")
    assert set(re.findall(r"z3\.(\w*Solver\w*|Optimize|Fixedpoint)", text)) == {
        "Solver",
        "SimpleSolver",
    }
    for word in ("Optimize(", ".push(", ".pop(", "BitVec", "Real", "timeout"):
        assert word not in text


def test_questions_share_neither_context_nor_solver_with_other_obligations() -> None:
    one, other = (questions(true_theorem.obligations[0]) for _ in range(2))
    contexts = [{each.ctx for each in found[0].formulas.values()} for found in (one, other)]
    assert [len(each) for each in contexts] == [1, 1]
    assert contexts[0] != contexts[1]


def test_steps_are_counted_per_question() -> None:
    """The count of steps is the context's, and only grows."""
    named = numbers("a", "b")
    a, b = named["a"], named["b"]
    asked = [TERMS.gt(a * b, 50), TERMS.lt(a, 9), TERMS.lt(b, 8), TERMS.gt(a, 2)]
    efforts = [solve(asked, named, rlimit=1_000_000).effort for _ in range(4)]
    assert min(efforts) > 0
    assert max(efforts) < 1.5 * min(efforts)


def test_steps_granted_do_not_shrink_with_what_was_asked_before() -> None:
    named = numbers("a", "b")
    a, b = named["a"], named["b"]
    asked = [TERMS.gt(a * b, 50), TERMS.lt(a, 9), TERMS.lt(b, 8), TERMS.gt(a, 2)]
    enough = 8 * solve(asked, named, rlimit=1_000_000).effort
    assert {solve(asked, named, rlimit=enough).result for _ in range(20)} == {"sat"}


def test_answers_do_not_vary_from_run_to_run() -> None:
    def efforts() -> list[int]:
        with Checker([true_theorem]) as checker:
            return [finding.effort for finding in checker.check(true_theorem).findings]

    assert efforts() == efforts()


@pytest.mark.parametrize("name", ["enis'", "ENIs", "naïve", "a b", "let", "div", "1st", "|a|", ""])
def test_names_that_other_solvers_cannot_read_are_not_exported(name: str) -> None:
    (unknown,) = unknowns([Operand(name)]).values()
    with pytest.raises(ModelError, match="exports need plain lower-case names"):
        declaration(name, unknown)


def test_plain_names_are_exported() -> None:
    named = unknowns([Operand("enis_next"), Operand("whole", truth=True)])
    assert [declaration(name, each) for name, each in named.items()] == [
        "(declare-fun enis_next () Int)",
        "(declare-fun whole () Bool)",
    ]


def test_python_does_not_decide_by_terms() -> None:
    """Equality of terms would be equality of their texts, and `and` drops the second of two."""
    # The type checker would notice most of these, so it is not told what `a` and `b` are.
    named: Mapping[str, Any] = numbers("a", "b")
    a, b = named["a"], named["b"]
    assert not a == b  # noqa: SIM201 - this is what is silently wrong
    decisions = (
        lambda: a == b == a,
        lambda: (a == b) and (b == a),
        lambda: (a != b) or (a == b),
        lambda: not a == b,  # noqa: SIM201 - the same
        lambda: a in (b, a),
        lambda: max(a, b),
        lambda: 1 if a < b else 0,
        lambda: [each for each in (a, b) if each == a],
    )
    for decide in decisions:
        with undecided(), pytest.raises(ModelError, match="Python decides by a term"):
            decide()
    with pytest.raises(ModelError, match="Python decides by a term"):
        questions(deciding_theorem.obligations[0])
    assert bool(TERMS.eq(a, a))  # afterwards z3 is as it was


def test_divisions_are_asked_about_first() -> None:
    def halves(k: Logic[I, B], a: I, b: I) -> I:
        return k.floor_div(a, b)

    named = unknowns(operands(halves))
    a = named["a"]
    assert isinstance(a, Term)
    # Division by 0 is any number at all: that it is 41 can be.
    by_zero = TERMS.floor_div(a, a - a)
    assert solve([TERMS.eq(by_zero, 41)], named, rlimit=100_000).result == "sat"


def test_unknowns_are_integers_or_truths() -> None:
    sorts = {type(each) for each in unknowns([Operand("a"), Operand("b", truth=True)]).values()}
    assert sorts == {Term, Formula}


def test_running_out_of_steps_says_so() -> None:
    question = questions(hard_theorem.obligations[0])[-1]
    answer = question.ask(rlimit=2000)
    assert answer.result == "unknown"
    assert answer.reason


def test_what_the_plain_solver_gives_up_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    question = questions(true_theorem.obligations[0])[-1]
    alone = question.ask(rlimit=1_000_000)
    monkeypatch.setattr(symbolic, "FIRST", 1_000_000_000)
    again = question.ask(rlimit=1_000_000)
    assert alone.result == again.result == "unsat"
    assert again.effort != alone.effort


@pytest.mark.parametrize("rlimit", [1, 2, 3])
def test_few_steps_are_not_taken_for_no_limit(rlimit: int) -> None:
    assert questions(hard_theorem.obligations[0])[-1].ask(rlimit=rlimit).result == "unknown"
