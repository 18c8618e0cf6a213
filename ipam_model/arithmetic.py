"""The abstract integer: what a rule may do with its operands, whatever they are.

A decision formula is written once, over a number type `I` and a truth type `B`. It uses `+`, `-`
and `*` on numbers (`Num`) and takes every other operation from a `Logic[I, B]` passed as its first
argument. On Python integers `INTS` is that logic; a solver supplies another one with terms for
numbers and formulas for truth values, so that the very same text is executed and proved.

Python control flow (`if`, `and`, `or`, `not`, bare comparisons, `max`, `min`) is forbidden in
`ipam_model.rules`, because on solver terms it silently means something else; a test enforces it.
"""

from typing import Protocol, Self, TypeVar, runtime_checkable


@runtime_checkable
class Num(Protocol):
    """Operands of a rule: addition, subtraction and multiplication, also with plain integers."""

    def __add__(self, other: Self | int, /) -> Self: ...
    def __radd__(self, other: int, /) -> Self: ...
    def __sub__(self, other: Self | int, /) -> Self: ...
    def __rsub__(self, other: int, /) -> Self: ...
    def __mul__(self, other: Self | int, /) -> Self: ...
    def __rmul__(self, other: int, /) -> Self: ...


I = TypeVar("I", bound=Num)  # noqa: E741 - the abstract integer of every rule signature
B = TypeVar("B")


class Logic(Protocol[I, B]):
    """Comparisons, choice and connectives over numbers `I` and truth values `B`."""

    def max(self, a: I, b: I | int) -> I:
        """The larger of two numbers."""

    def min(self, a: I, b: I | int) -> I:
        """The smaller of two numbers."""

    def ite(self, condition: B, then: I | int, otherwise: I | int) -> I:
        """`then` if the condition holds, else `otherwise`."""

    def lt(self, a: I, b: I | int) -> B:
        """a < b."""

    def le(self, a: I, b: I | int) -> B:
        """a <= b."""

    def gt(self, a: I, b: I | int) -> B:
        """a > b."""

    def ge(self, a: I, b: I | int) -> B:
        """a >= b."""

    def eq(self, a: I, b: I | int) -> B:
        """a = b."""

    def ne(self, a: I, b: I | int) -> B:
        """a differs from b."""

    def all(self, *conditions: B) -> B:
        """Every condition holds (conjunction)."""

    def any(self, *conditions: B) -> B:
        """Some condition holds (disjunction)."""

    def no(self, condition: B) -> B:
        """The condition does not hold (negation)."""

    def choose(self, condition: B, then: B, otherwise: B) -> B:
        """Truth value `then` if the condition holds, else `otherwise`."""

    def ceil_div(self, a: I, divisor: I | int) -> I:
        """a / divisor rounded up; `a` >= 0, `divisor` >= 1."""

    def floor_div(self, a: I, divisor: I | int) -> I:
        """a / divisor rounded down; `a` >= 0, `divisor` >= 1."""


class _Ints:
    """`Logic` on Python integers and booleans; methods, for those Python calls fastest."""

    __slots__ = ()

    def max(self, a: int, b: int) -> int:
        return a if a >= b else b

    def min(self, a: int, b: int) -> int:
        return a if a <= b else b

    def ite(self, condition: bool, then: int, otherwise: int) -> int:
        return then if condition else otherwise

    def lt(self, a: int, b: int) -> bool:
        return a < b

    def le(self, a: int, b: int) -> bool:
        return a <= b

    def gt(self, a: int, b: int) -> bool:
        return a > b

    def ge(self, a: int, b: int) -> bool:
        return a >= b

    def eq(self, a: int, b: int) -> bool:
        return a == b

    def ne(self, a: int, b: int) -> bool:
        return a != b

    # Most have two or three, which are looked at fastest one by one.

    def all(self, first: bool = True, second: bool = True, *more: bool) -> bool:
        return first and second and (not more or False not in more)

    def any(self, first: bool = False, second: bool = False, *more: bool) -> bool:
        return first or second or True in more

    def no(self, condition: bool) -> bool:
        return not condition

    def choose(self, condition: bool, then: bool, otherwise: bool) -> bool:
        return then if condition else otherwise

    def ceil_div(self, a: int, divisor: int) -> int:
        return (a + divisor - 1) // divisor

    def floor_div(self, a: int, divisor: int) -> int:
        return a // divisor


INTS: Logic[int, bool] = _Ints()
"""The logic of the reference model: plain integers."""


def positive(k: Logic[I, B], value: I) -> I:
    """max(value, 0), written x⁺ in the specification."""
    return k.max(value, 0)
