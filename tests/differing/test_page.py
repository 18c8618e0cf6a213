"""The page's quirks: each is found again, can be replayed, and stands on the page."""

import pytest

from ipam_model.cli.diff_text import difference_table
from ipam_model.config import Quirk
from ipam_model.differing.search import compare
from ipam_model.differing.witness import witness_of
from tests.differing.test_search import assert_replays
from tools.differences.scopes import QUIRKS
from tools.make_diff import FILE

LONG = {Quirk.DOUBLE_DECREMENT, Quirk.IPV6_NEVER_SUBTRACTED}
"""These take seconds; `python -m tools.make_diff --check` runs them, too."""


def test_every_quirk_has_a_scope() -> None:
    assert set(QUIRKS) == set(Quirk)


@pytest.mark.parametrize("quirk", [each for each in Quirk if each not in LONG])
def test_a_quirk_makes_a_difference(quirk: Quirk) -> None:
    asked = QUIRKS[quirk].comparison(quirk)
    result = compare(asked, QUIRKS[quirk].depth)
    assert result.difference is not None
    assert_replays(asked, result)
    table = "\n".join(difference_table(witness_of(asked, result.difference)))
    assert f"\n{table}\n" in FILE.read_text(encoding="utf-8"), "run python -m tools.make_diff"


@pytest.mark.parametrize("quirk", [each for each in Quirk if each in LONG])
def test_the_others_are_on_the_page(quirk: Quirk) -> None:
    assert f"| {quirk.value} {quirk.name.lower()} |" in FILE.read_text(encoding="utf-8")
