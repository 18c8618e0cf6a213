"""What came out, for a reader, a program and the shell."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from attrs import frozen

from ipam_model.inspection.counted import counted
from ipam_model.proving.check import Budget, Solver
from ipam_model.proving.judging import (
    PROVED,
    MutantResult,
    Refutation,
    Result,
    Verdict,
)
from ipam_model.theorems.theorem import Theorem

HOLDS: Final = 0
REFUTED: Final = 1
INCONCLUSIVE: Final = 3


@frozen(kw_only=True)
class Row:
    """What came out for one theorem."""

    result: Result
    mutants: tuple[MutantResult, ...] | None = None
    """`None` if they were not asked about."""

    @property
    def disagreement(self) -> dict[str, str]:
        """What the second solver answers otherwise, by obligation and question."""
        return {
            f"{finding.obligation.name} {part}".strip(): said
            for finding in self.result.findings
            for part, said in finding.disagreement.items()
        }

    @property
    def refutations(self) -> tuple[Refutation, ...]:
        """Of the theorem and of its mutants, at most one of each obligation and mutant."""
        found = [finding.refutation for finding in self.result.findings]
        found += [mutant.refutation for mutant in self.mutants or ()]
        return tuple(each for each in found if each is not None)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes a proof doubtful."""
        return tuple(
            f"{finding.obligation.name}: the premises contradict each other, says the core"
            for finding in self.result.findings
            if finding.contradictory
        )

    def exit_code(self) -> int:
        """The exit code this row alone would give."""
        verdict = self.result.verdict
        mutants = [each.verdict for each in self.mutants or ()]
        contradicted = {"sat", "unsat"}.intersection(self.disagreement.values())
        if verdict is Verdict.REFUTED or contradicted or Verdict.PROVED in mutants:
            return REFUTED
        undecided = Verdict.UNKNOWN in mutants or self.disagreement or self.warnings
        return INCONCLUSIVE if verdict is Verdict.UNKNOWN or undecided else HOLDS


def exit_code(rows: Iterable[Row]) -> int:
    """Refuted outranks inconclusive."""
    codes = [row.exit_code() for row in rows]
    return REFUTED if REFUTED in codes else max(codes, default=HOLDS)


class Table:
    """The rows as lines of a table."""

    def __init__(
        self, theorems: Sequence[Theorem], solver: Solver, budget: Budget, *, mutants: bool
    ) -> None:
        """For these theorems."""
        self._width = max((len(each.name) for each in theorems), default=7)
        self._first = "cvc5" if solver is Solver.CVC5 else "z3"
        self._budget = budget
        self._mutants = mutants

    def head(self) -> str:
        """What the columns are."""
        cells = f"{'verdict':14} obligations {self._first:>7} {'steps':>9}  budget  cvc5"
        last = "                mutants" if self._mutants else ""
        return f"{'theorem':{self._width}}  {cells}{last}"

    def lines(self, row: Row) -> list[str]:
        """One row, and below it what else there is to say."""
        result = row.result
        milliseconds = sum(finding.seconds for finding in result.findings) * 1000
        effort = max((finding.effort for finding in result.findings), default=0)
        first = (
            f"{result.theorem.name:{self._width}}  {result.verdict.value:14} "
            f"{len(result.findings):11} {milliseconds:4.0f} ms {effort:9,} "
            f"{effort / self._budget.rlimit:7.1%}  {_second(row):18}"
        )
        if row.mutants is not None:
            dead = sum(mutant.verdict is Verdict.REFUTED for mutant in row.mutants)
            first += f"  {dead}/{len(row.mutants)} refuted"
        more = [result.reason] if result.verdict not in PROVED else []
        more += [
            f"for example {_values(finding.refutation)}"
            for finding in result.findings
            if finding.refutation is not None
        ]
        more += [
            f"mutant {mutant.verdict.value}: {mutant.mutant.name} {mutant.reason}".rstrip()
            for mutant in row.mutants or ()
            if mutant.verdict is not Verdict.REFUTED
        ]
        more += [f"cvc5 on {part}: {said}" for part, said in row.disagreement.items()]
        more += row.warnings
        if result.unused:
            more.append(f"no claim needs: {'; '.join(result.unused)}")
        return [first.rstrip(), *(f"    {line}" for line in more)]


