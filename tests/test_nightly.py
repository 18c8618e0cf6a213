"""A fixed part of the nightly search: every quirk is found where it shows."""

import pytest

from ipam_model.config import Quirk
from ipam_model.properties.suite import PROPERTIES
from ipam_model.properties.witnesses import WITNESSES
from tools.nightly import page
from tools.nightly.__main__ import main
from tools.nightly.directions import DIRECTIONS, OWN
from tools.nightly.search import (
    Effort,
    Found,
    Plain,
    consequence,
    find_consequence,
    with_quirks,
)

pytestmark = pytest.mark.unmeasured

QUICK = Effort(examples=400, shrinking=0, seed=1)


def test_every_quirk_has_a_direction_and_consequences_of_its_own() -> None:
    assert set(DIRECTIONS) == set(OWN) == set(Quirk)
    for quirk, own in OWN.items():
        assert set(own) <= PROPERTIES.keys() | WITNESSES.keys()
        for each in set(own) & WITNESSES.keys():
            assert WITNESSES[each].statement.startswith(f"Quirk {quirk.value}: ")


@pytest.mark.parametrize("quirk", Quirk, ids=lambda quirk: quirk.name)
def test_the_consequence_of_a_quirk_is_found(quirk: Quirk) -> None:
    found = find_consequence(quirk, DIRECTIONS[quirk], QUICK)
    assert isinstance(found, Found)
    again = consequence(found.story, quirk)
    assert again is not None
    assert found.violated in OWN[quirk]
    assert (again.of, again.what) == (found.violated, found.what)
    assert with_quirks(found.story, quirk).config.quirks == {quirk}
    line = page.write(Plain(), {quirk: found}, QUICK).splitlines()[-1]
    assert line.startswith(f"| {quirk.value} {quirk.name} | ")
    assert f" | {found.violated} | {found.what} | " in line


def test_a_quirk_that_a_version_does_not_have_is_not_found() -> None:
    quirk = Quirk.DOUBLE_DECREMENT
    other = Quirk.RECENT_FORGOTTEN
    searched = find_consequence(other, DIRECTIONS[quirk], Effort(examples=5, shrinking=0, seed=1))
    assert searched == 5
    assert "not found in 5 stories" in page.write(Plain(), {other: 5}, QUICK)


def test_unknown_quirks_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "R99"]) == 2
    assert "no quirk R99; there are: R24, " in capsys.readouterr().err
