"""No row of the specification's numeric examples is forgotten."""

import re
from pathlib import Path

from tests.shared import shared_dir


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


def test_every_row_is_tested() -> None:
    rows = rows_of_specification()
    assert len(rows) > 90
    assert rows_tested() == rows
