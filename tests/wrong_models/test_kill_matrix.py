"""Every wrong model is noticed by a property, and every property notices a wrong model."""

from functools import cache
from typing import Final

import pytest

from ipam_model.properties.suite import PROPERTIES
from ipam_model.wrong_models import WRONG_MODELS, WrongModel, wrong
from tools.kill_matrix import page
from tools.kill_matrix.grouping import Example, Group
from tools.kill_matrix.groups import GROUPS, examples
from tools.kill_matrix.record import Matrix, load
from tools.kill_matrix.trial import Outcome, tell

pytestmark = pytest.mark.unmeasured

MOST: Final = 400
"""Stories from the one that is expected to tell on, in which a wrong model must be noticed."""


@cache
def matrix() -> Matrix:
    return load()


@cache
def as_specified(example: Example) -> Outcome:
    return tell(example)


def beginning_with(group: str, number: int) -> tuple[Example, ...]:
    """The story that told last time, and those after it, in a circle."""
    told = examples()
    start = next(n for n, each in enumerate(told) if (each.group, each.number) == (group, number))
    return (*told[start:], *told[:start])[:MOST]


@pytest.mark.parametrize("model", WRONG_MODELS.values(), ids=str)
def test_a_wrong_model_is_noticed(model: WrongModel) -> None:
    record = matrix().models[model.id]
    if not record.kills:
        assert model.survives
        return
    first = next(iter(record.kills.values()))
    for example in beginning_with(first.group, first.number):
        with wrong(model):
            outcome = tell(example)
        if outcome.violated.keys() - as_specified(example).violated.keys():
            return
    pytest.fail(f"nothing is noticed in {MOST} stories from {first.group} {first.number} on")


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_the_daemon_as_specified_violates_nothing(group: Group) -> None:
    told = [example for example in examples() if example.group == group.name]
    assert len(told) == group.count
    for example in told[:6]:
        outcome = as_specified(example)
        assert not outcome.violated, str(example)
        assert not outcome.broke, str(example)


def test_all_are_judged() -> None:
    assert matrix().models.keys() == WRONG_MODELS.keys()


def test_survivors_and_idle_properties_are_explained() -> None:
    assert not list(page.unexplained(matrix()))


def test_the_page_is_what_the_matrix_says() -> None:
    assert page.PAGE.read_text("utf-8") == page.page(matrix())
    assert matrix().stories == {group.name: group.count for group in GROUPS}


@pytest.mark.parametrize("property_id", sorted(PROPERTIES))
def test_a_property_can_fail(property_id: str) -> None:
    """By the story in which it noticed a wrong model last time."""
    noticed = matrix().killed_by(property_id)
    if not noticed:
        assert property_id in page.OUT_OF_REACH
        return
    first = matrix().models[noticed[0]].kills[property_id]
    for example in beginning_with(first.group, first.number):
        with wrong(WRONG_MODELS[noticed[0]]):
            outcome = tell(example)
        if property_id in outcome.violated:
            return
    pytest.fail(f"{noticed[0]} no longer violates it in {MOST} stories")
