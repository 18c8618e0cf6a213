"""The wheel gives the same answers on every Python that is claimed and found on this machine.

These are the core, which needs attrs only, and no more than seconds. `make test-pythons` runs the
whole suite on each.
"""

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

from tests.shared import ROOT
from tools import interpreters

THIS: Final = "{}.{}".format(*sys.version_info)
OTHERS: Final = [version for version in interpreters.claimed() if version != THIS]

NODE: Final = ("--instance-type", "m5.large", "--set", "WARM_IP_TARGET=5", "--json")
TINY: Final = ("--limits", "2,2", "--pods", "1", "--json")
QUESTIONS: Final = {
    "recordings": ("trace", "check", "examples/traces", "examples/traces-v1.7", "--coverage"),
    "a simulation": ("simulate", "--pods", "0,5,10", *NODE),
    "a bound": ("bound", "reserved", *NODE),
    "lint": ("lint", *NODE),
    # Reads frames and the text of procedures, and judges every property on every way.
    "v1.23 explored": ("explore", *TINY),
    "v1.7 explored": ("explore", *TINY, "--version", "v1.7", "--restarts", "0"),
    "the rules": ("rules", "--json"),
    "a mistake": ("simulate", "--instance-type", "m5.larg"),
}
DEPENDS_ON_TIME: Final = "seconds"


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and what it requires, and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    [wheel] = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    for package in ("attr", "attrs"):
        found = find_spec(package)
        assert found is not None
        assert found.origin is not None
        (folder / package).symlink_to(Path(found.origin).parent)
    return folder


def run(python: Path | str, installed: Path, *arguments: str) -> tuple[int, str, str]:
    """What a command says: its exit code and both streams. A warning is an error."""
    done = subprocess.run(
        [python, "-S", "-P", "-W", "error", *arguments],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(installed),
            "PYTHONPYCACHEPREFIX": str(installed / "compiled"),
            "LC_ALL": "C.UTF-8",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def answers(python: Path | str, installed: Path) -> Mapping[str, object]:
    return {
        question: _timeless(run(python, installed, "-m", "ipam_model", *arguments))
        for question, arguments in QUESTIONS.items()
    }


def _timeless(answer: tuple[int, str, str]) -> object:
    code, out, err = answer
    if out.startswith("{"):
        return code, {k: v for k, v in json.loads(out).items() if k != DEPENDS_ON_TIME}, err
    return answer


@pytest.fixture(scope="module")
def ours(installed: Path) -> Mapping[str, object]:
    return answers(sys.executable, installed)


@pytest.mark.parametrize("version", OTHERS)
def test_another_python_answers_as_this_one(
    version: str, installed: Path, ours: Mapping[str, object]
) -> None:
    python = interpreters.find(version)
    if python is None:
        pytest.skip(f"no Python {version} on this machine")
    where = "import ipam_model, sys; print(ipam_model.__file__, *sys.version_info[:2])"
    assert run(python, installed, "-c", where) == (
        0,
        f"{installed}/ipam_model/__init__.py {version.replace('.', ' ')}\n",
        "",
    )
    theirs = answers(python, installed)
    for question, answer in ours.items():
        assert theirs[question] == answer, question


def test_each_question_is_answered(ours: Mapping[str, object]) -> None:
    codes = {question: answer[0] for question, answer in ours.items() if isinstance(answer, tuple)}
    assert codes == {**dict.fromkeys(QUESTIONS, 0), "a mistake": 2}


def test_claims_agree() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    oldest, *newer = interpreters.claimed()
    assert newer == [f"3.{int(oldest[2:]) + i}" for i in range(1, len(newer) + 1)]  # no gap
    assert told["project"]["requires-python"] == f">={oldest}"
    assert told["tool"]["mypy"]["python_version"] == oldest
    assert told["tool"]["ruff"]["target-version"] == f"py{oldest.replace('.', '')}"
    page = (ROOT / "docs" / "versioning.md").read_text("utf-8")
    tested = re.findall(r"^\| (3\.\d+)\.\d+ \|", page, re.MULTILINE)
    assert tested == [oldest, *newer]


def test_a_version_that_is_nowhere_is_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    assert interpreters.find("3.0") is None
    assert interpreters.main([THIS, "3.0"]) == 1
    out, err = capsys.readouterr()
    assert err == "no Python 3.0: neither on the path nor among pyenv's\n"
    assert len(out.splitlines()) <= 1


def test_what_only_looks_like_an_interpreter_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shim = tmp_path / f"python{THIS}"
    shim.write_text("#!/bin/sh\necho no such command >&2; exit 127\n", "utf-8")
    shim.chmod(0o755)
    real = tmp_path / "versions" / f"{THIS}.9" / "bin" / "python"
    real.parent.mkdir(parents=True)
    real.symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert interpreters.find(THIS) == real
    real.unlink()
    assert interpreters.find(THIS) is None
