"""What the tests reach, kept between runs while no file of the package or the tests changes."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.shared import find_shared
from tools.mutants.mutant import ROOT
from tools.mutation.killers import Killer

FILE: Final = ROOT / ".mutation" / "killers.json"
_READ: Final = ("ipam_model", "tests")


def recall(path: Path = FILE) -> list[Killer] | None:
    """The tests as they were measured on these very files; `None` if they were not."""
    if not path.is_file():
        return None
    kept = json.loads(path.read_text("utf-8"))
    if kept["files"] != digest():
        return None
    return [
        Killer(name, kind, seconds, frozenset(reached))
        for name, kind, seconds, reached in kept["killers"]
    ]


def keep(killers: Sequence[Killer], path: Path = FILE) -> None:
    """Remember them."""
    path.parent.mkdir(exist_ok=True)
    rows = [[each.id, each.kind, each.seconds, sorted(each.reached)] for each in killers]
    path.write_text(json.dumps({"files": digest(), "killers": rows}), "utf-8")


def digest() -> str:
    """Of all files that are read, and of whether the recorded traces are there."""
    found = hashlib.sha256(str(find_shared()).encode())
    for folder in _READ:
        for path in sorted((ROOT / folder).rglob("*.py")):
            found.update(f"{path.relative_to(ROOT)}\n".encode())
            found.update(path.read_bytes())
    return found.hexdigest()
