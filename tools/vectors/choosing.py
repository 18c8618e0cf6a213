"""As few cases as show every wrong model, rule and kind of outcome."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Generic, TypeAlias, TypeVar

from attrs import frozen

CaseT = TypeVar("CaseT")
Goal: TypeAlias = tuple[Hashable, ...]
"""Something to be shown; what it is about comes first."""

STAGES: Final = (
    (("written",), 1),
    (("wrong", "issue"), 2),
    (("rule", "quirks"), 3),
    (("outcome",), 2),
)
"""What is to be shown first, and how often."""
OVERHEAD: Final = 1_000
"""Bytes that a vector costs besides its own."""


@frozen
class Candidate(Generic[CaseT]):
    """A case, and what it is good for."""

    case: CaseT
    goals: frozenset[Goal]
    """What it shows: `written` for itself, a `wrong` model, an `issue`, a `rule`, an `outcome`."""
    size: int
    """Bytes."""
    certain: bool
    """Its history leads to its state, whatever the daemon chooses."""

    def cost(self) -> int:
        """Who can only be driven has no use for what is uncertain, so it counts twice."""
        return (self.size + OVERHEAD) * (1 if self.certain else 2)


def choose(candidates: Sequence[Candidate[CaseT]], most: int) -> Iterator[Candidate[CaseT]]:
    """Those that are kept, in the order of the candidates.

    First those that were written; then what shows wrong models, rules and quirks, and kinds of
    outcomes, until the bytes are used up.
    """
    goals = [each.goals for each in candidates]
    chosen: set[int] = set()
    left = most
    for wanted, times in STAGES:
        needed = {goal: times for each in goals for goal in each if goal[0] in wanted}
        for number in sorted(chosen):
            _reach(needed, goals[number])
        while needed:
            best = _best(candidates, goals, needed, chosen)
            if best is None or candidates[best].size > left:
                break
            chosen.add(best)
            left -= candidates[best].size
            _reach(needed, goals[best])
    return (candidates[number] for number in sorted(chosen))


def _best(
    candidates: Sequence[Candidate[CaseT]],
    goals: Sequence[frozenset[Goal]],
    needed: Mapping[Goal, int],
    chosen: set[int],
) -> int | None:
    """What reaches most for what it costs."""
    best, value = None, 0.0
    for number, each in enumerate(goals):
        if number not in chosen:
            worth = len(each & needed.keys()) / candidates[number].cost()
            if worth > value:
                best, value = number, worth
    return best


def _reach(needed: dict[Goal, int], goals: frozenset[Goal]) -> None:
    for goal in goals & needed.keys():
        needed[goal] -= 1
        if not needed[goal]:
            del needed[goal]


def shown(candidates: Iterable[Candidate[CaseT]]) -> frozenset[Hashable]:
    """The wrong models that these show."""
    return frozenset(goal[1] for each in candidates for goal in each.goals if goal[0] == "wrong")
