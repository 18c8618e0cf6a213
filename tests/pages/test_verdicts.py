"""The verdict of a page says no more than was found, as the exit code does."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from attrs import evolve

from ipam_model.bounds.answer import Level
from ipam_model.bounds.asking import bound
from ipam_model.cli.html import of_bound, of_lint, of_replay, of_trace
from ipam_model.cli.scenario_nodes import node_of
from ipam_model.film.of_recording import film_of_recording
from ipam_model.limits import InstanceLimits
from ipam_model.linting import lint
from ipam_model.linting.finding import Report, Severity
from ipam_model.nodes import NodeSetup
from ipam_model.page.document import Page, Tone
from ipam_model.properties.judging import Violation
from ipam_model.scenario.reading import parse_scenario
from ipam_model.trace.check import Rejection
from ipam_model.trace.check import Verdict as Checked
from tests.pages.decoding import Document, decoded
from tests.pages.test_command import REJECTED, Capture
from tests.scenario.small import SMALL, with_event
from tests.trace.command import run


def verdict_of(page: Page) -> tuple[Tone, str]:
    assert page.verdict is not None
    return page.verdict.tone, page.verdict.text


def test_a_scenario_that_cannot_be_read_is_not_passed_over(capsys: Capture, tmp_path: Path) -> None:
    good, bad, file = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "page.html"
    good.write_text(SMALL)
    bad.write_text("{")
    result = run(capsys, "replay", "-q", good, bad, "--html", file)
    assert result.code == 2
    html = file.read_text("utf-8")
    told = "".join(Document(html).text)
    assert "all hold" not in told
    assert "1 could not be run" in told
    assert result.err.removeprefix("ipam-model: ").strip() in told
    assert 'class="verdict wrong"' in html


def test_an_event_that_makes_no_sense_is_marked_where_the_run_stops(
    capsys: Capture, tmp_path: Path
) -> None:
    scenario, file = tmp_path / "senseless.json", tmp_path / "page.html"
    scenario.write_text(with_event('{"kind": "subnet_free", "subnet": "x", "free": 1}'))
    result = run(capsys, "replay", "-q", scenario, "--html", file)
    assert result.code == 2
    document = Document(file.read_text("utf-8"))
    ((film,),) = [player["films"] for player in document.data["players"]]
    (mark,) = decoded(film)[-1].marks
    assert mark.tone == "wrong"
    assert mark.text in result.err
    assert "could not be run" not in "".join(document.text), "it is told once"


def test_what_is_known_is_what_a_finding_explains() -> None:
    scenario, source = parse_scenario(SMALL)
    wrong = Violation("P-S1", "a title that says (known: not at all) cannot happen: ", ())
    replayed = of_replay.replayed(
        "a", scenario, node_of(scenario, source), None, (), [(str(wrong), wrong)], "", "1 violated"
    )
    assert (replayed.problems, replayed.known) == ([str(wrong)], [])


REPORT = lint(NodeSetup(name="2x4", limits=InstanceLimits.simple(2, 4), env={}, max_pods=8))


@pytest.mark.parametrize(
    ("undecided", "severity", "tone"),
    [
        ((), None, "good"),
        (("flap",), None, "open"),
        (("flap",), Severity.NOTE, "open"),
        (("flap",), Severity.WARNING, "open"),
        ((), Severity.WARNING, "known"),
        (("flap",), Severity.ERROR, "wrong"),
    ],
)
def test_a_check_that_is_undecided_leaves_the_page_open(
    undecided: tuple[str, ...], severity: Severity | None, tone: Tone
) -> None:
    found = REPORT.findings[:1]
    assert found
    findings = () if severity is None else (evolve(found[0], severity=severity),)
    report: Report = evolve(REPORT, findings=findings, undecided=undecided)
    assert verdict_of(of_lint.page_of([report]))[0] == tone


def checked(rejected: bool, *, undecided: bool = False) -> Checked:
    return Checked(
        id="a",
        path="a",
        events=1,
        rejected=Rejection(
            line=1, seq=0, kind="tick", rule="R79", seen="", allowed="", undecided=undecided
        )
        if rejected
        else None,
    )


FINE, OPEN, WRONG = checked(False), checked(True, undecided=True), checked(True)


@pytest.mark.parametrize(
    ("found", "unreadable", "tone"),
    [
        ((FINE, FINE), (), "good"),
        ((FINE, OPEN), (), "open"),
        ((OPEN, WRONG), (), "wrong"),
        ((FINE, FINE), ("b.jsonl: no trace",), "wrong"),
        ((FINE,), ("b.jsonl: no trace",), "wrong"),
    ],
)
def test_recordings_are_wrong_open_or_good_as_the_exit_codes_say(
    found: Sequence[Checked], unreadable: Sequence[str], tone: Tone
) -> None:
    page = of_trace.page_of(found, [None] * len(found), unreadable)
    assert verdict_of(page)[0] == tone
    assert list(unreadable) == [note for note in page.notes if note in unreadable]


def test_the_gravest_recordings_come_first() -> None:
    _, film = film_of_recording(REJECTED)
    page = of_trace.page_of([FINE, OPEN, WRONG], [film] * 3, ())
    assert [each.verdict.tone for each in page.exhibits if each.verdict is not None] == [
        "wrong",
        "open",
        "good",
    ]


def test_a_run_below_is_promised_only_if_there_is_one() -> None:
    setup = NodeSetup(
        name="2x4",
        limits=InstanceLimits.simple(2, 4),
        env={"ENABLE_IPv4": "true", "WARM_IP_TARGET": "1"},
        max_pods=8,
    )
    found = bound("reserved", setup, record=True)
    assert found.witness is not None
    assert found.witness.scenario is not None
    counted = evolve(found.witness, level=Level.COUNTING)
    still = evolve(found.witness, scenario=evolve(found.witness.scenario, events=()))
    for witness, shows in ((found.witness, True), (counted, False), (still, False), (None, False)):
        (exhibit,) = of_bound.page_of([evolve(found, witness=witness)], "what it means").exhibits
        assert bool(exhibit.films) is shows
        assert any("The run below" in each for each in exhibit.paragraphs) is shows
