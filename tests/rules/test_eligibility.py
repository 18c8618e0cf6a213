"""Formulas that say which ENIs and subnets may be used."""

import pytest

from ipam_model.arithmetic import INTS as K
from ipam_model.rules import (
    eligibility,
)


@pytest.mark.parametrize(
    ("primary", "present", "true", "own", "untagged", "expected"),
    [
        (True, True, True, False, False, True),  # the primary always
        (False, True, True, True, True, False),  # no_manage=true comes first
        (False, True, True, True, False, False),  # whatever is said of untagged ENIs
        (False, True, False, False, False, True),  # any other value: managed
        (False, False, False, True, False, True),
        (False, False, False, False, True, True),
        (False, False, False, False, False, False),
    ],
)
def test_R7_the_first_matching_tag_decides(
    primary: bool, present: bool, true: bool, own: bool, untagged: bool, expected: bool
) -> None:
    assert eligibility.managed(K, primary, present, true, own, untagged) is expected


@pytest.mark.parametrize(
    ("named", "tagged", "own", "expected"),
    [
        (True, True, False, True),
        (False, True, False, False),
        (True, False, False, False),
        (True, True, True, False),
    ],
)
def test_R14_R103_cluster_tags(named: bool, tagged: bool, own: bool, expected: bool) -> None:
    assert eligibility.for_other_clusters_only(K, named, tagged, own) is expected


@pytest.mark.parametrize(
    ("listed", "empty", "zero", "others_only", "expected"),
    [
        (False, False, True, True, False),
        (True, True, False, True, False),
        (True, False, True, False, True),
        (True, False, False, True, True),
        (True, False, False, False, False),
    ],
)
def test_R14_subnet_excluded(
    listed: bool, empty: bool, zero: bool, others_only: bool, expected: bool
) -> None:
    assert eligibility.subnet_excluded(K, listed, empty, zero, others_only) is expected


@pytest.mark.parametrize(
    ("empty", "zero", "of_primary", "others_only", "expected"),
    [
        (False, True, True, False, False),
        (True, False, True, True, True),  # the primary's subnet: cluster tags do not matter
        (True, False, False, False, False),
        (False, False, False, False, True),
        (False, False, False, True, False),
        (False, False, True, True, False),
    ],
)
def test_R103_subnet_valid(
    empty: bool, zero: bool, of_primary: bool, others_only: bool, expected: bool
) -> None:
    assert eligibility.subnet_valid(K, empty, zero, of_primary, others_only) is expected


@pytest.mark.parametrize(
    ("custom", "primary", "trunk", "excluded", "slots", "expected"),
    [
        (False, True, False, False, 1, True),
        (True, True, False, False, 1, False),
        (True, False, False, False, 1, True),
        (False, False, True, False, 1, False),
        (False, False, False, True, 1, False),
        (False, False, False, False, 0, False),
    ],
)
def test_R50_R98_growable(
    custom: bool, primary: bool, trunk: bool, excluded: bool, slots: int, expected: bool
) -> None:
    assert eligibility.growable(K, custom, primary, trunk, excluded, slots) is expected


@pytest.mark.parametrize(
    ("terminating", "cordoned", "override", "expected"),
    [
        (False, False, False, False),
        (False, True, False, True),
        (False, True, True, False),
        (True, False, False, True),
        (True, True, True, True),  # the override is for cordons only
    ],
)
def test_R51_enis_frozen(terminating: bool, cordoned: bool, override: bool, expected: bool) -> None:
    assert eligibility.enis_frozen(K, terminating, cordoned, override) is expected


@pytest.mark.parametrize(
    ("prefixes", "shown", "wanted", "expected"),
    [
        (False, 3, 3, True),
        (False, 1, 3, True),  # some of the addresses will do
        (False, 0, 3, False),
        (True, 1, 1, True),
        (True, 1, 2, False),  # one of two prefixes is refused ...
        (True, 2, 3, True),  # ... two of three are not
        (True, 0, 1, False),
    ],
)
def test_R109_how_much_the_wait_for_a_new_eni_accepts(
    prefixes: bool, shown: int, wanted: int, expected: bool
) -> None:
    assert eligibility.enough_attached(K, prefixes, shown, wanted) is expected
