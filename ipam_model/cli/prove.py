"""`python -m proofs`: check the theorems.

Exit codes: 0 all proved, 1 one is refuted, 2 bad input or no solver, 3 inconclusive.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ipam_model.errors import InputError

BAD_INPUT: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m proofs",
        description="Check the theorems with z3, refute their mutants, and ask cvc5 as well.",
        epilog="Exit codes: 0 all proved, 1 one is refuted, 2 bad input, 3 inconclusive.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="theorems; all if none is named")
    parser.add_argument("--export", type=Path, metavar="DIR", help="only write SMT-LIB 2 files")
    parser.add_argument("--table", action="store_true", help="only print the table of README.md")
    parsed = parser.parse_args(arguments)
    names: list[str] = parsed.names
    folder: Path | None = parsed.export
    try:
        # Late, because these need the solver.
        from proofs import index, report

        chosen = index.named(names)
        if folder is not None:
            sys.stdout.write(f"{len(report.export(chosen, folder))} files in {folder}\n")
            return report.ALL_PROVED
        if parsed.table:
            sys.stdout.write(report.table(chosen))
            return report.ALL_PROVED
        return report.run(chosen)
    except InputError as error:
        sys.stderr.write(f"proofs: {error}\n")
        return BAD_INPUT


if __name__ == "__main__":
    sys.exit(main())
