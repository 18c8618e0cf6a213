"""Make the bundled instance limits from the facts of the upstream table.

    python -m tools.make_limits ../shared/data/instance-limits.json

The same input gives the same bytes. There is one line per instance type, so that a diff shows
which types came, went or changed.
"""

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, TypedDict

from ipam_model.limits import COLUMNS

TARGET: Final = Path(__file__).resolve().parents[1] / "ipam_model" / "data" / "instance-limits.json"


class Card(TypedDict):
    """A network card in the input."""

    index: int
    max_enis: int


class Limits(TypedDict):
    """An instance type in the input."""

    bare_metal: bool
    cards: list[Card]
    default_card: int
    hypervisor: str
    ipv4_per_eni: int
    max_enis: int


class Source(TypedDict):
    """The input."""

    source: str
    types: dict[str, Limits]


def render(source: bytes) -> str:
    """The text of the bundled file.

    Raises `ValueError` if the input has a key that would get lost, or lacks one.
    """
    document: Source = json.loads(source)
    _same_keys(document, ("source", "types"), "the input")
    rows = ",\n".join(
        f"{json.dumps(name)}:{_compact(_row(name, limits))}"
        for name, limits in sorted(document["types"].items())
    )
    head = {
        "source": document["source"],
        "sha256": hashlib.sha256(source).hexdigest(),
        "count": len(document["types"]),
        "columns": COLUMNS,
    }
    lines = "".join(f"{json.dumps(key)}:{_compact(value)},\n" for key, value in head.items())
    return f'{{\n{lines}"types":{{\n{rows}\n}}\n}}\n'


def _row(name: str, limits: Limits) -> list[object]:
    _same_keys(limits, COLUMNS, name)
    for card in limits["cards"]:
        _same_keys(card, ("index", "max_enis"), f"a card of {name}")
    cards = sorted((card["index"], card["max_enis"]) for card in limits["cards"])
    values: dict[str, object] = {**limits, "cards": cards}
    return [values[column] for column in COLUMNS]


def _same_keys(found: Mapping[str, object], expected: Sequence[str], where: str) -> None:
    if set(found) != set(expected):
        raise ValueError(f"{where} has the keys {sorted(found)}, expected {sorted(expected)}")


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description="Make the bundled instance limits.")
    parser.add_argument("source", type=Path, help="instance-limits.json, the facts")
    parser.add_argument("--output", type=Path, default=TARGET, help="default: %(default)s")
    arguments = parser.parse_args()
    arguments.output.write_bytes(render(arguments.source.read_bytes()).encode())


if __name__ == "__main__":
    main()
