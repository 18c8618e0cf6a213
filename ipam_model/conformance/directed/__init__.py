"""Directed plans: small ones, each made for rules that plans at random seldom reach.

They are documents as any plan, below `daemon/` and `datastore/` of this package, and an index that
names the rules each of them covers: with one of those broken, a subject diverges there. Reading
them needs the extra `scenarios`.
"""

import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from attrs import frozen

from ipam_model.conformance.plan import Plan
from ipam_model.conformance.plan_document import parse_plan
from ipam_model.conformance.subject import Kind

DIRECTED: Final = "directed"
"""The area that they are."""
INDEX: Final = "index.json"


@frozen
class DirectedPlan:
    """A plan that is kept."""

    name: str
    """Of its file, without the ending: mostly a rule's id."""
    rules: tuple[str, ...]
    """Ids of those it covers."""
    plan: Plan


def folder() -> Traversable:
    """Where they are."""
    return files(__name__)


@cache
def rules_of_plans(kind: Kind) -> dict[str, tuple[str, ...]]:
    """The rules that each plan for a kind of subject covers, by the plan's name, in order."""
    index = json.loads((folder() / INDEX).read_text("utf-8"))
    return {name: tuple(rules) for name, rules in index[kind.value].items()}


@cache
def directed_plans(kind: Kind) -> tuple[DirectedPlan, ...]:
    """All plans for a kind of subject."""
    return tuple(
        DirectedPlan(name, rules, _plan(kind, name)) for name, rules in rules_of_plans(kind).items()
    )


def _plan(kind: Kind, name: str) -> Plan:
    path = folder() / kind.value / f"{name}.json"
    return parse_plan(path.read_text("utf-8"), str(path))
