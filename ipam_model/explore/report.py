"""What an exploration came to: verdicts, counts, and counter-examples as scenarios."""

from collections.abc import Iterator, Mapping
from typing import Final

from attrs import frozen

from ipam_model.explore.retelling import scenario_of
from ipam_model.explore.scope import Scope
from ipam_model.explore.search import Exploration
from ipam_model.explore.settling import Settling, settling
from ipam_model.firing import Fired
from ipam_model.properties.registry import ASK, QUIET, RUN, STATE, STEP, all_properties
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
    fired: Fired | None = None
    """What was executed, if somebody watched it."""

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


def report_on(exploration: Exploration, fired: Fired | None = None) -> Report:
    """Judge an exploration; counter-examples stand in the order of their lengths."""
    settles = settling(exploration) if exploration.exhausted else None
    found = [*_violations(exploration), *_loops(exploration, settles)]
    return Report(
        exploration=exploration,
        settling=settles,
        examples=tuple(sorted(found, key=lambda each: (each.moves, each.of))),
        fired=fired,
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


def not_judged(scope: Scope) -> tuple[str, ...]:
    """The properties that an exploration does not check.

    Those of quiet periods, of which the graph shows whether the node settles; and those of whole
    runs, unless histories are told apart.
    """
    return tuple(QUIET) if scope.histories else (*RUN, *QUIET)


def one_way_only(scope: Scope) -> tuple[str, ...]:
    """The properties that look back, and are judged by the way that came first where ways merge.

    Ways merge as far as it matters for the future. An event that nothing interrupts begins and
    ends with that, so it looks back at nothing else.
    """
    if scope.histories:
        return ()
    return (*ASK, *(each.id for each in STEP.values() if not (each.on and each.on <= AT_ONCE)))


AT_ONCE: Final = frozenset({"add_pod", "delete_pod", "advance"})
"""Kinds of events that nothing interrupts but the death of the daemon."""


def judged_on_every_way(scope: Scope) -> tuple[str, ...]:
    """The properties that no way violates if none is reported."""
    left_out = {*one_way_only(scope), *not_judged(scope)}
    return tuple(each for each in (*STATE, *ASK, *STEP, *RUN) if each not in left_out)


def coverage(report: Report) -> tuple[int, int, int, int]:
    """Properties exercised, of how many; witnesses reached, of how many."""
    result = report.exploration
    checked = len(all_properties()) - len(not_judged(result.scope))
    return len(result.exercised), checked, len(result.witnessed), len(WITNESSES)
