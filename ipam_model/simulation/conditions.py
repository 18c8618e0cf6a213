"""What is assumed about everything but the node: choices, latencies, kubelet, patience."""

from typing import Final

from attrs import frozen

from ipam_model.errors import InputError
from ipam_model.rules.timing import SECOND
from ipam_model.simulation.choices import Choices
from ipam_model.simulation.latencies import NONE, Latencies
from ipam_model.simulation.profiles import Leave

KUBELET_RETRY: Final = 10.0
"""Seconds until kubelet tries a failed pod sandbox again: its `backOffPeriod` (kubelet.go)."""
KUBELET_JITTER: Final = 0.5
"""... to which kubelet adds up to this part of it at random (`workerBackOffPeriodJitterFactor`,
pod_workers.go)."""
SHORTEST_RETRY: Final = 0.1
LONGEST_RETRY: Final = 3600.0


@frozen(kw_only=True)
class Conditions:
    """The conditions of a run. Equal conditions and an equal node give equal rows."""

    choices: Choices = Choices.FIRST
    seed: int = 1
    """Of the daemon's choices if they are random, of kubelet's jitter then, and of `Leave.RANDOM`.
    """
    latencies: Latencies = NONE
    retry: float = KUBELET_RETRY
    """Seconds after which a refused pod asks again; with random choices up to half as much more,
    as kubelet does it. Only over time: at rest pods ask before every pass of the loop."""
    leave: Leave = Leave.NEWEST
    most_passes: int = 2000
    """Passes of the loop after which a node that neither rests nor repeats itself is given up;
    those that need not be run (`quiet`) are not counted."""

    def __attrs_post_init__(self) -> None:
        if not SHORTEST_RETRY <= self.retry <= LONGEST_RETRY:
            raise InputError(
                f"pods cannot ask again every {self.retry:g} s; "
                f"it must be {SHORTEST_RETRY:g} to {LONGEST_RETRY:g} s"
            )
        if self.most_passes < 1:
            raise InputError(f"at least 1 pass of the loop is needed, not {self.most_passes}")

    @property
    def retry_milliseconds(self) -> int:
        """`retry` in milliseconds."""
        return round(self.retry * SECOND)


DEFAULT: Final = Conditions()
