"""An ENI that gives up half of its addresses has the choice between billions of sets of them.

Nobody may make them all to take, find, name or judge one.
"""

import io
import json
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipam_model.choosing import draw_option
from ipam_model.config import ALL_QUIRKS
from ipam_model.conformance import following
from ipam_model.conformance.course import DaemonCourse
from ipam_model.conformance.daemon_spec import parts
from ipam_model.conformance.following import selections, shares
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.session import Session, Undecided
from ipam_model.conformance.spec import Said
from ipam_model.conformance.subject import Calls, Capabilities
from ipam_model.daemon import procedure
from ipam_model.daemon.procedure import Choice, Subsets
from ipam_model.scenario.document import (
    Advance,
    Limits,
    LoopPass,
    PodsAdd,
    PodsDel,
    Start,
)
from ipam_model.scenario.running import ScenarioRunner, StoppedError
from ipam_model.scenario.setup import world_of
from ipam_model.state import Network, Node
from ipam_model.trace.check import check_file
from ipam_model.trace.write import TraceWriter
from tests.conformance.daemons import node_plan
from tests.scenario.small import scenario
from tests.trace import simulations
from tests.trace.lines import write_lines

HALF = 20
ENV = {"ENABLE_IPv4": "true", "WARM_IP_TARGET": str(HALF)}
"""With as many pods the node has twice as many addresses, and half of them are too many later."""
MANY = 10_000


@pytest.fixture(autouse=True)
def nobody_lists_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def some(items: Sequence[object], size: int) -> Iterator[tuple[object, ...]]:
        for number, each in enumerate(combinations(items, size)):
            assert number < MANY, "somebody lists the subsets"
            yield each

    monkeypatch.setattr(procedure, "combinations", some)


def test_listing_them_is_noticed() -> None:
    with pytest.raises(AssertionError, match="somebody lists"):
        list(Subsets(range(2 * HALF), HALF))


# -- the subsets themselves ------------------------------------------------------------------------


@given(st.integers(0, 7), st.data())
def test_each_is_found_by_its_number_and_by_its_elements(length: int, data: st.DataObject) -> None:
    options = Subsets(tuple(range(length)), data.draw(st.integers(0, length)))
    every = list(options)
    assert options.count == len(every)
    assert [options.nth(number) for number in range(options.count)] == every
    assert [options.of(reversed(each)) for each in every] == every


@pytest.mark.parametrize("number", [-1, 6])
def test_a_number_that_none_has_is_refused(number: int) -> None:
    with pytest.raises(IndexError, match=f"6 subsets, numbered from 0, and no {number}"):
        Subsets("abcd", 2).nth(number)


@pytest.mark.parametrize("elements", ["a", "abc", "ax", "abx", "", "aa"])
def test_elements_that_make_none_find_none(elements: str) -> None:
    assert Subsets("abcd", 2).of(elements) is None


def test_of_billions_the_last_and_any_drawn_one_are_found() -> None:
    options = Subsets(range(2 * HALF), HALF)
    assert options.count == 137_846_528_820
    assert options.nth(options.count - 1) == tuple(range(HALF, 2 * HALF))
    drawn = draw_option(Choice("R190", Node(), options), Random(3))
    assert drawn in options
    assert drawn != options.first


# -- who looks for one -----------------------------------------------------------------------------


def stopped(part: Mapping[str, object], half: int = HALF) -> ScenarioRunner | StoppedError:
    """A scenario in which the daemon is told which half of its addresses to release."""
    events = [
        {"kind": "start"},
        {"kind": "pods_add", "first": 1, "count": half},
        {"kind": "loop_pass", "times": 7},
        {"kind": "pods_del", "first": 1, "count": half},
        {"kind": "tick", "choices": [{"rule": "R190", "nth": 2, **part}]},
    ]
    document = scenario(
        json.dumps(
            {
                "schema": "ipam-scenario/1",
                "node": {
                    "limits": {"max_enis": 1, "ipv4_per_eni": 2 * half + 1},
                    "env": {**ENV, "WARM_IP_TARGET": str(half)},
                    "max_pods": 99,
                },
                "ec2": {"subnets": [{"id": "subnet-1", "free": 500}]},
                "events": events,
            }
        )
    )
    runner = ScenarioRunner(world_of(document.node, document.ec2))
    try:
        assert list(runner.steps(document.events))
    except StoppedError as error:
        return error
    return runner


def held(runner: ScenarioRunner | StoppedError) -> list[int]:
    """The last bytes of the addresses that the ENI has left."""
    assert isinstance(runner, ScenarioRunner)
    return [address & 255 for address in runner.ec2.primary().addresses]


