"""Import times in fresh interpreters, as the interpreter itself measures them."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
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
    with tempfile.TemporaryDirectory() as folder:
        env = _with_bytecode_in(Path(folder))
        return [_import_time(module, runs, env) for module in MODULES]


def _with_bytecode_in(folder: Path) -> Mapping[str, str]:
    """An environment in which bytecode is kept, as it is of an installed package.

    Where the caller's forbids it, every import would compile every module again.
    """
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(folder)}


def _import_time(module: str, runs: int, env: Mapping[str, str]) -> Result:
    in_child(module, env)  # It compiles, and fills the caches of the operating system.
    name = f"import {module}"
    return Result(
        name=name,
        unit="ms",
        runs=tuple(beside_yardstick(lambda: in_child(module, env)) for _ in range(runs)),
        references=references(name),
        facts={},
    )


def in_child(module: str, env: Mapping[str, str]) -> tuple[float, float]:
    """Wall and processor seconds of an import in a fresh interpreter."""
    child = subprocess.run(
        [sys.executable, "-c", CHILD.format(module=module)],
        cwd=ROOT,  # which is where the child looks first
        env=env,
        check=True,
        capture_output=True,
        text=True,
    )
    wall, cpu = child.stdout.split()
    return float(wall), float(cpu)
