"""The check: pinned plans first, then plans at random, corner by corner."""

import random
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, Generic, TypeAlias, TypeVar

from attrs import define, evolve, field
from hypothesis.database import ExampleDatabase

from ipam_model.config import ALL_QUIRKS
from ipam_model.conformance.addressing import Factory
from ipam_model.conformance.known import Known, KnownLike, known_of
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.report import Checked, ConformanceReport, Failure, KnownSeen, checked
from ipam_model.conformance.subject import Capabilities
from ipam_model.conformance.verdict import Result, Verdict
from ipam_model.errors import InputError
from ipam_model.inspection.counted import counted
from ipam_model.testing.conformance.area import Area, Drawing
from ipam_model.testing.conformance.arenas import arena_for, require_areas
from ipam_model.testing.conformance.bench import FAILING, Arena, Bench, compared, narrowed
from ipam_model.testing.conformance.failing import Telling, failure_of
from ipam_model.testing.conformance.hunting import Found, Hunt, confirmed
from ipam_model.testing.conformance.making import Maker
from ipam_model.testing.conformance.minimising import without_needless_events
from ipam_model.testing.conformance.replaying import Invocation
from ipam_model.testing.failures import FOLDER

P = TypeVar("P")

EXAMPLES: Final = 25
"""Plans for each area."""
STEPS: Final = 12
"""Things that happen in a plan, of which some are several events."""
MANY: Final = 1_000_000
"""Failures that never end a search."""
FEW: Final = 2
"""Plans of each area that are tried first to see whether a subject supports any."""
MOST_ROUNDS: Final = 20
"""So often at most an area is searched on behind a known divergence."""

PlanLike: TypeAlias = Any
"""A plan, a scenario, or the file of one."""


class ConformanceFailure(AssertionError):  # noqa: N818 - the word of those who read it
    """The subject does not conform; the message says all there is to say."""

    def __init__(self, message: str, report: ConformanceReport) -> None:
        super().__init__(message)
        self.report = report
        """What else was found."""


class UndecidedWarning(UserWarning):
    """Some plans are undecided: they say nothing, neither for the subject nor against it."""


def check_conformance(
    factory: Factory,
    *,
    examples: int = EXAMPLES,
    steps: int = STEPS,
    seed: int | None = 0,
    known: Iterable[KnownLike] = (),
    plans: Iterable[PlanLike] = (),
    areas: Sequence[str] | None = None,
    precision: Precision | None = None,
    quirks: bool = False,
    failures: int = 1,
    only_report: bool = False,
    require_known: bool = True,
    require_steps: bool = True,
    database: ExampleDatabase | None = None,
    folder: Path = FOLDER,
) -> ConformanceReport:
    """Check a subject against the model.

    Args:
        factory: makes a subject; or where it is: `pkg.mod:Factory`, `exec:CMD`.
        examples: so many random plans for each area; 0 for the pinned ones alone.
        steps: about so many things happen in a plan.
        seed: the same seed, the same plans; drawn, and reported, if `None`.
        known: divergences that are known, by rule or quirk.
        plans: pinned ones, which run first: plans, scenarios, or files of them.
        areas: names of those that are searched; all that suit the subject by default.
        precision: compare no more than this.
        quirks: take the daemon's suspected bugs for right, instead of as they are meant.
        failures: so many unknown divergences end the search.
        only_report: return the report whatever was found.
        require_known: a known divergence that does not occur is a failure.
        require_steps: that nothing was compared, or no plan was supported to its end, is a failure.
        database: where Hypothesis keeps what failed; nothing is kept by default.
        folder: where plans that fail are kept.

    Raises:
        ConformanceFailure: an unknown divergence; a known one that no longer occurs; nothing was
            compared; or every plan that was compared is undecided. If only some are, that
            is an `UndecidedWarning`.
        InputError: an argument makes no sense, or no subject can be made.
        SubjectError: a program does not start, or fails before it says what it can do.
    """
    __tracebackhide__ = True
    plans = tuple(plans)
    require_areas(areas or ())
    if examples < (0 if plans else 1):
        raise InputError(f"examples {examples}: without plans that are given, at least 1 is needed")
    check = Check.of(
        factory,
        seed=seed,
        known=known,
        precision=precision,
        quirks=quirks,
        most=failures,
        folder=folder,
        database=database,
    )
    begun = time.perf_counter()
    try:
        searched = check.suitable(areas) if examples else []
        check.pinned(plans)
        for area in searched:
            check.search(area, examples=examples, steps=steps)
    finally:
        check.bench.close()
    report = check.report(require_known=require_known, seconds=time.perf_counter() - begun)
    if not only_report:
        require(report)
        if require_steps:
            require_support(report, check.bench.unsupported)
        require_decisions(report, check.bench.undecided)
    return report


