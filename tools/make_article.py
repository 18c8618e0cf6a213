"""Write `docs/article.md` and its pictures: the article's numbers beside what each version does.

    python -m tools.make_article          writes them
    python -m tools.make_article --check  exit code 1 if one of them is out of date

A picture is compared byte by byte if it was drawn by the installed version of matplotlib, else by
the digest of its data, which it carries.
"""

import argparse
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import matplotlib as mpl

from tools.article import page, plots

DOCS: Final = Path(__file__).resolve().parents[1] / "docs"
PAGE: Final = "article.md"

_DRAWN_BY: Final = re.compile(rb"Matplotlib v([0-9.]+)")
_DATA: Final = re.compile(rb"data [0-9a-f]{16}")


def main(arguments: list[str] | None = None) -> int:
    """Write or check the page and its pictures."""
    parser = argparse.ArgumentParser(prog="python -m tools.make_article")
    parser.add_argument("--check", action="store_true", help="only say whether they are current")
    parsed = parser.parse_args(arguments)
    files = built()
    if parsed.check:
        old = [name for name, wanted in files.items() if not current(DOCS / name, wanted)]
        for name in files:
            print(f"{DOCS / name}: {'out of date' if name in old else 'current'}")
        return int(bool(old))
    for name, wanted in files.items():
        (DOCS / name).parent.mkdir(exist_ok=True)
        (DOCS / name).write_bytes(wanted)
    return 0


def built() -> Mapping[str, bytes]:
    """Every file by its path below `docs`."""
    return {
        PAGE: page.text().encode(),
        page.TIME_PICTURE: plots.draw_time(),
        page.PODS_PICTURE: plots.draw_pods(),
    }


def current(path: Path, wanted: bytes) -> bool:
    """Whether a file is what would be written now."""
    found = path.read_bytes() if path.is_file() else b""
    drawn_by = _DRAWN_BY.search(found)
    if drawn_by is not None and drawn_by[1].decode() != mpl.__version__:
        return _DATA.findall(found) == _DATA.findall(wanted)
    return found == wanted


if __name__ == "__main__":
    sys.exit(main())
