"""Closed forms of a pool at rest, at numbers that were worked out by hand."""

import pytest

from ipam_model.arithmetic import INTS as K
from ipam_model.rules import (
    closed_forms,
)


@pytest.mark.parametrize(
    ("enis", "per_eni", "warm", "pods", "max_pods", "expected"),
    [
        (3, 3, 1, 0, 11, 1),  # E1
        (3, 3, 1, 1, 11, 2),  # E2
        (3, 3, 1, 4, 11, 3),  # E4
        (3, 3, 1, 9, 11, 3),  # E6
        (8, 29, 5, 0, 110, 4),  # E20
        (3, 3, 1, 3, 3, 1),  # E21
        (3, 3, 3, 0, 11, 3),  # E30
        (8, 29, 1, 30, 234, 3),  # E34
        (3, 9, 2, 0, 0, 1),  # never below one
    ],
)
def test_G1_enis_with_a_warm_eni_target(
    enis: int, per_eni: int, warm: int, pods: int, max_pods: int, expected: int
) -> None:
    assert closed_forms.warm_eni_enis(K, enis, per_eni, warm, pods, max_pods) == expected


@pytest.mark.parametrize(("pods", "expected"), [(0, 1), (2, 1), (3, 2), (8, 3), (9, 3)])  # E24-E26
def test_G2_enis_with_warm_eni_target_zero(pods: int, expected: int) -> None:
    assert closed_forms.warm_eni_zero_enis(K, 3, 3, pods) == expected


@pytest.mark.parametrize(
    ("warm", "minimum", "pods", "expected"),
    [(1, 1, 0, 1), (1, 1, 5, 6), (1, 1, 9, 9), (2, 5, 0, 5), (2, 5, 5, 7), (3, 0, 1, 4)],
)  # E7-E12, E28
def test_G3_addresses_with_a_warm_ip_target(
    warm: int, minimum: int, pods: int, expected: int
) -> None:
    assert closed_forms.warm_ip_total(K, 3, 3, warm, minimum, pods) == expected


@pytest.mark.parametrize(
    ("warm", "minimum", "pods", "expected"),
    [(1, 1, 0, 1), (1, 1, 58, 4), (7, 20, 0, 2), (16, 0, 1, 2), (1, 1, 200, 9)],
)  # E66-E76
def test_G4_prefixes_with_a_warm_ip_target(
    warm: int, minimum: int, pods: int, expected: int
) -> None:
    assert closed_forms.warm_ip_prefixes(K, 3, 3, warm, minimum, pods, 16) == expected


@pytest.mark.parametrize(
    ("warm", "pods", "max_pods", "expected"),
    [(1, 0, 110, 1), (1, 17, 110, 3), (1, 100, 110, 7), (1, 17, 17, 2), (4, 0, 110, 4)],
)  # E60-E65, E78
def test_G5_prefixes_with_a_warm_prefix_target(
    warm: int, pods: int, max_pods: int, expected: int
) -> None:
    assert closed_forms.warm_prefix_prefixes(K, 3, 3, warm, pods, max_pods, 16) == expected
