"""What somebody may have meant."""

from collections.abc import Iterable
from typing import Final

MOST: Final = 3
"""Names suggested."""
LONGEST: Final = 40
"""Characters of what was typed that are repeated; longer texts resemble nothing."""


def did_you_mean(text: str, known: Iterable[str], *, most: int = MOST) -> str:
    """`; did you mean A or B?`: the known names that are most like the text, whatever its case.

    Empty if none is like it.
    """
    from difflib import get_close_matches  # only what is wrong needs it

    names = {_bare(name): name for name in known}
    near = get_close_matches(_bare(text[: LONGEST * 2]), names, n=most)
    return f"; did you mean {' or '.join(names[each] for each in near)}?" if near else ""


def _bare(name: str) -> str:
    """Without its case and the dashes of an option, in which all are alike."""
    return name.lstrip("-").casefold()


def unknown(text: str, what: str, known: Iterable[str]) -> str:
    """A complaint about a name that nothing has: what is like it, or else all there is."""
    names = list(known)
    hint = did_you_mean(text, names) or f"; there are: {', '.join(names)}"
    return f"{text[:LONGEST]!r} is no {what}{hint}"
