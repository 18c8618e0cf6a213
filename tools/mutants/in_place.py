"""A mutant in this very process: the code of the functions that it changes, exchanged for a while.

A copy of the repository (`workspace`) shows everything, but takes seconds. This takes milliseconds
and does not show what was computed before: what a module made when it was imported, what an ENI
remembers about its CIDRs and a store about its ENIs, what a cache holds. So states are to be made
anew while a mutant is in place.
"""

import ast
import importlib
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Final

from tools.mutants.mutant import ROOT, Mutant

_LOCAL: Final = "<locals>"


class NotInPlaceError(Exception):
    """The mutant changes more than the bodies of functions that can be found."""


@contextmanager
def in_place(mutant: Mutant) -> Iterator[None]:
    """The package with the mutant in it; `NotInPlaceError` if that cannot be here."""
    changed = changes(mutant)
    whole = [(function, function.__code__) for function, _ in changed]
    try:
        for function, code in changed:
            function.__code__ = code
        yield
    finally:
        for function, code in whole:
            function.__code__ = code


@cache
def changes(mutant: Mutant) -> tuple[tuple[FunctionType, CodeType], ...]:
    """The functions that the mutant changes, each with its new code."""
    path = ROOT / mutant.path
    new = mutant.source()
    before, after = _bodies(path.read_text("utf-8")), _bodies(new)
    if before.pop("") != after.pop("") or before.keys() != after.keys():
        raise NotInPlaceError(mutant.name)
    names = {name for name, body in before.items() if body != after[name]}
    codes = {each.co_qualname: each for each in _inside(compile(new, path, "exec"))}
    found = _functions(mutant.path)
    if not names or not names <= found.keys() & codes.keys():
        raise NotInPlaceError(mutant.name)
    pairs = tuple((found[name], codes[name]) for name in sorted(names))
    if any(len(code.co_freevars) != len(each.__code__.co_freevars) for each, code in pairs):
        raise NotInPlaceError(mutant.name)
    return pairs


def _bodies(text: str) -> dict[str, str]:
    """The bodies of functions and methods by qualified name; by "" what is left of the module."""
    found: dict[str, str] = {}

    def take(holder: ast.Module | ast.ClassDef, outer: str) -> None:
        for each in holder.body:
            name = f"{outer}{each.name}" if isinstance(each, ast.FunctionDef | ast.ClassDef) else ""
            if isinstance(each, ast.ClassDef):
                take(each, f"{name}.")
            elif isinstance(each, ast.FunctionDef):
                found[name] = "\n".join([found.get(name, ""), *map(ast.dump, each.body)])
                each.body = [ast.Pass()]

    module = ast.parse(text)
    take(module, "")
    return {**found, "": ast.dump(module)}


def _inside(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType) and _LOCAL not in each.co_qualname:
            yield each
            yield from _inside(each)


def _functions(path: str) -> dict[str, FunctionType]:
    """The functions and methods of a module by qualified name."""
    name = ".".join(Path(path).with_suffix("").parts).removesuffix(".__init__")
    found: dict[str, FunctionType] = {}

    def take(holder: object) -> None:
        for each in vars(holder).values():
            if inspect.isclass(each) and each.__module__ == name and each is not holder:
                take(each)
            function = inspect.unwrap(getattr(each, "fget", None) or getattr(each, "func", each))
            if inspect.isfunction(function) and function.__module__ == name:
                found[function.__qualname__] = function

    take(importlib.import_module(name))
    return found
