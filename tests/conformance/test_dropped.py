"""Plans that say nothing are told apart from plans that passed."""

import json
from functools import partial
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import strategies as st

from ipam_model.cli.conform_text import report_text
from ipam_model.cli.html.of_conform import page_of
from ipam_model.cli.main import main
from ipam_model.conformance.directed import DIRECTED, DirectedPlan
from ipam_model.conformance.plan import DaemonPlan
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.report import (
    KNOWN_OCCURS,
    Conclusion,
    ConformanceReport,
    merged,
)
from ipam_model.conformance.report_formats import from_json_lines, json_lines, markdown
from ipam_model.conformance.report_words import headline
from ipam_model.conformance.subject import Feature
from ipam_model.scenario.document import OthersUnassign, Start
from ipam_model.testing.conformance import ConformanceFailure, check_conformance, checking
from ipam_model.testing.conformance.area import Area, Drawing
from ipam_model.testing.conformance.arenas import DaemonArena
from ipam_model.testing.conformance.checking import check_occurs
from ipam_model.testing.conformance.options import Options
from ipam_model.wrong_models import WRONG_MODELS
from tests.conformance.daemons import node_plan

SENSIBLE = node_plan(Start())
SENSELESS = node_plan(Start(), OthersUnassign(eni="eni-1", ips=("10.1.0.250",)))
"""Nobody has that address, whatever is chosen."""
WHY = "eni-1 has no 10.1.0.250"
AGAIN = node_plan(Start(), Start())
LACKS = "the subject lacks restart"


class NoRestart(ReferenceDaemon):
    """It cannot be started twice."""

    def __init__(self) -> None:
        super().__init__()
        features = frozenset(Feature) - {Feature.RESTART}
        self.capabilities = evolve(self.capabilities, features=features)


@pytest.fixture
def few_plans(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Three directed ones and an area of two, of which the senseless one is senseless."""
    monkeypatch.chdir(tmp_path)
    directed = [
        DirectedPlan("R3", ("R3",), SENSIBLE),
        DirectedPlan("R24", ("R24", "R79"), SENSELESS),
        DirectedPlan("R63", ("R24", "R63"), AGAIN),
    ]
    monkeypatch.setattr(checking, "directed_plans", lambda _: directed)
    monkeypatch.setattr(DaemonArena, "areas", (Area(name="odd", what="oddities", plans=_odd),))


def _odd(_: Drawing) -> st.SearchStrategy[DaemonPlan]:
    return st.sampled_from([SENSELESS, AGAIN])


def checked(*areas: str) -> ConformanceReport:
    return check_conformance(ReferenceDaemon, examples=20, areas=areas or None)


def read_back(report: ConformanceReport) -> ConformanceReport:
    return evolve(from_json_lines(json_lines(report)), seconds=0.0)


@pytest.mark.usefixtures("few_plans")
def test_dropped_plans_are_counted_by_area_and_are_none_that_passed() -> None:
    report = checked()
    assert report.dropped == {DIRECTED: 1, "odd": 1}
    assert report.areas == {DIRECTED: 3, "odd": 2}
    assert report.tried == report.plans["conforms"] == 3
    assert report.conforms
    assert merged([report, report]).dropped == {DIRECTED: 2, "odd": 2}


@pytest.mark.usefixtures("few_plans")
def test_every_report_tells_of_them() -> None:
    report = checked()
    assert headline(report).endswith("; dropped: 2 plans (directed 1, odd 1)")
    for text in (report_text(report), markdown(report)):
        assert "ropped: 2 plans (directed 1, odd 1); an event made no sense once" in text
    assert json.loads(json_lines(report).splitlines()[-1])["dropped"] == {DIRECTED: 1, "odd": 1}
    assert read_back(report) == evolve(report, seconds=0.0)
    assert ("dropped", "2 plans (directed 1, odd 1)") in [
        (fact.name, fact.text) for fact in page_of(report).facts
    ]


@pytest.mark.usefixtures("few_plans")
def test_where_all_are_dropped_nothing_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    senseless = Area(name="odd", what="oddities", plans=lambda _: st.just(SENSELESS))
    monkeypatch.setattr(DaemonArena, "areas", (senseless,))
    with pytest.raises(ConformanceFailure, match=r"nothing was compared: 1 plan \(odd 1\), all"):
        checked("odd")
    report = check_conformance(ReferenceDaemon, examples=2, areas=["odd"], only_report=True)
    assert report.conclusion is Conclusion.UNDECIDED
    assert "nothing is decided: 1 plan (odd 1), all of them dropped: an event" in report_text(
        report
    )


@pytest.mark.usefixtures("few_plans")
def test_what_is_known_and_did_not_occur_may_not_have_been_able_to() -> None:
    report = check_conformance(
        NoRestart, examples=1, known=["R24", "R79", "R107"], areas=[DIRECTED], only_report=True
    )
    assert report.gone == ("R24", "R79", "R107")
    assert report.left_out == 1
    assert "Left out: 1 directed plan; the subject lacks something that" in markdown(report)
    assert report.unplayed == {"R24": {"R24": WHY, "R63": LACKS}, "R79": {"R24": WHY}}
    told = f"directed plans that might show it were not played: R24 ({WHY}), R63 ({LACKS})"
    for text in (report_text(report), markdown(report)):
        assert told in text
        assert "known divergence R107 no longer occurs: strike it off the list" in text
    assert read_back(report) == evolve(report, seconds=0.0)
    both = merged([report, report])
    assert (both.unplayed, both.left_out) == (report.unplayed, 1)


@pytest.mark.usefixtures("few_plans")
def test_who_stops_at_something_else_does_not_know_what_has_gone() -> None:
    wrong = partial(ReferenceDaemon, wrong_model=WRONG_MODELS["no-growth-at-start"])
    report = check_conformance(wrong, known=["R24"], areas=[DIRECTED], only_report=True)
    assert (len(report.failures), report.gone) == (1, ())
    assert "no longer occurs" not in report_text(report) + markdown(report)
    occurs = next(line for line in report.properties() if line.id == KNOWN_OCCURS)
    assert occurs.skipped.startswith("the search ended before anything was met")


@pytest.mark.usefixtures("few_plans")
def test_a_test_of_what_is_known_says_so_too() -> None:
    with pytest.raises(ConformanceFailure, match="might show it were not played: R24") as caught:
        check_occurs("R24", NoRestart, Options(known=("R24",)))
    assert caught.value.report.unplayed["R24"] == {"R24": WHY, "R63": LACKS}


@pytest.mark.usefixtures("few_plans")
def test_a_plan_that_is_given_and_makes_no_sense_says_why(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "plan.json"
    path.write_text(DaemonArena().write(SENSELESS, ""), "utf-8")
    where = "ipam_model.conformance.reference:ReferenceDaemon"
    assert main(["conform", "--python", where, "--plan", str(path)]) == 2
    assert f"makes no sense once the subject has chosen: {WHY}" in capsys.readouterr().err


def test_a_known_divergence_whose_plan_cannot_be_kept_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".ipam-model").touch()
    where = "ipam_model.conformance.datastore_reference:as_it_is"
    known = [f"--known={each}" for each in ("R24", "R25", "R139")]
    assert main(["conform", "--python", where, "--area=directed", *known, "--report=r.md"]) == 0
    unkept = "could not be kept in .ipam-model/failures: Not a directory"
    assert f"the failing plan {unkept}" in capsys.readouterr().err
    rows = [line for line in Path("r.md").read_text("utf-8").splitlines() if "| R24 | " in line]
    assert any(f"its plan {unkept}" in row for row in rows)
