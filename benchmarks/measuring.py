"""Runs of one thing, what they come to, and what they are compared with."""

import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Final, Protocol

from attrs import frozen

from benchmarks import yardstick

Fact = int | float | str
"""Something to know about a workload."""


class Task(Protocol):
    """Something that is done again and again, the same every time."""

    def prepare(self) -> None:
        """Make ready, untimed."""

    def run(self) -> None:
        """What is timed."""

    def check(self) -> None:
        """Fail if the run did not do what it should, untimed."""


@frozen(kw_only=True)
class Run:
    """One timed run."""

    wall: float
    """Seconds on the clock."""
    cpu: float
    """Seconds of processor time; less than `wall` if others took the core meanwhile."""
    yardstick: float
    """Yardstick steps per second, the mean of just before and just after."""


@frozen(kw_only=True)
class Reference:
    """A figure to compare with."""

    kind: str
    """`goal`, `daemon`, or `elsewhere`: the best that other tools gave."""
    value: float
    """In the unit of what is compared."""
    source: str


@frozen(kw_only=True)
class Result:
    """The runs of one benchmark."""

    name: str
    unit: str
    """`events/s`, `states/s`, or a duration: `s` or `ms`."""
    amount: int = 1
    """Events or states per run; 1 for durations."""
    runs: tuple[Run, ...]
    references: tuple[Reference, ...] = ()
    facts: Mapping[str, Fact]

    @property
    def rate(self) -> bool:
        """Whether more is better."""
        return self.unit.endswith("/s")

    def values(self) -> list[float]:
        """What each run comes to, in `unit`."""
        return [self._value(run.wall) for run in self.runs]

    def value(self) -> float:
        """The median run, in `unit`."""
        return median(self.values())

    def value_by_cpu(self) -> float:
        """The median run if the core had been ours alone, in `unit`."""
        return median(self._value(run.cpu) for run in self.runs)

    def steps(self) -> float:
        """What an event (or the whole, for a duration) costs in yardstick steps; median."""
        return median(run.wall * run.yardstick / self.amount for run in self.runs)

    def attained(self, reference: Reference) -> float:
        """How many times as fast as the reference; 1 and more is as good or better."""
        if self.rate:
            return self.value() / reference.value
        return reference.value / self.value()

    def _value(self, seconds: float) -> float:
        if self.rate:
            return self.amount / seconds
        return seconds * 1000 if self.unit == "ms" else seconds


@frozen
class Skipped:
    """A benchmark that could not be run."""

    name: str
    reason: str


Outcome = Result | Skipped


def timed(task: Task, runs: int) -> tuple[Run, ...]:
    """Run a task so many times. The garbage collector does as it always does."""
    return tuple(_timed_once(task) for _ in range(runs))


def _timed_once(task: Task) -> Run:
    task.prepare()

    def stopwatch() -> tuple[float, float]:
        wall, cpu = time.perf_counter(), time.process_time()
        task.run()
        return time.perf_counter() - wall, time.process_time() - cpu

    run = beside_yardstick(stopwatch)
    task.check()
    return run


def beside_yardstick(stopwatch: Callable[[], tuple[float, float]]) -> Run:
    """A run as timed by `stopwatch` (wall and processor seconds), with the yardstick around it."""
    before = yardstick.rate()
    wall, cpu = stopwatch()
    after = yardstick.rate()
    return Run(wall=wall, cpu=cpu, yardstick=(before + after) / 2)


# -- what is compared with -------------------------------------------------------------------------

_DAEMON_SOURCE: Final = (
    "ipamd v1.23.1 itself (Go, unmodified; virtual clock, in-memory EC2, checkpoint and logging "
    "off, m5.large limits, one core; the same mix of events, its settings and pauses not noted), "
    "measured on ANOTHER machine: 2 shared AMD EPYC cores"
)
_DAEMON: Final = {
    "pods": 58_900,
    "mixed": 53_400,
    "pods-prefix": 85_200,
    "mixed-prefix": 53_400,
}
_ELSEWHERE: Final = {
    "counting-steps": (115_000, "nested attrs records and attrs.evolve"),
    "explore-counting": (0.118, "a NumPy prototype, SPIN 0.14-0.23 s and 2.0 s to compile"),
    "explore-counting-rate": (650_000, "SPIN, 330,000 to 650,000 states/s; 5.0 s for this model"),
}
_OF_THE_NOTES: Final = ", on ANOTHER machine: 2 shared AMD EPYC cores"
_GOALS: Final = {
    "counting-steps": (200_000, "immutable steps in plain Python: 200,000 a second"),
    "explore-counting": (0.1, "an m5.large exhausted within 0.1 s"),
    "explore-counting-rate": (1_000_000, "a million states a second from 75,000 states up"),
    "pods": (60_000, "as fast as the daemon that it specifies: 60,000 events/s"),
    "traces": (15, "all recorded traces checked within 15 s"),
    "simulate-pods": (2, "one type at rest with 0 to 110 pods within 2 s"),
    "simulate-types": (60, "all types at rest with one number of pods within 60 s"),
    "bound-formula": (50_000, "a closed form within 10 us: ever and at rest within 20"),
    "bound-counted-3x9": (0.5, "a bound with a counted witness within 0.5 ms"),
    "bound-counted-8x29": (2, "the same of 8 ENIs with 29 addresses within 2 ms"),
    "bound-counted-15x49": (15, "the same of 15 ENIs with 49 addresses within 15 ms"),
    **{
        f"bound-{way}-{size}": (50, "a bound with a replayed witness within 50 ms")
        for way in ("replayed", "filled")
        for size in ("3x9", "8x29", "15x49")
    },
    "prove-z3": (2, "all theorems of the fast tier with z3 within 2 s, imports and all"),
    "prove-both": (3, "the same with cvc5 added within 3 s"),
    "import ipam_model": (100, "import within 100 ms"),
    "import ipam_model.world": (100, "import within 100 ms"),
}


def references(name: str) -> tuple[Reference, ...]:
    """The figures known for a benchmark, goal first."""
    found: tuple[Reference, ...] = ()
    if name in _GOALS:
        value, source = _GOALS[name]
        found = (*found, Reference(kind="goal", value=value, source=source))
    if name in _DAEMON:
        found = (*found, Reference(kind="daemon", value=_DAEMON[name], source=_DAEMON_SOURCE))
    if name in _ELSEWHERE:
        value, source = _ELSEWHERE[name]
        source += _OF_THE_NOTES
        found = (*found, Reference(kind="elsewhere", value=value, source=source))
    return found
