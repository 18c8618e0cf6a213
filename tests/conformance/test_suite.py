"""The suite and the plugin as a project uses them that has nothing else of this one."""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from junitparser import JUnitXml

from tests.shared import ROOT

STRICT: Final = ("-W", "error", "--strict-markers", "--strict-config", "-p", "no:cacheprovider")
MINE: Final = """\
from functools import partial

from ipam_model.conformance.datastore_reference import ReferenceDatastore
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.config import Quirk


class Store(ReferenceDatastore):
    pass


class Real(ReferenceDatastore):
    def __init__(self):
        super().__init__(quirks=frozenset({Quirk("R24"), Quirk("R25")}))


def broken():
    raise RuntimeError("no socket")


daemon = partial(ReferenceDaemon, seed=3)
"""
TESTS: Final = """\
from ipam_model.testing.conformance import ConformanceSuite
from mine import Real


class TestMine(ConformanceSuite):
    subject = staticmethod(Real)
    examples = 4
    known = ["R24 counted twice", "R25"]
"""


def clean() -> dict[str, str]:
    """The environment without what measures coverage, or chooses a profile."""
    noise = ("COVERAGE_", "PYTEST_", "HYPOTHESIS_")
    return {k: v for k, v in os.environ.items() if not k.startswith(noise)}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "mine.py").write_text(MINE, "utf-8")
    return tmp_path


