"""Plans in which pods come while a call is pending: who can be told of which."""

from pathlib import Path

import pytest
from attrs import evolve

from ipam_model.cli.main import main
from ipam_model.conformance.cloud import CHANGES, READS
from ipam_model.conformance.needs import features_needed, suits
from ipam_model.conformance.pending import CHANGING_CALLS, READING_CALLS
from ipam_model.conformance.plan import DaemonPlan, plan_of
from ipam_model.conformance.plan_document import parse_plan, write_plan
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.running import run_daemon
from ipam_model.conformance.subject import (
    ALL_FEATURES,
    USUAL_FEATURES,
    Calls,
    Capabilities,
    Feature,
    Reply,
)
from ipam_model.conformance.verdict import Result
from ipam_model.conformance.wire.calls import CALLS, decode_request
from ipam_model.errors import InputError
from ipam_model.requests import CreateENI, Sleep
from ipam_model.scenario.document import (
    Advance,
    CallPart,
    Cordon,
    Event,
    LoopPass,
    PodAdd,
    PodDel,
    PodsAdd,
    Start,
    Tick,
)
from ipam_model.scenario.prescription import call_name
from ipam_model.strict_json import JsonValue
from ipam_model.testing.conformance.area import Drawing
from ipam_model.testing.conformance.arenas import arena_for
from ipam_model.testing.conformance.bench import Bench
from ipam_model.testing.conformance.daemon_plans import DAEMON_AREAS
from ipam_model.testing.conformance.hunting import Found
from ipam_model.testing.conformance.minimising import without_needless_events
from tests.conformance.daemons import node_plan
from tests.conformance.pods_meanwhile import CREATE, Nested, during, growing, quiet
from tools.directed.made_meanwhile import MADE_MEANWHILE
from tools.drawing import drawn

ARGUMENTS: dict[str, JsonValue] = {"eni": "eni-1", "count": 1, "ips": [], "subnet": "subnet-1"}
"""Those of any call."""


# -- who is asked for it -------------------------------------------------------------------------


def test_who_does_not_list_the_feature_is_not_asked_for_it() -> None:
    plan = growing()
    assert features_needed(plan) == {Feature.PODS_MEANWHILE}
    assert features_needed(growing(during("WaitForENIAndIPsAttached"))) == {
        Feature.PODS_MEANWHILE,
        Feature.READ_FAULTS,
    }
    unknown = CallPart(call=CREATE, before=(PodAdd(pod="x", pod_object=False),))
    assert Feature.BRANCH_ENIS in features_needed(growing(unknown))
    assert not suits(plan, Capabilities())
    assert suits(plan, Capabilities(features=ALL_FEATURES))
    assert not suits(plan, Capabilities(features=ALL_FEATURES, calls=Calls.NONE))
    reading = growing(during("WaitForENIAndIPsAttached"))
    verdict = run_daemon(NoReader(), reading)
    assert (verdict.result, verdict.reason) == (
        Result.UNSUPPORTED,
        "the subject lacks read-faults",
    )
    assert run_daemon(NoReader(), plan).result is Result.CONFORMS


