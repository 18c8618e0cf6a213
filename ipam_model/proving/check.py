"""From a theorem to a verdict; the only place where one is given."""

from collections.abc import Mapping
from enum import Enum
from time import perf_counter
from typing import Final, Literal

from attrs import evolve, frozen

from ipam_model.arithmetic import INTS, B
from ipam_model.errors import ModelError
from ipam_model.symbolic import (
    Answer,
    Formula,
    GuardedTerms,
    Unknowns,
    assertion,
    declaration,
    solve,
    unknowns,
)
from proofs.theorem import Claim, Mutant, Theorem, applied

RLIMIT: Final = 2_000_000
"""Steps granted to each question: more than ten times what any needs."""


class Verdict(Enum):
    """What was found out about a theorem."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNKNOWN = "unknown"


class Part(Enum):
    """The questions about a theorem, each put to a solver on its own."""

    DIVISIONS = "divisions"
    """Can one have a negative dividend or a divisor below 1? There the readings may differ."""
    PREMISES = "premises"
    """Can they all hold? Otherwise the theorem says nothing."""
    CLAIM = "claim"
    """Can the premises hold and the conclusion fail?"""

    @property
    def expected(self) -> Literal["sat", "unsat"]:
        """The answer for a theorem that is proved."""
        return "sat" if self is Part.PREMISES else "unsat"


@frozen(kw_only=True)
class Question:
    """Formulas over unknowns of a fresh context: can they all be true?"""

    theorem: Theorem
    part: Part
    named: Unknowns
    formulas: tuple[Formula, ...]

    def ask(self, *, rlimit: int = RLIMIT) -> Answer:
        """Put it to z3."""
        return solve(self.formulas, self.named, rlimit=rlimit)

    def smtlib(self) -> str:
        """The question as an SMT-LIB 2 script of its own; the same bytes every time."""
        lines = [
            f"; {self.theorem.name}, {self.part.value}: expected {self.part.expected}",
            f"; {self.theorem.statement}",
            f"; Rules: {', '.join(self.theorem.rules)}.",
            "(set-info :smt-lib-version 2.6)",
            f"(set-info :status {self.part.expected})",
            f"(set-logic {self.theorem.logic})",
            *(declaration(name, each) for name, each in self.named.items()),
            *(assertion(formula) for formula in self.formulas),
            "(check-sat)",
            "(exit)",
        ]
        return "\n".join(lines) + "\n"


@frozen(kw_only=True)
class Result:
    """The verdict on a theorem, or on a mutant of it."""

    theorem: str
    mutant: str = ""
    """Name of the mutant; empty for the theorem itself."""
    verdict: Verdict
    reason: str = ""
    """Why it is unknown."""
    example: Mapping[str, int | bool] = {}
    """Values that refute the claim, or, if it is proved, an example of what it speaks about."""
    effort: int = 0
    """The solver's steps for the most expensive question."""
    seconds: float = 0.0


def question(theorem: Theorem, part: Part, mutant: Mutant | None = None) -> Question | None:
    """One question about a theorem, built anew; `None` if there is nothing to ask."""
    named = unknowns(theorem.text)
    terms = GuardedTerms()
    with applied(mutant):
        claim = theorem.text(terms, **named)
    premises = tuple(_premises(claim, mutant))
    refuting: tuple[Formula, ...] = ()
    if part is Part.CLAIM:
        refuting = (terms.no(claim.conclusion),)
    elif part is Part.DIVISIONS and terms.guards:
        refuting = (terms.no(terms.all(*terms.guards)),)
    if not refuting and not (part is Part.PREMISES and premises):
        return None
    return Question(theorem=theorem, part=part, named=named, formulas=premises + refuting)


def questions(theorem: Theorem) -> tuple[Question, ...]:
    """Every question about a theorem, in the order in which they are put."""
    found = (question(theorem, part) for part in Part)
    return tuple(each for each in found if each is not None)


def check(theorem: Theorem, mutant: Mutant | None = None, *, rlimit: int = RLIMIT) -> Result:
    """Decide a theorem, or a mutant of it, which should be refuted.

    Values found by the solver are run through the integer reading before they count.

    Raises:
        ModelError: they do not do there what the solver says: the two readings differ.
    """
    start = perf_counter()
    result = _decide(theorem, mutant, rlimit)
    name = mutant.name if mutant is not None else ""
    return evolve(result, mutant=name, seconds=perf_counter() - start)


def holds(theorem: Theorem, values: Mapping[str, int | bool], mutant: Mutant | None = None) -> bool:
    """Whether the conclusion is true of some integers.

    Raises:
        ValueError: a premise is not, so that the theorem says nothing about them.
    """
    nothing = f"{theorem.name} says nothing about {dict(values)}"
    try:
        with applied(mutant):
            claim = theorem.text(INTS, **values)
    except ZeroDivisionError as error:
        raise ValueError(nothing) from error
    if not INTS.all(*_premises(claim, mutant)):
        raise ValueError(nothing)
    return claim.conclusion


def _premises(claim: Claim[B], mutant: Mutant | None) -> list[B]:
    left_out = mutant.without if mutant is not None else ""
    if left_out and left_out not in claim.premises:
        raise ModelError(f"there is no premise {left_out!r} to leave out")
    return [premise for name, premise in claim.premises.items() if name != left_out]


def _decide(theorem: Theorem, mutant: Mutant | None, rlimit: int) -> Result:
    effort = 0
    example: Mapping[str, int | bool] = {}
    for part in Part:
        asked = question(theorem, part, mutant)
        if asked is None:
            continue
        answer = asked.ask(rlimit=rlimit)
        effort = max(effort, answer.effort)
        if answer.values and part is not Part.DIVISIONS:
            _replay(theorem, mutant, part, answer.values)
            example = answer.values
        if answer.result != part.expected:
            refuted = part is Part.CLAIM and answer.result == "sat"
            return Result(
                theorem=theorem.name,
                verdict=Verdict.REFUTED if refuted else Verdict.UNKNOWN,
                reason="" if refuted else _reason(part, answer),
                example=answer.values,
                effort=effort,
            )
    return Result(theorem=theorem.name, verdict=Verdict.PROVED, example=example, effort=effort)


def _replay(
    theorem: Theorem, mutant: Mutant | None, part: Part, values: Mapping[str, int | bool]
) -> None:
    try:
        true_of_integers = holds(theorem, values, mutant)
    except ValueError as error:
        raise ModelError(f"the readings differ on a premise: {error}") from error
    if part is Part.CLAIM and true_of_integers:
        raise ModelError(f"the readings differ: {theorem.name} is true of {dict(values)}")


def _reason(part: Part, answer: Answer) -> str:
    if answer.result == "unknown":
        return f"the solver gave up on the {part.value}: {answer.reason}"
    if part is Part.PREMISES:
        return "the premises contradict each other, so that the theorem says nothing"
    return f"a dividend may be negative or a divisor below 1: {dict(answer.values)}"
