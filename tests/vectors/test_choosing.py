"""The choice of vectors: the same whatever the hash seed, whole in `python -m tools.vectors`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared import ROOT
from tools.vectors.__main__ import differences, write
from tools.vectors.choosing import Candidate, choose, shown

SAMPLE = """
from ipam_model.config import Version
from ipam_model.vectors import store_steps
from ipam_model.vectors.decisions import decisions
from ipam_model.vectors.emitting import decision_vector, step_vector, store_vector
from ipam_model.vectors.questions import QUESTIONS
from ipam_model.vectors.steps import judge
from tools.vectors import gathering, store_walks, walks
from tools.vectors.choosing import choose
from tools.vectors.nodes import setups
from tools.vectors.store_walks import begins

walks.MOST_STATES = store_walks.MOST_STATES = 1
steps = [*gathering.of_walk(next(setups())), gathering.of_written(next(gathering.written()))]
for each in choose([*gathering.different(steps)], 40_000):
    print(step_vector(each.case, judge(each.case)))
for each in choose(gathering.of_store_walk(next(begins())), 10_000):
    print(store_vector(each.case, store_steps.judge(each.case)))
for each in decisions(QUESTIONS[0], Version.V1_23):
    print(decision_vector(each))
"""


def made(seed: int) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SAMPLE],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": str(seed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) > 10
    return done.stdout


def test_the_choice_does_not_depend_on_the_hash_seed() -> None:
    assert made(1) == made(2)


def test_what_is_written_comes_first_and_nothing_is_chosen_for_nothing() -> None:
    def candidate(name: str, *goals: tuple[str, str], size: int = 1) -> Candidate[str]:
        return Candidate(name, frozenset(goals), size, certain=True)

    wanted = [
        candidate("large", ("wrong", "a"), ("wrong", "b"), size=9_000),
        candidate("small", ("wrong", "a")),
        candidate("written", ("written", "it"), ("wrong", "b")),
        candidate("none"),
    ]
    assert [each.case for each in choose(wanted, 100)] == ["small", "written"]
    assert [each.case for each in choose(wanted, 10_000)] == ["large", "small", "written"]
    assert shown(wanted[:1]) == {"a", "b"}


def test_differences_are_told_file_by_file(tmp_path: Path) -> None:
    there = tmp_path / "v1.23"
    write(there, {"a.json": "1", "b.json": "2"})
    assert differences(there, {"a.json": "1", "b.json": "2"}) == []
    assert differences(there, {"a.json": "3", "c.json": "2"}) == [
        "v1.23/a.json: differs",
        "v1.23/b.json: one too many",
        "v1.23/c.json: is missing",
    ]
    write(there, {"c.json": "2"})
    assert [each.name for each in there.iterdir()] == ["c.json"]


@pytest.mark.parametrize("arguments", [["--check", "--to", "x"], ["more"]])
def test_wrong_usage(arguments: list[str]) -> None:
    from tools.vectors.__main__ import main

    with pytest.raises(SystemExit) as error:
        main(arguments)
    assert error.value.code == 2
