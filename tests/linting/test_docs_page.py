"""docs/lint.md: every check has its row, and the ids exist; tests/docs runs its commands."""

import re

from ipam_model.linting.checks import CHECKS
from tests.linting.settings import REMARKED, WRONG
from tests.shared import ROOT

PAGE = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")


def test_every_check_has_its_row() -> None:
    for each in CHECKS.values():
        issues = ", ".join(each.upstream) or "–"
        cells = (f"`{each.id}`", each.severity.value, each.statement, ", ".join(each.rules), issues)
        assert f"| {' | '.join(cells)} |" in PAGE


def test_the_ids_of_remarks_that_are_named_are_tested() -> None:
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", PAGE))
    known = {each for each, _ in (*WRONG.values(), *REMARKED.values())}
    assert named - known - {"ipam-model"} <= {"both-address-families", "not-an-integer"}
