"""The judge: the set of states that explain all that was seen so far.

A daemon leaves things open, so after some events the model is not in one state but in one of
several. Each step takes every state to everything that the event can lead to, and keeps what agrees
with what the subject did, said and shows. Nothing left: the subject diverges. Nothing is compared
with what one particular run of the model happened to do.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from typing import Any, Final, Generic, TypeVar

from attrs import frozen

from ipam_model.conformance.agreement import Aspect, agreement
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.spec import Outcome, Said, Spec
from ipam_model.errors import InputError

S = TypeVar("S")
EventT = TypeVar("EventT")


@frozen(kw_only=True)
class Budget:
    """How far a set of states is followed before the plan is undecided."""

    states: int = 500
    """At the same time."""
    runs: int = 5_000
    """Of the model, for one event, those given up included."""


@frozen
class Explained(Generic[S]):
    """Some behaviour of the model is what was seen."""

    outcome: Outcome[S]
    """The first one."""


@frozen
class Unexplained(Generic[S]):
    """No behaviour of the model is what was seen."""

    aspect: Aspect
    """In which the nearest behaviours differ from it."""
    nearest: tuple[Outcome[S], ...]
    """Those that agree in everything before that aspect; of calls, all that the model may do."""


@frozen
class Undecided:
    """The budget is spent."""

    reason: str


MORE: Final = "a subject that shows more of itself, in replies or precision, leaves fewer"
MOST_NEAREST: Final = 50
"""Outcomes looked at to say what the model allows."""


class Session(Generic[S, EventT]):
    """One subject's run in the eyes of one model."""

    def __init__(
        self,
        spec: Spec[S, Any, EventT],
        initial: S,
        precision: Precision,
        budget: Budget = Budget(),
    ) -> None:
        self._spec = spec
        self._precision = precision
        self._budget = budget
        self.states: tuple[S, ...] = (initial,)
        """Those that explain what was seen so far."""
        self.most_states = 1
        self.fired: Counter[str] = Counter()
        """In how many explained steps each rule was executed."""

    @property
    def state(self) -> S:
        """The first of them."""
        return self.states[0]

    def judge(self, event: EventT, said: Said) -> Explained[S] | Unexplained[S] | Undecided:
        """What becomes of a step; the states are those after it, if it is explained.

        Raises `InputError` for an event that makes no sense in any of the states.
        """
        found: dict[Hashable, S] = {}
        first: Outcome[S] | None = None
        near: dict[Aspect, list[Outcome[S]]] = {}
        runs = 0
        for outcome in self._outcomes(event, said):
            runs += 1
            if runs > self._budget.runs:
                return Undecided(
                    f"more than {self._budget.runs} runs of the model for one event; {MORE}"
                )
            if outcome is None:
                continue
            differs = agreement(outcome.said, said, self._precision)
            if differs is not None:
                nearest = near.setdefault(differs, [])
                if len(nearest) < MOST_NEAREST:
                    nearest.append(outcome)
                continue
            if first is None:
                first = outcome
                continue
            if not found:  # One alone, as is usual, needs no key.
                found[self._spec.key(first.state)] = first.state
            found.setdefault(self._spec.key(outcome.state), outcome.state)
            if len(found) > self._budget.states:
                return Undecided(
                    f"more than {self._budget.states} states explain what was seen; {MORE}"
                )
        if first is None:
            return self._unexplained(event, near)
        self.states = tuple(found.values()) or (first.state,)
        self.most_states = max(self.most_states, len(self.states))
        self.fired.update(first.rules)
        return Explained(first)

    def _outcomes(self, event: EventT, said: Said | None) -> Iterator[Outcome[S] | None]:
        """Of all states; an event that makes no sense in some of them rules these out."""
        refused: InputError | None = None
        sensible = False
        for state in self.states:
            try:
                yield from self._spec.outcomes(state, event, said)
                sensible = True
            except InputError as error:
                refused = error
        if refused is not None and not sensible:
            raise refused

    def _unexplained(
        self, event: EventT, near: Mapping[Aspect, list[Outcome[S]]]
    ) -> Unexplained[S]:
        for aspect in (Aspect.STATE, Aspect.REPLY, Aspect.MEANWHILE):
            if aspect in near:
                return Unexplained(aspect, tuple(near[aspect]))
        return Unexplained(Aspect.CALLS, tuple(self._allowed(event)))

    def _allowed(self, event: EventT) -> Iterator[Outcome[S]]:
        """What the model may do, whatever the subject did."""
        for number, outcome in enumerate(self._outcomes(event, None)):
            if number == MOST_NEAREST:
                break
            if outcome is not None:
                yield outcome
