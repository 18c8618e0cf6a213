"""What an exploration came to: verdicts, counts, and counter-examples as scenarios."""

from collections.abc import Iterator, Mapping

from attrs import frozen

from ipam_model.explore.retelling import scenario_of
from ipam_model.explore.search import Exploration
from ipam_model.explore.settling import Settling, settling
from ipam_model.properties.registry import QUIET, RUN, all_properties
from ipam_model.properties.witnesses import WITNESSES
from ipam_model.scenario.document import Scenario


@frozen(kw_only=True)
class CounterExample:
    """Something that does not hold, and the shortest way to it."""

    of: str
    """The id of a property, or `settles`."""
    what: str
    findings: tuple[str, ...]
    """The known findings that explain it; none = unexplained."""
    moves: int
    scenario: Scenario
    loop_from: int | None = None
    """Of a loop: the event with which it begins."""


@frozen(kw_only=True)
class Report:
    """The result of an exploration."""

    exploration: Exploration
    settling: Settling | None
    """`None` if the search was cut short: then nobody knows."""
    examples: tuple[CounterExample, ...]
    rules: frozenset[str] = frozenset()
    """The rules that fired, if somebody watched them."""

    @property
    def unexplained(self) -> tuple[CounterExample, ...]:
        """What no known finding explains."""
        return tuple(each for each in self.examples if not each.findings)

    @property
    def known(self) -> tuple[CounterExample, ...]:
        """What known findings explain."""
        return tuple(each for each in self.examples if each.findings)

    def counts(self) -> Mapping[str, object]:
        """What must not change unless the model does."""
        result = self.exploration
        settles = self.settling
        return {
            "states": result.states,
            "settled": result.settled,
            "transitions": result.transitions,
            "depth": result.depth,
            "violations": dict(sorted(result.violated.items())),
            "findings": sorted({name for each in self.known for name in each.findings}),
            "settles": None if settles is None else verdict(settles),
            "caught": None if settles is None else settles.caught,
        }


def verdict(settles: Settling) -> str:
    """`always`, `sometimes` (from every state some choices lead to rest) or `not`."""
    if settles.always:
        return "always"
    return "sometimes" if settles.maybe else "not"


def report_on(exploration: Exploration) -> Report:
    """Judge an exploration; counter-examples stand in the order of their lengths."""
    settles = settling(exploration) if exploration.exhausted else None
    found = [*_violations(exploration), *_loops(exploration, settles)]
    return Report(
        exploration=exploration,
        settling=settles,
        examples=tuple(sorted(found, key=lambda each: (each.moves, each.of))),
    )


def _violations(exploration: Exploration) -> Iterator[CounterExample]:
    names = all_properties()
    for found in exploration.found.values():
        violation = found.violation
        title = f"{violation.of} {names[violation.of].name} is violated"
        yield CounterExample(
            of=violation.of,
            what=violation.what,
            findings=tuple(each.id for each in violation.findings),
            moves=len(found.path),
            scenario=scenario_of(exploration.scope, found.path, title=title, source=SOURCE),
        )


def _loops(exploration: Exploration, settles: Settling | None) -> Iterator[CounterExample]:
    if settles is None or settles.lasso is None:
        return
    lasso = settles.lasso
    begin = len(scenario_of(exploration.scope, lasso.stem, title="").events)
    whole = scenario_of(
        exploration.scope,
        (*lasso.stem, *lasso.loop),
        title=f"an undisturbed node never settles; event {begin} begins the loop",
        source=SOURCE,
    )
    yield CounterExample(
        of="settles",
        what=f"undisturbed, the node goes through events {begin} to {len(whole.events) - 1} for "
        "ever",
        findings=tuple(each.id for each in lasso.findings),
        moves=len(lasso.stem) + len(lasso.loop),
        scenario=whole,
        loop_from=begin,
    )


SOURCE = "ipam-model explore"


def not_judged() -> tuple[str, ...]:
    """The properties that an exploration does not check: they look at whole runs."""
    return (*RUN, *QUIET)


def coverage(report: Report) -> tuple[int, int, int, int]:
    """Properties exercised, of how many; witnesses reached, of how many."""
    result = report.exploration
    checked = len(all_properties()) - len(not_judged())
    return len(result.exercised), checked, len(result.witnessed), len(WITNESSES)
