"""A runner that is told what to do where the model leaves it open."""

from collections import Counter, deque
from collections.abc import Sequence
from itertools import islice
from typing import Protocol, TypeAlias, TypeVar

from attrs import frozen

from ipam_model.daemon.procedure import Call, Choice, Procedure, Subsets
from ipam_model.requests import Request
from ipam_model.scenario.prescription import locked
from ipam_model.testing.grants import Numbered
from ipam_model.world import Runner, World

T = TypeVar("T")
Kinds: TypeAlias = tuple[type[Request[object]], ...]


class Act(Protocol):
    """Something that happens to a node."""

    def happen(self, runner: Runner, /) -> object:
        """Let it happen."""


@frozen
class _Armed:
    question: int
    act: Act
    pod: bool
    kinds: Kinds


class Steered(Runner):
    """Takes its choices, EC2's choices and what happens meanwhile from lists.

    Choices and grants are numbers, taken modulo what there is to choose from. Where a list ends,
    the first option, or the next free address, is taken.
    """

    def __init__(self, world: World, choices: Sequence[int] = ()) -> None:
        super().__init__(world)
        self.choices = list(reversed(choices))
        """Which option the next open choices take, the next one last."""
        self.granted: deque[int] = deque()
        """What EC2 takes where it chooses."""
        self.grants = Numbered(self.granted)
        self._armed: list[_Armed] = []
        self._asked = 0
        self._asked_of: Counter[type[Request[object]]] = Counter()
        self._inside = False

    def let(self, act: Act) -> object:
        """Let something happen."""
        return act.happen(self)

    def arm(self, question: int, act: Act, *, pod: bool, kinds: Kinds = ()) -> None:
        """Let it happen while a question is open: that number of the next procedure, from 0.

        A procedure that asks less leaves it to the next one. `pod`: it is a pod that comes or goes,
        for which it has to wait while the daemon starts or its store is locked. With `kinds` only
        requests of these kinds count, and are meant.
        """
        self._armed.append(_Armed(question, act, pod, kinds))

    # -- questions -------------------------------------------------------------------------------

    def run(self, procedure: Procedure[T]) -> T:
        """Run a procedure to its end, and count its questions."""
        if not self._inside:
            self._asked = 0
            self._asked_of.clear()
        return super().run(procedure)

    def choose(self, choice: Choice) -> object:
        """The option that the next number takes; the first one when they are used up."""
        if self._armed:
            self._meanwhile(choice)
        if not self.choices:
            return choice.options.first
        number = self.choices.pop()
        options = choice.options
        if isinstance(options, Subsets):
            return options.nth(number % options.count)
        few = tuple(islice(options, number + 1))
        return few[number % len(few)]

    def answer(self, ask: Call) -> object:
        """EC2's answer, after what is armed for this moment."""
        if self._armed:
            self._meanwhile(ask)
        return super().answer(ask)

    def _meanwhile(self, ask: Call | Choice) -> None:
        if self._inside:
            return
        closed = self.starting or locked(ask)
        for each in tuple(self._armed):
            if self._meant(each, ask) and not (each.pod and closed):
                self._armed.remove(each)
                self._inside = True
                try:
                    self.let(each.act)
                finally:
                    self._inside = False
        self._asked += 1
        if isinstance(ask, Call):
            self._asked_of[type(ask.request)] += 1

    def _meant(self, armed: _Armed, ask: Call | Choice) -> bool:
        if not armed.kinds:
            return armed.question <= self._asked
        meant = isinstance(ask, Call) and isinstance(ask.request, armed.kinds)
        return meant and armed.question <= sum(self._asked_of[kind] for kind in armed.kinds)
