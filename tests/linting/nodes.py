"""Nodes as an engineer describes them to lint."""

from collections.abc import Mapping
from types import MappingProxyType

from attrs import evolve

from ipam_model.config import ALL_QUIRKS, Quirk, Version
from ipam_model.limits import Catalogue, InstanceLimits
from ipam_model.linting import LintFinding, Report, Severity
from ipam_model.nodes import NodeSetup, default_max_pods
from ipam_model.settings import SHIPPED, Origin, shipped_defaults


def described(
    size: str,
    variables: Mapping[str, str] = MappingProxyType({}),
    *,
    max_pods: int | None = None,
    version: Version = Version.V1_23,
    without: frozenset[Quirk] = frozenset(),
    **settings: str,
) -> NodeSetup:
    """A node of a type, or of limits such as `3x10`, with the shipped environment and more."""
    if size[0].isdecimal():
        limits = InstanceLimits.simple(*map(int, size.split("x")))
    else:
        limits = Catalogue.bundled().get(size)
    shipped, given = shipped_defaults(), {**variables, **settings}
    return NodeSetup(
        name=size,
        limits=limits,
        env={**shipped, **given},
        origins={**dict.fromkeys(shipped, SHIPPED), **dict.fromkeys(given, Origin("--set"))},
        max_pods=default_max_pods(limits) if max_pods is None else max_pods,
        max_pods_assumed=max_pods is None,
        version=version,
        quirks=ALL_QUIRKS - without,
    )


def with_suggestion(report: Report, found: LintFinding) -> NodeSetup:
    """The node with what is suggested."""
    assert found.suggestion is not None
    env = {**report.node.env, **found.suggestion.changes}
    node = evolve(report.node, env={name: text for name, text in env.items() if text is not None})
    most = found.suggestion.max_pods
    return node if most is None else evolve(node, max_pods=most, max_pods_assumed=False)


def ids(report: Report, level: Severity = Severity.NOTE) -> set[str]:
    """Ids of what was found at a level, or above."""
    return {found.id for found in report.at_least(level)}
