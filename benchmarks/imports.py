"""Import times in fresh interpreters, as the interpreter itself measures them."""

import subprocess
import sys
from typing import Final

from benchmarks.measuring import Result, beside_yardstick, references
from tests.shared import ROOT

MODULES: Final = ("ipam_model", "ipam_model.world")

CHILD: Final = """
import time
wall, cpu = time.perf_counter(), time.process_time()
import {module}
print(time.perf_counter() - wall, time.process_time() - cpu)
"""


def import_times(runs: int) -> list[Result]:
    """Milliseconds for each module, without the start of the interpreter."""
    return [_import_time(module, runs) for module in MODULES]


def _import_time(module: str, runs: int) -> Result:
    in_child(module)  # The first one compiles, and fills the caches of the operating system.
    name = f"import {module}"
    return Result(
        name=name,
        unit="ms",
        runs=tuple(beside_yardstick(lambda: in_child(module)) for _ in range(runs)),
        references=references(name),
        facts={},
    )


def in_child(module: str) -> tuple[float, float]:
    """Wall and processor seconds of an import in a fresh interpreter."""
    child = subprocess.run(
        [sys.executable, "-c", CHILD.format(module=module)],
        cwd=ROOT,  # which is where the child looks first
        check=True,
        capture_output=True,
        text=True,
    )
    wall, cpu = child.stdout.split()
    return float(wall), float(cpu)
