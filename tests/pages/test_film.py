"""Films show what the model has: at every step, of every kind of run."""

from collections import Counter
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings

from ipam_model.film.cutting import cut
from ipam_model.film.encoding import encoded
from ipam_model.film.frames import Cell, Film, Frame, Held, Mark
from ipam_model.film.of_recording import film_of_recording
from ipam_model.film.of_scenario import FilmedRunner, film_of_run, film_of_scenario
from ipam_model.film.of_simulation import Reel
from ipam_model.firing import rules_fired
from ipam_model.limits import InstanceLimits
from ipam_model.nodes import NodeSetup
from ipam_model.scenario.document import Scenario
from ipam_model.scenario.reading import parse_scenario, read_scenario
from ipam_model.scenario.running import run_scenario
from ipam_model.scenario.setup import world_of
from ipam_model.simulation import bursts, over_pods, over_time
from ipam_model.testing.scenarios import scenarios
from ipam_model.trace.check import check_file
from tests.pages.decoding import decoded
from tests.scenario.small import SMALL, with_event
from tests.shared import ROOT

SCENARIOS = sorted((ROOT / "examples" / "scenarios").glob("*.json"))
TRACES = ("imds_lag_restart-517", "pd_warm_prefix-132", "multi_card-532", "ipv6-532", "trunk-511")


def counts(frame: Frame) -> Counter[Held]:
    return Counter(
        held for eni in frame.enis for cell in eni.cells if cell is not None for held in cell.held
    )


def agrees(frame: Frame) -> None:
    """The cells, counted, are the quantities; IPv6 prefixes are counted in pods alone."""
    found, held = frame.quantities, counts(frame)
    assert held[Held.ASSIGNED] + held[Held.STRANDED] == found.assigned
    ipv4 = Counter[Held]()
    for eni in frame.enis:
        for cell in eni.cells:
            if cell is not None and not cell.is_ipv6_prefix and ":" not in cell.label:
                ipv4.update(cell.held)
    both = (Held.WARM, Held.ASSIGNED, Held.COOLING, Held.EXCLUDED)
    gone = sum("in the store only" in eni.roles for eni in frame.enis)  # their own addresses
    in_store = (*both, Held.GHOST, Held.STRANDED)
    assert sum(ipv4[each] for each in in_store) - gone == found.owned
    in_ec2 = (*both, Held.PRIMARY, Held.UNKNOWN, Held.LEAKED)
    assert sum(ipv4[each] for each in in_ec2) == found.reserved
    if not held[Held.GHOST]:
        assert ipv4[Held.COOLING] == found.cooling
    leaked = [eni for eni in frame.enis if "leaked" in eni.roles]
    assert len(leaked) == found.leaked
    attached = [eni for eni in frame.enis if not {"leaked", "in the store only"} & set(eni.roles)]
    assert len(attached) == found.enis


def check_film_of(scenario: Scenario) -> None:
    steps = list(run_scenario(scenario))
    film = film_of_scenario(scenario, judged=False)
    last = {frame.event: frame for frame in film.frames}
    assert list(last) == [step.number for step in steps], "each event has a frame, in order"
    for step in steps:
        frame = last[step.number]
        assert frame.now == step.now
        assert frame.quantities == step.quantities
        assert frame.running == step.running
    for frame in film.frames:
        agrees(frame)
    shown = [call.text for frame in film.frames for call in frame.calls]
    assert len(shown) >= sum(bool(made.error) for step in steps for made in step.calls)
    assert sum(frame.quantities.ec2_calls for frame in film.frames[-1:]) == (
        steps[-1].quantities.ec2_calls if steps else 0
    )


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_film_of_an_example_agrees_with_its_replay(path: Path) -> None:
    check_film_of(read_scenario(path)[0])


@settings(max_examples=30)
@given(scenario=scenarios())
def test_the_film_of_any_scenario_agrees_with_its_replay(scenario: Scenario) -> None:
    check_film_of(scenario)