def summary(rows: Sequence[Row], seconds: float) -> list[str]:
    """Lines below the table: how many of what, and what is on paper."""
    verdicts = [row.result.verdict for row in rows]
    counts = [(each, verdicts.count(each)) for each in Verdict]
    obligations = sum(len(row.result.findings) for row in rows)
    said = ", ".join(f"{count} {each.value}" for each, count in counts if count)
    judged = f"{counted(len(rows), 'theorem')}, {counted(obligations, 'obligation')}"
    lines = [f"{judged}: {said}; {seconds:.1f} s"]
    papers: dict[str, list[str]] = {}
    for row in rows:
        for each in row.result.theorem.basis():
            names = papers.setdefault(each.paper, []) if each.paper else []
            if each.name not in names:
                names.append(each.name)
    lines += [f"on paper: {paper} ({', '.join(names)})" for paper, names in papers.items()]
    return lines


def as_json(rows: Sequence[Row], solver: Solver, budget: Budget) -> dict[str, Any]:
    """Everything as one JSON object."""
    return {
        "solver": solver.value,
        "budget": {"rlimit": budget.rlimit, "seconds": budget.seconds},
        "theorems": [_row_as_json(row) for row in rows],
    }


def markdown(theorems: Iterable[Theorem]) -> str:
    """The theorems as a Markdown table."""
    heads = ("theorem", "what holds", "tier", "rules", "properties", "rests on", "refuted when")
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for each in theorems:
        lemmas = ", ".join(f"`{lemma.name}`" for lemma in each.lemmas)
        cells = (
            f"`{each.name}`",
            each.statement,
            each.tier.value,
            ", ".join(each.rules),
            ", ".join(each.properties),
            "; ".join(filter(None, (lemmas, each.paper and f"on paper: {each.paper}"))),
            "; ".join(mutant.name for mutant in each.mutants),
        )
        escaped = (cell.replace("|", r"\|") for cell in cells)
        lines.append(f"| {' | '.join(escaped)} |")
    return "\n".join(lines) + "\n"


def _second(row: Row) -> str:
    findings = row.result.findings
    if all(finding.second is None for finding in findings):
        return "not asked"
    if row.disagreement:
        return "does not agree"
    milliseconds = sum(finding.second_seconds for finding in findings) * 1000
    return f"agrees, {milliseconds:4.0f} ms"


def _values(refutation: Refutation) -> str:
    return ", ".join(f"{name} = {value}" for name, value in refutation.values.items())


def _row_as_json(row: Row) -> dict[str, Any]:
    result = row.result
    return {
        "theorem": result.theorem.name,
        "statement": result.theorem.statement,
        "verdict": result.verdict.value,
        "modulo": list(result.modulo),
        "reason": result.reason,
        "unused_premises": list(result.unused),
        "warnings": list(row.warnings),
        "obligations": [
            {
                "name": finding.obligation.name,
                "verdict": finding.verdict.value,
                "reason": finding.reason,
                "seconds": finding.seconds,
                "steps": {part.value: effort for part, effort in finding.efforts.items()},
                "cvc5": None
                if finding.second is None
                else {part.value: answer.result for part, answer in finding.second.items()},
                "refutation": _refutation_as_json(finding.refutation),
            }
            for finding in result.findings
        ],
        "mutants": None
        if row.mutants is None
        else [
            {
                "name": each.mutant.name,
                "verdict": each.verdict.value,
                "reason": each.reason,
                "refutation": _refutation_as_json(each.refutation),
            }
            for each in row.mutants
        ],
    }


def _refutation_as_json(refutation: Refutation | None) -> dict[str, Any] | None:
    if refutation is None:
        return None
    return {
        "theorem": refutation.theorem.name,
        "obligation": refutation.obligation.name,
        "failed": list(refutation.failed),
        "values": dict(refutation.values),
    }
