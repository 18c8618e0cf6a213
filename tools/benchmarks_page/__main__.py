"""Write `docs/benchmarks.md` and its picture from the numbers on record.

    python -m tools.benchmarks_page                 writes them
    python -m tools.benchmarks_page --measure       runs all benchmarks first, for some minutes
    python -m tools.benchmarks_page --check         exit code 1 if one of them is out of date

Measure on an idle machine: `--measure` says so if it is not.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import report
from benchmarks.measuring import Outcome
from benchmarks.suite import SUITE, Effort
from tools.benchmarks_page import chart, page
from tools.mutants.mutant import ROOT


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write, or check."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.benchmarks_page", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--measure", action="store_true", help="run all benchmarks first")
    parser.add_argument("--runs", type=int, metavar="N", help="with --measure: runs of each")
    parser.add_argument("--check", action="store_true", help="write nothing")
    parsed = parser.parse_args(arguments)
    if parsed.measure:
        page.DATA.write_text(json.dumps(_measured(parsed.runs), indent=1) + "\n", "utf-8")
    files = built(page.loaded())
    if not parsed.check:
        for path, text in files.items():
            path.write_text(text, "utf-8")
        return 0
    stale = [path for path, text in files.items() if not path.is_file() or path.read_text() != text]
    for path in stale:
        print(f"{path.relative_to(ROOT)} is out of date: run python -m tools.benchmarks_page")
    return int(bool(stale))


def built(data: page.Json) -> Mapping[Path, str]:
    """The text of every file about these numbers."""
    ratios = page.goals(page.judged(data))
    note = "by processor time, as the machine was busy" if page.busy(data) else "by the clock"
    note += f", {data['date']}; each step to the right is twice as fast"
    return {
        ROOT / "docs" / "benchmarks.md": page.text(data),
        ROOT / "docs" / "pictures" / chart.NAME: chart.draw(ratios, note),
    }


def _measured(runs: int | None) -> page.Json:
    before = report.machine()
    if os.getloadavg()[0] > 0.5:
        print(f"not idle: load average {before['load average']}", file=sys.stderr)
    outcomes: list[Outcome] = []
    for name, benchmark in SUITE.items():
        print(f"{name} ...", file=sys.stderr, flush=True)
        outcomes += benchmark(Effort(runs=runs))
    date = datetime.now(tz=UTC).date().isoformat()
    return {"date": date, **report.as_json(outcomes, before)}


if __name__ == "__main__":
    sys.exit(main())
