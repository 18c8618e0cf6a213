"""`ipam-model doctor`: works, missing and broken are told apart."""

import json
import tomllib

import pytest

from ipam_model.cli import doctor
from ipam_model.cli.doctor_checks import CHECKS, EXTRAS, Check
from ipam_model.cli.main import main
from ipam_model.errors import ModelError
from tests.shared import ROOT

WORKS = Check("works", None, None, lambda: "it does")


def fail() -> str:
    raise ModelError("it does\nnot")


BROKEN = Check("broken", "yaml", None, fail)


def never() -> str:
    raise AssertionError("what is missing is not run")


@pytest.fixture
def absent(monkeypatch: pytest.MonkeyPatch) -> Check:
    monkeypatch.setitem(EXTRAS, "absent", ("no-such-package",))
    return Check("absent", "absent", None, never)


def asked(monkeypatch: pytest.MonkeyPatch, *checks: Check) -> None:
    monkeypatch.setattr(doctor, "CHECKS", checks)


def test_all_works(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked(monkeypatch, WORKS)
    assert main(["doctor"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("ipam-model 0.")
    assert "ok       works  it does" in told
    assert told[-1] == "all works"


def test_what_is_missing_is_no_defect(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], absent: Check
) -> None:
    asked(monkeypatch, WORKS, absent)
    assert main(["doctor"]) == 0
    told = capsys.readouterr().out
    assert "missing  absent  no-such-package; pip install 'ipam-model[absent]'" in told
    assert told.endswith("all that is installed works; not installed: absent\n")


def test_what_is_broken_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(monkeypatch, BROKEN, WORKS)
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "broken   broken  ModelError: it does not (pyyaml " in told
    assert told.endswith("\nbroken: broken\n")


def test_as_data(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], absent: Check
) -> None:
    asked(monkeypatch, WORKS, absent, BROKEN)
    assert main(["doctor", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["works"] is False
    assert [each["status"] for each in told["checks"]] == ["ok", "missing", "broken"]
    assert told["checks"][1]["packages"] == {"no-such-package": None}


def test_every_extra_of_users_is_examined() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = {
        name: tuple(
            dict.fromkeys(  # a package that has another bound for some Pythons stands there twice
                text.partition(">=")[0].lower()
                for text in requirements
                if not text.startswith("ipam-model[")
            )
        )
        for name, requirements in project["optional-dependencies"].items()
        if name not in ("all", "docs", "dev")
    }
    assert extras == EXTRAS
    assert {check.extra for check in CHECKS} == {*EXTRAS, None}


def test_a_script_of_completion_that_knows_nothing_is_broken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from ipam_model.cli import completion

    (check,) = (each for each in CHECKS if each.name == "shell completion")
    assert check.run() == "scripts for bash, zsh, fish"
    asked(monkeypatch, check)
    monkeypatch.setattr(completion, "script", lambda *_: "")
    assert main(["doctor"]) == 1
    assert "the script for bash does not know the commands" in capsys.readouterr().out
