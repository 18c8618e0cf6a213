"""Any run, recorded, written, read and replayed, comes out the same after every event."""

from collections import Counter

from hypothesis import given

from ipam_model.scenario.reading import parse_scenario
from ipam_model.scenario.running import ScenarioRunner
from ipam_model.scenario.setup import world_of
from ipam_model.scenario.writing import write_scenario
from ipam_model.world import World
from tests.scenario.luck import Lot, RecordedLot, lots

SEEN: Counter[str] = Counter()


def play(lot: Lot) -> tuple[RecordedLot, list[tuple[int, World]]]:
    """The recorded run, and the world after each of the story's events."""
    runner = RecordedLot(lot.story.world(), lot)
    runner.start()
    worlds = [(len(runner.happened()), runner.world)]
    for event in lot.story.events:
        runner.happen(event)
        worlds.append((len(runner.happened()), runner.world))
    return runner, worlds


@given(lots())
def test_a_recorded_run_replays_to_the_same_worlds(lot: Lot) -> None:
    runner, worlds = play(lot)
    recorded = runner.scenario(title="a random story")
    text = write_scenario(recorded)
    scenario, _ = parse_scenario(text)
    assert scenario == recorded
    assert write_scenario(scenario) == text
    replayed = ScenarioRunner(world_of(scenario.node, scenario.ec2))
    after = [replayed.world]
    for step in replayed.steps(scenario.events):
        assert not step.violations
        after.append(replayed.world)
    for count, world in worlds:
        assert after[count] == world
