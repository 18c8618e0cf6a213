"""The films of `ipam-model simulate --html`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from attrs import frozen

from ipam_model.cli.simulate_output import Task
from ipam_model.nodes import NodeSetup
from ipam_model.simulation.agenda import ScheduledNode
from ipam_model.simulation.conditions import Conditions
from ipam_model.simulation.node import SimulatedNode
from ipam_model.simulation.profiles import Profile
from ipam_model.simulation.rows import NodeRun

if TYPE_CHECKING:
    from ipam_model.film.of_simulation import Reel
    from ipam_model.page.document import Page


@frozen
class Makers:
    """Who makes the nodes of a run."""

    over_pods: Callable[[NodeSetup, Conditions], SimulatedNode]
    over_time: Callable[[NodeSetup, Conditions, Profile, Iterable[int]], ScheduledNode]


UNWATCHED: Final = Makers(SimulatedNode, ScheduledNode)


class Reels:
    """A film for each node, of as many as a page shows."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._reels: dict[int, Reel] = {}

    @contextmanager
    def of(self, number: int) -> Iterator[Makers]:
        """Film the node of this number, as long as the block runs."""
        from ipam_model.cli.html.parts import MOST_FILMS
        from ipam_model.film.of_simulation import Reel

        if number >= MOST_FILMS:
            yield UNWATCHED
            return
        reel = self._reels[number] = Reel(self._task.over)
        try:
            yield Makers(reel.over_pods, reel.over_time)
        finally:
            reel.close()

    def page(self, runs: Sequence[NodeRun]) -> "Page":
        """The page of the runs."""
        from ipam_model.cli.html.of_simulate import page_of

        films = {
            number: reel.film(self._task.setups[number]) for number, reel in self._reels.items()
        }
        return page_of(runs, films, self._task)
