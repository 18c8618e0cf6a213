"""What a user is told when a subject leaves the model."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ipam_model.catalogue import catalogue
from ipam_model.config import ALL_QUIRKS, Quirk
from ipam_model.conformance.explaining import RULES_OF_REPLY, RULES_OF_STATE
from ipam_model.conformance.observation import Observation, Precision, SeenCidr
from ipam_model.conformance.plan import DaemonPlan
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.running import run_daemon
from ipam_model.conformance.subject import Capabilities, Kind, Reply, UnsupportedError
from ipam_model.conformance.verdict import Result
from ipam_model.requests import FreeENI
from ipam_model.scenario.document import Event, LoopPass, PodAdd, PodsAdd, Start, Tick
from ipam_model.scenario.reading import read_scenario
from ipam_model.wrong_models import WRONG_MODELS
from tests.conformance.daemons import Perturbed, busy_plan, node_plan
from tests.shared import ROOT

REGRESSIONS = ROOT / "examples" / "regressions"
SHORT = node_plan(Start(), PodAdd(pod="p1"), Tick(), env={"WARM_IP_TARGET": "1"})


def _plan(path: Path) -> DaemonPlan:
    scenario = read_scenario(path)[0]
    return DaemonPlan(
        node=evolve(scenario.node, no_quirks=()),
        ec2=scenario.ec2,
        events=tuple(evolve(event, calls=()) for event in scenario.events),
    )


@pytest.mark.parametrize(
    ("name", "quirk", "aspect"),
    [
        ("finding-drifted-prefix-counter", "R24", "state"),
        ("finding-counters-after-an-ipv6-removal", "R24-ipv6", "state"),
        ("finding-inflated-prefix-counter-between", "R25", "state"),
        ("finding-stale-imds-at-restart", "R62e", "calls"),
        ("finding-idle-card-flaps-refused", "R94", "calls"),
        ("finding-success-without-an-address", "R121b", "reply"),
        ("finding-repeated-add-leaks", "R121d", "reply"),
        ("finding-left-over-address-makes-an-eni-flap", "R127b", "calls"),
        ("finding-granted-again-while-cooling", "R139", "calls"),
        ("3824-as-is", "R158", "state"),
    ],
)
def test_a_suspected_bug_is_named(name: str, quirk: str, aspect: str) -> None:
    """A daemon that has all of them diverges, and one alone explains it."""
    plan = _plan(REGRESSIONS / f"{name}.json")
    subject = ReferenceDaemon(quirks=ALL_QUIRKS)
    verdict = run_daemon(subject, plan)
    assert (verdict.result, verdict.quirk, verdict.aspect) == (Result.DIVERGES, quirk, aspect)
    # Expected of it, it is none any more.
    longer = run_daemon(subject, plan, quirks=frozenset({Quirk(quirk)}))
    assert longer.quirk != quirk
    assert longer.result is Result.CONFORMS or len(longer.steps) >= len(verdict.steps)
    assert run_daemon(subject, plan, quirks=ALL_QUIRKS).result is Result.CONFORMS


def test_two_suspected_bugs_at_once_are_none_alone() -> None:
    """A step that takes both has no single explanation, and a wrong model has none at all."""
    wrong = ReferenceDaemon(quirks=ALL_QUIRKS, wrong_model=WRONG_MODELS["assign-the-first"])
    verdict = run_daemon(wrong, busy_plan())
    assert (verdict.result, verdict.quirk) == (Result.DIVERGES, "")


def test_of_calls() -> None:
    verdict = run_daemon(
        ReferenceDaemon(wrong_model=WRONG_MODELS["one-slot-unused"]),
        node_plan(Start(), PodsAdd(count=2), LoopPass(), env={"WARM_IP_TARGET": "2"}),
    )
    assert verdict.aspect == "calls"
    assert verdict.reason == ("no behaviour of the model explains step 5, tick: calls differ")
    assert verdict.expected == ("AssignPrivateIpAddresses(eni=eni-1, count=1)",)
    assert verdict.found == "CreateNetworkInterface+Attach(count=2) → eni-2"
    assert verdict.rules == {"R98"}
    assert [step.number for step in verdict.steps] == [1, 2, 3, 4, 5]
    assert verdict.steps[-1].model.startswith("low true")


class _Frees(ReferenceDaemon):
    """The model, but for an ENI freed in each pool update."""

    def apply(self, event: Event) -> Reply:
        reply = super().apply(event)
        if isinstance(event, Tick):
            assert self._runner is not None
            assert self._runner._cloud is not None
            self._runner._cloud.ask(FreeENI("eni-9"))
        return reply


def test_of_a_call_too_many() -> None:
    verdict = run_daemon(_Frees(), SHORT)
    assert verdict.aspect == "calls"
    assert verdict.expected == ("AssignPrivateIpAddresses(eni=eni-1, count=1)",)
    assert verdict.found.endswith("; FreeENI(eni=eni-9) → done")
    assert verdict.rules == {"R136"}


def test_of_a_refusal() -> None:
    def refuse(event: Event, reply: Reply) -> Reply:
        return {"success": False, "error": "full"} if isinstance(event, PodAdd) else reply

    verdict = run_daemon(Perturbed(reply=refuse), SHORT)
    assert (verdict.aspect, verdict.expected, verdict.found) == (
        "reply",
        ("success",),
        "refusal (full)",
    )
    assert verdict.rules == {"R112"}


def test_of_another_address_several_may_be_right() -> None:
    def other(event: Event, reply: Reply) -> Reply:
        return reply | {"ip": "10.9.9.9"} if isinstance(event, PodAdd) else reply

    plan = node_plan(Start(), PodAdd(pod="p1"), env={"WARM_IP_TARGET": "3"})
    verdict = run_daemon(Perturbed(reply=other), plan)
    assert verdict.aspect == "reply"
    # Where the pod is shows, so only that can be told.
    assert verdict.expected == ("ip 10.1.0.5",)
    assert verdict.found == "ip 10.9.9.9"
    assert verdict.rules == {"R111", "R112"}


def test_what_is_told_counts_only_if_exact() -> None:
    def other(event: Event, reply: Reply) -> Reply:
        return reply | {"ip": "10.9.9.9", "error": "odd"} if isinstance(event, PodAdd) else reply

    for precision in (Precision.COUNTS, Precision.PER_ENI):
        assert run_daemon(Perturbed(reply=other, precision=precision), SHORT).result is (
            Result.CONFORMS
        )


def test_what_is_not_told_does_not_count() -> None:
    def terse(_: Event, reply: Reply) -> Reply:
        return {key: value for key, value in reply.items() if key in ("success", "ok")}

    assert run_daemon(Perturbed(reply=terse), busy_plan()).result is Result.CONFORMS


def test_of_the_state() -> None:
    def one_less(seen: Observation) -> Observation:
        return evolve(seen, cards=tuple(evolve(each, total=each.total - 1) for each in seen.cards))

    verdict = run_daemon(Perturbed(seen=one_less), SHORT)
    assert (verdict.aspect, verdict.rules) == ("state", frozenset({"R21"}))
    assert verdict.expected == ("1 ENI with 1 owned",)
    assert verdict.found == "1 ENI with 0 owned"


def test_rules_that_are_named_exist() -> None:
    named = {rule for rules in RULES_OF_REPLY.values() for rule in rules}
    named |= {r for by_event in RULES_OF_STATE.values() for rs in by_event.values() for r in rs}
    assert named <= catalogue().keys()


# -- harnesses -----------------------------------------------------------------------------------


def test_what_a_subject_raises_is_its_fault() -> None:
    def stop(event: Event, reply: Reply) -> Reply:
        if isinstance(event, Tick):
            raise KeyError("eni-5")
        return reply

    verdict = run_daemon(Perturbed(reply=stop), SHORT)
    assert verdict.result is Result.BROKEN
    assert verdict.reason == "apply raised KeyError: 'eni-5'"
    assert verdict.found.startswith("test_divergence.py, line ")
    assert verdict.steps[-1].event == "tick"


def test_what_a_subject_cannot_do_is_skipped() -> None:
    def cannot(event: Event, reply: Reply) -> Reply:
        if isinstance(event, Tick):
            raise UnsupportedError("it has no pool")
        return reply

    verdict = run_daemon(Perturbed(reply=cannot), SHORT)
    assert (verdict.result, verdict.reason) == (Result.UNSUPPORTED, "it has no pool")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (None, "apply returned NoneType; the reply to start is a dict, {} if nobody waits for one"),
        ({}, "the reply to start must say 'ok': true or false; it is {}"),
        ({"ok": 1}, "the reply to start must say 'ok': true or false; it is {'ok': 1}"),
        ({1: True}, "the reply to start has the key 1; keys are text"),
    ],
)
def test_replies_that_are_none(reply: object, reason: str) -> None:
    verdict = run_daemon(Perturbed(reply=lambda _event, _reply: reply), SHORT)
    assert (verdict.result, verdict.reason) == (Result.BROKEN, reason)


def _with(**changes: Any) -> Callable[[Observation], Observation]:  # noqa: ANN401 - what a SeenEni has
    def change(seen: Observation) -> Observation:
        if not seen.running:
            return seen
        return evolve(seen, enis=(evolve(seen.enis[0], **changes), *seen.enis[1:]))

    return change


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (lambda _: 5, "observe returned int, not an Observation"),
        (
            lambda s: evolve(s, cards=()),
            "a node that runs shows no card; its statistics are needed at every precision",
        ),
        (lambda s: evolve(s, cards=s.cards * 2), "card 0 is shown twice"),
        (lambda s: evolve(s, enis=s.enis * 2), "card 0 says enis 1, but its ENIs are 2"),
        (_with(assigned=1), "card 0 says assigned 0, but its ENIs say 1"),
        (_with(card=3), "card 0 says enis 1, but its ENIs are 0"),
        (_with(id=""), "an ENI is shown without its id, which is needed if exact"),
        (_with(total=7), "ENI eni-1 says total 7, but its CIDRs say 1"),
        (_with(total=-1), "total is -1; it is a number of addresses"),
        (_with(total=1.0), "total is 1.0; it is a number of addresses"),
        (
            _with(cidrs=(SeenCidr(cidr="10.1.0.5/31x"),)),
            "ENI eni-1: '10.1.0.5/31x' is not a CIDR such as 10.1.128.0/28 or 2001:db8:1::/80",
        ),
        (
            _with(cidrs=(SeenCidr(cidr="10.1.0.6/32"),) * 2),
            "ENI eni-1 shows a CIDR of 1 address twice",
        ),
        (
            _with(cidrs=(SeenCidr(cidr="10.1.0.6/32", cooling=("10.1.0.7",)),), cooling=1),
            "card 0 says cooling 0, but its ENIs say 1",
        ),
        (
            _with(cidrs=(SeenCidr(cidr="10.1.0.6/32", assigned=5),)),  # type: ignore[arg-type]  # that is the point
            "what observe returned cannot be read: object of type 'int' has no len()",
        ),
    ],
)
def test_observations_that_contradict_themselves(
    seen: Callable[[Observation], object], reason: str
) -> None:
    verdict = run_daemon(Perturbed(seen=seen), SHORT)
    assert verdict.result is Result.BROKEN
    assert verdict.reason.startswith(reason)


def test_a_plan_is_for_one_kind_of_subject() -> None:
    subject = ReferenceDaemon()
    subject.capabilities = Capabilities(kind=Kind.DATASTORE)
    verdict = run_daemon(subject, SHORT)
    assert verdict.result is Result.UNSUPPORTED
    assert verdict.reason == "the subject is a datastore, the plan is for a daemon"
