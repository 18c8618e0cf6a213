"""The tests that may kill, by kind, and in which order they are tried."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
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
    "tests/article/test_formulas.py": EXAMPLE,
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

MOST: Final = {TRACE: 40, PROPERTY: 4}
"""How many of a kind are tried on one mutant; of the others all that reach it."""


@frozen
class Killer:
    """A test, as a run of the whole model showed it."""

    id: str
    kind: str
    seconds: float
    reached: Mapping[str, frozenset[int]]
    """By the dotted names of the mutated functions that it calls: lines it reaches there."""


def kind_of(test: str) -> str | None:
    """The kind of a test by its id; `None` if it is none that kills."""
    if any(part in test for part in LEFT_OUT):
        return None
    return next((kind for place, kind in FILES.items() if test.startswith(place)), None)


def killers_of(
    function: str,
    line: int,
    rules: Sequence[str],
    known: Sequence[Killer],
    kinds: Sequence[str] = KINDS,
) -> list[Killer]:
    """Tests that reach a line of a function, kind by kind.

    First those named after its rules, then one of each way through the function, then the next of
    each way; the cheapest first. A recorded trace differs by its class too.
    """
    found: list[Killer] = []
    for kind in kinds:
        reaching = [
            each
            for each in known
            if each.kind == kind and line in each.reached.get(function, frozenset())
        ]
        reaching.sort(key=lambda each: (each.seconds, each.id))
        turns = _one_of_each(reaching, lambda each: (each.reached[function], _trace_class(each)))
        turns.sort(key=lambda each: not _named_after(each.id, rules))
        found += turns[: MOST.get(kind)]
    return found


def _named_after(test: str, rules: Sequence[str]) -> bool:
    return any(f"_{rule}_" in test for rule in rules)


def _trace_class(killer: Killer) -> str:
    """`churn` of the recorded trace `churn-120`; empty for other tests."""
    return killer.id.rpartition("-")[0] if killer.kind == TRACE else ""


def _one_of_each(killers: Iterable[Killer], group_of: Callable[[Killer], Hashable]) -> list[Killer]:
    """The first of each group, then the second of each, and so on."""
    turn: Counter[Hashable] = Counter()
    turns: list[tuple[int, int, Killer]] = []
    for number, each in enumerate(killers):
        group = group_of(each)
        turn[group] += 1
        turns.append((turn[group], number, each))
    return [each for *_, each in sorted(turns, key=lambda entry: entry[:2])]
