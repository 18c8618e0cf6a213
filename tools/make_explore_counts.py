"""Write `docs/explore-counts.json`: what the explorer finds in every scope that has a name.

    python -m tools.make_explore_counts                  explores all of them and writes the file
    python -m tools.make_explore_counts --check [SCOPE…] exit code 1 if a count has changed

The counts are regression values: they change exactly if the model, the canonical form or the moves
of the explorer do. Nothing is recorded of a search that was cut short.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, cast

from ipam_model.explore.presets import PRESETS
from ipam_model.explore.report import report_on
from ipam_model.explore.search import Budget, explore

FILE: Final = Path(__file__).resolve().parents[1] / "docs" / "explore-counts.json"
MOST_SECONDS: Final = 600.0
"""Of processor time, per scope."""

Counts = Mapping[str, object]


class CutShortError(Exception):
    """A search was not exhaustive, so its counts mean nothing."""


def counts_of(name: str, seconds: float = MOST_SECONDS) -> Counts:
    """The counts of one scope, as JSON has them."""
    exploration = explore(PRESETS[name], Budget(seconds=seconds))
    if not exploration.exhausted:
        raise CutShortError(f"{name} was not exhausted within {seconds:g} s")
    return cast(Counts, json.loads(json.dumps(report_on(exploration).counts())))


def recorded() -> Mapping[str, Counts]:
    """The counts on file."""
    return cast(Mapping[str, Counts], json.loads(FILE.read_text(encoding="utf-8")))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file, or compare it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    parser.add_argument("scopes", nargs="*", metavar="SCOPE", help="only these (with --check)")
    parsed = parser.parse_args(arguments)
    unknown = [name for name in parsed.scopes if name not in PRESETS]
    if unknown or (parsed.scopes and not parsed.check):
        parser.error(f"SCOPE goes with --check, and is one of {', '.join(PRESETS)}")
    found: dict[str, Counts] = {}
    for name in parsed.scopes or PRESETS:
        try:
            found[name] = counts_of(name)
        except CutShortError as error:
            print(error, file=sys.stderr)
            return 1
        print(f"{name}: {found[name]['states']} states", flush=True)
    if not parsed.check:
        FILE.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        return 0
    known = recorded()
    wrong = [name for name, counts in found.items() if known.get(name) != counts]
    for name in wrong:
        print(f"{name}: {found[name]} instead of {known.get(name)}", file=sys.stderr)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
