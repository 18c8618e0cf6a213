"""As few cases as show every wrong model, rule and kind of outcome."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Final

from attrs import frozen

from ipam_model.errors import IpamModelError
from ipam_model.vectors.outcomes import outcomes
from ipam_model.vectors.steps import MOST_OUTCOMES, same
from ipam_model.wrong_models import WRONG_MODELS, WrongModel, wrong
from tools.vectors.walks import Found, shape

WRONG_TWICE: Final = 2
"""So many vectors show each wrong model, if so many can."""
RULES_TWICE: Final = 2
"""So many vectors execute each rule."""


@frozen
class Candidate:
    """A case, and what it is good for."""

    found: Found
    caught: frozenset[str]
    """The wrong models that do something else."""
    size: int
    """What it costs."""

    def goals(self) -> frozenset[Hashable]:
        """What it shows."""
        judged = self.found.judged
        wrong_models = (("wrong", each) for each in self.caught)
        rules = (("rule", each) for each in judged.rules)
        kind, _, outcome, quirks = tuple(shape(self.found.case.event, judged))  # type: ignore[misc]
        kinds = (("outcome", kind, outcome), ("quirks", kind, quirks))
        return frozenset((*wrong_models, *rules, *kinds))


def caught(found: Found) -> frozenset[str]:
    """The wrong models that break one of the rules executed, and do what is not allowed."""
    return frozenset(
        each.id
        for each in WRONG_MODELS.values()
        if found.judged.rules & set(each.breaks) and shows(found, each)
    )


def shows(found: Found, model: WrongModel) -> bool:
    """Whether a daemon with the bug does what the vector does not allow."""
    judged = found.judged
    if not judged.intended:
        return False
    with wrong(model):
        try:
            done = outcomes(judged.before, found.case.event, MOST_OUTCOMES)
        except IpamModelError:
            return False
        except (AssertionError, LookupError, TypeError, ValueError, AttributeError):
            return True  # It breaks down.
    return any(
        not any(same((each,), (right,)) for right in (*judged.intended, *judged.upstream))
        for each in done
    )


def choose(candidates: Sequence[Candidate], most: int) -> Iterator[Candidate]:
    """Those that are kept, in the order of the candidates.

    First what shows wrong models and rules, each twice; then kinds of outcomes; until the bytes
    are used up.
    """
    goals = [each.goals() for each in candidates]
    chosen: dict[int, None] = {}
    left = most
    for wanted, times in ((("wrong",), WRONG_TWICE), (("rule", "quirks"), RULES_TWICE), (("outcome",), 1)):
        needed: dict[Hashable, int] = {}
        for number, each in enumerate(goals):
            for goal in each:
                if goal[0] in wanted:  # type: ignore[index]
                    needed[goal] = times
        for number in chosen:
            _reach(needed, goals[number])
        while needed:
            best = _best(candidates, goals, needed, chosen)
            if best is None or candidates[best].size > left:
                break
            chosen[best] = None
            left -= candidates[best].size
            _reach(needed, goals[best])
    return (candidates[number] for number in sorted(chosen))


def _best(
    candidates: Sequence[Candidate],
    goals: Sequence[frozenset[Hashable]],
    needed: Mapping[Hashable, int],
    chosen: Mapping[int, None],
) -> int | None:
    """What reaches most for what it costs."""
    best, value = None, 0.0
    for number, each in enumerate(goals):
        if number not in chosen:
            worth = len(each & needed.keys()) / (candidates[number].size + 1000)
            if worth > value:
                best, value = number, worth
    return best


def _reach(needed: dict[Hashable, int], goals: frozenset[Hashable]) -> None:
    for goal in goals & needed.keys():
        needed[goal] -= 1
        if not needed[goal]:
            del needed[goal]
