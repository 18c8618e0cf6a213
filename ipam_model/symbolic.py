"""The rule text over unknowns: integer terms, and what a solver can be asked about them.

`TERMS` is to a solver's terms what `arithmetic.INTS` is to integers, so a formula of
`ipam_model.rules` called with it builds the term that computes the same number for every value of
the unknowns. This is the only module that imports z3.

Two habits keep answers honest: every question is put to a solver of its own, in a context that only
questions about the same claim share, and effort is limited by the solver's own count of steps
(`rlimit`), not by the clock, so that a slow machine gives the same answers.

Importing this module without z3 raises `InputError` naming the extra `solver`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, TypeAlias
from unittest import mock

from attrs import evolve

from ipam_model.answer import Answer
from ipam_model.arithmetic import Logic
from ipam_model.errors import ModelError
from ipam_model.extras import missing_extra
from ipam_model.operands import Operand

try:
    import z3
except ImportError as error:
    raise missing_extra("z3-solver", "solver") from error

Term: TypeAlias = z3.ArithRef
"""An integer-valued term."""
Formula: TypeAlias = z3.BoolRef
"""A truth-valued term."""
Unknowns: TypeAlias = Mapping[str, Term | Formula]
"""Unknowns by name, all of one context."""


class _Terms:
    """`Logic` on terms. Unlike on integers, a comparison builds a term and decides nothing."""

    __slots__ = ()

    @staticmethod
    def max(a: Term, b: Term | int) -> Term:
        return z3.If(a >= b, a, b)

    @staticmethod
    def min(a: Term, b: Term | int) -> Term:
        return z3.If(a <= b, a, b)

    @staticmethod
    def ite(condition: Formula, then: Term | int, otherwise: Term | int) -> Term:
        return z3.If(condition, then, otherwise)

    @staticmethod
    def lt(a: Term, b: Term | int) -> Formula:
        return a < b

    @staticmethod
    def le(a: Term, b: Term | int) -> Formula:
        return a <= b

    @staticmethod
    def gt(a: Term, b: Term | int) -> Formula:
        return a > b

    @staticmethod
    def ge(a: Term, b: Term | int) -> Formula:
        return a >= b

    @staticmethod
    def eq(a: Term, b: Term | int) -> Formula:
        return a == b

    @staticmethod
    def ne(a: Term, b: Term | int) -> Formula:
        return a != b

    @staticmethod
    def all(*conditions: Formula) -> Formula:
        # SMT-LIB has no conjunction of a single formula.
        return z3.And(*conditions) if len(conditions) > 1 else conditions[0]

    @staticmethod
    def any(*conditions: Formula) -> Formula:
        return z3.Or(*conditions) if len(conditions) > 1 else conditions[0]

    @staticmethod
    def no(condition: Formula) -> Formula:
        return z3.Not(condition)

    @staticmethod
    def choose(condition: Formula, then: Formula, otherwise: Formula) -> Formula:
        return z3.If(condition, then, otherwise)

    # SMT-LIB's integer division agrees with Python's for divisors >= 1 and any dividend. For
    # negative divisors it rounds the other way, and by zero it is any value at all.

    def ceil_div(self, a: Term, divisor: Term | int) -> Term:
        return (a + divisor - 1) / divisor

    def floor_div(self, a: Term, divisor: Term | int) -> Term:
        return a / divisor


TERMS: Final[Logic[Term, Formula]] = _Terms()
"""The logic of the solver. `all` and `any` need at least one condition; division is meant only
where the dividend is >= 0 and the divisor >= 1 (see `GuardedTerms`)."""


class GuardedTerms(_Terms):
    """`TERMS` that also notes, for every division built with it, when that division is meant.

    The conditions do not look at the branch a division stands in: they ask for a sound division
    even where its value is not used.
    """

    __slots__ = ("guards",)

    def __init__(self) -> None:
        self.guards: list[Formula] = []
        """Dividend >= 0 and divisor >= 1, per division, in the order of building."""

    def ceil_div(self, a: Term, divisor: Term | int) -> Term:
        """a / divisor rounded up, and when that is meant."""
        self._guard(a, divisor)
        return super().ceil_div(a, divisor)

    def floor_div(self, a: Term, divisor: Term | int) -> Term:
        """a / divisor rounded down, and when that is meant."""
        self._guard(a, divisor)
        return super().floor_div(a, divisor)

    def _guard(self, a: Term, divisor: Term | int) -> None:
        self.guards.append(a >= 0)
        if not isinstance(divisor, int):
            self.guards.append(divisor >= 1)
        elif divisor < 1:
            raise ModelError(f"a formula divides by the constant {divisor}; divisors are >= 1")


def unknowns(operands: Iterable[Operand]) -> dict[str, Term | Formula]:
    """An unknown for each operand, in a fresh context of their own."""
    context = z3.Context()
    return {
        operand.name: z3.Bool(operand.name, context)
        if operand.truth
        else z3.Int(operand.name, context)
        for operand in operands
    }


@contextmanager
def undecided() -> Iterator[None]:
    """Terms are not asked for their truth meanwhile.

    z3 would answer whether `a == b` is written the same on both sides, so that `if`, `and`, `in`
    and chained comparisons of terms silently mean something else.
    """

    def refuse(term: Formula) -> bool:
        raise ModelError(f"Python decides by a term: {term.sexpr()}")

    with mock.patch.object(z3.BoolRef, "__bool__", refuse):
        yield


def solve(formulas: Sequence[Formula], named: Unknowns, *, rlimit: int, seed: int = 0) -> Answer:
    """Whether all formulas can be true at once. They and the unknowns come from one context.

    Args:
        formulas: at least one.
        named: the unknowns whose values are wanted.
        rlimit: steps granted.
        seed: of the solver's own random choices.
    """
    first = max(rlimit // FIRST, 1)  # 0 would be no limit
    plain = _attempt(_plain(formulas[0].ctx), formulas, named, first, seed)
    if plain.result != "unknown":
        return plain
    left = max(rlimit - plain.effort, 1)
    second = _attempt(z3.Solver(ctx=formulas[0].ctx), formulas, named, left, seed)
    return evolve(second, effort=plain.effort + second.effort)


FIRST: Final = 4
"""The part of the steps granted that is first tried without preprocessing."""


def _plain(context: z3.Context) -> z3.Solver:
    """z3's core without the preprocessing that its solver else begins with.

    On questions as small as these that takes most of the time; others are then asked with it.
    """
    return z3.SimpleSolver(ctx=context)


def _attempt(
    solver: z3.Solver, formulas: Sequence[Formula], named: Unknowns, rlimit: int, seed: int
) -> Answer:
    solver.set("rlimit", rlimit)
    solver.set("random_seed", seed)
    solver.add(*formulas)
    before = _steps(solver)
    verdict = solver.check()
    effort = _steps(solver) - before
    if verdict == z3.unsat:
        return Answer(result="unsat", values={}, effort=effort, reason="")
    if verdict != z3.sat:
        return Answer(result="unknown", values={}, effort=effort, reason=solver.reason_unknown())
    model = solver.model()
    values = {name: _value(model.eval(each, model_completion=True)) for name, each in named.items()}
    return Answer(result="sat", values=values, effort=effort, reason="")


def core(formulas: Mapping[str, Formula], *, rlimit: int) -> tuple[str, ...] | None:
    """Names of formulas that contradict each other on their own; `None` if none were found.

    Asked in a run of its own, because tracking who is used changes how the solver goes about it.
    """
    names = list(formulas)
    context = formulas[names[0]].ctx
    solver = _plain(context)
    solver.set("rlimit", rlimit)
    solver.set("core.minimize", True)
    trackers = [z3.Bool(f"tracked_{number}", context) for number in range(len(names))]
    for formula, tracker in zip(formulas.values(), trackers, strict=True):
        solver.assert_and_track(formula, tracker)
    if solver.check() != z3.unsat:
        return None
    used = {each.sexpr() for each in solver.unsat_core()}
    return tuple(name for name, each in zip(names, trackers, strict=True) if each.sexpr() in used)


def _steps(solver: z3.Solver) -> int:
    """Steps taken so far by all solvers of the context: the count is the context's."""
    return int(solver.statistics().get_key_value("rlimit count"))


