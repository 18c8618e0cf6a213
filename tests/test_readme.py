"""The demo and the table of commands of the README; tests/docs runs its other blocks."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import attr
import attrs
import pytest

from ipam_model.cli.main import main
from tests.shared import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def test_the_demo_prints_what_is_promised(capsys: pytest.CaptureFixture[str]) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    demo = re.search(r"^demo:.*\n((?:\t.*\n)*)", makefile, re.MULTILINE)
    assert demo is not None
    commands = re.findall(r'^\t@"\$\(BIN\)/ipam-model" (.*)$', demo[1], re.MULTILINE)
    assert len(commands) == 2
    for command in commands:
        words = [str(ROOT / w) if w.startswith("examples/") else w for w in command.split()]
        assert main(words) == 0
    shown = [line.strip() for line in capsys.readouterr().out.splitlines()]
    promised = re.search(r"shows what a\nnode holds:\n\n(.*?)\n\n[A-Z]", README, re.DOTALL)
    assert promised is not None
    lines = [line.strip() for line in promised[1].splitlines() if line.strip() != "…"]
    assert len(lines) == 7
    assert [line for line in lines if line not in shown] == []


def test_commands_of_the_table_run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)  # Some of them write files.
    asked = re.findall(r"`ipam-model ([^`]*)`", README)
    runnable = [
        command.split()
        for command in asked
        if "manifest" not in command and "enis.json" not in command and command != "conform"
    ]
    assert len(runnable) >= 4
    for words in runnable:
        if words != ["…"]:
            assert main(words) == (1 if words[0] == "diff" else 0), words  # Its two sides differ.
    capsys.readouterr()


def test_the_first_answers_need_attrs_alone(tmp_path: Path) -> None:
    """`pip install .` installs nothing else, and that has to be enough for the first commands."""
    assert "pip install . &&" in README
    for package in (attr, attrs):
        assert package.__file__ is not None
        folder = Path(package.__file__).parent
        (tmp_path / folder.name).symlink_to(folder)
    start = (
        f"import sys; sys.path += [{str(tmp_path)!r}, {str(ROOT)!r}]; "
        "from ipam_model.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    first = re.findall(r"^\$ ipam-model (bound .*)\n(.*)$", README, re.MULTILINE)
    assert len(first) == 2
    for command, line in first:
        ran = subprocess.run(
            [sys.executable, "-I", "-S", "-c", start, *shlex.split(command)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            env={"PYTHONUTF8": "1"},
        )
        assert (ran.returncode, ran.stdout.splitlines()[0]) == (0, line), ran.stderr
