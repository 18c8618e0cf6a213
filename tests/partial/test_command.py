"""`ipam-model trace check --observations` and `trace thin`, as a user types them."""

import array
import fcntl
import itertools
import json
import os
import shlex
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import IO

import pytest

from tests.partial.streams import log, statistics, written
from tests.shared import ROOT
from tests.trace.command import Result, check, run

EXAMPLES = ROOT / "examples" / "traces"
KINDS = ("statistics", "introspection", "log")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["drain-143", "faults-1430", "pd_warm_ip-30", "cordon-74"])
def test_what_was_thinned_is_accepted(
    kind: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    thin = run(capsys, "trace", "thin", "--observations", kind, EXAMPLES / f"{name}.jsonl")
    assert thin.code == 0
    path = written(tmp_path / "seen", thin.out.splitlines())
    options = shlex.split(thin.err.removeprefix("check it with: "))
    found = check(capsys, *options, "--json", path)
    assert found.code == 0
    answer = json.loads(found.out)
    assert answer["verdict"] == "accepted"
    lines = thin.out.splitlines()
    assert answer["explained"] + answer["skipped"] == len(lines)


def test_thin_observations_are_as_far_apart_as_asked(capsys: pytest.CaptureFixture[str]) -> None:
    path = EXAMPLES / "drain-143.jsonl"
    found = run(capsys, "trace", "thin", "--observations", "statistics", "--every", 30, path)
    times = [json.loads(line)["time"] for line in found.out.splitlines()]
    assert len(times) > 5
    assert all(later - before >= 30 for before, later in itertools.pairwise(times))


@pytest.fixture
def wrong_log(tmp_path: Path) -> Path:
    return written(tmp_path / "ipamd.log", ["other", *log((0, 2, 1, 0), (5, 4, 1, 0))])


NODE = ("--observations", "log", "--limits", "3,5", "--set", "WARM_IP_TARGET=2")


def test_a_rejection_says_where_and_what(
    wrong_log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = check(capsys, *NODE, wrong_log)
    assert found.code == 1
    assert found.out.splitlines() == [
        (
            f"{wrong_log}: following log of 3x5: 3 ENIs × 5 addresses, max pods 14, assumed, "
            "WARM_IP_TARGET=2 (--set)"
        ),
        f"{wrong_log}:3: rejected at observation 2, rule R98",
        "    saw:     4 addresses, 1 assigned, 0 cooling",
        "    before:  2 addresses, 1 assigned, 0 cooling, 5 s before",
        "    allowed: 3 addresses on 1 ENI (1 more on an ENI)",
        "             3 addresses on 2 ENIs (1 more on an ENI)",
        "             3 addresses on 3 ENIs (1 more on an ENI)",
        (
            f"{wrong_log}: rejected; 1 observation over 0 s explained; 3 states left, at most 3 "
            "at a time; 1 other line skipped"
        ),
    ]


def test_a_rejection_in_json(wrong_log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = json.loads(check(capsys, *NODE, "--json", wrong_log).out)
    assert answer["verdict"] == "rejected"
    assert answer["rejected"]["line"] == 3
    assert answer["rejected"]["rule"] == "R98"
    assert answer["node"]["max_pods_assumed"] is True


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--limits", "3,5", "FILE"), "--limits is for --observations"),
        (("--faults", "1", "FILE"), "--faults is for --observations"),
        (("--observations", "log", "FILE"), "no instance: give --instance-type"),
        ((*NODE, "FILE", "FILE"), "--observations follows one stream"),
        ((*NODE, "--coverage", "FILE"), "--coverage is for recordings"),
        ((*NODE, "--subnet-free", "9", "FILE"), "--subnet-free is of no use here"),
        ((*NODE, "--version", "v1.7", "FILE"), "observations of v1.7 cannot be followed"),
        ((*NODE, "--instance-type", "m5.large", "FILE"), "both say what the instance is"),
        (
            ("--observations", "log", "--instance-type", "all", "FILE"),
            "observations are of one node",
        ),
        ((*NODE, "--set", "ENABLE_IPv6=true", "--set", "ENABLE_IPv4=false", "--set",
          "ENABLE_PREFIX_DELEGATION=true", "FILE"), "an IPv6 node has no pool"),
        ((*NODE, "--longest-pause", "1", "FILE"), "two passes of the loop begin at least 5 s "),
        ((*NODE, "--longest-pause", "2m", "FILE"), "'2m' is not a number of seconds above 0"),
        ((*NODE, "/no/such/file"), "/no/such/file: cannot be read: No such file"),
        ((*NODE, "/"), "/: cannot be read"),
    ],
)  # fmt: skip
def test_wrong_options(
    arguments: tuple[str, ...],
    complaint: str,
    wrong_log: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = [str(wrong_log) if each == "FILE" else each for each in arguments]
    assert complaint in _complaint(check(capsys, *given))


def _complaint(found: Result) -> str:
    assert found.code == 2
    return found.err.splitlines()[-1]


def test_recordings_of_other_versions_are_not_thinned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = (EXAMPLES / "drain-143.jsonl").read_text(encoding="utf-8").splitlines()[0]
    path = written(tmp_path / "old.jsonl", [header.replace("v1.23.1", "v1.7.0")])
    found = run(capsys, "trace", "thin", "--observations", "log", path)
    assert found.complaint.endswith("partial observations are those of v1.23")


# -- streams ---------------------------------------------------------------------------------------


def opened(*arguments: str) -> "subprocess.Popen[str]":
    """`ipam-model trace check ARGUMENTS -`, to be written to line by line."""
    return subprocess.Popen(
        [sys.executable, "-m", "ipam_model", "trace", "check", *arguments, "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def pipes(process: "subprocess.Popen[str]") -> tuple[IO[str], IO[str]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


def test_a_stream_is_rejected_at_once() -> None:
    """The input stays open: nobody waits for its end."""
    with opened(*NODE) as process:
        to, out = pipes(process)
        assert out.readline().startswith("standard input: following log of 3x5")
        for line in log((0, 2, 1, 0), (5, 4, 1, 0)):
            to.write(f"{line}\n")
            to.flush()
        assert out.readline() == "standard input:2: rejected at observation 2, rule R98\n"
        assert process.wait(timeout=60) == 1


def test_a_recording_is_rejected_at_once() -> None:
    lines = (EXAMPLES / "drain-143.jsonl").read_text(encoding="utf-8").splitlines()
    with opened() as process:
        to, out = pipes(process)
        to.write(f"{lines[0]}\n")
        to.flush()
        assert out.readline() == (
            "standard input: checking drain-143, amazon-vpc-cni-k8s v1.23.1, 3 ENIs × 2 addresses\n"
        )
        to.write("".join(f"{line}\n" for line in (*lines[1:10], lines[11])))
        to.flush()
        assert "rejected at event 10 " in out.readline()
        assert process.wait(timeout=60) == 1


@pytest.mark.parametrize("options", [NODE, ()], ids=["observations", "recording"])
def test_an_interrupted_stream_is_accepted_so_far(options: tuple[str, ...]) -> None:
    recording = (EXAMPLES / "drain-143.jsonl").read_text(encoding="utf-8").splitlines()[:4]
    lines = log((0, 2, 1, 0), (5, 3, 1, 0)) if options else recording
    with opened(*options) as process:
        to, out = pipes(process)
        to.write("".join(f"{line}\n" for line in lines))
        to.flush()
        out.readline()
        # The lines have been read when the pipe is empty; the last of them is quickly judged.
        _wait_until_read(to)
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert ("2 observations over 5 s explained" if options else "3 events explained") in rest
    assert "interrupted" in rest


def _wait_until_read(pipe: IO[str]) -> None:
    waiting = array.array("i", [1])
    while waiting[0]:
        time.sleep(0.05)
        fcntl.ioctl(pipe.fileno(), termios.FIONREAD, waiting)
    time.sleep(1)


def test_the_end_of_a_stream_ends_with_a_summary() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ipam_model", "trace", "check", *NODE, "-"],
        input="\n".join(log((0, 2, 1, 0), (5, 3, 1, 0))),
        capture_output=True,
        text=True,
        env=os.environ,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].startswith(
        "standard input: accepted; 2 observations over 5 s explained"
    )


def test_undecided_is_inconclusive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ipam_model.partial.follow.MOST_STATES", 2)
    path = written(tmp_path / "seen", statistics((0, 4, 2), (100, 4, 2)))
    found = check(capsys, *NODE[2:], "--observations", "statistics", path)
    assert found.code == 3
    assert "undecided at observation 2" in found.out
