"""How a run ended, and whose fault it is."""

from collections.abc import Mapping
from enum import Enum, unique

from attrs import field, frozen


@unique
class Result(Enum):
    """How a run ended."""

    CONFORMS = "conforms"
    """Some behaviour of the model explains every step."""
    DIVERGES = "diverges"
    """No behaviour of the model explains the last step: the implementation's fault."""
    BROKEN = "broken"
    """The subject raised, crashed, hung, or said what is no answer: the implementation's or its
    harness's fault."""
    UNSUPPORTED = "unsupported"
    """The subject says that it cannot do this: skipped."""
    UNDECIDED = "undecided"
    """More states explain what was seen than the budget allows to follow."""


@frozen(kw_only=True)
class Step:
    """One event as it went."""

    number: int
    """From 1."""
    event: str
    """In words."""
    said: str
    """The subject's reply and what was seen, in words."""
    model: str
    """What the model says, in words; of several possibilities the first."""


@frozen(kw_only=True)
class Verdict:
    """How one plan went."""

    result: Result
    steps: tuple[Step, ...]
    """Up to the end, the last one is the one that failed."""
    aspect: str = ""
    """Where it diverges: reply, calls or state."""
    reason: str = ""
    """In one sentence."""
    expected: tuple[str, ...] = ()
    """What the model allows, in words."""
    found: str = ""
    """What there was instead."""
    waited: float = 0.0
    """For so many seconds an answer was waited for in vain; 0 if it broke in another way."""
    waited_for: str = ""
    """For what: an event but for the pods during its calls, one of these pods, or `reset`."""
    rules: frozenset[str] = frozenset()
    """Rules of the step that diverges, by which the model goes another way."""
    quirk: str = ""
    """The suspected bug of the daemon that explains the divergence, if it is one (as `R24`)."""
    fired: Mapping[str, int] = field(factory=dict)
    """In how many explained steps each rule was executed."""
    exposed: frozenset[str] = frozenset()
    """Those of these rules that could have been seen to be broken (`exposure`)."""
    states: int = 1
    """The most states that explained what was seen at the same time."""
