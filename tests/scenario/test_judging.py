"""A replay checks the properties: what a finding explains is told, anything else is a failure."""

import json
from pathlib import Path

import pytest

from ipam_model.cli.main import main
from ipam_model.properties.evidence import Step
from ipam_model.properties.judging import Judge, Violation
from ipam_model.properties.registry import FINDINGS
from ipam_model.scenario.judging import JudgedRun
from ipam_model.scenario.reading import read_scenario
from tests.assign_the_first import assign_the_first
from tests.shared import ROOT

FOLDER = ROOT / "examples" / "regressions"
COOLING = FOLDER / "finding-cooling-counts-as-warm.json"
ZERO = FOLDER / "finding-warm-eni-target-zero.json"


def test_a_known_violation_is_named_with_its_finding(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(COOLING)]) == 0
    out = capsys.readouterr().out
    assert "event 3 (pod_add), P-L3-refused: " in out
    assert "(known: cooling-counts-as-warm)" in out
    assert ": holds; 4 events" in out


def test_liveness_is_checked_while_the_node_is_left_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["replay", "--json", str(ZERO)]) == 0
    (report,) = json.loads(capsys.readouterr().out)["scenarios"]
    properties = report["properties"]
    assert properties["passes_left_alone"] > 50
    assert {each["property"] for each in properties["violated"]} >= {"P-L1", "P-L2"}
    assert all(each["event"] is None for each in properties["violated"])
    assert all(each["findings"] == ["warm-eni-target-zero"] for each in properties["violated"])
    assert {"I9", "I10", "P-M1"} <= set(properties["exercised"])


@pytest.mark.parametrize("how", ["", "-q", "--json"])
def test_a_violation_that_no_finding_explains_is_exit_1(
    how: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assign_the_first(monkeypatch)
    file = tmp_path / "two-pods.json"
    text = json.loads(ZERO.read_text("utf-8"))
    text["events"].append({"kind": "pod_add", "pod": "p2"})
    file.write_text(json.dumps(text), "utf-8")
    assert main(["replay", *how.split(), str(file)]) == 1
    out = capsys.readouterr().out
    if how == "--json":
        (report,) = json.loads(out)["scenarios"]
        assert report["holds"] is False
        assert any(not each["findings"] for each in report["properties"]["violated"])
    else:
        assert "event 2 (pod_add), " in out
        assert "violated; 3 events" in out


def test_a_state_that_stays_wrong_is_told_once() -> None:
    scenario, _ = read_scenario(FOLDER / "finding-counters-after-a-forced-removal.json")
    run = JudgedRun(scenario)
    assert list(run.steps())
    assert [each.of for each in run.violations()].count("I13") == 1


COUNTERS = FINDINGS["counters-after-a-forced-removal"]
EXPLAINED = Violation("I13", "total is off by 1", (COUNTERS,))


@pytest.mark.parametrize(
    "unexplained",
    [
        pytest.param(Violation("I13", "total is off by 1"), id="in the same event"),
        pytest.param(Violation("I13", "total is off by 2"), id="while another one lasts"),
    ],
)
def test_what_a_finding_explains_hides_nothing_that_none_does(
    unexplained: Violation, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = unexplained.what == EXPLAINED.what
    waiting: list[tuple[Violation, ...]] = (
        [(EXPLAINED, unexplained)] if at_once else [(EXPLAINED,), (unexplained,)]
    )

    def step(_judge: Judge, _step: Step) -> tuple[Violation, ...]:
        return waiting.pop(0) if waiting else ()

    monkeypatch.setattr(Judge, "step", step)
    run = JudgedRun(read_scenario(ZERO)[0])
    assert list(run.steps())
    assert run.unexplained() == [unexplained]


def test_a_daemon_that_was_never_started_is_left_as_it_is() -> None:
    scenario, _ = read_scenario(COOLING)
    run = JudgedRun(type(scenario)(node=scenario.node, ec2=scenario.ec2, events=()))
    assert not list(run.steps())
    assert run.passes == 0
    assert run.violations() == ()
