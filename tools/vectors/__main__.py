"""Chooses the vectors of steps and of data stores, and writes all files of a version."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from ipam_model.vectors.emitting import emit
from ipam_model.vectors.files import MODELS, STORE_VERSION, folder
from tools.vectors.choosing import choose, shown
from tools.vectors.gathering import candidates, store_candidates

MOST_BYTES: Final = {"v1.23": 950_000, "v1.7": 250_000}
"""Of the step vectors of a version."""
MOST_STORE_BYTES: Final = 250_000
"""Of the vectors of a data store."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Choose and write, or say what is different from what is there; then 1."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.vectors", description="Choose the vectors, and write all files."
    )
    task = parser.add_mutually_exclusive_group()
    task.add_argument("--check", action="store_true", help="write nothing, compare")
    task.add_argument("--to", type=Path, metavar="DIR", help="write into DIR/VERSION instead")
    parsed = parser.parse_args(arguments)
    stale: list[str] = []
    for version, made in _made():
        target = Path(str(folder(version))) if parsed.to is None else parsed.to / version
        if parsed.check:
            stale += differences(target, made)
        else:
            write(target, made)
    print("\n".join(stale or (["every file is what it would be made"] if parsed.check else [])))
    return 1 if stale else 0


def _made() -> Iterator[tuple[str, Mapping[str, str]]]:
    """The files of each version, by name."""
    everything = [*candidates()]
    stores = [*store_candidates()]
    for version in MODELS:
        own = [each for each in everything if each.case.node.version == version]
        chosen = [*choose(own, MOST_BYTES[version])]
        print(f"{version}: {len(chosen)} of {len(own)} steps, {len(shown(chosen))} wrong models")
        of_store = [*choose(stores, MOST_STORE_BYTES)] if version == STORE_VERSION else []
        if of_store:
            print(
                f"{version}: {len(of_store)} of {len(stores)} operations on a data store, "
                f"{len(shown(of_store))} wrong stores"
            )
        yield (
            version,
            emit(version, [each.case for each in chosen], [each.case for each in of_store]),
        )


def write(target: Path, made: Mapping[str, str]) -> None:
    """Write files into a folder, and remove others like them."""
    target.mkdir(parents=True, exist_ok=True)
    for file in target.glob("*.json"):
        if file.name not in made:
            file.unlink()
    for name, text in made.items():
        (target / name).write_text(text, "utf-8")


def differences(target: Path, made: Mapping[str, str]) -> list[str]:
    """What is not in a folder as it would be made, one line for each file."""
    there = {each.name: each.read_text("utf-8") for each in target.glob("*.json")}
    return [
        f"{target.name}/{name}: {_how(name in there, name in made)}"
        for name in sorted(made.keys() | there.keys())
        if made.get(name) != there.get(name)
    ]


def _how(there: bool, made: bool) -> str:
    if there and made:
        return "differs"
    return "one too many" if there else "is missing"


if __name__ == "__main__":
    sys.exit(main())
