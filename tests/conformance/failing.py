"""Checks that fail."""

import pytest

from ipam_model.testing.conformance import ConformanceFailure, check_conformance


def failure_of(factory: object, **options: object) -> ConformanceFailure:
    """How a check ends with these arguments."""
    with pytest.raises(ConformanceFailure) as caught:
        check_conformance(factory, **options)  # type: ignore[arg-type]  # handed on
    return caught.value
