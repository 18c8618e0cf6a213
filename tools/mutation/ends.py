"""How a mutant ends."""

from typing import Final

from attrs import frozen

FAILS: Final = "fails"
TIME_OUT: Final = "time-out"
BREAKS_DOWN: Final = "breaks down"


@frozen
class Kill:
    """A test noticed it."""

    test: str
    kind: str
    how: str
    """`fails`, `time-out`, or `breaks down` if the process did not survive."""

    def __str__(self) -> str:
        return f"{self.kind} `{self.test}` {self.how}"


@frozen
class Equivalent:
    """Proved to compute the same."""

    def __str__(self) -> str:
        return "proved equivalent"


@frozen
class Survivor:
    """Nothing noticed it."""

    differs_at: str
    """Operands on which a formula differs, found by the solver; may be empty."""

    def __str__(self) -> str:
        return "survives" + (f", differs at {self.differs_at}" if self.differs_at else "")


@frozen
class NotHunted:
    """Nobody has tried it yet."""

    def __str__(self) -> str:
        return "not hunted yet"


End = Kill | Equivalent | Survivor | NotHunted
