"""Output that a page shows, compared with what was printed."""

import re
from typing import Final

LEFT_OUT: Final = "…\n"
"""A line of a page in the place of lines that it does not show."""
_SECONDS: Final = re.compile(r"\bin \d+(?:\.\d+)? s\b")


def timeless(text: str) -> str:
    """The text without its measured seconds, which no two runs have in common."""
    return _SECONDS.sub("in … s", text)


def not_printed(shown: str, printed: str) -> list[str]:
    """The pieces between left-out lines that were not printed in that order, seconds aside."""
    rest = timeless(printed)
    missing = []
    for piece in filter(None, timeless(shown).split(LEFT_OUT)):
        _, found, after = rest.partition(piece)
        if found:
            rest = after
        else:
            missing.append(piece)
    return missing
