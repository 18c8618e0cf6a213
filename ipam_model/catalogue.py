"""The rule catalogue: every rule of the specification by id, and where it is written down.

A rule that is code carries the `rule` decorator next to that code; a rule that is a plain fact,
a consequence or a hazard is a `note` in `ipam_model.rules.notes`. `catalogue()` joins both. R-rules
describe v1.23.1, H-rules what v1.7.0 does differently.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from typing import Final, TypeVar

from attrs import frozen

from ipam_model.errors import ModelError

F = TypeVar("F", bound=Callable[..., object])


class Kind(Enum):
    """What sort of statement a rule makes."""

    FORMULA = "formula"
    """A decision or quantity computed from integers; written once in `ipam_model.rules`."""
    STEP = "step"
    """A state change or a sequence of calls; written once in `ipam_model.daemon` or the state."""
    FACT = "fact"
    """A constant, a data shape or a definition that other rules use."""
    CONSEQUENCE = "consequence"
    """Follows from formulas and steps; held up by a test rather than by code of its own."""
    HAZARD = "hazard"
    """A consequence that hurts somebody."""
    OUT_OF_SCOPE = "out of scope"
    """Not modelled (yet); the reason says why."""


class Label(Enum):
    """How a rule is known."""

    DOCUMENTED = "documented"
    OBSERVED = "observed"
    SUSPECTED_BUG = "suspected-bug"


@frozen(kw_only=True)
class Rule:
    """One numbered rule about ipamd, the daemon of amazon-vpc-cni-k8s."""

    id: str
    """`R1` … `R196` about v1.23.1, `H1` … `H27` about v1.7.0, `B1` … `B13` about the article's
    policy."""
    kind: Kind
    statement: str
    """What holds, in one or two English sentences."""
    source: str
    """Upstream source, `file:line` at the tag; empty only for a rule about the specification."""
    label: Label = Label.OBSERVED
    where: tuple[str, ...] = ()
    """Dotted names of the functions that implement it; empty for notes."""
    reason: str = ""
    """Why it is out of scope, or what it follows from."""
    items: tuple[str, ...] = ()
    """Its conditions one by one, where others refer to them: R136.5 is the fifth."""
    why: str = ""
    """What it is good for, and what would happen without it; empty where that is plain."""

    @property
    def number(self) -> int:
        """The number in the id."""
        return int(self.id[1:])

    @property
    def tag(self) -> str:
        """The upstream tag, or the date of the article, that its source lines refer to."""
        return TAGS[self.id[0]]


_RULES: dict[str, Rule] = {}

TAG: Final = "v1.23.1"
"""The upstream tag that the source lines of R-rules refer to."""
TAG_V1_7: Final = "v1.7.0"
"""The upstream tag that the source lines of H-rules refer to."""
ARTICLE: Final = "2021-03-23"
"""The day of the article that the source lines of B-rules refer to."""
TAGS: Final[Mapping[str, str]] = {"R": TAG, "H": TAG_V1_7, "B": ARTICLE}
"""What the source lines of a rule refer to, by the first letter of its id."""


def rule(
    rule_id: str,
    statement: str,
    *,
    source: str,
    kind: Kind = Kind.FORMULA,
    label: Label = Label.OBSERVED,
) -> Callable[[F], F]:
    """Register the decorated function as the text of rule `rule_id`; the function is unchanged.

    A function may implement several rules (stack the decorator) and a rule may be spread over
    several functions (the first decoration states it, the others use `part_of`).
    """

    def register(function: F) -> F:
        _FUNCTIONS[_dotted(function)] = function
        _add(
            Rule(
                id=rule_id,
                kind=kind,
                statement=statement,
                source=source,
                label=label,
                where=(_dotted(function),),
            )
        )
        return function

    return register


def part_of(*rule_ids: str) -> Callable[[F], F]:
    """Mark the decorated function as a further part of rules stated elsewhere."""

    def register(function: F) -> F:
        _FUNCTIONS[_dotted(function)] = function
        for rule_id in rule_ids:
            _PARTS.setdefault(rule_id, []).append(_dotted(function))
        return function

    return register


def note(
    rule_id: str,
    kind: Kind,
    statement: str,
    *,
    source: str = "",
    label: Label = Label.OBSERVED,
    reason: str = "",
) -> Rule:
    """Register a rule that has no code of its own."""
    entry = Rule(
        id=rule_id, kind=kind, statement=statement, source=source, label=label, reason=reason
    )
    _add(entry)
    return entry


def explain(rule_id: str, why: str, *, items: tuple[str, ...] = ()) -> None:
    """Say why a rule stated elsewhere is as it is, and list its numbered conditions.

    Raises:
        ModelError: the rule is explained already.
    """
    if rule_id in _WHY:
        raise ModelError(f"rule {rule_id} is explained twice")
    _WHY[rule_id] = (why, items)


def catalogue(*tags: str) -> dict[str, Rule]:
    """The rules about these upstream tags, about all if none is named.

    By id, in the order of `TAGS` and then of their numbers. Imports every module that states one.
    """
    _import_rules()
    found = {
        entry.id: Rule(
            id=entry.id,
            kind=entry.kind,
            statement=entry.statement,
            source=entry.source,
            label=entry.label,
            where=(*entry.where, *_PARTS.get(entry.id, ())),
            reason=entry.reason,
            items=_WHY.get(entry.id, ("", ()))[1],
            why=_WHY.get(entry.id, ("", ()))[0],
        )
        for entry in _RULES.values()
    }
    orphans = sorted(set(_PARTS) - set(found))
    if orphans:
        raise ModelError(f"functions claim to be part of rules nobody states: {orphans}")
    strangers = sorted(set(_WHY) - set(found))
    if strangers:
        raise ModelError(f"rules nobody states are explained: {strangers}")
    letters = list(TAGS)
    return {
        entry.id: entry
        for entry in sorted(found.values(), key=lambda e: (letters.index(e.id[0]), e.number))
        if not tags or entry.tag in tags
    }


def implementations() -> dict[str, Callable[..., object]]:
    """The functions that are the text of rules, by the dotted names in `Rule.where`.

    As they were decorated: a property or a class method by the function inside.
    """
    _import_rules()
    return dict(_FUNCTIONS)


_PARTS: dict[str, list[str]] = {}
_WHY: dict[str, tuple[str, tuple[str, ...]]] = {}
_FUNCTIONS: dict[str, Callable[..., object]] = {}


def _add(entry: Rule) -> None:
    if entry.id in _RULES:
        raise ModelError(f"rule {entry.id} is stated twice")
    _RULES[entry.id] = entry


def _dotted(function: Callable[..., object]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


@cache  # Once is enough, and it looks into folders.
def _import_rules() -> None:
    # Late, because these modules import this one to decorate their functions.
    import importlib
    import pkgutil

    import ipam_model

    for package in ("rules", "daemon", "daemon.v1_7", "daemon.article"):
        module = importlib.import_module(f"{ipam_model.__name__}.{package}")
        for found in pkgutil.iter_modules(module.__path__):
            importlib.import_module(f"{module.__name__}.{found.name}")
    for name in (
        "limits",
        "settings",
        "config",
        "state",
        "ec2",
        "aws_layer",
        "aws_layer_v1_7",
        "environment",
        "world",
    ):
        importlib.import_module(f"{ipam_model.__name__}.{name}")
