"""The page about what a script imports, from the text of the modules: signatures and docstrings.

Read from the text rather than by Sphinx, so that the page is the same wherever it is looked at.
"""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

from attrs import frozen

from ipam_model.errors import ModelError
from tools.reference.markdown import linked, paragraphs, table
from tools.reference.rule_pages import GENERATED

NAME: Final = "reference-api.md"
Definition: TypeAlias = ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign

_HEAD: Final = """\
# The Python API

{generated}

What a script, a notebook or a test of one's own imports. Everything is typed (`py.typed`), records
are immutable, and `import ipam_model` loads little; what needs an extra says which. Names with a
leading underscore, and modules that are not here, may change in any release.
"""


@frozen
class Part:
    """Names of one module, and what they are for."""

    title: str
    about: str
    names: tuple[tuple[str, tuple[str, ...]], ...]
    """By module; none named: all of its `__all__`."""


PARTS: Final = (
    Part(
        "A node",
        "Which node it is: its limits, its settings, its version.",
        (
            ("ipam_model.limits", ("Catalogue", "InstanceLimits")),
            ("ipam_model.nodes", ("NodeSetup", "default_max_pods", "ample_subnet")),
            ("ipam_model.settings", ("shipped_defaults",)),
            ("ipam_model.config", ("Config", "Version", "Quirk")),
        ),
    ),
    Part(
        "The node at work",
        "The reference model itself, from event to event.",
        (
            ("ipam_model.world", ("Runner", "World")),
            ("ipam_model.state", ("Node", "Store", "Eni", "Cidr", "Pod", "PodKey", "totals")),
            ("ipam_model.quantities", ("Quantities", "quantities")),
        ),
    ),
    Part(
        "Simulation",
        "A node over numbers of pods, and over time. [In words](simulate.md).",
        (("ipam_model.simulation", ()),),
    ),
    Part(
        "Bounds",
        "Worst cases, each with what certifies it. [In words](bound.md).",
        (("ipam_model.bounds", ()), ("ipam_model.bounds.pace_question", ("PaceQuestion",))),
    ),
    Part(
        "Lint", "What is wrong with settings. [In words](lint.md).", (("ipam_model.linting", ()),)
    ),
    Part(
        "Comparison",
        "Two nodes under the same events. [In words](diff.md).",
        (
            ("ipam_model.differing.comparison", ("Comparison", "Side")),
            ("ipam_model.differing.search", ("compare",)),
            ("ipam_model.differing.witness", ("witness_of",)),
        ),
    ),
    Part(
        "Scenarios and recordings",
        "Runs that are written down. [Scenarios](scenario-format.md), "
        "[recordings](trace-format.md).",
        (
            ("ipam_model.scenario.document", ("Scenario",)),
            ("ipam_model.scenario.reading", ("read_scenario", "parse_scenario")),
            ("ipam_model.scenario.running", ("run_scenario", "Step")),
            ("ipam_model.scenario.writing", ("write_scenario",)),
            ("ipam_model.trace.check", ("check_file", "Verdict", "Rejection", "trace_files")),
        ),
    ),
    Part(
        "Films",
        "A run frame by frame, for pages and pictures. [In words](pages.md).",
        (
            ("ipam_model.film.of_scenario", ("film_of_scenario",)),
            ("ipam_model.film.frames", ("Film", "Frame", "FilmedEni", "Cell", "Held")),
        ),
    ),
    Part(
        "Conformance",
        "An implementation against the model. [Tutorial](tutorial-python.md), "
        "[suite](conformance-suite.md).",
        (
            (
                "ipam_model.conformance.subject",
                (
                    "Subject",
                    "Capabilities",
                    "Kind",
                    "Calls",
                    "Feature",
                    "DaemonSetup",
                    "Reply",
                    "SubjectError",
                    "UnsupportedError",
                ),
            ),
            (
                "ipam_model.conformance.observation",
                ("Observation", "SeenCard", "SeenEni", "SeenCidr"),
            ),
            (
                "ipam_model.testing.conformance",
                ("ConformanceSuite", "check_conformance"),
            ),
        ),
    ),
    Part(
        "Random tests",
        "Strategies and machines for Hypothesis. [In words](testing.md).",
        (
            ("ipam_model.testing.stories", ("stories", "wide_stories", "directed")),
            ("ipam_model.testing.story", ("Story",)),
            ("ipam_model.testing.scenarios", ("scenarios",)),
            ("ipam_model.testing.machine", ("NodeMachine",)),
            ("ipam_model.testing.watched_node", ("WatchedNode", "live", "unknown")),
            ("ipam_model.testing.failures", ("require_no_violation",)),
            ("ipam_model.testing.profiles", ("profiles",)),
            ("ipam_model.testing.coverage", ("COVERAGE",)),
            ("ipam_model.testing.reporting", ("SpecificationCoverage", "add_option")),
            ("ipam_model.wrong_models", ("WRONG_MODELS", "WrongModel", "wrong")),
        ),
    ),
    Part(
        "Vectors",
        "Test cases as JSON. [In words](vectors.md).",
        (("ipam_model.vectors.files", ("suite", "Suite", "copy")),),
    ),
    Part(
        "Rules, properties, proofs",
        "The specification as data.",
        (
            ("ipam_model.catalogue", ("catalogue", "Rule", "Kind", "Label", "implementations")),
            ("ipam_model.firing", ("rules_fired", "Fired", "coverage_of", "Coverage")),
            ("ipam_model.properties.registry", ("Property", "Finding", "Level", "all_properties")),
            ("ipam_model.theorems.theorem", ("Theorem", "Obligation", "Tier")),
            ("ipam_model.theorems.index", ("theorems", "named")),
            ("ipam_model.proving.check", ("check", "check_mutant", "Budget", "Solver")),
        ),
    ),
    Part("Errors", "Whose fault it is.", (("ipam_model.errors", ("InputError", "ModelError")),)),
)


