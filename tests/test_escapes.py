"""Whoever tells a checker to look away says why, on the same line."""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.shared import ROOT

FOLDERS: Final = ("benchmarks", "docs", "examples", "ipam_model", "stubs", "tests", "tools")
MUST_BE_ERRORS: Final = ROOT / "tests" / "typing"
"""Programs whose escapes are what is tested: see `test_typing_of_users`."""

ESCAPE: Final = re.compile(
    r"\b(?:type:\s*ignore|noqa\b|pragma[:\s]?\s*no\s*(?:cover|branch)|(?:mypy|pyright):)",
    re.IGNORECASE,
)
"""As generously as the checkers read it."""
REASON: Final = re.compile(
    r"# (?:type: ignore\[[a-z, -]+\]  # |(?:ruff: )?noqa: [A-Z]+\d+(?:, [A-Z]+\d+)* - "
    r"|pragma: no (?:cover|branch) - )(?=\w)"
)
"""The forms in which there is one; `mypy:` and `pyright:` have room for none."""
FORMS: Final = (
    "write `# type: ignore[code]  # why`, `# noqa: CODE - why`, `# ruff: noqa: CODE - why`, "
    "`# pragma: no cover - why` or `# pragma: no branch - why`, one in a comment; "
    "no `# mypy:`, no `# pyright:`"
)


def escapes(text: str) -> Iterator[tuple[int, str]]:
    """Comments that tell a checker to look away, with their lines."""
    if ESCAPE.search(text):
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT and ESCAPE.search(token.string):
                yield token.start[0], token.string


def without_reason(text: str) -> list[int]:
    """The lines of those that do not say why."""
    return [line for line, comment in escapes(text) if not has_reason(comment)]


def has_reason(comment: str) -> bool:
    """Whether it says why; another escape is no reason."""
    form = REASON.match(comment)
    return form is not None and ESCAPE.search(comment, form.end()) is None


def sources() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py*")):
            if path.suffix in {".py", ".pyi"} and MUST_BE_ERRORS not in path.parents:
                yield path


def test_every_escape_has_a_reason() -> None:
    texts = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in sources()}
    assert sum(len(list(escapes(text))) for text in texts.values()) > 50
    found = [f"{name}:{line}" for name, text in texts.items() for line in without_reason(text)]
    assert not found, FORMS


@pytest.mark.parametrize(
    ("comment", "wrong"),
    [
        ("# type: ignore[arg-type]  # also nonsense", False),
        ("# type: ignore[arg-type, return-value]  # the same", False),
        ("# noqa: BLE001 - told to whoever waits", False),
        ("# noqa: E402, I001 - needs numpy", False),
        ("# pragma: no cover - another platform", False),
        ("# pragma: no branch - it always ends there", False),
        ("# ruff: noqa: N802 - the names are theirs", False),
        ("# type: ignore[misc]  # noqa: ANN401", True),
        ("# type: ignore[misc]  # noqa: ANN401 - of either kind", True),
        ("# noqa: ANN401 - type: ignore[misc]", True),
        ("# NOQA", True),
        ("# NoQA: ANN401 - of either kind", True),
        ("# Type: Ignore", True),
        ("# type:ignore", True),
        ("# mypy: ignore-errors", True),
        ("# mypy: disable-error-code=misc", True),
        ('# mypy: disable-error-code="misc"  # why', True),
        ("# pragma: nocover", True),
        ("# PRAGMA: NO COVER", True),
        ("# pragma no cover", True),
        ("# pragma: no branch", True),
        ("# pragma:no cover - another platform", True),
        ("# told to look away by type: ignore", True),
        ("# type: ignore[arg-type]", True),
        ("# type: ignore[arg-type]  #", True),
        ("# type: ignore", True),
        ("# type: ignore  # whatever", True),
        ("# noqa: ANN401", True),
        ("# noqa: A002  (inherited)", True),
        ("# noqa", True),
        ("# pragma: no cover", True),
        ("# pyright: ignore", True),
        ("# an ordinary remark", False),
        ("# mypy knows no better", False),
    ],
)
def test_an_escape_without_a_reason_is_found(comment: str, wrong: bool) -> None:
    assert without_reason(f"x = 1\ny = 2  {comment}\n") == ([2] if wrong else [])


def test_texts_are_no_comments() -> None:
    assert not without_reason('x = "y  # type: ignore[misc]"\n')
