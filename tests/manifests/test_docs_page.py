"""What docs/configurations.md shows is what happens."""

import re
from pathlib import Path

import pytest

from ipam_model.manifests.parse import MOST_DEPTH, MOST_MERGED
from ipam_model.manifests.sources import MOST_BYTES
from tests.shared import ROOT
from tests.trace.command import run

PAGE = (ROOT / "docs" / "configurations.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def test_example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (example,) = blocks("yaml")
    (tmp_path / "cluster.yaml").write_text(example, "utf-8")
    one, remarks = blocks("text")
    (command,) = re.findall(r"`ipam-model (settings .*)` prints", PAGE)
    assert run(capsys, *command.split()).out == one
    assert run(capsys, "settings", "--manifest", "cluster.yaml").out.endswith(f"\n\n{remarks}")


def test_limits() -> None:
    assert (
        f"A file may have {MOST_BYTES // 10**6} MB, nest {MOST_DEPTH} deep, and copy "
        f"{MOST_MERGED:,} entries".replace(",000", " 000")
    ) in PAGE
