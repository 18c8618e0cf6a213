"""What each scenario shows: the property violated in the one, and not in the other."""

from collections.abc import Iterator

import pytest
from attrs import evolve

from ipam_model.scenario.document import Event, Scenario
from ipam_model.scenario.reading import read_scenario
from ipam_model.wrong_models import WRONG_MODELS, wrong
from tools.regressions.index import FOLDER, Regression, read_index
from tools.regressions.judging import Judgement, judge

pytestmark = pytest.mark.unmeasured

REGRESSIONS = read_index()
PAIRS = [each for each in REGRESSIONS if each.as_is is not None]
GUARDED = [each for each in REGRESSIONS if each.guarded is not None]


def named(regression: Regression) -> str:
    return regression.id


def scenario(name: str | None) -> Scenario:
    assert name is not None
    return read_scenario(FOLDER / name)[0]


@pytest.mark.parametrize("regression", PAIRS, ids=named)
def test_as_is_violates_the_property_and_repaired_does_not(regression: Regression) -> None:
    as_is, repaired = judge(scenario(regression.as_is)), judge(scenario(regression.repaired))
    assert as_is.unexpected == repaired.unexpected == ()
    assert as_is.violated == regression.violates
    assert repaired.violated == regression.remains
    assert all(each.known for each in (*as_is.violations, *repaired.violations))
    if regression.by == "property":
        assert regression.at_stake in as_is.violated
        assert regression.at_stake not in repaired.violated
        assert regression.at_stake in repaired.exercised
    explaining = {
        finding.id
        for each in as_is.violations
        if each.of == regression.at_stake
        for finding in each.findings
    }
    assert set(regression.findings) == explaining


def swapped(one: Scenario, other: Scenario) -> Iterator[Event]:
    """The events of one scenario with the expectations of the other where both have the event."""
    waiting = list(other.events)
    for event in one.events:
        kind = type(event)
        position = next((n for n, each in enumerate(waiting) if type(each) is kind), None)
        if position is None:
            yield event
            continue
        yield evolve(event, expect=waiting[position].expect)
        del waiting[: position + 1]


@pytest.mark.parametrize("regression", PAIRS, ids=named)
def test_the_expectations_of_the_one_do_not_hold_of_the_other(regression: Regression) -> None:
    """So they show the decisive quantity, in both."""
    as_is, repaired = scenario(regression.as_is), scenario(regression.repaired)
    for one, other in ((as_is, repaired), (repaired, as_is)):
        exchanged = evolve(one, events=tuple(swapped(one, other)))
        assert judge(exchanged).unexpected


@pytest.mark.parametrize("regression", GUARDED, ids=named)
def test_a_guarded_scenario_holds(regression: Regression) -> None:
    judgement = judge(scenario(regression.guarded))
    assert judgement.unexpected == ()
    assert judgement.violated == ()


WRONG = [(each, model) for each in GUARDED for model in each.wrong_models]


@pytest.mark.parametrize(
    ("regression", "model"), WRONG, ids=[f"{each.id}-{model}" for each, model in WRONG]
)
def test_a_wrong_model_of_the_issue_breaks_it(regression: Regression, model: str) -> None:
    judgement = under(model, scenario(regression.guarded))
    assert judgement.violated == regression.wrong_models[model]
    if regression.by == "property":
        assert regression.at_stake in judgement.violated
    else:
        assert judgement.unexpected
    upstream = set(WRONG_MODELS[model].upstream)
    assert upstream & {each.removeprefix("PR ") for each in regression.issues}


def under(model: str, told: Scenario) -> Judgement:
    """The scenario as a wrong model lives through it."""
    with wrong(WRONG_MODELS[model]):
        return judge(told)
