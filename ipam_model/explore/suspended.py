"""What a suspended procedure still depends on, read off its text.

A generator cannot be copied or compared, so the explorer needs a key for one that waits for an
answer. Its future is a function of three things: where it waits, the values that are still read
there, and what it will be told. A backward analysis of the procedure's text finds which local
variables are still read after each question (the others are dead: they are left, or overwritten
first), so that the key is complete without anything to be declared, and forgets what no longer
matters.

A frame alone would not be enough: it hides half-evaluated expressions and the positions of `for`
loops. So a procedure must keep to a form in which nothing is hidden, and `Reading` refuses any
other: a question is the whole right side of an assignment, of a `return` or of an expression
statement, and a `for` loop around a question goes through distinct values taken from locals that
do not change meanwhile, so that the loop's variable tells how far it is.
"""

import ast
import inspect
import textwrap
from collections.abc import Generator, Iterator
from functools import cache
from types import CodeType, GeneratorType
from typing import Any, Final, NamedTuple, TypeAlias

from ipam_model.errors import ModelError

Names: TypeAlias = frozenset[str]
NOTHING: Final[Names] = frozenset()
CONSTANT: Final[Names] = frozenset({"config"})
"""Arguments that are the same in every procedure of an exploration."""


class Frame(NamedTuple):
    """One procedure of a chain of procedures that wait for each other."""

    code: CodeType
    line: int
    """Of the question, counted from the beginning of the file."""
    live: tuple[tuple[str, object], ...]
    """The local variables that are still read, by name."""


def frames(procedure: Generator[Any, Any, Any]) -> Iterator[Frame]:
    """The procedures that wait, the outermost first.

    Raises `ModelError` if one of them hides what it depends on.
    """
    waiting: object = procedure
    while isinstance(waiting, GeneratorType):
        frame = waiting.gi_frame
        if frame is None:
            raise ModelError(f"{waiting.__qualname__} does not wait")
        line = frame.f_lineno
        names = still_read(waiting.gi_code, line)
        values = frame.f_locals
        live = tuple((name, values[name]) for name in names if name in values)
        yield Frame(waiting.gi_code, line, live)
        waiting = waiting.gi_yieldfrom
    if waiting is not None:
        raise ModelError(f"a procedure waits for {type(waiting).__name__}, not for another one")


@cache
def still_read(code: CodeType, line: int) -> tuple[str, ...]:
    """The local variables that a procedure reads after its question in this line, sorted."""
    locals_of = (*code.co_varnames, *code.co_cellvars, *code.co_freevars)
    for question in reading(code):
        if question.first <= line <= question.last:
            return tuple(sorted(question.live.intersection(locals_of) - CONSTANT))
    raise ModelError(f"{code.co_qualname} does not ask in line {line}")


class Question(NamedTuple):
    """A statement that asks, and the names that are read after it."""

    first: int
    last: int
    live: Names


@cache
def reading(code: CodeType) -> tuple[Question, ...]:
    """Every question of a procedure; `ModelError` if its text hides what it depends on."""
    lines, start = inspect.getsourcelines(code)
    tree = ast.parse(textwrap.dedent("".join(lines)))
    function = tree.body[0]
    if not isinstance(function, ast.FunctionDef):
        raise ModelError(f"{code.co_qualname} is not a plain function")
    return Reading(code.co_qualname, start - 1).questions(function)


class _Loop(NamedTuple):
    """Where `continue` and `break` lead."""

    again: Names
    out: Names


