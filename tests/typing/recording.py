"""An operator who checks recordings and draws stories. See `tests/test_typing_of_users.py`."""

from pathlib import Path
from typing import assert_type

from hypothesis import given

from ipam_model.scenario.document import Scenario
from ipam_model.scenario.reading import read_scenario
from ipam_model.testing.failures import require_no_violation
from ipam_model.testing.stories import stories
from ipam_model.testing.story import Story
from ipam_model.testing.watched_node import live
from ipam_model.trace.check import Rejection, check_file

verdict = check_file(Path("drain.jsonl"))
assert_type(verdict.events, int)
assert_type(verdict.rejected, Rejection | None)
if verdict.rejected is not None:
    print(f"line {verdict.rejected.line}: rule {verdict.rejected.rule}")

scenario, source = read_scenario(Path("story.json"))
assert_type(scenario, Scenario)
print(source.name)


@given(story=stories(least_pods=3))
def test_every_property_holds(story: Story) -> None:
    """For pytest."""
    require_no_violation(live(story))


# What must be an error.
check_file("drain.jsonl")  # type: ignore[arg-type]
print(verdict.rejected.line)  # type: ignore[union-attr]
stories(least_pods="3")  # type: ignore[arg-type]
scenario.events.append("tick")  # type: ignore[attr-defined]
live(scenario)  # type: ignore[arg-type]
