"""The tutorial for Go projects: its files and commands, as they stand there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.go_toolchain import HARNESS, need_go
from tests.conformance.shown_output import not_printed
from tests.shared import ROOT

pytestmark = pytest.mark.filterwarnings("default::tests.conformance.go_toolchain.GoSkippedWarning")

PAGE = ROOT / "docs" / "tutorial-go.md"
BLOCK = re.compile(r"(?:^`([\w./]+)`:\n\n)?^```(go|sh)?\n(.*?)^```", re.DOTALL | re.MULTILINE)


def test_from_an_empty_project_to_a_report(tmp_path: Path) -> None:
    """First the pool diverges at the very end of the cooldown; repaired, it conforms.

    What the page shows after a command is what the command prints, but for seconds.
    """
    need_go(HARNESS)
    folder = tmp_path
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "IPAM_MODEL": str(ROOT), "PATH": path}
    printed = ""
    compared = 0
    for name, language, text in BLOCK.findall(PAGE.read_text()):
        if language == "go":
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            continue
        if not language:
            assert not_printed(text, printed) == []
            compared += 1
            continue
        done = subprocess.run(
            ["bash", "-ec", text],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{text}{done.stdout}{done.stderr}"
        printed = done.stdout
        folder = tmp_path / "my-ipam"
    assert compared == 3
    assert (folder / "report.md").is_file()


def test_what_is_shown_and_was_not_printed_is_found() -> None:
    printed = "a\nb\nc: 3 steps in 0.3 s\n"
    assert not_printed("a\n…\nc: 3 steps in 2.8 s\n", printed) == []
    assert not_printed("c: 4 steps in 0.3 s\n", printed) == ["c: 4 steps in … s\n"]
    assert not_printed("a\nc: 3 steps in 0.3 s\n", printed) == ["a\nc: 3 steps in … s\n"]
    assert not_printed("b\n…\na\n", printed) == ["a\n"]
