"""A property that fails comes with a scenario that shows the same."""

import pytest

from ipam_model.scenario.reading import parse_scenario
from ipam_model.scenario.running import run_scenario
from ipam_model.testing.events import Advance, Arrive, Tick
from ipam_model.testing.story import Story
from tests.properties.test_safety import check
from tests.properties.watcher import Watcher
from tests.rules.scenes import make_config


def test_a_failure_comes_with_a_scenario_that_ends_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story(
        config=make_config(enis=3, addresses=4, block=4),
        max_pods=11,
        events=(Arrive(2), Tick(), Advance(2_500), Tick(), Arrive(1), Tick()),
        choices=(1, 1),
        enforce_limits=False,
    )
    check(story)

    def early(watcher: Watcher, _violations: object, _when: str) -> None:
        assert watcher.now < 2_500, "it is late"

    monkeypatch.setattr(Watcher, "consider", early)
    with pytest.raises(AssertionError, match="it is late") as caught:
        check(story)
    (note,) = caught.value.__notes__
    table, command, text = note.split("\n\n", 2)
    assert table.splitlines()[0].split()[:4] == ["#", "time", "event", "reply"]
    assert command == "save this and run: ipam-model replay FILE"
    scenario, _ = parse_scenario(text)
    assert scenario.title == "it is late"
    assert [event.kind for event in scenario.events][-2:] == ["tick", "advance"]
    assert scenario.events[1].choices[0].address == "10.1.0.6"
    assert sum(1 for _ in run_scenario(scenario)) == len(scenario.events)
