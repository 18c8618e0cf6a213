"""Recordings thinned: those of the real daemon are explained, those of broken ones often not."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from ipam_model.partial.sample import Kind
from tests.shared import ROOT, trace_files
from tests.trace.simulations import MODES, random_scenario, simulate
from tools.live.detection import View, followed

EXAMPLES = [
    path
    for path in sorted((ROOT / "examples" / "traces").glob("*.jsonl"))
    if not path.stem.startswith("ipv6")
]
VIEWS = (View(Kind.STATISTICS), View(Kind.STATISTICS, 20_000), View(Kind.INTROSPECTION, 7_000))
LOG = View(Kind.LOG)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_are_explained(path: Path) -> None:
    for view in (*VIEWS, LOG):
        thin = followed(path, view)
        assert thin.followed.rejected is None, view
        assert thin.followed.samples == len(
            [line for line in thin.lines if "Starting" not in line.text]
        )


CLASSES = (
    "faults",
    "restart",
    "subnet_exhaustion",
    "external",
    "cordon",
    "sip_warm_min",
    "pd_warm_ip",
    "sip_warm_eni",
)


@pytest.mark.parametrize("name", CLASSES)
def test_recorded_traces_are_explained(name: str) -> None:
    """Some classes; `python -m tools.live --check` does all."""
    for path in trace_files(name):
        for view in (View(Kind.STATISTICS), LOG):
            assert followed(path, view).followed.rejected is None, (path.name, view)


SIMULATED = [
    mode for mode in sorted(MODES) if not mode.startswith("ipv6") and mode != "unprovisioned"
]


@pytest.mark.parametrize("view", [*VIEWS, LOG], ids=lambda view: view.name)
@settings(deadline=None)
@given(seed=st.integers(0, 2**32), mode=st.sampled_from(SIMULATED), quiet=st.booleans())
def test_simulated_nodes_are_explained(
    view: View, tmp_path_factory: pytest.TempPathFactory, seed: int, mode: str, quiet: bool
) -> None:
    """Whatever is hidden: pods during calls, lag, faults, restarts, cordons, changes by others."""
    rng = Random(seed)
    scenario = random_scenario(rng, mode)
    if quiet:  # Then nothing may go wrong, and no deviation is allowed.
        scenario = evolve(scenario, quiet=True, emphasis="", free=8000, imds_lag_s=0, reissue=False)
    path = tmp_path_factory.mktemp("simulated") / "trace.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        simulate(rng, stream, events=60, scenario=scenario)
    thin = followed(path, view) if _seen(path, view) else None
    assert thin is None or thin.followed.rejected is None


def _seen(path: Path, view: View) -> bool:
    return view.kind is not Kind.LOG or '"tick"' in path.read_text(encoding="utf-8")


# -- broken daemons --------------------------------------------------------------------------------

BAD = {
    "cordon_ignored": {Kind.STATISTICS: 99},
    "eni_freed_while_address_cools": {Kind.INTROSPECTION: 85},
    "two_enis_freed_per_tick": {Kind.STATISTICS: 70, Kind.INTROSPECTION: 70, Kind.LOG: 74},
    "warm_ip_target_off_by_one": {Kind.STATISTICS: 98, Kind.INTROSPECTION: 98, Kind.LOG: 106},
    "warm_prefix_target_ignored_on_release": {
        Kind.STATISTICS: 112,
        Kind.INTROSPECTION: 112,
        Kind.LOG: 116,
    },
}
"""By kind of observation, the event at which each is refused; a log shows it a pass later."""


def _bad() -> Iterator[tuple[str, Kind]]:
    for name, kinds in BAD.items():
        for kind in kinds:
            yield name, kind


@pytest.mark.parametrize(("name", "kind"), list(_bad()))
def test_recorded_broken_daemons_are_refused(name: str, kind: Kind) -> None:
    (path,) = [path for path in trace_files("bad") if path.stem.startswith(f"{name}-")]
    assert followed(path, View(kind)).rejected_at == BAD[name][kind]
