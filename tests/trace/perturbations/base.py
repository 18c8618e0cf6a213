"""What a perturbation is, and what must become of it.

A perturbation changes one thing in one legal trace. What the checker must say about it is predicted
before the checker is asked, by rules that read only the recording: usually "rejected at the event
that was changed"; for what shows only later (a fault that is not armed, a cordon) the first event
that shows it; and where the change makes an equivalent record, or stays within what the
description of the format leaves open, that it is legal, with the argument.
"""

import marshal
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Final

from attrs import field, frozen

from tests.trace.lines import Line, decoded_states


@frozen
class RejectedAt:
    """The event at which the perturbed trace must be rejected."""

    seq: int


@frozen
class Malformed:
    """The line of the file that must be called malformed."""

    line: int


@frozen
class RejectedOrMalformed:
    """Wrong, and without what the format demands: either is right at this event."""

    seq: int


@frozen
class Legal:
    """The perturbed trace is legal, too; why."""

    argument: str


Prediction = RejectedAt | Malformed | RejectedOrMalformed | Legal


class AmbiguousError(Exception):
    """The recording alone does not tell what must become of this perturbation."""


@frozen(eq=False)
class Base:
    """A legal trace to perturb."""

    name: str
    lines: Sequence[Line]
    """Header and events."""
    states: Sequence[Line] = field(init=False)
    """The full state after each event."""

    @states.default
    def _states(self) -> Sequence[Line]:
        return decoded_states(self.lines)

    @property
    def header(self) -> Line:
        """The first line."""
        return self.lines[0]

    @property
    def events(self) -> Sequence[Line]:
        """All other lines."""
        return self.lines[1:]

    def before(self, seq: int) -> Line:
        """The full state before an event; empty before the first."""
        return self.states[seq - 1] if seq else {}

    def after(self, seq: int) -> Line:
        """The full state after an event."""
        return self.states[seq]

    def environment(self, seq: int) -> Mapping[str, str]:
        """The daemon's environment during an event."""
        env: Mapping[str, str] = self.header["env"]
        for event in self.events[: seq + 1]:
            env = event["event"].get("env", env)
        return env


@frozen(eq=False)
class Perturbation:
    """A perturbed trace."""

    kind: str
    base: str
    seq: int
    """The event changed."""
    what: str
    """In words."""
    lines: Sequence[Line]
    prediction: Prediction


@frozen(eq=False)
class Change:
    """A perturbation before it has got its kind."""

    what: str
    lines: Sequence[Line]
    prediction: Prediction


Kind = Callable[[Base, int, Random], Change | None]
"""Perturbs one event of a trace; `None` where the kind does not apply."""

KINDS: Final[dict[str, Kind]] = {}
"""Every kind of perturbation, by name."""


def kind(function: Kind) -> Kind:
    """Register a kind under its function's name."""
    KINDS[function.__name__] = function
    return function


def copied(value: Line) -> Line:
    """A deep copy; marshalling copies plain data several times faster than `copy.deepcopy`."""
    copy: Line = marshal.loads(marshal.dumps(value))
    return copy


def copy_of(base: Base, seq: int) -> Line:
    """A copy of an event line that may be changed."""
    return copied(base.events[seq])


def with_event(base: Base, seq: int, line: Line) -> list[Line]:
    """The trace with an event line replaced."""
    lines = list(base.lines)
    lines[seq + 1] = line
    return lines


def with_state(base: Base, seq: int, state: Line) -> list[Line]:
    """The trace with the state after one event replaced, the following states as they were."""
    lines = with_event(base, seq, base.events[seq] | {"state": state})
    if seq + 1 < len(base.events):
        lines[seq + 2] = lines[seq + 2] | {"state": base.after(seq + 1)}
    return lines


def renumbered(lines: Sequence[Line]) -> list[Line]:
    """The trace with its events counted anew."""
    return [lines[0], *(event | {"seq": seq} for seq, event in enumerate(lines[1:]))]


def by_card(base: Base) -> bool:
    """Whether the trace tells the network cards apart."""
    return "network_cards" in base.header


def sparse(state: Line) -> bool:
    """Whether a card below the last one has no data store."""
    cards = [int(card) for card in state["stats"] if card.isdecimal()]
    return bool(cards) and len(cards) - 1 not in cards


def unused_address(base: Base) -> str:
    """An address that occurs nowhere in the trace."""
    return "10.99.99.99"


def assignments(state: Line) -> set[tuple[str, str]]:
    """Address and sandbox of every assignment."""
    return {
        each
        for eni in state.get("enis", [])
        for cidr in eni["cidrs"]
        for each in cidr.get("assigned", {}).items()
    }
