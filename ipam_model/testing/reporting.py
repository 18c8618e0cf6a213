"""A pytest plugin: how much of the specification a run exercised, all its processes together.

    def pytest_configure(config): config.pluginmanager.register(SpecificationCoverage())

The section is left out where no property was judged. With `--specification-coverage FILE`, an
option that `add_option` adds, the counts are also written as JSON.
"""

import json
from pathlib import Path
from typing import Any, Final, Protocol, cast

import pytest

from ipam_model.testing.coverage import COVERAGE, Counts, summary

_KEY: Final = "ipam_model_coverage"
OPTION: Final = "--specification-coverage"


class _Worker(Protocol):
    """The controller's end of a process of pytest-xdist."""

    workeroutput: dict[str, Any]


def add_option(parser: pytest.Parser) -> None:
    """Add the option; to be called from `pytest_addoption`."""
    parser.addoption(
        OPTION,
        metavar="FILE",
        type=Path,
        default=None,
        help="write which properties, witnesses and rules were exercised, as JSON",
    )


class SpecificationCoverage:
    """Collects what the processes exercised, and shows it in the end."""

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A worker of pytest-xdist hands over what it counted."""
        if hasattr(session.config, "workeroutput"):
            output = cast(_Worker, session.config).workeroutput
            output[_KEY] = json.dumps(COVERAGE.as_json())

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: _Worker, error: object) -> None:  # noqa: ARG002 - pytest's
        """The controller takes it; a worker that crashed has nothing to give."""
        counted = getattr(node, "workeroutput", {}).get(_KEY)
        if counted is not None:
            COVERAGE.merge(cast(Counts, json.loads(counted)))

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter, config: pytest.Config
    ) -> None:
        """The section, and the file."""
        if not COVERAGE.counts:
            return
        terminalreporter.section("coverage of the specification")
        for line in summary(COVERAGE):
            terminalreporter.write_line(line)
        path: Path | None = config.getoption(OPTION, default=None)
        if path is not None:
            path.write_text(json.dumps(COVERAGE.as_json(), indent=2) + "\n", "utf-8")
            terminalreporter.write_line(f"written to {path}")
