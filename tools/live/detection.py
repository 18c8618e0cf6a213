"""Which observations are accepted, which daemons refused."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from attrs import frozen

from ipam_model.errors import InputError
from ipam_model.partial.follow import Followed, Unseen, follow
from ipam_model.partial.reading import samples_of
from ipam_model.partial.sample import Kind, Stream
from ipam_model.partial.thinning import Thinned, Thinner
from ipam_model.trace.check import max_pods_of
from ipam_model.trace.document import Place, read_trace
from ipam_model.wrong_models import WRONG_MODELS, WrongModel, wrong
from tools.live.workload import SETTINGS, Setting, recording

SEEDS: Final = (1,)
FAMILIES: Final = ("capacity", "growth", "shrink", "assignment")
"""Families of wrong models that concern the pool of a node on which nothing goes wrong."""

UNREADABLE: Final = "unreadable"
"""In place of a rule: what the daemon shows contradicts itself."""


@frozen
class View:
    """A kind of observations, and how often they are made."""

    kind: Kind
    every: int = 0
    """In milliseconds; 0 = after every event."""

    @property
    def name(self) -> str:
        """For a table."""
        if self.kind is Kind.LOG:
            return "log"
        often = f"every {self.every // 1000} s" if self.every else "after every event"
        return f"{self.kind.value}, {often}"


VIEWS: Final = (
    View(Kind.STATISTICS, 5_000),
    View(Kind.STATISTICS, 15_000),
    View(Kind.INTROSPECTION, 5_000),
    View(Kind.LOG),
)


@frozen
class Thin:
    """A recording thinned, and what became of that."""

    lines: Sequence[Thinned]
    followed: Followed
    faults: int

    @property
    def rejected_at(self) -> int | None:
        """The event at which nothing explains it any more."""
        rejected = self.followed.rejected
        if rejected is None or rejected.undecided:
            return None
        return self.lines[rejected.line - 1].seq


def thinned(path: Path, view: View) -> tuple[Thinner, list[Thinned]]:
    """What is left of a recording."""
    thinner = Thinner(read_trace(path), view.kind, view.every)
    return thinner, list(thinner.lines())


def followed(path: Path, view: View) -> Thin:
    """Thin a recording and follow what is left, allowing what the thinning hid."""
    thinner, lines = thinned(path, view)
    return _follow(path, thinner, lines, thinner.faults)


def _follow(path: Path, thinner: Thinner, lines: Sequence[Thinned], faults: int) -> Thin:
    raw = ((Place(str(path), at), line.text.encode()) for at, line in enumerate(lines, 1))
    kind = thinner.kind
    stream = Stream(str(path), kind, samples_of(kind, raw, thinner.config, [0]))
    unseen = Unseen(faults=faults, may_be_cordoned=thinner.cordons > 0)
    found = follow(stream, thinner.config, max_pods_of(thinner.trace), unseen)
    return Thin(lines, found, faults)


# -- broken daemons ------------------------------------------------------------------------------


@frozen(kw_only=True)
class Refused:
    """Where a broken daemon was refused first."""

    setting: str
    seed: int
    rule: str


@frozen(kw_only=True)
class Detection:
    """What was seen of one broken daemon, by view."""

    visible: tuple[str, ...]
    """Views that differ at all from those of the daemon as specified."""
    refused: Mapping[str, Refused]
    broke: bool
    """It fell over in some recording."""


def watched_models() -> dict[str, WrongModel]:
    """The wrong models of these families."""
    return {name: each for name, each in WRONG_MODELS.items() if each.family in FAMILIES}


class Reference:
    """The recordings of the daemon as specified, thinned."""

    def __init__(
        self, folder: Path, settings: Sequence[Setting] = SETTINGS, seeds: Sequence[int] = SEEDS
    ) -> None:
        self._path = folder / "recording.jsonl"
        self.runs = [(setting, seed) for setting in settings for seed in seeds]
        self._lines: dict[tuple[str, int, View], list[str]] = {}
        self._texts: dict[tuple[str, int], str] = {}
        for setting, seed in self.runs:
            text = self._texts[setting.name, seed] = recording(setting, seed)
            self._path.write_text(text, encoding="utf-8")
            for view in VIEWS:
                lines = thinned(self._path, view)[1]
                self._lines[setting.name, seed, view] = [line.text for line in lines]

    def rejected(self) -> list[tuple[str, int, str]]:
        """The views of the daemon as specified that are not accepted; there should be none."""
        return [
            (setting.name, seed, view.name)
            for setting, seed in self.runs
            for view in VIEWS
            if self._is_rejected(setting, seed, view)
        ]

    def _is_rejected(self, setting: Setting, seed: int, view: View) -> bool:
        self._path.write_text(self._texts[setting.name, seed], encoding="utf-8")
        return followed(self._path, view).followed.rejected is not None

    def detect(self, model: WrongModel, views: Sequence[View] = VIEWS) -> Detection:
        """Record the broken daemon until every view of it has been refused."""
        visible: dict[str, None] = {}
        refused: dict[str, Refused] = {}
        broke = False
        for setting, seed in self.runs:
            if len(refused) == len(views):
                break
            try:
                with wrong(model):
                    text = recording(setting, seed)
            except Exception:  # noqa: BLE001 - whatever a broken daemon raises
                broke = True
                continue
            if text == self._texts[setting.name, seed]:
                continue
            self._path.write_text(text, encoding="utf-8")
            for view in views:
                if view.name in refused:
                    continue
                thinner, lines = thinned(self._path, view)
                if [line.text for line in lines] == self._lines[setting.name, seed, view]:
                    continue
                visible[view.name] = None
                try:
                    # What fails does so because the daemon asks for what it cannot have.
                    rejected = _follow(self._path, thinner, lines, 0).followed.rejected
                except InputError:  # What it shows contradicts itself.
                    rule = UNREADABLE
                else:
                    if rejected is None or rejected.undecided:
                        continue
                    rule = rejected.rule
                refused[view.name] = Refused(setting=setting.name, seed=seed, rule=rule)
        return Detection(visible=tuple(visible), refused=refused, broke=broke)
