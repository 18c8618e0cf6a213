"""Which functions a piece of code reaches, noted by the functions themselves.

A profiler would slow every call down. Here each function that is mutated gets, for the time being,
a first statement that puts its own name into a set.
"""

import ast
import builtins
import copy
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from tools.mutation.mutant import Target, compiled, definition

_HOOK: Final = "__reached_by_a_test__"


@contextmanager
def reaching(targets: Iterable[Target]) -> Iterator[set[str]]:
    """The names of the targets that ran, in a set that may be cleared at any time."""
    reached: set[str] = set()
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
    node = copy.copy(definition(target))
    note = ast.parse(f"{_HOOK}({target.name!r})").body
    node.body = [*note, *node.body]
    return node
