"""Run the benchmarks: `python -m benchmarks [NAME ...] [--runs N] [--events N] [--json]`."""

import argparse
import json
import sys
from collections.abc import Sequence

from benchmarks import report
from benchmarks.measuring import Outcome
from benchmarks.suite import SUITE, Effort


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="How fast the model is. benchmarks/README.md says what the numbers mean.",
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"one of {', '.join(SUITE)}; default: all"
    )
    parser.add_argument(
        "--runs",
        type=_positive,
        metavar="N",
        help="runs of each (default: 5, of simulate-types 3, of an import 15)",
    )
    parser.add_argument(
        "--events",
        type=_positive,
        default=Effort().events,
        metavar="N",
        help="events per run of pods, mixed, pods-prefix, mixed-prefix (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object, not a table")
    parsed = parser.parse_args(arguments)
    unknown = [name for name in parsed.names if name not in SUITE]
    if unknown:
        parser.error(f"no benchmark {unknown[0]!r}; there are: {', '.join(SUITE)}")

    before = report.machine()
    effort = Effort(runs=parsed.runs, events=parsed.events)
    outcomes: list[Outcome] = []
    for name in parsed.names or SUITE:
        print(f"{name} ...", file=sys.stderr, flush=True)
        outcomes += SUITE[name](effort)
    if parsed.json:
        print(json.dumps(report.as_json(outcomes, before), indent=2))
    else:
        print(report.as_table(outcomes, before))
    return 0


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) >= 1):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
