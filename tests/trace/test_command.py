"""`ipam-model trace check`: what it prints, and its exit codes."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest

from ipam_model import MODELS, __version__
from ipam_model.cli import trace
from ipam_model.cli.exit_codes import BROKEN_PIPE
from ipam_model.cli.main import SHOW_TRACEBACK, main
from ipam_model.trace import check as checker
from tests.trace.command import check, run
from tests.trace.lines import Line, write_lines
from tests.trace.small import small_trace

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def small() -> list[Line]:
    return small_trace()


@pytest.fixture
def good(small: list[Line], tmp_path: Path) -> Path:
    return write_lines(tmp_path / "good.jsonl", small)


@pytest.fixture
def wrong(small: list[Line], tmp_path: Path) -> Path:
    """A trace whose third line (event 1) has one address too many in its statistics."""
    lines = deepcopy(small)
    lines[2]["state"]["stats"]["total"] += 1
    return write_lines(tmp_path / "wrong.jsonl", lines)


@pytest.fixture
def junk(tmp_path: Path) -> Path:
    path = tmp_path / "junk.jsonl"
    path.write_text("junk\n", encoding="utf-8")
    return path


# -- text ----------------------------------------------------------------------------------------


def test_accepted_trace(good: Path, small: list[Line], capsys: Capture) -> None:
    result = check(capsys, good)
    assert result.code == 0
    assert result.err == ""
    events = len(small) - 1
    assert result.out == f"1 trace: 1 accepted, 0 rejected; {events} events explained\n"


def test_verbose_names_accepted_traces(good: Path, small: list[Line], capsys: Capture) -> None:
    for option in ("-v", "--verbose"):
        result = check(capsys, option, good)
        assert result.code == 0
        assert result.out.splitlines()[0] == f"{good}: accepted, {len(small) - 1} events"


def test_rejection_names_file_line_event_rule_seen_and_allowed(
    wrong: Path, capsys: Capture
) -> None:
    result = check(capsys, wrong)
    assert result.code == 1
    assert result.err == ""
    head, seen, allowed, summary = result.out.splitlines()
    assert head == f"{wrong}:3: rejected at event 1 (pod_add), rule R28"
    assert seen.startswith("    saw:     statistics (")
    assert allowed.startswith("    allowed: (")
    assert summary == "1 trace: 0 accepted, 1 rejected; 1 event explained"


def test_several_paths_are_all_checked(
    good: Path, wrong: Path, junk: Path, capsys: Capture
) -> None:
    """A file that cannot be read does not keep the others from being checked."""
    result = check(capsys, junk, wrong, good)
    assert result.code == 2
    assert f"{wrong}:3: rejected at event 1" in result.out
    assert "3 traces: 1 accepted, 1 rejected, 1 unreadable" in result.out
    assert result.complaint.startswith(f"{junk}:1: not JSON")


def test_every_unreadable_file_has_its_line(junk: Path, good: Path, capsys: Capture) -> None:
    missing = junk.with_name("missing.jsonl")
    result = check(capsys, junk, good, missing)
    assert result.code == 2
    assert [line.split(":")[1].strip() for line in result.err.splitlines()] == [
        str(junk),
        str(missing),
    ]
    assert "3 traces: 1 accepted, 0 rejected, 2 unreadable" in result.out


def test_folder_is_searched(good: Path, wrong: Path, capsys: Capture) -> None:
    deep = good.parent / "a" / "b"
    deep.mkdir(parents=True)
    wrong.rename(deep / "wrong.jsonl")
    (deep / "notes.txt").write_text("no trace", encoding="utf-8")
    result = check(capsys, good.parent)
    assert result.code == 1
    assert "2 traces: 1 accepted, 1 rejected" in result.out


# -- JSON ----------------------------------------------------------------------------------------


def test_json_of_accepted_traces(good: Path, small: list[Line], capsys: Capture) -> None:
    result = check(capsys, "--json", good, good)
    assert result.code == 0
    assert json.loads(result.out) == {
        "traces": 2,
        "accepted": 2,
        "events": 2 * (len(small) - 1),
        "rejected": [],
        "unreadable": [],
    }


def test_json_of_a_rejection(wrong: Path, capsys: Capture) -> None:
    result = check(capsys, wrong, "--json")
    assert result.code == 1
    report = json.loads(result.out)
    assert (report["traces"], report["accepted"]) == (1, 0)
    (rejected,) = report["rejected"]
    assert set(rejected) >= {"id", "path", "seq", "rule", "reason"}
    assert rejected["id"] == "simulated"
    assert rejected["path"] == str(wrong)
    assert rejected["seq"] == 1
    assert rejected["line"] == 3
    assert rejected["event"] == "pod_add"
    assert rejected["rule"] == "R28"
    assert rejected["reason"] == f"saw {rejected['seen']}; allowed: {rejected['allowed']}"
    assert rejected["undecided"] is False


def test_json_of_an_unreadable_file(junk: Path, good: Path, capsys: Capture) -> None:
    result = check(capsys, "--json", junk, good)
    report = json.loads(result.out)
    assert report["accepted"] == 1
    (unreadable,) = report["unreadable"]
    assert unreadable == result.complaint


# -- inconclusive --------------------------------------------------------------------------------


def _restart_misrecorded(small: list[Line]) -> list[Line]:
    """A restart with several ENIs, in an order that is open, and statistics that are wrong."""
    lines = deepcopy(small)
    assert lines[-1]["event"]["kind"] == "restart"
    assert len(lines[-1]["state"]["enis"]) > 1
    lines[-1]["state"]["stats"]["total"] += 1
    return lines


def test_undecided_if_there_are_too_many_ways(
    small: list[Line], tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_lines(tmp_path / "trace.jsonl", _restart_misrecorded(small))
    assert check(capsys, path).code == 1
    monkeypatch.setattr(checker, "MOST_WAYS", 1)
    result = check(capsys, path)
    assert result.code == 3
    assert f"undecided at event {len(small) - 2} (restart)" in result.out
    assert "1 trace: 0 accepted, 0 rejected, 1 undecided" in result.out
    report = json.loads(check(capsys, "--json", path).out)
    assert report["rejected"][0]["undecided"] is True


def test_rejected_beats_undecided_and_unreadable_beats_both(
    small: list[Line],
    wrong: Path,
    junk: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = write_lines(wrong.with_name("undecided.jsonl"), _restart_misrecorded(small))
    monkeypatch.setattr(checker, "MOST_WAYS", 1)
    assert check(capsys, path, wrong).code == 1
    assert check(capsys, path, wrong, junk).code == 2


# -- the command line ----------------------------------------------------------------------------


def test_version(capsys: Capture) -> None:
    result = run(capsys, "--version")
    assert result.code == 0
    assert result.out == f"ipam-model {__version__}, models {MODELS}\n"


@pytest.mark.parametrize(
    "arguments",
    [(), ("chekc",), ("trace",), ("trace", "chekc"), ("trace", "check"), ("trace", "check", "-q")],
)
def test_wrong_usage_exits_with_2(arguments: tuple[str, ...], capsys: Capture) -> None:
    result = run(capsys, *arguments)
    assert result.code == 2
    assert result.out == ""
    # tests/cli/test_suggestions.py says what each is told.
    assert re.fullmatch(r"ipam-model[^\n]*: [^\n]*\n", result.err)


def test_help_names_the_exit_codes(capsys: Capture) -> None:
    result = run(capsys, "--help")
    assert result.code == 0
    assert "0 holds or accepted, 1 refuted or rejected, 2 bad input, 3 inconclusive" in " ".join(
        result.out.split()
    )


# -- what goes wrong inside ----------------------------------------------------------------------


def _raiser(error: BaseException) -> Callable[[Path], None]:
    def fail(_: Path) -> None:
        raise error

    return fail


def test_internal_error_is_one_line_that_blames_ipam_model(
    good: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trace, "check_file", _raiser(RuntimeError("first\nsecond")))
    result = check(capsys, good)
    assert result.code == 2
    (line,) = result.err.splitlines()
    assert line.startswith("ipam-model: internal error, a defect of ipam-model and not of your")
    assert "RuntimeError: first second" in line
    assert SHOW_TRACEBACK in line


def test_internal_error_with_traceback_if_asked_for(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trace, "check_file", _raiser(RuntimeError("boom")))
    monkeypatch.setenv(SHOW_TRACEBACK, "1")
    with pytest.raises(RuntimeError, match="boom"):
        main(["trace", "check", str(good)])


def test_interrupted(good: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "check_file", _raiser(KeyboardInterrupt()))
    result = check(capsys, good)
    assert result.code == 130
    assert result.err == ""


def test_reader_that_has_gone_is_no_internal_error(good: Path) -> None:
    """As in `ipam-model trace check -v ... | head -0`."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ipam_model", "trace", "check", "-v", str(good)],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(writing)
    assert done.stderr == ""
    assert done.returncode == BROKEN_PIPE


def test_as_a_process(good: Path, wrong: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ipam_model", "trace", "check", "--json", str(good), str(wrong)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == ""
    assert json.loads(done.stdout)["accepted"] == 1


def test_coverage_names_the_rules_that_fired(
    capsys: pytest.CaptureFixture[str], good: Path
) -> None:
    said = run(capsys, "trace", "check", "--coverage", good)
    assert said.code == 0
    first = said.out.splitlines()[1]
    listed = json.loads(run(capsys, "trace", "check", "--json", "--coverage", good).out)
    found = listed["coverage"]["v1.23.1"]
    share = f"{len(found['fired'])} of {found['rules_with_code']} rules with code fired"
    assert first == f"v1.23.1: {share}; not fired: {', '.join(found['not_fired'])}"
    assert "R72" in found["fired"]
    assert "coverage" not in json.loads(run(capsys, "trace", "check", "--json", good).out)
