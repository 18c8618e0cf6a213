"""The rule text has a second reading: over terms every formula says what it says on integers."""

import ast
import importlib
import inspect
import itertools
import pkgutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from random import Random
from types import FunctionType
from typing import Final

import pytest

from ipam_model import rules
from ipam_model.answer import Answer
from ipam_model.arithmetic import INTS, B, I, Logic
from ipam_model.errors import ModelError
from tests.shared import ROOT

pytest.importorskip("z3", reason="z3-solver, which the extra `solver` installs, is absent")

from ipam_model.operands import operands
from ipam_model.symbolic import (
    TERMS,
    Formula,
    GuardedTerms,
    Term,
    evaluate,
    solve,
    unknowns,
)

CASES: Final = 200
"""Values that every formula is compared on, at least; all there are if it takes truths only."""

FormulaText = Callable[..., object]
Values = dict[str, int]


def formulas() -> Iterator[FunctionType]:
    """Every public function that a module of `ipam_model.rules` defines."""
    for found in pkgutil.iter_modules(rules.__path__, f"{rules.__name__}."):
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if (
                inspect.isfunction(value)
                and value.__module__ == module.__name__
                and not name.startswith("_")
            ):
                yield value


FORMULAS: Final = tuple(formulas())
OPERATIONS: Final = tuple(name for name in vars(Logic) if not name.startswith("_"))


class Guarded:
    """The logic of the integers, which refuses divisions it is not meant for."""

    class NotMeantError(Exception):
        """A negative dividend, or a divisor below 1."""

    def __getattr__(self, name: str) -> object:
        return getattr(INTS, name)

    def ceil_div(self, a: int, divisor: int) -> int:
        return INTS.ceil_div(*self._guarded(a, divisor))

    def floor_div(self, a: int, divisor: int) -> int:
        return INTS.floor_div(*self._guarded(a, divisor))

    def _guarded(self, a: int, divisor: int) -> tuple[int, int]:
        if a < 0 or divisor < 1:
            raise Guarded.NotMeantError
        return a, divisor


class Swapped:
    """A wrong reading: one operation stands in for another."""

    def __init__(self, name: str, other: Callable[..., object]) -> None:
        self.name = name
        self.other = other

    def __getattr__(self, name: str) -> object:
        return self.other if name == self.name else getattr(TERMS, name)


def mentioned(formula: FunctionType) -> set[int]:
    """The integer constants in the text of a formula."""
    code = formula.__code__
    named = (formula.__globals__.get(name) for name in code.co_names)
    return {value for value in (*code.co_consts, *named) if type(value) is int}


def candidates(formula: FunctionType) -> Iterator[Values]:
    """Small values exhaustively, then random ones, some of them next to the formula's constants."""
    kinds = operands(formula)
    names = [kind.name for kind in kinds]
    numbers = sum(not kind.truth for kind in kinds)
    width = 2
    while numbers and (width + 1) ** numbers * 2 ** (len(kinds) - numbers) <= 2 * CASES:
        width += 1
    small = range(-1, width - 1) if width > 2 else range(width)
    for values in itertools.product(*(range(2) if kind.truth else small for kind in kinds)):
        yield dict(zip(names, values, strict=True))
    if not numbers:
        return
    random = Random(formula.__qualname__)
    near = [constant + step for constant in sorted(mentioned(formula)) for step in (-1, 0, 1)]
    for _ in range(4 * CASES):
        yield {
            kind.name: random.randrange(2)
            if kind.truth
            else random.choice([*near, *(random.randint(-3, 40) for _ in range(6))])
            for kind in kinds
        }


def cases(formula: FunctionType) -> list[tuple[Values, object]]:
    """Values that the formula is meant for, with what it says about them on integers."""
    found: list[tuple[Values, object]] = []
    for values in candidates(formula):
        try:
            found.append((values, formula(Guarded(), **typed(formula, values))))
        except Guarded.NotMeantError:
            continue
        if len(found) == 3 * CASES:
            break
    return found


def typed(formula: FormulaText, values: Values) -> dict[str, int | bool]:
    return {
        kind.name: bool(values[kind.name]) if kind.truth else values[kind.name]
        for kind in operands(formula)
    }


def built(term: object) -> Term | Formula:
    assert isinstance(term, Term | Formula)
    return term


