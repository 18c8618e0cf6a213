"""What is installed: the data and the type marker, not the tests; and what importing it costs."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Final

from tests.module_imports import read_package
from tests.shared import ROOT

HEAVY: Final = ("z3", "cvc5", "hypothesis", "pytest", "numpy", "matplotlib", "tqdm", "yaml")

NEEDS_AN_EXTRA: Final = (
    "ipam_model.manifests",
    "ipam_model.proving.questions",
    "ipam_model.pytest_plugin",
    "ipam_model.proving.second_solver",
    "ipam_model.counting.fast",
    "ipam_model.simulation.plots",
    "ipam_model.symbolic",
    "ipam_model.testing",
)
"""Modules and packages under `ipam_model` that may need an extra to be imported."""

PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def _python(code: str) -> str:
    """Run code in a fresh interpreter that no coverage measurement slows down."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE_")}
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def _data_files() -> set[str]:
    package = ROOT / "ipam_model"
    data = [*(package / "data").glob("*.json"), *(package / "page" / "assets").glob("*.*s*")]
    return {path.relative_to(ROOT).as_posix() for path in data}


def test_wheel_holds_the_package_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert wheel.name == f"ipam_model-{PROJECT['version']}-py3-none-any.whl"
    assert {name.split("/")[0] for name in names} == {
        "ipam_model",
        f"ipam_model-{PROJECT['version']}.dist-info",
    }
    assert _data_files()
    assert names >= _data_files() | {"ipam_model/py.typed", "ipam_model/__init__.py"}
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if "__pycache__" in name or "/test_" in name]


def test_all_means_every_extra_for_users() -> None:
    extras = PROJECT["optional-dependencies"]
    others = ",".join(name for name in extras if name not in ("all", "docs", "dev"))
    assert extras["all"] == [f"ipam-model[{others}]"]


def test_core_depends_on_attrs_only() -> None:
    assert [requirement.partition(">=")[0] for requirement in PROJECT["dependencies"]] == ["attrs"]


def test_import_loads_no_optional_package() -> None:
    loaded = _python("import sys, ipam_model; print(*sorted(sys.modules))").split()
    assert "ipam_model" in loaded
    assert not set(HEAVY) & set(loaded)


def test_every_module_imports_without_the_extras() -> None:
    names = [
        name
        for name in read_package(ROOT)
        if not name.startswith(NEEDS_AN_EXTRA) and not name.endswith("__main__")
    ]
    block = f"import sys; sys.modules.update(dict.fromkeys({HEAVY!r}))"  # None: not importable
    _python("\n".join([block, *(f"import {name}" for name in names)]))


def test_import_takes_less_than_a_tenth_of_a_second() -> None:
    code = (
        "from time import perf_counter; start = perf_counter(); import ipam_model;"
        "print(perf_counter() - start)"
    )
    assert min(float(_python(code)) for _ in range(5)) < 0.1
