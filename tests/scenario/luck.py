"""Runs in which everything that may be random is: choices, EC2's grants, pods that come in between.

Like a `Story`, all of it is decided by numbers drawn beforehand.
"""

from collections import deque
from collections.abc import Sequence
from itertools import cycle

from attrs import frozen
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model.config import Config
from ipam_model.daemon.procedure import Call, Choice
from ipam_model.requests import PodObject
from ipam_model.scenario.prescription import locked
from ipam_model.scenario.recording import Recorder
from ipam_model.state import PodKey
from ipam_model.testing.events import PODS, Add, Delete, Event
from ipam_model.testing.grants import Numbered
from ipam_model.testing.stories import stories
from ipam_model.testing.story import Story
from ipam_model.testing.telling import Teller
from ipam_model.world import World


class Lucky(Numbered):
    """EC2's choices by a list of numbers, over and over; without any, as usual."""

    def __init__(self, numbers: Sequence[int]) -> None:
        super().__init__(deque())
        self._cycle = cycle(numbers or (0,))

    def next_number(self, options: int) -> int:
        return next(self._cycle) % options


@frozen(kw_only=True)
class Lot:
    """A story and the numbers that decide what a story leaves to the runner."""

    story: Story
    grants: tuple[int, ...]
    meanwhile: tuple[int, ...]


class Interrupted(Teller):
    """Pods come and go while questions are open."""

    def __init__(self, world: World, lot: Lot) -> None:
        super().__init__(world, lot.story.choices)
        self.grants = Lucky(lot.grants)
        self._choices = lot.story.choices
        self._left = list(reversed(lot.meanwhile))
        self._interrupting = False
        self.interruptions = 0

    def happen(self, event: Event) -> object:
        if self._left and self.config.settings.pod_eni:
            self._meddle(self._left.pop())
        return super().happen(event)

    def _meddle(self, number: int) -> None:
        """Something happens to a pod object."""
        key = PodKey(PODS[number % len(PODS)])
        self.gone_pods = self.gone_pods ^ ({key} if number % 4 == 0 else set())
        self.branch_pods.pop(key, None)
        if number % 4 > 1:
            address = 0x0A630000 + number if number % 4 == 3 else None
            self.branch_pods[key] = PodObject(True, address)

    def _interrupt(self, ask: Call | Choice) -> None:
        if self._interrupting or self.starting or locked(ask) or not self._left:
            return
        number = self._left.pop()
        pod = PODS[number % len(PODS)]
        self._interrupting = True
        if number % 3 == 0:
            Add(pod).happen(self)
            self.interruptions += 1
        elif number % 3 == 1:
            Delete(pod).happen(self)
            self.interruptions += 1
        elif self.config.settings.pod_eni:
            self._meddle(number)
        self._interrupting = False

    def choose(self, choice: Choice) -> object:
        self._interrupt(choice)
        if not self.choices:
            self.choices = list(self._choices)
        return super().choose(choice)

    def answer(self, ask: Call) -> object:
        self._interrupt(ask)
        answer = super().answer(ask)
        self._interrupt(ask)
        return answer


class RecordedLot(Recorder, Interrupted):
    """The same, recorded."""


def lots(config: SearchStrategy[Config] | None = None) -> SearchStrategy[Lot]:
    numbers = st.lists(st.integers(0, 35), max_size=12).map(tuple)
    return st.builds(
        Lot,
        story=stories(config=config, lags=(0, 0, 2_500, 60_000), sparse=(False, True)),
        grants=numbers,
        meanwhile=numbers,
    )
