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
    promised = re.findall(r"^print\(.*\)  # ([\d ]+?)(?: ENIs, (\d+) .*)?$", code[1], re.MULTILINE)
    shown = capsys.readouterr().out.splitlines()
    assert [" ".join(filter(None, each)) for each in promised] == shown == ["15 12 3", "2 17"]


def test_accepted_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "check", str(ROOT / "examples" / "traces")]) == 0
    assert capsys.readouterr().out.strip() in README


def test_rejected_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "check", str(ROOT / "examples" / "rejected")]) == 1
    for line in capsys.readouterr().out.splitlines()[1:]:
        assert line.strip() in README


def test_every_link_leads_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("*/README.md")]:
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page}: {link}"