def pages() -> dict[str, str]:
    """The page by its name below `docs`."""
    parts = [_HEAD.format(generated=GENERATED).rstrip()]
    for part in PARTS:
        parts += [f"## {part.title}", part.about]
        for module, names in part.names:
            found = names or tuple(importlib.import_module(module).__all__)
            parts.append(f"### {module}")
            parts += [_described(module, name) for name in found]
    return {NAME: paragraphs(parts) + "\n"}


def offered() -> dict[str, frozenset[str]]:
    """The names on the page, by the module they are imported from."""
    return {
        module: frozenset(names or importlib.import_module(module).__all__)
        for part in PARTS
        for module, names in part.names
    }


# -- one name --------------------------------------------------------------------------------------


def _described(module: str, name: str) -> str:
    home, definition, docstring = _found(module, name)
    kind = "class " if isinstance(definition, ast.ClassDef) else ""
    heading = f"#### {kind}{module.removeprefix('ipam_model.')}.{name}"
    match definition:
        case ast.FunctionDef():
            return paragraphs((heading, _code(_signature(definition)), _prose(docstring)))
        case ast.ClassDef():
            return paragraphs((heading, *_class(definition)))
    text = ast.unparse(definition)
    if '"' not in text:  # as the formatter has it
        text = text.replace("'", '"')
    value = _code(text) if len(text) < 100 else ""
    return paragraphs((heading, value, _prose(docstring) or f"Of `{home}`."))


def _class(definition: ast.ClassDef) -> Iterator[str]:
    bases = ", ".join(map(ast.unparse, definition.bases))
    yield _code(f"class {definition.name}({bases})" if bases else f"class {definition.name}")
    yield _prose(ast.get_docstring(definition) or "")
    fields = list(_fields(definition))
    if fields:
        yield table(("attribute", "meaning"), fields)
    for each in definition.body:
        if isinstance(each, ast.FunctionDef) and _public(each.name):
            docstring = ast.get_docstring(each) or ""
            if _is_property(each):
                continue
            yield f"{_code(_signature(each))}\n\n{_prose(docstring)}".rstrip()


