"""What lint found, as text."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ipam_model.cli.node_text import governing_settings, quirks_text, size_text
from ipam_model.inspection.counted import counted
from ipam_model.scenario.document import (
    Cordon,
    Event,
    LoopPass,
    PodsAdd,
    PodsDel,
)

if TYPE_CHECKING:
    from ipam_model.linting.finding import CounterExample, LintFinding, Report


def report_lines(report: "Report") -> Iterator[str]:
    """A node, and its findings."""
    node = report.node
    formula = "ENIs × (addresses − 1) + 2"
    if node.max_pods_assumed:
        max_pods = f"max pods {node.max_pods} (assumed: {formula})"
    else:
        max_pods = f"max pods {node.max_pods} ({formula} is {report.formula})"
    parts = (size_text(node), max_pods, _room(report), quirks_text(node))
    yield f"{node.name}: {', '.join(part for part in parts if part)}"
    yield f"  {governing_settings(node)}"
    for found in report.findings:
        yield ""
        yield from _finding_lines(found)
    for each in report.undecided:
        yield ""
        yield f"  undecided: {each}: no counter-example was found in the budget of the search"
    if not report.findings and not report.undecided:
        yield "  nothing found"


def _room(report: "Report") -> str:
    if report.exits:
        return "the daemon exits"
    return f"room for {counted(report.capacity, 'pod')}" if report.checked else "no pool to check"


def _finding_lines(found: "LintFinding") -> Iterator[str]:
    where = "" if found.origin is None else f" ({found.origin})"
    yield f"  {found.severity.value}: {found.id}: {found.variable}{where}"
    yield f"    {found.message}"
    named = [("rules", found.rules), ("issues", found.upstream)]
    origins = [f"{what} {', '.join(ids)}" for what, ids in named if ids]
    if origins:
        yield f"    {'; '.join(origins)}"
    yield f"    {found.status.value}: {found.evidence}"
    if found.counter_example is not None:
        yield f"    counter-example: {_told(found.counter_example)}"
        for each in found.counter_example.violated:
            yield f"      {each}"
    if found.suggestion is not None:
        yield f"    suggestion, checked: {found.suggestion}"


def _told(example: "CounterExample") -> str:
    events = "; ".join(_event(each) for each in example.scenario.events)
    max_pods = example.scenario.node.max_pods
    size = f"{counted(example.enis, 'ENI')} × {example.addresses} addresses"
    return f"{size}, max pods {max_pods}: {events}"


def _event(event: Event) -> str:
    match event:
        case PodsAdd(count=1):
            return "1 pod comes"
        case PodsAdd():
            return f"{event.count} pods come"
        case PodsDel(count=1):
            return "1 pod goes"
        case PodsDel():
            return f"{event.count} pods go"
        case LoopPass():
            return counted(event.times, "pass")
        case Cordon():
            return "the node is cordoned"
        case _:
            return event.kind


def summary_line(reports: Sequence["Report"]) -> str:
    """How much was found, of each severity."""
    severities = [found.severity.value for report in reports for found in report.findings]
    parts = [counted(severities.count(each), each) for each in ("error", "warning", "note")]
    undecided = sum(len(report.undecided) for report in reports)
    if undecided:
        parts.append(f"{counted(undecided, 'check')} undecided")
    return f"{counted(len(reports), 'node')}: {', '.join(parts)}"
