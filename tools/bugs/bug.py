"""A row of the table: a bug reported upstream, and the evidence that the suite finds it."""

from enum import Enum
from typing import TypeAlias

from attrs import frozen


@frozen
class WrongModel:
    """A daemon with this bug, hunted for by random stories and all properties."""

    id: str


@frozen
class Known:
    """The daemon as specified has it: a finding, hunted for by random stories."""

    finding: str


@frozen
class Regression:
    """A scenario or pair written by hand, by the id of its entry in the index."""

    id: str


@frozen
class TableCheck:
    """A check of data, by its test."""

    test: str


Evidence: TypeAlias = WrongModel | Known | Regression | TableCheck


class Verdict(Enum):
    """What became of a bug."""

    FOUND = "found"
    """Random stories violate a property."""
    DIRECTED = "found if directed"
    """Random stories of few kinds of events do, those of the kill matrix."""
    BY_HAND = "found by hand"
    """Only in a scenario written for it a property is violated."""
    SHOWN = "shown by hand"
    """No property tells: a scenario written for it shows it by its quantities."""
    LATER = "later"
    """A bound is to tell; a scenario shows the quantities meanwhile, where there is one."""
    INEXPRESSIBLE = "not expressible"
    NOT_FOUND = "not found"


@frozen(kw_only=True)
class Bug:
    """One row of the survey of bugs."""

    section: str
    """`A1` … `A5`."""
    issues: str
    """As the survey lists them."""
    symptom: str
    checks: tuple[str, ...]
    """Properties that the survey names for it: `P-S1` … `P-S8`, `P-L1` … `P-L7`, `P-B1` …"""
    evidence: tuple[Evidence, ...] = ()
    verdict: Verdict | None = None
    """Stated where no hunt decides it; `None`: found if the hunts found it."""
    why: str = ""
    """Why it is not found, not expressible, or later; or what is to be known of the evidence."""

    @property
    def id(self) -> str:
        """Its first issue."""
        return self.issues.replace(";", ",").split(",")[0].strip()

    @property
    def hunted(self) -> tuple[WrongModel | Known, ...]:
        """The evidence that is measured."""
        return tuple(each for each in self.evidence if isinstance(each, WrongModel | Known))
