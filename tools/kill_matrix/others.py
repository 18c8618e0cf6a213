"""Who else notices a wrong model: recorded traces, and the specification's numeric examples."""

import contextlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.shared import ROOT, find_shared
from tools.mutants.by_trace import wrong_verdict

FOLDERS: Final = ("traces", "traces-more", "traces-v1.7")
EXAMPLES: Final = ROOT / "tests" / "examples"


def traces() -> tuple[Path, ...]:
    """The recorded traces, one of each kind first, so that whatever shows does so early."""
    shared = find_shared()
    if shared is None:
        return ()
    found = [path for folder in FOLDERS for path in sorted((shared / folder).glob("*/*.jsonl"))]
    kinds: dict[str, int] = {}
    turns = []
    for path in found:
        kind = str(path.parent)
        kinds[kind] = kinds.get(kind, -1) + 1
        turns.append((kinds[kind], path))
    return tuple(path for _, path in sorted(turns))


def noticed_by_a_trace(among: Sequence[Path]) -> str:
    """The first trace that the daemon as it is now judges wrongly; empty if none."""
    for path in among:
        wrong = wrong_verdict(path)
        if wrong is not None:
            return f"{path.parent.name}/{path.name}: {wrong}"
    return ""


def noticed_by_an_example() -> str:
    """The first numeric example that fails with the daemon as it is now; empty if none."""
    seen = _FirstFailure()
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main(
            [
                *("-x", "-q", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:xdist"),
                *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # imported already
                str(EXAMPLES),
            ],
            plugins=[seen],
        )
    return seen.name


class _FirstFailure:
    """Remembers the first test that fails."""

    def __init__(self) -> None:
        self.name = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One phase of one test."""
        if report.failed and not self.name:
            self.name = report.nodeid.rpartition("/")[2]
