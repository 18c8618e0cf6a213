"""The tests that may kill, by kind, and in which order they are tried."""

from collections.abc import Sequence
from typing import Final

from attrs import frozen

EXAMPLE: Final = "example"
TRACE: Final = "trace"
PROPERTY: Final = "property"
KINDS: Final = (EXAMPLE, TRACE, PROPERTY)
"""Tests of single rules and the specification's examples; recorded traces; Hypothesis."""

FILES: Final = {
    "tests/rules": EXAMPLE,
    "tests/examples": EXAMPLE,
    "tests/article/test_rules.py": EXAMPLE,
    "tests/article/test_settings.py": EXAMPLE,
    "tests/test_quantities.py": EXAMPLE,
    "tests/trace/test_recorded_traces.py": TRACE,
    "tests/trace/test_recorded_traces_v1_7.py": TRACE,
    "tests/article/test_properties.py": PROPERTY,
    "tests/properties": PROPERTY,
}
"""Where they are. Left out: pages and proofs on file, which any change of a text upsets, even one
that changes nothing; and whatever runs the model in another process."""

LEFT_OUT: Final = ("wrong_rule", "refuted", "without_identification", "without_tick_replies")
"""Tests of the tests, by a part of their names, and variations on the recorded traces."""

MOST: Final = {EXAMPLE: 120, TRACE: 40, PROPERTY: 4}
"""How many of each kind are tried on one mutant."""


@frozen
class Killer:
    """A test, as a run of the whole model showed it."""

    id: str
    kind: str
    seconds: float
    reached: frozenset[str]
    """Dotted names of the mutated functions that it calls."""


def kind_of(test: str) -> str | None:
    """The kind of a test by its id; `None` if it is none that kills."""
    if any(part in test for part in LEFT_OUT):
        return None
    return next((kind for place, kind in FILES.items() if test.startswith(place)), None)


def killers_of(
    function: str, rules: Sequence[str], known: Sequence[Killer], kinds: Sequence[str] = KINDS
) -> list[Killer]:
    """Tests that reach a function: kind by kind, those named after its rules first, then cheap."""
    found: list[Killer] = []
    for kind in kinds:
        reaching = [each for each in known if each.kind == kind and function in each.reached]
        reaching.sort(key=lambda each: (not _named_after(each.id, rules), each.seconds, each.id))
        if kind == TRACE:
            reaching = _one_of_each_class(reaching)
        found += reaching[: MOST[kind]]
    return found


def _named_after(test: str, rules: Sequence[str]) -> bool:
    return any(f"_{rule}_" in test for rule in rules)


def _one_of_each_class(traces: Sequence[Killer]) -> list[Killer]:
    """First one trace of each class, then the next of each; `churn-120` is of class `churn`."""
    turn: dict[str, int] = {}
    turns: list[tuple[int, int, Killer]] = []
    for number, each in enumerate(traces):
        name = each.id.rpartition("-")[0]
        turn[name] = turn.get(name, 0) + 1
        turns.append((turn[name], number, each))
    return [each for *_, each in sorted(turns, key=lambda entry: entry[:2])]
