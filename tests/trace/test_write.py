"""What the model writes the model accepts: simulation and checker agree about every event."""

import io
import json
from collections import Counter
from pathlib import Path

import pytest

from ipam_model.config import Version
from ipam_model.trace.check import check_file
from tests.trace.lines import write_lines
from tests.trace.lively_writers import LivelyWriter
from tests.trace.simulations import (
    EMPHASES,
    MODES,
    MODES_V1_7,
    Scenario,
    simulated_lines,
    world_of,
)

SEEDS_PER_MODE = 10


@pytest.mark.parametrize("mode", sorted(MODES))
def test_simulated_trace_is_accepted(mode: str, tmp_path: Path) -> None:
    for seed in range(SEEDS_PER_MODE):
        lines = simulated_lines(1000 + seed, mode=mode)
        verdict = check_file(write_lines(tmp_path / "trace.jsonl", lines))
        assert verdict.rejected is None, f"mode {mode}, seed {seed}: {verdict.rejected}"
        assert verdict.events == len(lines) - 1


@pytest.mark.parametrize("mode", MODES_V1_7)
def test_simulated_trace_of_v1_7_is_accepted(mode: str, tmp_path: Path) -> None:
    for seed in range(SEEDS_PER_MODE):
        lines = simulated_lines(3000 + seed, mode=mode, version=Version.V1_7)
        verdict = check_file(write_lines(tmp_path / "trace.jsonl", lines))
        assert verdict.rejected is None, f"mode {mode}, seed {seed}: {verdict.rejected}"
        assert verdict.events == len(lines) - 1


def test_simulations_of_v1_7_show_what_imds_hides() -> None:
    hidden: Counter[str] = Counter()
    for seed in range(30):
        for line in simulated_lines(seed, version=Version.V1_7)[1:]:
            attached = line["state"]["attached"]
            for call in line["ec2"]:
                result = call.get("result", {})
                hidden["addresses"] += "missing" in result
                hidden["ENIs"] += "enis" in result and len(result["enis"]) < len(attached)
    assert min(hidden["addresses"], hidden["ENIs"]) > 20


@pytest.mark.parametrize("emphasis", sorted(EMPHASES))
def test_simulated_trace_without_tick_replies_is_accepted(emphasis: str, tmp_path: Path) -> None:
    for seed in range(SEEDS_PER_MODE):
        lines = simulated_lines(2000 + seed, emphasis=emphasis)
        for line in lines[1:]:
            if line["event"]["kind"] == "tick":
                line["reply"] = {}
        verdict = check_file(write_lines(tmp_path / "trace.jsonl", lines))
        assert verdict.rejected is None, f"emphasis {emphasis}, seed {seed}: {verdict.rejected}"


def test_simulations_are_varied() -> None:
    """The round trip says little about events and calls that never happen."""
    kinds: set[str] = set()
    calls: set[str] = set()
    outcomes: set[tuple[str, bool]] = set()
    nested = 0
    for seed in range(60):
        for line in simulated_lines(seed)[1:]:
            kinds.add(line["event"]["kind"])
            for call in line["ec2"]:
                calls.add(call["call"])
                outcomes.add((call["call"], "error" in call.get("result", {})))
                nested += len(call.get("during", ()))
    assert kinds >= {
        "init",
        "restart",
        "pod_add",
        "pod_del",
        "tick",
        "reconcile",
        "advance",
        "cordon",
        "uncordon",
        "ec2_fault",
        "subnet_free",
        "subnet_tag",
        "external",
    }
    assert len(calls) == 14
    assert len(outcomes) >= 20
    assert nested


def test_first_line_is_a_header_and_seq_counts_from_0() -> None:
    stream = io.StringIO()
    scenario = Scenario(env={"ENABLE_IPv4": "true", "WARM_IP_TARGET": "2"})
    writer = LivelyWriter(world_of(scenario), stream, env=scenario.env, trace_id="a")
    writer.init()
    writer.wait(2500)
    header, *events = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert header["schema"] == "ipam-trace/1"
    assert header["id"] == "a"
    assert header["env"] == scenario.env
    assert header["limits"] == {"max_enis": 3, "ipv4_per_eni": 6}
    assert [event["seq"] for event in events] == [0, 1]
    assert [event["event"]["kind"] for event in events] == ["init", "advance"]
    assert events[0]["reply"] == {"ok": True}
    assert events[1]["time"] == 2.5
    assert events[0]["state"]["stats"]["total"] == 2


def test_R58_start_that_fails_is_written_as_such(tmp_path: Path) -> None:
    stream = io.StringIO()
    scenario = Scenario(env={"ENABLE_IPv4": "true"})
    writer = LivelyWriter(world_of(scenario), stream, env=scenario.env, trace_id="a")
    writer.init()
    writer.fault("DescribeAllENIs", "RequestLimitExceeded")
    writer.init()
    writer.wait(1000)
    writer.init()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert lines[3]["reply"] == {"ok": False, "error": "RequestLimitExceeded"}
    assert lines[3]["state"]["running"] is False
    assert "enis" not in lines[3]["state"]
    assert lines[5]["reply"] == {"ok": True}
    assert check_file(write_lines(tmp_path / "trace.jsonl", lines)).rejected is None
