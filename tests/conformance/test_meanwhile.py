"""Pods that come and go while a call of a subject is pending, in this process."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

import pytest
from attrs import evolve

from ipam_model.cli.main import main
from ipam_model.conformance.cloud import CHANGES, READS
from ipam_model.conformance.needs import features_needed, suits
from ipam_model.conformance.observation import Observation, Precision
from ipam_model.conformance.patience import StillWaitingError, beside
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
    DaemonSetup,
    Feature,
    Reply,
    UnsupportedError,
)
from ipam_model.conformance.verdict import Result, Verdict
from ipam_model.conformance.wire.calls import CALLS, decode_request
from ipam_model.errors import InputError, ModelError
from ipam_model.requests import CreateENI, Request, Sleep
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
from ipam_model.testing.conformance.bench import Bench, Narrowed
from ipam_model.testing.conformance.daemon_plans import DAEMON_AREAS
from ipam_model.testing.conformance.hunting import Found
from ipam_model.testing.conformance.making import Maker
from ipam_model.testing.conformance.minimising import without_needless_events
from ipam_model.wrong_models import WRONG_MODELS
from tests.conformance.daemons import node_plan
from tools.directed.made_meanwhile import MADE_MEANWHILE
from tools.drawing import drawn

A = TypeVar("A")

CREATE = "CreateNetworkInterface+Attach"
ARGUMENTS: dict[str, JsonValue] = {"eni": "eni-1", "count": 1, "ips": [], "subnet": "subnet-1"}
"""Those of any call."""
WAITING = [model for model in WRONG_MODELS.values() if model.family == "waiting"]


def during(call: str = CREATE, *pods: Event, nth: int = 1) -> CallPart:
    before = pods or (PodAdd(pod="x"), PodDel(pod="p1"))
    return CallPart(call=call, nth=nth, before=before)  # type: ignore[arg-type]  # also nonsense


def growing(*calls: CallPart) -> DaemonPlan:
    """The one ENI is full, and another is created."""
    return node_plan(Start(), PodsAdd(count=3), Tick(calls=calls or (during(),)), PodAdd(pod="y"))


def last(verdict: Verdict) -> str:
    return verdict.steps[-1].said


# -- a subject that serves pods meanwhile --------------------------------------------------------


@pytest.mark.parametrize("precision", Precision)
@pytest.mark.parametrize("seed", [None, 1])
@pytest.mark.parametrize("plan", MADE_MEANWHILE)
def test_the_model_conforms_and_pods_do_come(
    precision: Precision, seed: int | None, plan: DaemonPlan
) -> None:
    verdict = run_daemon(ReferenceDaemon(precision, seed=seed), plan)
    assert verdict.result is Result.CONFORMS, verdict
    pods = [each for event in plan.events for part in event.calls for each in part.before]
    assert last(verdict).count(" during ") == len(pods) > 1


def test_before_and_after_are_one_to_a_subject() -> None:
    pods = (PodAdd(pod="x"), PodDel(pod="p1"))
    before, after = (
        run_daemon(ReferenceDaemon(), growing(CallPart(call=CREATE, before=b, after=a)))
        for b, a in ((pods, ()), ((), pods))
    )
    assert before.result is after.result is Result.CONFORMS
    assert [each.said for each in before.steps] == [each.said for each in after.steps]


def test_a_call_that_does_not_come_has_no_pods() -> None:
    plan = growing(during(), during(nth=2), during("FreeENI", PodAdd(pod="z")))
    verdict = run_daemon(ReferenceDaemon(), plan)
    assert verdict.result is Result.CONFORMS
    assert verdict.steps[4].said.count(" during ") == 2


@pytest.mark.parametrize("model", WAITING, ids=str)
def test_a_daemon_that_loses_pods_is_noticed(model: object) -> None:
    wrong = WRONG_MODELS[str(model)]
    verdicts = [run_daemon(ReferenceDaemon(wrong_model=wrong), plan) for plan in MADE_MEANWHILE]
    diverging = [each for each in verdicts if each.result is Result.DIVERGES]
    assert diverging
    assert all("R71" in each.rules for each in diverging)
    # It takes a pod at the right moment: with the same events and nothing meanwhile all is well.
    quiet = [_quiet(plan) for plan in MADE_MEANWHILE]
    assert {run_daemon(ReferenceDaemon(wrong_model=wrong), plan).result for plan in quiet} == {
        Result.CONFORMS
    }


def _quiet(plan: DaemonPlan) -> DaemonPlan:
    return evolve(plan, events=tuple(evolve(event, calls=()) for event in plan.events))


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
        assert Feature.PODS_MEANWHILE not in features_needed(_quiet(plan))


class Terse(ReferenceDaemon):
    """Tells no address."""

    def apply(self, event: Event) -> Reply:
        reply = super().apply(event)
        return {key: value for key, value in reply.items() if key in ("success", "ok")}


@pytest.mark.parametrize("seed", range(4))
def test_the_model_conforms_whatever_it_chooses_and_however_little_it_tells(seed: int) -> None:
    most = 0
    for plan in MADE_MEANWHILE:
        verdict = run_daemon(Terse(Precision.COUNTS, seed=seed), plan)
        assert verdict.result is Result.CONFORMS, verdict
        most = max(most, verdict.states)
    assert most > 1  # There is more than one way, as pods were given addresses at random.


# -- one that does not ---------------------------------------------------------------------------


class Nested(ReferenceDaemon):
    """The model, but for what it does with pods while a call is pending."""

    patience: float | None = 5.0
    depth = 0

    def apply(self, event: Event) -> Reply:
        self.depth += 1
        try:
            return super().apply(event) if self.depth == 1 else self.meanwhile(event)
        finally:
            self.depth -= 1

    def meanwhile(self, event: Event) -> Reply:
        return super().apply(event)


class Refusing(Nested):
    """Pods are told to come again later."""

    def meanwhile(self, _event: Event) -> Reply:
        return {"success": False, "error": "Busy"}


class Crashing(Nested):
    def meanwhile(self, _event: Event) -> Reply:
        raise KeyError("x")


class Unsupporting(Nested):
    def meanwhile(self, _event: Event) -> Reply:
        raise UnsupportedError("no pods now")


class Speechless(Nested):
    def meanwhile(self, _event: Event) -> Reply:
        return {}


class Blind(Nested):
    """Shows nothing that is an observation while a call is pending."""

    def observe(self) -> Observation:
        return super().observe() if self.depth == 0 else cast(Observation, None)


DIFFERS = "no behaviour of the model explains step 5, {}: what a pod meets while a call is {}"
TRUE_OR_FALSE = "true or false; it is {}"


@pytest.mark.parametrize(
    ("subject", "result", "reason"),
    [
        (
            Refusing,
            Result.DIVERGES,
            DIFFERS.format(f"tick; during {CREATE} pod_del p1, pod_add x", "pending differs"),
        ),
        (Crashing, Result.BROKEN, f"pod_del p1 during {CREATE}: apply raised KeyError: 'x'"),
        (Unsupporting, Result.UNSUPPORTED, f"pod_del p1 during {CREATE}: no pods now"),
        (
            Speechless,
            Result.BROKEN,
            f"the reply to pod_del p1 during {CREATE} must say 'success': {TRUE_OR_FALSE}",
        ),
        (
            Blind,
            Result.BROKEN,
            f"pod_del p1 during {CREATE}: observe returned NoneType, not an Observation",
        ),
    ],
)
def test_the_verdict_says_during_which_call(
    subject: type[Nested], result: Result, reason: str
) -> None:
    plan = growing(during(CREATE, PodDel(pod="p1"), PodAdd(pod="x")))
    verdict = run_daemon(subject(), plan)
    assert (verdict.result, verdict.reason) == (result, reason)


def test_a_refused_pod_is_shown_with_what_the_model_allows() -> None:
    verdict = run_daemon(Refusing(), growing(during(CREATE, PodDel(pod="p1"))))
    assert verdict.aspect == "reply"
    assert verdict.expected == (f"pod_del p1 during {CREATE}: success",)
    assert verdict.found == f"pod_del p1 during {CREATE}: refusal (Busy)"
    assert verdict.rules == {"R71", "R126"}


# -- locks ---------------------------------------------------------------------------------------


class Locked(ReferenceDaemon):
    """Holds a lock during all that it does, its calls included."""

    patience = 0.2
    make: Callable[[], object] = threading.RLock

    def reset(self, setup: DaemonSetup) -> None:
        self.lock = cast(threading.Lock, self.make())
        super().reset(setup)

    def apply(self, event: Event) -> Reply:
        with self.lock:
            return super().apply(event)


class LockedOnce(Locked):
    """With a lock that its own thread cannot take again."""

    make = threading.Lock


@pytest.mark.parametrize("subject", [Locked, LockedOnce])
def test_a_lock_that_is_held_during_a_call_is_told_and_nothing_is_left_running(
    subject: type[Locked],
) -> None:
    before = threading.active_count()
    verdict = run_daemon(subject(), growing(during(), during("FreeENI", PodAdd(pod="z"))))
    assert verdict.result is Result.BROKEN
    assert verdict.reason == (
        f"pod_add x during {CREATE}: no reply within 0.2 s; pods wait until EC2 answers: "
        "a daemon serves them meanwhile. Is a lock held during the call?"
    )
    assert len(verdict.steps) == 5
    assert threading.active_count() == before


def test_a_pod_that_waits_even_after_the_event_is_told() -> None:
    release = threading.Event()

    class Hanging(Nested):
        patience = 0.05

        def meanwhile(self, _event: Event) -> Reply:
            release.wait()
            return {}

    verdict = run_daemon(Hanging(), growing())
    release.set()
    assert verdict.result is Result.BROKEN
    assert verdict.reason.endswith(
        "Is a lock held during the call? The pod waits even after the event."
    )


class Contradicting(Nested):
    """Finds a defect of the model's while a call is pending; forgives whatever it can."""

    def apply(self, event: Event) -> Reply:
        try:
            return super().apply(event)
        except ModelError:
            if self.depth:
                raise
            return {}

    def meanwhile(self, _event: Event) -> Reply:
        raise ModelError("there are two of them")


