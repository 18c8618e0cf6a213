"""What a set of inputs tells apart: comparisons that are noted, and mistakes that are made.

A formula has no control flow, so its operations come in the same order whatever its operands are:
the third operation of a formula is a place in its text. A mistake is another operation in one
place, or an operand that is read wrongly; inputs show it if the formula then says something else.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from attrs import define, field, frozen

from ipam_model.arithmetic import INTS
from ipam_model.vectors.questions import Inputs, Question

Operation: TypeAlias = Callable[..., int | bool]


@frozen
class Seen:
    """A comparison, by its place, and whether the first is less than, equal to or more."""

    place: int
    sign: int
    distance: int
    """How far apart they are."""


@define
class Noting:
    """A logic that notes its operations; in one place another one may stand in."""

    place: int = -1
    instead: Operation | None = None
    operations: list[str] = field(factory=list)
    compared: list[Seen] = field(factory=list)

    def __getattr__(self, name: str) -> Operation:
        """An operation of the logic."""
        usual: Operation = getattr(INTS, name)

        def operation(*given: Any) -> int | bool:  # noqa: ANN401 - numbers and truth values
            place = len(self.operations)
            self.operations.append(name)
            if name in COMPARISONS or name in ("max", "min"):
                one, other = given
                self.compared.append(Seen(place, (one > other) - (one < other), abs(one - other)))
            if place == self.place and self.instead is not None:
                return self.instead(*given)
            return usual(*given)

        return operation


COMPARISONS: Final = ("lt", "le", "gt", "ge", "eq", "ne")


def _dropping(name: str, position: int) -> Operation:
    usual: Operation = getattr(INTS, name)
    return lambda *given: usual(*given[:position], *given[position + 1 :])


_INSTEAD: Final[Mapping[str, tuple[Operation, ...]]] = {
    "lt": (INTS.le, INTS.gt, INTS.ne),
    "le": (INTS.lt, INTS.ge, INTS.eq),
    "gt": (INTS.ge, INTS.lt, INTS.ne),
    "ge": (INTS.gt, INTS.le, INTS.eq),
    "eq": (INTS.ne, INTS.le, INTS.ge),
    "ne": (INTS.eq, INTS.lt, INTS.gt),
    "max": (INTS.min, lambda one, _: one, lambda _, other: other),
    "min": (INTS.max, lambda one, _: one, lambda _, other: other),
    "ite": (lambda _, then, __: then, lambda _, __, otherwise: otherwise),
    "choose": (lambda _, then, __: then, lambda _, __, otherwise: otherwise),
    "no": (lambda condition: condition,),
    "ceil_div": (INTS.floor_div,),
    "floor_div": (INTS.ceil_div,),
    "all": (INTS.any, *(_dropping("all", position) for position in range(5))),
    "any": (INTS.all, *(_dropping("any", position) for position in range(5))),
}
"""The mistakes in one operation."""

Mistake: TypeAlias = Callable[[Inputs], "int | bool"]
"""The formula with a mistake in it."""


def decide(question: Question, inputs: Inputs, logic: object = INTS) -> int | bool:
    """What the formula says."""
    return question.formula(logic, **inputs)


def probe(question: Question, inputs: Inputs) -> Noting:
    """What the formula compares with these inputs."""
    noting = Noting()
    decide(question, inputs, noting)
    return noting


def mistakes(question: Question, sample: Inputs) -> Iterator[tuple[str, Mistake]]:
    """Wrong versions of a formula, by what is wrong; `sample` is any input."""
    for place, name in enumerate(probe(question, sample).operations):
        for number, instead in enumerate(_INSTEAD[name]):
            yield f"operation {place} ({name}), {number}", _with(question, place, instead)
    for operand in question.operands():
        if operand.name not in question.fixed and operand.name != "now":
            for by in (1,) if operand.truth else (1, -1):
                yield f"{operand.name} {by:+}", _misread(question, operand.name, by)


def _with(question: Question, place: int, instead: Operation) -> Mistake:
    return lambda inputs: decide(question, inputs, Noting(place, instead))


def _misread(question: Question, name: str, by: int) -> Mistake:
    def wrong(inputs: Inputs) -> int | bool:
        value = inputs[name]
        read = not value if isinstance(value, bool) else max(value + by, 0)
        return decide(question, {**inputs, name: read})

    return wrong
