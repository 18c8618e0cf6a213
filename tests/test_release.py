"""What is released: complete, valid, and the same bytes whoever builds it."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Final

import pytest
from packaging.metadata import Metadata

from ipam_model import MODELS, __version__
from tests.shared import ROOT, in_ci

PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
NAME: Final = f"ipam_model-{PROJECT['version']}"
GENERATED: Final = "PKG-INFO"


@pytest.fixture(scope="session")
def tracked() -> set[str]:
    """The files of the repository."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        if in_ci():
            pytest.fail("no repository to compare with", pytrace=False)
        pytest.skip("not a clone of the repository, or no git")
    whose_ever = "safe.directory=*"  # A checkout may belong to somebody else.
    listed = subprocess.run(
        ["git", "-c", whose_ever, "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}


@pytest.fixture(scope="session")
def unpacked(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive as somebody unpacks it, who has no git and another clock."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(built / f"{NAME}.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    top = folder / NAME
    for path in top.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return top


@pytest.fixture(scope="session")
def rebuilt(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both archives, built from the unpacked one."""
    folder = tmp_path_factory.mktemp("rebuilt")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=unpacked,
        env={k: v for k, v in os.environ.items() if k != "SOURCE_DATE_EPOCH"},
        check=True,
        capture_output=True,
    )
    return folder


def names_of(archive: Path) -> set[str]:
    with tarfile.open(archive) as opened:
        return {each.name.partition("/")[2] for each in opened.getmembers() if each.isfile()}


def test_the_source_archive_is_the_repository(built: Path, tracked: set[str]) -> None:
    assert names_of(built / f"{NAME}.tar.gz") - {GENERATED} == tracked


def test_the_source_archive_holds_what_readers_look_for(built: Path) -> None:
    assert names_of(built / f"{NAME}.tar.gz") >= {
        *("README.md", "LICENSE", "NOTICE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"),
        *("action.yml", "ci/gitlab.yml", "docs/README.md", "proofs/README.md", "Makefile"),
        *("go/ipamharness/go.mod", "stubs/z3/__init__.pyi", "tests/conftest.py", ".ci/run"),
    }


def test_the_wheel_is_the_package_to_the_last_file(built: Path, tracked: set[str]) -> None:
    with zipfile.ZipFile(built / f"{NAME}-py3-none-any.whl") as archive:
        names = {name for name in archive.namelist() if not name.startswith(f"{NAME}.dist-info/")}
    assert names == {name for name in tracked if name.startswith("ipam_model/")}
    kinds = {Path(name).suffix for name in names}
    assert kinds == {".py", ".json", ".md", ".typed", ".css", ".js"}


def test_a_wheel_of_the_source_archive_is_the_wheel(built: Path, rebuilt: Path) -> None:
    wheel = f"{NAME}-py3-none-any.whl"
    assert (rebuilt / wheel).read_bytes() == (built / wheel).read_bytes()


def test_a_source_archive_of_the_source_archive_is_the_same(built: Path, rebuilt: Path) -> None:
    source = f"{NAME}.tar.gz"
    assert (rebuilt / source).read_bytes() == (built / source).read_bytes()


def test_the_source_archive_runs_its_own_tests(unpacked: Path) -> None:
    few = ["tests/test_limits.py", "tests/rules/test_formulas.py", "tests/test_readme.py"]
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *few, "-k", FEW]
    done = subprocess.run(
        run,
        cwd=unpacked,
        env={**os.environ, "IPAM_MODEL_SHARED": "absent", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) >= 5


FEW: Final = "bundled or every_link or R136 or R17"


def metadata(built: Path) -> Metadata:
    with zipfile.ZipFile(built / f"{NAME}-py3-none-any.whl") as archive:
        return Metadata.from_email(archive.read(f"{NAME}.dist-info/METADATA"), validate=True)


def test_the_metadata_is_valid_and_says_what_it_must(built: Path) -> None:
    found = metadata(built)  # Raises for what an index would refuse.
    assert (found.name, str(found.version)) == ("ipam-model", __version__)
    assert found.license_expression == "Apache-2.0"
    assert set(found.license_files or ()) == {"LICENSE", "NOTICE"}
    assert str(found.requires_python) == ">=3.11"
    assert found.description_content_type == "text/markdown"
    assert found.description == (ROOT / "README.md").read_text("utf-8")
    assert set(found.provides_extra or ()) == set(PROJECT["optional-dependencies"])


def test_every_requirement_of_users_has_a_lower_bound_and_no_upper_one(built: Path) -> None:
    users = {"", "all", *PROJECT["optional-dependencies"]} - {"dev", "docs"}
    for each in metadata(built).requires_dist or ():
        extra = re.search(r'extra == "(\w+)"', str(each.marker))
        if (extra[1] if extra else "") in users and each.name != "ipam-model":
            assert [bound.operator for bound in each.specifier] == [">="], each


def test_the_version_is_said_once_and_its_changes_are_told() -> None:
    assert PROJECT["version"] == __version__
    assert __version__ in (ROOT / "CHANGELOG.md").read_text("utf-8")


@pytest.mark.parametrize("page", ["docs/versioning.md", "SECURITY.md"])
def test_pages_name_the_version_and_what_it_models(page: str) -> None:
    text = " ".join((ROOT / page).read_text("utf-8").split())
    assert re.search(rf"\b{re.escape(__version__.rpartition('.')[0])}\b", text)
    if page.endswith("versioning.md"):
        assert MODELS in text