def run(
    folder: Path, *arguments: str, path: str = "", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join(each for each in (path, str(folder)) if each)
    return subprocess.run(
        [sys.executable, "-m", "pytest", *STRICT, *arguments],
        cwd=folder,
        env={**clean(), "PYTHONPATH": paths, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )


def passed(result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_one_class_is_a_test_for_each_area_and_known_divergence(project: Path) -> None:
    (project / "test_mine.py").write_text(TESTS, "utf-8")
    shown = passed(run(project, "-v", "--ipam-report", "report.jsonl"))
    for name in ("assignment", "cooldown", "removal", "prefixes", "known-R24", "known-R25"):
        assert f"TestMine::test_conforms[{name}] PASSED" in shown
    lines = [json.loads(each) for each in (project / "report.jsonl").read_text().splitlines()]
    assert lines[-1]["conforms"]
    assert {each["known_divergence"] for each in lines if "known_divergence" in each} == {
        "R24",
        "R25",
    }
    assert "report.jsonl: reference datastore conforms" in shown


def test_the_options_check_a_subject_without_a_test_file(project: Path) -> None:
    (project / "known.txt").write_text("R24 ours\n", "utf-8")
    result = run(
        project,
        *("--ipam-subject", "mine:Real", "--ipam-known", "known.txt", "--ipam-seed", "0"),
        *("--ipam-examples", "25", "--ipam-steps", "12", "--ipam-report", "report.xml", "-n", "2"),
    )
    assert result.returncode == 1, result.stdout
    header = next(each for each in result.stdout.splitlines() if each.startswith("ipam-model: "))
    for part in (
        "kit 0.",
        "models amazon-vpc-cni-k8s v1.23.1; ",
        "subject mine:Real",
        "examples 25",
        "seed 0",
    ):
        assert part in header
    assert re.search(r"^R(25|139), a suspected bug of the daemon", result.stdout, re.MULTILINE)
    assert "Traceback" not in result.stdout
    read = JUnitXml.fromfile(str(project / "report.xml"))
    assert read.failures > 0
    assert len(list((project / ".ipam-model" / "failures").glob("*.json"))) > 0


def test_a_random_seed_is_drawn_and_shown(project: Path) -> None:
    options = ("--ipam-subject", "mine:Store", "--ipam-seed", "random", "--co")
    seeds = {re.findall(r"seed (\d+)", passed(run(project, *options)))[0] for _ in range(2)}
    assert len(seeds) == 2


def test_a_daemon_is_checked_beside_the_tests_of_the_project(project: Path) -> None:
    (project / "test_own.py").write_text("def test_own():\n    pass\n", "utf-8")
    options = ("--ipam-subject", "mine:daemon", "--ipam-examples", "1", "--ipam-steps", "4")
    shown = passed(run(project, "-v", *options))
    assert "test_own.py::test_own PASSED" in shown
    assert "TestSubject::test_conforms[growth] PASSED" in shown
    alone = passed(run(project, "-v", *options, "test_own.py"))
    assert "TestSubject" not in alone


def test_what_the_subject_lacks_is_skipped_and_says_why(project: Path) -> None:
    (project / "test_mine.py").write_text(
        """\
from attrs import evolve
from ipam_model.conformance.subject import Feature
from ipam_model.testing.conformance import ConformanceSuite
from mine import Store

class Less(Store):
    def __init__(self):
        super().__init__()
        rest = frozenset(Feature) - {Feature.PREFIX_DELEGATION}
        self.capabilities = evolve(self.capabilities, features=rest)

class TestLess(ConformanceSuite):
    subject = Less
    examples = 1
""",
        "utf-8",
    )
    shown = passed(run(project, "-rs"))
    assert "the subject lacks prefix-delegation" in shown
    assert "supports none" not in shown


def test_a_subject_that_supports_no_plan_at_all_fails_once(project: Path) -> None:
    (project / "test_mine.py").write_text(
        """\
from ipam_model.conformance.subject import UnsupportedError
from ipam_model.testing.conformance import ConformanceSuite
from mine import Store

class TestNone(ConformanceSuite):
    examples = 2

    class subject(Store):
        def apply(self, event):
            raise UnsupportedError("nothing yet")
""",
        "utf-8",
    )
    result = run(project, "-v")
    assert result.returncode == 1
    assert "TestNone::test_conforms[supports-anything] FAILED" in result.stdout
    assert re.search(r"supports none of \d+ plans to its end \(nothing yet\)", result.stdout)
    assert "TestNone::test_conforms[removal] SKIPPED" in result.stdout
    assert " 1 failed, " in result.stdout
    assert " passed" not in result.stdout


def test_pinned_plans_alone_are_pinned_plans_alone(project: Path) -> None:
    run(project, "--ipam-subject", "mine:Real")
    plan = next((project / ".ipam-model" / "failures").glob("*.json"))
    (project / "test_mine.py").write_text(
        "from ipam_model.testing.conformance import ConformanceSuite\n"
        "from mine import Store\n\n"
        "class TestMine(ConformanceSuite):\n"
        f"    subject = Store; examples = 0; plans = [{str(plan)!r}]\n",
        "utf-8",
    )
    shown = passed(run(project, "-v"))
    assert f"test_conforms[plan-{plan.stem}] PASSED" in shown
    assert " 1 passed" in shown


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("subject = staticmethod(broken)", "RuntimeError: no socket"),
        ("pass", "TestMine has no subject: write `subject = staticmethod(MyAllocator)`"),
        ('subject = staticmethod(Real); known = ["R999"]', "neither a rule nor a quirk"),
        ('subject = staticmethod(Real); plans = ["no.json"]; examples = 0', "no.json: cannot be"),
        ("subject = staticmethod(Real); examples = 0", "TestMine: examples = 0 checks nothing"),
    ],
)
def test_what_cannot_be_checked_is_a_failing_test(project: Path, text: str, complaint: str) -> None:
    (project / "test_mine.py").write_text(
        "from ipam_model.testing.conformance import ConformanceSuite\n"
        "from mine import Real, broken\n\n"
        f"class TestMine(ConformanceSuite):\n    {text}\n",
        "utf-8",
    )
    result = run(project)
    assert result.returncode == 1
    assert complaint in result.stdout


@pytest.mark.parametrize(
    ("subject", "complaint"),
    [
        ("exec:./nothere", "./nothere: cannot be started: "),
        ("exec:false", "exec:false: start: ended with exit code 1"),
        ("mine:broken", "mine:broken: calling it raised RuntimeError: no socket (mine.py, line "),
        ("mine:partial", "mine:partial: calling it raised TypeError: "),
    ],
)
def test_a_subject_that_cannot_be_made_is_one_failing_line(
    project: Path, subject: str, complaint: str
) -> None:
    result = run(project, "--ipam-subject", subject)
    assert result.returncode == 1
    assert complaint in result.stdout
    assert "Error\n" not in result.stdout
    assert "Traceback" not in result.stdout
    assert len(result.stdout.splitlines()) < 20


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--ipam-examples", "many"), "--ipam-examples many: not a whole number of at least 1"),
        (("--ipam-examples", "0"), "--ipam-examples 0: not a whole number of at least 1"),
        (("--ipam-steps", "0"), "--ipam-steps 0: not a whole number of at least 1"),
        (("--ipam-report", "report.txt"), "its suffix says the format, one of .jsonl, .md, .xml"),
        (("--ipam-report", "mine.py/r.md"), "report file mine.py/r.md: cannot be written: "),
        (("--ipam-report", "/proc/x/r.md"), "report file /proc/x/r.md: cannot be written: "),
    ],
)
def test_a_wrong_option_is_a_usage_error(
    project: Path, options: tuple[str, ...], complaint: str
) -> None:
    result = run(project, *options)
    assert result.returncode == 4
    assert complaint in result.stderr
    assert "Traceback" not in result.stdout + result.stderr


