"""What can be changed in a function: the operators on formulas, and those on steps."""

import ast
import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Final, cast

from attrs import frozen

Replacement = tuple[str, ast.AST]
"""Name of the operator, and the new node."""
Place = tuple[tuple[str, int | None], ...]
"""The way from a function to a node in it: fields, with a position in those that are lists."""


@frozen(eq=False)
class Change:
    """A changed function."""

    operator: str
    text: str
    """Old and new text of what changed."""
    node: ast.FunctionDef
    line: int
    """Where the statement begins that is, or has, the change."""


LOGIC: Final = "k"
_OTHER_OPERATION: Final = {
    "lt": ("le", "ge"),
    "le": ("lt", "gt"),
    "gt": ("ge", "le"),
    "ge": ("gt", "lt"),
    "eq": ("ne", "le", "ge"),
    "ne": ("eq", "lt", "gt"),
    "max": ("min",),
    "min": ("max",),
    "all": ("any",),
    "any": ("all",),
    "ceil_div": ("floor_div",),
    "floor_div": ("ceil_div",),
}
_TRUTHS: Final = frozenset(("lt", "le", "gt", "ge", "eq", "ne", "all", "any", "no", "choose"))
_ORDERED: Final = frozenset(("lt", "le", "gt", "ge", "ceil_div", "floor_div"))
_COMPARISONS: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ARITHMETIC: Final[dict[type[ast.operator], tuple[type[ast.operator], ...]]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add,),
    ast.FloorDiv: (ast.Mult,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitAnd: (ast.BitOr,),
}
_OTHER_FUNCTION: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}
_NOT_SWAPPED: Final = frozenset(("isinstance", "call", "choose", "evolve", "cast", "min", "max"))
"""Functions whose operands nobody mixes up, as every swap ends in a type error, or may mix up."""


# -- formulas ------------------------------------------------------------------------------------


def formula_changes(function: ast.FunctionDef, constants: AbstractSet[str]) -> Iterator[Change]:
    """Changes of a formula over `Logic`; `constants` are the numbers its module names."""
    numbers, truths = _parameters(function)

    def of(node: ast.AST) -> Iterator[Replacement]:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=logic), attr=operation)) if (
                logic == LOGIC
            ):
                yield from _of_operation(node, operation)
            case ast.Call(func=ast.Name(id="positive"), args=[_, value]):
                yield "positive part dropped", value
            case ast.Call(args=[_, *operands]):
                yield from _swapped_neighbours(node, operands)
            case ast.BinOp():
                yield from _of_arithmetic(node)
            case ast.Name(id=name, ctx=ast.Load()) if name in numbers | constants:
                for other in sorted(numbers - {name}):
                    yield "another operand", ast.Name(other, ast.Load())
                yield "one more", ast.BinOp(node, ast.Add(), ast.Constant(1))
                yield "one less", ast.BinOp(node, ast.Sub(), ast.Constant(1))
            case ast.Name(id=name, ctx=ast.Load()) if name in truths:
                for other in sorted(truths - {name}):
                    yield "another operand", ast.Name(other, ast.Load())
                yield "negated", _operation("no", node)
            case ast.Constant(value=int(value)) if not isinstance(value, bool):
                yield "one more", ast.Constant(value + 1)
                yield "one less", ast.Constant(value - 1)
            case ast.Return(value=ast.expr()):
                truth = "B" in ast.unparse(function.returns or ast.Constant(None))
                for constant in (False, True) if truth else (0, 1):
                    yield "constant result", ast.Return(ast.Constant(constant))

    yield from _changes(function, of)


def _parameters(function: ast.FunctionDef) -> tuple[set[str], set[str]]:
    named = {
        each.arg: ast.unparse(each.annotation)
        for each in function.args.args
        if each.annotation is not None
    }
    return (
        {name for name, kind in named.items() if kind in ("I", "I | int")},
        {name for name, kind in named.items() if kind == "B"},
    )


def _operation(name: str, *operands: ast.expr) -> ast.Call:
    return ast.Call(ast.Attribute(ast.Name(LOGIC, ast.Load()), name, ast.Load()), [*operands], [])


def _of_operation(node: ast.Call, operation: str) -> Iterator[Replacement]:
    for other in _OTHER_OPERATION.get(operation, ()):
        yield "another operation", _operation(other, *node.args)
    if operation in _TRUTHS - {"no"}:
        yield "negated", _operation("no", node)
    match operation, node.args:
        case (("ite" | "choose"), [condition, then, otherwise]):
            yield "branches swapped", _operation(operation, condition, otherwise, then)
            yield "condition forced", then
            yield "condition forced", otherwise
        case "no", [condition]:
            yield "negation dropped", condition
        case (("all" | "any"), [_, _, *_]):
            for left_out in range(len(node.args)):
                rest = [arg for number, arg in enumerate(node.args) if number != left_out]
                yield "operand dropped", _operation(operation, *rest)
        case (("max" | "min" | "floor_div" | "ceil_div"), [one, two]):
            yield "operand dropped", one
            yield "operand dropped", two
        case _:
            pass
    if operation in _ORDERED:
        yield "operands swapped", _operation(operation, *reversed(node.args))


# -- steps ---------------------------------------------------------------------------------------


