"""How long a pod waits that comes while a call of a subject is pending, and on which thread.

A daemon serves every pod on a thread of its own. Whoever holds a lock during a call to EC2 keeps
the pod waiting, which shows only if somebody waits for it no longer than a daemon would take.
"""

import contextvars
import threading
from collections.abc import Callable
from typing import Final, Protocol, TypeVar, runtime_checkable

T = TypeVar("T")

PATIENCE: Final = 5.0
"""Seconds in which a subject of this process must serve a pod while one of its calls is pending."""
PODS_WAIT: Final = (
    "pods wait until EC2 answers: a daemon serves them meanwhile. Is a lock held during the call?"
)


@runtime_checkable
class Limitable(Protocol):
    """A subject elsewhere, which may be given less time for its answers than it has."""

    def limit_answers_to(self, seconds: float | None) -> None:
        """Wait no longer than this for an answer from now on; `None`: as long as usual."""


class _PodThread(threading.Thread):
    """On which a pod is served."""


def at_work() -> frozenset[threading.Thread]:
    """The threads of this process on which pods are served, or wait to be."""
    return frozenset(each for each in threading.enumerate() if isinstance(each, _PodThread))


class StillWaitingError(Exception):
    """Whoever was asked has not answered in time, and may be at it still."""

    def __init__(self, thread: threading.Thread, patience: float) -> None:
        super().__init__()
        self.thread = thread
        """On which it may be."""
        self.patience = patience
        """So many seconds it had."""


def beside(act: Callable[[], T], patience: float | None) -> T:
    """The result of an act on a thread of its own, as a pod has one; what it raises is raised here.

    A lock that the waiting call holds keeps it waiting: `StillWaitingError` after `patience`
    seconds, never if that is `None`.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(act())
        except BaseException as error:  # noqa: BLE001 - raised again where somebody waits for it
            errors.append(error)

    context = contextvars.copy_context()
    thread = _PodThread(target=context.run, args=(work,), daemon=True)
    thread.start()
    thread.join(patience)
    if errors:
        raise errors[0]
    if results:
        return results[0]
    assert patience is not None, "whoever waits for ever sees the end"
    raise StillWaitingError(thread, patience)


def patience_of(subject: object) -> float | None:
    """See `Subject`: how long a pod waits at most; `None` if the subject itself sees to that."""
    patience: float | None = getattr(subject, "patience", PATIENCE)
    return patience


def wrong_patience(subject: object) -> str:
    """What is wrong with a subject's `patience`; empty if nothing is."""
    found: object = patience_of(subject)
    match found:
        case None:
            return ""
        case bool():
            pass
        case int() | float() if 0 < found <= threading.TIMEOUT_MAX:
            return ""
    return f"patience is {found!r}; it has to be a number of seconds above 0, or None"
