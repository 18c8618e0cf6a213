"""A property that a wrong model does not violate says nothing: here is how that is tested."""

from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")


def assert_refuted(
    check: Callable[[T], object], strategy: SearchStrategy[T], *, most: int = 1_000
) -> None:
    """The check fails on one of the first examples, the same ones on every run; unshrunk."""

    @settings(
        max_examples=most,
        phases=(Phase.generate,),
        derandomize=True,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def search(example: T) -> None:
        check(example)

    with pytest.raises(AssertionError):
        search()
