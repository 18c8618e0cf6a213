"""Which statements a piece of code reaches, noted by the functions themselves.

A profiler would slow every call down. Here each statement of a function that is mutated is, for
the time being, preceded by one that notes it.
"""

import ast
import builtins
import copy
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from tools.mutation.mutant import Target, compiled, definition

Reached = set[tuple[str, int]]
"""Names of targets, and lines of their modules on which a statement began."""

T = TypeVar("T", bound=ast.AST)

_HOOK: Final = "__reached_by_a_test__"


@contextmanager
def reaching(targets: Iterable[Target]) -> Iterator[Reached]:
    """The statements of the targets that ran, in a set that may be cleared at any time."""
    reached: Reached = set()
    whole = [(target, target.function().__code__) for target in targets]
    setattr(builtins, _HOOK, reached.add)
    try:
        for target, _ in whole:
            target.function().__code__ = compiled(target, _noting(target))
        yield reached
    finally:
        for target, code in whole:
            target.function().__code__ = code
        delattr(builtins, _HOOK)


def _noting(target: Target) -> ast.FunctionDef:
    return _noted(definition(target), target.name)


def _noted(node: T, name: str) -> T:
    """A copy in which every statement, at any depth, is preceded by a note of its line."""
    changed = copy.copy(node)
    for part, value in ast.iter_fields(node):
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            noted: list[ast.stmt] = []
            for statement in value:
                if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                    continue  # a docstring
                noted += ast.parse(f"{_HOOK}(({name!r}, {statement.lineno}))").body
                noted.append(_noted(statement, name))
            setattr(changed, part, noted)
        elif isinstance(value, list):
            inner = [_noted(each, name) if isinstance(each, ast.AST) else each for each in value]
            setattr(changed, part, inner)
    return changed
