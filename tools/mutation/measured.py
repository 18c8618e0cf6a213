"""What tests reach, kept between runs while neither their file nor what they are about changes."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from tests.shared import find_shared
from tools.mutants.mutant import ROOT
from tools.mutation.killers import Killer

FILE: Final = ROOT / ".mutation" / "killers.json"
_READ_BY_ALL: Final = ("ipam_model", "tests")


def recall(tests: Iterable[str], path: Path = FILE) -> list[Killer]:
    """Those of the tests (ids) that were measured on these very files."""
    now = {name: digest(name.partition("::")[0]) for name in tests}  # before anybody edits them
    if not path.is_file():
        return []
    return [
        Killer(name, kind, seconds, {each: frozenset(lines) for each, lines in reached.items()})
        for name, kind, seconds, reached, files in json.loads(path.read_text("utf-8"))
        if files == now.get(name)
    ]


def keep(killers: Sequence[Killer], path: Path = FILE) -> None:
    """Remember them, and forget all others."""
    path.parent.mkdir(exist_ok=True)
    rows = [
        [
            each.id,
            each.kind,
            each.seconds,
            {name: sorted(lines) for name, lines in each.reached.items()},
            digest(each.id.partition("::")[0]),
        ]
        for each in killers
    ]
    path.write_text(json.dumps(rows), "utf-8")


@cache
def digest(test_file: str) -> str:
    """Of a test file, the package, what tests share, and whether the recorded traces are there."""
    found = hashlib.sha256(_digest_of_the_rest().encode())
    path = ROOT / test_file
    found.update(path.read_bytes() if path.is_file() else b"")
    return found.hexdigest()


@cache
def _digest_of_the_rest() -> str:
    found = hashlib.sha256(str(find_shared()).encode())
    for folder in _READ_BY_ALL:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not path.name.startswith("test_"):
                found.update(f"{path.relative_to(ROOT)}\n".encode())
                found.update(path.read_bytes())
    return found.hexdigest()
