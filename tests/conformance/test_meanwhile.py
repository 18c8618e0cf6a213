"""Pods that come and go while a call of a subject is pending: what is said of the subject."""

from typing import cast

import pytest

from ipam_model.conformance.observation import Observation, Precision
from ipam_model.conformance.plan import DaemonPlan
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.running import run_daemon
from ipam_model.conformance.subject import Reply, UnsupportedError
from ipam_model.conformance.verdict import Result, Verdict
from ipam_model.errors import ModelError
from ipam_model.scenario.document import CallPart, Event, PodAdd, PodDel
from ipam_model.wrong_models import WRONG_MODELS
from tests.conformance.pods_meanwhile import CREATE, Crashing, Nested, during, growing, quiet
from tools.directed.made_meanwhile import MADE_MEANWHILE

WAITING = [model for model in WRONG_MODELS.values() if model.family == "waiting"]


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
    calm = [quiet(plan) for plan in MADE_MEANWHILE]
    assert {run_daemon(ReferenceDaemon(wrong_model=wrong), plan).result for plan in calm} == {
        Result.CONFORMS
    }


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


class Refusing(Nested):
    """Pods are told to come again later."""

    def meanwhile(self, _event: Event) -> Reply:
        return {"success": False, "error": "Busy"}


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
