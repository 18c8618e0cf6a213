"""The nodes of a scenario document, as the other commands know nodes: for what is said of them."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from attrs import evolve

from ipam_model.config import Version
from ipam_model.nodes import NodeSetup, default_max_pods
from ipam_model.scenario.document import Scenario, Start
from ipam_model.scenario.setup import config_of, limits_of
from ipam_model.settings import Origin
from ipam_model.strict_json import line_of

if TYPE_CHECKING:  # it needs an extra, and so is imported where files are read
    from ipam_model.scenario.reading import Source


def node_of(scenario: Scenario, source: "Source") -> NodeSetup:
    """The node before its first start.

    Raises `MeaningError` if its instance type or a quirk is unknown.
    """
    part = scenario.node
    limits = limits_of(part)
    assumed = part.max_pods is None
    return NodeSetup(
        name=part.instance_type or f"{limits.max_enis}x{limits.ipv4_per_eni}",
        limits=limits,
        env=part.env,
        origins=_origins(source, part.env, "node", "env"),
        origin=_origin(source, "node"),
        max_pods=default_max_pods(limits) if part.max_pods is None else part.max_pods,
        max_pods_assumed=assumed,
        trunk_compatible=part.trunk_compatible,
        version=Version(part.version),
        quirks=config_of(part, limits).quirks,
    )


def restarted(node: NodeSetup, scenario: Scenario, source: "Source") -> Iterator[NodeSetup]:
    """The same node with each environment that an event starts it with."""
    for number, event in enumerate(scenario.events):
        if isinstance(event, Start) and event.env is not None:
            yield evolve(
                node,
                env=event.env,
                origins=_origins(source, event.env, "events", number, "env"),
                origin=_origin(source, "events", number),
            )


def _origins(source: "Source", env: Mapping[str, str], *path: str | int) -> Mapping[str, Origin]:
    return {name: _origin(source, *path, name) for name in env}


def _origin(source: "Source", *path: str | int) -> Origin:
    return Origin(source.name, line_of(source.text, path))
