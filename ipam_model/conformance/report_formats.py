"""A conformance report as JSON lines, Markdown and JUnit XML."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

from attrs import asdict, frozen

from ipam_model.conformance.report import (
    KNOWN_OCCURS,
    Checked,
    Conclusion,
    ConformanceReport,
    Failure,
    KnownSeen,
    Line,
    Status,
)
from ipam_model.conformance.report_words import gone_words, headline, silent_plans
from ipam_model.conformance.subject import Kind
from ipam_model.errors import InputError
from ipam_model.inspection.counted import counted
from ipam_model.strict_json import JsonValue

SCHEMA: Final = "ipam-conformance-report/1"


# -- JSON lines ----------------------------------------------------------------------------------


def json_lines(report: ConformanceReport) -> str:
    """A line of what was checked, one for each property, rule, failure and known divergence.

    The last one says how it ended.
    """
    return "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in _objects(report))


def _objects(report: ConformanceReport) -> Iterator[Mapping[str, JsonValue]]:
    checked = report.checked
    yield {
        "schema": SCHEMA,
        **asdict(checked, recurse=False),
        "kind": checked.kind.value,
        "lacks": list(checked.lacks),
    }
    for name, lines in (("property", report.properties()), ("rule", report.rules())):
        for line in lines:
            yield {
                name: line.id,
                "status": line.status.value,
                "passed": line.passed,
                "failed": line.failed,
                "known": line.known,
                **({"skipped": line.skipped} if line.skipped else {}),
                "statement": line.statement,
            }
    for failure in report.failures:
        shown: dict[str, JsonValue] = asdict(failure, recurse=False)
        yield {
            "failure": failure.title,
            **shown,
            "rules": list(failure.rules),
            "expected": list(failure.expected),
            "quirks": list(failure.quirks),
        }
    for known in report.known:
        yield {"known_divergence": known.id, **asdict(known)}
    for gone in report.gone:
        unplayed = report.unplayed.get(gone)
        yield {"no_longer_occurs": gone, **({"unplayed": dict(unplayed)} if unplayed else {})}
    conclusion = report.conclusion
    yield {
        "conclusion": conclusion.value,
        "conforms": None if conclusion is Conclusion.UNDECIDED else report.conforms,
        "plans": dict(report.plans),
        "areas": dict(report.areas),
        "dropped": dict(report.dropped),
        "left_out": report.left_out,
        "listed": report.listed,
        "steps": report.steps,
        "watched": report.watched,
        "fired": dict(report.fired),
        "exposed": dict(report.exposed),
        "seconds": round(report.seconds, 3),
    }


def from_json_lines(text: str) -> ConformanceReport:
    """The report that `json_lines` wrote; `InputError` if it did not."""
    try:
        objects = [json.loads(line) for line in text.splitlines()]
        head, end = objects[0], objects[-1]
        if head.pop("schema") != SCHEMA:
            raise InputError(f"not a report of {SCHEMA}")
        middle = objects[1:-1]
        return ConformanceReport(
            checked=Checked(**{**head, "kind": Kind(head["kind"]), "lacks": tuple(head["lacks"])}),
            plans=end["plans"],
            areas=end["areas"],
            dropped=end.get("dropped", {}),
            left_out=end.get("left_out", 0),
            listed=end.get("listed", 0),
            steps=end["steps"],
            watched=end["watched"],
            fired=end["fired"],
            exposed=end["exposed"],
            seconds=end["seconds"],
            failures=tuple(
                Failure(
                    **{
                        **_without(each, "failure"),
                        "rules": tuple(each["rules"]),
                        "expected": tuple(each.get("expected", ())),
                        "quirks": tuple(each.get("quirks", ())),
                    }
                )
                for each in middle
                if "failure" in each
            ),
            known=tuple(
                KnownSeen(**_without(each, "known_divergence"))
                for each in middle
                if "known_divergence" in each
            ),
            gone=tuple(each["no_longer_occurs"] for each in middle if "no_longer_occurs" in each),
            unplayed={
                each["no_longer_occurs"]: each["unplayed"] for each in middle if "unplayed" in each
            },
        )
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise InputError(f"not a report of {SCHEMA}: {error}") from None


def _without(shown: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in shown.items() if name != key}


# -- Markdown ------------------------------------------------------------------------------------


def markdown(report: ConformanceReport) -> str:
    """The report for people."""
    checked = report.checked
    lacks = f", lacks {', '.join(checked.lacks)}" if checked.lacks else ""
    calls = f", calls to EC2: {checked.calls}" if checked.calls else ""
    compared = f"Compared: {checked.precision} of a {checked.kind.value}{calls}{lacks}."
    kit = f"Seed {checked.seed}, kit {checked.kit}."
    watched = f"Executed rules were counted in {report.watched} of the plans."
    parts = ["# Conformance report", headline(report), f"{compared} {kit} {watched}"]
    parts += [f"{each.capitalize()}: {why}." for each, why in silent_plans(report).items() if why]
    for number, failure in enumerate(report.failures, start=1):
        parts += [f"## Divergence {number}: {failure.title}", f"```text\n{failure.text}\n```"]
    if report.known or report.gone:
        rows = [
            f"| {each.id} | {counted(each.times, 'plan')} | {_cell(_known_reason(each))} |"
            for each in report.known
        ]
        rows += [
            f"| {each} | **no longer occurs** | {_cell(gone_words(report, each))} |"
            for each in report.gone
        ]
        parts += [
            "## Known divergences",
            "\n".join(["| id | seen | reason |", "|---|---|---|", *rows]),
        ]
    parts += ["## Properties", _table(report.properties())]
    rules = report.rules()
    reached = [line for line in rules if line.status is not Status.SKIPPED]
    skipped = [line for line in rules if line.status is Status.SKIPPED]
    parts += [f"## Rules: {len(reached)} of {len(rules)} exercised", _table(reached)]
    by_reason: dict[str, list[str]] = {}
    for line in skipped:
        by_reason.setdefault(line.skipped, []).append(line.id)
    parts += [f"Skipped, {why}: {', '.join(ids)}." for why, ids in by_reason.items()]
    return "\n\n".join(parts) + "\n"


def _known_reason(known: KnownSeen) -> str:
    unkept = f"its plan could not be kept in {known.unkept}" if known.unkept else ""
    return "; ".join(part for part in (known.reason, unkept) if part)


def _table(lines: "tuple[Line, ...] | list[Line]") -> str:
    head = ["| id | status | passed | failed | known | what |", "|---|---|---:|---:|---:|---|"]
    return "\n".join(
        [
            *head,
            *(
                f"| {line.id} | {line.status.value} | {line.passed} | {line.failed} | {line.known} "
                f"| {_cell(line.statement)}{f' ({line.skipped})' if line.skipped else ''} |"
                for line in lines
            ),
        ]
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


# -- JUnit ---------------------------------------------------------------------------------------

_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold, however it is escaped."""


