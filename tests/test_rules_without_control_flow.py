"""The formulas stay formulas: nothing in `ipam_model/rules/` decides in Python.

On solver terms `if`, `and`, comparisons and the like silently mean something else, and no type
checker notices. The operations of `ipam_model.arithmetic.Logic` stand in for all of them.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.shared import ROOT

NOT_FORMULAS: Final = {"__init__.py", "notes.py"}
"""Files without formulas."""

DECISIONS: Final[dict[type[ast.AST], str]] = {
    ast.If: "if",
    ast.IfExp: "conditional expression",
    ast.BoolOp: "and / or",
    ast.Compare: "comparison",
    ast.While: "while",
    ast.Assert: "assert",
    ast.Match: "match",
}

BUILTINS: Final = {"max", "min", "any", "all", "bool", "sorted", "filter"}
"""Functions that compare their arguments or ask for their truth."""

RULE_FILES: Final = sorted(
    path for path in (ROOT / "ipam_model" / "rules").glob("*.py") if path.name not in NOT_FORMULAS
)


def control_flow(source: str) -> Iterator[str]:
    """What the text decides in Python, as `line: what`."""
    for node in ast.walk(ast.parse(source)):
        what = DECISIONS.get(type(node))
        if isinstance(node, ast.comprehension) and node.ifs:
            yield f"{node.ifs[0].lineno}: if in a comprehension"
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield f"{node.lineno}: not"
        elif isinstance(node, ast.Name) and node.id in BUILTINS:
            yield f"{node.lineno}: builtin {node.id}"
        elif what is not None and isinstance(node, ast.stmt | ast.expr):
            yield f"{node.lineno}: {what}"


def test_there_are_rules_to_check() -> None:
    assert {path.stem for path in RULE_FILES} >= {"warm_pool", "growth", "shrink"}


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_formulas_have_no_control_flow(path: Path) -> None:
    assert not list(control_flow(path.read_text("utf-8")))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("if a: b = 1", ["if"]),
        ("x = a if b else c", ["conditional expression"]),
        ("x = a and b", ["and / or"]),
        ("x = a or b", ["and / or"]),
        ("x = not a", ["not"]),
        ("x = a < b", ["comparison"]),
        ("x = a == b", ["comparison"]),
        ("x = a in b", ["comparison"]),
        ("x = a is None", ["comparison"]),
        ("while a: b()", ["while"]),
        ("assert a", ["assert"]),
        ("match a:\n    case 1: pass", ["match"]),
        ("x = max(a, b)", ["builtin max"]),
        ("x = min(a, b)", ["builtin min"]),
        ("f = max", ["builtin max"]),
        ("x = any(a)", ["builtin any"]),
        ("x = bool(a)", ["builtin bool"]),
        ("x = [a for a in b if a]", ["if in a comprehension"]),
        ("x = k.max(a, b)", []),
        ("x = k.any(k.lt(a, b), k.no(c))", []),
        ("x = a + b - 2 * c", []),
        ("def f(a: int | None) -> int: return a", []),
    ],
)
def test_control_flow_is_found(line: str, found: list[str]) -> None:
    assert list(control_flow(line)) == [f"1: {what}" for what in found]
