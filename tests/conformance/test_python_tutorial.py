"""The tutorial for Python projects: its files and commands, as they stand there."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.shared import ROOT

PAGE = ROOT / "docs" / "tutorial-python.md"
BLOCK = re.compile(r"(?:^`([\w./]+)`:\n\n)?^```(python|sh)?\n(.*?)^```", re.DOTALL | re.MULTILINE)
INSTALLS = re.compile(r"^(python3 -m venv|pip install).*\n", re.MULTILINE)


def without_seconds(text: str) -> str:
    """Numbers of seconds are of the machine, not of the page."""
    return re.sub(r"in [\d.]+ ?s\b", "in N s", text)


def test_from_an_empty_project_to_a_report(tmp_path: Path) -> None:
    """First the pool diverges at the very end of the cooldown; repaired, it conforms."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    folder = tmp_path
    said: list[str] = []
    shown: list[str] = []
    for name, language, text in BLOCK.findall(PAGE.read_text("utf-8")):
        if language == "python":
            (folder / name).write_text(text, "utf-8")
        elif language == "sh":
            done = subprocess.run(
                ["bash", "-ec", INSTALLS.sub("", text)],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            assert done.returncode == 0, f"{text}{done.stdout}{done.stderr}"
            said.append(done.stdout)
            folder = tmp_path / "my-ipam"
        else:
            shown.append(text)
    _, first, second = said
    promised = [line for line in shown[0].splitlines() if line != "…"]
    assert [line for line in promised if line not in first] == []
    for line in shown[1].splitlines():
        assert without_seconds(line) in without_seconds(second)
    assert (folder / "report.md").is_file()
