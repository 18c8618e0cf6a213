"""Groups of stories that judge a wrong model, and how their stories end."""

from enum import Enum
from typing import Final

from attrs import frozen
from hypothesis.strategies import SearchStrategy

from ipam_model.testing.story import Story

SEED: Final = int(
    "66824815851390144416943890520649194822146604400908586742137"
    "42060516460529725663862870948503311226074872549195741269"
)
"""Any number would do; the matrix was judged with the stories of this one."""


class Ending(Enum):
    """What comes after a story."""

    NONE = "nothing"
    QUIET = "the node is left alone"
    STARVED = "it is left alone, and its subnet stays as it is"
    DRAINED = "its pods leave, and it is left alone"
    CORDONED = "it is cordoned, its pods leave, and it is left alone"


@frozen(kw_only=True)
class Group:
    """Stories of one kind, and how they end."""

    name: str
    what: str
    stories: SearchStrategy[Story]
    count: int
    endings: tuple[Ending, ...] = (Ending.NONE,)
    """In turn, one a story."""
    seed: int = SEED
    """Another one draws other stories of the same kind."""


@frozen
class Example:
    """One story of a group, with its ending."""

    group: str
    number: int
    story: Story
    ending: Ending

    def __str__(self) -> str:
        return f"{self.group} {self.number}"
