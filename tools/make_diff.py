"""Write `docs/diff.md`: how two nodes are compared, and what the first comparisons found.

python -m tools.make_diff          runs the comparisons and writes the page
python -m tools.make_diff --check  exit code 1 if it is out of date
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tools.differences import page

FILE: Final = Path(__file__).resolve().parents[1] / "docs" / "diff.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or compare it."""
    parser = argparse.ArgumentParser(prog="python -m tools.make_diff")
    parser.add_argument("--check", action="store_true", help="only say whether it is current")
    parsed = parser.parse_args(arguments)
    wanted = page.text()
    if parsed.check:
        current = FILE.is_file() and FILE.read_text(encoding="utf-8") == wanted
        print(f"{FILE}: {'current' if current else 'out of date'}")
        return int(not current)
    FILE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
