"""Pods wait on threads of their own: locks show, and nobody waits for ever."""

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from attrs import evolve

from ipam_model.conformance import running
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.patience import StillWaitingError, at_work, beside
from ipam_model.conformance.plan import DaemonPlan
from ipam_model.conformance.running import run_daemon
from ipam_model.conformance.subject import DaemonSetup, Reply
from ipam_model.conformance.verdict import Result
from ipam_model.errors import InputError
from ipam_model.requests import Request
from ipam_model.scenario.document import Advance, Event, PodAdd, PodsAdd, Start, Tick
from ipam_model.testing.conformance import check_conformance, hunting, minimising
from ipam_model.testing.conformance.arenas import arena_for
from ipam_model.testing.conformance.bench import Bench, Narrowed
from ipam_model.testing.conformance.hunting import Found, confirmed
from ipam_model.testing.conformance.making import Maker
from ipam_model.testing.conformance.minimising import smallest
from tests.conformance.daemons import node_plan
from tests.conformance.pods_meanwhile import CREATE, Locked, LockedOnce, Nested, during, growing

A = TypeVar("A")


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


# -- the smallest plan of one that hangs ---------------------------------------------------------


LONG_PLAN = node_plan(
    Start(),
    PodsAdd(count=3),
    Advance(ms=5),
    Tick(calls=(during(CREATE, PodAdd(pod="w"), PodAdd(pod="x")),)),
    PodAdd(pod="y"),
)


class Hanging(Nested):
    """Takes its time for pods while a call is pending, and never answers for the pod x."""

    patience = 0.25
    release = threading.Event()

    def meanwhile(self, event: Event) -> Reply:
        assert isinstance(event, PodAdd)
        if event.pod == "x":
            self.release.wait()
        time.sleep(0.05)
        return super().meanwhile(event)


class SlowAfterwards(Hanging):
    """Never answers for the pod x after the pod w, and is slow for x alone."""

    def meanwhile(self, event: Event) -> Reply:
        assert isinstance(event, PodAdd)
        if event.pod == "w":
            self.w_came = True
        elif getattr(self, "w_came", False):
            self.release.wait()
        else:
            time.sleep(0.05)
        return Nested.meanwhile(self, event)


class LateForX(Nested):
    """Answers for the pod x after its patience is over."""

    patience = 0.25

    def meanwhile(self, event: Event) -> Reply:
        assert isinstance(event, PodAdd)
        if event.pod == "x":
            time.sleep(0.35)
        return super().meanwhile(event)


class Locking(Locked):
    patience = 0.25

    def hurry(self, *_: object) -> None:
        raise AssertionError("it is a method of its own, and none of the kit's")


@pytest.fixture
def given_patience(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[float | None, int]]]:
    """The patience with each pod, and how many pods of earlier runs still wait.

    That of these subjects is taken for long.
    """
    given: list[tuple[float | None, int]] = []
    Hanging.release.clear()
    earlier = at_work()

    def noted(act: Callable[[], A], patience: float | None) -> A:
        given.append((patience, len(at_work() - earlier)))
        return beside(act, patience)

    monkeypatch.setattr(running, "beside", noted)
    monkeypatch.setattr(hunting, "LONG", 0.2)
    yield given
    Hanging.release.set()


def made_smaller(subject: type[Nested | Locked]) -> tuple[Found[DaemonPlan], Found[DaemonPlan]]:
    bench: Bench[DaemonPlan] = Bench(factory=subject, arena=arena_for(LONG_PLAN.kind))
    verdict = bench.judge(LONG_PLAN)
    assert verdict is not None
    assert (verdict.result, verdict.waited) == (Result.BROKEN, 0.25)
    found = confirmed(bench, LONG_PLAN, verdict)
    return found, smallest(bench, found)


FREED = (
    "Each run that fails waits 0.25 s for the subject, so the plan was freed of needless events "
    "and not made smaller otherwise."
)