def step_changes(function: ast.FunctionDef) -> Iterator[Change]:
    """Changes of a function in plain Python."""
    bound = {each.arg for each in ast.walk(function) if isinstance(each, ast.arg)}

    def of(node: ast.AST) -> Iterator[Replacement]:
        match node:
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                for other in _COMPARISONS.get(type(operator), ()):
                    yield "another comparison", ast.Compare(left, [other()], [right])
            case ast.BoolOp(op=operator, values=values):
                swapped = ast.Or() if isinstance(operator, ast.And) else ast.And()
                yield "and for or", ast.BoolOp(swapped, values)
                for left_out in range(len(values)):
                    rest = [each for number, each in enumerate(values) if number != left_out]
                    yield (
                        "operand dropped",
                        ast.BoolOp(operator, rest) if len(rest) > 1 else rest[0],
                    )
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield "negation dropped", operand
            case ast.BinOp():
                yield from _of_arithmetic(node)
            case ast.Constant(value=bool(value)):
                yield "truth value", ast.Constant(not value)
            case ast.Constant(value=int(value)):
                yield "one more", ast.Constant(value + 1)
                yield "one less", ast.Constant(value - 1)
            case ast.Call():
                yield from _of_call(node)
            case ast.If() | ast.IfExp():
                for constant in (True, False):
                    changed = copy.copy(node)
                    changed.test = ast.Constant(constant)
                    yield "condition forced", changed
            case ast.comprehension(ifs=[_, *_]):
                for left_out in range(len(node.ifs)):
                    fewer = copy.copy(node)
                    fewer.ifs = [each for n, each in enumerate(node.ifs) if n != left_out]
                    yield "filter dropped", fewer
            case ast.For(body=body):
                once = copy.copy(node)
                once.body = [*body, ast.Break()]
                yield "first turn only", once
                yield "loop dropped", ast.Pass()
            case ast.Assign(targets=[ast.Name(id=name)]) if name in bound:
                yield "statement dropped", ast.Pass()
            case ast.Assign(targets=[ast.Name(id=name)]):
                bound.add(name)
            case ast.AugAssign() | ast.Expr() | ast.Continue() | ast.Break() | ast.Raise():
                yield "statement dropped", ast.Pass()

    yield from _changes(function, of)


def _of_call(node: ast.Call) -> Iterator[Replacement]:
    if isinstance(node.func, ast.Name) and node.func.id in _OTHER_FUNCTION:
        other = ast.Name(_OTHER_FUNCTION[node.func.id], ast.Load())
        yield "another function", ast.Call(other, node.args, node.keywords)
    if isinstance(node.func, ast.Name) and node.func.id == "evolve":
        for left_out in range(len(node.keywords)):
            rest = [each for number, each in enumerate(node.keywords) if number != left_out]
            yield "field not changed", ast.Call(node.func, node.args, rest)
    yield from _swapped_neighbours(node, node.args)


# -- both ----------------------------------------------------------------------------------------


def _of_arithmetic(node: ast.BinOp) -> Iterator[Replacement]:
    for other in _ARITHMETIC.get(type(node.op), ()):
        yield "another operation", ast.BinOp(node.left, other(), node.right)
    yield "operand dropped", node.left
    yield "operand dropped", node.right


def _swapped_neighbours(node: ast.Call, operands: Sequence[ast.expr]) -> Iterator[Replacement]:
    if isinstance(node.func, ast.Name) and node.func.id in _NOT_SWAPPED:
        return
    plain = (ast.Name, ast.Attribute, ast.Constant)
    skipped = len(node.args) - len(operands)
    for number, (one, two) in enumerate(pairwise(operands), skipped):
        if isinstance(one, plain) and isinstance(two, plain) and ast.unparse(one) != "INTS":
            swapped = [*node.args]
            swapped[number], swapped[number + 1] = two, one
            yield "operands swapped", ast.Call(node.func, swapped, node.keywords)


def _changes(
    function: ast.FunctionDef, of: Callable[[ast.AST], Iterable[Replacement]]
) -> Iterator[Change]:
    for place, node, line in _walk(function):
        seen = {ast.dump(node)}
        for operator, new in of(node):
            dumped = ast.dump(new)
            if dumped not in seen:
                seen.add(dumped)
                changed = cast(ast.FunctionDef, _with(function, place, new))
                text = f"`{_one_line(node)}` → `{_one_line(new)}`"
                yield Change(operator, text, changed, line)


def _walk(function: ast.FunctionDef) -> Iterator[tuple[Place, ast.AST, int]]:
    """The nodes of the body, outer before inner, without docstring and annotations.

    Each with the line on which the innermost statement around it begins.
    """
    first = int(ast.get_docstring(function, clean=False) is not None)
    for number, statement in enumerate(function.body[first:], first):
        yield from _inside((("body", number),), statement, statement.lineno)


def _inside(place: Place, node: ast.AST, line: int) -> Iterator[tuple[Place, ast.AST, int]]:
    if isinstance(node, ast.stmt):
        line = node.lineno
    yield place, node, line
    for name, value in ast.iter_fields(node):
        if name == "annotation":
            continue
        if isinstance(value, ast.AST):
            yield from _inside((*place, (name, None)), value, line)
        elif isinstance(value, list):
            for number, each in enumerate(value):
                if isinstance(each, ast.AST):
                    yield from _inside((*place, (name, number)), each, line)


def _with(node: ast.AST, place: Place, new: ast.AST) -> ast.AST:
    """A copy of the tree with another node at the place; what lies beside the way is shared."""
    if not place:
        return new
    (name, number), *rest = place
    changed = copy.copy(node)
    inner = getattr(node, name)
    if number is None:
        setattr(changed, name, _with(inner, tuple(rest), new))
    else:
        replaced = _with(inner[number], tuple(rest), new)
        setattr(changed, name, [*inner[:number], replaced, *inner[number + 1 :]])
    return changed


_LONGEST: Final = 110


def _one_line(node: ast.AST) -> str:
    if isinstance(node, ast.If):
        return f"if {ast.unparse(node.test)}"
    if isinstance(node, ast.For):
        end = " … break" if isinstance(node.body[-1], ast.Break) else ""
        return f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}{end}"
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
