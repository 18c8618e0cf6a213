"""What `explore` prints."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from ipam_model.cli.coverage import coverage_as_json, coverage_lines
from ipam_model.cli.node_json import node_as_json
from ipam_model.cli.node_text import governing_settings, quirks_text, size_text
from ipam_model.explore.report import (
    CounterExample,
    Report,
    coverage,
    judged_on_every_way,
    not_judged,
    one_way_only,
    verdict,
)
from ipam_model.explore.scope import Scope
from ipam_model.inspection.counted import counted
from ipam_model.properties.registry import all_properties
from ipam_model.scenario import tables
from ipam_model.scenario.running import run_scenario
from ipam_model.scenario.writing import to_json


def scope_text(scope: Scope) -> Iterator[str]:
    """What is to be exhausted."""
    node = scope.node
    parts = (f"{node.name}: {size_text(node)}", node.version.value, quirks_text(node))
    yield "; ".join(part for part in parts if part)
    yield governing_settings(node)
    yield from (f"assumed: {each}" for each in node.with_eni_config().eni_config_assumptions)
    steps = " or ".join(tables.seconds(each) for each in scope.time_steps)
    yield (
        f"scope: {counted(scope.pods, 'pod')}, {counted(scope.faults, 'fault')}, "
        f"{counted(scope.restarts, 'restart')}; the loop sleeps {steps} between two passes; "
        f"EC2 {'enforces' if scope.enforce_limits else 'does not enforce'} the limits"
    )
    yield ""


def report_text(report: Report, files: Mapping[int, Path]) -> Iterator[str]:
    """The result, the counter-examples at its end."""
    result = report.exploration
    if result.exhausted:
        yield f"exhausted: {_counts(report)}"
    else:
        limit = {"states": "so many states", "seconds": "so much time"}[result.cut]
        yield f"NOT exhausted, only {limit} were allowed: {_counts(report)}"
    yield _settles(report)
    exercised, checked, witnessed, witnesses = coverage(report)
    yield (
        f"coverage: {exercised} of {checked} properties exercised, {witnessed} of {witnesses} "
        "witnesses reached"
    )
    yield from _judged(result.scope)
    if report.fired is not None:
        yield from coverage_lines(report.fired)
    for title, examples in (("known findings", report.known), ("violated", report.unexplained)):
        if examples:
            yield f"{title}:"
        for example in examples:
            yield from _example(report, example, files)
    if not report.unexplained:
        yield f"violated{_besides(report)}: nothing that is judged{_so_far(report)}"


def _besides(report: Report) -> str:
    return " beside these" if report.known else ""


def _so_far(report: Report) -> str:
    return "" if report.exploration.exhausted else ", so far"


def _judged(scope: Scope) -> Iterator[str]:
    """What "violated: nothing" is about."""
    yield f"judged on every way: {', '.join(judged_on_every_way(scope))}"
    if not scope.histories:
        yield (
            "judged as well, but by the first way alone where ways meet while the daemon waits "
            f"(--histories: on every way): {', '.join(one_way_only(scope))}"
        )
    why = "quiet periods" if scope.histories else "whole runs (--histories) and quiet periods"
    yield f"not judged, being about {why}: {', '.join(not_judged(scope))}"


def _counts(report: Report) -> str:
    result = report.exploration
    return (
        f"{counted(result.states, 'state')} ({result.settled} of them between events), "
        f"{counted(result.transitions, 'transition')}, depth {result.depth}, {result.seconds:.1f} s"
    )


def _settles(report: Report) -> str:
    settles = report.settling
    if settles is None:
        return "settles: not known"
    return {
        "always": "settles: always, whatever the daemon chooses",
        "sometimes": f"settles: not always; from {counted(settles.restless, 'state')} a loop can "
        "be entered that never ends, though other choices lead to rest",
        "not": f"settles: not; from {counted(settles.caught, 'state')} no choice leads to rest",
    }[verdict(settles)]


def _example(report: Report, example: CounterExample, files: Mapping[int, Path]) -> Iterator[str]:
    names = all_properties()
    name = f" {names[example.of].name}" if example.of in names else ""
    times = report.exploration.violated.get(example.of)
    often = "" if times is None else f", {times}x"
    known = f" [{', '.join(example.findings)}]" if example.findings else ""
    yield f"  {example.of}{name}{known}: {example.what} ({counted(example.moves, 'move')}{often})"
    file = files.get(report.examples.index(example))
    if file is not None:
        yield f"    {file}"
    if not example.findings or example.loop_from is not None:
        yield from (
            f"    {line}" for line in tables.table(run_scenario(example.scenario)).splitlines()
        )


def report_as_json(report: Report, files: Mapping[int, Path]) -> Mapping[str, object]:
    """The same for programs."""
    result, scope = report.exploration, report.exploration.scope
    _, checked, _, witnesses = coverage(report)
    return {
        "exhausted": result.exhausted,
        "cut": result.cut or None,
        "scope": {
            "node": node_as_json(scope.node),
            "pods": scope.pods,
            "faults": scope.faults,
            "restarts": scope.restarts,
            "time_steps_ms": list(scope.time_steps),
            "enforce_limits": scope.enforce_limits,
            "histories": scope.histories,
        },
        **report.counts(),
        "seconds": round(result.seconds, 3),
        "coverage": {
            "exercised": dict(sorted(result.exercised.items())),
            "properties": checked,
            "witnesses_reached": dict(sorted(result.witnessed.items())),
            "witnesses": witnesses,
            "not_judged": list(not_judged(scope)),
            "judged_by_one_way_only": list(one_way_only(scope)),
            **({} if report.fired is None else {"rules": coverage_as_json(report.fired)}),
        },
        "counter_examples": [
            {
                "of": each.of,
                "what": each.what,
                "findings": list(each.findings),
                "moves": each.moves,
                "loop_from": each.loop_from,
                "file": str(files[number]) if number in files else None,
                "scenario": to_json(each.scenario),
            }
            for number, each in enumerate(report.examples)
        ],
    }
