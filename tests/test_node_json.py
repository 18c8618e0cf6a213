"""Every command writes a node in the same way."""

import json
from pathlib import Path

import pytest

from tests.shared import ROOT
from tests.trace.command import run

Capture = pytest.CaptureFixture[str]
NODE = (
    *("--instance-type", "m5.large", "--set", "WARM_IP_TARGET=two", "--max-pods", "9"),
    *("--no-quirk", "R24"),
)
KEYS = (
    "name",
    "version",
    "instance_type",
    "limits",
    "max_pods",
    "max_pods_assumed",
    "env",
    "no_quirks",
    "diagnostics",
)


def document(capsys: Capture, *arguments: object) -> dict[str, object]:
    result = run(capsys, *arguments, "--json")
    assert result.err == "", "remarks are in the document"
    loaded = json.loads(result.out)
    assert isinstance(loaded, dict)
    return loaded


def first(document: dict[str, object], key: str) -> dict[str, object]:
    items = document[key]
    assert isinstance(items, list)
    assert isinstance(items[0], dict)
    return items[0]


def of_settings(capsys: Capture) -> dict[str, object]:
    return first(document(capsys, "settings", *NODE), "nodes")


def test_settings_and_show_write_the_same_node(capsys: Capture) -> None:
    settings = of_settings(capsys)
    at = ("--at", "2026-03-01T09:10:00Z")
    for name in ("warm-eni.json", "ipam.json"):
        node = document(capsys, "show", ROOT / "examples" / "nodes" / name, *NODE, *at)["node"]
        assert node == {key: settings[key] for key in KEYS}
    assert settings["limits"] == {"enis": 3, "ipv4_per_eni": 10}
    assert (settings["max_pods"], settings["max_pods_assumed"]) == (9, False)
    assert settings["no_quirks"] == ["double_decrement"]
    assert settings["diagnostics"]


def test_replay_writes_it_with_the_same_keys(capsys: Capture, tmp_path: Path) -> None:
    settings = of_settings(capsys)
    scenario = {
        "schema": "ipam-scenario/1",
        "node": {
            "instance_type": "m5.large",
            "env": settings["env"],
            "max_pods": 9,
            "no_quirks": ["R24"],
        },
        "ec2": {"subnets": [{"id": "subnet-1", "free": 500}]},
        "events": [{"kind": "start"}],
    }
    file = tmp_path / "scenario.json"
    file.write_text(json.dumps(scenario), encoding="utf-8")
    node = first(document(capsys, "replay", file), "scenarios")["node"]
    assert isinstance(node, dict)
    assert tuple(node) == KEYS
    for key in KEYS[:-1]:
        assert node[key] == settings[key], key
    assert {each["source"] for each in node["diagnostics"]} == {str(file)}


def test_simulate_writes_it_with_the_same_keys(capsys: Capture) -> None:
    node = first(document(capsys, "simulate", *NODE, "--pods", "1"), "nodes")
    settings = of_settings(capsys)
    assert {key: node[key] for key in KEYS} == {key: settings[key] for key in KEYS}
