"""All that the project knows of a rule: its text, its evidence, and who speaks of it."""

import ast
import inspect
import textwrap
from collections.abc import Mapping
from functools import cache

from attrs import frozen

from ipam_model.catalogue import Kind, Rule, catalogue, implementations
from ipam_model.cli.rule_relations import Relations, relations
from ipam_model.cli.rules import locate
from tools.make_fidelity import evidence_of
from tools.mutants import table
from tools.mutants.catalogue import MUTANTS
from tools.mutants.killers import Kill, tests_by_rule
from tools.mutants.mutant import Mutant


@frozen(kw_only=True)
class Facts:
    """About one rule."""

    rule: Rule
    files: Mapping[str, tuple[str, ...]]
    """The files that hold it, with the names of its functions in each."""
    formulas: tuple[tuple[str, str], ...]
    """Its formulas: the file of each, and its text without decorators."""
    evidence: str
    """What the fidelity page says, for a rule in code."""
    mutants: tuple[tuple[Mutant, Kill | None], ...]
    related: Relations
    tests: tuple[str, ...]
    """Tests named after it."""


@cache
def every_rule() -> tuple[Facts, ...]:
    """All of the catalogue, in its order."""
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
        related=relations(rule),
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


def _formulas(rule: Rule) -> tuple[tuple[str, str], ...]:
    if rule.kind is not Kind.FORMULA:
        return ()
    places = [name for name in rule.where if name.startswith("ipam_model.rules.")]
    return tuple((locate(name).file, _undecorated(name)) for name in places)


def _undecorated(name: str) -> str:
    text = textwrap.dedent(inspect.getsource(implementations()[name]))
    (function,) = ast.parse(text).body
    return "\n".join(text.splitlines()[function.lineno - 1 :])


@cache
def _kills() -> Mapping[str, Kill | None]:
    return table.remembered()
