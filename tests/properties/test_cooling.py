"""I5 and P-S7: a freed address that is given too early, and what became of its cooldown."""

from typing import Final

import pytest

from ipam_model.scenario.document import (
    Advance,
    CallPart,
    Ec2Part,
    Event,
    Limits,
    NodePart,
    OthersUnassign,
    PodAdd,
    PodDel,
    Reconcile,
    Scenario,
    Start,
    SubnetPart,
    Tick,
)
from ipam_model.scenario.judging import JudgedRun
from ipam_model.wrong_models import WRONG_MODELS, wrong

pytestmark = pytest.mark.unmeasured

PASS: Final = (Advance(ms=2_500), Tick(), Advance(ms=2_500), Reconcile())
"""A pass of the loop, in which reconcile is due: a trunk ENI is awaited."""
TAKEN: Final = OthersUnassign(eni="eni-1", ips=("10.1.0.5",))
COMES, GOES, ANOTHER = PodAdd(pod="p1"), PodDel(pod="p1"), PodAdd(pod="p2")


def explained(*events: Event, **env: str) -> list[tuple[str, tuple[str, ...]]]:
    """Which of the two is violated on a node that awaits a trunk ENI, and by which findings."""
    scenario = Scenario(
        node=NodePart(
            limits=Limits(max_enis=3, ipv4_per_eni=4),
            env={"ENABLE_IPv4": "true", "ENABLE_POD_ENI": "true", "MAX_ENI": "2", **env},
        ),
        ec2=Ec2Part(subnets=(SubnetPart(id="subnet-1", free=499, reissue=True),)),
        events=(Start(), *events),
    )
    run = JudgedRun(scenario)
    list(run.steps())
    return [
        (each.of, tuple(finding.id for finding in each.findings))
        for each in run.violations()
        if each.of in ("I5", "P-S7")
    ]


def test_an_address_that_others_took_comes_again_while_it_cools() -> None:
    """Reconcile drops it, the next growth gets it again, and nothing of its cooldown is left."""
    story = (COMES, Advance(ms=30_000), TAKEN, GOES, COMES, *PASS, *PASS, ANOTHER)
    assert explained(*story) == [("P-S7", ("granted-again-while-cooling",))]


def test_a_restart_is_told_from_what_left_the_store_before() -> None:
    """The first loss is the reason: what had left cooled nowhere when the daemon was restarted."""
    restart = (COMES, GOES, Start(), ANOTHER)
    assert explained(*restart) == [("P-S7", ("cooldown-forgotten-by-a-restart",))]
    left_before = (COMES, TAKEN, GOES, *PASS, Start(), *PASS, ANOTHER)
    assert explained(*left_before) == [("P-S7", ("granted-again-while-cooling",))]


def test_a_crash_is_no_loss_of_an_address_while_the_daemon_runs() -> None:
    """It is the next start that forgets the cooldown, also if EC2 granted something before it."""
    crash = CallPart(call="AssignPrivateIpAddresses", crash=True)
    story = (COMES, PodAdd(pod="p3"), GOES, Tick(calls=(crash,)), Start(), ANOTHER)
    found = explained(*story, WARM_IP_TARGET="2")
    assert found == [("P-S7", ("cooldown-forgotten-by-a-restart",))]


@pytest.mark.parametrize(("cooldown", "early"), [("5", False), ("10", True)])
def test_what_cooled_down_elsewhere_may_be_given(cooldown: str, early: bool) -> None:
    """Two passes are 10 s: not too early for a cooldown of less."""
    story = (COMES, TAKEN, GOES, *PASS, *PASS, ANOTHER)
    found = explained(*story, IP_COOLDOWN_PERIOD=cooldown)
    assert [of for of, _ in found] == ["P-S7"] * early


def test_no_finding_excuses_a_record_that_is_lost_while_its_address_stays() -> None:
    with wrong(WRONG_MODELS["freed-address-not-remembered"]):
        assert explained(COMES, GOES, ANOTHER) == [("I5", ()), ("P-S7", ())]
