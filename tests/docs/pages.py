"""The pages of the documentation, and the blocks of code on each."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from attrs import field, frozen
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.shared import ROOT

FOLDERS: Final = (".", "docs", "benchmarks", "examples", "ipam_model/vectors", "proofs")
"""Where pages lie. `tests/docs/test_site.py` compares them with those of the site."""

MARKERS: Final = ("not run", "run by", "exit", "file", "quoted", "text")
"""What a comment right before a block may say of it.

`not run: REASON`; `run by tests/FILE.py`: another test does it; `exit: N`, of the last command,
or `exit: N, M, …`, of each; `file: NAME`: the block is its content; `quoted: PATH`: the block
stands in that file; `text`: no code but a formula, a form, a transcript. Several are separated by
semicolons.
"""

_COMMENT: Final = re.compile(r"<!--(.*?)-->\s*\Z", re.DOTALL)
_MARKER: Final = re.compile(rf"({'|'.join(MARKERS)})(?:(?::\s*|\s+)(.*))?\Z", re.DOTALL)


@frozen
class Block:
    """A block of code on a page."""

    page: str
    line: int
    language: str
    """What the fence says; of an indented block, nothing."""
    text: str
    markers: dict[str, str] = field(factory=dict)

    @property
    def place(self) -> str:
        """Page and line."""
        return f"{self.page}:{self.line}"

    @property
    def commands(self) -> bool:
        """Does it consist of commands, or of commands and what they print?"""
        if self.language in ("console", "sh"):
            return True
        return self.language in ("", "text") and self.text.startswith(
            ("$ ", "ipam-model ", "python -m ")
        )


def pages() -> list[str]:
    """Every page, from the root of the repository."""
    found = [path for folder in FOLDERS for path in sorted((ROOT / folder).glob("*.md"))]
    return [path.relative_to(ROOT).as_posix() for path in found]


def blocks(page: str, text: str | None = None) -> Iterator[Block]:
    """The blocks of a page in order, each with the markers in the comment right before it."""
    before: Token | None = None
    content = (ROOT / page).read_text("utf-8") if text is None else text
    for token in MarkdownIt("commonmark").parse(content):
        if token.type in ("fence", "code_block"):
            assert token.map is not None
            language = token.info.strip()
            line = token.map[0] + 1
            yield Block(page, line, language, token.content, _markers(before, f"{page}:{line}"))
        before = token


def _markers(before: Token | None, place: str) -> dict[str, str]:
    if before is None or before.type != "html_block":
        return {}
    comment = _COMMENT.search(before.content)
    if comment is None:
        return {}
    found = {}
    for part in filter(None, (part.strip() for part in comment[1].split(";"))):
        marker = _MARKER.match(part)
        assert marker is not None, f"{place}: no such marker: {part!r}; there are {MARKERS}"
        found[marker[1]] = " ".join((marker[2] or "").split())
    return found


def inline_commands(page: str) -> Iterator[tuple[int, str]]:
    """Commands in the running text and in tables, with the line they begin on."""
    parser = MarkdownIt("commonmark").enable("table")
    for token in parser.parse((ROOT / page).read_text("utf-8")):
        for child in token.children or ():
            if child.type == "code_inline" and child.content.startswith("ipam-model "):
                yield (token.map or [0])[0] + 1, child.content.replace("\\|", "|")


def exists(path: str) -> bool:
    """Is there such a file in the repository?"""
    return Path(ROOT, path).is_file()