@settings(max_examples=15)
@given(scenario=scenarios())
def test_what_is_encoded_can_be_read_back(scenario: Scenario) -> None:
    film = film_of_scenario(scenario, judged=False)
    for frame, again in zip(film.frames, decoded(encoded(film)), strict=True):
        assert set(frame.enis) == set(again.enis)
        assert evolve(frame, enis=()) == evolve(again, enis=())


def small_film(last_event: str = '{"kind": "tick"}') -> Film:
    scenario, _ = parse_scenario(with_event(last_event))
    return film_of_scenario(scenario, judged=False)


def test_pods_of_one_event_come_one_by_one_and_idle_steps_are_left_out() -> None:
    film = small_film('{"kind": "loop_pass", "times": 40}')
    words = [frame.words for frame in film.frames]
    assert words[:3] == [
        "the daemon starts",
        "pod p1 asks for an address",
        "pod p2 asks for an address",
    ]
    *passes, last = film.frames[3:]  # 160 steps, of which few do anything.
    assert [frame.words for frame in passes] == ["pool update"] * len(passes)
    assert len(passes) < 4
    assert all(frame.calls for frame in passes)
    assert last.now == 200_000


def test_a_step_tells_its_own_rules_and_no_others() -> None:
    scenario, _ = parse_scenario(SMALL)
    film = film_of_scenario(scenario, judged=False)
    runner = FilmedRunner(world_of(scenario.node, scenario.ec2), judged=False)
    seen: list[set[str]] = []
    steps = runner.steps(scenario.events)
    for _ in scenario.events:
        with rules_fired() as fired:
            next(steps)
        seen.append(set(fired.rules))
    by_event = [
        {rule for frame in film.frames if frame.event == event for rule in frame.rules}
        for event in range(3)
    ]
    assert all(told <= fired for told, fired in zip(by_event, seen, strict=True))
    assert "R112" in by_event[1]  # a pod gets an address
    assert "R112" not in by_event[2]
    assert "R79" in by_event[2]  # too low?
    assert "R79" not in by_event[1]


def test_a_cidr_keeps_its_slot() -> None:
    film = small_film('{"kind": "loop_pass", "times": 3}')
    seats: dict[tuple[str, str], int] = {}
    for frame in film.frames:
        for eni in frame.enis:
            for slot, cell in enumerate(eni.cells):
                if cell is not None:
                    assert seats.setdefault((eni.id, cell.label), slot) == slot
    assert len(seats) > 3


def test_what_stops_a_run_is_marked_last() -> None:
    scenario, _ = parse_scenario(
        with_event('{"kind": "tick", "choices": [{"rule": "R189", "eni": "eni-9"}]}')
    )
    runner = FilmedRunner(world_of(scenario.node, scenario.ec2), judged=False)
    film = film_of_run(runner, scenario.events, "stops")
    assert [mark.tone for mark in film.frames[-1].marks] == ["wrong"]
    assert "the run stops here" in film.frames[-1].marks[0].text


def test_expectations_and_properties_that_do_not_hold_are_marked() -> None:
    scenario, _ = parse_scenario(with_event('{"kind": "tick", "expect": {"owned": 77}}'))
    film = film_of_scenario(scenario)
    marks = [mark for frame in film.frames for mark in frame.marks]
    assert [(mark.tone, mark.text) for mark in marks] == [
        ("wrong", "expected otherwise: owned: expected 77, got 3")
    ]
    flapping, _ = read_scenario(ROOT / "examples/scenarios/warm-eni-target-zero-flaps.json")
    told = film_of_scenario(flapping).frames[-1].marks
    assert {mark.tone for mark in told} == {"known"}
    assert any("P-L1" in mark.text for mark in told)


@pytest.mark.parametrize("name", TRACES)
def test_the_film_of_a_recording_shows_each_event(name: str) -> None:
    path = ROOT / "examples" / "traces" / f"{name}.jsonl"
    verdict, film = film_of_recording(path)
    assert verdict == check_file(path)
    assert [frame.event for frame in film.frames] == list(range(verdict.events))
    for frame in film.frames:
        agrees(frame)


