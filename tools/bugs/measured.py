"""What the hunts came to, kept in a file: seconds differ from machine to machine, the rest not."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import cattrs

from tools.bugs.bug import Bug, Known, WrongModel
from tools.bugs.hunt import Catch

FILE: Final = Path(__file__).with_name("measured.json")


def key(prey: WrongModel | Known) -> str:
    """Under which a hunt is kept."""
    return f"wrong {prey.id}" if isinstance(prey, WrongModel) else f"finding {prey.finding}"


def preys(bugs: Iterable[Bug]) -> dict[str, WrongModel | Known]:
    """Everything that is hunted for, each once, by its key."""
    return {key(prey): prey for bug in bugs for prey in bug.hunted}


def read(path: Path = FILE) -> dict[str, Catch]:
    """The hunts kept; none if there is no file yet."""
    if not path.is_file():
        return {}
    kept = json.loads(path.read_text("utf-8"))
    return {name: cattrs.structure(each, Catch) for name, each in kept.items()}


def write(caught: Mapping[str, Catch]) -> str:
    """The text of the file: one line for each hunt, in order."""
    lines = [
        f"  {json.dumps(name)}: {json.dumps(cattrs.unstructure(caught[name]))}"
        for name in sorted(caught)
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"
