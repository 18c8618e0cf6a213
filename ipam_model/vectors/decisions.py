"""Decision vectors: the operands of a formula in, its decision out.

For each question inputs are drawn, the same at any time, and as few are kept as show every mistake
that any of them shows, and every comparison just below, at and just above; twice, where two do. A
few plain ones are kept as well.
"""

import random
from collections.abc import Hashable, Iterable, Iterator
from itertools import product
from math import prod
from typing import Final

from attrs import frozen

from ipam_model.config import Version
from ipam_model.vectors.probing import Mistake, decide, mistakes, probe
from ipam_model.vectors.questions import COUNTS, VALUES, Inputs, Question, possible

MOST_TRIED: Final = 4_000
"""Inputs of one question."""
TABLE: Final = 16
"""So few inputs are all asked."""
PLAIN: Final = 4
"""Vectors of a question that are kept for their own sake."""


@frozen(kw_only=True)
class Decision:
    """One case."""

    question: Question
    inputs: Inputs
    output: int | bool
    boundary: bool
    """Two numbers that are compared are equal, or differ by one."""

    @property
    def title(self) -> str:
        """In English."""
        said = str(self.output)
        if isinstance(self.output, bool):
            said = "Yes" if self.output else "No"
        return f"{self.question.asks} {said}."


def decision(question: Question, inputs: Inputs) -> Decision:
    """The case of these inputs."""
    compared = probe(question, inputs).compared
    return Decision(
        question=question,
        inputs=inputs,
        output=decide(question, inputs),
        boundary=any(each.distance <= 1 for each in compared),
    )


def decisions(question: Question, version: Version) -> tuple[Decision, ...]:
    """All cases of a question, in the order of their inputs; always the same."""
    tried = list(candidates(question, version))
    if len(tried) <= TABLE:
        return tuple(decision(question, each) for each in tried)
    wrong = tuple(mistakes(question, tried[0]))
    goals = {number: shows(question, wrong, each) for number, each in enumerate(tried)}
    chosen = _cover(goals)
    chosen |= _cover({number: goals[number] for number in goals.keys() - chosen})
    others = [number for number in goals if number not in chosen]
    step = max(len(others) // PLAIN, 1)
    kept = sorted({*chosen, *others[::step][:PLAIN]})
    return tuple(decision(question, tried[number]) for number in kept)


def shows(
    question: Question, known: Iterable[tuple[str, Mistake]], inputs: Inputs
) -> frozenset[Hashable]:
    """The mistakes that these inputs show, and the sides of each comparison on which they are."""
    right = decide(question, inputs)
    wrong = {name for name, mistake in known if mistake(inputs) != right}
    sides = {
        (each.place, each.sign) for each in probe(question, inputs).compared if each.distance <= 1
    }
    return frozenset({*wrong, *sides, ("output", right > 0)})


def candidates(question: Question, version: Version) -> Iterator[Inputs]:
    """Inputs that a node can show: all of a grid if they are few, else some of them."""
    axes = {}
    for operand in question.operands():
        tried: tuple[int | bool, ...] = (False, True) if operand.truth else COUNTS
        axes[operand.name] = VALUES.get(operand.name, tried)
    axes |= {name: (value,) for name, value in question.fixed.items()}
    if version is Version.V1_7 and "prefix_mode" in axes:
        axes["prefix_mode"] = (False,)
    if prod(map(len, axes.values())) <= MOST_TRIED:
        grid: Iterator[tuple[int | bool, ...]] = product(*axes.values())
    else:
        grid = _drawn(question.name, list(axes.values()))
    for values in grid:
        inputs = dict(zip(axes, values, strict=True))
        if possible(inputs):
            yield inputs


def _drawn(seed: str, axes: list[tuple[int | bool, ...]]) -> Iterator[tuple[int | bool, ...]]:
    # Only `random()` is promised to give the same numbers in every version of Python.
    draw = random.Random(seed).random
    seen = set()
    for _ in range(MOST_TRIED):
        values = tuple(axis[int(draw() * len(axis))] for axis in axes)
        if values not in seen:
            seen.add(values)
            yield values


def _cover(goals: dict[int, frozenset[Hashable]]) -> set[int]:
    """As few as reach every goal that any reaches: each time the first that reaches most."""
    left: set[Hashable] = set().union(*goals.values())
    chosen: set[int] = set()
    while left:
        best = max(goals, key=lambda number: (len(goals[number] & left), -number))
        chosen.add(best)
        left -= goals[best]
    return chosen
