"""Coverage rests during the tests that are marked as unmeasured, and during no others."""

import sys

import pytest
from coverage import Coverage


@pytest.mark.unmeasured
def test_coverage_rests_where_a_test_says_so() -> None:
    assert sys.gettrace() is None


def test_coverage_is_at_work_elsewhere() -> None:
    assert (sys.gettrace() is not None) == (Coverage.current() is not None)
