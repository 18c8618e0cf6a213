"""What docs/simulate.md shows is what happens."""

import re
import shlex
from pathlib import Path

import pytest

from ipam_model.cli.main import main
from ipam_model.simulation.latencies import CALLS, TYPICAL
from ipam_model.simulation.profiles import FORMS
from tests.shared import ROOT
from tests.simulation.test_plots import texts

PAGE = (ROOT / "docs" / "simulate.md").read_text("utf-8")
SHOWN = re.findall(r"```console\n\$ ipam-model (.*)\n((?:.*\n)*?)```", PAGE)
PICTURES = re.findall(
    r"^    ipam-model (simulate (?:.*\\\n +)*.*--plot (docs/pictures/\S+))$", PAGE, re.MULTILINE
)


@pytest.mark.parametrize(("command", "output"), SHOWN)
def test_commands_print_what_is_shown(
    command: str, output: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(shlex.split(command)) == 0
    assert capsys.readouterr().out == output


def test_there_is_something_to_check() -> None:
    assert len(SHOWN) == 2
    assert len(PICTURES) == len(list((ROOT / "docs" / "pictures").glob("*.svg"))) == 2


@pytest.mark.parametrize(("command", "name"), PICTURES)
def test_pictures_are_those_of_their_commands(
    command: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "again.svg"
    options = shlex.split(command.replace("\\\n", " ").replace(name, str(path)))
    assert main(options) == 0
    capsys.readouterr()
    # Another matplotlib may draw another way; the texts must be the same.
    assert texts(path.read_bytes()) == texts((ROOT / name).read_bytes())


def test_python_example_prints_what_its_comments_say(capsys: pytest.CaptureFixture[str]) -> None:
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert code is not None
    exec(compile(code[1], "simulate.md", "exec"), {})
    promised = re.findall(r"^print\(.*\)  # (.*)$", code[1], re.MULTILINE)
    assert capsys.readouterr().out.splitlines() == promised
    assert len(promised) == 2


def test_every_typical_latency_has_its_source() -> None:
    table = PAGE[PAGE.index("| call | s | near |") : PAGE.index("A refused pod asks again")]
    for call, seconds in TYPICAL.seconds().items():
        assert call in CALLS
        row = next(line for line in table.splitlines() if re.search(rf"\b{call}\b", line))
        assert f"| {seconds:g} |" in row


def test_every_profile_is_described() -> None:
    for kind in re.findall(r"(\w+):", FORMS):
        assert f"| `{kind}:" in PAGE
