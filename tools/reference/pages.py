"""Which file comes from where."""

from collections.abc import Callable, Mapping
from typing import Final

from tools.mutants.mutant import ROOT
from tools.reference import api_page, cli_page, rule_pages, schema_page, theorem_page

DOCS: Final = ROOT / "docs"

SOURCES: Final[Mapping[str, Callable[[], Mapping[str, str]]]] = {
    "rules": rule_pages.pages,
    "theorems": theorem_page.pages,
    "cli": cli_page.pages,
    "schemas": schema_page.pages,
    "api": api_page.pages,
}
"""What can be asked for, and the files it makes, by their names below `docs`."""


def built(source: str) -> dict[str, str]:
    """The text of every file from this source."""
    return dict(SOURCES[source]())


def out_of_date(source: str) -> list[str]:
    """The files from this source that are not what would be written now."""
    return [
        name
        for name, text in built(source).items()
        if not (DOCS / name).is_file() or (DOCS / name).read_text("utf-8") != text
    ]
