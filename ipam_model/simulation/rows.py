"""What a simulation gives: rows, one per pod count or instant, and when each pod was served."""

import math
from collections.abc import Mapping, Sequence
from enum import Enum
from statistics import median

from attrs import frozen

from ipam_model.nodes import NodeSetup
from ipam_model.quantities import Quantities


class Ending(Enum):
    """How a run towards rest ended."""

    RESTS = "rests"
    """Nothing changes any more."""
    RESTLESS = "restless"
    """It goes round in a circle for ever: the same state came back twice, equally long after."""
    CUT = "cut"
    """Neither within the passes allowed."""


@frozen(kw_only=True)
class Rest:
    """A node with a fixed number of pods, long after."""

    ending: Ending
    settling: float
    """Seconds from the change of the number of pods to the end of the last pass of the loop that
    changed something; for a restless or cut run, how long was looked."""
    period: float | None = None
    """Seconds a restless node takes to go round once."""
    lowest: Mapping[str, int] | None = None
    """Of a node that does not rest: least of some `Quantities` fields after a pass of the loop, in
    the last round."""
    highest: Mapping[str, int] | None = None
    """The most."""


@frozen(kw_only=True)
class Row:
    """A node at one moment."""

    at: float
    """Seconds since the daemon was started on the fresh instance."""
    pods: int
    """On the node and in need of an address, with one or without."""
    waiting: int
    """Of these without one."""
    refused: int
    """Requests of pods refused so far; 0 over pods, where waiting pods ask all the time."""
    warm_target: int
    """Addresses that the daemon wants to own (`wanted_addresses`); 0 while it does not run."""
    quantities: Quantities
    calls: Mapping[str, int]
    """Requests to EC2 so far, by name; `Quantities.ec2_calls` is their sum."""
    rest: Rest | None = None
    """Over pods only."""


@frozen(kw_only=True)
class Launch:
    """A pod's way to its address."""

    pod: str
    arrived: float
    """Seconds since the launch of the node."""
    served: float | None
    """When it was told its address; `None` if that did not happen."""
    left: float | None
    """When it went, with or without an address."""
    requests: int
    """How often it asked."""

    @property
    def took(self) -> float | None:
        """Seconds from arrival to address."""
        return None if self.served is None else self.served - self.arrived


@frozen
class LaunchTimes:
    """The launches of a run."""

    launches: tuple[Launch, ...]

    def taken(self) -> list[float]:
        """Seconds of every pod that got an address, ascending."""
        return sorted(each.took for each in self.launches if each.took is not None)

    @property
    def median(self) -> float | None:
        """Median of the seconds taken."""
        taken = self.taken()
        return median(taken) if taken else None

    def percentile(self, percent: float) -> float | None:
        """The least time within which at least that share of the served pods were served."""
        taken = self.taken()
        return taken[max(math.ceil(len(taken) * percent / 100), 1) - 1] if taken else None

    @property
    def maximum(self) -> float | None:
        """The longest."""
        return self.percentile(100)

    @property
    def unserved(self) -> tuple[str, ...]:
        """Pods still without an address at the end."""
        return tuple(
            each.pod for each in self.launches if each.served is None and each.left is None
        )

    @property
    def gave_up(self) -> tuple[str, ...]:
        """Pods that left without ever having had an address."""
        return tuple(
            each.pod for each in self.launches if each.served is None and each.left is not None
        )


@frozen(kw_only=True)
class NodeRun:
    """What happened to one node."""

    setup: NodeSetup
    rows: tuple[Row, ...]
    launches: LaunchTimes
    not_placed: int = 0
    """Pods that did not come to the node because it already had max pods of them."""
    exited: str = ""
    """Why the daemon did not start; empty if it did. There are no rows then."""
    interrupted: bool = False
    """Not all of its rows are there, and nothing is known of its launches."""

    @property
    def cut(self) -> bool:
        """Some row is not known to be the end of the story."""
        return any(row.rest is not None and row.rest.ending is Ending.CUT for row in self.rows)


SWINGING = ("enis", "prefixes", "owned", "reserved", "idle", "cooling", "assigned")
"""What `Rest.lowest` and `Rest.highest` tell."""


def extremes(
    found: Sequence[Quantities],
) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Least and most of the `SWINGING` quantities."""
    columns = {name: [int(getattr(each, name)) for each in found] for name in SWINGING}
    return (
        {name: min(values) for name, values in columns.items()},
        {name: max(values) for name, values in columns.items()},
    )
