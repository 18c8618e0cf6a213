"""Run the quick tests under branch coverage and end with the test runner's own closing line.

    python -m tools.measure_coverage [pytest arguments]

Tests marked `unmeasured` stay out: they go the same ways over and over, which is several times
slower under coverage, and what they cover quick tests cover as well. The coverage report and its
gates come before the last line, which is why they are not left to the Makefile. The exit code is
that of pytest, or 1 if the tests pass and a gate does not.
"""

import subprocess
import sys
from collections.abc import Sequence
from typing import Final

from attrs import frozen


@frozen
class Gate:
    """Branch coverage that a part of the package must reach."""

    name: str
    include: str
    """Files, as `coverage report --include` takes them."""
    percent: int


QUICK: Final = "not unmeasured"
"""The tests that are measured, as pytest's -m says it."""

GATES: Final = (Gate("rules and procedures", "ipam_model/rules/*,ipam_model/daemon/*", 98),)


def main(arguments: Sequence[str]) -> int:
    """Run everything; returns the exit code."""
    _coverage("erase")
    tests, closing_line = _stream(
        [sys.executable, "-m", "coverage", "run", "-m", "pytest", "-m", QUICK, *arguments]
    )
    _coverage("combine", "--quiet")
    print("\ncoverage, whole package", flush=True)
    _coverage("report")
    missed = [gate for gate in GATES if not _reached(gate)]
    print(closing_line)
    return tests or int(bool(missed))


def _reached(gate: Gate) -> bool:
    print(f"\ncoverage, {gate.name} (at least {gate.percent}%)", flush=True)
    return _coverage("report", f"--include={gate.include}", f"--fail-under={gate.percent}") == 0


def _coverage(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "coverage", *arguments], check=False).returncode


def _stream(command: Sequence[str]) -> tuple[int, str]:
    """Run a command, passing its output on line by line; returns exit code and last line."""
    last = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            last = line.rstrip("\n") or last
    return process.returncode, last


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
