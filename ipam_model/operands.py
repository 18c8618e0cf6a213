"""What a formula takes after its logic, read off its signature."""

import inspect
from collections.abc import Callable
from typing import get_args, get_type_hints

from attrs import frozen

from ipam_model.arithmetic import B, I
from ipam_model.errors import ModelError


@frozen
class Operand:
    """A parameter of a formula, after the logic."""

    name: str
    truth: bool = False
    """A truth value; otherwise a number."""
    constant: bool = False
    """A number that may also be a plain integer."""


def operands(formula: Callable[..., object]) -> tuple[Operand, ...]:
    """What a formula takes after its logic, read off its signature (`I`, `I | int` or `B`).

    Raises:
        ModelError: a parameter is neither, or the first is not called `k`: no formula.
    """
    hints = get_type_hints(formula)
    first, *names = inspect.signature(formula).parameters
    if first != "k":
        raise ModelError(f"{formula.__qualname__} is no formula: it does not begin with a logic")
    found = []
    for name in names:
        kinds = get_args(hints[name]) or (hints[name],)
        if kinds not in ((B,), (I,), (I, int)):
            raise ModelError(
                f"{formula.__qualname__}: {name} is neither a number nor a truth value"
            )
        found.append(Operand(name, B in kinds, int in kinds))
    return tuple(found)
