"""The pods of a scenario as a profile."""

import json
from pathlib import Path

import pytest

from ipam_model.scenario.reading import parse_scenario
from ipam_model.simulation import Moment
from ipam_model.simulation.scenario_profile import profile_of
from tests.shared import ROOT
from tests.trace.command import run

Capture = pytest.CaptureFixture[str]


def scenario(*events: dict[str, object]) -> str:
    return json.dumps(
        {
            "schema": "ipam-scenario/1",
            "node": {"instance_type": "m5.large", "env": {"ENABLE_IPv4": "true"}},
            "ec2": {"subnets": [{"id": "subnet-a", "free": 500}]},
            "events": list(events),
        }
    )


STORY = scenario(
    {"kind": "start", "at_ms": 1_000},
    {"kind": "pods_add", "count": 2},
    {"kind": "advance", "ms": 500},
    {"kind": "pod_add", "pod": "late"},
    {"kind": "loop_pass", "times": 2},
    {"kind": "cordon"},
    {"kind": "pods_del", "count": 1, "first": 2},
    {
        "kind": "tick",
        "at_ms": 30_000,
        "calls": [{"call": "NodeCordoned", "before": [{"kind": "pod_del", "pod": "late"}]}],
    },
    {"kind": "start", "at_ms": 60_000},
    {"kind": "pod_add", "pod": "last"},
)


def test_pods_come_and_go_when_the_scenario_says() -> None:
    profile, left_out = profile_of(parse_scenario(STORY)[0], "story")
    assert profile.moments == (
        Moment(at=0, coming=("p1", "p2")),
        Moment(at=500, coming=("late",)),
        Moment(at=10_500, going=("p2",)),
        Moment(at=29_000, going=("late",)),
        Moment(at=59_000, coming=("last",)),
    )
    assert left_out == 1


def test_command(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "story.json"
    path.write_text(STORY)
    result = run(
        capsys, "simulate", "--instance-type", "t3.small", "--profile", f"scenario:{path}", "--json"
    )
    assert result.code == 0
    assert "1 event about something else" in result.err
    found = json.loads(result.out)["nodes"][0]
    assert [each["pod"] for each in found["launches"]["pods"]] == ["p1", "p2", "late", "last"]
    assert found["rows"][-1]["pods"] == 2


def test_every_example_with_pods_is_a_profile(capsys: Capture) -> None:
    for path in sorted((ROOT / "examples" / "scenarios").glob("*.json")):
        result = run(
            capsys, "simulate", "--instance-type", "m5.large", "--profile", f"scenario:{path}"
        )
        assert result.code == 0 or "no pod comes or goes" in result.complaint


def test_bad_files_are_named(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "story.json"
    for text, complaint in (
        (scenario({"kind": "start"}), "no pod comes or goes in this scenario"),
        ("{}", "story.json:1"),
        ("[", "story.json:1"),
    ):
        path.write_text(text)
        result = run(
            capsys, "simulate", "--instance-type", "t3.small", "--profile", f"scenario:{path}"
        )
        assert complaint in result.complaint
    absent = run(capsys, "simulate", "--limits", "3,4", "--profile", "scenario:absent.json")
    assert "absent.json: cannot be read" in absent.complaint
