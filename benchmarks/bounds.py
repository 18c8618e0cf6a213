"""Worst cases: by formula, with a witness that is counted, and with one that is replayed.

The same question is put to brute force, which looks at every state of the node in the plain
explorer; how many times as long that takes is a fact beside the result, where it ends at all.
"""

import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Final

from benchmarks.measuring import Fact, Outcome, Result, references, timed
from ipam_model.bounds import Bound, Level, Question, ask, closed_forms, nodes_of
from ipam_model.bounds.counts import ABOUT
from ipam_model.bounds.subject import Subject, subject
from ipam_model.counting.explorer import explore
from ipam_model.errors import ModelError
from ipam_model.nodes import NodeSetup

FORMULAS: Final = 1000
"""Questions per run of the formula."""
TYPES: Final[Mapping[str, str]] = {
    "3x9": "m5.large",
    "8x29": "c5.4xlarge",
    "15x49": "m5.24xlarge",
}


def node(size: str) -> NodeSetup:
    """An instance with WARM_IP_TARGET=1."""
    env = {"ENABLE_IPv4": "true", "WARM_IP_TARGET": "1"}
    (found,) = nodes_of([TYPES[size]], [env])
    return found


def _question(size: str, level: Level) -> Question:
    return Question(quantity="reserved-after-churn", node=node(size), pods_now=2, level=level)


def _full(size: str) -> Question:
    """A question whose witness fills the node, pod by pod and address by address."""
    return Question(quantity="reserved", node=node(size))


def _counted(question: Question, about: Subject) -> Bound:
    return ABOUT[question.quantity](question, about)


class Asked:
    """One question, as often as it takes."""

    def __init__(self, question: Question, answer: Callable[[Question], Bound]) -> None:
        self._question, self._answer = question, answer
        self.found: Bound | None = None

    def prepare(self) -> None:
        """Forget the last answer."""
        self.found = None

    def run(self) -> None:
        """Ask."""
        self.found = self._answer(self._question)

    def check(self) -> None:
        """It is exact."""
        if self.found is None or not self.found.exact:
            raise ModelError(f"the bound of {self._question.node.name} is not exact")


class Formula:
    """The closed forms alone, ever and at rest."""

    def __init__(self, about: Subject) -> None:
        self._about = about
        self._found = 0

    def prepare(self) -> None:
        """Nothing is kept."""

    def run(self) -> None:
        """Many times."""
        parameters = self._about.parameters
        for _ in range(FORMULAS):
            self._found = closed_forms.ever(parameters).reserved
            self._found += closed_forms.at_rest(parameters, 2).reserved

    def check(self) -> None:
        """30 ever, 6 at rest."""
        if self._found != 36:
            raise ModelError(f"the closed forms come to {self._found}")


def formula(runs: int) -> Outcome:
    """The upper sides of an m5.large, both at once."""
    about = subject(_question("3x9", Level.COUNTING))
    return Result(
        name="bound-formula",
        unit="events/s",
        amount=FORMULAS,
        runs=timed(Formula(about), runs),
        references=references("bound-formula"),
        facts={"an event is": "ever and at rest, m5.large"},
    )


def counted(size: str, runs: int) -> Outcome:
    """With a witness of the counting model."""
    question = _question(size, Level.COUNTING)
    about = subject(question)
    task = Asked(question, lambda asked: _counted(asked, about))
    found = _counted(question, about)
    facts: dict[str, Fact] = {"steps": found.witness.steps if found.witness else 0}
    runs_made = timed(task, runs)
    if size == "3x9":
        mine = median(run.wall for run in runs_made)
        seconds = _by_brute_force(about, found)
        facts |= {
            "brute force, s": round(seconds, 2),
            "times as long by brute force": round(seconds / mine),
        }
    return Result(
        name=f"bound-counted-{size}",
        unit="ms",
        runs=runs_made,
        references=references(f"bound-counted-{size}"),
        facts=facts,
    )


def _by_brute_force(about: Subject, found: Bound) -> float:
    """Seconds of the plain explorer for the same answer."""
    begin = time.perf_counter()
    most = explore(about.model).at_rest[2].value
    if most != found.value:
        raise ModelError(f"brute force finds {most}, and not {found.value}")
    return time.perf_counter() - begin


def replayed(size: str, runs: int) -> Outcome:
    """With a witness of the reference model, everything from the environment's text on."""
    return _replayed(f"bound-replayed-{size}", _question(size, Level.REFERENCE), runs)


def filled(size: str, runs: int) -> Outcome:
    """The same where the node must be full."""
    return _replayed(f"bound-filled-{size}", _full(size), runs)


def _replayed(name: str, question: Question, runs: int) -> Outcome:
    task = Asked(question, ask)
    task.run()
    events = task.found.witness.steps if task.found and task.found.witness else 0
    return Result(
        name=name,
        unit="ms",
        runs=timed(task, runs),
        references=references(name),
        facts={"events": events},
    )
