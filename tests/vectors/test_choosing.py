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
from ipam_model.vectors.emitting import emit
from tools.vectors import gathering
from tools.vectors.choosing import choose
from tools.vectors.nodes import setups
from tools.vectors.store_walks import begins

found = [
    *gathering.of_file(gathering.EXAMPLES / "1446-repaired.json"),
    *map(gathering.of_written, [*gathering.written()][:4]),
    *(each for setup in [*setups()][3:4] for each in gathering.of_walk(setup)),
]
stores = gathering.of_store_walk(next(begins()))
steps = [each.case for each in choose([*gathering.different(found)], 40_000)]
assert len(steps) > 5
for name, text in emit("v1.23", steps, [each.case for each in choose(stores, 20_000)]).items():
    print(name, text)
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
