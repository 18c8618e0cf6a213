"""Variables nobody reads that look like one the daemon does read."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from ipam_model.settings.diagnostics import Diagnostic, Severity, shown
from ipam_model.settings.variables import ALLOCATION_VARIABLES

_SIMILAR = 0.84
"""Similarity from which a name counts as misspelt; MIN_IP_TARGET is just inside."""


def _letters(name: str) -> str:
    """The name without case and separators, which are what is most often got wrong."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


_BY_LETTERS = {_letters(name): name for name in ALLOCATION_VARIABLES}
_LONGEST_NAME = 100
"""Longer names resemble none of them, and comparing them takes long."""


def misspelt(names: Iterable[str]) -> Iterator[Diagnostic]:
    """A remark for each unknown name that is near one of `ALLOCATION_VARIABLES`, in their order.

    Names are told apart by case: ENABLE_IPV4 is not ENABLE_IPv4.
    """
    for name in names:
        if name in ALLOCATION_VARIABLES or len(name) > _LONGEST_NAME:
            continue
        for near in get_close_matches(_letters(name), _BY_LETTERS, n=1, cutoff=_SIMILAR):
            meant = _BY_LETTERS[near]
            yield Diagnostic(
                code="unknown-variable",
                severity=Severity.INFO,
                variable=name,
                value="",
                message=f"{shown(name)} is not read by the daemon; did you mean {meant}?",
            )