class Reading:
    """The backward analysis of one function."""

    def __init__(self, name: str, offset: int) -> None:
        self._name = name
        self._offset = offset
        self._found: dict[tuple[int, int], Names] = {}
        self._kept: list[Names] = []
        """Names that the `for` loops around the present statement need."""

    def questions(self, function: ast.FunctionDef) -> tuple[Question, ...]:
        """Where the function asks, and what it reads afterwards."""
        self._block(function.body, NOTHING, None)
        return tuple(Question(*place, live) for place, live in sorted(self._found.items()))

    def _block(self, body: list[ast.stmt], out: Names, loop: _Loop | None) -> Names:
        for statement in reversed(body):
            out = self._statement(statement, out, loop)
        return out

    def _statement(self, statement: ast.stmt, out: Names, loop: _Loop | None) -> Names:
        match statement:
            case ast.Assign(targets=targets, value=value):
                killed = frozenset[str]().union(*(_bound(target) for target in targets))
                return self._simple(statement, value, out - killed) | _uses(*targets)
            case ast.AnnAssign(target=target, value=value):
                return self._simple(statement, value, out - _bound(target)) | _uses(target)
            case ast.AugAssign(target=target, value=value):
                self._refuse(value)
                return out | _bound(target) | _uses(target, value)
            case ast.Expr(value=value):
                return self._simple(statement, value, out)
            case ast.Return(value=value):
                return self._simple(statement, value, NOTHING)
            case ast.Continue() | ast.Break():
                assert loop is not None, "Python would not have it"
                return loop.again if isinstance(statement, ast.Continue) else loop.out
            case ast.If(test=test, body=body, orelse=orelse):
                self._refuse(test)
                branches = self._block(body, out, loop) | self._block(orelse, out, loop)
                return _uses(test) | branches
            case ast.While(test=test, body=body, orelse=[]):
                self._refuse(test)
                return self._repeat(body, out, _uses(test), NOTHING)
            case ast.For(target=target, iter=iterated, body=body, orelse=[]):
                return self._for(statement, target, iterated, body, out)
            case ast.Pass():
                return out
            case ast.Assert() | ast.Raise() | ast.Delete() | ast.FunctionDef():
                self._refuse(statement)
                return out | _uses(statement)
        raise ModelError(f"{self._name}: {type(statement).__name__} is not analysed")

    def _simple(self, statement: ast.stmt, value: ast.expr | None, live: Names) -> Names:
        if isinstance(value, ast.YieldFrom | ast.Yield):
            assert statement.end_lineno is not None, "the parser gives it"
            place = (statement.lineno + self._offset, statement.end_lineno + self._offset)
            kept = NOTHING.union(*self._kept)
            self._found[place] = self._found.get(place, NOTHING) | live | kept
            self._refuse(value.value)
        else:
            self._refuse(value)
        return live if value is None else live | _uses(value)

    def _repeat(self, body: list[ast.stmt], out: Names, always: Names, bound: Names) -> Names:
        head = out | always
        while True:
            again = out | always | (self._block(body, head, _Loop(head, out)) - bound)
            if again == head:
                return head
            head = again

    def _for(
        self, whole: ast.For, target: ast.expr, iterated: ast.expr, body: list[ast.stmt], out: Names
    ) -> Names:
        self._refuse(iterated)
        bound = _bound(target)
        asks = any(isinstance(each, ast.YieldFrom | ast.Yield) for each in ast.walk(whole))
        needed = bound | _free(iterated)
        if asks:
            changed = NOTHING.union(*(_assigned(each) for each in body)) & needed
            if changed and ast.unparse(iterated) not in FIXED:
                raise ModelError(
                    f"{self._name}: the loop over {ast.unparse(iterated)} asks and changes "
                    f"{', '.join(sorted(changed))}; name what it goes through beforehand"
                )
            self._kept.append(needed - changed)
        head = self._repeat(body, out, NOTHING, bound)
        if asks:
            self._kept.pop()
        return head | _uses(iterated)

    def _refuse(self, node: ast.AST | None) -> None:
        """A question inside a larger expression would hide what is half evaluated."""
        if node is not None and any(
            isinstance(each, ast.YieldFrom | ast.Yield) for each in ast.walk(node)
        ):
            raise ModelError(f"{self._name}: asks in the middle of an expression")


FIXED: Final = frozenset(
    {
        "[store.card for store in node.stores]",
        "[store.card for store in node.stores if store.card > 0]",
    }
)
"""What never changes while a procedure runs: the cards with a store (R9)."""


def _uses(*nodes: ast.AST) -> Names:
    return frozenset(
        each.id
        for node in nodes
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)
    )


def _free(node: ast.AST) -> Names:
    """Names read, without those that a comprehension binds itself."""
    inner = frozenset(
        name
        for each in ast.walk(node)
        if isinstance(each, ast.comprehension)
        for name in _bound(each.target)
    )
    return _uses(node) - inner


def _bound(target: ast.AST) -> Names:
    return frozenset(
        each.id
        for each in ast.walk(target)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    )


def _assigned(statement: ast.stmt) -> Names:
    return _bound(statement)
