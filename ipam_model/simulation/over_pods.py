"""A node at rest, for each number of pods."""

from collections.abc import Callable, Sequence
from enum import Enum

from attrs import evolve

from ipam_model.errors import InputError
from ipam_model.nodes import NodeSetup
from ipam_model.simulation.conditions import DEFAULT, Conditions
from ipam_model.simulation.node import SimulatedNode
from ipam_model.simulation.rest import settle
from ipam_model.simulation.rows import LaunchTimes, NodeRun, Row


class Path(Enum):
    """How a number of pods is reached; what the node holds at rest may depend on it (E46-E52)."""

    CLIMB = "climb"
    """One node: from rest at one count the pods missing to the next arrive at once."""
    FRESH = "fresh"
    """A new node for each count: from rest without pods all of them arrive at once."""
    DRAIN = "drain"
    """One node: it climbs to the highest count first, then pods leave, down to each count."""


def place(counts: Sequence[int], max_pods: int) -> tuple[int, ...]:
    """The counts that fit on the node: those above max pods become max pods."""
    return tuple(sorted({min(count, max_pods) for count in counts}))


def over_pods(
    setup: NodeSetup,
    counts: Sequence[int],
    conditions: Conditions = DEFAULT,
    *,
    path: Path = Path.CLIMB,
    on_row: Callable[[Row], object] = lambda _row: None,
    make: Callable[[NodeSetup, Conditions], SimulatedNode] = SimulatedNode,
) -> NodeRun:
    """The node at rest with each of the numbers of pods, ascending, or descending for a drain.

    Args:
        setup: The node.
        counts: Numbers of pods that need an address; those above max pods are taken as max pods.
        conditions: Choices, latencies and the like.
        path: How a count is reached.
        on_row: Called with each row as soon as there is one.
        make: Who makes the node; another one may watch it.

    Raises:
        InputError: There are no counts, or the node's subnet has no address for the primary ENI.
    """
    if not counts or min(counts) < 0:
        raise InputError("at least one number of pods is needed, none of them negative")
    placed = place(counts, setup.max_pods)
    node, exited = _launched(make(setup, conditions))
    rows: list[Row] = []
    if not exited and path is Path.DRAIN:
        _rest_at(node, placed[-1])
    for count in () if exited else (placed[::-1] if path is Path.DRAIN else placed):
        if path is Path.FRESH and rows:
            node, _ = _launched(make(setup, conditions))
        rows.append(_rest_at(node, count))
        on_row(rows[-1])
    beyond = sum(count > setup.max_pods for count in counts)
    launches = LaunchTimes(() if path is Path.FRESH else node.launches(node.now))
    run = NodeRun(setup=setup, rows=tuple(rows), launches=launches, exited=exited)
    return evolve(run, not_placed=max(counts) - setup.max_pods) if beyond else run


def _launched(node: SimulatedNode) -> tuple[SimulatedNode, str]:
    """The node at rest without pods, or why its daemon exited."""
    exited = node.launch()
    if not exited:
        settle(node)
    return node, exited


def _rest_at(node: SimulatedNode, pods: int) -> Row:
    """The node at rest with so many pods, come from however many there are."""
    if pods < node.pods:
        node.dismiss(node.pods - pods)
    node.welcome(pods - node.pods)
    rest = settle(node)
    return node.row(rest=rest)
