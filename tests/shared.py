"""The shared reference material: recorded traces and tables, kept outside this repository.

It lies beside the clone (`../shared`), or where `IPAM_MODEL_SHARED` says, relative to the
repository. `IPAM_MODEL_SHARED=absent` leaves it out on purpose. On a developer's machine tests that
need it are skipped when it is missing; in continuous integration they fail, so that nobody takes
a run without the traces for a full one.
"""

import os
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[1]
"""The repository."""

VARIABLE: Final = "IPAM_MODEL_SHARED"
ABSENT: Final = "absent"


def in_ci() -> bool:
    """Whether this run is continuous integration: `CI` is set and does not say no."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false", "no")


def find_shared() -> Path | None:
    """The shared folder if it is there; never skips or fails."""
    named = os.environ.get(VARIABLE) or "../shared"
    folder = (ROOT / named).resolve()
    return folder if named != ABSENT and folder.is_dir() else None


def describe_shared() -> str:
    """One line for the header of a test run."""
    return f"shared material: {find_shared() or f'absent ({_why_absent()})'}"


def shared_dir() -> Path:
    """The shared folder; skips the calling test or module if it is absent, or fails it in CI."""
    folder = find_shared()
    if folder is not None:
        return folder
    if in_ci() and os.environ.get(VARIABLE) != ABSENT:
        pytest.fail(f"shared material is absent in CI: {_why_absent()}", pytrace=False)
    pytest.skip(f"shared material is absent: {_why_absent()}", allow_module_level=True)


def trace_files(*classes: str, folder: str = "traces") -> list[Path]:
    """The recorded traces of the given classes (all of them if none is named), in stable order.

    `folder` is one of `traces`, `traces-more`, `traces-v1.7`. The broken variants are the class
    `bad`, which has to be named. A class without a trace fails: it is a misspelling.
    """
    top = shared_dir() / folder
    chosen = classes or tuple(
        sorted(entry.name for entry in top.iterdir() if entry.is_dir() and entry.name != "bad")
    )
    found = {name: sorted((top / name).glob("*.jsonl")) for name in chosen}
    empty = [name for name, files in found.items() if not files]
    if empty:
        pytest.fail(f"no traces of class {', '.join(empty)} under {top}", pytrace=False)
    return [path for files in found.values() for path in files]


def _why_absent() -> str:
    named = os.environ.get(VARIABLE)
    if named == ABSENT:
        return f"{VARIABLE}={ABSENT}"
    return f"no folder {(ROOT / (named or '../shared')).resolve()}; {VARIABLE} may name another"
