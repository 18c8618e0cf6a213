"""What `docs/testing.md` shows another project is what happens there."""

import json
import re
import subprocess
import sys
from pathlib import Path

from ipam_model.testing.profiles import profiles
from tests.shared import ROOT

PAGE = (ROOT / "docs" / "testing.md").read_text("utf-8")
TESTS, CONFTEST = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_the_page_in_a_project_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "test_node.py").write_text(TESTS, "utf-8")
    (tmp_path / "conftest.py").write_text(CONFTEST, "utf-8")
    options = ("-p", "no:cacheprovider", "--specification-coverage", "coverage.json")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 failed, 3 passed" in done.stdout, done.stdout
    shown = {line.removeprefix("E").strip() for line in done.stdout.splitlines()}
    promised = re.search(r"ends so:\n\n(.*?)\n\nThat is", PAGE, re.DOTALL)
    assert promised is not None
    lines = [line.strip() for line in promised[1].splitlines()]
    *story, replay = [line for line in lines if line and not line.startswith("<!--")]
    assert len(story) == 9
    message = {line.split("PropertyViolatedError: ")[-1] for line in shown}
    assert [line for line in story if line not in message] == []
    assert replay.startswith("replay: ipam-model replay .ipam-model/failures/")
    assert (tmp_path / replay.split()[-1]).exists()
    assert "coverage of the specification" in done.stdout
    assert json.loads((tmp_path / "coverage.json").read_text("utf-8"))["properties"]


def test_the_table_of_profiles() -> None:
    for name, profile in profiles().items():
        row = f"| `{name}` | {profile.max_examples:,} | {profile.stateful_step_count} | "
        assert row in PAGE
    assert len(profiles()) == PAGE.count("the same every time") + PAGE.count("| new ones")
