import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ipam_model.testing.reporting import SpecificationCoverage, add_option
from tests.hypothesis_profiles import load_profile
from tests.shared import ROOT, describe_shared, in_ci

if TYPE_CHECKING:
    from playwright.sync_api import Browser

load_profile()


def pytest_addoption(parser: pytest.Parser) -> None:
    add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(SpecificationCoverage())


def pytest_report_header() -> str:
    return describe_shared()


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Chromium; without it the test is skipped, or fails in CI."""
    pytest.importorskip("playwright.sync_api")
    from tests.pages.browser import browsing

    with browsing() as opened:
        yield opened


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive: built now, or named by `IPAM_MODEL_DIST`."""
    if os.environ.get("IPAM_MODEL_DIST"):
        return (ROOT / os.environ["IPAM_MODEL_DIST"]).resolve()
    if importlib.util.find_spec("hatchling") is None:
        reason = "hatchling, the build backend, is not installed (extra `dev`)"
        if in_ci():
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("dist")
    build = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert build.returncode == 0, build.stderr
    return folder
