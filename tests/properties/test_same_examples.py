"""Under profile `ci` every run draws the same examples: a red build is red for everybody."""

import hashlib
import os
import subprocess
import sys

from attrs import evolve
from hypothesis import given, settings

from ipam_model.testing.profiles import profiles
from ipam_model.testing.stories import stories, wide_stories
from ipam_model.testing.story import Story
from tests.shared import ROOT

EXAMPLES = 15


def drawn() -> str:
    """A digest of the examples of two strategies, in the order in which they are drawn."""
    digest = hashlib.sha256()

    @settings(profiles()["ci"], max_examples=EXAMPLES)
    @given(stories(), wide_stories())
    def draw(one: Story, other: Story) -> None:
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
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1
    assert seen == {f"{drawn()}\n"}
