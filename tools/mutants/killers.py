"""What killed a mutant, and where to look for a killer."""

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from attrs import frozen

from tools.mutants.mutant import ROOT, Mutant

TRACE: Final = "trace"
TEST: Final = "test"
RECORDING: Final = "recording"

FOLDERS: Final = ("traces", "traces-more", "traces-v1.7")
"""Folders of recorded traces."""
FOLDERS_OF: Final[Mapping[str, tuple[str, ...]]] = {"R": FOLDERS[:2], "H": FOLDERS[2:]}
"""Folders of traces that show a rule, by the first letter of its id."""

_RULE_IN_NAME: Final = re.compile(r"(?<=_)[RHB]\d+(?=[a-z]?_)")


@frozen
class Kill:
    """The end of a mutant."""

    kind: str
    """`trace`, `test` or `recording`."""
    where: str
    """Trace file below the shared folder, test id, or name of the simulation."""
    how: str
    """What happened there."""

    def __str__(self) -> str:
        return f"{self.kind} {self.where}: {self.how}"


def recorded_traces(shared: Path, folders: Sequence[str] = FOLDERS) -> list[Path]:
    """The recorded traces: one of each class, then the next of each, the broken ones last."""
    classes: dict[str, list[Path]] = {}
    for folder in folders:
        for path in sorted((shared / folder).glob("*/*.jsonl")):
            classes.setdefault(path.parent.name, []).append(path)
    rounds = max(map(len, classes.values()), default=0)
    order = sorted(classes, key=lambda name: name == "bad")
    return [
        classes[name][turn] for turn in range(rounds) for name in order if turn < len(classes[name])
    ]


def named_after(mutant: Mutant) -> tuple[str, ...]:
    """Tests whose names carry one of the mutant's rules, as ids; the first rule's tests first."""
    named = tests_by_rule()
    found = [test for rule in mutant.rules for test in named.get(rule, ())]
    return tuple(dict.fromkeys((*found, *mutant.tests)))


@cache
def tests_by_rule() -> Mapping[str, list[str]]:
    """The ids of the tests whose names carry a rule, by its id."""
    found: dict[str, list[str]] = {}
    for test in all_tests():
        for rule in _RULE_IN_NAME.findall(test.rpartition("::")[2]):
            found.setdefault(rule, []).append(test)
    return found


def all_tests() -> Iterator[str]:
    """The ids of all test functions, without parameters."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        place = path.relative_to(ROOT).as_posix()
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield f"{place}::{node.name}"


def expected_end(path: Path) -> int | None:
    """The first event of a trace that no daemon could have produced; `None` in a legal one."""
    with path.open(encoding="utf-8") as stream:
        header = json.loads(stream.readline())
    first_bad = header.get("first_bad_seq")
    return first_bad if isinstance(first_bad, int) else None
