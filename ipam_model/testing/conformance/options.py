"""What `check_conformance` can be told, as one record, and what it means where nothing is said."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

from attrs import frozen
from hypothesis.database import ExampleDatabase

from ipam_model.config import ALL_QUIRKS, Quirk
from ipam_model.conformance.directed import DIRECTED
from ipam_model.conformance.known import KnownLike
from ipam_model.conformance.observation import Precision
from ipam_model.errors import InputError
from ipam_model.testing.failures import FOLDER

EXAMPLES: Final = 25
"""Plans for each area."""
STEPS: Final = 12
"""Things that happen in a plan, of which some are several events."""

PlanLike: TypeAlias = Any
"""A plan, a scenario, or the file of one."""
QuirksLike: TypeAlias = bool | Iterable[str]
"""Whether all of the daemon's suspected bugs are meant, or the ids of those that are."""


@frozen(kw_only=True)
class Options:
    """The arguments of `check_conformance`, which says what they mean."""

    examples: int = EXAMPLES
    steps: int = STEPS
    seed: int | None = 0
    known: tuple[KnownLike, ...] = ()
    plans: tuple[PlanLike, ...] = ()
    areas: Sequence[str] | None = None
    directed: bool = True
    precision: Precision | None = None
    quirks: frozenset[Quirk] = frozenset()
    failures: int = 1
    only_report: bool = False
    require_known: bool = True
    require_steps: bool = True
    database: ExampleDatabase | None = None
    folder: Path = FOLDER
    on_run: Callable[[], object] = int

    @property
    def plays_directed(self) -> bool:
        """Whether directed plans are played: beside random ones, unless they are left out."""
        named = self.areas is None or DIRECTED in self.areas
        return self.examples > 0 and self.directed and named


def quirks_of(given: QuirksLike) -> frozenset[Quirk]:
    """The suspected bugs that are meant; `InputError` for an id that is none."""
    if isinstance(given, bool):
        return ALL_QUIRKS if given else frozenset()
    ids = [given] if isinstance(given, str) else list(given)
    known = {quirk.value: quirk for quirk in Quirk}
    unknown = [each for each in ids if each not in known]
    if unknown:
        raise InputError(f"{unknown[0]!r} is no quirk; there are {', '.join(known)}")
    return frozenset(known[each] for each in ids)
