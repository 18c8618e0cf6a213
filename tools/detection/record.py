"""What was found, as it is kept: `docs/detection.json`."""

import json
from collections.abc import Mapping
from typing import Final, TypeAlias

from attrs import asdict, define, field

from ipam_model.conformance.subject import Kind
from tests.shared import ROOT
from tools.detection.holdout import Found
from tools.detection.subjects import CATALOGUES
from tools.detection.trial import Trial

RECORD: Final = ROOT / "docs" / "detection.json"

Trials: TypeAlias = dict[str, dict[str, Trial]]
"""By id and transport."""


@define
class Record:
    """Everything that was found."""

    trials: dict[Kind, Trials] = field(factory=lambda: {kind: {} for kind in Kind})
    random: dict[Kind, dict[str, int]] = field(factory=lambda: {kind: {} for kind in Kind})
    """The random plan that notices it, were there no others; 0 if none does."""
    holdout: dict[str, Found] = field(factory=dict)
    """By mutant."""

    def missed(self, kind: Kind, transport: str) -> list[str]:
        """Those that are not noticed."""
        trials = self.trials[kind].items()
        return [bug for bug, of in trials if transport in of and not of[transport].by]

    def told_apart(self, kind: Kind) -> list[str]:
        """Those that another plan notices, or in something else, if the transport is another."""
        trials = self.trials[kind].items()
        ends = {bug: {(t.plans, t.by, t.aspect) for t in of.values()} for bug, of in trials}
        return [bug for bug, found in ends.items() if len(found) > 1]


def load() -> Record:
    """The record; an empty one if there is none."""
    if not RECORD.exists():
        return Record()
    read = json.loads(RECORD.read_text("utf-8"))
    found = Record()
    for kind, catalogue in CATALOGUES.items():
        kept = read[kind.value]
        for bug in catalogue:
            if bug in kept:
                random = kept[bug].pop("random", None)
                found.trials[kind][bug] = {name: Trial(**t) for name, t in kept[bug].items()}
                if random is not None:
                    found.random[kind][bug] = random
    found.holdout = {name: Found(**each) for name, each in read["hold-out"].items()}
    return found


def store(record: Record) -> None:
    """Keep it, in the order of the catalogues."""
    shown = {
        kind.value: {
            bug: _row(record, kind, bug) for bug in catalogue if bug in record.trials[kind]
        }
        for kind, catalogue in CATALOGUES.items()
    }
    held = {name: asdict(each) for name, each in sorted(record.holdout.items())}
    RECORD.write_text(_text({**shown, "hold-out": held}), "utf-8")


def _row(record: Record, kind: Kind, bug: str) -> dict[str, object]:
    row: dict[str, object] = {
        name: asdict(each) | {"seconds": round(each.seconds, 2)}
        for name, each in record.trials[kind][bug].items()
    }
    random = record.random[kind].get(bug)
    return row if random is None else row | {"random": random}


def _text(shown: Mapping[str, Mapping[str, object]]) -> str:
    """One line for each."""
    parts = [
        f"{json.dumps(part)}: {{\n"
        + ",\n".join(f"{json.dumps(name)}: {json.dumps(row)}" for name, row in rows.items())
        + "\n}"
        for part, rows in shown.items()
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"
