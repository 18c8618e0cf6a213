"""What a process that asks a solver is told, and what it replies; neither needs a solver."""

from collections.abc import Mapping
from enum import Enum
from typing import Final, Literal

from attrs import field, frozen

from ipam_model.answer import Answer

NEGATED: Final = "(not the conclusions)"
"""Name of the negated conclusions among the formulas of a core."""


class Part(Enum):
    """The questions about an obligation, each put to a solver on its own."""

    DIVISIONS = "divisions"
    """Can one have a negative dividend or a divisor below 1? There the readings may differ."""
    PREMISES = "premises"
    """Can they all hold? Otherwise the obligation says nothing."""
    CLAIM = "claim"
    """Can the premises hold and a conclusion fail?"""

    @property
    def expected(self) -> Literal["sat", "unsat"]:
        """The answer for an obligation that is proved."""
        return "sat" if self is Part.PREMISES else "unsat"


@frozen(kw_only=True)
class Mutation:
    """A mutant, by its theorem and its place there."""

    theorem: str
    number: int


@frozen(kw_only=True)
class Request:
    """What is to be asked about an obligation, by its theorem and its place there."""

    theorem: str
    obligation: int
    mutation: Mutation | None = None
    """If there is one, only the claim is asked, where all divisions are meant."""
    rlimit: int
    """Steps granted to each question."""
    seed: int = 0
    solve: bool = True
    """Ask z3; otherwise only write the scripts."""
    cores: bool = False
    """Also ask which premises the claim needs."""
    scripts: bool = False
    """Also write the questions as SMT-LIB 2 scripts; where z3 found an example, with its values."""


@frozen(kw_only=True)
class Reply:
    """What came of a request."""

    answers: Mapping[Part, Answer]
    """In the order of asking, which ends with the first answer that is not the expected one."""
    scripts: Mapping[Part, str] = field(factory=dict)
    premises: tuple[str, ...] = ()
    """Of the claim, by name."""
    core: tuple[str, ...] | None = None
    """Premises, and `NEGATED`, that contradict each other; `None` if not asked, or if not found."""
    applies: bool = True
    """The obligation has the premise that the mutant leaves out, if it leaves one out."""
    seconds: float = 0.0
