"""Skipping time in which nothing can happen: exact, and several times as fast as waiting for it.

A pass of the loop that asked EC2 nothing, chose nothing and left the daemon's memory as it was
would do the same again as long as every comparison with the clock comes out the same. Those
comparisons are the ones `canonical` knows; the first instant at which one of them turns is
`next_turn`. A test compares worlds after skipping with worlds after plain passes.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from ipam_model.arrivals import Arrivals
from ipam_model.canonical import DECREASE_AGE, ENI_AGE, INSUFFICIENT_AGE, POOL_ACTION_AGE
from ipam_model.config import Config
from ipam_model.rules import timing
from ipam_model.rules.timing import SECOND
from ipam_model.simulation.node import SimulatedNode
from ipam_model.state import Node

NOTHING_NEW: Final = Arrivals()


def next_turn(config: Config, node: Node, now: int, arrivals: Arrivals = NOTHING_NEW) -> int | None:
    """The first instant after `now` at which a clock crosses a threshold; `None` if none will.

    `arrivals` is what IMDS does not show yet: the daemon's memory does not tell.
    """
    turns = chain(_turns(config, node), _appearances(arrivals))
    return min((turn for turn in turns if turn > now), default=None)


def _appearances(arrivals: Arrivals) -> Iterator[int]:
    for each in arrivals.recent:
        yield each.at + (arrivals.eni_lag if each.network is None else arrivals.address_lag)


def _turns(config: Config, node: Node) -> Iterator[int]:
    for instant, age in (
        (node.last_pool_action, POOL_ACTION_AGE),
        (node.last_decrease, DECREASE_AGE),
        (node.last_insufficient, INSUFFICIENT_AGE),
    ):
        if instant is not None:
            yield instant + age
    for _, expiry in node.released:
        yield expiry
    for pending in node.cleanups:
        yield pending.due
    warm_up = config.cooldown + 1
    for store in node.stores:
        for eni in store.enis:
            yield eni.created + ENI_AGE
            for cidr in eni.cidrs:
                for record in cidr.records:
                    if record.pod is None:
                        yield record.since + warm_up


def long_enough(config: Config) -> int:
    """Milliseconds without a change after which nothing will change: longer than any clock."""
    clocks = (
        timing.INSUFFICIENT_BACKOFF,
        timing.RECONCILE_INTERVAL,
        timing.RELEASED_MEMORY,
        timing.MINIMUM_ENI_LIFE,
        timing.SHRINK_INTERVAL,
        config.cooldown,
    )
    return max(clocks) + 10 * SECOND


def skip_quiet_passes(node: SimulatedNode, start: int, until: int) -> int:
    """Let passes like the one from `start` to now go by, not beyond `until`; how many did.

    That pass must have been idle (`IdleWatch`). It stands for the next ones only if nothing turned
    while it was under way, and for those only that end before something turns.
    """
    turn = next_turn(node.config, node.memory(), start, node.ec2.arrivals)
    horizon = until if turn is None else min(until, turn - 1)
    length = node.now - start
    passes = max((horizon - node.now) // length, 0)
    node.now += passes * length
    return passes


class IdleWatch:
    """Says of a stretch of time whether the daemon did anything in it."""

    def __init__(self, node: SimulatedNode) -> None:
        self._node = node
        self._memory = node.node
        self._asked = (node.ec2_calls, node.choices_made)
        self._guests = (len(node.guests), len(node.running))

    def idle(self) -> bool:
        """No call to EC2, no choice, no change of the daemon's memory or of the pods."""
        node = self._node
        return (
            node.node is self._memory
            and self._asked == (node.ec2_calls, node.choices_made)
            and self._guests == (len(node.guests), len(node.running))
        )
