"""What the README shows is what happens."""

import re

import pytest

from ipam_model.cli.main import main
from tests.shared import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def test_python_example_prints_what_its_comments_say(capsys: pytest.CaptureFixture[str]) -> None:
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert code is not None
    exec(compile(code[1], "README.md", "exec"), {})
    promised = re.findall(r"^ *print\(.*\)  # ([\d ]+)(?:, then ([\d ]+))?$", code[1], re.MULTILINE)
    assert len(promised) == 2
    shown = capsys.readouterr().out.splitlines()
    assert [line for lines in promised for line in filter(None, lines)] == shown


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
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
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


def test_rejected_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "check", str(ROOT / "examples" / "rejected")]) == 1
    for line in capsys.readouterr().out.splitlines()[1:]:
        assert line.strip() in README


def test_every_link_leads_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("*/README.md")]:
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page}: {link}"
