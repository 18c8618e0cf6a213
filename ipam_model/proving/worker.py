"""A process that works on one task after another and is killed over one that takes too long.

Neither a solver's time-out nor its limit on steps stops every loop inside it, and a crash of its
library would take this process along. So it runs in another one.
"""

import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from time import monotonic
from typing import Any, Final, Generic, TypeVar

from attrs import frozen

from ipam_model.errors import IpamModelError

T = TypeVar("T")
R = TypeVar("R")

FORK: Final = multiprocessing.get_context("fork")
"""A task names texts that are local functions, which only a fork takes along."""


@frozen
class Ended:
    """The process ended, or was ended, before it replied."""

    reason: str


class Worker(Generic[T, R]):
    """A process that replies to tasks one by one. It is started with the first of them.

    What `work` raises in the process is raised here.
    """

    def __init__(self, work: Callable[[T], R]) -> None:
        """Work as `work` does; tasks and replies must be picklable."""
        self._work = work
        self._process: Any = None
        self._pipe: Connection[Any, Any] | None = None
        self._since = 0.0

    def start(self, task: T) -> None:
        """Let the process begin with a task; the one before must be finished."""
        if self._pipe is None:
            self._pipe, theirs = FORK.Pipe()
            self._process = FORK.Process(
                target=_serve, args=(theirs, self._pipe, self._work), daemon=True
            )
            self._process.start()
            theirs.close()
        self._since = monotonic()
        self._pipe.send(task)

    def finish(self, seconds: float) -> R | Ended:
        """The reply to the task, which is given so much time by the clock, since it was started."""
        assert self._pipe is not None, "nothing was started"
        if not self._pipe.poll(max(0.0, self._since + seconds - monotonic())):
            self.close()
            return Ended(f"no answer within {seconds:g} s; the solver's process was killed")
        try:
            good, reply = self._pipe.recv()
        except (EOFError, ConnectionError):
            self._process.join()
            code = self._process.exitcode
            self.close()
            return Ended(f"the solver's process ended by itself, with code {code}")
        if not good:
            raise reply
        answer: R = reply
        return answer

    def close(self) -> None:
        """End the process at once, if there is one."""
        if self._pipe is not None:
            self._process.kill()
            self._process.join()
            self._pipe.close()
            self._process.close()
            self._pipe = self._process = None


def _serve(
    tasks: "Connection[Any, Any]", parents: "Connection[Any, Any]", work: Callable[[T], R]
) -> None:
    parents.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever is interrupted ends this process
    while True:
        try:
            task = tasks.recv()
        except EOFError:
            return
        try:
            reply: tuple[bool, object] = True, work(task)
        except IpamModelError as error:
            reply = False, error
        tasks.send(reply)
