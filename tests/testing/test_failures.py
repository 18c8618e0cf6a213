"""A wrong model is caught, and what is printed lets anybody see it again."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from ipam_model.cli.main import main
from ipam_model.daemon import datastore
from ipam_model.properties import registry
from ipam_model.properties.judging import Violation
from ipam_model.properties.registry import VACUOUS, Finding, Level, Property, Verdict, Violated
from ipam_model.scenario.reading import read_scenario
from ipam_model.scenario.running import run_scenario
from ipam_model.state import Cidr
from ipam_model.testing.events import Add, Arrive, Loop, Tick
from ipam_model.testing.failures import (
    PropertyViolatedError,
    complaint,
    first_difference,
    require_no_violation,
    save,
)
from ipam_model.testing.machine import NodeMachine
from ipam_model.testing.scenarios import written_down
from ipam_model.testing.story import Story
from ipam_model.testing.watched_node import live
from ipam_model.world import World
from tests.assign_the_first import assign_the_first
from tests.rules.scenes import PREFIXES, make_config

SEARCH = settings(
    max_examples=200,
    stateful_step_count=8,
    phases=(Phase.generate, Phase.shrink),
    derandomize=True,
    database=None,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
STORY = Story(
    config=make_config(PREFIXES, enis=3, addresses=4, block=4),
    max_pods=11,
    events=(Loop(3), Arrive(2), Tick()),
    choices=(),
)


def one_pod_per_address(world: World) -> Verdict:
    """On one ENI."""
    held = [
        (each.eni, each.address)
        for store in (world.node.stores if world.node else ())
        for each in store.holdings.values()
    ]
    twice = {place for place in held if held.count(place) > 1}
    return Violated(f"{twice.pop()} serves two pods") if twice else VACUOUS


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.chdir(tmp_path)
    stated = Property(
        id="T1",
        name="one_pod_per_address",
        statement="No address of an ENI serves two pods.",
        source="this test",
        level=Level.STATE,
        check=one_pod_per_address,
    )
    monkeypatch.setitem(registry.STATE, "T1", stated)
    return monkeypatch


def test_the_machine_catches_a_wrong_model_and_says_how_to_replay_it(
    in_a_folder_of_its_own: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    only = {"T1": registry.STATE["T1"]}
    for table in (registry.STATE, registry.ASK, registry.STEP, registry.QUIET, registry.RUN):
        for name in tuple(table):
            if name not in only:
                in_a_folder_of_its_own.delitem(table, name)
    assign_the_first(in_a_folder_of_its_own)
    with pytest.raises(PropertyViolatedError) as caught:
        run_state_machine_as_test(NodeMachine, settings=SEARCH)
    text = str(caught.value)
    verdict, table_text, command = text.split("\n\n")[:3]
    assert verdict.startswith("T1 (one_pod_per_address) is violated: ")
    assert "No address of an ENI serves two pods." in verdict
    assert table_text.splitlines()[0].split()[:4] == ["#", "time", "event", "reply"]
    path = Path(command.removeprefix("replay: ipam-model replay "))
    assert re.fullmatch(r"\.ipam-model/failures/[0-9a-f]{12}\.json", str(path))
    assert [each.name for each in path.parent.iterdir()] == [path.name], "only the smallest is kept"
    scenario, _ = read_scenario(path)
    assert [event.kind for event in scenario.events] == ["start", "pod_add", "pod_add"]
    assert sum(1 for _ in run_scenario(scenario)) == 3
    assert "not deterministic" not in text
    assert main(["replay", str(path)]) in (0, 1)
    assert "pod_add" in capsys.readouterr().out


def test_what_is_violated_in_the_quiet_period_is_shown_as_well(
    in_a_folder_of_its_own: pytest.MonkeyPatch,
) -> None:
    def late(world: World) -> Verdict:
        return Violated("it is late") if world.now > 100_000 else VACUOUS

    stated = registry.STATE["T1"]
    in_a_folder_of_its_own.setitem(
        registry.STATE,
        "T1",
        Property(
            id="T1",
            name="early",
            statement=stated.statement,
            source="this test",
            level=Level.STATE,
            check=late,
        ),
    )
    node = live(STORY)
    with pytest.raises(PropertyViolatedError) as caught:
        require_no_violation(node)
    assert "it is late" in str(caught.value)
    assert "loop_pass" in str(caught.value), "passes of the loop are written as such"


def test_findings_are_named_apart(in_a_folder_of_its_own: pytest.MonkeyPatch) -> None:
    assign_the_first(in_a_folder_of_its_own)
    node = live(STORY)
    finding = Finding(id="F-test", violates=("T2",), statement="", applies=lambda _: True, rules=())
    node.violations.insert(0, Violation("T2", "as known", (finding,)))
    text = complaint(node, node.violations[-1])
    assert text.split("\n\n")[-1] == "known findings on the way:\n  T2: as known (known: F-test)"
    node.violations[:] = node.violations[:1]
    require_no_violation(node)


def test_a_model_that_is_not_deterministic_is_told_of() -> None:
    story = STORY
    one, other = (list(run_scenario(written_down(story))) for _ in range(2))
    assert first_difference(one, other) is None
    assert first_difference(one, other[:-1]) == len(one) - 1
    third = list(
        run_scenario(
            written_down(Story(config=story.config, max_pods=11, events=(Add("p9"),), choices=()))
        )
    )
    assert first_difference(one, third) == 1


def test_dice_in_a_rule_are_noticed(in_a_folder_of_its_own: pytest.MonkeyPatch) -> None:
    assign_the_first(in_a_folder_of_its_own)
    node = live(STORY)
    throws = iter(range(1_000))

    def dice(cidr: Cidr, *_: object) -> tuple[int, ...]:
        return (cidr.network.address + next(throws) % cidr.network.size,)

    in_a_folder_of_its_own.setattr(datastore, "assignable", dice)
    assert "not deterministic" in complaint(node, node.violations[0])


def test_only_the_last_scenario_of_a_property_is_kept(tmp_path: Path) -> None:
    larger = written_down(STORY)
    first = save(larger, of="P", folder=tmp_path)
    other = save(larger, of="Q", folder=tmp_path)
    assert first == other
    smaller = written_down(Story(config=STORY.config, max_pods=11, events=(), choices=()))
    last = save(smaller, of="P", folder=tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == [last.name]
