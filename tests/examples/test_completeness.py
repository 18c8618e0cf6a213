"""No row of the specification's numeric examples is forgotten."""

import re
from pathlib import Path
from typing import Final

from tests.shared import shared_dir

ABSENT: Final = {
    "E45c": "two network cards: the model has one",
    "E84": "two network cards: the model has one",
}
"""Rows that are not here, and why."""


def rows_of_specification() -> set[str]:
    text = (shared_dir() / "spec" / "ipamd-semantics.md").read_text("utf-8")
    return set(re.findall(r"^\| (E\d+[a-z]?) \|", text, re.MULTILINE))


def rows_tested() -> set[str]:
    """Ids in tables, and ids in names of tests."""
    found: set[str] = set()
    for path in Path(__file__).parent.glob("test_*.py"):
        if path.name != Path(__file__).name:
            text = path.read_text("utf-8")
            found |= set(re.findall(r'(?:Row|Shrink)\("(E\d+[a-z]?)"', text))
            found |= set(re.findall(r'id="(E\d+[a-z]?)"', text))
            found |= set(re.findall(r"def test_(E\d+[a-z]?)_", text))
    return found


def test_every_row_is_tested_or_absent_for_a_reason() -> None:
    rows = rows_of_specification()
    assert len(rows) > 90
    assert rows - rows_tested() == set(ABSENT)
    assert rows_tested() <= rows