def test_a_scenario_names_one_by_number_or_by_addresses() -> None:
    every = list(range(5, 2 * HALF + 5))
    assert held(stopped({"option": 0})) == every[HALF:]
    gone = Subsets(every, HALF).nth(10**9)
    named = {"cidrs": [f"10.1.0.{each}" for each in gone]}
    assert held(stopped({"option": 10**9})) == held(stopped(named)) == sorted({*every} - {*gone})


@pytest.mark.parametrize(
    "part", [{"eni": "eni-1"}, {"cidr": "10.1.0.5"}, {"nothing": True}, {"cidrs": ["10.1.0.5"]}]
)
def test_a_scenario_that_names_none_is_told_so(part: dict[str, object]) -> None:
    told = stopped(part)
    assert isinstance(told, StoppedError)
    assert "choice 2 of R190 cannot be" in str(told)


def test_a_number_that_no_option_has_is_told() -> None:
    assert held(stopped({"option": 5}, half=2)) == [5, 6]
    told = stopped({"option": 6}, half=2)
    assert isinstance(told, StoppedError)
    assert "choice 2 of R190 cannot be option 6; there are: 10.1.0.5 10.1.0.6, " in str(told)


def trace_of_a_release() -> list[dict[str, Any]]:
    node = simulations.Scenario(env=ENV, max_enis=1, ipv4_per_eni=2 * HALF + 1, max_pods=99)
    stream = io.StringIO()
    writer = TraceWriter(simulations.world_of(node), stream, env=ENV, trace_id="wide")
    pods = [f"p{number}" for number in range(HALF)]
    writer.init()
    for pod in pods:
        writer.pod_add(pod)
    writer.pool_update()
    writer.wait(60_000)
    for pod in pods:
        writer.pod_del(pod)
    writer.pool_update()
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_release_recorded_twice_in_one_event_is_refused(tmp_path: Path) -> None:
    lines = trace_of_a_release()
    assert check_file(write_lines(tmp_path / "once.jsonl", lines)).rejected is None
    (call,) = lines[-1]["ec2"]
    assert len(call["ips"]) == HALF
    lines[-1]["ec2"].append(dict(call))
    rejected = check_file(write_lines(tmp_path / "twice.jsonl", lines)).rejected
    assert rejected is not None
    assert (rejected.rule, rejected.allowed) == ("R138", "no further call")


# -- who follows a subject that shows counts alone -------------------------------------------------


@given(st.lists(st.integers(0, 3), max_size=5), st.data())
def test_counts_are_all_ways_to_take_so_many(most: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(most)))
    found = list(shares(most, total))
    assert found == sorted(set(found), reverse=True)
    assert all(sum(each) == total for each in found)
    plain = Subsets([(group, n) for group, many in enumerate(most) for n in range(many)], total)
    kinds = {tuple(sum(g == k for g, _ in each) for k in range(len(most))) for each in plain}
    assert set(found) == kinds


def test_no_way_is_begun_that_has_no_end() -> None:
    """Of 2^40 combinations 40 take one, and one takes all."""
    assert len(list(shares([1] * 40, 1))) == 40
    assert list(shares([1] * 40, 40)) == [(1,) * 40]


def test_what_nobody_can_follow_is_undecided_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each address cools since another moment, so that no two are of one kind."""
    made = 0

    def counted(
        items: Sequence[Network], size: int, look: Callable[[Network], Hashable]
    ) -> Iterator[tuple[Network, ...]]:
        nonlocal made
        for each in selections(items, size, look):
            made += 1
            assert made < MANY, "somebody lists the selections"
            yield each

    monkeypatch.setattr(following, "selections", counted)
    leaving: list[PodsDel | Advance] = []
    for number in range(HALF):
        leaving += [PodsDel(first=number + 1, count=1), Advance(ms=1000)]
    plan = node_plan(
        Start(),
        PodsAdd(count=HALF),
        LoopPass(times=7),
        *leaving,
        LoopPass(times=2),
        env={"WARM_IP_TARGET": str(HALF)},
        limits=Limits(max_enis=1, ipv4_per_eni=2 * HALF + 1),
    )
    course = DaemonCourse(
        plan, Capabilities(precision=Precision.COUNTS, calls=Calls.NONE), ALL_QUIRKS
    )
    session, world = Session(course.spec, course.initial, Precision.COUNTS), course.initial
    for part in (part for event in plan.events for part in parts(event, world)):
        outcome = next(each for each in course.spec.outcomes(world, part, None) if each is not None)
        verdict = session.judge(part, Said(outcome.said.reply, outcome.said.seen))
        if isinstance(verdict, Undecided):
            assert "more than 5000 runs" in verdict.reason
            assert made == following.MOST_SELECTIONS + 1
            return
        world = outcome.state
    pytest.fail("there was nothing that could not be followed")
