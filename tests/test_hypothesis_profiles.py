"""The profiles mean what they say, whatever the environment."""

import inspect
import json
import os
import subprocess
import sys

import pytest
from hypothesis import settings

from tests.hypothesis_profiles import PROFILES, VARIABLE
from tests.shared import ROOT

_SHOW_RESOLVED = """
import json
from hypothesis import settings
from tests.hypothesis_profiles import load_profile
load_profile()
now = settings()
print(json.dumps({
    "max_examples": now.max_examples,
    "stateful_step_count": now.stateful_step_count,
    "derandomize": now.derandomize,
    "database": now.database is not None,
    "deadline": now.deadline is not None,
    "suppressed": len(now.suppress_health_check),
    "print_blob": now.print_blob,
}))
"""


def _printed(code: str, **environment: str) -> str:
    clean = {k: v for k, v in os.environ.items() if k not in ("CI", VARIABLE)}
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout


def _resolved(**environment: str) -> dict[str, object]:
    found = json.loads(_printed(_SHOW_RESOLVED, **environment))
    assert isinstance(found, dict)
    return found


_FREE = {"deadline": False, "suppressed": 0}
_DEV = {"max_examples": 100, "stateful_step_count": 50, "derandomize": False, "database": True}
_CI = {"max_examples": 100, "stateful_step_count": 50, "derandomize": True, "database": False}
_NIGHTLY = {
    "max_examples": 2_000,
    "stateful_step_count": 200,
    "derandomize": False,
    "database": True,
}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        pytest.param({}, _DEV | _FREE | {"print_blob": False}, id="default"),
        pytest.param({"CI": "true"}, _CI | _FREE | {"print_blob": True}, id="ci"),
        pytest.param(
            {"CI": "true", VARIABLE: "dev"},
            _DEV | _FREE | {"print_blob": False},
            id="dev-in-ci",
        ),
        pytest.param({VARIABLE: "ci"}, _CI | _FREE | {"print_blob": True}, id="ci-at-home"),
        pytest.param(
            {"CI": "true", VARIABLE: "nightly"},
            _NIGHTLY | _FREE | {"print_blob": True},
            id="nightly-in-ci",
        ),
    ],
)
def test_profile_resolves_to_what_it_says(
    environment: dict[str, str], expected: dict[str, object]
) -> None:
    assert _resolved(**environment) == expected


def test_profiles_say_every_setting() -> None:
    """A setting that a later Hypothesis adds has to be decided here too."""
    known = set(inspect.signature(settings.__init__).parameters) - {"self", "parent"}
    source = (ROOT / "ipam_model" / "testing" / "profiles.py").read_text("utf-8")
    unsaid = {name for name in known if source.count(f"            {name}=") != len(PROFILES)}
    assert not unsaid


@pytest.mark.parametrize("ci", [{}, {"CI": "true"}], ids=["at-home", "in-ci"])
def test_importing_the_profiles_changes_no_default(ci: dict[str, str]) -> None:
    show = "from hypothesis import settings; print(settings())"
    plain = _printed(show, **ci)
    assert (
        _printed(f"import ipam_model.testing.profiles, ipam_model.testing.machine; {show}", **ci)
        == plain
    )


def test_nightly_draws_new_examples_on_every_run_and_ci_the_same() -> None:
    """Also where `CI` is set, whose own profile would make every night like the one before."""
    ci, nightly = ([_fingerprint(name) for _ in range(2)] for name in ("ci", "nightly"))
    assert ci[0] == ci[1]
    assert nightly[0] != nightly[1]


def _fingerprint(profile: str) -> str:
    return _printed(_SHOW_DRAWN, CI="true", **{VARIABLE: profile})


_SHOW_DRAWN = """
import hashlib
from hypothesis import given, settings
from ipam_model.testing.scenarios import scenarios
from ipam_model.scenario.writing import write_scenario
from tests.hypothesis_profiles import load_profile
load_profile()
drawn = hashlib.sha256()
@settings(max_examples=20, database=None)
@given(scenarios())
def draw(scenario):
    drawn.update(write_scenario(scenario).encode())
draw()
print(drawn.hexdigest())
"""


def test_unknown_profile_is_refused() -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        _resolved(**{VARIABLE: "thorough"})
    assert "HYPOTHESIS_PROFILE=thorough: expected one of dev, ci, nightly" in failed.value.stderr
