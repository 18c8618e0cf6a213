"""Under profile `ci` every run draws the same examples: a red build is red for everybody."""

import hashlib
import os
import subprocess
import sys

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from ipam_model.testing.profiles import profiles
from ipam_model.testing.stories import stories, wide_stories
from ipam_model.testing.story import Story
from tests.shared import ROOT

EXAMPLES = 15


def drawn() -> str:
    """A digest of the examples of two strategies, in the order in which they are drawn."""
    digest = hashlib.sha256()

    @settings(profiles()["ci"], max_examples=EXAMPLES)
    @given(stories(), wide_stories(), st.lists(st.integers(), min_size=20))
    def draw(one: Story, other: Story, numbers: list[int]) -> None:
        digest.update(repr(numbers).encode())
        for story in (one, other):
            # The order of a set differs from process to process, and is no part of the example.
            config = evolve(story.config, quirks=frozenset())
            digest.update(
                repr(
                    (
                        sorted(each.value for each in story.config.quirks),
                        evolve(story, config=config),
                    )
                ).encode()
            )

    draw()
    return digest.hexdigest()


def test_two_processes_draw_the_same_examples() -> None:
    code = "from tests.properties.test_same_examples import drawn; print(drawn())"
    more = "from tests.hypothesis_profiles import load_profile; load_profile()\nimport {}\n"
    seen = {
        subprocess.run(
            [sys.executable, "-c", more.format(imported) + code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, imported in (("1", "attrs"), ("2", "tests.trace.mutation, ipam_model.cli.main"))
    }
    assert len(seen) == 1
    assert seen == {f"{drawn()}\n"}
