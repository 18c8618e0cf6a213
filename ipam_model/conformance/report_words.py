"""What is said of a report in every form that people read."""

from collections.abc import Mapping
from typing import Final

from ipam_model.conformance.report import Conclusion, ConformanceReport
from ipam_model.conformance.verdict import Result
from ipam_model.inspection.counted import counted


def headline(report: ConformanceReport) -> str:
    """How it ended, in one line."""
    ended = ", ".join(_ended(name, count) for name, count in report.plans.items() if count)
    known = f"; known: {', '.join(each.id for each in report.known)}" if report.known else ""
    dropped = f"; dropped: {dropped_words(report)}" if report.dropped else ""
    return (
        f"{_concluded(report)}: {counted(report.tried, 'plan')}{f' ({ended})' if ended else ''}, "
        f"{counted(report.steps, 'step')} in {report.seconds:.1f} s{known}{dropped}"
    )


def _ended(result: str, count: int) -> str:
    """`1 conforms`, `2 conform`; what is no verb stays as it is."""
    is_verb = result in (Result.CONFORMS.value, Result.DIVERGES.value)
    return f"{count} {result.removesuffix('s') if is_verb and count != 1 else result}"


def _concluded(report: ConformanceReport) -> str:
    subject, models = report.checked.subject, report.checked.models
    match report.conclusion:
        case Conclusion.DIVERGES:
            return f"{subject} does not conform to {models}"
        case Conclusion.GONE:
            return (
                f"a known divergence of {subject} from {models} no longer occurs "
                f"({', '.join(report.gone)})"
            )
        case Conclusion.UNDECIDED:
            return f"it is not decided whether {subject} conforms to {models}"
        case Conclusion.CONFORMS:
            return f"{subject} conforms to {models}"


def uncompared_words(report: ConformanceReport) -> str:
    """Why there is nothing that was compared."""
    if report.tried:
        return f"the subject supports none of {counted(report.tried, 'plan')} to its end"
    if report.dropped:
        return f"{dropped_words(report)}, all of them dropped: {DROPPED}"
    lacks = ", ".join(report.checked.lacks) or "nothing"
    return f"no area suits a subject that lacks {lacks}"


def silent_plans(report: ConformanceReport) -> Mapping[str, str]:
    """How many plans say nothing, or not to their end, and why, by what became of them.

    Empty for what became of none.
    """
    left_out = counted(report.left_out, "directed plan")
    found = {
        "left out": f"{left_out}; the subject lacks something that is needed"
        if report.left_out
        else "",
        "dropped": f"{dropped_words(report)}; {DROPPED}" if report.dropped else "",
    }
    for result, why in SAYS_LITTLE.items():
        number = report.plans.get(result.value, 0)
        found[result.value] = f"{counted(number, 'plan')}; {why}" if number else ""
    return found


def dropped_words(report: ConformanceReport) -> str:
    """How many plans were given up: `3 plans (directed 1, others 2)`."""
    areas = ", ".join(f"{area} {number}" for area, number in report.dropped.items())
    return f"{counted(sum(report.dropped.values()), 'plan')} ({areas})"


DROPPED: Final = "an event made no sense once the subject had chosen, so that nothing is said of it"
"""What became of a plan that was given up."""
SAYS_LITTLE: Final[Mapping[Result, str]] = {
    Result.UNSUPPORTED: "the subject does not support all that happens there",
    Result.UNDECIDED: "more states explain what was seen than are followed",
}
"""Results of plans that speak neither for the subject nor against it, and why."""


def gone_words(report: ConformanceReport, known_id: str) -> str:
    """What is said of a divergence that is listed as known and did not occur."""
    unplayed = report.unplayed.get(known_id, {})
    plans = ", ".join(f"{name} ({why})" for name, why in unplayed.items())
    remark = f"; directed plans that might show it were not played: {plans}" if plans else ""
    return (
        f"known divergence {known_id} no longer occurs: strike it off the list, "
        f"or search more (seed {report.checked.seed}){remark}"
    )
