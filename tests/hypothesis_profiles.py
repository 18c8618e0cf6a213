"""How hard Hypothesis tries: `dev` (default), `ci` and `nightly`.

Every setting is given in every profile. Hypothesis changes its own defaults when it notices `CI`,
and a profile inherits whatever it does not say.
"""

import os
from typing import Final

import pytest
from hypothesis import Phase, Verbosity, settings
from hypothesis.database import DirectoryBasedExampleDatabase

from tests.shared import ROOT, in_ci

VARIABLE: Final = "HYPOTHESIS_PROFILE"
_DATABASE: Final = DirectoryBasedExampleDatabase(ROOT / ".hypothesis" / "examples")
_PHASES: Final = (Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink)

PROFILES: Final = {
    # New examples on every run; what failed once is tried first.
    "dev": settings(
        max_examples=100,
        stateful_step_count=50,
        derandomize=False,
        database=_DATABASE,
        phases=_PHASES,
        deadline=None,
        suppress_health_check=(),
        report_multiple_bugs=True,
        verbosity=Verbosity.normal,
        print_blob=False,
        backend="hypothesis",
    ),
    # The same examples on every run, so that a red build is red for everybody.
    "ci": settings(
        max_examples=100,
        stateful_step_count=50,
        derandomize=True,
        database=None,
        phases=_PHASES,
        deadline=None,
        suppress_health_check=(),
        report_multiple_bugs=True,
        verbosity=Verbosity.normal,
        print_blob=True,
        backend="hypothesis",
    ),
    # Many new examples on every run, also in CI, with a blob that reproduces a failure.
    "nightly": settings(
        max_examples=2_000,
        stateful_step_count=200,
        derandomize=False,
        database=_DATABASE,
        phases=_PHASES,
        deadline=None,
        suppress_health_check=(),
        report_multiple_bugs=True,
        verbosity=Verbosity.normal,
        print_blob=True,
        backend="hypothesis",
    ),
}


def load_profile() -> None:
    """Register the profiles and load the one that `HYPOTHESIS_PROFILE` names, else CI's or ours."""
    for name, profile in PROFILES.items():
        settings.register_profile(name, profile)
    chosen = os.environ.get(VARIABLE) or ("ci" if in_ci() else "dev")
    if chosen not in PROFILES:
        raise pytest.UsageError(f"{VARIABLE}={chosen}: expected one of {', '.join(PROFILES)}")
    settings.load_profile(chosen)
