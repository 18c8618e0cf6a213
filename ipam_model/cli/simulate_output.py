"""What `ipam-model simulate` prints: text, CSV or JSON."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol

from attrs import frozen

from ipam_model.cli.node_json import node_as_json
from ipam_model.cli.node_text import governing_settings, quirks_text, size_text
from ipam_model.inspection.counted import counted, few
from ipam_model.nodes import NodeSetup, ample_subnet
from ipam_model.rules.timing import SECOND
from ipam_model.simulation import tables
from ipam_model.simulation.choices import Choices
from ipam_model.simulation.conditions import KUBELET_RETRY, Conditions
from ipam_model.simulation.numbers import number_text
from ipam_model.simulation.over_pods import Path as PodPath
from ipam_model.simulation.over_pods import place
from ipam_model.simulation.profiles import Profile
from ipam_model.simulation.rows import NodeRun

Show = Callable[[str], object]
"""Takes whole lines without the last line break."""

ASSUMED_MAX_PODS: Final = "ENIs × (addresses − 1) + 2"
MOST_NAMES: Final = 3


@frozen(kw_only=True)
class Task:
    """What is to be run."""

    setups: tuple[NodeSetup, ...]
    conditions: Conditions
    counts: tuple[int, ...] | None = None
    """Numbers of pods; `None` without a profile means 0 to max pods of each node."""
    path: PodPath = PodPath.CLIMB
    profile: Profile | None = None
    duration: int = 0
    """Milliseconds, with a profile; `every` likewise."""
    every: int = 0

    @property
    def over(self) -> tables.Over:
        """What the rows are about."""
        return "pods" if self.profile is None else "time"

    @property
    def one_count(self) -> bool:
        """A single number of pods, so that a node is one row."""
        return self.counts is not None and len(self.counts) == 1

    @property
    def somebody_leaves(self) -> bool:
        """Whether it matters which pods leave first."""
        if self.profile is None:
            return self.path is PodPath.DRAIN
        return any(moment.leave and not moment.whichever for moment in self.profile.moments)

    def counts_of(self, setup: NodeSetup) -> tuple[int, ...]:
        """The numbers of pods for a node."""
        return tuple(range(setup.max_pods + 1)) if self.counts is None else self.counts

    def rows(self, setup: NodeSetup) -> int:
        """How many rows a node will give."""
        if self.profile is None:
            return len(place(self.counts_of(setup), setup.max_pods))
        return -(-self.duration // self.every) + 1


class Printer(Protocol):
    """Prints runs; what is done is out before the next node begins."""

    def begin(self) -> None:
        """Before the first node."""

    def node(self, run: NodeRun) -> None:
        """A node has been run, or was being run when somebody interrupted."""

    def end(self, runs: Sequence[NodeRun]) -> None:
        """These are all."""


# -- text ----------------------------------------------------------------------------------------


class TextPrinter:
    """Everything for a reader: a block for each node, or one table of them all."""

    def __init__(self, task: Task, show: Show) -> None:
        self._task, self._show = task, show
        self._together = task.one_count and len(task.setups) > 1

    def begin(self) -> None:
        """What was asked for and what is assumed."""
        assumed = (f"assumed: {each}" for each in assumptions(self._task))
        self._show("\n".join([headline(self._task), *assumed]))

    def node(self, run: NodeRun) -> None:
        """A node that is done, or as far as it came."""
        if self._together:
            return
        blocks = ["", *node_lines(run.setup)]
        if run.rows:
            blocks.append(tables.node_table(run, self._task.over))
        if self._task.profile is not None and run.rows and not run.interrupted:
            blocks.append(tables.launch_text(run.launches))
        self._show("\n".join(blocks))

    def end(self, runs: Sequence[NodeRun]) -> None:
        """The table of all nodes, if it is one."""
        if not (self._together and runs):
            return
        blocks = ["", *_together(runs, governing_settings), *_together(runs, quirks_text)]
        blocks.append(tables.one_count_table(runs))
        if any(run.setup.max_pods_assumed for run in runs):
            blocks.append(f"* assumed: {ASSUMED_MAX_PODS}")
        self._show("\n".join(blocks))


def _together(runs: Sequence[NodeRun], tell: Callable[[NodeSetup], str]) -> Iterator[str]:
    """What is to be told of several nodes, once for all that have it in common."""
    names: dict[str, list[str]] = {}
    for run in runs:
        names.setdefault(tell(run.setup), []).append(run.setup.name)
    for told, holders in names.items():
        if told:
            yield told if len(names) == 1 else f"{few(holders, MOST_NAMES)}: {told}"


def headline(task: Task) -> str:
    """What is run, in one line."""
    if task.profile is not None:
        return (
            f"profile {task.profile.text}, {number_text(task.duration / SECOND)} s, "
            f"a row every {number_text(task.every / SECOND)} s where something changed"
        )
    return f"at rest with each number of pods; {_PATHS[task.path]}"


_PATHS: Final = {
    PodPath.CLIMB: "the node climbs from count to count",
    PodPath.FRESH: "a fresh node for each count",
    PodPath.DRAIN: "the node drains from the highest count down",
}


def node_lines(setup: NodeSetup) -> tuple[str, str]:
    """What the node is, with what is assumed about it; and the settings that govern it."""
    pods = f"max pods {setup.max_pods}"
    if setup.max_pods_assumed:
        pods += f" (assumed: {ASSUMED_MAX_PODS})"
    parts = [size_text(setup), pods, *subnets_text(setup), setup.version.value]
    if setup.config.ipv6:
        parts.append("IPv6: no pool of addresses")
    if quirks := quirks_text(setup):
        parts.append(quirks)
    return f"{setup.name}: {', '.join(parts)}", governing_settings(setup)


def subnets_text(setup: NodeSetup) -> list[str]:
    """The subnets that somebody described."""
    if setup.subnets == (ample_subnet(),):
        return []
    return [f"{subnet.id} with {counted(subnet.free, 'free address')}" for subnet in setup.subnets]


def assumptions(task: Task) -> Iterator[str]:
    """What nobody said and the result depends on, in words."""
    conditions = task.conditions
    if any(setup.subnets == (ample_subnet(),) for setup in task.setups):
        yield f"a subnet with {ample_subnet().free:,} free addresses, more than the node can take"
    yield from dict.fromkeys(each for setup in task.setups for each in setup.eni_config_assumptions)
    seconds = conditions.latencies.seconds()
    if seconds:
        name = f"{conditions.latencies.name}: " if conditions.latencies.name else ""
        listed = ", ".join(f"{call} {number_text(value)} s" for call, value in seconds.items())
        yield f"calls take time, {name}{listed}; all others are answered at once"
    else:
        yield "every call is answered at once"
    if conditions.choices is Choices.FIRST:
        yield "what the daemon leaves to Go's map order: the first option"
    else:
        yield (
            f"what the daemon leaves to Go's map order: any option, seed {conditions.seed} "
            "(what can happen, not how often)"
        )
    if task.profile is not None:
        kubelet = " (kubelet's back-off)" if conditions.retry == KUBELET_RETRY else ""
        more = " and up to half as much more" if conditions.choices is Choices.RANDOM else ""
        yield f"a refused pod asks again after {number_text(conditions.retry)} s{more}{kubelet}"
    if task.path is PodPath.DRAIN and task.conditions.choices is Choices.FIRST:
        yield "a drained node as those choices leave it: one of several outcomes (--choices random)"
    if task.somebody_leaves:
        yield f"when pods leave: {conditions.leave.value}, those without an address first"


def remarks(runs: Sequence[NodeRun], task: Task) -> Iterator[str]:
    """What has to be said besides the rows."""
    rows = sum(len(run.rows) for run in runs)
    if any(run.interrupted for run in runs):
        expected = sum(task.rows(setup) for setup in task.setups)
        yield f"interrupted after {rows:,} of {counted(expected, 'row')}"
    for run in runs:
        if run.exited:
            yield f"{run.setup.name}: the daemon exits at its start: {run.exited}"
    crowded = [run for run in runs if run.not_placed]
    if crowded:
        names = few(
            [f"{run.setup.name} (max pods {run.setup.max_pods})" for run in crowded], MOST_NAMES
        )
        if task.profile is None:
            yield f"counts above max pods are taken as max pods: {names}"
        else:
            pods = sum(run.not_placed for run in crowded)
            found = f"{counted(pods, 'pod')} found max pods of them on the node"
            yield f"{found} and did not come: {names}"
    cut = [run.setup.name for run in runs if run.cut]
    if cut:
        yield (
            f"cut by --most-passes {task.conditions.most_passes}: {few(cut, MOST_NAMES)}; there "
            "some rows are neither at rest nor known to go round"
        )


# -- for programs --------------------------------------------------------------------------------


class CsvPrinter:
    """Every row, as soon as there is one."""

    def __init__(self, show: Show) -> None:
        self._show = show

    def begin(self) -> None:
        """The headings."""
        self._show(tables.csv_headings())

    def node(self, run: NodeRun) -> None:
        """The rows of a node."""
        if run.rows:
            self._show(tables.csv_rows(run))

    def end(self, runs: Sequence[NodeRun]) -> None:
        """Everything has been said."""


class JsonPrinter:
    """One object, at the end."""

    def __init__(self, task: Task, show: Show) -> None:
        self._task, self._show = task, show

    def begin(self) -> None:
        """Nothing yet."""

    def node(self, run: NodeRun) -> None:
        """Nothing yet."""

    def end(self, runs: Sequence[NodeRun]) -> None:
        """All of it."""
        self._show(as_json(runs, self._task))


def as_json(runs: Sequence[NodeRun], task: Task) -> str:
    """Everything for a program."""
    conditions = task.conditions
    report = {
        "over": task.over,
        "version": task.setups[0].version.value if task.setups else None,
        "profile": None if task.profile is None else task.profile.text,
        "path": task.path.value if task.profile is None else None,
        "choices": conditions.choices.value,
        "seed": conditions.seed,
        "latencies_s": conditions.latencies.seconds(),
        "retry_s": conditions.retry,
        "leave": conditions.leave.value,
        "complete": not any(run.cut or run.interrupted for run in runs),
        "assumed": list(assumptions(task)),
        "remarks": list(remarks(runs, task)),
        "nodes": [
            {
                **node_as_json(run.setup),
                "settings": governing_settings(run.setup),
                **tables.run_as_json(run),
            }
            for run in runs
        ],
    }
    return json.dumps(report, indent=2)
