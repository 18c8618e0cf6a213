"""The numbers in a text, figures and words, but for those that count nothing."""

import re
from collections.abc import Iterator
from typing import Final

WORDS: Final = ("one", "two", "three", "four", "five", "second", "third")

EXEMPT: Final[dict[str, str]] = {
    r"^\$ .*$": "a command line: its options, indices, file and instance names",
    r"^8 min readMar 23, 2021$": "reading time and date of publication",
    r"\d{4}–\d{2}–\d{2}T\d{2}:\d{2}:\d{2}Z": "an instant; the difference is listed",
    r"\bEC2\b": "a name",
    r"\bm3\.2xlarge\b": "a name",
    r"^  • The first interface.*$": "an ordinal of the introduction",
    r"\bone of the secondary ENIs\b": "an article, not a count",
    r"\btwo primary components\b": "parts of the plugin",
}
"""What is passed over, and why."""

_EXEMPT: Final = re.compile("|".join(f"(?:{pattern})" for pattern in EXEMPT))
_NUMBER: Final = re.compile(rf"\d+|\b(?:{'|'.join(WORDS)})\b", re.IGNORECASE)


def numbers(text: str) -> Iterator[tuple[int, str]]:
    """Line number and number as it is written, in the order of the text."""
    for line, words in enumerate(text.splitlines(), 1):
        for found in _NUMBER.finditer(_EXEMPT.sub(" ", words)):
            yield line, found[0].lower()
