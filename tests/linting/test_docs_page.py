"""docs/lint.md: every check has its row, what is quoted is what is printed, and the ids exist."""

import re

import pytest

from ipam_model.linting.checks import CHECKS
from tests.linting.settings import REMARKED, WRONG
from tests.shared import ROOT
from tests.trace.command import run

PAGE = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")


def test_every_check_has_its_row() -> None:
    for each in CHECKS.values():
        issues = ", ".join(each.upstream) or "–"
        cells = (f"`{each.id}`", each.severity.value, each.statement, ", ".join(each.rules), issues)
        assert f"| {' | '.join(cells)} |" in PAGE


def test_the_output_quoted_is_real(capsys: pytest.CaptureFixture[str]) -> None:
    command = "ipam-model lint --instance-type m5.large --set MINIMUM_IP_TARGET=10"
    quoted = PAGE.split(f"    $ {command}\n")[1].split("\n**Counter-example.**")[0]
    lines = [line.removeprefix("    ") for line in quoted.splitlines()]
    result = run(capsys, *command.split()[1:])
    assert result.out.splitlines() == "\n".join(lines).rstrip("\n").splitlines()


def test_the_ids_of_remarks_that_are_named_are_tested() -> None:
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", PAGE))
    known = {each for each, _ in (*WRONG.values(), *REMARKED.values())}
    assert named - known - {"ipam-model"} <= {"both-address-families", "not-an-integer"}
