"""What `ipam-model vectors` prints."""

from collections.abc import Sequence
from typing import Final

from ipam_model.catalogue import catalogue
from ipam_model.inspection.counted import counted
from ipam_model.strict_json import JsonValue
from ipam_model.vectors.answers import Result
from ipam_model.vectors.files import Suite, rule_order, texts
from ipam_model.vectors.running import NOT_ASKED, Report
from ipam_model.vectors.states import Json

MOST_SHOWN: Final = 20
"""Failures that are told one by one."""
LONGEST_REASON: Final = 400


def listing(suite: Suite, vectors: Sequence[Json]) -> str:
    """One vector a line."""
    width = max((len(str(each["id"])) for each in vectors), default=0)
    lines = [
        f"{each['id']!s:{width}}  {each['result']!s:4}  "
        f"{','.join(sorted(texts(each, 'flags')))}: {each['title']}"
        for each in vectors
    ]
    total = len(suite.vectors)
    return "\n".join([*lines, f"{len(vectors)} of {counted(total, 'vector')} of {suite.models}"])


def report_text(report: Report) -> str:
    """The counts, per rule where something is not passed, and the failures."""
    lines = []
    failed = [
        each
        for each in report.judgements
        if each.result is Result.FAILED and each.reason != NOT_ASKED
    ]
    for each in failed[:MOST_SHOWN]:
        lines.append(f"FAILED {each.vector['id']}: {each.vector['title']}")
        lines.append(f"       {_short(each.reason)}")
    if failed[MOST_SHOWN:]:
        lines.append(f"       ... and {len(failed) - MOST_SHOWN} more; --json shows all")
    unasked = sum(each.reason == NOT_ASKED for each in report.judgements)
    if unasked:
        lines.append(f"       and {unasked} more, which the program was not asked after that")
    lines += [
        f"known  {each.vector['id']}: {each.reason}"
        for each in report.judgements
        if each.result is Result.KNOWN
    ]
    lines.append(f"{'rule':>6}  passed  known  failed  skipped")
    for rule, counts in report.by_rule().items():
        lines.append(
            f"{rule:>6}  {counts[Result.PASSED]:6}  {counts[Result.KNOWN]:5}  "
            f"{counts[Result.FAILED]:6}  {counts[Result.SKIPPED]:7}"
        )
    counts = report.count()
    told = ", ".join(f"{number} {result.value}" for result, number in counts.items())
    lines.append(f"{counted(len(report.judgements), 'vector')} of {report.suite.models}: {told}")
    return "\n".join(lines)


def _short(reason: str) -> str:
    return reason if len(reason) <= LONGEST_REASON else f"{reason[: LONGEST_REASON - 3]}..."


def report_json(report: Report) -> dict[str, JsonValue]:
    """Everything of a report."""
    known = catalogue()
    return {
        "models": report.suite.models,
        "vectors": len(report.judgements),
        "counts": {result.value: number for result, number in report.count().items()},
        "rules": {
            rule: {
                "statement": known[rule].statement,
                **{result.value: number for result, number in counts.items()},
            }
            for rule, counts in sorted(
                report.by_rule().items(), key=lambda item: rule_order(item[0])
            )
        },
        "judgements": [
            {
                "id": each.vector["id"],
                "title": each.vector["title"],
                "result": each.result.value,
                **({"reason": each.reason} if each.reason else {}),
            }
            for each in report.judgements
            if each.result is not Result.PASSED
        ],
    }
