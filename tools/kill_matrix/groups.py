"""The stories that judge a wrong model: fixed, the same on every machine, in groups.

Most are those of the general strategies; a group of its own is for what they seldom reach. A story
depends on nothing but its group: the model, wrong or not, has no say in what happens.
"""

from functools import cache
from typing import Final

from tools.drawing import drawn
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
    endings = group.endings
    return tuple(
        Example(group.name, number, story, endings[number % len(endings)])
        for number, story in enumerate(drawn(group.stories, group.count, seed=group.seed))
    )
