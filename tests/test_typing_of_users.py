"""Programs of users (tests/typing) in the eyes of two type checkers, against the installed wheel.

Lines that must be errors carry `# type: ignore` with their code: each checker complains of one that
is not needed, so a wrong call that passes is noticed. The project's own mypy reads the same
programs against the sources.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path
from typing import Any, Final

import pytest

from tests.shared import ROOT, in_ci

PROGRAMS: Final = sorted((ROOT / "tests" / "typing").glob("*.py"))
BIN: Final = Path(sys.executable).parent
STRICT: Final = {
    "typeCheckingMode": "strict",
    "reportUnnecessaryTypeIgnoreComment": "error",
    "pythonVersion": "3.11",
}
BARE: Final = "bare.py"
"""One of the programs without what excuses its errors, so that the checkers have to complain."""
LEAST_COMPLETE: Final = 0.98
"""Share of the public names whose types pyright knows whatever it infers; only ever raise it."""


@pytest.fixture(scope="module")
def python(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with the wheel installed, and not the sources; other packages are ours."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False, symlinks=True)
    made = folder / "bin" / "python"
    where = 'import sysconfig; print(sysconfig.get_path("purelib"))'
    site = Path(
        subprocess.run([made, "-c", where], capture_output=True, text=True, check=True).stdout[:-1]
    )
    [wheel] = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # A folder that is named so is searched for packages, but its own .pth files are not read.
    (site / "others.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    return made


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs in a folder of their own, and one of them bare."""
    folder = tmp_path_factory.mktemp("programs")
    for each in PROGRAMS:
        shutil.copy(each, folder)
    bare = PROGRAMS[-1].read_text("utf-8").replace("# type: ignore[", "# it was [")
    (folder / BARE).write_text(bare, "utf-8")
    (folder / "pyrightconfig.json").write_text(json.dumps(STRICT), "utf-8")
    return folder


def pyright(python: Path, folder: Path, *arguments: str) -> Any:  # noqa: ANN401 - JSON
    if importlib.util.find_spec("pyright") is None:
        if in_ci():
            pytest.fail("pyright is not installed (extra `dev`)", pytrace=False)
        pytest.skip("pyright is not installed (extra `dev`)")
    done = subprocess.run(
        [BIN / "pyright", "--outputjson", *arguments],
        cwd=folder,
        env={**os.environ, "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return json.loads(done.stdout)


def mypy(python: Path, folder: Path) -> str:
    done = subprocess.run(
        [
            *(str(BIN / "mypy"), "--strict", "--config-file="),
            *("--python-executable", str(python), "--cache-dir", str(python.parents[1] / "mypy")),
            *map(str, sorted(folder.glob("*.py"))),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.stdout


def test_there_is_something_wrong_in_every_program() -> None:
    assert len(PROGRAMS) >= 3
    for each in PROGRAMS:
        assert each.read_text("utf-8").count("# type: ignore[") >= 5, each.name


def test_the_wheel_is_what_is_read(python: Path) -> None:
    show = "import ipam_model; print(ipam_model.__file__)"
    found = subprocess.run(
        [python, "-c", show], cwd=python.parent, capture_output=True, text=True, check=True
    )
    assert Path(found.stdout.strip()).is_relative_to(python.parents[1])


def test_mypy_agrees(python: Path, programs: Path) -> None:
    lines = mypy(python, programs).splitlines()
    wrong = [line for line in lines if ": error: " in line]
    assert [line for line in wrong if not line.partition(":")[0].endswith(BARE)] == []
    assert len(wrong) >= errors()


def test_pyright_agrees(python: Path, programs: Path) -> None:
    found = pyright(python, programs)
    wrong = [(Path(each["file"]).name, each) for each in found["generalDiagnostics"]]
    assert [each for name, each in wrong if name != BARE] == []
    assert len({each["range"]["start"]["line"] for _, each in wrong}) >= errors()
    assert found["summary"]["filesAnalyzed"] == len(PROGRAMS) + 1


def errors() -> int:
    return PROGRAMS[-1].read_text("utf-8").count("# type: ignore[")


def test_types_of_the_public_names_are_complete(python: Path, tmp_path: Path) -> None:
    told = pyright(python, tmp_path, "--verifytypes", "ipam_model", "--ignoreexternal")
    complete = told["typeCompleteness"]
    assert complete["pyTypedPath"], "without a marker no type counts"
    assert complete["exportedSymbolCounts"]["withKnownType"] > 9_000
    assert complete["completenessScore"] >= LEAST_COMPLETE