def test_the_plan_of_one_that_hangs_is_made_smaller_in_a_hurry(
    given_patience: list[tuple[float | None, int]],
) -> None:
    found, small = made_smaller(Locking)
    assert (found.again, found.repeats) == (1, 1)
    assert small.plan.events == (
        Start(),
        PodsAdd(count=3),
        Tick(calls=(during(CREATE, PodAdd(pod="w")),)),
    )
    assert small.verdict.waited == 0.25  # as it goes with all its time
    assert small.verdict.waited_for == f"pod_add w during {CREATE}"
    assert (small.again, small.repeats, small.unsteady_at) == (1, 1, None)
    patience = Counter(seconds for seconds, _ in given_patience)
    assert patience == {0.25: 4, 0.01: len(given_patience) - 4}
    assert len(given_patience) > 5
    assert small.remark == FREED


@pytest.mark.usefixtures("given_patience")
def test_who_fails_differently_in_a_hurry_is_not_taken_for_it() -> None:
    """It is late for w as well, but what counts is x."""
    _, small = made_smaller(Hanging)
    assert small.plan.events[2:] == (Tick(calls=(during(CREATE, PodAdd(pod="x")),)),)
    assert small.verdict.waited_for == f"pod_add x during {CREATE}"


@pytest.mark.usefixtures("given_patience")
def test_who_is_only_slow_in_a_hurry_is_not_blamed_for_it() -> None:
    found, small = made_smaller(SlowAfterwards)
    assert (small.plan, small.verdict) == (found.plan, found.verdict)
    assert (small.again, small.repeats) == (1, 1)
    assert small.remark == (
        "Each run that fails waits 0.25 s for the subject. With 1/25 of that time a smaller plan "
        "failed in the same way, but not with all of it, so the plan was left as it was."
    )


def test_pods_of_runs_in_a_hurry_are_waited_for_before_the_run_that_counts(
    given_patience: list[tuple[float | None, int]],
) -> None:
    before = set(threading.enumerate())
    _, small = made_smaller(LateForX)
    assert not set(threading.enumerate()) - before
    assert small.plan.events[2:] == (Tick(calls=(during(CREATE, PodAdd(pod="x")),)),)
    assert max(others for seconds, others in given_patience if seconds == 0.01) > 0
    assert {others for seconds, others in given_patience if seconds == 0.25} == {0}


@pytest.mark.usefixtures("given_patience")
def test_few_pods_are_left_waiting_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minimising, "MOST_LATE", 2)
    before = threading.active_count()
    _, small = made_smaller(Hanging)
    with_all_its_time = 4
    assert threading.active_count() <= before + with_all_its_time + 2
    assert small.remark == (
        f"{FREED} Making the plan smaller was ended because the pods of too many runs still wait: "
        "some of its events may be needless."
    )


@pytest.mark.usefixtures("given_patience")
def test_a_report_says_why_there_may_be_a_smaller_plan(tmp_path: Path) -> None:
    report = check_conformance(
        Locking, areas=["pods-meanwhile"], directed=False, only_report=True, folder=tmp_path
    )
    (failure,) = report.failures
    assert "\n\nEach run that fails waits 0.25 s for the subject, so" in failure.text
    assert "not deterministic" not in failure.text


CUT_SHORT = (
    "Making the plan smaller was ended after 4 runs or 30 s: some of its events may be needless."
)


def test_who_runs_out_of_time_says_that_events_may_be_needless(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(minimising, "RUNS", 4)
    _, small = made_smaller(Locking)
    assert small.remark == CUT_SHORT
    assert small.plan.events == LONG_PLAN.events[:-1]


@pytest.mark.usefixtures("given_patience")
def test_who_runs_out_of_time_in_a_hurry_says_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minimising, "RUNS", 4)
    _, small = made_smaller(Locking)
    assert small.remark == f"{FREED} {CUT_SHORT}"
    assert small.plan.events == LONG_PLAN.events[:-1]


@pytest.mark.usefixtures("given_patience")
def test_a_plan_that_came_from_shrinking_is_tried_again_first() -> None:
    bench: Bench[DaemonPlan] = Bench(factory=SlowAfterwards, arena=arena_for(LONG_PLAN.kind))
    verdict = bench.judge(LONG_PLAN)
    assert verdict is not None
    small = smallest(bench, Found(plan=LONG_PLAN, verdict=verdict))
    assert small.plan == LONG_PLAN
    assert (small.again, small.repeats) == (1, 1)
