"""Which profile the tests run under: `dev` (default), `ci` or `nightly`."""

import os
from typing import Final

import pytest
from hypothesis import settings

from ipam_model.testing.profiles import (
    DATABASE,
    draw_the_same_whatever_is_imported,
    profiles,
)
from tests.shared import ROOT, in_ci

VARIABLE: Final = "HYPOTHESIS_PROFILE"
PROFILES: Final = profiles(database=ROOT / DATABASE)


def load_profile() -> None:
    """Register the profiles and load the one that `HYPOTHESIS_PROFILE` names, else CI's or ours."""
    draw_the_same_whatever_is_imported()
    for name, profile in PROFILES.items():
        settings.register_profile(name, profile)
    chosen = os.environ.get(VARIABLE) or ("ci" if in_ci() else "dev")
    if chosen not in PROFILES:
        raise pytest.UsageError(f"{VARIABLE}={chosen}: expected one of {', '.join(PROFILES)}")
    settings.load_profile(chosen)
