"""How much of the specification the runs of a process exercised."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from attrs import define, field

from ipam_model.catalogue import catalogue
from ipam_model.firing import Fired
from ipam_model.properties.judging import Judge
from ipam_model.properties.registry import all_properties
from ipam_model.properties.witnesses import WITNESSES

Counts: TypeAlias = dict[str, dict[str, int]]
"""By kind (`properties`, `witnesses`, `rules`), how often each id was met."""

PROPERTIES: Final = "properties"
REACHED: Final = "witnesses"
RULES: Final = "rules"


@define
class Coverage:
    """What was met, by kind and id."""

    counts: dict[str, Counter[str]] = field(factory=dict)

    def add(self, kind: str, met: Mapping[str, int]) -> None:
        """More was met."""
        self.counts.setdefault(kind, Counter()).update(met)

    def judged(self, judge: Judge) -> None:
        """A run is over."""
        self.add(PROPERTIES, judge.exercised)
        self.add(REACHED, judge.witnessed)

    def fired(self, fired: Fired, *, stories: int) -> None:
        """So many stories were told while somebody watched which rules they execute.

        That slows them down threefold before Python 3.12, so that it is done for a sample.
        """
        self.add(RULES, dict.fromkeys(fired.rules, stories))
        self.add(SAMPLE, {"stories": stories})

    def merge(self, others: Counts) -> None:
        """What another process met."""
        for kind, met in others.items():
            self.add(kind, met)

    def as_json(self) -> Counts:
        """The counts, sorted by id."""
        return {kind: dict(sorted(met.items())) for kind, met in sorted(self.counts.items())}


COVERAGE: Final = Coverage()
"""That of this process."""

SAMPLE: Final = "sample"
"""The kind of the number of stories whose rules were counted."""


def _with_code() -> list[str]:
    return [entry.id for entry in catalogue().values() if entry.where]


UNIVERSES: Final[dict[str, Callable[[], Iterable[str]]]] = {
    PROPERTIES: all_properties,
    REACHED: lambda: WITNESSES,
    RULES: _with_code,
}
"""By kind, all the ids there are; whoever counts another kind of thing adds it here."""


def summary(coverage: Coverage) -> list[str]:
    """A line for each kind: how many of how many were met, and which were not."""
    lines = []
    for kind, universe in UNIVERSES.items():
        known = sorted(universe())
        met = coverage.counts.get(kind, Counter())
        if kind == RULES and not met:
            lines.append(f"rules: not watched in this run, {len(known)} have code")
            continue
        missed = [each for each in known if not met[each]]
        told = coverage.counts.get(SAMPLE, Counter())["stories"]
        of = f" by a sample of {told} stories" if kind == RULES else ""
        verb = "reached" if kind == REACHED else "exercised"
        lines.append(f"{kind}: {len(known) - len(missed)} of {len(known)} {verb}{of}")
        if missed:
            lines.append(f"  not {verb}: {', '.join(missed)}")
    return lines