def check_supports(
    factory: Factory,
    *,
    examples: int = EXAMPLES,
    steps: int = STEPS,
    seed: int | None = 0,
    precision: Precision | None = None,
    quirks: bool = False,
) -> None:
    """Does the subject support any plan at all to its end? Searches no longer than until it does.

    For those who check area by area, where to support no plan of an area may be right.

    Raises:
        ConformanceFailure: it does not.
        InputError: an argument makes no sense.
    """
    __tracebackhide__ = True
    check = Check.of(
        factory,
        seed=seed,
        known=(),
        precision=precision,
        quirks=quirks,
        most=MANY,
        folder=FOLDER,
    )
    begun = time.perf_counter()
    try:
        for number in sorted({min(examples, FEW), examples}):
            for area in check.suitable(None):
                check.sample(area, examples=number, steps=steps)
                if compared(check.bench.ended, check.bench.steps):
                    return
    finally:
        check.bench.close()
    report = check.report(require_known=False, seconds=time.perf_counter() - begun)
    require_support(report, check.bench.unsupported)


def check_occurs(
    known_id: str,
    factory: Factory,
    *,
    known: Iterable[KnownLike],
    examples: int = EXAMPLES,
    steps: int = STEPS,
    seed: int | None = 0,
    precision: Precision | None = None,
    quirks: bool = False,
    folder: Path = FOLDER,
) -> ConformanceReport:
    """Does a divergence that `known` lists still occur? Searches until it does, and not too little.

    What else is found on the way is not told: `check_conformance` does that.

    Raises:
        ConformanceFailure: it does not.
        InputError: an argument makes no sense.
    """
    __tracebackhide__ = True
    check = Check.of(
        factory,
        seed=seed,
        known=known,
        precision=precision,
        quirks=quirks,
        most=MANY,
        folder=folder,
    )
    begun = time.perf_counter()
    try:
        for area in check.suitable(None):
            if known_id not in check.seen:
                check.search(area, examples=max(examples, EXAMPLES), steps=steps, until=known_id)
    finally:
        check.bench.close()
    whole = check.report(require_known=False, seconds=time.perf_counter() - begun)
    report = evolve(
        whole,
        failures=(),
        known=tuple(each for each in whole.known if each.id == known_id),
        gone=() if known_id in check.seen else (known_id,),
    )
    require(report)
    return report


def require(report: ConformanceReport) -> None:
    """Raise `ConformanceFailure` for what diverges, and what is known and does not."""
    __tracebackhide__ = True
    if report.failures:
        more = len(report.failures) - 1
        text = report.failures[0].text + (f"\n\n... and {more} more" if more else "")
        raise ConformanceFailure(text, report)
    if report.gone:
        raise ConformanceFailure(
            f"known divergence {', '.join(report.gone)} no longer occurs: strike it off the list, "
            f"or search more (seed {report.checked.seed})",
            report,
        )


def require_support(report: ConformanceReport, why: str) -> None:
    """Raise `ConformanceFailure` if the subject supports no plan; `why` is what it says of one."""
    __tracebackhide__ = True
    if compared(report.plans, report.steps) or report.known:
        return
    reason = f" ({why})" if why else ""
    raise ConformanceFailure(
        f"nothing was compared: {counted(report.tried, 'plan')}, none of which the subject supports"
        f"{reason}"
        if report.tried
        else f"nothing was compared: no area suits a subject that lacks {_listed(report)}",
        report,
    )


def _listed(report: ConformanceReport) -> str:
    return ", ".join(report.checked.lacks) or "nothing"


def require_decisions(report: ConformanceReport, why: str) -> None:
    """Raise `ConformanceFailure` if every plan is undecided, and warn if some are."""
    __tracebackhide__ = True
    undecided = report.plans[Result.UNDECIDED.value]
    if not undecided:
        return
    left = f"{undecided} of {counted(report.tried, 'plan')} undecided"
    if not report.plans[Result.CONFORMS.value] and not report.known:
        raise ConformanceFailure(f"nothing was decided: {left} ({why})", report)
    warnings.warn(f"{report.checked.subject}: {left} ({why})", UndecidedWarning, stacklevel=3)