def test_the_film_of_a_rejected_recording_ends_with_what_was_seen_and_allowed() -> None:
    (path,) = (ROOT / "examples" / "rejected").glob("*.jsonl")
    verdict, film = film_of_recording(path)
    assert verdict.rejected is not None
    assert len(film.frames) == verdict.events + 1
    last = film.frames[-1]
    assert [mark.text for mark in last.marks] == [
        f"saw: {verdict.rejected.seen}",
        f"allowed: {verdict.rejected.allowed}",
    ]
    assert last.enis == film.frames[-2].enis


SETUP = NodeSetup(
    name="3x6",
    limits=InstanceLimits.simple(3, 6),
    env={"ENABLE_IPv4": "true", "WARM_IP_TARGET": "2"},
    max_pods=14,
)


def test_the_film_of_a_simulation_shows_its_rows() -> None:
    reel = Reel("pods")
    try:
        run = over_pods(SETUP, range(15), make=reel.over_pods)
    finally:
        reel.close()
    frames = reel.film(SETUP).frames
    assert [frame.quantities for frame in frames] == [row.quantities for row in run.rows]
    assert [frame.extra["pods"] for frame in frames] == list(range(15))
    for frame in frames:
        agrees(frame)
    assert run == over_pods(SETUP, range(15)), "who is filmed behaves as who is not"


def test_over_time_rows_without_a_change_share_a_frame() -> None:
    profile = bursts([(3, 0), (5, 60_000), (-6, 120_000)])
    reel = Reel("time")
    try:
        run = over_time(SETUP, profile, make=reel.over_time)
    finally:
        reel.close()
    frames = reel.film(SETUP).frames
    rows = {round(row.at * 1000): row for row in run.rows}
    for frame in frames:
        agrees(frame)
        assert frame.quantities == rows[frame.now].quantities
    assert frames[-1].now == round(run.rows[-1].at * 1000)
    assert len(frames) < len(run.rows)
    at = 0
    for instant, row in rows.items():  # A frame stands for all rows up to the next one.
        at += at + 1 < len(frames) and frames[at + 1].now == instant
        assert frames[at].quantities == row.quantities


def test_a_long_film_is_cut_and_says_so() -> None:
    film = small_film('{"kind": "loop_pass", "times": 3}')
    assert cut(film) is film
    many = evolve(film, frames=film.frames * 10)
    short = cut(many, most=7)
    assert len(short.frames) <= 7
    assert sum(frame.steps for frame in short.frames) == len(many.frames)
    assert short.frames[-1].enis == many.frames[-1].enis
    calls = sum(len(frame.calls) for frame in many.frames)
    assert sum(len(frame.calls) for frame in short.frames) == calls
    assert f"{len(many.frames)} steps" in short.note


def test_a_mark_stands_on_its_own_picture_in_a_film_that_is_cut() -> None:
    film = small_film('{"kind": "loop_pass", "times": 3}')
    mark = Mark("wrong", "here")
    many = film.frames * 10
    places = (0, 8, 9, len(many) - 2)
    marked = tuple(
        evolve(each, marks=(mark,)) if number in places else each
        for number, each in enumerate(many)
    )
    short = cut(evolve(film, frames=marked), most=7).frames
    with_mark = [frame for frame in short if frame.marks]
    assert [(frame.now, frame.enis) for frame in with_mark] == [
        (many[place].now, many[place].enis) for place in places
    ]
    assert all(frame.marks == (mark,) for frame in with_mark)
    assert sum(frame.steps for frame in short) == len(many)
    assert len(short) <= 7 + len(places)


def test_a_prefix_is_told_from_an_address() -> None:
    assert Cell("10.0.0.16/28", (Held.WARM,) * 16).is_prefix
    assert not Cell("10.0.0.5", (Held.WARM,)).is_prefix
    assert Cell("2001:db8::/80", ()).is_ipv6_prefix
