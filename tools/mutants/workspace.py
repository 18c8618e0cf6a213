"""A copy of the repository with one broken file, and processes that run in it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from attrs import frozen

from tests.shared import VARIABLE, find_shared
from tools.mutants.mutant import PACKAGE, ROOT, Mutant

COPIED: Final = {PACKAGE: ("*.pyc.*",), "tools": ("__pycache__",), "tests": ("__pycache__",)}
"""What is copied, and what of it is not. The package keeps its compiled files, which saves time;
those that are just being written have a number behind `.pyc`."""
LONGEST: Final = 120
"""Seconds that one process may take; a mutant may make a loop endless."""

_NOT_INHERITED: Final = ("COVERAGE_", "PYTEST_", "PYTHONPATH")


@frozen
class Workspace:
    """A tree from which the package is imported."""

    folder: Path

    def run(self, module: str, arguments: Sequence[str]) -> list[str]:
        """Lines that a module of the tree prints, errors included; none if it takes too long."""
        try:
            done = subprocess.run(
                [sys.executable, "-m", module, *arguments],
                cwd=self.folder,
                env=_environment(self.folder),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                timeout=LONGEST,
            )
        except subprocess.TimeoutExpired:
            return []
        return done.stdout.splitlines()


REFERENCE: Final = Workspace(ROOT)
"""The tree as it is."""


@contextmanager
def workspace(mutant: Mutant | None, origin: Workspace = REFERENCE) -> Iterator[Workspace]:
    """A copy of `origin`, broken by `mutant`; whole if there is none."""
    with TemporaryDirectory(prefix="mutant-") as name:
        folder = Path(name)
        for part, left_out in COPIED.items():
            shutil.copytree(
                origin.folder / part, folder / part, ignore=shutil.ignore_patterns(*left_out)
            )
        shutil.copy2(origin.folder / "pyproject.toml", folder)
        if mutant is not None:
            broken = folder / mutant.path
            text = mutant.source(origin.folder)
            for compiled in (broken.parent / "__pycache__").glob(f"{broken.stem}.*.pyc"):
                compiled.unlink()
            broken.write_text(text, "utf-8")
        yield Workspace(folder)


def _environment(folder: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(_NOT_INHERITED)}
    shared = find_shared()
    return kept | {
        "PYTHONPATH": str(folder),
        "PYTHONHASHSEED": "0",
        VARIABLE: str(shared) if shared else "absent",
    }
