"""Nothing that a subject may have done is lost by looking at less than everything."""

from collections.abc import Hashable
from itertools import islice

import pytest
from attrs import evolve
from hypothesis import assume, given

from ipam_model.config import ALL_QUIRKS, Quirk
from ipam_model.conformance import following
from ipam_model.conformance.agreement import agreement
from ipam_model.conformance.course import NAMES, DaemonCourse
from ipam_model.conformance.daemon_spec import DaemonSpec, parts
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.plan import DaemonPlan
from ipam_model.conformance.session import Budget
from ipam_model.conformance.spec import AnsweredCall, Outcome, Said
from ipam_model.conformance.stage import NoCloud
from ipam_model.conformance.subject import Calls, Capabilities, DaemonSetup
from ipam_model.errors import InputError
from ipam_model.requests import Failed
from ipam_model.scenario.document import (
    ArmFault,
    Event,
    Limits,
    LoopPass,
    PodsAdd,
    PodsDel,
    Start,
    Tick,
)
from ipam_model.testing.stories import stories
from ipam_model.world import World
from tests.conformance.daemons import node_plan, plans

MOST_WAYS = 60
"""Events with more are left out: everything is looked at, in the plainest way."""


@given(plan=plans())
def test_every_outcome_of_the_model_is_found_again(plan: DaemonPlan) -> None:
    """Of each event, the last outcome that the model may show leads to the next event."""
    spec = DaemonSpec()
    world = spec.initial(DaemonSetup(node=plan.node, ec2=plan.ec2, cloud=NoCloud()))
    checked = 0
    for event in plan.events[:12]:
        for part in parts(event, world):
            try:
                every = [*islice(spec.outcomes(world, part, None), MOST_WAYS + 1)]
            except InputError:
                continue
            if len(every) > MOST_WAYS:
                world = _first(every)
                continue
            outcomes = [each for each in every if each is not None]
            for outcome in outcomes:
                _found_again(spec, world, part, outcome.said, outcome.state)
                checked += 1
            world = outcomes[-1].state
    assume(checked)


def _found_again(spec: DaemonSpec, world: World, part: Event, said: Said, after: World) -> None:
    found = [each for each in spec.outcomes(world, part, said) if each is not None]
    agreeing = [e for e in found if agreement(e.said, said, Precision.EXACT) is None]
    assert any(each.state == after for each in agreeing)
    silent = Said(said.reply, said.seen)
    found = [each for each in spec.outcomes(world, part, silent) if each is not None]
    assert any(agreement(e.said, silent, Precision.EXACT) is None for e in found)


def _first(outcomes: list[Outcome[World] | None]) -> World:
    return next(each.state for each in outcomes if each is not None)


@given(plan=plans(stories()))
def test_names_that_cannot_show_are_forgotten_without_loss(plan: DaemonPlan) -> None:
    """One way of each kind stands for all that differ in names alone."""
    subnets = tuple(evolve(each, reissue=False) for each in plan.ec2.subnets)
    events = tuple(each for each in plan.events if not isinstance(each, NAMES))
    plan = evolve(plan, ec2=evolve(plan.ec2, subnets=subnets), events=events)
    _names_do_not_matter(evolve(plan, events=plan.events[:10]))


RELEASE = node_plan(
    Start(),
    PodsAdd(count=3),
    LoopPass(times=7),  # The cooldown of what comes next is not over at its release.
    PodsDel(count=2),
    Tick(),
    env={"WARM_IP_TARGET": "1", "MINIMUM_IP_TARGET": "3"},
    limits=Limits(max_enis=2, ipv4_per_eni=8),
)
FAULTY = node_plan(
    Start(),
    LoopPass(times=3),
    ArmFault(call="SetupENINetwork", code="LinkNotFound"),
    Start(),
    env={"WARM_ENI_TARGET": "3"},
    limits=Limits(max_enis=3, ipv4_per_eni=2),
)


@pytest.mark.parametrize("plan", [RELEASE, FAULTY], ids=["release", "faulty"])
def test_what_stories_seldom_tell(plan: DaemonPlan) -> None:
    """What is released, and the order in which ENIs are set up if one of them fails."""
    assert _names_do_not_matter(plan, ALL_QUIRKS)
    spec = DaemonSpec(quirks=ALL_QUIRKS)
    world = spec.initial(DaemonSetup(node=plan.node, ec2=plan.ec2, cloud=NoCloud()))
    for event in plan.events:
        for part in parts(event, world):
            outcomes = [e for e in spec.outcomes(world, part, None) if e is not None]
            for outcome in outcomes:
                _found_again(spec, world, part, outcome.said, outcome.state)
            world = outcomes[0].state


def test_where_there_are_too_many_selections_none_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "MOST_SELECTIONS", 0)
    assert _names_do_not_matter(RELEASE, ALL_QUIRKS)


def _names_do_not_matter(plan: DaemonPlan, quirks: frozenset[Quirk] = frozenset()) -> bool:
    """One way of each kind stands for all; whether the last event has several kinds."""
    capabilities = Capabilities(precision=Precision.COUNTS, calls=Calls.NONE)
    course = DaemonCourse(plan, capabilities, quirks)
    spec, world = course.spec, course.initial
    if not spec.nameless:
        return False
    kinds: set[Hashable] = set()
    for event in plan.events:
        for part in parts(event, world):
            if course.idle(part, world):
                continue
            every = [*islice(spec.outcomes(world, part, None), MOST_WAYS)]
            outcomes = [each for each in every if each is not None]
            kinds = {spec.key(each.state) for each in outcomes}
            for outcome in outcomes:
                said = Said(outcome.said.reply, outcome.said.seen)
                found = [each for each in spec.outcomes(world, part, said) if each is not None]
                keys = {
                    spec.key(each.state)
                    for each in found
                    if agreement(each.said, said, Precision.COUNTS) is None
                }
                assert spec.key(outcome.state) in keys
            world = outcomes[0].state
    return len(kinds) > 1


def test_answers_that_come_from_afar_are_answered_again() -> None:
    """Without what EC2 was like afterwards, an answer must be the one that EC2 gives."""
    plan = node_plan(Start())
    spec = DaemonSpec()
    world = spec.initial(DaemonSetup(node=plan.node, ec2=plan.ec2, cloud=NoCloud()))
    outcome = next(spec.outcomes(world, Start(), None))
    assert outcome is not None
    calls = outcome.said.calls
    assert calls
    bare = tuple(AnsweredCall(each.request, each.answer) for each in calls)
    told = evolve(outcome.said, calls=bare)
    (again,) = spec.outcomes(world, Start(), told)
    assert again is not None
    assert again.state == outcome.state
    wrong = evolve(told, calls=(AnsweredCall(bare[0].request, Failed("NoValidSubnet")), *bare[1:]))
    assert [*spec.outcomes(world, Start(), wrong)] == [None]


def test_as_many_selections_are_told_apart_as_an_event_has_runs() -> None:
    assert Budget().runs == following.MOST_SELECTIONS