@frozen
class _Case:
    """One entry of the list that a pipeline shows, with what is wrong or missing about it."""

    name: str
    failure: str = ""
    """In one line; empty if nothing failed."""
    details: str = ""
    error: str = ""
    """In one line; empty unless nothing could be decided."""
    skipped: str = ""


def junit(report: ConformanceReport) -> str:
    """A test suite for the properties, one for the rules, and one for all plans.

    Known divergences are skipped, and so is what keeps plans from saying anything, where it did.
    That nothing is decided is an error of the case `conclusion`, so that no pipeline passes.
    """
    suites = {
        "properties": [_case(line, report) for line in report.properties()],
        "rules": [_case(line, report) for line in report.rules()],
        "plans": [_conclusion(report), *_silent_cases(report)],
    }
    root = ET.Element("testsuites", name=_xml(f"ipam-model {report.checked.subject}"))
    everything = [case for cases in suites.values() for case in cases]
    root.attrib.update(_totals(everything, report.seconds))
    for name, cases in suites.items():
        skipped = str(sum(bool(case.skipped) for case in cases))
        suite = ET.SubElement(root, "testsuite", name=name, skipped=skipped)
        seconds = report.seconds if name == "plans" else 0  # The others are read off its plans.
        suite.attrib.update(_totals(cases, seconds))
        properties = ET.SubElement(suite, "properties")
        shown = {**asdict(report.checked, recurse=False), "kind": report.checked.kind.value}
        for key, value in shown.items():
            text = ", ".join(value) if isinstance(value, tuple) else str(value)
            ET.SubElement(properties, "property", name=key, value=_xml(text))
        for case in cases:
            _add(suite, case)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _totals(cases: list[_Case], seconds: float) -> dict[str, str]:
    """Without the number of those skipped, which the root has no attribute for."""
    return {
        "tests": str(len(cases)),
        "failures": str(sum(bool(case.failure) for case in cases)),
        "errors": str(sum(bool(case.error) for case in cases)),
        "time": f"{seconds:.3f}",
    }


