"""What is measured, as plain data."""

import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Final

from ipam_model.partial.sample import Kind
from tests.shared import trace_files
from tools.live.detection import (
    VIEWS,
    Detection,
    Reference,
    View,
    followed,
    watched_models,
)

FOLDERS: Final = ("traces", "traces-more")
NOT_FOLLOWED: Final = "ipv6"
KINDS: Final = tuple(View(kind) for kind in Kind)


@cache
def _reference() -> Reference:
    """One per process."""
    return Reference(Path(tempfile.mkdtemp(prefix="ipam-live-")))


def _detect(name: str) -> Detection:
    return _reference().detect(watched_models()[name])


def broken(workers: int) -> dict[str, object]:
    """Every broken daemon, by id."""
    names = list(watched_models())
    with ProcessPoolExecutor(workers) as pool:
        return {
            name: _plain(detection)
            for name, detection in zip(names, pool.map(_detect, names, chunksize=4), strict=True)
        }


def _plain(detection: Detection) -> dict[str, object]:
    return {
        "visible": [view.name for view in VIEWS if view.name in detection.visible],
        "refused": {
            view.name: {
                "setting": detection.refused[view.name].setting,
                "rule": detection.refused[view.name].rule,
            }
            for view in VIEWS
            if view.name in detection.refused
        },
        "broke": detection.broke,
    }


def _accepted(path: Path) -> tuple[str, list[str]]:
    accepted = [view.name for view in KINDS if followed(path, view).followed.rejected is None]
    return f"{path.parents[1].name}/{path.parent.name}", accepted


def recorded(workers: int) -> dict[str, dict[str, int]]:
    """Of the recorded traces, by class: how many there are, and how many of each kind accepted."""
    paths = [
        path
        for folder in FOLDERS
        for path in trace_files(folder=folder)
        if path.parent.name != NOT_FOLLOWED
    ]
    found: dict[str, dict[str, int]] = {}
    with ProcessPoolExecutor(workers) as pool:
        for name, accepted in pool.map(_accepted, paths):
            counts = found.setdefault(
                name, {"traces": 0} | dict.fromkeys((view.name for view in KINDS), 0)
            )
            counts["traces"] += 1
            for view in accepted:
                counts[view] += 1
    return found


def mutants() -> dict[str, dict[str, int | None]]:
    """Of the recorded broken daemons: the event at which each kind refuses them."""
    return {
        path.stem.partition("-")[0]: {view.name: followed(path, view).rejected_at for view in KINDS}
        for path in trace_files("bad")
    }
