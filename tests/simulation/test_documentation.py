"""The pictures and tables of docs/simulate.md; its commands are run by tests/docs."""

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
PICTURES = re.findall(
    r"^    ipam-model (simulate (?:.*\\\n +)*.*--plot (docs/pictures/\S+))$", PAGE, re.MULTILINE
)


def test_there_is_something_to_check() -> None:
    assert len(PICTURES) == 2
    assert all((ROOT / picture).is_file() for _, picture in PICTURES)


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


def test_every_typical_latency_has_its_source() -> None:
    table = PAGE[PAGE.index("| call | s | near |") : PAGE.index("A refused pod asks again")]
    for call, seconds in TYPICAL.seconds().items():
        assert call in CALLS
        row = next(line for line in table.splitlines() if re.search(rf"\b{call}\b", line))
        assert f"| {seconds:g} |" in row


def test_every_profile_is_described() -> None:
    for kind in re.findall(r"(\w+):", FORMS):
        assert f"| `{kind}:" in PAGE
