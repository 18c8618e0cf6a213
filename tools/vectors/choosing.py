"""As few cases as show every wrong model, rule and kind of outcome."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from attrs import frozen

from ipam_model.errors import IpamModelError
from ipam_model.vectors.outcomes import first_outcome
from ipam_model.vectors.steps import same
from ipam_model.wrong_models import WRONG_MODELS, WrongModel, wrong
from tools.vectors.walks import Found, shape

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
class Candidate:
    """A case, and what it is good for."""

    found: Found
    caught: frozenset[str]
    """The wrong models that do something else."""
    size: int
    """Bytes."""
    certain: bool
    """Its history leads to its state, whatever the daemon chooses."""

    issue: str = ""
    """The scenario of a reported bug or of a finding that it is from."""
    written: str = ""
    """What it was written for."""

    def cost(self) -> int:
        """Who can only be driven has no use for what is uncertain, so it counts twice."""
        return (self.size + OVERHEAD) * (1 if self.certain else 2)

    def goals(self) -> frozenset[Goal]:
        """What it shows."""
        judged = self.found.judged
        wrong_models = (("wrong", each) for each in self.caught)
        rules = (("rule", each) for each in judged.rules)
        kind, _, outcome, quirks = shape(self.found.case.event, judged)
        kinds = (("outcome", kind, outcome), ("quirks", kind, quirks))
        issue = (("issue", self.issue),) if self.issue else ()
        written = (("written", self.written),) if self.written else ()
        return frozenset((*wrong_models, *rules, *kinds, *issue, *written))


def caught(found: Found) -> frozenset[str]:
    """The wrong models that break one of the rules executed, and do what is not allowed."""
    return frozenset(
        each.id
        for each in WRONG_MODELS.values()
        if found.judged.rules & set(each.breaks) and shows(found, each)
    )


def shows(found: Found, model: WrongModel) -> bool:
    """Whether a daemon with the bug, taking first options, does what the vector does not allow."""
    judged = found.judged
    if not judged.intended:
        return False
    with wrong(model):
        try:
            done = first_outcome(judged.before, found.case.event)
        except IpamModelError:
            return False
        except (AssertionError, LookupError, TypeError, ValueError, AttributeError):
            return True  # It breaks down.
    return not any(same((done,), (right,)) for right in (*judged.intended, *judged.upstream))


def choose(candidates: Sequence[Candidate], most: int) -> Iterator[Candidate]:
    """Those that are kept, in the order of the candidates.

    First those that were written; then what shows wrong models, rules and quirks, and kinds of
    outcomes, until the bytes are used up.
    """
    goals = [each.goals() for each in candidates]
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
    candidates: Sequence[Candidate],
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
