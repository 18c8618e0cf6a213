"""The real data store of the daemon, as an ordinary Go module, against the model."""

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from tests.conformance.go_toolchain import DATASTORE, HARNESS, go, need_go, need_modules
from tests.conformance.shown_output import timeless
from tests.shared import ROOT

pytestmark = pytest.mark.filterwarnings("default::tests.conformance.go_toolchain.GoSkippedWarning")

PAGE: Final = ROOT / "docs" / "tutorial-go.md"
PLANS: Final = sorted(DATASTORE.glob("plans/*.json"))
BUGS: Final = [plan.stem for plan in PLANS]
"""The suspected bugs of the real store, each with its smallest plan."""


@pytest.fixture(scope="module")
def harness() -> Iterator[str]:
    """The command that serves the real store."""
    need_modules(DATASTORE)
    with TemporaryDirectory() as folder:
        binary = Path(folder) / "datastore.harness"
        go(DATASTORE, "test", "-c", "-o", str(binary), ".")
        yield f"env IPAM_SESSION=1 {binary} -test.run=^TestSession$"


def conform(command: str, *options: str, folder: Path) -> tuple[int, str]:
    """Exit code and text of `ipam-model conform`."""
    done = subprocess.run(
        [sys.executable, "-m", "ipam_model", "conform", "--exec", command, *options],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@cache
def _known() -> tuple[str, ...]:
    return tuple(option for bug in BUGS for option in ("--known", bug))


def test_there_are_plans() -> None:
    assert BUGS == ["R139", "R24", "R25"]
    for plan in PLANS:
        assert json.loads(plan.read_text())["schema"] == "ipam-datastore/1"


def test_the_harness_is_right(harness: str, tmp_path: Path) -> None:
    code, said = conform(harness, "--smoke", folder=tmp_path)
    assert (code, "the harness is right" in said) == (0, True), said


@pytest.mark.parametrize("plan", PLANS, ids=BUGS)
def test_each_suspected_bug_is_found_in_the_real_store(
    harness: str, plan: Path, tmp_path: Path
) -> None:
    code, said = conform(harness, "--plan", str(plan), folder=tmp_path)
    assert code == 1, said
    assert said.startswith(f"{plan.stem}, a suspected bug of the daemon"), said
    # It is that bug and nothing else: a model that has it explains the same plan.
    code, said = conform(harness, "--plan", str(plan), "--quirks", folder=tmp_path)
    assert code == 0, said


def test_the_kit_finds_removal_by_force_by_itself_and_minimal(harness: str, tmp_path: Path) -> None:
    code, said = conform(harness, "--area", "removal", folder=tmp_path)
    assert code == 1, said
    assert said.startswith("R24, a suspected bug of the daemon, at step 4"), said


def test_the_real_store_conforms_but_for_them(harness: str, tmp_path: Path) -> None:
    """What `make go-conformance` runs; the page shows the line that it prints.

    The kit finds them by itself: a known divergence that does not occur would be an error.
    """
    code, said = conform(harness, *_known(), folder=tmp_path)
    assert code == 0, said
    assert said.startswith("amazon-vpc-cni-k8s/pkg/ipamd/datastore v1.23.1 conforms"), said
    assert timeless(said) in timeless(PAGE.read_text())


def test_the_harness_package_passes_its_own_tests() -> None:
    need_go(HARNESS)
    go(HARNESS, "vet", "./...")
    go(HARNESS, "test", "./...")


@pytest.mark.parametrize("module", [HARNESS, DATASTORE], ids=lambda module: module.name)
def test_go_code_is_formatted(module: Path) -> None:
    need_go(module)
    done = subprocess.run(
        ["gofmt", "-l", "."], cwd=module, capture_output=True, text=True, check=True
    )
    assert done.stdout == ""


def test_the_harness_package_needs_the_standard_library_alone() -> None:
    assert "require" not in (HARNESS / "go.mod").read_text()
