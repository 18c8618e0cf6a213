"""The counting model: single steps, and the fast explorer.

Loading the explorer and compiling it are not in the runs: both are facts beside them, in seconds,
each measured in an interpreter of its own.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Final

from benchmarks.measuring import Fact, Outcome, Result, Skipped, references, timed
from ipam_model.counting.decisions import Targets
from ipam_model.counting.exploration import Exploration
from ipam_model.counting.model import CountingModel, State, Transition
from ipam_model.errors import InputError, ModelError

STATES: Final = {3: 87_778, 4: 1_697_077}
"""By number of ENIs; SPIN counts the same."""
SIZES: Final = {"explore-counting": (3, "s"), "explore-counting-rate": (4, "states/s")}
"""By benchmark: ENIs, and the unit of the result."""
FIRST_USE: Final = """
from ipam_model.counting.decisions import Targets
from ipam_model.counting.model import CountingModel
from ipam_model.counting import fast
targets = Targets(prefix_mode=False, warm_ip=1, minimum=0, warm_eni=0, warm_prefix=0,
                  max_enis=2, slots=2, block=1)
fast.explore(CountingModel(targets=targets, pods=2))
"""


def model(enis: int) -> CountingModel:
    """ENIs with 9 addresses, WARM_IP_TARGET=1, as many pods as there are addresses."""
    targets = Targets(
        prefix_mode=False,
        warm_ip=1,
        minimum=0,
        warm_eni=0,
        warm_prefix=0,
        max_enis=enis,
        slots=9,
        block=1,
    )
    return CountingModel(targets=targets, pods=9 * enis)


class Walk:
    """Pods come to and go from three full ENIs, the same way every time."""

    def __init__(self, events: int) -> None:
        self.model = model(3)
        self.start: State = ((4, 5), (4, 5), (4, 5))
        self._script = list(self._write(events))
        self._end: State | None = None
        self.expected: State | None = None

    def _write(self, events: int) -> list[tuple[Callable[[State, int], Transition], int]]:
        numbers = random.Random(1)
        script: list[tuple[Callable[[State, int], Transition], int]] = []
        state = self.start
        for _ in range(events):
            places = [
                (step, at)
                for at, eni in enumerate(state)
                if eni is not None
                for step, there in ((self.model.add_pod, eni[0]), (self.model.delete_pod, eni[1]))
                if there
            ]
            step, at = numbers.choice(places)
            script.append((step, at))
            state = step(state, at).after
        return script

    def prepare(self) -> None:
        """Forget the last walk."""
        self._end = None

    def run(self) -> None:
        """Take every step."""
        state = self.start
        for step, at in self._script:
            state = step(state, at).after
        self._end = state

    def check(self) -> None:
        """It ended where the first one did."""
        self.expected = self.expected or self._end
        if self._end != self.expected:
            raise ModelError("two walks over one script ended in different states")


class Exhaustion:
    """The same exploration again and again."""

    def __init__(self, explore: Callable[[CountingModel], Exploration], enis: int) -> None:
        self._explore, self._model, self._enis = explore, model(enis), enis
        self._found: Exploration | None = None

    def prepare(self) -> None:
        """Forget the last one."""
        self._found = None

    def run(self) -> None:
        """Exhaust it."""
        self._found = self._explore(self._model)

    def check(self) -> None:
        """It was exhausted, and has the states that others count."""
        found = self._found
        if found is None or not found.exhaustive or found.states != STATES[self._enis]:
            raise ModelError(f"{self._enis} ENIs were not explored as they should be: {found}")


def steps(events: int, runs: int) -> Outcome:
    """Immutable steps."""
    return Result(
        name="counting-steps",
        unit="events/s",
        amount=events,
        runs=timed(Walk(events), runs),
        references=references("counting-steps"),
        facts={"events": events},
    )


def exploration(name: str, runs: int) -> Outcome:
    """A node exhausted: an m5.large by the clock, one with a fourth ENI by its states."""
    try:
        from ipam_model.counting import fast
    except InputError as error:
        return Skipped(name, str(error))
    fast.explore(model(2))  # compiled, or loaded, from here on
    enis, unit = SIZES[name]
    facts: dict[str, Fact] = {"states": STATES[enis]}
    if unit == "s":
        facts["first use without compiled code, s"] = round(_first_use(cold=True), 1)
        facts["first use with it, s"] = round(_first_use(cold=False), 1)
    return Result(
        name=name,
        unit=unit,
        amount=1 if unit == "s" else STATES[enis],
        runs=timed(Exhaustion(fast.explore, enis), runs),
        references=references(name),
        facts=facts,
    )


def _first_use(*, cold: bool) -> float:
    """Seconds of a fresh interpreter that explores a tiny model, start of Python included."""
    with tempfile.TemporaryDirectory() as empty:
        environment = {**os.environ, "NUMBA_CACHE_DIR": empty} if cold else None
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", FIRST_USE], check=True, env=environment)
        return time.perf_counter() - begin
