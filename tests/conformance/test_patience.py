"""Pods wait on threads of their own: locks show, and nobody waits for ever."""

import sys
import threading
from typing import TypeVar

import pytest
from attrs import evolve

from ipam_model.conformance.observation import Precision
from ipam_model.conformance.patience import StillWaitingError, beside
from ipam_model.conformance.running import run_daemon
from ipam_model.conformance.subject import DaemonSetup, Reply
from ipam_model.conformance.verdict import Result
from ipam_model.errors import InputError
from ipam_model.requests import Request
from ipam_model.scenario.document import Event, PodAdd, Start
from ipam_model.testing.conformance.bench import Narrowed
from ipam_model.testing.conformance.making import Maker
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