def evaluate(term: Term | Formula, named: Unknowns, values: Mapping[str, int]) -> int | bool:
    """The value of a term where every unknown is given one."""
    pairs = [
        (
            each,
            z3.IntVal(values[name], each.ctx)
            if isinstance(each, z3.ArithRef)
            else z3.BoolVal(bool(values[name]), each.ctx),
        )
        for name, each in named.items()
    ]
    return _value(z3.simplify(z3.substitute(term, *pairs)))


def mentioned(texts: Iterable[str], named: Unknowns) -> tuple[str, ...]:
    """Names of the unknowns that SMT-LIB text mentions, in the order of `named`."""
    words = {word for text in texts for word in _WORD.findall(text)}
    return tuple(name for name in named if name in words)


def declaration(name: str, unknown: Term | Formula) -> str:
    """The SMT-LIB 2 declaration of an unknown.

    Raises:
        ModelError: not every solver reads such a name, for z3 prints it without quotes.
    """
    if not _PLAIN_NAME.fullmatch(name) or name in _RESERVED:
        raise ModelError(f"an unknown is called {name!r}; exports need plain lower-case names")
    sort = "Int" if isinstance(unknown, z3.ArithRef) else "Bool"
    return f"(declare-fun {name} () {sort})"


def assertion(formula: Formula) -> str:
    """The SMT-LIB 2 assertion of a formula."""
    return f"(assert {formula.sexpr()})"


_WORD: Final = re.compile(r"[^\s()]+")
_PLAIN_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_RESERVED: Final = frozenset(
    re.findall(
        r"\w+",
        "abs and as assert distinct div exists false forall is ite let match mod not or par "
        "true xor",
    )
)
"""Names that mean something to SMT-LIB, in lower case."""


def _value(constant: z3.ExprRef) -> int | bool:
    if isinstance(constant, z3.IntNumRef):
        return constant.as_long()
    if z3.is_true(constant) or z3.is_false(constant):
        return z3.is_true(constant)
    raise ModelError(f"{constant.sexpr()} is not a value")
