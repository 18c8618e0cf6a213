"""Scenarios drawn at random run, keep their meaning when written, and come of every kind."""

from collections.abc import Callable

import pytest
from attrs import evolve
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import find as find_example

from ipam_model.config import Version
from ipam_model.scenario.document import LoopPass, Scenario
from ipam_model.scenario.reading import parse_scenario
from ipam_model.scenario.running import run_scenario
from ipam_model.scenario.writing import write_scenario
from ipam_model.subnets import CidrSubnet
from ipam_model.testing.events import Arrive, BranchEni, During, Loop, OthersTag, Tick
from ipam_model.testing.scenarios import scenarios, shortened, written_down
from ipam_model.testing.stories import wide_stories
from ipam_model.testing.story import Story
from tests.rules.scenes import make_config

QUIET = settings(
    max_examples=500,
    phases=(Phase.generate,),
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@given(scenarios())
def test_a_scenario_runs_and_survives_being_written(scenario: Scenario) -> None:
    assert sum(1 for _ in run_scenario(scenario)) == len(scenario.events)
    assert parse_scenario(write_scenario(scenario))[0] == scenario


@pytest.mark.parametrize(
    "kind",
    [
        lambda story: story.config.version is Version.V1_7,
        lambda story: story.config.ipv6,
        lambda story: story.config.cards == 3,
        lambda story: story.config.settings.custom_networking and story.eni_config,
        lambda story: any(isinstance(event, BranchEni) for event in story.events),
        lambda story: isinstance(story.world().ec2.subnets[0], CidrSubnet),
        lambda story: story.imds_lag and story.arrival_lag,
        lambda story: any(isinstance(event, During) for event in story.events),
        lambda story: any(isinstance(event, OthersTag) for event in story.events),
    ],
    ids=["v1.7", "ipv6", "cards", "custom", "branch", "known", "lags", "during", "tags"],
)
def test_stories_of_every_kind_are_drawn(kind: Callable[[Story], object]) -> None:
    find_example(wide_stories(), lambda story: bool(kind(story)), settings=QUIET)


def test_passes_of_the_loop_are_written_as_such() -> None:
    story = Story(
        config=make_config(enis=3, addresses=4, block=4),
        max_pods=11,
        events=(Loop(3), Arrive(1), Tick(), Loop(1)),
        choices=(),
    )
    scenario = written_down(story)
    passes = [event.times for event in scenario.events if isinstance(event, LoopPass)]
    assert passes == [3, 1]
    assert shortened(scenario) == scenario


def test_what_happens_during_a_question_is_written_inside_it() -> None:
    story = Story(
        config=make_config({"WARM_IP_TARGET": "2"}, enis=3, addresses=4, block=4),
        max_pods=11,
        events=(During(0, OthersTag(0, no_manage=True)), Arrive(1), Tick()),
        choices=(),
    )
    scenario = written_down(story)
    inside = [each for event in scenario.events for part in event.calls for each in part.before]
    chosen = [each for event in scenario.events for part in event.choices for each in part.before]
    assert [each.kind for each in (*inside, *chosen)] == ["others_set_tags"]
    later = evolve(scenario, events=scenario.events[:1])
    assert sum(1 for _ in run_scenario(later)) == 1
