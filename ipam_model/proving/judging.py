"""From what solvers answer to verdicts; the only place where one is given.

Values that a solver finds are run through the integer reading before they count.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, Final, TypeVar

from attrs import field, frozen

from ipam_model.answer import Answer
from ipam_model.arithmetic import INTS
from ipam_model.errors import ModelError
from ipam_model.proving.reply import NEGATED, Part, Reply
from ipam_model.proving.worker import Ended
from ipam_model.theorems.theorem import Claim, Mutant, Obligation, Theorem, applied, premises_under


class Verdict(Enum):
    """What was found out."""

    PROVED = "proved"
    PROVED_MODULO = "proved modulo"
    """Proved but for steps on paper, which are named."""
    REFUTED = "refuted"
    UNKNOWN = "unknown"


PROVED: Final = (Verdict.PROVED, Verdict.PROVED_MODULO)


@frozen(init=False, kw_only=True)
class Refutation:
    """Numbers, of which the integer reading says that premises hold and a conclusion does not."""

    theorem: Theorem
    obligation: Obligation
    mutant: Mutant | None
    values: Mapping[str, int | bool]
    """By unknown."""
    failed: tuple[str, ...]
    """The conclusions that are false."""


@frozen(init=False, kw_only=True)
class Finding:
    """The verdict on one obligation."""

    obligation: Obligation
    verdict: Verdict
    reason: str = ""
    """Why it is unknown."""
    refutation: Refutation | None = None
    example: Mapping[str, int | bool] = field(factory=dict)
    """Numbers that it speaks about; empty if it has no premises, or was not asked that far."""
    efforts: Mapping[Part, int] = field(factory=dict)
    """Steps of the solver."""
    seconds: float = 0.0
    second: Mapping[Part, Answer] | None = None
    """What the second solver answers; `None` if it was not asked."""
    second_seconds: float = 0.0
    premises: tuple[str, ...] = ()
    """Of the claim, by name."""
    core: tuple[str, ...] | None = None
    """Those that the claim needs; `None` if not asked for, or not found."""
    contradictory: bool = False
    """The core shows that the premises contradict each other."""

    @property
    def effort(self) -> int:
        """Steps for the most expensive question."""
        return max(self.efforts.values(), default=0)

    @property
    def disagreement(self) -> dict[str, str]:
        """What the second solver answers otherwise than expected, by question."""
        return {
            part.value: answer.reason or answer.result
            for part, answer in (self.second or {}).items()
            if answer.result != part.expected
        }


@frozen(init=False, kw_only=True)
class Result:
    """The verdict on a theorem."""

    theorem: Theorem
    verdict: Verdict
    findings: tuple[Finding, ...]
    """Of its own obligations."""
    reason: str = ""
    """Why it is not proved."""
    modulo: tuple[str, ...] = ()
    """What it rests on that has steps on paper, by name; maybe itself."""

    @property
    def unused(self) -> tuple[str, ...]:
        """Premises that no claim needs; empty if some core was not asked for, or not found."""
        if any(finding.core is None for finding in self.findings):
            return ()
        used = {name for finding in self.findings for name in finding.core or ()}
        named = (name for finding in self.findings for name in finding.premises)
        return tuple(name for name in dict.fromkeys(named) if name not in used)


@frozen(init=False, kw_only=True)
class MutantResult:
    """What became of a mutant: refuted if any obligation, of the theorem or its lemmas, is."""

    theorem: Theorem
    mutant: Mutant
    verdict: Verdict
    reason: str = ""
    refutation: Refutation | None = None


def failing(
    obligation: Obligation, values: Mapping[str, int | bool], mutant: Mutant | None = None
) -> tuple[str, ...]:
    """The conclusions that are false of some integers.

    Raises:
        ValueError: a premise is, so that the obligation says nothing about them.
    """
    nothing = f"{obligation.name or 'the claim'} says nothing about {dict(values)}"
    try:
        with applied(mutant):
            claim: Claim[bool] = obligation.text(INTS, **values)
    except ZeroDivisionError as error:
        raise ValueError(nothing) from error
    for name, premise in premises_under(claim, mutant).items():
        if not premise:
            raise ValueError(f"{nothing}: {name}")
    return tuple(name for name, holds in claim.conclusions.items() if not holds)


def judge(
    theorem: Theorem, obligation: Obligation, reply: Reply | Ended, second: Reply | Ended | None
) -> Finding:
    """The verdict on an obligation, from the answers to its questions.

    Raises:
        ModelError: values do not do on integers what the solver says: the readings differ.
    """
    if isinstance(reply, Ended):
        reason = f"{obligation.name}: {reply.reason}".removeprefix(": ")
        return _built(Finding, obligation=obligation, verdict=Verdict.UNKNOWN, reason=reason)
    verdict, reason = Verdict.PROVED, ""
    example: Mapping[str, int | bool] = {}
    refutation = None
    for part, answer in reply.answers.items():
        if part is Part.PREMISES and answer.result == "sat":
            _replay(obligation, answer.values)
            example = answer.values
        if answer.result == part.expected:
            continue
        verdict = Verdict.UNKNOWN
        reason = f"{obligation.name}: {_reason(part, answer)}".removeprefix(": ")
        if part is Part.CLAIM and answer.result == "sat":
            refutation = _refutation(theorem, obligation, None, answer.values)
            verdict = Verdict.REFUTED
            reason = f"{obligation.name}: not {' and '.join(refutation.failed)}".removeprefix(": ")
        break
    if verdict is Verdict.PROVED:
        _demand_all(theorem, reply)
    answers: Mapping[Part, Answer] | None = None
    if isinstance(second, Ended):
        answers = {Part.CLAIM: Answer(result="unknown", values={}, effort=0, reason=second.reason)}
    elif second is not None:
        answers = second.answers
    return _built(
        Finding,
        obligation=obligation,
        verdict=verdict,
        reason=reason,
        refutation=refutation,
        example=example,
        efforts={part: answer.effort for part, answer in reply.answers.items()},
        seconds=reply.seconds,
        second=answers,
        second_seconds=second.seconds if isinstance(second, Reply) else 0.0,
        premises=reply.premises,
        core=None if reply.core is None else tuple(n for n in reply.core if n != NEGATED),
        contradictory=reply.core is not None and NEGATED not in reply.core,
    )


def _demand_all(theorem: Theorem, reply: Reply) -> None:
    """Nothing is proved by questions that were not asked."""
    for part, needed in ((Part.PREMISES, reply.premises), (Part.CLAIM, True)):
        if needed and part not in reply.answers:
            raise ModelError(f"nobody asked about the {part.value} of {theorem.name}")


def judge_theorem(
    theorem: Theorem, findings: Sequence[Finding], lemmas: Sequence[Result]
) -> Result:
    """The verdict on a theorem, from those on its obligations and on what it rests on."""
    if [each.obligation for each in findings] != [*theorem.obligations] or [
        each.theorem for each in lemmas
    ] != [*theorem.basis()[:-1]]:
        raise ModelError(f"{theorem.name} is judged by verdicts on something else")
    modulo = tuple(each.name for each in theorem.basis() if each.paper)
    verdict = Verdict.PROVED_MODULO if modulo else Verdict.PROVED
    reason = ""
    if bad := [each for each in lemmas if each.verdict not in PROVED]:
        verdict = Verdict.UNKNOWN
        reason = f"it rests on {bad[0].theorem.name}, which is {bad[0].verdict.value}"
    for wanted in (Verdict.UNKNOWN, Verdict.REFUTED):  # refuted outranks unknown
        reasons = [finding.reason for finding in findings if finding.verdict is wanted]
        if reasons:
            verdict, reason = wanted, "; ".join(reasons)
    return _built(
        Result,
        theorem=theorem,
        verdict=verdict,
        findings=tuple(findings),
        reason=reason,
        modulo=modulo,
    )


def judge_mutant(
    theorem: Theorem,
    mutant: Mutant,
    replies: Iterable[tuple[Theorem, Obligation, Reply | Ended]],
) -> MutantResult:
    """The verdict on a mutant, from replies that are read until one refutes it.

    Raises:
        ModelError: it leaves out a premise that is nowhere, or the readings differ.
    """
    gave_up, applies = "", False
    for owner, obligation, reply in replies:
        if isinstance(reply, Ended):
            gave_up = f"{obligation.name}: {reply.reason}"
            continue
        applies = applies or reply.applies
        answer = reply.answers.get(Part.CLAIM)
        if answer is None or answer.result == "unsat":
            continue
        if answer.result == "sat":
            return _built(
                MutantResult,
                theorem=theorem,
                mutant=mutant,
                verdict=Verdict.REFUTED,
                refutation=_refutation(owner, obligation, mutant, answer.values),
            )
        gave_up = f"{obligation.name}: the solver gave up: {answer.reason}"
    if not applies and not gave_up:
        raise ModelError(f"{theorem.name}: there is no premise {mutant.without!r} to leave out")
    return _built(
        MutantResult,
        theorem=theorem,
        mutant=mutant,
        verdict=Verdict.UNKNOWN if gave_up else Verdict.PROVED,
        reason=gave_up,
    )


_V = TypeVar("_V", Refutation, Finding, Result, MutantResult)


def _built(kind: type[_V], **fields: Any) -> _V:  # noqa: ANN401 - the fields of each kind
    """The one way to build a verdict: calling its class is none."""
    new = kind.__new__(kind)
    new.__attrs_init__(**fields)
    return new


def _refutation(
    theorem: Theorem,
    obligation: Obligation,
    mutant: Mutant | None,
    values: Mapping[str, int | bool],
) -> Refutation:
    failed = _replay(obligation, values, mutant)
    if not failed:
        raise ModelError(f"the readings differ: {theorem.name} is true of {dict(values)}")
    return _built(
        Refutation,
        theorem=theorem,
        obligation=obligation,
        mutant=mutant,
        values=values,
        failed=failed,
    )


def _replay(
    obligation: Obligation, values: Mapping[str, int | bool], mutant: Mutant | None = None
) -> tuple[str, ...]:
    try:
        return failing(obligation, values, mutant)
    except ValueError as error:
        raise ModelError(f"the readings differ on a premise: {error}") from error


def _reason(part: Part, answer: Answer) -> str:
    if answer.result == "unknown":
        return f"the solver gave up on the {part.value}: {answer.reason}"
    if part is Part.PREMISES:
        return "the premises contradict each other, so that nothing is said"
    return f"a dividend may be negative or a divisor below 1: {dict(answer.values)}"
