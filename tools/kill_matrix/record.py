"""What is known of every wrong model, as `docs/kill-matrix.json` keeps it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from attrs import asdict, define, field

from tests.shared import ROOT
from tools.kill_matrix.trial import First, Record

DATA: Final = ROOT / "docs" / "kill-matrix.json"


@define
class Matrix:
    """Every wrong model's record, and what judged it."""

    models: dict[str, Record] = field(factory=dict)
    """By id."""
    stories: dict[str, int] = field(factory=dict)
    """How many of each group."""
    control: dict[str, str] = field(factory=dict)
    """What the daemon as specified violates without a finding: story to property."""

    def killers(self, model_id: str) -> tuple[str, ...]:
        """The properties that notice a wrong model."""
        record = self.models.get(model_id)
        return () if record is None else tuple(sorted(record.kills, key=order))

    def killed_by(self, property_id: str) -> tuple[str, ...]:
        """The wrong models that a property notices."""
        return tuple(each for each, record in self.models.items() if property_id in record.kills)


def order(property_id: str) -> tuple[str, int, str]:
    """`I2` before `I10`, and both before `P-L1`."""
    digits = "".join(each for each in property_id if each.isdigit())
    return property_id.rstrip("0123456789"), int(digits or 0), property_id


def load(path: Path = DATA) -> Matrix:
    """The matrix as it was written last; an empty one if it never was."""
    if not path.is_file():
        return Matrix()
    told: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    return Matrix(
        models={name: _record(each) for name, each in told["models"].items()},
        stories=dict(told["stories"]),
        control=dict(told["control"]),
    )


def _record(told: Mapping[str, Any]) -> Record:
    breaks = told["breaks"]
    return Record(
        kills={name: First(**first) for name, first in told["kills"].items()},
        breaks=None if breaks is None else First(**breaks),
        examples=told["examples"],
        seconds=told["seconds"],
        only=told.get("only", ""),
        trace=told["trace"],
        example=told["example"],
    )


def store(matrix: Matrix, path: Path = DATA) -> None:
    """Write the matrix down."""
    path.write_text(json.dumps(asdict(matrix), indent=1, ensure_ascii=False) + "\n", "utf-8")
