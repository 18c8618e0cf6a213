"""A story that fails, told again as a scenario that anybody can replay."""

from ipam_model.scenario.recording import Recorder
from ipam_model.scenario.running import run_scenario
from ipam_model.scenario.tables import table
from ipam_model.scenario.writing import write_scenario
from ipam_model.testing.story import Story
from ipam_model.testing.telling import tell
from tests.properties.watcher import Watcher


class RecordedWatcher(Recorder, Watcher):
    """Watches a story and writes it down."""


def retold(story: Story) -> str:
    """The events up to the failure: as a table, and as a scenario with the command to replay it."""
    watcher = RecordedWatcher(story.world(), story.choices)
    title = "no failure the second time"
    try:
        tell(watcher, story)
    except AssertionError as failure:
        title = str(failure).partition("\n")[0]
    scenario = watcher.scenario(title=title, source="a property of the model")
    shown = table(run_scenario(scenario))
    text = write_scenario(scenario)
    return f"{shown}\n\nsave this and run: ipam-model replay FILE\n\n{text}"
