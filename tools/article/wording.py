"""The numbers in a text, figures and words, but for those that count nothing."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

WORDS: Final = ("one", "two", "three", "four", "five", "second", "third")

EXEMPT: Final[dict[str, str]] = {
    r"^\$ .*$": "command lines with their options, indices and names",
    r"^8 min readMar 23, 2021$": "the reading time and the date of publication",
    r"\d{4}–\d{2}–\d{2}T\d{2}:\d{2}:\d{2}Z": "the instants of the measurements, whose differences "
    "are listed",
    r"\bEC2\b": "the 2 of EC2",
    r"\bm3\.2xlarge\b": "the 3 and 2 of m3.2xlarge",
    r"\bone of the secondary ENIs\b": 'the "one of" in line 17',
    r"\btwo primary components\b": "the two components of the plugin in line 19",
}
"""What is passed over, by pattern, in words."""

_NUMBER: Final = re.compile(rf"\d+|\b(?:{'|'.join(WORDS)})\b", re.IGNORECASE)


def numbers(text: str, exempt: Iterable[str] = tuple(EXEMPT)) -> Iterator[tuple[int, str]]:
    """Line number and number as it is written, in the order of the text."""
    passed_over = re.compile("|".join(f"(?:{pattern})" for pattern in exempt))
    for line, words in enumerate(text.splitlines(), 1):
        for found in _NUMBER.finditer(passed_over.sub(" ", words)):
            yield line, found[0].lower()
