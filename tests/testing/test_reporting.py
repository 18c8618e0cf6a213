"""A run ends with the coverage of the specification, also in several processes."""

import json
import subprocess
import sys
from pathlib import Path

from ipam_model.properties.suite import PROPERTIES
from tests.shared import ROOT

CONFTEST = """
import pytest
from ipam_model.testing.reporting import SpecificationCoverage, add_option

def pytest_addoption(parser): add_option(parser)
def pytest_configure(config): config.pluginmanager.register(SpecificationCoverage())
"""
TESTS = """
import pytest
from ipam_model.testing.coverage import COVERAGE

@pytest.mark.parametrize("number", range(4))
def test_it(number):
    COVERAGE.add("properties", {"I1": 2, f"no-such-{number}": 1})
"""
OF_ANOTHER_KIND = "def test_it(): pass\n"


def run(folder: Path, tests: str, *options: str) -> str:
    (folder / "conftest.py").write_text(CONFTEST, "utf-8")
    (folder / "test_it.py").write_text(tests, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_processes_are_added_up(tmp_path: Path) -> None:
    file = tmp_path / "coverage.json"
    shown = run(tmp_path, TESTS, "-n", "2", "--specification-coverage", str(file))
    assert "coverage of the specification" in shown
    assert f"properties: 1 of {len(PROPERTIES)} exercised" in shown
    assert f"written to {file}" in shown
    counts = json.loads(file.read_text("utf-8"))
    assert counts["properties"] == {"I1": 8, **{f"no-such-{number}": 1 for number in range(4)}}


def test_one_process_shows_the_same(tmp_path: Path) -> None:
    shown = run(tmp_path, TESTS)
    assert f"properties: 1 of {len(PROPERTIES)} exercised" in shown
    assert "not exercised: " in shown


def test_a_run_that_judges_nothing_says_nothing(tmp_path: Path) -> None:
    assert "coverage of the specification" not in run(tmp_path, OF_ANOTHER_KIND)
