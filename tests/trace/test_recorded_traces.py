"""Recorded traces in scope are accepted, recordings of broken daemons rejected in time."""

from pathlib import Path

import pytest

from ipam_model.trace.check import Verdict, check_file
from tests import shared
from tests.trace.lines import IDENTIFYING, Line, anonymous, read_lines, write_lines

_TOP = shared.find_shared()


def _classes(folder: str) -> list[str]:
    assert _TOP is not None
    names = sorted(each.name for each in (_TOP / folder).iterdir() if each.is_dir())
    return [name for name in names if name != "bad"]


LEGAL = [
    path
    for folder in (("traces", "traces-more") if _TOP is not None else ())
    for path in shared.trace_files(*_classes(folder), folder=folder)
]
BAD = shared.trace_files("bad") if _TOP is not None else []

legal = pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in LEGAL])
bad = pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in BAD])


def _verdict(lines: list[Line], folder: Path) -> Verdict:
    return check_file(write_lines(folder / "trace.jsonl", lines))


def test_the_recordings_are_there() -> None:
    shared.shared_dir()  # Skips where the recordings are absent, fails where they must not be.
    assert len(LEGAL) == 214 + 45
    assert len(BAD) == 6


@legal
def test_legal_recording_is_accepted(path: Path) -> None:
    verdict = check_file(path)
    assert verdict.rejected is None
    assert verdict.events == len(read_lines(path)) - 1


@legal
def test_legal_recording_without_identification_is_accepted(path: Path, tmp_path: Path) -> None:
    assert _verdict(anonymous(read_lines(path)), tmp_path).rejected is None


@legal
def test_legal_recording_without_tick_replies_is_accepted(path: Path, tmp_path: Path) -> None:
    lines = read_lines(path)
    for line in lines[1:]:
        if line["event"]["kind"] == "tick":
            line["reply"] = {}
    assert _verdict(lines, tmp_path).rejected is None


@bad
def test_broken_daemon_is_rejected_at_its_first_bad_event(path: Path) -> None:
    rejected = check_file(path).rejected
    assert rejected is not None
    assert not rejected.undecided
    assert rejected.seq == read_lines(path)[0]["first_bad_seq"]
    assert rejected.line == rejected.seq + 2


@bad
def test_broken_daemon_without_identification_is_rejected_there_too(
    path: Path, tmp_path: Path
) -> None:
    lines = read_lines(path)
    hidden = anonymous(lines)
    assert not set(IDENTIFYING).intersection(hidden[0])
    rejected = _verdict(hidden, tmp_path).rejected
    assert rejected is not None
    assert rejected.seq == lines[0]["first_bad_seq"]


@bad
def test_broken_daemon_is_legal_before_its_first_bad_event(path: Path, tmp_path: Path) -> None:
    lines = read_lines(path)
    assert _verdict(lines[: lines[0]["first_bad_seq"] + 1], tmp_path).rejected is None
