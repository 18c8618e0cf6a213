"""A long trace is checked event by event: memory does not grow with its length."""

import io
import tracemalloc
from pathlib import Path
from random import Random

import pytest

from ipam_model.trace.check import check_file
from ipam_model.trace.document import read_trace
from tests.trace.simulations import MODES, Scenario, simulate

SHORT = 500
LONG = 4 * SHORT
LONGEST = 30_000


def _scenario(max_enis: int) -> Scenario:
    env = {"ENABLE_IPv4": "true", **MODES["warm_eni"]}
    return Scenario(
        env=env, max_enis=max_enis, ipv4_per_eni=4, max_pods=4, reissue=True, quiet=True
    )


def _written(path: Path, events: int, *, max_enis: int = 1) -> Path:
    with path.open("w", encoding="utf-8") as stream:
        simulate(Random(1), stream, events=events, scenario=_scenario(max_enis))
    return path


def _peak(path: Path) -> int:
    """Bytes at most allocated while a trace is checked."""
    tracemalloc.start()
    try:
        verdict = check_file(path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        assert verdict.rejected is None


@pytest.mark.parametrize("max_enis", [1, 2])
def test_memory_does_not_grow_with_the_trace(max_enis: int, tmp_path: Path) -> None:
    """Neither where only pods come and go nor where ENIs do."""
    short = _written(tmp_path / "short.jsonl", SHORT, max_enis=max_enis)
    long = _written(tmp_path / "long.jsonl", LONG, max_enis=max_enis)
    assert long.stat().st_size > 3.5 * short.stat().st_size
    for path in (short, long):
        check_file(path)  # Fills the caches of the parsers, which are bounded.
    peak = _peak(short)
    # The largest of many events is a little larger than the largest of a few.
    assert _peak(long) < 1.5 * peak
    assert peak < 2**20


def test_long_trace_is_accepted(tmp_path: Path) -> None:
    verdict = check_file(_written(tmp_path / "trace.jsonl", LONGEST, max_enis=2))
    assert verdict.rejected is None
    assert verdict.events >= LONGEST


def test_events_are_read_when_they_are_asked_for(tmp_path: Path) -> None:
    stream = io.StringIO()
    simulate(Random(1), stream, events=20, scenario=_scenario(2))
    path = tmp_path / "trace.jsonl"
    path.write_text(stream.getvalue() + "junk\n", encoding="utf-8")
    events = read_trace(path).events
    assert next(events).kind == "init"
    assert next(events).seq == 1