def _fields(definition: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Attributes with what stands below them, members of an enumeration, and properties."""
    body = definition.body
    for each, after in zip(body, [*body[1:], None], strict=True):
        said = _string(after)
        match each:
            case ast.AnnAssign(target=ast.Name(id=name)) if _public(name):
                yield _attribute(name, ast.unparse(each.annotation)), linked(_safe(said))
            case ast.Assign(targets=[ast.Name(id=name)]) if _public(name):
                yield _attribute(name, ast.unparse(each.value), "="), linked(_safe(said))
            case ast.FunctionDef() if _public(each.name) and _is_property(each):
                returns = ast.unparse(each.returns) if each.returns is not None else ""
                docstring = ast.get_docstring(each) or ""
                yield _attribute(each.name, returns), linked(_safe(docstring))


def _attribute(name: str, text: str, sign: str = ":") -> str:
    gap = f" {sign} " if sign == "=" else f"{sign} "
    return f"`{name}{gap}{text}`"


def _string(node: ast.stmt | None) -> str:
    match node:
        case ast.Expr(value=ast.Constant(value=str() as text)):
            return text
    return ""


def _public(name: str) -> bool:
    return not name.startswith("_")


def _is_property(function: ast.FunctionDef) -> bool:
    return any("property" in ast.unparse(each) for each in function.decorator_list)


def _signature(function: ast.FunctionDef) -> str:
    """The head of a function, one parameter a line if it is long; without `self`."""
    arguments = ast.unparse(function.args)
    arguments = re.sub(r"^(self|cls)(, )?(/, )?", "", arguments)
    returns = f" -> {ast.unparse(function.returns)}" if function.returns is not None else ""
    kinds = {ast.unparse(each) for each in function.decorator_list}
    before = "".join(f"@{kind}\n" for kind in ("classmethod", "staticmethod") if kind in kinds)
    line = f"{before}{function.name}({arguments}){returns}"
    if len(line) <= 96:
        return line
    split = ",\n    ".join(_split(arguments))
    return f"{before}{function.name}(\n    {split},\n){returns}"


def _split(arguments: str) -> Iterator[str]:
    """Parameters, cut at the commas outside of brackets."""
    depth, start = 0, 0
    for place, sign in enumerate(arguments):
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and depth == 0:
            yield arguments[start:place].strip()
            start = place + 1
    yield arguments[start:].strip()


def _code(text: str) -> str:
    return f"<!-- text -->\n```python\n{text}\n```"


_SECTION: Final = re.compile(r"^(Args|Returns|Raises|Yields|Attributes):$")


def _prose(docstring: str) -> str:
    """A docstring as Markdown: its sections as lists, its code as it stands."""
    lines: list[str] = []
    inside = False
    for line in docstring.splitlines():
        section = _SECTION.match(line)
        if section:
            inside = True
            lines += [f"*{section[1]}*", ""]
        elif inside and re.match(r"^    \S", line):
            name, colon, rest = line.strip().partition(": ")
            lines.append(f"- `{name}`: {_safe(rest)}" if colon else f"- {_safe(line.strip())}")
        elif inside and line.startswith("     "):
            lines[-1] += f" {_safe(line.strip())}"
        else:
            inside = inside and not line.strip()
            lines.append(line if line.startswith("    ") else _safe(line))
    text = "\n".join(lines).strip()
    text = re.sub(r"\n\n((?:    .*\n?)+)", r"\n\n<!-- text -->\n\n\1", text)
    return linked(text)


def _safe(text: str) -> str:
    return text.replace("<", "&lt;").replace("*", "\\*")


# -- where it is defined ---------------------------------------------------------------------------


def _found(module: str, name: str) -> tuple[str, Definition, str]:
    """The module that defines a name, its definition there, and what is said of it."""
    thing = getattr(importlib.import_module(module), name)
    home = module
    if inspect.isclass(thing) or inspect.isfunction(thing):
        home = inspect.unwrap(thing).__module__
    elif name not in _definitions(home):
        home = _imported_from(module, name)
    if name not in _definitions(home):
        raise ModelError(f"{home} does not define {name}")
    definition, said = _definitions(home)[name]
    return home, definition, said


def _imported_from(module: str, name: str) -> str:
    for node in _tree(module).body:
        if isinstance(node, ast.ImportFrom) and any(each.name == name for each in node.names):
            return node.module or ""
    raise ModelError(f"{module} neither defines nor imports {name}")


@cache
def _tree(module: str) -> ast.Module:
    file = importlib.import_module(module).__file__
    tree = ast.parse(Path(file or "").read_text("utf-8"))
    for node in ast.walk(tree):  # Names of types that are defined later stand in quotes.
        match node:
            case ast.arg(annotation=ast.Constant(value=str() as name)):
                node.annotation = ast.Name(id=name)
            case ast.FunctionDef(returns=ast.Constant(value=str() as name)):
                node.returns = ast.Name(id=name)
            case ast.AnnAssign(annotation=ast.Constant(value=str() as name)):
                node.annotation = ast.Name(id=name)
    return tree


@cache
def _definitions(module: str) -> dict[str, tuple[Definition, str]]:
    found: dict[str, tuple[Definition, str]] = {}
    body = _tree(module).body
    for each, after in zip(body, [*body[1:], None], strict=True):
        match each:
            case ast.FunctionDef() | ast.ClassDef():
                found[each.name] = (each, ast.get_docstring(each) or "")
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found[name] = (each, _string(after))
    return found
