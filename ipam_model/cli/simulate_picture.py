"""The picture of `ipam-model simulate --plot`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from ipam_model.cli.file_to_be import FileToBe
from ipam_model.cli.node_text import governing_values, quirks_text
from ipam_model.cli.simulate_output import MOST_NAMES, Task, subnets_text
from ipam_model.errors import InputError
from ipam_model.inspection.counted import few
from ipam_model.simulation.choices import Choices
from ipam_model.simulation.rows import NodeRun

SUFFIXES: Final[dict[str, Literal["svg", "png"]]] = {".svg": "svg", ".png": "png"}


class Picture:
    """A picture to be."""

    def __init__(self, path: Path) -> None:
        from ipam_model.simulation import plots  # noqa: F401 - says which extra is missing

        if path.suffix.lower() not in SUFFIXES:
            raise InputError(f"--plot {path}: the name must end in {' or '.join(SUFFIXES)}")
        self._kind = SUFFIXES[path.suffix.lower()]
        self._file = FileToBe("--plot", path)

    def check(self, task: Task) -> None:
        """Refuse, before anything is run, a picture of too many nodes."""
        from ipam_model.simulation import plots

        plots.check_number(len(task.setups), bars=task.one_count)

    def draw(self, runs: Sequence[NodeRun], task: Task) -> None:
        """Write it; `InputError` if that fails."""
        from ipam_model.simulation import plots

        picture = plots.draw(runs, over=task.over, title=title(task), kind=self._kind)
        self._file.write(picture)

    def discard(self) -> None:
        """Take away what is not finished."""
        self._file.discard()


def title(task: Task) -> str:
    """Two lines over the picture: what it shows, and under which settings."""
    names = few([setup.name for setup in task.setups], MOST_NAMES)
    if task.profile is not None:
        first = f"{names} under {task.profile.text}"
    else:
        first = f"{names}: addresses at rest"
    return f"{first}\n{_settings(task)}"


def _settings(task: Task) -> str:
    setup, conditions = task.setups[0], task.conditions
    told = governing_values(setup)
    if any(governing_values(other) != told for other in task.setups):
        told = ("settings differ from node to node",)
    latencies = conditions.latencies
    parts = (
        setup.version.value,
        *told,
        f"max pods {setup.max_pods}" if len(task.setups) == 1 else "",
        f"path: {task.path.value}" if task.profile is None else "",
        f"latencies: {latencies.name or 'given'}" if latencies.seconds() else "",
        f"random choices, seed {conditions.seed}" if conditions.choices is Choices.RANDOM else "",
        *subnets_text(setup),
        quirks_text(setup),
    )
    return " · ".join(part for part in parts if part)
