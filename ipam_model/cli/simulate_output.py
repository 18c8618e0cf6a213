"""What `ipam-model simulate` prints and draws."""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Literal

from attrs import frozen

from ipam_model.cli.remarks import remarks_as_json
from ipam_model.daemon import measure
from ipam_model.errors import InputError
from ipam_model.nodes import NodeSetup, ample_subnet
from ipam_model.rules.timing import SECOND
from ipam_model.simulation import tables
from ipam_model.simulation.choices import Choices
from ipam_model.simulation.conditions import KUBELET_RETRY, Conditions
from ipam_model.simulation.over_pods import Path as PodPath
from ipam_model.simulation.over_pods import place
from ipam_model.simulation.profiles import Profile
from ipam_model.simulation.rows import NodeRun

SUFFIXES: Final[dict[str, Literal["svg", "png"]]] = {".svg": "svg", ".png": "png"}
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

    def counts_of(self, setup: NodeSetup) -> tuple[int, ...]:
        """The numbers of pods for a node."""
        return tuple(range(setup.max_pods + 1)) if self.counts is None else self.counts

    def rows(self, setup: NodeSetup) -> int:
        """How many rows a node will give."""
        if self.profile is None:
            return len(place(self.counts_of(setup), setup.max_pods))
        return -(-self.duration // self.every) + 1


def few(names: Sequence[str]) -> str:
    """Some of the names, and how many more there are."""
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


# -- text ----------------------------------------------------------------------------------------


def as_text(runs: Sequence[NodeRun], task: Task) -> str:
    """Everything for a reader."""
    blocks = [_headline(task), *(f"assumed: {each}" for each in assumptions(task))]
    if task.one_count and len(runs) > 1:
        blocks += ["", tables.one_count_table(runs)]
        if any(run.setup.max_pods_assumed for run in runs):
            blocks.append(f"* assumed: {ASSUMED_MAX_PODS}")
        return "\n".join(blocks)
    for run in runs:
        blocks += ["", node_line(run.setup)]
        if run.rows:
            blocks.append(tables.node_table(run, task.over))
        if task.profile is not None and run.rows:
            blocks.append(tables.launch_text(run.launches))
    return "\n".join(blocks)


def _headline(task: Task) -> str:
    if task.profile is not None:
        return (
            f"profile {task.profile.text}, {task.duration / SECOND:g} s, "
            f"a row every {task.every / SECOND:g} s where something changed"
        )
    return f"at rest with each number of pods; {_PATHS[task.path]}"


_PATHS: Final = {
    PodPath.CLIMB: "the node climbs from count to count",
    PodPath.FRESH: "a fresh node for each count",
    PodPath.DRAIN: "the node drains from the highest count down",
}


def node_line(setup: NodeSetup) -> str:
    """What the node is, with what is assumed about it."""
    limits = setup.limits
    pods = f"max pods {setup.max_pods}"
    if setup.max_pods_assumed:
        pods += f" (assumed: {ASSUMED_MAX_PODS})"
    parts = [f"{limits.max_enis} ENIs × {limits.ipv4_per_eni} addresses", pods]
    if setup.subnets != (ample_subnet(),):
        parts += [f"{subnet.id} with {subnet.free} free addresses" for subnet in setup.subnets]
    return f"{setup.name}: {', '.join(parts)}, {setup.version.value}"


def assumptions(task: Task) -> Iterator[str]:
    """What nobody said and the result depends on, in words."""
    conditions = task.conditions
    if any(setup.subnets == (ample_subnet(),) for setup in task.setups):
        yield f"a subnet with {ample_subnet().free:,} free addresses, more than the node can take"
    seconds = conditions.latencies.seconds()
    if seconds:
        name = f"{conditions.latencies.name}: " if conditions.latencies.name else ""
        listed = ", ".join(f"{call} {value:g} s" for call, value in seconds.items())
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
        yield f"a refused pod asks again after {conditions.retry:g} s{more}{kubelet}"
    if task.path is PodPath.DRAIN or _somebody_leaves(task.profile):
        yield f"when pods leave: {conditions.leave.value}, those without an address first"


def _somebody_leaves(profile: Profile | None) -> bool:
    if profile is None:
        return False
    return any(moment.leave and not moment.whichever for moment in profile.moments)


def remarks(runs: Sequence[NodeRun], task: Task) -> Iterator[str]:
    """What has to be said besides the rows."""
    for run in runs:
        if run.exited:
            yield f"{run.setup.name}: the daemon exits at its start: {run.exited}"
    crowded = [run for run in runs if run.not_placed]
    if crowded:
        names = few([f"{run.setup.name} (max pods {run.setup.max_pods})" for run in crowded])
        if task.profile is None:
            yield f"counts above max pods are taken as max pods: {names}"
        else:
            pods = sum(run.not_placed for run in crowded)
            yield f"{pods} pods found max pods of them on the node and did not come: {names}"
    cut = [run.setup.name for run in runs if run.cut]
    if cut:
        yield (
            f"cut by --most-passes {task.conditions.most_passes}: {few(cut)}; there some rows are "
            "neither at rest nor known to go round"
        )


# -- for programs --------------------------------------------------------------------------------


def as_csv(runs: Sequence[NodeRun]) -> str:
    """Every row."""
    return tables.as_csv(runs)


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
        "complete": not any(run.cut for run in runs),
        "assumed": list(assumptions(task)),
        "remarks": list(remarks(runs, task)),
        "nodes": [
            tables.run_as_json(run) | {"diagnostics": remarks_as_json(run.setup)} for run in runs
        ],
    }
    return json.dumps(report, indent=2)


