"""The Go toolchain, if it is there; tests that need it are skipped with a reason if it is not."""

import re
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Final

import pytest

from tests.shared import ROOT, in_ci

HARNESS: Final = ROOT / "go" / "ipamharness"
DATASTORE: Final = ROOT / "go" / "examples" / "datastore"


class GoSkippedWarning(UserWarning):
    """Go is there, and yet its tests were skipped in continuous integration."""


def go(folder: Path, *arguments: str, seconds: float = 600) -> str:
    """What a Go command prints; fails the test if the command fails."""
    done = run_go(folder, *arguments, seconds=seconds)
    assert done.returncode == 0, f"go {' '.join(arguments)}:\n{done.stdout}{done.stderr}"
    return done.stdout


def run_go(folder: Path, *arguments: str, seconds: float) -> subprocess.CompletedProcess[str]:
    """A Go command as it went."""
    return subprocess.run(
        ["go", *arguments], cwd=folder, capture_output=True, text=True, timeout=seconds, check=False
    )


def need_go(module: Path) -> None:
    """Skip the calling test unless a Go is there that is new enough for the module."""
    if shutil.which("go") is None:
        pytest.skip("Go is not on the path")
    stated = re.search(r"^go (\S+)$", (module / "go.mod").read_text(), re.MULTILINE)
    assert stated is not None, f"{module}/go.mod states no version"
    # Asked outside of the module: inside, a Go that is too old refuses or fetches another one.
    found = re.fullmatch(r"go(\d+(?:\.\d+)*).*\n", go(ROOT, "env", "GOVERSION"))
    if found is None or _numbers(found[1]) < _numbers(stated[1]):
        there = found[1] if found else "a development version"
        _skip_loudly(f"{module.name} needs Go {stated[1]}, there is {there}")


def need_modules(module: Path) -> None:
    """Skip the calling test unless the modules it is made of are there or can be downloaded."""
    need_go(module)
    done = run_go(module, "mod", "download", seconds=300)
    if done.returncode:
        said = (done.stderr.strip() or "nothing said").splitlines()[-1]
        _skip_loudly(f"the modules of {module.name} cannot be downloaded: {said}")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _skip_loudly(reason: str) -> None:
    if in_ci():
        warnings.warn(GoSkippedWarning(f"NOT CHECKED although Go is there: {reason}"), stacklevel=3)
    pytest.skip(reason)
