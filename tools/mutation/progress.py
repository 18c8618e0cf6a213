"""How the mutants ended so far, kept so that a long hunt can be taken up again.

Each end is kept with the text of the function that was changed. Once that text is another, what
became of its mutants is no longer known.
"""

import json
from functools import cache
from pathlib import Path
from typing import Final

from attrs import define, field

from tools.mutants.mutant import ROOT
from tools.mutation.ends import End, Equivalent, Kill, NotHunted, Survivor
from tools.mutation.mutant import digest, mutants

FILE: Final = ROOT / ".mutation" / "ends.json"


@define
class Progress:
    """Ends by the names of the mutants, and how long it took to find them."""

    ends: dict[str, End] = field(factory=dict)
    seconds: float = 0.0

    def save(self, path: Path = FILE) -> None:
        """Keep it for the next run."""
        path.parent.mkdir(exist_ok=True)
        digests = _digests()
        ends = {
            name: [digests[name], *_as_json(end)]
            for name, end in self.ends.items()
            if name in digests
        }
        path.write_text(json.dumps({"seconds": self.seconds, "ends": ends}), "utf-8")


def load(path: Path = FILE) -> Progress:
    """What the last run kept of functions as they are now; nothing if there was none."""
    if not path.is_file():
        return Progress()
    kept = json.loads(path.read_text("utf-8"))
    digests = _digests()
    ends = {
        name: _from_json(values)
        for name, (digest, *values) in kept["ends"].items()
        if digests.get(name) == digest
    }
    return Progress(ends, kept["seconds"])


@cache
def _digests() -> dict[str, str]:
    """Of the function that a mutant changes, by the mutant's name."""
    return {mutant.name: digest(mutant.target) for mutant in mutants()}


def _as_json(end: End) -> list[str]:
    match end:
        case Kill(test, kind, how):
            return ["killed", test, kind, how]
        case Survivor(differs_at):
            return ["survives", differs_at]
        case Equivalent():
            return ["equivalent"]
        case NotHunted():
            return ["not hunted"]


def _from_json(values: list[str]) -> End:
    match values:
        case ["killed", test, kind, how]:
            return Kill(test, kind, how)
        case ["survives", differs_at]:
            return Survivor(differs_at)
        case ["equivalent"]:
            return Equivalent()
        case _:
            return NotHunted()
