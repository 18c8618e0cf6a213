"""Run theorems and say what came out: one line each, and an exit code."""

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from attrs import frozen

from ipam_model.errors import InputError
from proofs.check import Result, Verdict, check, questions
from proofs.theorem import Theorem

ALL_PROVED: Final = 0
REFUTED: Final = 1
INCONCLUSIVE: Final = 3

Solver = Callable[[str], str]
"""Answers an SMT-LIB script."""


@frozen(kw_only=True)
class Row:
    """What came out for one theorem."""

    result: Result
    mutants: tuple[Result, ...]
    disagreement: Mapping[str, str] | None
    """What the second solver answers otherwise, by question; `None` if it was not asked."""

    def exit_code(self) -> int:
        """The exit code this row alone would give."""
        verdict = self.result.verdict
        contradicted = {"sat", "unsat"}.intersection((self.disagreement or {}).values())
        survived = any(mutant.verdict is Verdict.PROVED for mutant in self.mutants)
        if verdict is Verdict.REFUTED or contradicted or survived:
            return REFUTED
        undecided = any(mutant.verdict is Verdict.UNKNOWN for mutant in self.mutants)
        if verdict is Verdict.UNKNOWN or undecided or self.disagreement:
            return INCONCLUSIVE
        return ALL_PROVED

    def lines(self) -> list[str]:
        """The row for a reader."""
        result = self.result
        dead = sum(mutant.verdict is Verdict.REFUTED for mutant in self.mutants)
        first = (
            f"{result.verdict.value:8} {result.theorem:40} {result.seconds * 1000:5.0f} ms "
            f"{result.effort:7,} steps  mutants refuted {dead}/{len(self.mutants)}  "
            f"cvc5 {self._second()}"
        )
        more = [
            f"mutant {mutant.verdict.value}: {mutant.mutant} {mutant.reason}".rstrip()
            for mutant in self.mutants
            if mutant.verdict is not Verdict.REFUTED
        ]
        more += [f"cvc5 on the {part}: {said}" for part, said in (self.disagreement or {}).items()]
        if result.verdict is not Verdict.PROVED:
            more.insert(0, result.reason or f"for example {dict(result.example)}")
        return [first, *(f"         {line}" for line in more)]

    def _second(self) -> str:
        if self.disagreement is None:
            return "not asked"
        return "does not agree" if self.disagreement else "agrees"


def examine(theorem: Theorem, second: Solver | None) -> Row:
    """Check a theorem and its mutants; a proved one also with the second solver."""
    result = check(theorem)
    disagreement = None
    if second is not None and result.verdict is Verdict.PROVED:
        disagreement = _disagreement(theorem, second)
    mutants = tuple(check(theorem, mutant) for mutant in theorem.mutants)
    return Row(result=result, mutants=mutants, disagreement=disagreement)


def run(theorems: Iterable[Theorem]) -> int:
    """Examine theorems and print a line for each; the exit code."""
    second = second_solver()
    codes = []
    for theorem in theorems:
        row = examine(theorem, second)
        sys.stdout.write("\n".join(row.lines()) + "\n")
        codes.append(row.exit_code())
    # Refuted outranks inconclusive.
    return REFUTED if REFUTED in codes else max(codes, default=ALL_PROVED)


def second_solver() -> Solver | None:
    """The second solver if it is installed."""
    try:
        from proofs import second_solver as installed
    except InputError:
        return None
    return installed.run


def export(theorems: Iterable[Theorem], folder: Path) -> list[Path]:
    """Write every question as `NAME-PART.smt2`; the files written.

    Raises:
        InputError: the folder cannot be written to.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for theorem in theorems:
            for question in questions(theorem):
                path = folder / f"{theorem.name}-{question.part.value}.smt2"
                path.write_text(question.smtlib(), "utf-8", newline="\n")
                written.append(path)
    except OSError as error:
        raise InputError(f"cannot write to {folder}: {error.strerror}") from error
    return written


def table(theorems: Iterable[Theorem]) -> str:
    """The theorems as a Markdown table."""
    lines = ["| theorem | what holds | rules | refuted when |", "|---|---|---|---|"]
    for each in theorems:
        mutants = "; ".join(mutant.name for mutant in each.mutants)
        lines.append(f"| `{each.name}` | {each.statement} | {', '.join(each.rules)} | {mutants} |")
    return "\n".join(lines) + "\n"


def _disagreement(theorem: Theorem, second: Solver) -> dict[str, str]:
    answers = {each.part: second(each.smtlib()) for each in questions(theorem)}
    return {part.value: said for part, said in answers.items() if said != part.expected}
