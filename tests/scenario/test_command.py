"""`ipam-model replay`: table, JSON, canonical form, schema, exit codes."""

import json
import sys
from pathlib import Path

import pytest
from attrs import evolve

from ipam_model.scenario.document import Expect, PodAdd, PodsAdd, Start
from ipam_model.scenario.reading import parse_scenario
from ipam_model.scenario.schema import schema_text
from ipam_model.scenario.writing import write_scenario
from tests.scenario.small import SMALL, changed, with_event
from tests.shared import ROOT
from tests.trace.command import run

SCENARIOS = sorted((ROOT / "examples" / "scenarios").glob("*.json"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.json"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_examples_hold(capsys: pytest.CaptureFixture[str], path: Path) -> None:
    result = run(capsys, "replay", path)
    assert result.code == 0, result.out
    assert ": holds; " in result.out.splitlines()[-2]


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_examples_would_notice(path: Path) -> None:
    """Each has a title, a source, and expects something of most of its events."""
    scenario, _ = parse_scenario(path.read_text(encoding="utf-8"))
    assert scenario.title
    assert scenario.description
    assert scenario.source
    expecting = [event for event in scenario.events if event.expect != Expect()]
    assert len(expecting) > len(scenario.events) / 2


def test_the_table(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    result = run(capsys, "replay", file)
    assert result.code == 0
    lines = [" ".join(line.split()) for line in result.out.splitlines()]
    assert lines[1] == "made-up limits: 3 ENIs × 4 addresses; v1.23; max pods 10"
    assert lines[4] == "# time event reply EC2 calls ENIs owned assigned cooling idle reserved"
    assert lines[5].startswith("0 0 s start runs describe; tag eni-1; ")
    assert lines[7] == "1 0 s pods_add count=2 2 succeeded, 0 refused 1 2 2 0 0 3"
    assert lines[8] == "2 0 s tick low, want fewer enis, short 2 assign eni-1 +1 1 3 2 0 1 4"


def test_an_assumed_max_pods_is_shown(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    file.write_text(changed(',\n    "max_pods": 10', ""), encoding="utf-8")
    assert "max pods 11 (assumed: ENIs × (addresses − 1) + 2)" in run(capsys, "replay", file).out


def test_settings_that_do_not_do_what_they_seem_to_are_named(
    capsys: pytest.CaptureFixture[str], file: Path
) -> None:
    file.write_text(changed('"WARM_IP_TARGET": "2"', '"WARM_IP_TARGET": "two"'), encoding="utf-8")
    result = run(capsys, "replay", file)
    (remark,) = result.err.splitlines()
    assert remark.startswith(f"{file}:5: coerced: WARM_IP_TARGET is 'two'")
    assert "WARM_IP_TARGET is" not in result.out
    result = run(capsys, "replay", "--json", file)
    (said,) = json.loads(result.out)["scenarios"][0]["node"]["diagnostics"]
    assert (said["severity"], said["line"]) == ("coerced", 5)
    assert result.err == ""


def test_settings_of_a_restart_are_judged_too(
    capsys: pytest.CaptureFixture[str], file: Path
) -> None:
    again = '{"kind": "start", "env": {"ENABLE_IPv4": "true", "WARM_IP_TARGET": "x"}}'
    file.write_text(with_event(again), encoding="utf-8")
    (remark,) = run(capsys, "replay", file).err.splitlines()
    assert remark.startswith(f"{file}:16: coerced: WARM_IP_TARGET is 'x'")


def test_a_start_that_fails_is_shown_and_named(
    capsys: pytest.CaptureFixture[str], file: Path
) -> None:
    file.write_text(changed('"ENABLE_IPv4": "true", ', ""), encoding="utf-8")
    result = run(capsys, "replay", file)
    assert result.code == 2
    assert "start  exits: InvalidConfiguration" in result.out
    remark, complaint = result.err.splitlines()
    assert remark.startswith(f"{file}:3: refused: neither ENABLE_IPv4 nor ENABLE_IPv6 is on")
    assert complaint == (
        f"ipam-model: {file}:15: $.events[1]: the daemon is not running; start it first; "
        "event 0: start exits: InvalidConfiguration"
    )
    report = json.loads(run(capsys, "replay", "--json", file).out)
    assert [len(each["steps"]) for each in report["scenarios"]] == [1]
    assert complaint.removeprefix("ipam-model: ") in report["scenarios"][0]["messages"]


def test_quirks_that_are_off_are_named(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    file.write_text(changed('"max_pods": 10', '"no_quirks": ["R24"]'), encoding="utf-8")
    result = run(capsys, "replay", file)
    assert "; without quirk double_decrement (R24)" in result.out.splitlines()[1]


def test_the_standard_input_is_read_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert "- is given more than once" in run(capsys, "replay", "-", "-").complaint


def test_an_unknown_key_names_those_there_are(
    capsys: pytest.CaptureFixture[str], file: Path
) -> None:
    call = '{"kind": "tick", "calls": [{"call": "FreeENI", "zzz": 1}]}'
    file.write_text(with_event(call), encoding="utf-8")
    complaint = run(capsys, "replay", file).complaint
    assert "$.events[2].calls[0].zzz: unknown key; there are: call, " in complaint


def test_json_has_every_step_with_its_choices(
    capsys: pytest.CaptureFixture[str], file: Path
) -> None:
    report = json.loads(run(capsys, "replay", "--json", file).out)
    (scenario,) = report["scenarios"]
    assert (scenario["holds"], len(scenario["steps"])) == (True, 3)
    assert scenario["node"]["max_pods"] == 10
    adds = scenario["steps"][1]
    assert adds["choices"] == [
        {"rule": "R112", "eni": "eni-1", "address": "10.1.0.5"},
        {"rule": "R112", "nth": 2, "eni": "eni-1", "address": "10.1.0.6"},
    ]
    assert adds["event"] == {"kind": "pods_add", "count": 2}
    grown = scenario["steps"][2]
    names = ("enis", "owned", "assigned", "cooling", "idle", "reserved", "available", "leaked")
    assert [grown[name] for name in names] == [1, 3, 2, 0, 1, 4, 1, 0]
    assert {"call": "AssignPrivateIpAddresses", "text": "assign eni-1 +1"} in grown["calls"]


def test_choices_shown_by_json_can_be_prescribed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """What `--json` says was chosen, written into the events, changes nothing."""
    path = ROOT / "examples" / "scenarios" / "cooling-addresses-are-released.json"
    report = json.loads(run(capsys, "replay", "--json", path).out)
    document = json.loads(path.read_text(encoding="utf-8"))
    for event, step in zip(document["events"], report["scenarios"][0]["steps"], strict=True):
        event["choices"] = step["choices"]
    again = tmp_path / "again.json"
    again.write_text(json.dumps(document), encoding="utf-8")
    second = json.loads(run(capsys, "replay", "--json", again).out)
    assert second["scenarios"][0]["holds"]
    steps = report["scenarios"][0]["steps"], second["scenarios"][0]["steps"]
    for mine, theirs in zip(*steps, strict=True):
        assert {**mine, "event": None} == {**theirs, "event": None}


def test_canonical_and_schema(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    file.write_text(json.dumps(json.loads(SMALL)), encoding="utf-8")
    assert run(capsys, "replay", "--canonical", file).out == SMALL
    result = run(capsys, "replay", "--schema")
    assert (result.code, result.out) == (0, schema_text())


def test_a_violated_expectation_is_exit_1_and_named(
    capsys: pytest.CaptureFixture[str], file: Path
) -> None:
    file.write_text(
        with_event(
            '{"kind": "tick", "expect": {"enis": 1, "reserved": 9, "calls": {"FreeENI": 1}}}'
        ),
        encoding="utf-8",
    )
    result = run(capsys, "replay", "-q", file)
    assert result.code == 1
    calls = "event 2 (tick), calls FreeENI: expected 1, got 0"
    *told, verdict = result.out.splitlines()
    assert told == [
        f"{file}:16: $.events[2].expect.calls.FreeENI: {calls}",
        f"{file}:16: $.events[2].expect.reserved: event 2 (tick), reserved: expected 9, got 4",
    ]
    assert verdict.startswith(f"{file}: 2 violated; 3 events, 1 with expectations; ")
    assert "properties exercised" in verdict
    assert "witnesses reached" in verdict
    report = json.loads(run(capsys, "replay", "--json", file).out)
    assert report["scenarios"][0]["holds"] is False
    assert len(report["scenarios"][0]["messages"]) == 2


def test_what_the_model_does_not_allow_is_exit_1(
    capsys: pytest.CaptureFixture[str], file: Path
) -> None:
    wrong = '{"kind": "tick", "choices": [{"rule": "R188", "eni": "eni-9"}]}'
    file.write_text(with_event(wrong), encoding="utf-8")
    result = run(capsys, "replay", "-q", file)
    assert result.code == 1
    assert result.out.splitlines()[0] == (
        f"{file}:16: $.events[2]: event 2 (tick) cannot happen: "
        "choice 1 of R188 cannot be eni-9; there are: eni-1"
    )


def test_bad_input_is_exit_2_and_the_others_are_replayed(
    capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path
) -> None:
    result = run(capsys, "replay", "-q", tmp_path / "absent.json", file)
    assert "absent.json: cannot be read" in result.complaint
    assert "small.json: holds" in result.out
    senseless = '{"kind": "subnet_free", "subnet": "x", "free": 1}'
    file.write_text(with_event(senseless), encoding="utf-8")
    result = run(capsys, "replay", "-q", file)
    assert result.complaint == f"{file}:16: $.events[2]: no subnet 'x'; there are: subnet-1"
    assert "no FILE" in run(capsys, "replay").complaint


def test_programs_can_write_scenarios(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    scenario, _ = parse_scenario(SMALL)
    more = (Start(), PodsAdd(count=1), PodAdd(pod="x", expect=Expect(assigned=2)))
    file.write_text(write_scenario(evolve(scenario, events=more)), encoding="utf-8")
    assert run(capsys, "replay", file).code == 0


def test_without_the_extra_the_command_says_which_one(
    capsys: pytest.CaptureFixture[str], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "ipam_model.scenario.reading")
    monkeypatch.delitem(sys.modules, "ipam_model.json_schema")
    monkeypatch.setitem(sys.modules, "jsonschema_rs", None)
    message = run(capsys, "replay", file).complaint
    assert "pip install 'ipam-model[scenarios]'" in message


def test_coverage_names_the_rules_that_fired(
    capsys: pytest.CaptureFixture[str], file: Path
) -> None:
    said = run(capsys, "replay", "-q", "--coverage", file)
    assert said.code == 0
    first = next(line for line in said.out.splitlines() if line.startswith("v1.23.1: "))
    assert "rules with code fired; not fired: R1, " in first
    listed = json.loads(run(capsys, "replay", "--json", "--coverage", file).out)["coverage"]
    found = listed["v1.23.1"]
    assert f"{len(found['fired'])} of {found['rules_with_code']} rules" in first
    assert first.endswith(", ".join(found["not_fired"]))
    assert "R72" in found["fired"]
    assert not listed["2021-03-23"]["fired"]
    assert "coverage" not in json.loads(run(capsys, "replay", "--json", file).out)


def test_coverage_needs_a_run(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    refused = run(capsys, "replay", "--coverage", "--canonical", file)
    assert (refused.code, refused.out) == (2, "")
    assert "--canonical runs nothing" in refused.err