def disagreements(
    formula: FunctionType, logic: object, compared: Iterable[tuple[Values, object]]
) -> Iterator[str]:
    """Values on which the formula, built once with a logic of terms, says something else."""
    named = unknowns(operands(formula))
    term = built(formula(logic, **named))
    for values, expected in compared:
        value = evaluate(term, named, values)
        if (value, type(value)) != (expected, type(expected)):
            yield f"{values}: {value} over terms, {expected} on integers"


def test_every_public_function_of_the_rules_is_a_formula() -> None:
    assert {name.rpartition(".")[2] for name in {f.__module__ for f in FORMULAS}} >= {
        "capacity",
        "closed_forms",
        "eligibility",
        "growth",
        "shrink",
        "timing",
        "warm_pool",
    }
    written = [
        node.name
        for path in sorted((ROOT / "ipam_model" / "rules").glob("*.py"))
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    assert sorted(formula.__name__ for formula in FORMULAS) == sorted(written)
    assert all(operands(formula) for formula in FORMULAS)


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: formula.__name__)
def test_formula_says_the_same_over_terms_and_on_integers(formula: FunctionType) -> None:
    compared = cases(formula)
    kinds = operands(formula)
    if all(kind.truth for kind in kinds):
        assert len(compared) == 2 ** len(kinds)
    else:
        assert len(compared) >= CASES
    assert not list(disagreements(formula, TERMS, compared))


WITH_CONSTANTS: Final = [f for f in FORMULAS if any(kind.constant for kind in operands(f))]


@pytest.mark.parametrize("formula", WITH_CONSTANTS, ids=lambda formula: formula.__name__)
@pytest.mark.parametrize("constant", [1, 3, 16])
def test_formula_says_the_same_with_a_plain_constant(formula: FunctionType, constant: int) -> None:
    fixed = {kind.name: constant for kind in operands(formula) if kind.constant}
    named = unknowns(operands(formula))
    term = built(formula(TERMS, **(named | fixed)))
    compared = [values | fixed for values, _ in cases(formula)][::3]
    for values in compared:
        try:
            expected = formula(Guarded(), **typed(formula, values))
        except Guarded.NotMeantError:
            continue
        assert evaluate(term, named, values) == expected, values


def test_formulas_decide_both_ways_on_their_cases() -> None:
    """The comparison means little for a formula that gives one answer on all of its cases."""
    for formula in FORMULAS:
        assert len({expected for _, expected in cases(formula)}) > 1, formula.__name__


WRONG: Final[dict[str, Callable[..., object]]] = {
    "max": TERMS.min,
    "min": TERMS.max,
    "ite": lambda condition, then, otherwise: TERMS.ite(condition, otherwise, then),
    "lt": TERMS.le,
    "le": TERMS.lt,
    "gt": TERMS.ge,
    "ge": TERMS.gt,
    "eq": TERMS.ne,
    "ne": TERMS.eq,
    "all": TERMS.any,
    "any": TERMS.all,
    "no": lambda condition: condition,
    "choose": lambda condition, then, otherwise: TERMS.choose(condition, otherwise, then),
    "ceil_div": TERMS.floor_div,
    "floor_div": TERMS.ceil_div,
}


def test_every_operation_is_broken_once() -> None:
    assert set(WRONG) == set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_wrong_reading_of_an_operation_is_noticed(name: str) -> None:
    users = [formula for formula in FORMULAS if name in formula.__code__.co_names]
    assert users, f"no formula uses {name}"
    wrong = Swapped(name, WRONG[name])
    assert any(next(disagreements(user, wrong, cases(user)), "") for user in users)


# The operations themselves, beyond what today's formulas do with them.


@pytest.mark.parametrize("name", ["max", "min", "lt", "le", "gt", "ge", "eq", "ne"])
def test_operation_on_two_numbers(name: str) -> None:
    _assert_same(name, "ab", itertools.product(range(-4, 5), repeat=2))


@pytest.mark.parametrize("name", ["ceil_div", "floor_div"])
def test_division_agrees_for_every_dividend_and_positive_divisors(name: str) -> None:
    _assert_same(name, "ab", itertools.product(range(-20, 21), range(1, 8)))


@pytest.mark.parametrize(
    ("name", "unknown"),
    [
        ("all", "p"),
        ("all", "pq"),
        ("all", "pqr"),
        ("any", "p"),
        ("any", "pq"),
        ("any", "pqr"),
        ("no", "p"),
        ("choose", "pqr"),
    ],
)
def test_operation_on_truths(name: str, unknown: str) -> None:
    _assert_same(name, unknown, itertools.product((False, True), repeat=len(unknown)))


