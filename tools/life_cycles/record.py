"""What was seen in all scenarios and in many random stories: `docs/life-cycles.json`."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tools.life_cycles.observing import Seen, State, observed, replayed
from tools.life_cycles.states import Address, EniState
from tools.life_cycles.transitions import ADDRESSES, ENIS
from tools.mutants.mutant import ROOT

RECORD: Final = ROOT / "docs" / "life-cycles.json"
SEEDS: Final = (7, 8)
EACH: Final = 400
"""Stories drawn from each seed."""
STORIES: Final = EACH * len(SEEDS)


def scenarios() -> list[Path]:
    """Every scenario of the examples."""
    found = (
        path
        for folder in ("scenarios", "regressions")
        for path in (ROOT / "examples" / folder).glob("*.json")
    )
    return sorted(path for path in found if path.name != "index.json")


def measure() -> frozenset[Seen]:
    """What is seen; takes some minutes."""
    stories = (observed(EACH, seed=seed) for seed in SEEDS)
    return replayed(scenarios()).union(*stories)


def in_short(seen: Iterable[Seen]) -> list[Seen]:
    """What was seen, with those rules only that are stated for the transition, in a fixed order."""
    stated = {
        (each.before, each.after): {rule for cause in each.causes for rule in cause.rules}
        for each in (*ADDRESSES, *ENIS)
    }
    found = {
        Seen(
            each.before,
            each.after,
            each.kind,
            each.call,
            each.rules & frozenset(stated.get((each.before, each.after), ())),
        )
        for each in seen
    }
    return sorted(found, key=lambda each: json.dumps(_entry(each)))


def as_text(seen: Iterable[Seen]) -> str:
    """The record, one transition a line."""
    lines = ",\n".join(f"  {json.dumps(_entry(each))}" for each in in_short(seen))
    return f'{{"stories": {STORIES}, "scenarios": {len(scenarios())}, "seen": [\n{lines}\n]}}\n'


def recorded() -> frozenset[Seen]:
    """What the record says."""
    entries = json.loads(RECORD.read_text("utf-8"))["seen"]
    return frozenset(
        Seen(
            _state(entry["of"], entry["before"]),
            _state(entry["of"], entry["after"]),
            entry["step"],
            entry["call"],
            frozenset(entry["rules"]),
        )
        for entry in entries
    )


def _entry(seen: Seen) -> dict[str, object]:
    return {
        "of": "address" if isinstance(seen.before, Address) else "eni",
        "before": seen.before.value,
        "after": seen.after.value,
        "step": seen.kind,
        "call": seen.call,
        "rules": sorted(seen.rules),
    }


def _state(of: str, name: str) -> State:
    return Address(name) if of == "address" else EniState(name)
