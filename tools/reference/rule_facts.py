"""All that the project knows of a rule: its text, its evidence, and who speaks of it."""

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Mapping
from functools import cache
from typing import Final

from attrs import frozen

from ipam_model.catalogue import Kind, Rule, catalogue, implementations
from ipam_model.cli.rules import UPSTREAM_FILES, locate
from ipam_model.config import Quirk
from ipam_model.linting.checks import CHECKS
from ipam_model.linting.linter import MODULES as LINT_MODULES
from ipam_model.properties.registry import FINDINGS
from ipam_model.properties.suite import PROPERTIES
from ipam_model.theorems.index import theorems
from ipam_model.theorems.theorem import Tier
from ipam_model.vectors.questions import QUESTIONS
from ipam_model.wrong_models import WRONG_MODELS
from tools.make_fidelity import evidence_of
from tools.mutants import table
from tools.mutants.catalogue import MUTANTS
from tools.mutants.killers import Kill, tests_by_rule
from tools.mutants.mutant import ROOT, Mutant
from tools.reference.markdown import UPSTREAM

_MENTION: Final = re.compile(r"(?<![\w-])([RHB][0-9]+)(?=[a-f]?(?![\w-]))")
_VERSIONS: Final[Mapping[str, str]] = {"R": "v1.23", "H": "v1.7"}


@frozen(kw_only=True)
class Facts:
    """About one rule."""

    rule: Rule
    files: Mapping[str, tuple[str, ...]]
    """The files that hold it, with the names of its functions in each."""
    formulas: tuple[str, ...]
    """The text of its formulas, without decorators."""
    evidence: str
    """What the fidelity page says, for a rule in code."""
    mutants: tuple[tuple[Mutant, Kill | None], ...]
    followers: tuple[Rule, ...]
    """Rules whose reason names it."""
    decisions: tuple[str, ...]
    """The questions of the vectors that it answers."""
    vectors: int
    """Vectors whose answer depends on it."""
    properties: tuple[str, ...]
    theorems: tuple[str, ...]
    """Without those for given numbers of ENIs, which say the same again."""
    findings: tuple[str, ...]
    checks: tuple[str, ...]
    """Of `lint`."""
    wrong_models: tuple[str, ...]
    quirks: tuple[Quirk, ...]
    tests: tuple[str, ...]
    """Tests named after it."""


def mentioned(text: str) -> frozenset[str]:
    """The ids of the rules that a text names."""
    return frozenset(_MENTION.findall(text))


def every_rule() -> tuple[Facts, ...]:
    """All of the catalogue, in its order."""
    assert LINT_MODULES, "loaded, so that the checks are registered"
    rules = catalogue()
    evidence = evidence_of(rules)
    return tuple(
        _facts(rule, evidence[rule.id].text if rule.id in evidence else "")
        for rule in rules.values()
    )


def _facts(rule: Rule, evidence: str) -> Facts:
    me = rule.id
    kills = _kills()
    return Facts(
        rule=rule,
        files=_files(rule),
        formulas=_formulas(rule),
        evidence=evidence,
        mutants=tuple((each, kills.get(each.name)) for each in MUTANTS if me in each.rules),
        followers=tuple(
            each
            for each in catalogue().values()
            if each.id != me and me in mentioned(f"{each.reason} {each.statement}")
        ),
        decisions=tuple(each.name for each in QUESTIONS if me in each.rules),
        vectors=_vectors(_VERSIONS[me[0]]).get(me, 0) if me[0] in _VERSIONS else 0,
        properties=tuple(each.id for each in PROPERTIES.values() if me in mentioned(each.source)),
        theorems=tuple(
            each.name
            for each in theorems().values()
            if me in each.rules and each.tier is not Tier.CROSS
        ),
        findings=tuple(each.id for each in FINDINGS.values() if me in each.rules),
        checks=tuple(each.id for each in CHECKS.values() if me in each.rules),
        wrong_models=tuple(each.id for each in WRONG_MODELS.values() if me in each.breaks),
        quirks=tuple(each for each in Quirk if me in mentioned(each.value)),
        tests=tuple(tests_by_rule().get(me, ())),
    )


def _files(rule: Rule) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name in rule.where:
        file = locate(name).file
        found[file] = (*found.get(file, ()), _within_module(name, file))
    return found


def _within_module(name: str, file: str) -> str:
    module = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return name.removeprefix(f"{module}.")


def _formulas(rule: Rule) -> tuple[str, ...]:
    if rule.kind is not Kind.FORMULA:
        return ()
    places = [name for name in rule.where if name.startswith("ipam_model.rules.")]
    return tuple(_undecorated(name) for name in places)


def _undecorated(name: str) -> str:
    text = textwrap.dedent(inspect.getsource(implementations()[name]))
    (function,) = ast.parse(text).body
    return "\n".join(text.splitlines()[function.lineno - 1 :])


@cache
def _kills() -> Mapping[str, Kill | None]:
    return table.remembered()


@cache
def _vectors(version: str) -> Mapping[str, int]:
    index = ROOT / "ipam_model" / "vectors" / version / "index.json"
    found: dict[str, int] = json.loads(index.read_text("utf-8"))["vectors_by_rule"]
    return found


def upstream_links(rule: Rule) -> tuple[tuple[str, str], ...]:
    """The upstream lines of a rule, each as a text with its address, pinned to the tag.

    The lines of the article have no address.
    """
    found = []
    for place in rule.source.split(", "):
        file, _, lines = place.partition(":")
        path = UPSTREAM_FILES.get(file, file)
        if not place or not path.endswith((".go", ".yaml", ".md")):
            continue
        first, _, last = lines.partition("-")
        anchor = f"#L{first}" + (f"-L{last}" if last else "")
        found.append((f"{path}:{lines}", f"{UPSTREAM}/blob/{rule.tag}/{path}{anchor}"))
    return tuple(found)