def test_a_defect_of_the_model_does_not_go_through_the_subject_that_waits() -> None:
    with pytest.raises(ModelError, match="two of them"):
        run_daemon(Contradicting(), growing())


@pytest.mark.parametrize("patience", ["5", True, 0, -1.0, float("nan"), float("inf")])
def test_patience_is_a_number_of_seconds(patience: object) -> None:
    impatient = type("Impatient", (Nested,), {"patience": patience})
    said = f"patience is {patience!r}; it has to be a number of seconds above 0, or None"
    verdict = run_daemon(impatient(), node_plan(Start()))
    assert (verdict.result, verdict.reason) == (Result.BROKEN, said)
    with pytest.raises(InputError) as refused:
        Maker.of(impatient).capabilities()
    assert str(refused.value) == f"Impatient.{said}"


def test_a_lock_that_is_let_go_before_a_call_is_none() -> None:
    class Careful(Locked):
        """Its EC2 lets the lock go."""

        def reset(self, setup: DaemonSetup) -> None:
            super().reset(evolve(setup, cloud=_Unlocking(setup, self)))

    assert run_daemon(Careful(), growing()).result is Result.CONFORMS


class _Unlocking:
    def __init__(self, setup: DaemonSetup, daemon: Locked) -> None:
        self._cloud, self._daemon = setup.cloud, daemon

    def ask(self, request: Request[A]) -> A:
        self._daemon.lock.release()
        try:
            return self._cloud.ask(request)
        finally:
            self._daemon.lock.acquire()


class OneThread(Nested):
    """Wants to be called on the thread that waits, as one does that keeps to a thread."""

    patience: float | None = None

    def reset(self, setup: DaemonSetup) -> None:
        self.thread = threading.current_thread()
        super().reset(setup)

    def meanwhile(self, event: Event) -> Reply:
        assert threading.current_thread() is self.thread
        return super().meanwhile(event)


class OtherThread(OneThread):
    patience = 5.0


def test_who_has_no_patience_is_called_on_its_own_thread() -> None:
    assert run_daemon(OneThread(), growing()).result is Result.CONFORMS
    assert run_daemon(Narrowed(OneThread(), Precision.COUNTS), growing()).result is Result.CONFORMS
    assert run_daemon(OtherThread(), growing()).result is Result.BROKEN


def test_what_is_raised_on_another_thread_comes_here() -> None:
    assert beside(lambda: 5, 1.0) == 5
    with pytest.raises(SystemExit):
        beside(lambda: sys.exit(3), 1.0)
    release = threading.Event()
    with pytest.raises(StillWaitingError):
        beside(release.wait, 0.01)
    release.set()


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
