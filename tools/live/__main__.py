"""`python -m tools.live [--check] [--workers N]`."""

import argparse
import json
import sys
from pathlib import Path

from tools.live.measure import broken, mutants, recorded
from tools.live.page import page

ROOT = Path(__file__).resolve().parents[2]
RECORD = ROOT / "docs" / "live-detection.json"
PAGE = ROOT / "docs" / "live-detection.md"


def main() -> int:
    """Measure, and write or compare."""
    parser = argparse.ArgumentParser(description="What partial observations tell, measured.")
    parser.add_argument("--check", action="store_true", help="compare with what is written")
    parser.add_argument("--page", action="store_true", help="write the page only, not measuring")
    parser.add_argument("--workers", type=int, default=2, metavar="N")
    arguments = parser.parse_args()
    if arguments.page:
        PAGE.write_text(page(json.loads(RECORD.read_text(encoding="utf-8"))), encoding="utf-8")
        return 0
    measured = {
        "recorded": recorded(arguments.workers),
        "mutants": mutants(),
        "broken": broken(arguments.workers),
    }
    texts = {
        RECORD: json.dumps(measured, indent=1) + "\n",
        PAGE: page(json.loads(json.dumps(measured))),
    }
    if not arguments.check:
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
        return 0
    stale = [path for path, text in texts.items() if path.read_text(encoding="utf-8") != text]
    for path in stale:
        print(f"{path.relative_to(ROOT)} is not what is measured; run python -m tools.live")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
