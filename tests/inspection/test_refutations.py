"""The checks of this folder notice wrong explanations."""

from collections.abc import Callable, Hashable

import pytest

from ipam_model.daemon.procedure import Choice
from ipam_model.inspection import contradictions, explanation, forecast, reconstruction, retention
from ipam_model.inspection.instants import ZERO_TIME
from ipam_model.state import Cidr, Eni
from ipam_model.testing.stories import stories
from ipam_model.testing.story import Story
from tests.inspection import test_contradictions, test_explanation, test_forecast
from tests.inspection.observed import inner
from tests.properties.refutation import assert_refuted


def nothing(*_: object) -> tuple[()]:
    return ()


def age_by_assignments(eni: Eni, at: int) -> int | None:
    """A restart keeps the instants of assignments, so they do not tell how old an ENI is."""
    times = [r.since for cidr in eni.cidrs for r in cidr.records if r.since != ZERO_TIME]
    return at - min(times) if times else None


def last(self: forecast.Forecaster, choice: Choice) -> object:
    return tuple(choice.options)[-1]


def always_the_same(self: forecast.Forecaster) -> Hashable:
    return 0


def everything_idle(self: object, cidr: Cidr) -> bool:
    return not cidr.in_use()


FATES = inner(test_explanation.test_fates_are_what_the_model_decides)

FREED = inner(test_explanation.test_the_next_update_frees_one_of_those_that_may_go)
SURPLUS = inner(test_explanation.test_surplus_is_what_the_next_update_may_release)
REST = inner(test_forecast.test_at_rest_nothing_happens_any_more)
DRIFT = inner(test_contradictions.test_drift_is_told_exactly_where_there_is_some)


@pytest.mark.parametrize(
    ("where", "name", "wrong", "noticed_by"),
    [
        (retention, "_itself", nothing, FATES),
        (retention, "_clocks", nothing, FATES),
        (retention, "_needed", nothing, FATES),
        (retention, "_before", nothing, FATES),
        (retention, "_needed", nothing, FREED),
        (reconstruction, "age_at_least", age_by_assignments, FATES),
        (explanation._Judge, "surplus", everything_idle, SURPLUS),
        (forecast.Forecaster, "situation", always_the_same, REST),
        (contradictions, "_counters", nothing, DRIFT),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_explanation_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
    where: object,
    name: str,
    wrong: object,
    noticed_by: Callable[[Story], object],
) -> None:
    monkeypatch.setattr(where, name, wrong)
    assert_refuted(noticed_by, stories(), most=2_000)


def test_another_choice_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast.Forecaster, "choose", last)
    forty = inner(test_forecast.test_a_forecast_ends_where_the_runner_ends)
    assert_refuted(lambda story: forty(story, 40), stories())
