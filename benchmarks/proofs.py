"""All theorems of the fast tier, by the command, in a process of its own."""

import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Final

from benchmarks.measuring import Outcome, Result, Skipped, beside_yardstick, references
from tests.shared import ROOT

SOLVERS: Final[Mapping[str, str]] = {"prove-z3": "z3", "prove-both": "both"}
"""What `--solver` says, by benchmark."""


def proofs(name: str, runs: int) -> Outcome:
    """Seconds of `ipam-model prove`, imports and all."""
    try:
        lines = _prove(SOLVERS[name]).splitlines()
    except subprocess.CalledProcessError as error:
        return Skipped(name=name, reason=(error.stderr or "not all proved").strip())
    return Result(
        name=name,
        unit="s",
        runs=tuple(beside_yardstick(lambda: _timed(SOLVERS[name])) for _ in range(runs)),
        references=references(name),
        facts={"of them": next(line for line in lines if "obligations:" in line)},
    )


def _timed(solver: str) -> tuple[float, float]:
    """Wall seconds, and those of the processor in the child and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    _prove(solver)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _prove(solver: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "ipam_model", "prove", "--solver", solver],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout
