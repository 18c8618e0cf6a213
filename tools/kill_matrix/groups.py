"""The stories that judge a wrong model: fixed, the same on every machine, in groups.

Most are those of the general strategies; a group of its own is for what they seldom reach. A story
depends on nothing but its group: the model, wrong or not, has no say in what happens.
"""

from functools import cache
from typing import Final

from hypothesis import HealthCheck, Phase, given, settings

from ipam_model.testing.story import Story
from tools.kill_matrix.general import GENERAL
from tools.kill_matrix.grouping import Example, Group
from tools.kill_matrix.seldom import SELDOM

GROUPS: Final = (*GENERAL, *SELDOM)
"""Every group, in the order in which they are told."""


@cache
def examples() -> tuple[Example, ...]:
    """Every story, the same ones on every run."""
    return tuple(example for group in GROUPS for example in _examples_of(group))


def _examples_of(group: Group) -> tuple[Example, ...]:
    drawn: list[Story] = []

    @settings(
        max_examples=group.count,
        phases=(Phase.generate,),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(group.stories)
    def collect(story: Story) -> None:
        drawn.append(story)

    collect()
    endings = group.endings
    return tuple(
        Example(group.name, number, story, endings[number % len(endings)])
        for number, story in enumerate(drawn)
    )