def test_ite_chooses_between_terms_and_constants() -> None:
    _assert_same("ite", "pab", [(False, 3, 5), (True, 3, 5)])
    named = _named("p")
    p = named["p"]
    assert isinstance(p, Formula)
    term = TERMS.ite(p, 3, 5)
    assert [evaluate(term, named, {"p": value}) for value in (0, 1)] == [5, 3]


def _named(names: str) -> dict[str, Term | Formula]:
    def some_formula(k: Logic[I, B], a: I, b: I, p: B, q: B, r: B) -> None:
        """Lends its unknowns."""

    found = unknowns(operands(some_formula))
    return {name: found[name] for name in names}


def _assert_same(name: str, names: str, values: Iterable[tuple[int, ...]]) -> None:
    named = _named(names)
    term = built(getattr(TERMS, name)(*named.values()))
    for each in values:
        over_terms = evaluate(term, named, dict(zip(names, each, strict=True)))
        assert over_terms == getattr(INTS, name)(*each), (name, each)


# Asking.


def test_guards_say_when_a_division_is_meant() -> None:
    named = _named("ab")
    a, b = named["a"], named["b"]
    assert isinstance(a, Term)
    assert isinstance(b, Term)
    terms = GuardedTerms()
    terms.ceil_div(a, b)
    terms.floor_div(a, 16)
    assert [
        [evaluate(guard, named, values) for guard in terms.guards]
        for values in ({"a": 0, "b": 1}, {"a": -1, "b": 1}, {"a": 0, "b": 0})
    ] == [[True, True, True], [False, True, False], [True, False, True]]
    with pytest.raises(ModelError, match="divides by the constant 0"):
        terms.floor_div(a, 0)


def test_answers() -> None:
    named = _named("ap")
    a, p = named["a"], named["p"]
    assert isinstance(a, Term)
    assert isinstance(p, Formula)
    both = solve([TERMS.gt(a, 4), TERMS.lt(a, 6), p], named, rlimit=10_000)
    assert (both.result, both.values) == ("sat", {"a": 5, "p": True})
    assert both.effort > 0
    assert solve([TERMS.lt(a, a)], named, rlimit=10_000).result == "unsat"


def test_running_out_of_steps_is_an_answer_of_its_own() -> None:
    named = _named("ab")
    a, b = named["a"], named["b"]
    assert isinstance(a, Term)
    assert isinstance(b, Term)
    hard = [TERMS.eq(a * a * a + b * b * b, 114), TERMS.gt(a, 3), TERMS.lt(b, 3)]
    answer: Answer = solve(hard, named, rlimit=50)
    assert (answer.result, dict(answer.values)) == ("unknown", {})
    assert answer.reason


def test_a_term_with_an_unknown_left_has_no_value() -> None:
    named = _named("ab")
    with pytest.raises(ModelError, match="not a value"):
        evaluate(named["a"], {"b": named["b"]}, {"b": 1})


def test_what_is_no_formula_is_refused() -> None:
    def without_logic(a: I) -> I:
        return a

    def on_text(k: Logic[I, B], a: I, name: str) -> I:
        return a

    with pytest.raises(ModelError, match="does not begin with a logic"):
        operands(without_logic)
    with pytest.raises(ModelError, match="name is neither a number nor a truth value"):
        operands(on_text)


def test_terms_are_never_asked_for_their_truth() -> None:
    """`and`, `or`, `not`, `in` and chained comparisons of terms silently mean something else."""
    tree = ast.parse((ROOT / "ipam_model" / "symbolic.py").read_text("utf-8"))
    (logic,) = (
        node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "_Terms"
    )
    for node in ast.walk(logic):
        assert not isinstance(node, ast.BoolOp)
        assert not (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not))
        if isinstance(node, ast.Compare):
            assert len(node.ops) == 1
            assert not isinstance(node.ops[0], ast.In | ast.NotIn | ast.Is | ast.IsNot)


def test_without_z3_the_error_names_the_extra() -> None:
    code = (
        "import sys; sys.modules['z3'] = None\n"
        "from ipam_model.errors import InputError\n"
        "try:\n    import ipam_model.symbolic\n"
        "except InputError as error:\n    print(error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout == (
        "z3-solver is not installed; it comes with the extra `solver`: "
        "pip install 'ipam-model[solver]'\n"
    )
