"""A full disk, a closed stream: one line that does not blame the program."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")


def ipam_model(command: str, streams: str) -> "subprocess.CompletedProcess[str]":
    """Run a command with its streams redirected by a shell."""
    return subprocess.run(
        ["sh", "-c", f"{sys.executable} -m ipam_model {command} {streams}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", ["rules", "settings --limits 3,10"])
def test_a_full_disk_is_not_a_defect(command: str) -> None:
    done = ipam_model(command, f"> {FULL}")
    assert done.returncode == 2
    assert done.stderr == f"ipam-model: standard input or output: {os.strerror(28)}\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell closes the stream")
def test_a_closed_output_is_not_a_defect() -> None:
    done = ipam_model("rules", ">&-")
    assert done.returncode == 2
    assert done.stderr == (
        "ipam-model: the standard output is closed; there is nothing to print to\n"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="a shell closes the stream")
def test_remarks_do_not_go_where_the_answer_goes() -> None:
    done = ipam_model("replay absent.json", "2>&-")
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell closes the stream")
def test_a_closed_input_is_empty() -> None:
    done = ipam_model("show - --limits 3,10", "<&-")
    assert done.returncode == 2
    assert "standard input: the file is empty" in done.stderr
