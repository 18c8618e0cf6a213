"""Nothing that a subject may have done is lost by looking at less than everything."""

from itertools import islice

from attrs import evolve
from hypothesis import assume, given

from ipam_model.conformance.agreement import agreement
from ipam_model.conformance.daemon_spec import DaemonSpec, parts
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.plan import DaemonPlan
from ipam_model.conformance.spec import AnsweredCall, Outcome, Said
from ipam_model.conformance.stage import NoCloud
from ipam_model.conformance.subject import DaemonSetup
from ipam_model.errors import InputError
from ipam_model.requests import Failed
from ipam_model.scenario.document import Event, Start
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
