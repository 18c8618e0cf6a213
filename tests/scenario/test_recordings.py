"""Recordings of the real daemon, as scenarios: the same replies and the same last world."""

import io
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from ipam_model.cli.main import main
from ipam_model.scenario.document import Event, Scenario, Start
from ipam_model.scenario.from_trace import scenario_of
from ipam_model.scenario.reading import parse_scenario
from ipam_model.scenario.running import ScenarioRunner, Step
from ipam_model.scenario.setup import world_of
from ipam_model.scenario.writing import write_scenario
from ipam_model.trace.check import check
from ipam_model.trace.document import read_trace
from ipam_model.world import World
from tests.shared import ROOT, trace_files
from tests.trace.command import run

EXAMPLES = sorted((ROOT / "examples").glob("traces*/*.jsonl"))


def last_world(path: Path) -> World:
    """The checker's own, after the last event."""
    worlds: list[World] = []
    verdict = check(read_trace(path), explained=lambda _, runner: worlds.append(runner.world))
    assert verdict.rejected is None
    return worlds[-1]


def replay(scenario: Scenario) -> tuple[list[Step], World]:
    runner = ScenarioRunner(world_of(scenario.node, scenario.ec2))
    return list(runner.steps(scenario.events)), runner.world


def converted(path: Path) -> Scenario:
    scenario = scenario_of(path)
    assert isinstance(scenario, Scenario)
    return scenario


def check_conversion(path: Path, last: World) -> Scenario:
    scenario = converted(path)
    steps, world = replay(scenario)
    assert not [each for step in steps for each in step.violations]
    expected = [step for step in steps if step.event.expect.reply is not None]
    assert len(expected) > len(steps) / 4
    assert world == last
    return scenario


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_recordings_become_scenarios(path: Path) -> None:
    scenario = check_conversion(path, last_world(path))
    text = write_scenario(scenario)
    read, _ = parse_scenario(text)
    assert read == scenario
    assert write_scenario(read) == text


def count(seen: Counter[str], events: Sequence[Event]) -> None:
    """What is prescribed, and which events there are."""
    for event in events:
        seen[event.kind] += 1
        for call in event.calls:
            for name in ("eni", "primary", "ips", "prefixes", "ipv6", "stale", "trunk", "reason"):
                seen[f"call {name}"] += getattr(call, name) is not None
            seen["before"] += len(call.before)
            count(seen, (*call.before, *call.after))
        for choice in event.choices:
            seen[choice.rule] += 1
            seen["cidrs"] += choice.cidrs is not None
            seen["option"] += choice.option is not None
        if isinstance(event, Start):
            seen["vanished"] += bool(event.vanished)
            seen["env"] += event.env is not None


def test_examples_prescribe_answers_and_choices() -> None:
    """Not vacuous: most of what can be prescribed is prescribed by some recording."""
    seen: Counter[str] = Counter()
    for path in EXAMPLES:
        count(seen, converted(path).events)
    wanted = ["R112", "R188", "R190", "R192", "cidrs", "call eni", "call primary"]
    wanted += ["call ips", "call prefixes", "call ipv6", "before", "vanished", "env"]
    wanted += ["others_attach_eni", "others_detach_eni", "others_assign", "others_unassign"]
    wanted += ["others_set_tags", "subnet_free", "fault", "clear_faults", "cordon", "uncordon"]
    assert not [name for name in wanted if not seen[name]]
    assert not seen["option"], "every option has a name of its own"


@pytest.mark.parametrize("folder", ["traces", "traces-more", "traces-v1.7"])
def test_shared_recordings_become_scenarios(folder: str) -> None:
    seen: Counter[str] = Counter()
    paths = trace_files(folder=folder)
    for path in paths:
        count(seen, check_conversion(path, last_world(path)).events)
    assert len(paths) >= 45
    rarer = {
        "traces": ("R189", "subnet_tag"),
        "traces-more": ("before", "others_set_tags", "call ipv6"),
        "traces-v1.7": ("call eni", "R190"),
    }
    assert not [name for name in rarer[folder] if not seen[name]]
    assert not seen["option"], "every option has a name of its own"


def test_a_rejected_recording_is_no_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    (path,) = (ROOT / "examples" / "rejected").glob("*.jsonl")
    result = run(capsys, "trace", "scenario", path)
    assert result.code == 1
    assert result.out == ""
    (line,) = result.err.splitlines()
    assert line.startswith(f"ipam-model: {path}:114: rejected, rule R190: ")


def test_a_recording_may_come_from_the_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = run(capsys, "trace", "scenario", EXAMPLES[0], "--json")
    for command in ("scenario", "check"):
        stream = io.TextIOWrapper(io.BytesIO(EXAMPLES[0].read_bytes()))
        monkeypatch.setattr(sys, "stdin", stream)
        result = run(capsys, "trace", command, "-")
        assert result.code == 0
        assert command == "check" or result.out == plain.out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert run(capsys, "trace", "check", "-").complaint.startswith("standard input: empty file")
    assert "more than once" in run(capsys, "trace", "check", "-", "-").complaint


def test_the_command_prints_a_scenario_that_replays(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    result = run(capsys, "trace", "scenario", EXAMPLES[0])
    assert result.code == 0
    file = tmp_path / "scenario.json"
    file.write_text(result.out, encoding="utf-8")
    assert main(["replay", "-q", str(file)]) == 0
