"""Recorded behaviour of a daemon with a bug is rejected as soon as the bug shows.

The recording is made by the model with one piece of one rule replaced, and checked by the model
as it is.
"""

import io
import json
from pathlib import Path

import pytest

from ipam_model.trace.check import check_file
from tests.trace import (
    daemon_mutants_v1_7,
    mutants_of_formulas,
    mutants_of_other_steps,
    mutants_of_pool_steps,
)
from tests.trace.lines import Line, write_lines
from tests.trace.mutation import Mutant, mutated
from tests.trace.simulations import simulated_lines

MUTANTS = (
    *mutants_of_formulas.MUTANTS,
    *mutants_of_pool_steps.MUTANTS,
    *mutants_of_other_steps.MUTANTS,
    *daemon_mutants_v1_7.MUTANTS,
)
MOST_TRACES = 150
"""Random traces made of a mutant before it counts as undetected."""


def _scripted(mutant: Mutant) -> list[Line]:
    assert mutant.script is not None
    stream = io.StringIO()
    mutant.script(stream)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("mutant", [pytest.param(each, id=each.name) for each in MUTANTS])
def test_recorded_bug_is_rejected(mutant: Mutant, tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    for number in range(1 if mutant.script else MOST_TRACES):
        seed = (mutant.seed + number) % MOST_TRACES
        with mutated(mutant):
            lines = (
                _scripted(mutant)
                if mutant.script
                else simulated_lines(
                    seed, mode=mutant.mode, emphasis=mutant.emphasis, version=mutant.version
                )
            )
        rejected = check_file(write_lines(path, lines)).rejected
        if rejected is not None:
            assert not rejected.undecided
            return
    pytest.fail(f"the checker accepts every recording of: {mutant.name}")


@pytest.mark.parametrize(
    "mutant", [pytest.param(each, id=each.name) for each in MUTANTS if each.script]
)
def test_script_without_the_bug_is_accepted(mutant: Mutant, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "trace.jsonl", _scripted(mutant))
    assert check_file(path).rejected is None


def test_mutants_have_names_of_their_own() -> None:
    names = [mutant.name for mutant in MUTANTS]
    assert len(set(names)) == len(names)
