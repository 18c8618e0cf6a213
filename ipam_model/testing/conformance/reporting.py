"""The report that `--ipam-report` asks for: what all tests of the suite found, in one file."""

from pathlib import Path

import pytest

from ipam_model.conformance.carried import CARRIED
from ipam_model.conformance.report import ConformanceReport, merged
from ipam_model.conformance.report_formats import (
    from_json_lines,
    require_writable,
    write_report,
)
from ipam_model.conformance.report_words import headline
from ipam_model.errors import InputError


def register(config: pytest.Config, target: str) -> None:
    """Collect what is found, and write it into `target`; a usage error if that will not do."""
    path = Path(target)
    try:
        require_writable(path)
        config.pluginmanager.register(Reporting(path), "ipam_model_reporting")
    except InputError as error:
        raise pytest.UsageError(str(error)) from None


class Reporting:
    """Collects what the tests found, also in other processes; subjects are told apart by name."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._found: dict[tuple[str, str], list[ConformanceReport]] = {}
        self._written: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test is over."""
        text: str | None = getattr(report, CARRIED, None)
        if text is not None:
            found = from_json_lines(text)
            key = found.checked.subject, found.checked.address
            self._found.setdefault(key, []).append(found)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the report of each subject; of several, each into a file of its own."""
        for number, found in enumerate(self._found.values()):
            stem = self._target.stem + (f"-{number + 1}" if number else "")
            path = self._target.with_stem(stem)
            report = merged(found)
            try:
                write_report(report, path)
            except InputError as error:
                session.exitstatus = session.exitstatus or pytest.ExitCode.USAGE_ERROR
                self._written.append(str(error))
            else:
                self._written.append(f"{path}: {headline(report)}")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say where it is, or why it is not."""
        for line in self._written:
            terminalreporter.write_line(line)
