"""EC2 as the kit plays it."""

import pytest
from attrs import evolve

from ipam_model.conformance.cloud import CHANGES, READS
from ipam_model.conformance.plan import DaemonPlan
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.running import run_daemon
from ipam_model.conformance.stage import NoCloud, Stage
from ipam_model.conformance.subject import DaemonSetup, Reply
from ipam_model.conformance.verdict import Result
from ipam_model.environment import ANSWERS
from ipam_model.errors import InputError
from ipam_model.requests import (
    DONE,
    AssignPrivateIpAddresses,
    Failed,
    FreeENI,
    GetAddressesFromEC2,
    GetAttachedENIs,
    NodeCordoned,
    Sleep,
    UnassignPrivateIpAddresses,
)
from ipam_model.scenario.document import (
    Advance,
    ArmFault,
    Event,
    OthersAssign,
    Start,
    SubnetFree,
    Tick,
)
from ipam_model.scenario.setup import world_of
from ipam_model.state import Network
from ipam_model.world import Runner, World
from tests.conformance.daemons import node_plan

ASSIGN = AssignPrivateIpAddresses("eni-1", 2, False)
FIRST, SECOND = Network(0x0A010005, 1), Network(0x0A010006, 1)


def _world(plan: DaemonPlan | None = None) -> World:
    plan = plan or node_plan()
    return world_of(plan.node, plan.ec2)


def test_changes_are_written_down_with_what_they_lead_to() -> None:
    stage = Stage(_world())
    with stage.asked() as heard:
        assert stage.ask(GetAttachedENIs())
        assert stage.ask(ASSIGN) == (FIRST, SECOND)
        assert stage.ask(GetAddressesFromEC2("eni-1", False)) == (FIRST, SECOND)
        back = UnassignPrivateIpAddresses("eni-1", (SECOND, FIRST), False)
        assert stage.ask(back) is DONE
    ordered = evolve(back, networks=(FIRST, SECOND))
    assert [(each.request, each.answer) for each in heard.calls] == [
        (ASSIGN, (FIRST, SECOND)),
        (ordered, DONE),
    ]
    assert heard.calls[-1].after is stage.ec2
    runner = Runner(_world())
    for each in heard.calls:
        assert runner.reply_to(each.request) == each.answer
        assert runner.ec2 == each.after


class Tireless(ReferenceDaemon):
    """Asks again until it gets more than there can be."""

    def apply(self, event: Event) -> Reply:
        if isinstance(event, Tick):
            while len(self.cloud.ask(GetAttachedENIs())) < 99:  # type: ignore[arg-type]  # it asks for a tuple
                pass
        return super().apply(event)

    def reset(self, setup: DaemonSetup) -> None:
        self.cloud = setup.cloud
        super().reset(setup)


def test_one_that_asks_for_ever_is_stopped() -> None:
    verdict = run_daemon(Tireless(), node_plan(Start(), Tick()))
    assert verdict.result is Result.BROKEN
    assert len(verdict.steps) == 2
    assert "GetAttachedENIs is one request too many: 10000 were answered during" in verdict.reason


def test_whatever_the_daemon_may_ask_for_is_its_own_or_the_kits() -> None:
    assert not {*CHANGES} & {*READS}
    assert {*CHANGES, *READS} < ANSWERS.keys()


def test_what_the_subject_does_itself_is_refused() -> None:
    stage = Stage(_world())
    with (
        stage.asked(),
        pytest.raises(InputError, match="not asked for NodeCordoned: the subject does that itself"),
    ):
        stage.ask(NodeCordoned())


def test_questions_outside_of_an_event_are_refused() -> None:
    stage = Stage(_world())
    with pytest.raises(InputError, match="GetAttachedENIs outside of apply"):
        stage.ask(GetAttachedENIs())
    with stage.asked():
        stage.ask(GetAttachedENIs())
    with pytest.raises(InputError, match="neither in reset nor in observe"):
        stage.ask(ASSIGN)


def test_who_says_that_nothing_is_asked_is_not_answered() -> None:
    with pytest.raises(InputError, match="FreeENI: the subject's capabilities say"):
        NoCloud().ask(FreeENI("eni-1"))


def test_events_of_the_surroundings_are_taken() -> None:
    stage = Stage(_world())
    stage.happen(ArmFault(call="AssignPrivateIpAddresses", code="RequestLimitExceeded"))
    stage.happen(OthersAssign(eni="eni-1", next_ips=1))
    stage.happen(SubnetFree(subnet="subnet-1", free=1))
    stage.happen(Tick())  # Is nothing to EC2.
    with stage.asked() as heard:
        assert stage.ask(GetAddressesFromEC2("eni-1", False)) == (FIRST,)
        assert stage.ask(ASSIGN) == Failed("RequestLimitExceeded")
        assert stage.ask(ASSIGN) == Failed("InsufficientFreeAddressesInSubnet")
    assert len(heard.calls) == 2


def test_what_lags_does_so_by_the_plans_clock() -> None:
    plan = node_plan()
    lagging = evolve(plan, ec2=evolve(plan.ec2, imds_new_address_lag_ms=10_000))
    stage = Stage(_world(lagging))

    def shown() -> int:
        with stage.asked():
            answer = stage.ask(GetAttachedENIs())
        assert isinstance(answer, tuple)
        return len(answer[0].addresses)

    with stage.asked():
        stage.ask(ASSIGN)
    assert shown() == 0
    stage.happen(Advance(ms=6_000))
    assert shown() == 0
    with stage.asked():
        stage.ask(Sleep(6_000))
    assert shown() == 2
    with pytest.raises(InputError, match="time cannot go back by 5 ms"):
        stage.happen(Advance(ms=-5))


def test_the_states_that_explain_the_subject_are_followed_if_they_agree() -> None:
    stage = Stage(_world())
    before = stage.ec2
    runner = Runner(_world())
    runner.now = 7_000
    runner.reply_to(ASSIGN)
    later = runner.world
    stage.follow([later, _world()])
    assert stage.ec2 is before
    stage.follow([later, later])
    assert stage.ec2 == later.ec2
