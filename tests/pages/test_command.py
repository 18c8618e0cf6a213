"""`--html FILE` of every command: what it writes, and what it refuses before anything is run."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.pages.decoding import Document, decoded
from tests.scenario.small import SMALL, with_event
from tests.shared import ROOT
from tests.trace.command import Result, run

Capture = pytest.CaptureFixture[str]

TRACES = ROOT / "examples" / "traces"
(REJECTED,) = (ROOT / "examples" / "rejected").glob("*.jsonl")
COMMANDS: dict[str, Sequence[object]] = {
    "simulate": ("simulate", "--limits", "2,4", "--set", "WARM_IP_TARGET=1", "--pods", "0..3"),
    "replay": ("replay", ROOT / "examples/scenarios/warm-eni-target-zero-flaps.json"),
    "bound": ("bound", "reserved", "--limits", "2,4", "--set", "WARM_IP_TARGET=1"),
    "lint": ("lint", "--limits", "2,4", "--set", "MINIMUM_IP_TARGET=3"),
    "diff": ("diff", "--left-version", "v1.7", "--max-pods", "2"),
    "trace": ("trace", "check", TRACES / "cooldown-20.jsonl"),
    "conform": (
        "conform",
        "--python",
        "examples.conformance.allocator:Careless",
        "--plan",
        ROOT / "examples/conformance/the-minimum-keeps-an-eni.json",
    ),
}
CODES = {"lint": 1, "diff": 1, "conform": 1}


def page_of(capsys: Capture, tmp_path: Path, *arguments: object) -> tuple[Result, Document]:
    file = tmp_path / "page.html"
    result = run(capsys, *arguments, "--html", file)
    return result, Document(file.read_text("utf-8"))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_writes_a_page(
    capsys: Capture, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(ROOT))
    result, document = page_of(capsys, tmp_path, *COMMANDS[name])
    assert result.code == CODES.get(name, 0), result
    assert [tag for tag, _ in document.tags].count("h1") == 1
    assert any(player["films"] for player in document.data["players"])
    assert all(decoded(film) for player in document.data["players"] for film in player["films"])
    left = [path.name for path in tmp_path.iterdir() if path.is_file()]
    assert left == ["page.html"], "nothing unfinished is left behind"


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(
    ("where", "complaint"),
    [
        ("missing/page.html", "there is no folder"),
        ("page.txt", "the name must end in .html"),
        (".html/", "not a file"),
    ],
)
def test_where_no_page_can_be_written_nothing_is_run(
    capsys: Capture,
    tmp_path: Path,
    name: str,
    where: str,
    complaint: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    if where.endswith("/"):
        (tmp_path / "folder.html").mkdir()
        where = "folder.html"
    result = run(capsys, *COMMANDS[name], "--html", tmp_path / where)
    assert result.code == 2
    assert result.out == ""
    assert len(result.err.splitlines()) == 1
    assert complaint in result.err


def test_the_numbers_are_those_of_json(capsys: Capture, tmp_path: Path) -> None:
    told = json.loads(run(capsys, *COMMANDS["replay"], "--json").out)
    _, document = page_of(capsys, tmp_path, *COMMANDS["replay"])
    ((film,),) = [player["films"] for player in document.data["players"]]
    last = {frame.event: frame for frame in decoded(film)}
    for step in told["scenarios"][0]["steps"]:
        frame = last[step["number"]]
        assert frame.now == step["time_ms"]
        for name in ("enis", "owned", "assigned", "cooling", "available", "reserved", "ec2_calls"):
            assert getattr(frame.quantities, name) == step[name]


def test_what_is_printed_does_not_depend_on_the_page(capsys: Capture, tmp_path: Path) -> None:
    for name in ("simulate", "replay", "trace"):
        plain = run(capsys, *COMMANDS[name])
        assert page_of(capsys, tmp_path, *COMMANDS[name])[0] == plain


def test_a_page_is_replaced_only_by_a_complete_one(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "page.html"
    file.write_text("the old one")
    result = run(capsys, "replay", tmp_path / "absent.json", "--html", file)
    assert result.code == 2
    assert file.read_text() == "the old one"
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_scenario_that_stops_shows_where_and_why(capsys: Capture, tmp_path: Path) -> None:
    scenario = tmp_path / "stops.json"
    scenario.write_text(
        with_event('{"kind": "tick", "choices": [{"rule": "R189", "eni": "eni-9"}]}')
    )
    result, document = page_of(capsys, tmp_path, "replay", "-q", scenario)
    assert result.code == 1
    ((film,),) = [player["films"] for player in document.data["players"]]
    (mark,) = decoded(film)[-1].marks
    assert mark.tone == "wrong"
    assert "event 2 (tick) cannot happen" in mark.text


def test_several_scenarios_and_recordings_have_a_part_each(capsys: Capture, tmp_path: Path) -> None:
    good = tmp_path / "good.json"
    good.write_text(SMALL)
    bad = tmp_path / "bad.json"
    bad.write_text(with_event('{"kind": "tick", "expect": {"owned": 77}}'))
    result, document = page_of(capsys, tmp_path, "replay", "-q", good, bad)
    assert result.code == 1
    assert "1 of 2 fail" in "".join(document.text)
    assert len(document.data["players"]) == 2
    paths = (TRACES / "cooldown-20.jsonl", REJECTED)
    result, document = page_of(capsys, tmp_path, "trace", "check", *paths)
    assert result.code == 1
    told = "".join(document.text)
    assert "1 accepted, 1 rejected" in told
    assert told.index("rejected at event") < told.index("accepted: every event")


def test_html_goes_with_runs_alone(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    for arguments in (
        ("replay", "--canonical", COMMANDS["replay"][1]),
        ("trace", "check", "-"),
        ("conform", "--exec", "x", "--smoke"),
    ):
        result = run(capsys, *arguments, "--html", file)
        assert result.code == 2
        assert "--html" in result.err
        assert not file.exists()


def test_what_is_needed_for_a_page_is_loaded_for_a_page(capsys: Capture) -> None:
    import subprocess

    code = (
        "import sys; from ipam_model.cli.main import main;"
        "main(['simulate', '--limits', '2,4', '--pods', '1', '--json']);"
        "print([name for name in sys.modules if name.startswith(('ipam_model.page', "
        "'ipam_model.film', 'ipam_model.cli.html.'))], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stderr.splitlines()[-1] == "[]"
