"""Recordings of v1.7.0 are accepted as such, and by nothing else."""

import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from attrs import evolve

from ipam_model.config import Version
from ipam_model.daemon.versions import DAEMONS, Daemon
from ipam_model.trace.check import Verdict, check_file
from tests import shared
from tests.trace.lines import Line, anonymous, decoded_states, read_lines, write_lines
from tests.trace.other_version import as_of_v1_7, as_of_v1_23

FOLDER = "traces-v1.7"
RECORDED = shared.trace_files(folder=FOLDER) if shared.find_shared() is not None else []
"""All of them."""

recorded = pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in RECORDED])


def verdict_on(lines: list[Line], folder: Path) -> Verdict:
    return check_file(write_lines(folder / "trace.jsonl", lines))


def test_the_recordings_are_there() -> None:
    shared.shared_dir()
    assert len(RECORDED) == 67


@recorded
def test_recording_is_accepted(path: Path) -> None:
    verdict = check_file(path)
    assert verdict.rejected is None
    assert verdict.events == len(read_lines(path)) - 1


@recorded
def test_recording_without_identification_and_tick_replies_is_accepted(
    path: Path, tmp_path: Path
) -> None:
    lines = anonymous(read_lines(path))
    for line in lines[1:]:
        if line["event"]["kind"] == "tick":
            line["reply"] = {}
    assert verdict_on(lines, tmp_path).rejected is None


def test_the_examples_are_accepted() -> None:
    paths = sorted((shared.ROOT / "examples" / "traces-v1.7").glob("*.jsonl"))
    assert len(paths) == 4
    assert all(check_file(path).rejected is None for path in paths)


# -- the article ---------------------------------------------------------------------------------

SETTLED: Mapping[str, tuple[int, int, int, int]] = {
    "article-warm_eni_1": (58, 58, 58, 29),
    "article-warm_eni_0_warm_ip_10": (13, 28, 33, 10),
    "article-warm_eni_1_warm_ip_10": (13, 28, 33, 10),
}
"""Secondary addresses with 3, 18, 23 and again 0 pods, once the pool has settled."""


@pytest.mark.parametrize("name", SETTLED)
def test_the_article_settles_at_its_addresses(name: str) -> None:
    (path,) = [each for each in shared.trace_files("article", folder=FOLDER) if each.stem == name]
    states = decoded_states(read_lines(path))
    rising: dict[int, int] = {}
    for state in states:
        pods = state["stats"]["assigned"]
        if pods >= max(rising, default=0):
            rising[pods] = state["stats"]["total"]
    last = states[-1]["stats"]
    assert (rising[3], rising[18], rising[23], last["total"]) == SETTLED[name]
    assert last["assigned"] == 0


# -- another daemon ------------------------------------------------------------------------------


def test_the_daemon_of_today_is_refused_every_recording_of_v1_7(tmp_path: Path) -> None:
    shared.shared_dir()
    verdicts = [verdict_on(as_of_v1_23(read_lines(path)), tmp_path) for path in RECORDED]
    assert all(verdict.rejected is not None for verdict in verdicts)


def test_v1_7_is_refused_the_recordings_of_today(tmp_path: Path) -> None:
    """Beyond the format: many at the first start already, the others when they grow later."""
    paths = [
        path
        for name in ("article", "churn", "drain", "faults", "sip_default", "sip_warm_ip")
        for path in shared.trace_files(name)
    ]
    verdicts = {path.stem: verdict_on(as_of_v1_7(read_lines(path)), tmp_path) for path in paths}
    assert len(verdicts) == 63
    seqs = [verdict.rejected.seq for verdict in verdicts.values() if verdict.rejected is not None]
    assert (seqs.count(0), len(seqs)) == (24, 62)
    accepted = {name for name, verdict in verdicts.items() if verdict.rejected is None}
    assert accepted == {"sip_default-56"}  # One ENI, filled at once: there both do the same.


def hybrids() -> Mapping[str, Daemon]:
    """Daemons v1.7 with one procedure of v1.23."""
    then, now = DAEMONS[Version.V1_7], DAEMONS[Version.V1_23]
    return {
        "start": evolve(then, start=now.start),
        "update_pool": evolve(then, update_pool=now.update_pool),
        "reconcile": evolve(then, reconcile=now.reconcile),
    }


LEAST_REFUSED = {"start": 67, "update_pool": 66, "reconcile": 5}


@pytest.mark.parametrize("part", LEAST_REFUSED)
def test_one_procedure_of_today_is_enough_to_be_refused(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared.shared_dir()
    assert isinstance(DAEMONS, dict)
    monkeypatch.setitem(DAEMONS, Version.V1_7, hybrids()[part])
    figures = Counter(check_file(path).rejected is not None for path in RECORDED)
    sys.stdout.write(f"{part}: {figures[True]} of {len(RECORDED)} refused\n")
    assert figures[True] >= LEAST_REFUSED[part]


def test_pod_requests_of_today_differ_only_in_what_no_recording_shows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shared.shared_dir()
    assert isinstance(DAEMONS, dict)
    then, now = DAEMONS[Version.V1_7], DAEMONS[Version.V1_23]
    monkeypatch.setitem(DAEMONS, Version.V1_7, evolve(then, add=now.add, delete=now.delete))
    assert all(check_file(path).rejected is None for path in RECORDED)


def test_a_call_too_many_is_refused_under_a_rule_of_v1_7(tmp_path: Path) -> None:
    lines = read_lines(shared.ROOT / "examples" / "traces-v1.7" / "drain-41.jsonl")
    line = next(each for each in lines[1:] if each["event"]["kind"] == "reconcile")
    line["ec2"] = [*line["ec2"], {"call": "FreeENI", "eni": "eni-2"}]
    rejected = verdict_on(lines, tmp_path).rejected
    assert rejected is not None
    assert (rejected.seq, rejected.rule) == (line["seq"], "H14")
