"""Traces as plain JSON lines: read, decode, write. Independent of the reader under test."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

Line: TypeAlias = dict[str, Any]
"""A JSON object: a header, an event line, a state, a call."""

IDENTIFYING = (
    "id",
    "class",
    "flags",
    "mutant",
    "first_bad_seq",
    "first_bad_note",
    "mutated_branch_seq",
)
"""Header keys that say where a trace comes from, or what is wrong with it."""

_ONLY_RUNNING = ("enis", "stats", "counters", "clocks", "released")


def read_lines(path: Path) -> list[Line]:
    """Every line, the header first."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write_lines(path: Path, lines: Iterable[Line]) -> Path:
    """Write a trace; the path, for convenience."""
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8")
    return path


def anonymous(lines: Sequence[Line]) -> list[Line]:
    """The trace without what identifies it."""
    header = {key: value for key, value in lines[0].items() if key not in IDENTIFYING}
    return [header, *lines[1:]]


def decoded_states(lines: Sequence[Line]) -> list[Line]:
    """The full state after every event, the delta coding undone."""
    states: list[Line] = []
    state: Line = {}
    for event in lines[1:]:
        before, state = state, dict(state)
        for key, value in event.get("state", {}).items():
            if key == "enis":
                known = {eni["id"]: eni for eni in before.get("enis", [])}
                state[key] = [known[eni["id"]] if eni.get("same") else eni for eni in value]
            elif key == "attached":
                state[key] = {
                    eni: before["attached"][eni] if shown == "same" else shown
                    for eni, shown in value.items()
                }
            else:
                state[key] = value
        if not state["running"]:
            for key in _ONLY_RUNNING:
                state.pop(key, None)
        states.append(state)
    return states
