"""What `ipam-model conform` prints."""

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ipam_model.strict_json import JsonValue

if TYPE_CHECKING:  # needs an extra
    from ipam_model.conformance.report import ConformanceReport
    from ipam_model.conformance.wire.smoke import Check, SmokeReport

WIDTH: Final = 100
STDERR_LINES: Final = 20


def report_text(report: "ConformanceReport") -> str:
    """How it ended, after everything that was found."""
    from ipam_model.conformance.report_words import (
        DROPPED,
        dropped_words,
        gone_words,
        headline,
        uncompared_words,
    )

    parts = [each.text for each in report.failures]
    parts += [gone_words(report, each) for each in report.gone]
    if not report.failures and report.plans.get("unsupported", 0) == report.tried:
        parts.append(f"nothing is decided: {uncompared_words(report)}")
    if report.dropped:
        parts.append(f"dropped: {dropped_words(report)}; {DROPPED}")
    return "\n\n".join([*parts, headline(report)]) + "\n"


def smoke_text(report: "SmokeReport", command: str) -> str:
    """One line for each step, and what is usually wrong."""
    return "\n".join(_smoke_lines(report, command))


def _smoke_lines(report: "SmokeReport", command: str) -> Iterator[str]:
    yield f"{command}: {report.who or 'has not said who it is'}"
    for number, check in enumerate(report.checks, start=1):
        yield from _check_lines(number, check)
    for number, what in enumerate(report.left, start=len(report.checks) + 1):
        yield f"{number:3} -       {what}"
    if report.passed:
        yield "the harness is right, as far as this can tell"
        return
    last = [line for line in report.stderr.splitlines() if line.strip()][-STDERR_LINES:]
    if last:
        yield "the last of its standard error:"
        yield from (f"  | {line}" for line in last)


def _check_lines(number: int, check: "Check") -> Iterator[str]:
    if check.passed:
        yield f"{number:3} ok      {check.what}"
        return
    if check.skipped:
        yield f"{number:3} skipped {check.what}"
        yield from _paragraph(f"the program does not support it: {check.skipped}")
        return
    yield f"{number:3} FAILED  {check.what}"
    yield from _paragraph(check.problem)
    if check.fault is not None:
        yield from _paragraph(f"look at {check.fault.value}")
    for line in check.hint.splitlines():
        yield from _paragraph(line)


def _paragraph(text: str) -> list[str]:
    space = " " * 12
    return textwrap.wrap(
        text, WIDTH, initial_indent=space, subsequent_indent=space, break_on_hyphens=False
    )


def smoke_as_json(report: "SmokeReport") -> JsonValue:
    """The same for programs."""
    return {
        "passed": report.passed,
        "implementation": None if report.who is None else str(report.who),
        "steps": [
            {
                "what": each.what,
                "passed": each.passed,
                "problem": each.problem,
                "skipped": each.skipped,
                "fault": "" if each.fault is None else each.fault.name.lower(),
                "hint": each.hint,
            }
            for each in report.checks
        ],
        "not_tried": [*report.left],
        "stderr": report.stderr,
    }
