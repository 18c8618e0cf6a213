"""Trace files against the checker of this tree: which one does it judge wrongly?

    python -m tools.mutants.by_trace FILE ...

prints `FILE<tab>what it did` for the first wrong verdict, and nothing if all are right.
"""

import sys
from pathlib import Path

from ipam_model.trace.check import check_file
from tools.mutants.killers import expected_end


def wrong_verdict(path: Path) -> str | None:
    """What the checker did wrong with a trace; `None` if nothing."""
    first_bad = expected_end(path)
    try:
        rejected = check_file(path).rejected
    except Exception as error:  # noqa: BLE001 - whatever a broken model raises
        return f"raises {type(error).__name__}"
    if rejected is None:
        return None if first_bad is None else "accepts the broken daemon"
    if rejected.undecided or rejected.seq == first_bad:
        return None
    return f"event {rejected.seq} ({rejected.kind}) rejected under {rejected.rule}"


def main(arguments: list[str]) -> int:
    """Check until something is wrong."""
    for name in arguments:
        wrong = wrong_verdict(Path(name))
        if wrong is not None:
            print(f"{name}\t{wrong}")
            break
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