class NoReader(Nested):
    """Reads as it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.capabilities = Capabilities(features=USUAL_FEATURES | {Feature.PODS_MEANWHILE})


class Usual(Nested):
    """Has the usual features."""

    def __init__(self) -> None:
        super().__init__()
        self.capabilities = Capabilities()

    def meanwhile(self, _event: Event) -> Reply:
        raise AssertionError("it was asked")


def test_a_plan_for_others_is_skipped() -> None:
    verdict = run_daemon(Usual(), growing())
    assert (verdict.result, verdict.reason) == (
        Result.UNSUPPORTED,
        "the subject lacks pods-meanwhile",
    )
    own = run_daemon(ReferenceDaemon(calls=Calls.NONE), growing())
    assert own.result is Result.UNSUPPORTED
    assert own.reason == "pods come during its calls, and the subject makes none to the kit"
    area = next(each for each in DAEMON_AREAS if each.name == "pods-meanwhile")
    assert area.lacking(Capabilities()) == "the subject lacks pods-meanwhile"
    assert area.lacking(ReferenceDaemon(calls=Calls.NONE).capabilities) == own.reason
    assert not area.lacking(ReferenceDaemon().capabilities)


def test_random_plans_let_pods_come_while_calls_of_all_kinds_are_pending() -> None:
    area = next(each for each in DAEMON_AREAS if each.name == "pods-meanwhile")
    plans = drawn(
        area.plans(Drawing(capabilities=ReferenceDaemon().capabilities, steps=12)), 80, seed=5
    )
    calls = [part.call for plan in plans for event in plan.events for part in event.calls]
    assert len(calls) > 20
    assert {*calls} & READING_CALLS
    assert len({*calls} & CHANGING_CALLS) > 2
    usual = Capabilities(features=USUAL_FEATURES | {Feature.PODS_MEANWHILE})
    for plan in drawn(area.plans(Drawing(capabilities=usual, steps=12)), 15, seed=5):
        assert suits(plan, usual)
        assert Feature.PODS_MEANWHILE not in features_needed(quiet(plan))


# -- plans ---------------------------------------------------------------------------------------


def test_the_calls_are_those_that_a_subject_makes() -> None:
    assert {*CALLS} == CHANGING_CALLS | READING_CALLS
    assert not CHANGING_CALLS & READING_CALLS
    # By what each name stands for; two requests create an ENI, and to sleep is no call.
    made = {name: type(decode_request({"call": name, **ARGUMENTS})) for name in CALLS}
    assert {made[name] for name in CHANGING_CALLS} == {*CHANGES} - {CreateENI}
    assert {made[name] for name in READING_CALLS} == {*READS} - {Sleep}
    bare = decode_request({"call": CREATE})
    assert isinstance(bare, CreateENI)
    assert call_name(bare) in CHANGING_CALLS


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (Tick(calls=(CallPart(call=CREATE, fail="X"),)), "prescribes a call; a plan lets calls"),
        (Tick(calls=(evolve(during(), crash=True),)), "prescribes a call; a plan lets calls fail"),
        (Tick(calls=(during(), during())), "speaks of the same call twice"),
        (Tick(calls=(during("WriteCheckpoint"),)), "WriteCheckpoint, for which a subject does not"),
        (Start(calls=(during(),)), "no pod is served while the daemon starts"),
        (LoopPass(calls=(during(),)), "write the single events that it consists of"),
        (Tick(calls=(during(CREATE, Cordon()),)), "lets cordon happen during Create"),
        (Tick(calls=(during(CREATE, PodAdd(pod="x", calls=(during(),))),)), "prescribes calls of"),
        (Tick(calls=(during(CREATE, PodAdd(pod="x", at_ms=5)),)), "says at what time pod_add"),
        (PodAdd(pod="x", calls=(during("NoSuchCall"),)), "NoSuchCall, for which a subject does"),
    ],
)
def test_what_no_subject_can_be_told_is_refused(event: Event, why: str) -> None:
    scenario = evolve(node_plan().scenario(), events=(Start(), event))
    refused = f"^event 1 .{event.kind}.* {why}"
    with pytest.raises(InputError, match=refused):
        plan_of(scenario)
    with pytest.raises(InputError, match=refused):
        node_plan(Start(), event)


def test_a_plan_is_a_document_that_replays_on_the_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, plan in enumerate(MADE_MEANWHILE):
        text = write_plan(plan, "pods")
        assert parse_plan(text) == plan
        path = tmp_path / f"{number}.json"
        path.write_text(text, "utf-8")
        assert main(["replay", str(path)]) == 0
        assert "before " in capsys.readouterr().out


# -- making smaller ------------------------------------------------------------------------------


class LosesX(Nested):
    """Forgets the pod x if it comes while a call is pending."""

    def meanwhile(self, event: Event) -> Reply:
        if isinstance(event, PodDel) and event.pod == "p1":
            return {"success": False}
        return super().meanwhile(event)


def test_events_after_the_divergence_go_at_once() -> None:
    many = tuple(Advance(ms=5) for _ in range(99))
    plan = growing(during(CREATE, PodDel(pod="p1")))
    plan = evolve(plan, events=(*plan.events, *many))
    bench: Bench[DaemonPlan] = Bench(factory=LosesX, arena=arena_for(plan.kind))
    verdict = bench.judge(plan)
    assert verdict is not None
    smallest = without_needless_events(bench, Found(plan=plan, verdict=verdict))
    assert smallest.plan.events == growing(during(CREATE, PodDel(pod="p1"))).events[:3]
    assert not smallest.remark
    assert bench.runs < 25


def test_pods_that_do_not_matter_are_left_out() -> None:
    calls = (
        during(CREATE, PodAdd(pod="v"), PodDel(pod="p1"), PodAdd(pod="x"), PodDel(pod="p2")),
        during("WaitForENIAndIPsAttached", PodAdd(pod="w"), PodDel(pod="p3")),
    )
    plan = node_plan(Start(), PodsAdd(count=3), Advance(ms=5), Tick(calls=calls), PodAdd(pod="y"))
    bench: Bench[DaemonPlan] = Bench(factory=LosesX, arena=arena_for(plan.kind))
    verdict = bench.judge(plan)
    assert verdict is not None
    assert verdict.result is Result.DIVERGES
    smallest = without_needless_events(bench, Found(plan=plan, verdict=verdict)).plan
    assert smallest.events == (
        Start(),
        PodsAdd(count=3),
        Tick(calls=(during(CREATE, PodDel(pod="p1")),)),
    )
