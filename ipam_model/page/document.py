"""What a page consists of, before it is HTML."""

from collections.abc import Sequence
from typing import Literal

from attrs import field, frozen

from ipam_model.film.frames import Film

Tone = Literal["good", "wrong", "open", "known", "plain"]


@frozen
class Verdict:
    """How something ended, in a word or a few."""

    tone: Tone
    text: str


@frozen
class Fact:
    """Something known, with its name."""

    name: str
    text: str


@frozen(kw_only=True)
class Table:
    """Rows of text under headings; those of numbers are set to the right."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    tones: Sequence[Tone] = ()
    """One for each row, or none."""
    folded: bool = False
    """Shown once somebody opens it."""


def _with_frames(films: Sequence[Film]) -> tuple[Film, ...]:
    return tuple(film for film in films if film.frames)


@frozen(kw_only=True)
class Exhibit:
    """A part of a page: a node, a finding, a run."""

    title: str
    verdict: Verdict | None = None
    paragraphs: Sequence[str] = ()
    quote: str = ""
    """A longer text, its lines kept."""
    facts: Sequence[Fact] = ()
    tables: Sequence[Table] = ()
    films: Sequence[Film] = field(default=(), converter=_with_frames)
    """One, or two to be looked at side by side; of one without frames there is nothing to see, and
    it is left out."""
    start: int = 0
    """The frame to begin with; negative ones count from the end."""


@frozen(kw_only=True)
class Page:
    """What one command found."""

    command: str
    """As it was typed, in short: `ipam-model replay`."""
    title: str
    verdict: Verdict | None = None
    paragraphs: Sequence[str] = ()
    facts: Sequence[Fact] = ()
    tables: Sequence[Table] = ()
    exhibits: Sequence[Exhibit] = ()
    notes: Sequence[str] = ()
    """What a reader should know of what is not shown."""
