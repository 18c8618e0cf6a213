"""The canonical form: one text for one scenario, whatever the order things were given in."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given

from ipam_model.errors import InputError
from ipam_model.scenario.reading import parse_scenario
from ipam_model.scenario.running import run_scenario
from ipam_model.scenario.tables import table
from ipam_model.scenario.writing import write_scenario
from tests.scenario.documents import Json, valid_documents
from tests.scenario.small import SMALL
from tests.shared import ROOT

SCENARIOS = sorted((ROOT / "examples" / "scenarios").glob("*.json"))


def test_the_small_scenario_is_canonical() -> None:
    assert write_scenario(parse_scenario(SMALL)[0]) == SMALL


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_examples_are_canonical(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert write_scenario(parse_scenario(text)[0]) == text


def test_order_of_keys_white_space_and_defaults_do_not_matter() -> None:
    def turned(value: Json) -> Json:
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in reversed(value)}
        return [turned(each) for each in value] if isinstance(value, list) else value

    document = turned(json.loads(SMALL))
    document["node"] |= {"block": 16, "cordoned": False, "version": "v1.23", "no_quirks": []}
    document["events"][0] |= {"note": "", "expect": {}, "calls": [], "vanished": []}
    assert write_scenario(parse_scenario(json.dumps(document, indent=3))[0]) == SMALL


@given(valid_documents())
def test_what_is_written_is_read_again_and_written_the_same(value: Json) -> None:
    try:
        scenario, _ = parse_scenario(json.dumps(value))
    except InputError:
        return
    text = write_scenario(scenario)
    again, _ = parse_scenario(text)
    assert again == scenario
    assert write_scenario(again) == text
    assert text.isprintable() or "\n" in text
    assert len([line for line in text.splitlines() if '"kind"' in line]) >= len(scenario.events)


def test_an_event_is_a_line() -> None:
    lines = write_scenario(parse_scenario(SMALL)[0]).splitlines()
    assert lines[-5:-2] == [
        '    {"kind": "start"},',
        '    {"kind": "pods_add", "count": 2},',
        '    {"kind": "tick"}',
    ]


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_text_does_not_depend_on_hashes(seed: str) -> None:
    """Recording and writing in another process, with other hashes, gives the same bytes."""
    trace = ROOT / "examples" / "traces" / "external-10088.jsonl"
    written = subprocess.run(
        [sys.executable, "-m", "ipam_model", "trace", "scenario", str(trace)],
        env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    again = subprocess.run(
        [sys.executable, "-m", "ipam_model", "trace", "scenario", str(trace)],
        env={"PYTHONHASHSEED": "2", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    assert written.stdout == again.stdout


def test_the_documentation_shows_a_scenario_that_replays() -> None:
    page = (ROOT / "docs" / "scenario-format.md").read_text(encoding="utf-8")
    text = page.split("```json\n")[1].split("```")[0]
    scenario, _ = parse_scenario(text)
    assert write_scenario(scenario) == text
    steps = list(run_scenario(scenario))
    assert not [each for step in steps for each in step.violations]
    rows = [line.split() for line in table(steps).splitlines() if line.split()[-1].isdigit()]
    shown = [line.split() for line in page.splitlines() if line.startswith("    ")]
    assert len(rows) == 6
    for row in rows:
        assert [words for words in shown if words[:5] == row[:5] and words[-6:] == row[-6:]]
