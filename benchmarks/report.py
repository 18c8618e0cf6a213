"""The outcome as a table or as JSON."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.measuring import Outcome, Result, Skipped

Json = dict[str, object]


def machine() -> dict[str, str]:
    """What this ran on; no names of hosts or users."""
    found = {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "processor": f"{_processor()}, {os.cpu_count()} visible",
        "system": f"{platform.system()} {platform.machine()}",
    }
    if hasattr(os, "getloadavg"):
        found["load average"] = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return found


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def as_table(outcomes: Sequence[Outcome], before: dict[str, str]) -> str:
    """Everything for a reader."""
    results = [each for each in outcomes if isinstance(each, Result)]
    skipped = [each for each in outcomes if isinstance(each, Skipped)]
    sections = [
        "\n".join(f"{what}: {value}" for what, value in before.items()),
        _aligned([_HEADINGS, *(_row(result) for result in results)]),
        "\n".join(_notes(results)),
        "\n".join(f"{each.name}: skipped, {each.reason}" for each in skipped),
    ]
    return "\n\n".join(section for section in sections if section)


_HEADINGS = (
    "benchmark",
    "unit",
    "median",
    "min – max",
    "by CPU time",
    "runs",
    "goal",
    "× goal",
    "daemon",
    "× daemon",
    "elsewhere",
    "× elsewhere",
    "yardstick steps",
)


def _row(result: Result) -> tuple[str, ...]:
    values = result.values()
    compared: list[str] = []
    for kind in ("goal", "daemon", "elsewhere"):
        found = next((each for each in result.references if each.kind == kind), None)
        if found is None:
            compared += ["–", "–"]
        else:
            compared += [_number(found.value), f"{result.attained(found):.2f}"]
    return (
        result.name,
        result.unit,
        _number(result.value()),
        f"{_number(min(values))} – {_number(max(values))}",
        _number(result.value_by_cpu()),
        str(len(result.runs)),
        *compared,
        _number(result.steps()),
    )


def _number(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            text.ljust(width) if column < 2 else text.rjust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _notes(results: Sequence[Result]) -> list[str]:
    lines = [
        f"{result.name}: " + ", ".join(f"{what} {value}" for what, value in result.facts.items())
        for result in results
        if result.facts
    ]
    rates = yardstick_rates(results)
    if rates:
        lines.append(
            f"yardstick: {_number(median(rates))} steps/s "
            f"({_number(min(rates))} – {_number(max(rates))}); the last column is the median of "
            "run time × yardstick rate beside it, per event or for the whole duration"
        )
    sources: dict[tuple[str, str], list[str]] = {}
    for result in results:
        for each in result.references:
            sources.setdefault((each.kind, each.source), []).append(result.name)
    lines += [f"{kind} of {', '.join(names)}: {text}" for (kind, text), names in sources.items()]
    if sources:
        lines.append("×: how many times as fast as that; 1.00 or more is as good or better")
    return lines


def yardstick_rates(results: Sequence[Result]) -> list[float]:
    """Every measurement of the yardstick."""
    return [run.yardstick for result in results for run in result.runs]


def as_json(outcomes: Sequence[Outcome], before: dict[str, str]) -> Json:
    """Everything for a program."""
    results = [each for each in outcomes if isinstance(each, Result)]
    return {
        "machine": before,
        "results": [_entry(result) for result in results],
        "skipped": [
            {"name": each.name, "reason": each.reason}
            for each in outcomes
            if isinstance(each, Skipped)
        ],
    }


def _entry(result: Result) -> Json:
    values = result.values()
    return {
        "name": result.name,
        "unit": result.unit,
        "median": result.value(),
        "min": min(values),
        "max": max(values),
        "median_by_cpu": result.value_by_cpu(),
        "yardstick_steps": result.steps(),
        "runs": [
            {"wall_s": run.wall, "cpu_s": run.cpu, "yardstick_per_s": run.yardstick}
            for run in result.runs
        ],
        "references": [
            {
                "kind": each.kind,
                "value": each.value,
                "times_as_fast": result.attained(each),
                "source": each.source,
            }
            for each in result.references
        ],
        "facts": dict(result.facts),
    }
