"""The command line: see `tools.mutation`."""

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from tests.shared import find_shared
from tools.mutants.mutant import ROOT
from tools.mutation import explanations, score
from tools.mutation.ends import End, Equivalent, Kill, NotHunted, Survivor
from tools.mutation.hunt import Session, in_session
from tools.mutation.killers import FILES, KINDS, killers_of, kind_of
from tools.mutation.measured import keep, recall
from tools.mutation.mutant import TIERS, Mutant, mutants
from tools.mutation.progress import Progress, load
from tools.mutation.sample import check_sample

DOCUMENT: Final = ROOT / "docs" / "mutation-score.md"
_SAVED_EVERY: Final = 20

Note = Callable[[Mutant, End], None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Hunt; exit code 1 for a survivor that nobody explains, or a stale explanation."""
    parsed = _parser().parse_args(arguments)
    if parsed.check:
        return check_sample(DOCUMENT)
    unknown = [part for part in parsed.only if not any(part in m.name for m in mutants())]
    if unknown:
        print(f"no mutant's name contains {', '.join(map(repr, unknown))}", file=sys.stderr)
        return 2
    partial = parsed.left or parsed.only or parsed.tier or parsed.by
    progress = load() if partial else Progress()
    explained = explanations.read()
    hunted = [
        mutant
        for mutant in mutants()
        if parsed.tier in (None, mutant.target.tier)
        and (not parsed.only or any(part in mutant.name for part in parsed.only))
        and not (parsed.left and _is_known(mutant, progress.ends.get(mutant.name), explained))
    ]
    start = time.monotonic()
    before = progress.seconds

    def note(mutant: Mutant, end: End) -> None:
        progress.ends[mutant.name] = end
        progress.seconds = before + time.monotonic() - start
        if len(progress.ends) % _SAVED_EVERY == 0:
            progress.save()

    if hunted:
        try:
            _hunt(hunted, parsed.by or KINDS, note)
        finally:
            progress.save()
    ends = [(each, progress.ends.get(each.name, NotHunted())) for each in mutants()]
    left = [each for each, end in ends if isinstance(end, NotHunted)]
    wrong = [
        *(
            f"{mutant.name}: {end}"
            for mutant, end in ends
            if isinstance(end, Survivor) and mutant.name not in explained
        ),
        *explanations.stale(explained, ends),
    ]
    print("\n".join((*wrong, *score.summary(ends, explained))))
    if left:
        print(f"{len(left)} mutants are not hunted yet: the page is not written")
    elif find_shared() is None:
        print("the recorded traces are not there: the page is not written")
    else:
        kinds = parsed.by or KINDS
        page = score.page(ends, explained, progress.seconds / 60, kinds)
        DOCUMENT.write_text(page, "utf-8")
    return int(bool(wrong))


def _is_known(mutant: Mutant, end: End | None, explained: Mapping[str, str]) -> bool:
    read = isinstance(end, Survivor) and mutant.name in explained
    return read or isinstance(end, Kill | Equivalent)


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
        "--left",
        action="store_true",
        help="take up the last run: hunt what it has not, and what survived it unexplained",
    )
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


def _hunt(hunted: Sequence[Mutant], kinds: Sequence[str], note: Note) -> None:
    def use(session: Session) -> None:
        known = recall(session.items)
        measured = {killer.id for killer in known}
        known += session.measure(
            [name for name in session.items if kind_of(name) in kinds and name not in measured]
        )
        keep(known)
        print(f"{len(known)} tests pass on the whole model", flush=True)

        found = session.hunt(
            hunted,
            lambda each: killers_of(each.target.name, each.line, each.target.rules, known, kinds),
        )
        for number, (mutant, end) in enumerate(found, 1):
            print(f"[{number:4}/{len(hunted)}] {mutant.name}: {end}", flush=True)
            note(mutant, end)

    in_session(list(FILES), use)


if __name__ == "__main__":
    sys.exit(main())
