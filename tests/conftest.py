import pytest

from ipam_model.testing.reporting import SpecificationCoverage, add_option
from tests.hypothesis_profiles import load_profile
from tests.shared import describe_shared

load_profile()


def pytest_addoption(parser: pytest.Parser) -> None:
    add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(SpecificationCoverage())


def pytest_report_header() -> str:
    return describe_shared()
