from collections.abc import Generator
from typing import Final

import pytest
from coverage import Coverage

from ipam_model.testing.reporting import SpecificationCoverage, add_option
from tests.hypothesis_profiles import load_profile
from tests.shared import describe_shared

load_profile()

UNMEASURED: Final = "unmeasured"
"""Marks searches that go the same ways over and over: several times slower under coverage, and what
they cover quick tests cover as well."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let coverage rest during what is marked as not measured."""
    measuring = Coverage.current() if item.get_closest_marker(UNMEASURED) else None
    if measuring is not None:
        measuring.stop()
    try:
        return (yield)
    finally:
        if measuring is not None:
            measuring.start()


def pytest_addoption(parser: pytest.Parser) -> None:
    add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(SpecificationCoverage())


def pytest_report_header() -> str:
    return describe_shared()
