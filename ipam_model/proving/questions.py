"""From an obligation to questions for a solver."""

from collections.abc import Mapping

from attrs import frozen

from ipam_model.answer import Answer
from ipam_model.proving.reply import NEGATED, Part
from ipam_model.symbolic import (
    Formula,
    GuardedTerms,
    Unknowns,
    assertion,
    core,
    declaration,
    mentioned,
    solve,
    undecided,
    unknowns,
)
from ipam_model.theorems.theorem import Mutant, Obligation, Theorem, applied, premises_under


@frozen(kw_only=True)
class Question:
    """Named formulas over unknowns of one context: can they all be true?"""

    part: Part
    named: Unknowns
    formulas: Mapping[str, Formula]
    texts: dict[str, str]
    """SMT-LIB text of formulas, written once for all questions about the obligation."""

    def ask(self, *, rlimit: int, seed: int = 0) -> Answer:
        """Put it to z3."""
        return solve([*self.formulas.values()], self.named, rlimit=rlimit, seed=seed)

    def core(self, *, rlimit: int) -> tuple[str, ...] | None:
        """Names of formulas that contradict each other; `None` if z3 finds none."""
        return core(self.formulas, rlimit=rlimit)

    def smtlib(self, theorem: Theorem, obligation: Obligation) -> str:
        """The question as an SMT-LIB 2 script of its own; the same bytes every time."""
        about = f"{theorem.name}: {obligation.name}" if obligation.name else theorem.name
        asserted = {name: self._assertion(name) for name in self.formulas}
        lines = [
            f"; {about}, {self.part.value}: expected {self.part.expected}",
            f"; {theorem.statement}",
            f"; Rules: {', '.join(theorem.rules)}.",
            *(f"; Rests on: {each.name}." for each in theorem.lemmas),
            *(f"; On paper: {each.paper} ({each.name})." for each in theorem.basis() if each.paper),
            "(set-info :smt-lib-version 2.6)",
            f"(set-info :status {self.part.expected})",
            f"(set-logic {obligation.logic})",
            *(
                declaration(name, self.named[name])
                for name in mentioned(asserted.values(), self.named)
            ),
        ]
        for name, text in asserted.items():
            lines += [f"; {name}", text]
        return "\n".join((*lines, "(check-sat)", "(exit)")) + "\n"

    def _assertion(self, name: str) -> str:
        if name not in self.texts:
            self.texts[name] = assertion(self.formulas[name])
        return self.texts[name]


def with_values(script: str, values: Mapping[str, int | bool]) -> str:
    """A script that also gives each unknown its value, if there are some.

    That the values make all formulas true is confirmed sooner than others are found.
    """
    given = [
        f"(assert (= {name} {_literal(value)}))\n"
        for name, value in values.items()
        if f"(declare-fun {name} ()" in script
    ]
    return script.replace("(check-sat)\n", "".join((*given, "(check-sat)\n")))


def _literal(value: int | bool) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if value >= 0 else f"(- {-value})"


def questions(obligation: Obligation, mutant: Mutant | None = None) -> tuple[Question, ...]:
    """Every question about an obligation, in the order in which they are put.

    They are of one building, in one fresh context. Of a mutant only the claim is asked, with all
    divisions meant: beyond that a refutation is none; nothing if the mutant leaves out a premise
    that the obligation does not have.
    """
    named = unknowns(obligation.operands)
    terms = GuardedTerms()
    with applied(mutant), undecided():
        claim = obligation.text(terms, **named)
    premises: dict[str, Formula] = premises_under(claim, mutant)
    if mutant is not None and not mutant.rules and len(premises) == len(claim.premises):
        return ()
    negated = {NEGATED: terms.no(terms.all(*claim.conclusions.values()))}
    if mutant is not None:
        guards = {f"(division {number})": each for number, each in enumerate(terms.guards)}
        parts = {Part.CLAIM: premises | guards | negated}
    else:
        parts = {}
        if terms.guards:
            unmeant = terms.no(terms.all(*terms.guards))
            parts[Part.DIVISIONS] = premises | {"(some division is not meant)": unmeant}
        if premises:
            parts[Part.PREMISES] = premises
        parts[Part.CLAIM] = premises | negated
    texts: dict[str, str] = {}
    return tuple(
        Question(part=part, named=named, formulas=formulas, texts=texts)
        for part, formulas in parts.items()
    )
