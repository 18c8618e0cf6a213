"""Draw the life cycles of an address and of an ENI, and write the page about them.

python -m tools.life_cycles            draws and writes, from what was seen last
python -m tools.life_cycles --again    runs all scenarios and stories first, for some minutes
python -m tools.life_cycles --check    exit code 1 if something is out of date
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.life_cycles import page, record
from tools.life_cycles.drawing import PICTURES, draw
from tools.life_cycles.transitions import disagreements
from tools.mutants.mutant import ROOT


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check; 1 as well where what was seen and what is stated disagree."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.life_cycles", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--again", action="store_true", help="run everything first")
    parser.add_argument("--check", action="store_true", help="write nothing")
    parsed = parser.parse_args(arguments)
    if parsed.again:
        seen = record.measure()
        if _complain(disagreements(seen)):
            return 1
        record.RECORD.write_text(record.as_text(seen), "utf-8")
    if _complain(disagreements(record.recorded())):
        return 1
    files = built()
    if not parsed.check:
        for path, text in files.items():
            path.write_text(text, "utf-8")
        return 0
    return _complain(
        [
            f"{path.relative_to(ROOT)} is out of date: run python -m tools.life_cycles"
            for path, text in files.items()
            if not path.is_file() or path.read_text("utf-8") != text
        ]
    )


def _complain(lines: Sequence[str]) -> int:
    for line in lines:
        print(line)
    return int(bool(lines))


def built() -> Mapping[Path, str]:
    """The text of every file."""
    docs = ROOT / "docs"
    return {
        docs / "life-cycles.md": page.text(),
        **{docs / "pictures" / picture.name: draw(picture) for picture in PICTURES},
    }


if __name__ == "__main__":
    sys.exit(main())
