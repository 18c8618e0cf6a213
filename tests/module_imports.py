"""What the modules of the package import, read from their text without running them."""

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from attrs import frozen

PACKAGE = "ipam_model"


@frozen
class Import:
    """One import of one name."""

    importer: str
    line: int
    target: str
    """Dotted name of a module of the package, or of whatever else is imported."""
    function: str
    """Name of the innermost enclosing function; empty at the top of a module."""


def read_package(root: Path) -> dict[str, str]:
    """Text of every module by dotted name; a package goes by the name of its folder."""
    found = {}
    for path in sorted((root / PACKAGE).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = path.read_text("utf-8")
    return found


def imports_of(modules: Mapping[str, str], importer: str) -> list[Import]:
    """Every `import` statement of a module, wherever it stands, one entry per imported name."""
    return [
        Import(importer, node.lineno, target, function)
        for node, function in _with_function(ast.parse(modules[importer]), "")
        if isinstance(node, ast.Import | ast.ImportFrom)
        for target in _targets(modules, importer, node)
    ]


def hidden_imports_of(modules: Mapping[str, str], importer: str) -> list[Import]:
    """Calls of `import_module` and `__import__`, whose targets cannot be read off the text."""
    return [
        Import(importer, node.lineno, "?", function)
        for node, function in _with_function(ast.parse(modules[importer]), "")
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id in ("__import__", "import_module"))
            or (isinstance(node.func, ast.Attribute) and node.func.attr == "import_module")
        )
    ]


def find_cycle(edges: Mapping[str, set[str]]) -> list[str]:
    """Some cycle of the graph, its first node repeated at the end; empty if there is none."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        cycle = error.args[1]
        assert isinstance(cycle, list)
        return cycle
    return []


def _with_function(node: ast.AST, function: str) -> Iterator[tuple[ast.AST, str]]:
    for child in ast.iter_child_nodes(node):
        yield child, function
        inner = (
            child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
        )
        yield from _with_function(child, inner)


def _targets(
    modules: Mapping[str, str], importer: str, node: ast.Import | ast.ImportFrom
) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = _base(importer, node, is_package=_is_package(modules, importer))
    names = [f"{base}.{alias.name}" for alias in node.names]
    return [name if name in modules else base for name in names]


def _base(importer: str, node: ast.ImportFrom, *, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    up = node.level - 1 if is_package else node.level
    parts = importer.split(".")
    return ".".join([*parts[: len(parts) - up], *(node.module or "").split(".")]).rstrip(".")


def _is_package(modules: Mapping[str, str], name: str) -> bool:
    return any(other.startswith(f"{name}.") for other in modules)
