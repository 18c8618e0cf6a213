"""The command line: see `tools.mutants`."""

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from tests.shared import find_shared
from tools.mutants import table
from tools.mutants.catalogue import MUTANTS, by_name
from tools.mutants.hunt import BY_KIND, by_tests, hunt
from tools.mutants.killers import TEST, TRACE, Kill
from tools.mutants.mutant import Mutant
from tools.mutants.workspace import Workspace, workspace

PROCESSES: Final = 2
"""Mutants hunted at the same time."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Hunt the mutants; exit code 1 if one survives, or if the table is out of date."""
    parsed = _parser().parse_args(arguments)
    if parsed.check:
        return _check(table.DOCUMENT)
    unknown = [name for name in parsed.only if name not in by_name()]
    if unknown:
        print(f"no mutant is called {', '.join(unknown)}", file=sys.stderr)
        return 2
    if find_shared() is None and parsed.write:
        print("the recorded traces are not there; the table needs them", file=sys.stderr)
        return 2
    chosen = [mutant for mutant in MUTANTS if not parsed.only or mutant.name in parsed.only]
    known = table.remembered()
    if find_shared() is None:
        chosen, whole = [each for each in chosen if not _needs_a_trace(each, known)], len(chosen)
        print(f"{whole - len(chosen)} mutants are left out: the traces that kill them are not here")
    with workspace(None) as origin:  # The tree may change while this runs.
        if not _whole_model_survives(parsed.by, origin):
            return 1
        kills = dict(_hunt_all(chosen, known, parsed.by, origin))
        vain = _tests_that_fail_anyway(kills, origin)
    surviving = [name for name, kill in kills.items() if kill is None]
    for line in (*vain, *(f"{name} survives" for name in surviving)):
        print(line)
    print(f"{len(chosen)} mutants: {len(chosen) - len(surviving)} killed, {len(surviving)} survive")
    if parsed.write:
        path: Path = parsed.write
        path.write_text(table.write(MUTANTS, table.remembered(path) | kills), "utf-8")
    return int(bool(vain or surviving))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.mutants",
        description="Break each rule on purpose and show which trace, test or recording notices.",
    )
    parser.add_argument(
        "--only", metavar="NAME", action="append", default=[], help="hunt this mutant (repeatable)"
    )
    parser.add_argument("--by", choices=tuple(BY_KIND), help="use this kind of killer only")
    parser.add_argument("--write", metavar="FILE", type=Path, help="write the table")
    parser.add_argument("--check", action="store_true", help="is the table in docs current?")
    return parser


def _check(path: Path) -> int:
    found = table.out_of_date(MUTANTS, path.read_text("utf-8") if path.is_file() else "")
    for line in found:
        print(line)
    print(f"{path}: {'out of date' if found else 'current'}")
    return int(bool(found))


def _whole_model_survives(only: str | None, origin: Workspace) -> bool:
    killed = hunt(None, only=only, origin=origin)
    if killed is not None:
        print(f"the whole model itself does not survive {killed}")
    return killed is None


def _needs_a_trace(mutant: Mutant, known: Mapping[str, Kill | None]) -> bool:
    kill = known.get(mutant.name)
    return kill is not None and kill.kind == TRACE


def _hunt_all(
    mutants: Sequence[Mutant],
    known: Mapping[str, Kill | None],
    only: str | None,
    origin: Workspace,
) -> Iterator[tuple[str, Kill | None]]:
    def timed(mutant: Mutant) -> tuple[Mutant, Kill | None, float]:
        start = time.perf_counter()
        kill = hunt(mutant, known.get(mutant.name), only=only, origin=origin)
        return mutant, kill, time.perf_counter() - start

    with ThreadPoolExecutor(PROCESSES) as pool:
        for number, (mutant, kill, seconds) in enumerate(pool.map(timed, mutants), 1):
            print(
                f"[{number:3}/{len(mutants)}] {seconds:4.1f} s {mutant.rules[0]} {mutant.name}: "
                f"{kill or 'SURVIVES'}",
                flush=True,
            )
            yield mutant.name, kill


def _tests_that_fail_anyway(kills: Mapping[str, Kill | None], origin: Workspace) -> list[str]:
    """Tests that killed a mutant but fail on the whole model too, and so prove nothing."""
    named = sorted({kill.where for kill in kills.values() if kill and kill.kind == TEST})
    failing = by_tests(origin, named, origin)
    return [] if failing is None else [f"{failing.where} fails on the whole model too"]


if __name__ == "__main__":
    sys.exit(main())
