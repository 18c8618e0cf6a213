"""What else of the model speaks of a rule: what follows from it, and who would miss it."""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from attrs import frozen

from ipam_model.catalogue import Rule, catalogue
from ipam_model.config import Quirk
from ipam_model.linting import linter
from ipam_model.linting.checks import CHECKS
from ipam_model.properties.registry import FINDINGS
from ipam_model.properties.suite import PROPERTIES
from ipam_model.theorems.index import theorems
from ipam_model.theorems.theorem import Tier
from ipam_model.vectors.questions import QUESTIONS
from ipam_model.wrong_models import WRONG_MODELS

_MENTION: Final = re.compile(r"(?<!\w)([RHB][0-9]+)(?=[a-f]?(?!\w))")
_VERSIONS: Final[Mapping[str, str]] = {"R": "v1.23", "H": "v1.7"}


@frozen(kw_only=True)
class Relations:
    """Who speaks of one rule."""

    followers: tuple[Rule, ...]
    """Rules whose statement or reason names it."""
    quirks: tuple[Quirk, ...]
    """Suspected bugs of its own that can be switched off."""
    findings: tuple[str, ...]
    """What the daemon does wrong although it follows it, among others."""
    checks: tuple[str, ...]
    """Of `lint`."""
    properties: tuple[str, ...]
    """Those whose source names it."""
    theorems: tuple[str, ...]
    """Those about it, but for those for given numbers of ENIs, which say the same again."""
    decisions: tuple[str, ...]
    """The questions of the test vectors that it answers."""
    vectors: int
    """Test vectors that execute it."""
    wrong_models: tuple[str, ...]
    """Those that break it."""


def relations(rule: Rule) -> Relations:
    """Everything in the package that speaks of `rule`."""
    me = rule.id
    assert linter.MODULES  # They register the checks.
    return Relations(
        followers=tuple(
            each
            for each in catalogue().values()
            if each.id != me and me in mentioned(f"{each.reason} {each.statement}")
        ),
        quirks=tuple(each for each in Quirk if me in mentioned(each.value)),
        findings=tuple(each.id for each in FINDINGS.values() if me in each.rules),
        checks=tuple(each.id for each in CHECKS.values() if me in each.rules),
        properties=tuple(each.id for each in PROPERTIES.values() if me in mentioned(each.source)),
        theorems=tuple(
            each.name
            for each in theorems().values()
            if me in each.rules and each.tier is not Tier.CROSS
        ),
        decisions=tuple(each.name for each in QUESTIONS if me in each.rules),
        vectors=_vectors(_VERSIONS[me[0]]).get(me, 0) if me[0] in _VERSIONS else 0,
        wrong_models=tuple(each.id for each in WRONG_MODELS.values() if me in each.breaks),
    )


def mentioned(text: str) -> frozenset[str]:
    """The ids of the rules that a text names."""
    return frozenset(_MENTION.findall(text))


@cache
def _vectors(version: str) -> Mapping[str, int]:
    index = files("ipam_model").joinpath("vectors", version, "index.json")
    found: dict[str, int] = json.loads(index.read_text("utf-8"))["vectors_by_rule"]
    return found
