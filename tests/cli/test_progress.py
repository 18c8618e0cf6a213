"""Long work shows how far it is on a terminal, and nowhere else."""

import os
import pty
import subprocess
import sys
import termios
from io import StringIO
from pathlib import Path
from threading import active_count
from typing import Final, Self

import pytest

from ipam_model.cli import progress as bars
from tests.shared import ROOT

LONG: Final = {
    "bound": ["reserved", "--limits", "3,10", "--counting"],
    "lint": ["--limits", "3,10"],
    "vectors run": ["--kind", "decision", "--results", os.devnull],
    "trace check": ["examples/traces/drain-143.jsonl"],
    "prove": ["never_short_and_over", "--solver", "z3"],
    "conform": ["--python", "examples.conformance.allocator:Allocator", "--examples", "1"],
    "explore": ["--limits", "2,3", "--pods", "1", "--faults", "0", "--restarts", "0"],
    "diff": ["--left-version", "v1.7", "--depth", "5"],
    "simulate": ["--limits", "3,10", "--pods", "0..3"],
    "doctor": [],
}
"""Commands that may take long, in a short form."""


@pytest.mark.parametrize("command", [each for each in LONG if each != "doctor"])
def test_it_counts_what_it_does(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []

    class Drawn:
        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            """Nothing is left."""

        def update(self, n: float | None = 1) -> None:
            seen.append(n or 0)

        def clear(self) -> None:
            """Nothing is drawn."""

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(bars, "bar", lambda *_: Drawn())
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    from ipam_model.cli.main import main

    main([*command.split(), *LONG[command]])
    assert sum(seen) > 0


def test_a_terminal_sees_it_and_a_file_does_not(tmp_path: Path) -> None:
    code = (
        "from time import sleep; from ipam_model.cli import progress as p\n"
        "p.bar.__kwdefaults__['delay'] = 0.0\n"
        "for each in p.followed(range(5), ' things', 5): sleep(0.15)\n"
        "print('done')"
    )
    run = [sys.executable, "-c", code]
    piped = subprocess.run(run, capture_output=True, text=True, check=True, timeout=60)
    assert (piped.stdout, piped.stderr) == ("done\n", "")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    shown = subprocess.run(run, stdout=subprocess.PIPE, stderr=theirs, check=True, timeout=60)
    os.close(theirs)
    seen = os.read(ours, 100_000)
    os.close(ours)
    assert shown.stdout == b"done\n"
    assert b"things" in seen
    assert b"/5" in seen


def test_it_is_drawn_without_a_thread_that_a_fork_would_lose() -> None:
    before = active_count()
    with bars.bar(None, "", StringIO()) as drawn:
        drawn.update()
        assert active_count() == before


@pytest.mark.parametrize("command", ["rules R136", "settings --limits 3,10", "lint --limits 3,10"])
def test_nothing_is_coloured(command: str) -> None:
    ours, theirs = pty.openpty()
    subprocess.run(
        [sys.executable, "-m", "ipam_model", *command.split()],
        stdout=theirs,
        stderr=theirs,
        check=False,
        timeout=60,
        env={**os.environ, "TERM": "xterm-256color"},
    )
    os.close(theirs)
    seen = os.read(ours, 1_000_000)
    os.close(ours)
    assert seen
    assert b"\x1b[" not in seen