def test_a_report_that_cannot_be_written_in_the_end_is_one_line(project: Path) -> None:
    (project / "test_own.py").write_text(
        "from pathlib import Path\n\ndef test_in_the_way():\n    Path('new', 'r.md').mkdir()\n",
        "utf-8",
    )
    options = ("--ipam-subject", "mine:Store", "--ipam-examples", "1", "--ipam-steps", "3")
    result = run(project, *options, "--ipam-report", "new/r.md")
    assert result.returncode == 4
    assert "report file new/r.md: cannot be written" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_a_subject_in_the_current_folder_is_found(project: Path) -> None:
    command = [sys.executable, "-P", "-m", "pytest", *STRICT, "--ipam-subject", "mine:Store"]
    for options in ((), ("-n", "1")):
        result = subprocess.run(
            [*command, "--ipam-examples", "1", "--ipam-steps", "3", *options],
            cwd=project,
            env=clean(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert " passed" in passed(result)


# -- the plugin ----------------------------------------------------------------------------------


def python(code: str) -> str:
    found = subprocess.run(
        [sys.executable, "-c", code], env=clean(), capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    return found.stdout


def test_loading_the_plugin_imports_next_to_nothing() -> None:
    code = (
        "import sys, pytest, random; before = set(sys.modules);"
        "import ipam_model.pytest_plugin; print(*sorted(set(sys.modules) - before))"
    )
    assert python(code).split() == [
        "ipam_model",
        "ipam_model.conformance",
        "ipam_model.conformance.carried",
        "ipam_model.pytest_plugin",
    ]


def test_a_run_without_the_suite_imports_nothing_more(tmp_path: Path) -> None:
    (tmp_path / "test_modules.py").write_text(
        "import sys\n\n"
        "def test_modules():\n"
        "    ours = sorted(name for name in sys.modules if name.startswith('ipam_model'))\n"
        "    assert ours == ['ipam_model', 'ipam_model.conformance',\n"
        "        'ipam_model.conformance.carried', 'ipam_model.pytest_plugin']\n"
        "    assert 'hypothesis.strategies' not in sys.modules\n",
        "utf-8",
    )
    passed(run(tmp_path, "-p", "no:hypothesispytest"))
    without = run(tmp_path, "-p", "no:ipam_model", "-p", "no:hypothesispytest")
    assert "assert []" in without.stdout


def test_the_suite_works_without_the_plugin(project: Path) -> None:
    (project / "test_mine.py").write_text(TESTS, "utf-8")
    assert "passed" in passed(run(project, "-p", "no:ipam_model"))


def test_coverage_of_a_project_is_what_it_is_without_the_plugin(project: Path) -> None:
    """A plugin that imports what is measured, before measuring begins, would lower it."""
    (project / "test_own.py").write_text(
        "import mine_own\n\ndef test_own():\n    assert mine_own.one() == 1\n", "utf-8"
    )
    (project / "mine_own.py").write_text("def one():\n    return 1\n", "utf-8")
    counted = []
    for options in ((), ("-p", "no:ipam_model")):
        passed(
            subprocess.run(
                [
                    *(sys.executable, "-m", "coverage", "run", "--include=mine_own.py"),
                    *("-m", "pytest", *STRICT, *options),
                ],
                cwd=project,
                env=clean(),
                capture_output=True,
                text=True,
                check=False,
            )
        )
        counted.append(
            subprocess.run(
                [sys.executable, "-m", "coverage", "report"],
                cwd=project,
                env=clean(),
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
    assert "100%" in counted[0]
    assert counted[0] == counted[1]


# -- from the wheel ------------------------------------------------------------------------------


def test_the_wheel_runs_the_suite_in_an_empty_project(built: Path, project: Path) -> None:
    (wheel,) = built.glob("*.whl")
    site = project / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    (project / "test_mine.py").write_text(
        TESTS
        + "\n\ndef test_it_is_the_wheel():\n"
        + "    import ipam_model\n\n"
        + f"    assert ipam_model.__file__.startswith({str(site)!r})\n",
        "utf-8",
    )
    shown = passed(run(project, "-v", "test_mine.py", path=str(site)))
    assert "test_it_is_the_wheel PASSED" in shown
    assert "test_conforms[removal] PASSED" in shown
    options = ("--ipam-subject", "mine:Store", "--ipam-examples", "2", "test_mine.py")
    assert "subject mine:Store" in passed(run(project, *options, path=str(site)))


def test_the_repository_is_not_needed() -> None:
    assert not [
        path
        for path in (ROOT / "ipam_model").rglob("*.py")
        if "from tests" in path.read_text("utf-8") or "from tools" in path.read_text("utf-8")
    ]
