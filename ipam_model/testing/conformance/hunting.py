"""Hypothesis at work: plans are drawn until one diverges, and that one is made smaller."""

import hashlib
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from attrs import define, evolve, field, frozen
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import seed as seeded
from hypothesis.database import ExampleDatabase
from hypothesis.errors import Flaky
from hypothesis.strategies import SearchStrategy

from ipam_model.conformance.verdict import Verdict
from ipam_model.testing.conformance.bench import FAILING, Bench, first_difference
from ipam_model.testing.profiles import drawing_alike

P = TypeVar("P")

SHRINKING_RUNS: Final = 600
"""So many runs at most are spent on making a plan smaller."""
SHRINKING_SECONDS: Final = 30.0
"""Nor more time than this."""
REPEATS: Final = 3
"""How often a diverging plan is tried again on fresh subjects."""
LONG: Final = 1.0
"""A failure for which one has to wait more seconds than this is tried again only once."""


class _DivergesError(Exception):
    """Tells Hypothesis that a plan diverges."""


@frozen(kw_only=True)
class Found(Generic[P]):
    """A plan that diverges."""

    plan: P
    verdict: Verdict
    unsteady_at: int | None = None
    """The step at which the subject went another way when the plan was tried again."""
    again: int = 0
    """In how many of the repeats it diverged."""
    repeats: int = 0
    """So often it was tried again; not at all before it is `confirmed`."""
    remark: str = ""
    """Why there may be a smaller plan."""

    @property
    def tedious(self) -> bool:
        """Whether one has to wait long in every run that fails: for a subject that hangs."""
        return self.verdict.waited > LONG


@define(kw_only=True)
class Hunt(Generic[P]):
    """A search for one divergence."""

    bench: Bench[P]
    muted: Callable[[Verdict], bool]
    """Whether a divergence is one that is known already."""
    shrinking: bool = True
    tried: int = 0
    """Plans until one diverged."""
    dropped: int = 0
    """Those of them that made no sense once the subject had chosen."""
    _failing: dict[str, Found[P]] = field(factory=dict)
    _left: int = SHRINKING_RUNS
    _until: float = 0.0
    """When shrinking ends at the latest, by the monotonic clock."""

    def search(
        self,
        plans: SearchStrategy[P],
        *,
        examples: int,
        seed: int,
        name: str,
        database: ExampleDatabase | None = None,
    ) -> Found[P] | None:
        """The smallest plan found that diverges; `None` if none of `examples` plans does.

        The same for the same `seed`, whatever the profile. `name` is of the plans, to tell those
        apart that a database keeps.
        """

        def plan_conforms(plan: P) -> None:
            if self._failing or self._says_something(plan, examples):
                self._try(plan)

        plan_conforms.__name__ = name.replace("-", "_")  # part of the database's key
        generate = (Phase.generate,) if database is None else (Phase.reuse, Phase.generate)
        chosen = settings(
            max_examples=examples + 1,  # the first draw may be one in which nothing happens
            phases=(*generate, Phase.shrink) if self.shrinking else generate,
            derandomize=False,
            database=database,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
            verbosity=Verbosity.quiet,
            print_blob=False,
            backend="hypothesis",
        )
        test = seeded(_number(seed, name))(chosen(given(plans)(plan_conforms)))
        try:
            with drawing_alike():
                test()
        except (_DivergesError, Flaky):
            pass
        return min(self._failing.values(), key=self._size, default=None)

    def _says_something(self, plan: P, examples: int) -> bool:
        """Hypothesis draws the simplest plan first, in which as a rule nothing happens."""
        return self.tried < examples and len(self.bench.arena.events(plan)) > 1

    def _size(self, found: Found[P]) -> tuple[int, int]:
        arena = self.bench.arena
        return len(arena.events(found.plan)), len(arena.write(found.plan, ""))

    def _try(self, plan: P) -> None:
        if not self._failing:
            self.tried += 1
            verdict = self.bench.judge(plan, counted=True)
            self.dropped += verdict is None
            if verdict is None or verdict.result not in FAILING or self.muted(verdict):
                return
            found = confirmed(self.bench, plan, verdict)
            if found.again == 0 or found.tedious:
                self._left = 0  # There is nothing that shrinking could go by, or no time.
            self._failing[self._key(plan)] = found
            self._until = time.monotonic() + SHRINKING_SECONDS
            raise _DivergesError
        key = self._key(plan)
        if key in self._failing:
            raise _DivergesError
        if not self._left or time.monotonic() > self._until:
            return
        self._left -= 1
        verdict = self.bench.judge(plan)
        if verdict is not None and verdict.result in FAILING and not self.muted(verdict):
            self._failing[key] = Found(plan=plan, verdict=verdict)
            raise _DivergesError

    def _key(self, plan: P) -> str:
        return self.bench.arena.write(plan, "")


def confirmed(bench: Bench[P], plan: P, verdict: Verdict) -> Found[P]:
    """A divergence tried again on fresh subjects: does it recur, and in the same way?"""
    found = Found(plan=plan, verdict=verdict)
    unsteady: int | None = None
    again = 0
    repeats = 1 if found.tedious else REPEATS
    for _ in range(repeats):
        repeated = bench.judge(plan, fresh=True)
        if repeated is None:
            continue
        again += repeated.result in FAILING
        if unsteady is None:
            unsteady = first_difference(verdict, repeated)
    return evolve(found, unsteady_at=unsteady, again=again, repeats=repeats)


def _number(seed: int, name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}/{name}".encode()).digest()[:8])
