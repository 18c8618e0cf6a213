"""The tutorial for Go projects: its files and commands, as they stand there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.go_toolchain import HARNESS, need_go
from tests.shared import ROOT

pytestmark = pytest.mark.filterwarnings("default::tests.conformance.go_toolchain.GoSkippedWarning")

PAGE = ROOT / "docs" / "tutorial-go.md"
BLOCK = re.compile(r"(?:^`([\w./]+)`:\n\n)?^```(go|sh)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def test_from_an_empty_project_to_a_report(tmp_path: Path) -> None:
    """First the pool diverges at the very end of the cooldown; repaired, it conforms."""
    need_go(HARNESS)
    folder = tmp_path
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "IPAM_MODEL": str(ROOT), "PATH": path}
    said: list[str] = []
    for name, language, text in BLOCK.findall(PAGE.read_text()):
        if language == "go":
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
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
        said.append(done.stdout)
        folder = tmp_path / "my-ipam"
    _, _, smoke, first, second = said
    assert "the harness is right" in smoke
    assert first.startswith("R17 at step 5")
    assert "conforms to amazon-vpc-cni-k8s" in second
    assert (folder / "report.md").is_file()