@define(kw_only=True)
class Check(Generic[P]):
    """A check under way."""

    arena: Arena[P]
    capabilities: Capabilities
    checked: Checked
    how: Invocation
    bench: Bench[P]
    known: tuple[Known, ...] = ()
    most: int = 1
    folder: Path = FOLDER
    database: ExampleDatabase | None = None
    failed: list[Failure] = field(factory=list)
    seen: dict[str, KnownSeen] = field(factory=dict)
    tried: Counter[str] = field(factory=Counter)
    _muted: list[Verdict] = field(factory=list)
    """Unknown divergences that were found already."""

    @staticmethod
    def of(
        factory: Factory,
        *,
        seed: int | None,
        known: Iterable[KnownLike],
        precision: Precision | None,
        quirks: bool,
        most: int,
        folder: Path,
        database: ExampleDatabase | None = None,
    ) -> "Check[Any]":
        """Of a subject, before its first plan; the arguments are those of `check_conformance`."""
        make = Maker.of(factory)
        capabilities = narrowed(make.capabilities(), precision)
        arena = arena_for(capabilities.kind)
        return Check(
            arena=arena,
            capabilities=capabilities,
            checked=checked(
                capabilities,
                precision=capabilities.precision.value,
                address=make.address,
                seed=random.SystemRandom().randrange(2**32) if seed is None else seed,
            ),
            how=Invocation(
                address=make.address, timeout=make.timeout, precision=precision, quirks=quirks
            ),
            bench=Bench(
                factory=make,
                arena=arena,
                precision=precision,
                quirks=ALL_QUIRKS if quirks else frozenset(),
            ),
            known=known_of(known),
            most=most,
            folder=folder,
            database=database,
        )

    @property
    def over(self) -> bool:
        """Enough was found."""
        return len(self.failed) >= self.most

    def suitable(self, names: Sequence[str] | None) -> list[Area[P]]:
        """The areas named that suit the subject; `InputError` for a name of none."""
        areas = {each.name: each for each in self.arena.areas}
        unknown = [each for each in names or () if each not in areas]
        if unknown:
            raise InputError(
                f"no area of a {self.arena.kind.value} is called {', '.join(unknown)}; "
                f"there are {', '.join(areas)}"
            )
        return [
            each
            for each in areas.values()
            if (names is None or each.name in names) and not each.lacking(self.capabilities)
        ]

    def pinned(self, plans: Iterable[PlanLike]) -> None:
        """Run the plans that are given."""
        for each in plans:
            plan = self.arena.read(each)
            self.tried["pinned"] += 1
            verdict = self.bench.judge(plan, counted=True)
            if verdict is None:
                raise InputError(
                    f"plan {each}: an event makes no sense once the subject has chosen"
                )
            if verdict.result in FAILING and not self._met(verdict):
                self._judged(confirmed(self.bench, plan, verdict), "pinned")

    def search(self, area: Area[P], *, examples: int, steps: int, until: str | None = None) -> None:
        """Search an area until enough is found, `until` is seen, or so many plans were tried."""
        left = examples
        for number in range(MOST_ROUNDS):
            if left <= 0 or self.over or until in self.seen:
                return
            drawing = Drawing(capabilities=self.capabilities, steps=steps, quirks=self.bench.quirks)
            hunt = Hunt(bench=self.bench, muted=self._met)
            found = hunt.search(
                area.plans(drawing),
                examples=left,
                seed=self.checked.seed,
                name=f"{area.name}-{number}" if number else area.name,
                database=self.database,
            )
            self.tried[area.name] += hunt.tried
            if found is None:
                return
            left -= hunt.tried
            smallest = without_needless_events(self.bench, found)
            if found.again:
                smallest = confirmed(self.bench, smallest.plan, smallest.verdict)
            self._judged(smallest, area.name)

    def sample(self, area: Area[P], *, examples: int, steps: int) -> None:
        """Try so many plans of an area, whatever comes of them."""
        drawing = Drawing(capabilities=self.capabilities, steps=steps, quirks=self.bench.quirks)
        hunt = Hunt(bench=self.bench, muted=lambda _: True)
        hunt.search(area.plans(drawing), examples=examples, seed=self.checked.seed, name=area.name)
        self.tried[area.name] += hunt.tried

    def _judged(self, found: Found[P], area: str) -> None:
        verdict = found.verdict
        telling = Telling(
            checked=self.checked,
            area=area,
            fired=self.bench.fired,
            how=self.how,
            folder=self.folder,
        )
        for each in self.known:
            if found.again and each.explains(verdict) and each.id not in self.seen:
                kept = failure_of(self.bench, found, telling)
                self.seen[each.id] = KnownSeen(
                    id=each.id, reason=each.reason, times=1, plan=kept.plan
                )
                if each.quirk is not None and verdict.quirk == each.id:
                    # From now on the model does it, too, and what comes after is compared.
                    self.bench.quirks |= {each.quirk}
                return
        failure = failure_of(self.bench, found, telling)
        self.failed.append(failure)
        self._muted.append(verdict)

    def _met(self, verdict: Verdict) -> bool:
        """Whether a divergence is one that was found before."""
        for each in self.known:
            if each.id in self.seen and each.explains(verdict):
                seen = self.seen[each.id]
                self.seen[each.id] = evolve(seen, times=seen.times + 1)
                return True
        return any(_alike(verdict, each) for each in self._muted)

    def report(self, *, require_known: bool, seconds: float) -> ConformanceReport:
        """What was found."""
        return ConformanceReport(
            checked=self.checked,
            plans={each.value: self.bench.ended[each.value] for each in Result},
            steps=self.bench.steps,
            fired=dict(self.bench.fired),
            exposed=dict(self.bench.exposed),
            watched=self.bench.watched,
            areas=dict(self.tried),
            failures=tuple(self.failed),
            known=tuple(self.seen.values()),
            gone=tuple(each.id for each in self.known if each.id not in self.seen)
            if require_known
            else (),
            seconds=seconds,
        )


def _alike(one: Verdict, other: Verdict) -> bool:
    """Whether two divergences are taken for one: in the same aspect, rules and kind of event."""
    kinds = [each.steps[-1].event.partition(" ")[0] if each.steps else "" for each in (one, other)]
    same = (one.result, one.aspect, one.quirk) == (other.result, other.aspect, other.quirk)
    return same and kinds[0] == kinds[1] and one.rules >= other.rules
