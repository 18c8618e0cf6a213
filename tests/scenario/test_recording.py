"""Any run, recorded, written, read and replayed, comes out the same after every event."""

from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy

from ipam_model.config import Config
from ipam_model.daemon.procedure import Call
from ipam_model.others import set_free
from ipam_model.requests import AssignPrivateIpAddresses
from ipam_model.scenario.document import Event
from ipam_model.scenario.reading import parse_scenario
from ipam_model.scenario.recording import Recorder
from ipam_model.scenario.running import ScenarioRunner
from ipam_model.scenario.setup import world_of
from ipam_model.scenario.writing import write_scenario
from ipam_model.state import Pod, PodKey, totals
from ipam_model.testing.nodes import configs, several
from ipam_model.world import Runner, World
from tests.rules.scenes import make_config, make_scene, warm
from tests.scenario.luck import Lot, RecordedLot, lots


def with_branch_enis(config: Config) -> Config:
    """The same with ENABLE_POD_ENI, so that the daemon reads pod objects."""
    return evolve(config, settings=evolve(config.settings, pod_eni=True))


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
    check_replay(lot)


@given(lots(several()) | lots(several().map(with_branch_enis)))
def test_so_does_one_with_several_cards_ipv6_or_branch_enis(lot: Lot) -> None:
    check_replay(lot)


def check_replay(lot: Lot) -> None:
    """Recorded, written, read and replayed, it comes out the same."""
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


class Meddler(Runner):
    """Others empty the subnet while an assignment is pending, before or after EC2 acts."""

    def __init__(self, world: World, *, late: bool) -> None:
        super().__init__(world)
        self._late = late

    def answer(self, ask: Call) -> object:
        assigning = isinstance(ask.request, AssignPrivateIpAddresses) and not self.starting
        if assigning and not self._late:
            self.ec2 = set_free(self.ec2, "subnet-1", 0)
        answer = super().answer(ask)
        if assigning and self._late:
            self.ec2 = set_free(self.ec2, "subnet-1", 0)
        return answer


class RecordedMeddler(Recorder, Meddler):
    """The same, recorded."""


@pytest.mark.parametrize("late", [False, True])
def test_what_others_do_inside_a_call_is_before_or_after_ec2_acts(late: bool) -> None:
    runner = RecordedMeddler(make_scene(make_config(warm(ip=2))).world, late=late)
    runner.start()
    for name in ("a", "b"):
        runner.add_pod(Pod(PodKey(name)))
    runner.tick()
    assert totals(runner.memory().stores[0]).total == (4 if late else 2)
    tick = runner.happened()[-1]
    around = tick.calls[0].after if late else tick.calls[0].before
    assert [event.kind for event in around] == ["subnet_free"]
    recorded = runner.scenario()
    replayed = ScenarioRunner(world_of(recorded.node, recorded.ec2))
    assert len(list(replayed.steps(recorded.events))) == 4
    assert replayed.world == runner.world


EVERYWHERE = ("choices", "ips", "prefixes", "primary", "eni", "before", "after")
IPV6 = ("ipv6", "IPv6 prefixes", "eni", "before", "after", "await_trunk")
BRANCHES = ("pod_object", "choices", "before")


@pytest.mark.parametrize(
    ("drawn", "wanted"),
    [
        (lots(), EVERYWHERE),
        (lots(configs(cards=(2, 3), ipv6=(True,))), IPV6),
        (lots(configs().map(with_branch_enis)), BRANCHES),
    ],
    ids=["IPv4", "IPv6", "branch ENIs"],
)
def test_random_runs_leave_the_deterministic_path(
    drawn: SearchStrategy[Lot], wanted: tuple[str, ...]
) -> None:
    """Not vacuous: other choices than the first, other grants than the next, pods in between.

    Each in more than 3 of 100 runs; with six other seeds it was in 10 or more, so other draws do
    not change the verdict.
    """
    seen: Counter[str] = Counter()

    @settings(max_examples=100, database=None, derandomize=True)
    @given(drawn)
    def collect(lot: Lot) -> None:
        seen.update(set(told(play(lot)[0].happened())))

    collect()
    assert not [(name, seen[name]) for name in wanted if seen[name] <= 3]


def told(events: Iterable[Event]) -> Iterator[str]:
    """What events are, and what they prescribe."""
    for event in events:
        yield event.kind
        if event.choices:
            yield "choices"
        for call in event.calls:
            granted = ("ips", "prefixes", "primary", "eni", "ipv6", "before", "after")
            yield from (name for name in granted if getattr(call, name))
            if ":" in str(call.prefixes):
                yield "IPv6 prefixes"
            yield from told((*call.before, *call.after))
