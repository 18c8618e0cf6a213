"""`ipam-model simulate`, by its own functions: tables included, the start of Python left out."""

from collections.abc import Callable, Sequence
from typing import Final

from attrs import frozen

from benchmarks.measuring import Outcome, Result, references, timed
from ipam_model.errors import ModelError
from ipam_model.limits import Catalogue
from ipam_model.nodes import NodeSetup, default_max_pods
from ipam_model.settings import shipped_defaults
from ipam_model.simulation import NodeRun, over_pods, tables

ONE_TYPE: Final = "m5.4xlarge"
"""8 ENIs with 30 addresses each: 110 pods need five of them."""
COUNTS: Final = range(111)
PODS: Final = 20
"""On each of all types; 65 of them cannot have so many."""


@frozen
class Simulation:
    """Nodes, and the numbers of pods on each."""

    setups: Sequence[NodeSetup]
    counts: Sequence[int]
    table: Callable[[Sequence[NodeRun]], str]


class Runs:
    """The same simulation again and again."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._text = ""
        self.expected: str | None = None
        """The table of the first run."""

    def prepare(self) -> None:
        """Forget the last table."""
        self._text = ""

    def run(self) -> None:
        """Run every node and write the table."""
        runs = [over_pods(setup, self._simulation.counts) for setup in self._simulation.setups]
        self._text = self._simulation.table(runs)

    def check(self) -> None:
        """The table is that of the first run."""
        if self.expected is None:
            self.expected = self._text
        elif self.expected != self._text:
            raise ModelError("two runs of one simulation gave different tables")


def setup(name: str) -> NodeSetup:
    """A node with the shipped settings."""
    limits = Catalogue.bundled().get(name)
    return NodeSetup(
        name=name, limits=limits, env=shipped_defaults(), max_pods=default_max_pods(limits)
    )


def one_type(runs: int) -> Outcome:
    """One type at rest with 0 to 110 pods."""
    simulation = Simulation(
        [setup(ONE_TYPE)], COUNTS, lambda done: tables.node_table(done[0], "pods")
    )
    return Result(
        name="simulate-pods",
        unit="s",
        runs=timed(Runs(simulation), runs),
        references=references("simulate-pods"),
        facts={"type": ONE_TYPE, "pod counts": len(COUNTS)},
    )


def every_type(runs: int) -> Outcome:
    """All types at rest with one number of pods."""
    setups = [setup(name) for name in Catalogue.bundled().types()]
    simulation = Simulation(setups, [PODS], tables.one_count_table)
    return Result(
        name="simulate-types",
        unit="s",
        runs=timed(Runs(simulation), runs),
        references=references("simulate-types"),
        facts={"types": len(setups), "pods": PODS},
    )
