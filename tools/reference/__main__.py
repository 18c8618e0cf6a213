"""Write the reference pages of the documentation, or say whether they are current.

python -m tools.reference                 writes all of them
python -m tools.reference rules cli       only these
python -m tools.reference --check         exit code 1 if one is out of date
"""

import argparse
import sys
from collections.abc import Sequence

from tools.reference.pages import DOCS, SOURCES, built, out_of_date


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check pages."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.reference", description=__doc__.partition("\n")[0]
    )
    parser.add_argument(
        "sources", nargs="*", metavar="PAGE", help=f"of {', '.join(SOURCES)}; default: all"
    )
    parser.add_argument("--check", action="store_true", help="write nothing")
    parsed = parser.parse_args(arguments)
    unknown = [name for name in parsed.sources if name not in SOURCES]
    if unknown:
        parser.error(f"no page {unknown[0]!r}; there are: {', '.join(SOURCES)}")
    stale: list[str] = []
    for source in parsed.sources or SOURCES:
        if parsed.check:
            stale += out_of_date(source)
            continue
        for name, text in built(source).items():
            (DOCS / name).write_text(text, "utf-8")
    for name in stale:
        print(f"docs/{name} is out of date: run python -m tools.reference")
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main())
