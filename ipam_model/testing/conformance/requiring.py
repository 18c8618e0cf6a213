"""What a report has to say, for those to whom anything else is a failure."""

import warnings

from ipam_model.conformance.report import ConformanceReport
from ipam_model.conformance.report_words import gone_words, uncompared_words
from ipam_model.conformance.verdict import Result
from ipam_model.inspection.counted import counted
from ipam_model.testing.conformance.bench import compared


class ConformanceFailure(AssertionError):  # noqa: N818 - the word of those who read it
    """The subject does not conform; the message says all there is to say."""

    def __init__(self, message: str, report: ConformanceReport) -> None:
        super().__init__(message)
        self.report = report
        """What else was found."""


class UndecidedWarning(UserWarning):
    """Some plans are undecided: they say nothing, neither for the subject nor against it."""


def require(report: ConformanceReport) -> None:
    """Raise `ConformanceFailure` for what diverges, and what is known and does not."""
    __tracebackhide__ = True
    if report.failures:
        more = len(report.failures) - 1
        text = report.failures[0].text + (f"\n\n... and {more} more" if more else "")
        raise ConformanceFailure(text, report)
    if report.gone:
        raise ConformanceFailure(
            "\n".join(gone_words(report, each) for each in report.gone), report
        )


def require_support(report: ConformanceReport, why: str) -> None:
    """Raise `ConformanceFailure` if the subject supports no plan; `why` is what it says of one."""
    __tracebackhide__ = True
    if compared(report.plans, report.steps) or report.known:
        return
    reason = f" ({why})" if why else ""
    raise ConformanceFailure(f"nothing was compared: {uncompared_words(report)}{reason}", report)


def require_decisions(report: ConformanceReport, why: str) -> None:
    """Raise `ConformanceFailure` if every plan is undecided, and warn if some are."""
    __tracebackhide__ = True
    undecided = report.plans[Result.UNDECIDED.value]
    if not undecided:
        return
    left = f"{undecided} of {counted(report.tried, 'plan')} undecided"
    if not report.plans[Result.CONFORMS.value] and not report.known:
        raise ConformanceFailure(f"nothing was decided: {left} ({why})", report)
    warnings.warn(f"{report.checked.subject}: {left} ({why})", UndecidedWarning, stacklevel=3)
