"""A mutant: one change in one function, and the code that results."""

import ast
import copy
import hashlib
import importlib
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Final, cast

from attrs import field, frozen

from ipam_model.catalogue import catalogue, implementations
from tools.mutants.mutant import ROOT
from tools.mutation.operators import Change, formula_changes, step_changes

RULES: Final = "rules"
STEPS: Final = "steps"
TIERS: Final = (RULES, STEPS)
_FORMULAS: Final = "ipam_model.rules."
_STEPS_IN: Final = (
    "ipam_model.daemon.",
    "ipam_model.ec2.",
    "ipam_model.tallies.",
    "ipam_model.state.",
    "ipam_model.aws_layer.",
    "ipam_model.aws_layer_v1_7.",
)


@frozen(kw_only=True)
class Target:
    """A function that is mutated."""

    name: str
    """Dotted: module and qualified name."""
    tier: str
    functions: tuple[FunctionType] = field(eq=False, repr=False)
    """The function itself."""
    rules: tuple[str, ...]
    """Rules that it is the text of."""

    def function(self) -> FunctionType:
        """The function, as everybody refers to it: its code may be exchanged."""
        return self.functions[0]

    @property
    def module(self) -> str:
        """Dotted name of its module."""
        return self.function().__module__

    @property
    def short(self) -> str:
        """Its name without the package."""
        return self.name.removeprefix("ipam_model.")


@frozen(kw_only=True)
class Mutant:
    """A changed function."""

    target: Target
    operator: str
    """What kind of change."""
    change: str
    """Old text and new, on one line."""
    node: ast.FunctionDef = field(eq=False, repr=False)
    line: int = field(eq=False, repr=False)
    """Of the module: where the statement begins that is, or has, the change."""

    @property
    def name(self) -> str:
        """Unique and stable: it quotes the text that changes, not where it stands."""
        return f"{self.target.short}: {self.change}"

    def code(self) -> CodeType:
        """The code of the changed function.

        Raises:
            SyntaxError: the change makes no Python.
        """
        return compiled(self.target, self.node)


def compiled(target: Target, changed: ast.FunctionDef) -> CodeType:
    """Code of the target with another body, as its module would have it."""
    tree = copy.copy(_tree(target.module))
    qualname = target.function().__qualname__.split(".")
    tree.body = _replaced(tree.body, qualname, changed)
    path = inspect.getfile(target.function())
    module = compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)
    return next(
        code for code in _inner(module) if code.co_qualname == target.function().__qualname__
    )


@cache
def targets() -> tuple[Target, ...]:
    """All functions that are mutated: the formulas, then the steps, each by name."""
    rules_of: dict[str, list[str]] = {}
    for entry in catalogue().values():
        for name in entry.where:
            rules_of.setdefault(name, []).append(entry.id)
    found = {name: cast(FunctionType, each) for name, each in implementations().items()}
    for path in sorted((ROOT / "ipam_model" / "rules").glob("*.py")):
        module = importlib.import_module(f"{_FORMULAS}{path.stem}".removesuffix(".__init__"))
        found |= {
            f"{module.__name__}.{each.__qualname__}": each
            for each in vars(module).values()
            if inspect.isfunction(each)
            and each.__module__ == module.__name__
            and next(iter(inspect.signature(each).parameters), "") == "k"
        }
    return tuple(
        Target(
            name=name,
            tier=RULES if name.startswith(_FORMULAS) else STEPS,
            functions=(function,),
            rules=tuple(rules_of.get(name, ())),
        )
        for name, function in sorted(found.items())
        if name.startswith((_FORMULAS, *_STEPS_IN))
    )


@cache
def mutants() -> tuple[Mutant, ...]:
    """All mutants, in the order of their targets; no two change a node into the same."""
    return tuple(mutant for target in targets() for mutant in mutants_of(target))


def definition(target: Target) -> ast.FunctionDef:
    """The target's syntax tree."""
    body: list[ast.stmt] = _tree(target.module).body
    *outer, last = target.function().__qualname__.split(".")
    for name in outer:
        body = next(n for n in body if isinstance(n, ast.ClassDef) and n.name == name).body
    return next(n for n in body if isinstance(n, ast.FunctionDef) and n.name == last)


def digest(target: Target) -> str:
    """Of what the target's text says: not of comments, of its rules' wording or of its place."""
    node = copy.copy(definition(target))
    node.decorator_list = []
    return hashlib.sha256(ast.unparse(node).encode()).hexdigest()[:16]


def mutants_of(target: Target) -> Iterator[Mutant]:
    """The mutants of one function."""
    node = definition(target)
    module = _tree(target.module)
    times: dict[str, int] = {}
    for change in _changes(target, node, module):
        times[change.text] = times.get(change.text, 0) + 1
        number = f" #{times[change.text]}" if times[change.text] > 1 else ""
        yield Mutant(
            target=target,
            operator=change.operator,
            change=f"{change.text}{number}",
            node=change.node,
            line=change.line,
        )


def _changes(target: Target, node: ast.FunctionDef, module: ast.Module) -> Iterator[Change]:
    if target.tier == RULES:
        constants = {
            each.target.id
            for each in module.body
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
        }
        return formula_changes(node, constants)
    return step_changes(node)


@cache
def _tree(module: str) -> ast.Module:
    path = ROOT / Path(*module.split("."))
    file = path.with_suffix(".py")
    return ast.parse((file if file.is_file() else path / "__init__.py").read_text("utf-8"))


def _replaced(
    body: list[ast.stmt], qualname: list[str], changed: ast.FunctionDef
) -> list[ast.stmt]:
    first, *rest = qualname
    new: list[ast.stmt] = []
    for node in body:
        if rest and isinstance(node, ast.ClassDef) and node.name == first:
            outer = copy.copy(node)
            outer.body = _replaced(node.body, rest, changed)
            new.append(outer)
        elif not rest and isinstance(node, ast.FunctionDef) and node.name == first:
            new.append(changed)
        else:
            new.append(node)
    return new


def _inner(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _inner(constant)