def _add(suite: ET.Element, case: _Case) -> None:
    group = f"ipam_model.{suite.get('name')}"
    shown = ET.SubElement(suite, "testcase", classname=group, name=_xml(case.name), time="0")
    if case.failure:
        failure = ET.SubElement(shown, "failure", message=_xml(case.failure), type="divergence")
        failure.text = _xml(case.details)
    elif case.error:
        ET.SubElement(shown, "error", message=_xml(case.error), type="undecided")
    elif case.skipped:
        ET.SubElement(shown, "skipped", message=_xml(case.skipped))


def _case(line: Line, report: ConformanceReport) -> _Case:
    match line.status:
        case Status.FAILED if line.id == KNOWN_OCCURS:
            gone = "\n\n".join(gone_words(report, each) for each in report.gone)
            return _Case(line.id, f"no longer occurs: {', '.join(report.gone)}", gone)
        case Status.FAILED:
            about = [
                each
                for each in report.failures
                if line.id == each.aspect or line.id in each.rules[:1]
            ]
            return _Case(line.id, about[0].title, "\n\n".join(each.text for each in about))
        case Status.KNOWN:
            reasons = [each.reason for each in report.known if each.id.partition("-")[0] == line.id]
            return _Case(line.id, skipped=f"known divergence: {'; '.join(reasons)}")
        case Status.SKIPPED:
            return _Case(line.id, skipped=line.skipped)
        case Status.PASSED:
            return _Case(line.id)


def _conclusion(report: ConformanceReport) -> _Case:
    """How it ended: passed if the subject conforms, and only then."""
    match report.conclusion:
        case Conclusion.CONFORMS:
            return _Case("conclusion")
        case Conclusion.UNDECIDED:
            return _Case("conclusion", error=headline(report))
        case Conclusion.DIVERGES | Conclusion.GONE:
            return _Case("conclusion", failure=headline(report))


def _silent_cases(report: ConformanceReport) -> Iterator[_Case]:
    """What keeps plans from saying anything; then the directed ones that were missed."""
    for name, why in silent_plans(report).items():
        if why:
            yield _Case(f"plans {name}", skipped=why)
    reasons: dict[str, list[str]] = {}
    shows: dict[str, list[str]] = {}
    for known_id, plans in report.unplayed.items():
        for name, why in plans.items():
            reasons.setdefault(name, []).append(why)
            shows.setdefault(name, []).append(known_id)
    for name, whys in reasons.items():
        why = "; ".join(dict.fromkeys(whys))
        known = ", ".join(shows[name])
        yield _Case(f"directed {name}", skipped=f"not played: {why}; might show {known}")


def _xml(text: str) -> str:
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)


# -- by the name of a file -----------------------------------------------------------------------

FORMATS: Final[Mapping[str, Callable[[ConformanceReport], str]]] = {
    ".jsonl": json_lines,
    ".md": markdown,
    ".xml": junit,
}
"""By the suffix of a file."""


def format_for(path: Path) -> Callable[[ConformanceReport], str]:
    """How a report is written into this file; `InputError` if its suffix does not say."""
    try:
        return FORMATS[path.suffix]
    except KeyError:
        raise InputError(
            f"report file {path}: its suffix says the format, one of {', '.join(FORMATS)}"
        ) from None


def require_writable(path: Path) -> None:
    """Before anything takes its time: `InputError` if no report can be written into this file."""
    format_for(path)
    new = not path.exists()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if new or path.is_file() or path.is_dir():  # To open a pipe would disturb its reader.
            path.open("a").close()
        if new:
            path.unlink()
    except OSError as error:
        raise _unwritable(path, error) from None


def write_report(report: ConformanceReport, path: Path) -> None:
    """Write it in the format that the suffix says; `InputError` if that cannot be done."""
    text = format_for(path)(report)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> InputError:
    return InputError(f"report file {path}: cannot be written: {error.strerror or error}")
