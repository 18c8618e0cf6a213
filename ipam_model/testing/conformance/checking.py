"""The check: pinned plans first, then plans at random, corner by corner."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from attrs import define, evolve, field
from hypothesis.database import ExampleDatabase

from ipam_model.config import Quirk
from ipam_model.conformance.addressing import Factory
from ipam_model.conformance.directed import DIRECTED, DirectedPlan, directed_plans
from ipam_model.conformance.known import Known, KnownLike, known_of
from ipam_model.conformance.needs import unsuited
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.report import Checked, ConformanceReport, Failure, KnownSeen, checked
from ipam_model.conformance.subject import Capabilities
from ipam_model.conformance.verdict import Result, Verdict
from ipam_model.errors import InputError
from ipam_model.testing.conformance.area import Area, Drawing
from ipam_model.testing.conformance.arenas import arena_for, require_areas
from ipam_model.testing.conformance.bench import FAILING, Arena, Bench, compared, narrowed
from ipam_model.testing.conformance.failing import Telling, failure_of
from ipam_model.testing.conformance.hunting import Found, Hunt, confirmed
from ipam_model.testing.conformance.making import Maker
from ipam_model.testing.conformance.minimising import smallest
from ipam_model.testing.conformance.options import (
    EXAMPLES,
    STEPS,
    Options,
    PlanLike,
    QuirksLike,
    quirks_of,
)
from ipam_model.testing.conformance.replaying import Invocation
from ipam_model.testing.conformance.requiring import (
    require,
    require_decisions,
    require_support,
)
from ipam_model.testing.failures import FOLDER

P = TypeVar("P")

MANY: Final = 1_000_000
"""Failures that never end a search."""
FEW: Final = 2
"""Plans of each area that are tried first to see whether a subject supports any."""
MOST_ROUNDS: Final = 20
"""So often at most an area is searched on behind a known divergence."""


def check_conformance(
    factory: Factory,
    *,
    examples: int = EXAMPLES,
    steps: int = STEPS,
    seed: int | None = 0,
    known: Iterable[KnownLike] = (),
    plans: Iterable[PlanLike] = (),
    areas: Sequence[str] | None = None,
    directed: bool = True,
    precision: Precision | None = None,
    quirks: QuirksLike = False,
    failures: int = 1,
    only_report: bool = False,
    require_known: bool = True,
    require_steps: bool = True,
    database: ExampleDatabase | None = None,
    folder: Path = FOLDER,
    on_run: Callable[[], object] = int,
) -> ConformanceReport:
    """Check a subject against the model.

    Args:
        factory: makes a subject; or where it is: `pkg.mod:Factory`, `exec:CMD`.
        examples: so many random plans for each area; 0 for the pinned ones alone.
        steps: about so many things happen in a plan.
        seed: the same seed, the same plans; drawn, and reported, if `None`.
        known: divergences that are known, by rule or quirk.
        plans: pinned ones, which run first: plans, scenarios, or files of them.
        areas: names of those that are searched; all that suit the subject by default. Directed
            plans are the area `directed`.
        directed: play the directed plans before those at random, unless `areas` leaves them out.
        precision: compare no more than this.
        quirks: the daemon's suspected bugs that are taken for right: all of them, or these.
        failures: so many unknown divergences end the search.
        only_report: return the report whatever was found.
        require_known: a known divergence that does not occur is a failure.
        require_steps: that nothing was compared, or no plan was supported to its end, is a failure.
        database: where Hypothesis keeps what failed; nothing is kept by default.
        folder: where plans that fail are kept.
        on_run: called before each run of a plan, for whoever shows progress.

    Raises:
        ConformanceFailure: an unknown divergence; a known one that no longer occurs; nothing was
            compared; or every plan that was compared is undecided. If only some are, that
            is an `UndecidedWarning`.
        InputError: an argument makes no sense, or no subject can be made.
        SubjectError: a program does not start, or fails before it says what it can do.
    """
    __tracebackhide__ = True
    return check(
        factory,
        Options(
            examples=examples,
            steps=steps,
            seed=seed,
            known=tuple(known),
            plans=tuple(plans),
            areas=areas,
            directed=directed,
            precision=precision,
            quirks=quirks_of(quirks),
            failures=failures,
            only_report=only_report,
            require_known=require_known,
            require_steps=require_steps,
            database=database,
            folder=folder,
            on_run=on_run,
        ),
    )


def check(factory: Factory, options: Options) -> ConformanceReport:
    """`check_conformance` with its arguments in a record."""
    __tracebackhide__ = True
    require_areas(options.areas or ())
    least = 0 if options.plans else 1
    if options.examples < least:
        raise InputError(
            f"examples {options.examples}: without plans that are given, at least 1 is needed"
        )
    under_way = Check.of(factory, options)
    begun = time.perf_counter()
    try:
        searched = under_way.suitable(options.areas) if options.examples else []
        under_way.pinned(options.plans)
        if options.plays_directed:
            under_way.directed()
        for area in searched:
            under_way.search(area)
    finally:
        under_way.bench.close()
    report = under_way.report(seconds=time.perf_counter() - begun)
    if not options.only_report:
        require(report)
        if options.require_steps:
            require_support(report, under_way.bench.unsupported)
        require_decisions(report, under_way.bench.undecided)
    return report


def check_supports(factory: Factory, options: Options) -> None:
    """Does the subject support any plan at all to its end? Searches no longer than until it does.

    For those who check area by area, where to support no plan of an area may be right.

    Raises:
        ConformanceFailure: it does not.
        InputError: an argument makes no sense.
    """
    __tracebackhide__ = True
    under_way = Check.of(factory, evolve(options, known=(), failures=MANY, folder=FOLDER))
    examples = options.examples
    bench = under_way.bench
    begun = time.perf_counter()
    try:
        for number in sorted({min(examples, FEW), examples}):
            for area in under_way.suitable(None):
                under_way.sample(area, number)
                if compared(bench.ended, bench.steps):
                    return
    finally:
        bench.close()
    require_support(under_way.report(seconds=time.perf_counter() - begun), bench.unsupported)


def check_occurs(known_id: str, factory: Factory, options: Options) -> ConformanceReport:
    """Does a divergence that is listed as known still occur? Searches until it does, and enough.

    What else is found on the way is not told: `check_conformance` does that.

    Raises:
        ConformanceFailure: it does not.
        InputError: an argument makes no sense.
    """
    __tracebackhide__ = True
    examples = max(options.examples, EXAMPLES)
    under_way = Check.of(factory, evolve(options, examples=examples, failures=MANY))
    begun = time.perf_counter()
    try:
        under_way.directed(until=known_id)
        for area in under_way.suitable(None):
            if known_id not in under_way.seen:
                under_way.search(area, until=known_id)
    finally:
        under_way.bench.close()
    whole = under_way.report(seconds=time.perf_counter() - begun)
    report = evolve(
        whole,
        failures=(),
        known=tuple(each for each in whole.known if each.id == known_id),
        gone=() if known_id in under_way.seen else (known_id,),
        unplayed=under_way.unplayed_for(known_id),
    )
    require(report)
    return report


@define(kw_only=True)
class Check(Generic[P]):
    """A check under way."""

    arena: Arena[P]
    capabilities: Capabilities
    checked: Checked
    how: Invocation
    bench: Bench[P]
    known: tuple[Known, ...]
    options: Options
    failed: list[Failure] = field(factory=list)
    seen: dict[str, KnownSeen] = field(factory=dict)
    tried: Counter[str] = field(factory=Counter)
    dropped: Counter[str] = field(factory=Counter)
    left_out: int = 0
    _unplayed: list[tuple[DirectedPlan, str]] = field(factory=list)
    """Directed plans that were not played to their end, and why."""
    _muted: list[Verdict] = field(factory=list)
    """Unknown divergences that were found already."""

    @staticmethod
    def of(factory: Factory, options: Options) -> "Check[Any]":
        """Of a subject, before its first plan."""
        known = known_of(options.known)
        make = Maker.of(factory)
        precision, seed = options.precision, options.seed
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
            how=Invocation(made_by=make, precision=precision),
            bench=Bench(
                factory=make,
                arena=arena,
                precision=precision,
                quirks=options.quirks,
                on_run=options.on_run,
            ),
            known=known,
            options=options,
        )

    @property
    def over(self) -> bool:
        """Enough was found."""
        return len(self.failed) >= self.options.failures

    def suitable(self, names: Sequence[str] | None) -> list[Area[P]]:
        """The areas named that suit the subject; `InputError` for a name of none.

        `directed` is a name, too, but of no area that is drawn.
        """
        areas = {each.name: each for each in self.arena.areas}
        unknown = [each for each in names or () if each not in (*areas, DIRECTED)]
        if unknown:
            raise InputError(
                f"no area of a {self.arena.kind.value} is called {', '.join(unknown)}; "
                f"there are {', '.join((DIRECTED, *areas))}"
            )
        return [
            each
            for each in areas.values()
            if (names is None or each.name in names) and not each.lacking(self.capabilities)
        ]

    def pinned(self, plans: Iterable[PlanLike]) -> None:
        """Run the plans that are given.

        One in which a known suspected bug shows is run again with a model that has the bug, too:
        what comes after it is compared as well.
        """
        for each in plans:
            plan = self.arena.read(each)
            taken_for_right: frozenset[Quirk] | None = None
            while taken_for_right != self.bench.quirks:
                taken_for_right = self.bench.quirks
                self.tried["pinned"] += 1
                verdict = self.bench.judge(plan, counted=True)
                if verdict is None:
                    raise InputError(
                        f"plan {each}: an event makes no sense once the subject has chosen: "
                        f"{self.bench.senseless}"
                    )
                if verdict.result in FAILING and not self._met(verdict):
                    self._judged(confirmed(self.bench, plan, verdict), "pinned")

    def directed(self, until: str | None = None) -> None:
        """Play the directed plans that suit the subject until enough is found, or `until` is seen.

        One that names an ENI or address which only another choice brings in is dropped.
        """
        for each in directed_plans(self.arena.kind):
            if self.over or until in self.seen:
                return
            why_not = unsuited(each.plan, self.capabilities)
            if why_not:
                self.left_out += 1
                self._unplayed.append((each, why_not))
                continue
            plan = self.arena.read(each.plan)
            self.tried[DIRECTED] += 1
            verdict = self.bench.judge(plan, counted=True)
            if verdict is None:
                self.dropped[DIRECTED] += 1
                self._unplayed.append((each, self.bench.senseless))
            elif verdict.result in (Result.UNSUPPORTED, Result.UNDECIDED):
                self._unplayed.append((each, verdict.reason))
            elif verdict.result in FAILING and not self._met(verdict):
                self._found(confirmed(self.bench, plan, verdict), DIRECTED)

    def search(self, area: Area[P], *, until: str | None = None) -> None:
        """Search an area until enough is found, `until` is seen, or `examples` plans were tried."""
        left = self.options.examples
        for number in range(MOST_ROUNDS):
            if left <= 0 or self.over or until in self.seen:
                return
            hunt = Hunt(bench=self.bench, muted=self._met)
            found = hunt.search(
                area.plans(self._drawing()),
                examples=left,
                seed=self.checked.seed,
                name=f"{area.name}-{number}" if number else area.name,
                database=self.options.database,
            )
            self._count(area, hunt)
            if found is None:
                return
            left -= hunt.tried
            self._found(found, area.name)

    def sample(self, area: Area[P], examples: int) -> None:
        """Try so many plans of an area, whatever comes of them."""
        hunt = Hunt(bench=self.bench, muted=lambda _: True)
        plans = area.plans(self._drawing())
        hunt.search(plans, examples=examples, seed=self.checked.seed, name=area.name)
        self._count(area, hunt)

    def _count(self, area: Area[P], hunt: Hunt[P]) -> None:
        self.tried[area.name] += hunt.tried
        if hunt.dropped:
            self.dropped[area.name] += hunt.dropped

    def _drawing(self) -> Drawing:
        return Drawing(
            capabilities=self.capabilities, steps=self.options.steps, quirks=self.bench.quirks
        )

    def _found(self, found: Found[P], area: str) -> None:
        """Make what was found smaller, and judge it."""
        self._judged(smallest(self.bench, found), area)

    def _judged(self, found: Found[P], area: str) -> None:
        verdict = found.verdict
        telling = Telling(
            checked=self.checked,
            area=area,
            fired=self.bench.fired,
            how=evolve(self.how, quirks=self.bench.quirks),
            folder=self.options.folder,
        )
        for each in self.known:
            if found.again and each.explains(verdict) and each.id not in self.seen:
                kept = failure_of(self.bench, found, telling)
                self.seen[each.id] = KnownSeen(
                    id=each.id, reason=each.reason, times=1, plan=kept.plan, unkept=kept.unkept
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

    def unplayed_for(self, *known_ids: str) -> dict[str, dict[str, str]]:
        """The directed plans of what is known that were not played to their end, and why."""
        found = {
            known_id: {
                plan.name: why for plan, why in self._unplayed if Known(known_id).rule in plan.rules
            }
            for known_id in known_ids
        }
        return {known_id: plans for known_id, plans in found.items() if plans}

    def report(self, *, seconds: float) -> ConformanceReport:
        """What was found."""
        gone = tuple(each.id for each in self.known if each.id not in self.seen)
        if self.over or not self.options.require_known:  # Who stops early cannot know.
            gone = ()
        return ConformanceReport(
            checked=self.checked,
            plans={each.value: self.bench.ended[each.value] for each in Result},
            steps=self.bench.steps,
            fired=dict(self.bench.fired),
            exposed=dict(self.bench.exposed),
            watched=self.bench.watched,
            areas=dict(self.tried),
            dropped=dict(self.dropped),
            left_out=self.left_out,
            failures=tuple(self.failed),
            known=tuple(self.seen.values()),
            listed=len(self.known),
            gone=gone,
            unplayed=self.unplayed_for(*gone),
            seconds=seconds,
        )


def _alike(one: Verdict, other: Verdict) -> bool:
    """Whether two divergences are taken for one: in the same aspect, rules and kind of event."""
    kinds = [each.steps[-1].event.partition(" ")[0] if each.steps else "" for each in (one, other)]
    same = (one.result, one.aspect, one.quirk) == (other.result, other.aspect, other.quirk)
    return same and kinds[0] == kinds[1] and one.rules >= other.rules
