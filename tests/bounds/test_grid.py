"""The bounds of small nodes are what brute force finds; the whole grid: `tests.bounds.grid`."""

from collections.abc import Callable, Iterator
from itertools import islice

import pytest
from attrs import evolve

from ipam_model.bounds import Level, Question, closed_forms, plans, seeking
from ipam_model.bounds.counts import ABOUT
from ipam_model.bounds.runs import CountingRun
from ipam_model.theorems.machine import Parameters
from tests.bounds.grid import MODES, NODE, compare, prefixes, secondary, subject_of

EVERY = {"secondary": 97, "prefix": 997}
"""Every so manieth node of the grid: together some seconds."""


def part(mode: str, every: int | None = None) -> Iterator[Parameters[int, bool]]:
    return islice(MODES[mode](), 0, None, every or EVERY[mode])


@pytest.mark.parametrize("mode", MODES)
def test_bounds_are_those_of_brute_force(mode: str) -> None:
    asked = exact = 0
    for parameters in part(mode):
        outcome = compare(parameters)
        assert not outcome.wrong, outcome.wrong[0]
        asked += sum(outcome.statuses.values())
        exact += sum(n for name, n in outcome.statuses.items() if " exact " in name)
    assert asked > 500
    assert exact == asked


def test_grid_is_as_large_as_promised() -> None:
    assert sum(1 for _ in secondary()) >= 10_000
    assert sum(1 for _ in prefixes()) >= 10_000


@pytest.mark.parametrize("mode", MODES)
def test_theorems_alone_are_never_too_low(mode: str) -> None:
    """Without searches: the upper side is a theorem's, the lower one a plan's."""
    for parameters in part(mode, 3 * EVERY[mode]):
        about = subject_of(parameters)
        most = closed_forms.ever(parameters)
        for climb in plans.climbs(about):
            run = CountingRun(about.model)
            climb(run)
            assert run.enis <= most.enis
            assert run.pool.cidrs <= most.cidrs


# -- mutants -------------------------------------------------------------------------------------


def too_low(parameters: Parameters[int, bool]) -> closed_forms.Most:
    most = REAL(parameters)
    return most._replace(reserved=most.reserved - 1)


REAL: Callable[[Parameters[int, bool]], closed_forms.Most] = closed_forms.ever


def test_closed_form_that_is_too_low_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run passes it, which is an error and no answer."""
    monkeypatch.setattr(closed_forms, "ever", too_low)
    parameters = next(p for p in secondary() if p.targets.warm_ip == 1 and p.peak == 1)
    question = Question(quantity="reserved", node=NODE, level=Level.COUNTING)
    with pytest.raises(ValueError, match="never to be passed"):
        ABOUT["reserved"](question, subject_of(parameters))


def test_closed_form_that_is_too_high_is_not_called_exact(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def too_high(parameters: Parameters[int, bool]) -> closed_forms.Most:
        most = REAL(parameters)
        return most._replace(reserved=most.reserved + 1)

    monkeypatch.setattr(closed_forms, "ever", too_high)
    parameters = next(p for p in secondary() if p.targets.warm_ip == 1 and p.peak == 1)
    question = Question(quantity="reserved", node=NODE, level=Level.COUNTING)
    answer = ABOUT["reserved"](question, subject_of(parameters))
    assert answer.proof is not None
    assert answer.proof.exhausted, "a search corrects it"
    assert answer.value == REAL(parameters).reserved


def test_short_witness_is_not_called_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plans that stop early leave the lower side low; with no budget to search it stays there."""
    monkeypatch.setattr(seeking, "climbs", lambda *_: iter([lambda _run: None]))
    parameters = next(p for p in secondary() if p.targets.warm_ip == 1 and p.peak == 1)
    question = Question(
        quantity="reserved",
        node=NODE,
        level=Level.COUNTING,
        budget=evolve(Question(quantity="", node=NODE).budget, states=1),
    )
    answer = ABOUT["reserved"](question, subject_of(parameters))
    assert not answer.exact
    assert answer.upper == REAL(parameters).reserved
    assert answer.lower is not None
    assert answer.lower < answer.upper