# -- pictures ------------------------------------------------------------------------------------


def check_plot(path: Path) -> None:
    """Refuse, before anything is run, a picture that could not be drawn or written."""
    from ipam_model.simulation import plots  # noqa: F401 - says which extra is missing

    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"--plot {path}: the name must end in {' or '.join(SUFFIXES)}")
    if path.exists() and not path.is_file():
        raise InputError(f"--plot {path}: not a file")
    folder = path.parent
    if not folder.is_dir():
        raise InputError(f"--plot {path}: there is no folder {folder}")
    if not os.access(folder, os.W_OK):
        raise InputError(f"--plot {path}: the folder {folder} cannot be written to")


def check_picture(task: Task) -> None:
    """Refuse, before anything is run, a picture of too many nodes."""
    from ipam_model.simulation import plots

    plots.check_number(len(task.setups), bars=task.one_count)


def draw(path: Path, runs: Sequence[NodeRun], task: Task) -> None:
    """Write the picture; a file that is there already is replaced only by a complete one."""
    from ipam_model.simulation import plots

    picture = plots.draw(
        runs, over=task.over, title=title(task), kind=SUFFIXES[path.suffix.lower()]
    )
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(picture)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise InputError(f"--plot {path}: {error.strerror or error}") from None


def title(task: Task) -> str:
    """Two lines over the picture: what it shows, and under which settings."""
    names = few([setup.name for setup in task.setups])
    if task.profile is not None:
        first = f"{names} under {task.profile.text}"
    else:
        first = f"{names}: addresses at rest"
    return f"{first}\n{_settings(task)}"


def _governing(setup: NodeSetup) -> tuple[str, ...]:
    """The variables that decide how large the pool is."""
    config = setup.config
    mode = ("ENABLE_PREFIX_DELEGATION",) if config.prefix_mode else ()
    if measure.warm_targets(config, 0).defined:
        return (*mode, "WARM_IP_TARGET", "MINIMUM_IP_TARGET", "MAX_ENI")
    return (*mode, "WARM_PREFIX_TARGET" if config.prefix_mode else "WARM_ENI_TARGET", "MAX_ENI")


def _told(setup: NodeSetup) -> list[str]:
    return [f"{name}={setup.env[name]}" for name in _governing(setup) if setup.env.get(name)]


def _settings(task: Task) -> str:
    setup = task.setups[0]
    told = _told(setup)
    if any(_told(other) != told for other in task.setups):
        told = ["settings differ from node to node"]
    limit = f"max pods {setup.max_pods}" if len(task.setups) == 1 else ""
    latencies = task.conditions.latencies
    waits = f"latencies: {latencies.name or 'given'}" if latencies.seconds() else ""
    parts = (setup.version.value, *told, limit, waits)
    return " · ".join(part for part in parts if part)
