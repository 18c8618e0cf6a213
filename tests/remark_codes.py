"""The codes of remarks on settings, read from the text of the modules that make them."""

import ast
from collections.abc import Iterator, Mapping
from typing import Final

from ipam_model.linting.remarks import DEMONSTRATED
from tests.module_imports import read_package
from tests.shared import ROOT

MADE_BY: Final = "Diagnostic"
"""The class of remarks."""
PARAMETER: Final = "code"
"""What a function calls a code that it takes and hands on."""
PLACES: Final = ("ipam_model.settings", "ipam_model.manifests")
"""Packages that make them by functions of their own."""
ARTICLE: Final = "ipam_model.settings.article"
"""What it remarks on is no daemon's, and so not lint's."""


def makers(modules: Mapping[str, str]) -> dict[str, list[str]]:
    """The class of remarks, and the functions that take a code, with the names of their parameters.

    A method goes without `self`.
    """
    found = {MADE_BY: [PARAMETER]}
    for text in modules.values():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                names = [each.arg for each in node.args.args if each.arg != "self"]
                if PARAMETER in names:
                    found[node.name] = names
    return found


def codes_in(text: str, known: Mapping[str, list[str]]) -> Iterator[str]:
    """The codes that a module hands to a maker.

    Raises:
        AssertionError: what it hands over cannot be read off its text.
    """
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in known:
            given: dict[str | None, ast.expr] = {each.arg: each.value for each in node.keywords}
            given.update(zip(known[name], node.args, strict=False))
            yield from _texts(given[PARAMETER])


def _texts(code: ast.expr) -> Iterator[str]:
    if isinstance(code, ast.IfExp):
        yield from _texts(code.body)
        yield from _texts(code.orelse)
    elif isinstance(code, ast.Constant):
        yield str(code.value)
    else:
        handed_on = isinstance(code, ast.Name) and code.id == PARAMETER
        assert handed_on, f"line {code.lineno}: {ast.unparse(code)} is no text"


def remarking() -> dict[str, str]:
    """The modules that make remarks, with their text."""
    return {
        name: text
        for name, text in read_package(ROOT).items()
        if name.startswith(PLACES) or f"{MADE_BY}(" in text
    }


def codes(*, but: str = "") -> set[str]:
    """The codes of all remarks, but for those that only the module `but` makes."""
    modules = remarking()
    known = makers(modules)
    return {code for name, text in modules.items() if name != but for code in codes_in(text, known)}


def lint_codes() -> set[str]:
    """Those that may be the id of a finding: no check demonstrates them."""
    return codes(but=ARTICLE) - DEMONSTRATED
