"""The example in Go: the decisions implemented by hand, tested with the vectors."""

import json
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from ipam_model.vectors.files import shipped
from tests.shared import ROOT

EXAMPLE = ROOT / "go" / "examples" / "vectors"
GO = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")

pytestmark = pytest.mark.skipif(GO is None, reason="there is no Go toolchain here")


def go_test(vectors: Path) -> tuple[int, Counter[tuple[str, str]]]:
    """The exit code, and how often each test ended how."""
    assert GO is not None
    done = subprocess.run(
        [GO, "test", "-count=1", "-json", "./..."],
        cwd=EXAMPLE,
        env=os.environ | {"IPAM_VECTORS": str(vectors), "GOTOOLCHAIN": "local"},
        capture_output=True,
        text=True,
        check=False,
    )
    events = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, Counter(
        (each["Action"], each["Test"].partition("/")[2])
        for each in events
        if each["Action"] in ("pass", "fail", "skip") and "/" in each.get("Test", "")
    )


def test_every_decision_vector_passes(tmp_path: Path) -> None:
    text = shipped("v1.23")["decisions.json"]
    (tmp_path / "decisions.json").write_text(text, "utf-8")
    code, ended = go_test(tmp_path / "decisions.json")
    assert ended == Counter(("pass", each["id"]) for each in json.loads(text)["vectors"])
    assert code == 0


def test_a_wrong_answer_fails(tmp_path: Path) -> None:
    content = json.loads(shipped("v1.7")["decisions.json"])
    vector = next(each for each in content["vectors"] if each["decision"] == "missing")
    vector["output"] += 1
    (tmp_path / "decisions.json").write_text(json.dumps(content), "utf-8")
    code, ended = go_test(tmp_path / "decisions.json")
    assert code == 1
    assert [name for action, name in ended if action == "fail"] == [vector["id"]]


def test_it_needs_nothing_else() -> None:
    assert "require" not in (EXAMPLE / "go.mod").read_text("utf-8")
