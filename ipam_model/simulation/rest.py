"""Running a node with a fixed number of pods until nothing changes, or until it goes in circles."""

from collections.abc import Hashable
from itertools import pairwise
from typing import Final

from ipam_model.canonical import canonical
from ipam_model.quantities import Quantities
from ipam_model.rules.timing import SECOND
from ipam_model.simulation.node import SimulatedNode
from ipam_model.simulation.quiet import IdleWatch, long_enough, skip_quiet_passes
from ipam_model.simulation.rows import Ending, Rest, extremes

PATIENCE: Final = 600 * SECOND
"""Milliseconds without rest after which the node is suspected of going round in a circle."""
ROUNDS: Final = 2
"""A state has to come back so many times, always after the same time."""


def settle(node: SimulatedNode, *, skipping: bool = True) -> Rest:
    """Passes of the loop until nothing has changed for longer than any of the daemon's clocks.

    Before each pass every waiting pod asks. A change is a call to EC2 that is meant to change
    something, successful or not, or a pod that gets its address.

    Args:
        node: A started node; it is moved.
        skipping: Skip passes that provably do nothing (`quiet`); off for comparison only.
    """
    began = changed = node.now
    enough = long_enough(node.config)
    rounds = _Rounds(node)
    passes = 0
    while node.now - changed < enough:
        if passes >= node.conditions.most_passes:
            return rounds.rest(Ending.CUT, began)
        passes += 1
        start, calls, idle = node.now, node.changes, IdleWatch(node)
        served = node.serve()
        node.loop_pass()
        if served or node.changes > calls:
            changed = node.now
            if changed - began > PATIENCE and rounds.closed():
                return rounds.rest(Ending.RESTLESS, began)
        elif skipping and idle.idle():
            skip_quiet_passes(node, start, changed + enough - 1)
    return Rest(ending=Ending.RESTS, settling=(changed - began) / SECOND)


class _Rounds:
    """Looks for a state that keeps coming back."""

    def __init__(self, node: SimulatedNode) -> None:
        self._node = node
        self._found: list[tuple[int, Quantities]] = []
        self._seen: dict[int, list[int]] = {}
        """The last times of each state, by its hash: whole states fill gigabytes in a run that
        never comes back to one, and two of one hash would have to take turns to be mistaken."""
        self._period = 0

    def closed(self) -> bool:
        """Take the present state; whether it has come back often enough, at even intervals."""
        node = self._node
        self._found.append((node.now, node.quantities()))
        key: Hashable = (
            canonical(node.memory(), node.now, node.config),
            tuple(subnet.free for subnet in node.ec2.subnets),
            node.ec2.reserved(),
            len(node.waiting),
        )
        times = self._seen.setdefault(hash(key), [])
        times.append(node.now)
        if len(times) <= ROUNDS:
            return False
        del times[: -ROUNDS - 1]
        gaps = {after - before for before, after in pairwise(times)}
        self._period = gaps.pop()
        return not gaps

    def rest(self, ending: Ending, began: int) -> Rest:
        """What to say of a node that did not come to rest."""
        node = self._node
        since = node.now - self._period if ending is Ending.RESTLESS else began
        seen = [found for at, found in self._found if at >= since] or [node.quantities()]
        lowest, highest = extremes(seen)
        return Rest(
            ending=ending,
            settling=(node.now - began) / SECOND,
            period=self._period / SECOND if ending is Ending.RESTLESS else None,
            lowest=lowest,
            highest=highest,
        )
