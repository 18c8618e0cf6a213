"""`python -m tools.live [--check] [--part PART] [--workers N]`."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tools.live.measure import broken, mutants, recorded
from tools.live.page import page

ROOT = Path(__file__).resolve().parents[2]
RECORD = ROOT / "docs" / "live-detection.json"
PAGE = ROOT / "docs" / "live-detection.md"


PARTS: Final[Mapping[str, Callable[[int], object]]] = {
    "recorded": recorded,
    "mutants": lambda _: mutants(),
    "broken": broken,
}


def main() -> int:
    """Measure, and write or compare."""
    parser = argparse.ArgumentParser(description="What partial observations tell, measured.")
    parser.add_argument("--check", action="store_true", help="compare with what is written")
    parser.add_argument(
        "--part", choices=PARTS, action="append", help="only this part; may be given several times"
    )
    parser.add_argument("--workers", type=int, default=2, metavar="N")
    arguments = parser.parse_args()
    measured = {part: PARTS[part](arguments.workers) for part in arguments.part or PARTS}
    written = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    # As it will be read again.
    found = json.loads(json.dumps(written | measured))
    if arguments.check:
        same = found == written and PAGE.read_text(encoding="utf-8") == page(found)
        if not same:
            print("docs/live-detection.md is not what is measured; run python -m tools.live")
        return 0 if same else 1
    RECORD.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    if found.keys() == PARTS.keys():
        PAGE.write_text(page(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
