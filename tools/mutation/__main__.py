"""The command line: see `tools.mutation`."""

import argparse
import sys
import time
from collections.abc import Sequence
from typing import Final

from tests.shared import find_shared
from tools.mutants.mutant import ROOT
from tools.mutation import explanations, score
from tools.mutation.ends import End, Survivor
from tools.mutation.hunt import Session, in_session
from tools.mutation.killers import FILES, KINDS, killers_of
from tools.mutation.measured import keep, recall
from tools.mutation.mutant import TIERS, Mutant, mutants
from tools.mutation.sample import check_sample

DOCUMENT: Final = ROOT / "docs" / "mutation-score.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Hunt; exit code 1 for a survivor nobody explains, a stale explanation, an outdated page."""
    parsed = _parser().parse_args(arguments)
    if parsed.check:
        return check_sample(DOCUMENT)
    hunted = [
        mutant
        for mutant in mutants()
        if parsed.tier in (None, mutant.target.tier)
        and (not parsed.only or any(part in mutant.name for part in parsed.only))
    ]
    whole = len(hunted) == len(mutants()) and not parsed.by
    if whole and find_shared() is None:
        print("the recorded traces are not there: the page is not written", file=sys.stderr)
    start = time.monotonic()
    ends = _hunt(hunted, parsed.by or KINDS)
    minutes = (time.monotonic() - start) / 60
    explained = explanations.read()
    wrong = [
        *(
            f"{mutant.name}: {end}"
            for mutant, end in ends
            if isinstance(end, Survivor) and mutant.name not in explained
        ),
        *explanations.stale(explained, ends, whole=whole),
    ]
    print("\n".join((*wrong, *score.summary(ends, explained))))
    if whole and find_shared() is not None:
        DOCUMENT.write_text(score.page(ends, explained, minutes), "utf-8")
    return int(bool(wrong))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.mutation",
        description="Break every rule in every small way and show which test notices.",
    )
    parser.add_argument(
        "--only",
        metavar="TEXT",
        action="append",
        default=[],
        help="hunt mutants whose name contains this (repeatable)",
    )
    parser.add_argument("--tier", choices=TIERS, help="the formulas alone, or the steps alone")
    parser.add_argument(
        "--by",
        metavar="KIND",
        action="append",
        choices=KINDS,
        help=f"use this kind of test only (repeatable): {', '.join(KINDS)}",
    )
    parser.add_argument(
        "--check", action="store_true", help="hunt a fixed sample; is the page current?"
    )
    return parser


def _hunt(hunted: Sequence[Mutant], kinds: Sequence[str]) -> list[tuple[Mutant, End]]:
    ends: list[tuple[Mutant, End]] = []

    def use(session: Session) -> None:
        start = time.monotonic()
        known = recall(session.items)
        measured = {killer.id for killer in known}
        known += session.measure([name for name in session.items if name not in measured])
        keep(known)
        spent = time.monotonic() - start
        print(f"{len(known)} tests pass on the whole model ({spent:.0f} s)", flush=True)
        by_function = {
            name: killers_of(name, rules, known, kinds)
            for name, rules in {(m.target.name, m.target.rules) for m in hunted}
        }
        found = session.hunt(hunted, lambda mutant: by_function[mutant.target.name])
        for number, (mutant, end) in enumerate(found, 1):
            ends.append((mutant, end))
            spent = time.monotonic() - start
            print(f"[{number:4}/{len(hunted)}] {spent:5.0f} s {mutant.name}: {end}", flush=True)

    in_session(list(FILES), use)
    order = {mutant: number for number, mutant in enumerate(hunted)}
    return sorted(ends, key=lambda entry: order[entry[0]])


if __name__ == "__main__":
    sys.exit(main())
