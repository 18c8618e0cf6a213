"""The command line: see `tools.nightly`."""

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from ipam_model.config import Quirk
from ipam_model.testing.stories import wide_stories
from tools.nightly import page
from tools.nightly.directions import DIRECTIONS
from tools.nightly.search import Effort, Found, find_consequence, without_quirks


def main(arguments: Sequence[str] | None = None) -> int:
    """Search; exit code 1 if a quirk is not found, or something that no finding explains is."""
    parsed = _parser().parse_args(arguments)
    known = {quirk.value: quirk for quirk in Quirk}
    unknown = [name for name in parsed.only if name not in known]
    if unknown:
        print(f"no quirk {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    if parsed.write and parsed.only:
        print("the page is about every quirk: --write goes without --only", file=sys.stderr)
        return 2
    if parsed.write:  # Whoever cannot write there should not search first.
        try:
            parsed.write.open("a").close()
        except OSError as error:
            print(f"--write {parsed.write}: {error.strerror}", file=sys.stderr)
            return 2
    effort = Effort(examples=parsed.examples, shrinking=parsed.shrinking, seed=parsed.seed)
    searched: dict[Quirk, Found | int] = {}
    for quirk in [known[name] for name in parsed.only] or DIRECTIONS:
        result = searched[quirk] = find_consequence(quirk, DIRECTIONS[quirk], effort)
        print(f"{quirk.value}: {_told(result)}", flush=True)
    missed = any(not isinstance(result, Found) for result in searched.values())
    if parsed.only:
        return int(missed)
    plain = without_quirks(
        wide_stories(), Effort(examples=parsed.stories, shrinking=0, seed=parsed.seed)
    )
    print(f"without quirks: {plain.stories} stories, findings met: {', '.join(plain.known)}")
    for violated, count in plain.counts.most_common():
        print(f"without quirks: {violated} violated in {count} stories, explained by no finding")
    if parsed.write:
        path: Path = parsed.write
        path.write_text(page.write(plain, searched, effort), "utf-8")
    return int(missed or bool(plain.counts))


def _told(result: Found | int) -> str:
    if not isinstance(result, Found):
        return f"not found in {result} stories"
    return (
        f"{result.violated} ({result.what}), story {result.examples}, {result.seconds:.1f} s, "
        f"shortest has {result.events} events"
    )


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0")
    return seconds


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.nightly",
        description="Tell random stories to a daemon without quirks, and with each quirk alone.",
    )
    parser.add_argument(
        "--examples",
        metavar="N",
        type=_positive,
        default=400,
        help="stories for each quirk at most (400)",
    )
    parser.add_argument(
        "--stories",
        metavar="N",
        type=_positive,
        default=2_000,
        help="stories without quirks (2000)",
    )
    parser.add_argument(
        "--shrinking",
        metavar="SECONDS",
        type=_seconds,
        default=30.0,
        help="how long to look for a shorter story (30)",
    )
    parser.add_argument(
        "--seed", metavar="N", type=int, default=0, help="of the random numbers (0)"
    )
    parser.add_argument(
        "--only",
        metavar="QUIRK",
        action="append",
        default=[],
        help="this one, as R24; repeatable",
    )
    parser.add_argument("--write", metavar="FILE", type=Path, help="write the page")
    return parser


if __name__ == "__main__":
    sys.exit(main())
