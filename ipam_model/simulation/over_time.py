"""A node under a pod profile, looked at at even intervals."""

from collections.abc import Callable, Iterable
from typing import Final

from ipam_model.errors import InputError
from ipam_model.nodes import NodeSetup
from ipam_model.rules.timing import SECOND
from ipam_model.simulation.agenda import ScheduledNode
from ipam_model.simulation.conditions import DEFAULT, Conditions
from ipam_model.simulation.profiles import Profile
from ipam_model.simulation.quiet import IdleWatch, skip_quiet_passes
from ipam_model.simulation.rows import LaunchTimes, NodeRun, Row

MOST_ROWS: Final = 200_000
AFTERWARDS: Final = 300 * SECOND
"""For how long a profile is followed after its last moment, in milliseconds: longer than any of
the daemon's default clocks, so that what pods left behind is released."""
SHORTEST: Final = 600 * SECOND
USUAL_ROWS: Final = 720


def usual_duration(profile: Profile) -> int:
    """For how many milliseconds to look at a profile: until everything should be over."""
    if profile.length is not None:
        return profile.length
    return max(SHORTEST, -(-(profile.end + AFTERWARDS) // (5 * SECOND)) * 5 * SECOND)


def usual_interval(duration: int) -> int:
    """Between two looks: a pass of the loop, 5 s, or as many as make at most 720 rows."""
    return max(-(-duration // (USUAL_ROWS * 5 * SECOND)), 1) * 5 * SECOND


def over_time(
    setup: NodeSetup,
    profile: Profile,
    conditions: Conditions = DEFAULT,
    *,
    duration: int | None = None,
    every: int | None = None,
    on_row: Callable[[Row], object] = lambda _row: None,
    skipping: bool = True,
    make: Callable[[NodeSetup, Conditions, Profile, Iterable[int]], ScheduledNode] = ScheduledNode,
) -> NodeRun:
    """A row every so often from the launch of the node on, and the launch times of its pods.

    The daemon starts at 0 on a fresh instance; pods that come before it runs ask as soon as it
    does. Pods beyond max pods are not placed on the node.

    Args:
        setup: The node.
        profile: When pods come and go.
        conditions: Choices, latencies, kubelet's patience.
        duration: Milliseconds to look at; without it until everything should be over.
        every: Milliseconds between two rows; the end gets one, too.
        on_row: Called with each row, in bunches.
        skipping: Skip passes that provably do nothing (`quiet`); off for comparison only.
        make: Who makes the node; another one may watch it.

    Raises:
        InputError: A duration or interval makes no sense, or the subnet has no address for the
            primary ENI.
    """
    duration = usual_duration(profile) if duration is None else duration
    every = usual_interval(duration) if every is None else every
    if duration < 0 or every < 1:
        raise InputError("duration and interval of a simulation must be positive")
    if duration // every > MOST_ROWS:
        raise InputError(
            f"{duration // every:,} rows; at most {MOST_ROWS:,}: choose a longer interval"
        )
    node = make(setup, conditions, profile, sorted({*range(0, duration, every), duration}))
    exited = node.launch()
    if exited:
        return NodeRun(setup=setup, rows=(), launches=LaunchTimes(()), exited=exited)
    node.advance(0)
    for row in node.rows:
        on_row(row)
    while node.now < duration:
        start, watch, seen = node.now, IdleWatch(node), len(node.rows)
        node.loop_pass()
        following = node.next_appointment
        if skipping and following is not None and watch.idle():
            skip_quiet_passes(node, start, following - 1)
        for row in node.rows[seen:]:
            on_row(row)
    return NodeRun(
        setup=setup,
        rows=tuple(node.rows),
        launches=LaunchTimes(node.launches(duration)),
        not_placed=node.not_placed,
    )
