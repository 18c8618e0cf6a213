"""A process for one task after another, killed over one that takes too long."""

import os
import time

import pytest

from ipam_model.errors import InputError
from ipam_model.proving.worker import Ended, Worker


def work(task: str) -> tuple[int, str]:
    match task:
        case "sleep":
            time.sleep(60)
        case "loop":
            while True:
                pass
        case "end":
            os._exit(3)
        case "refuse":
            raise InputError("not that")
    return os.getpid(), task


def test_one_process_works_on_one_task_after_another() -> None:
    worker = Worker(work)
    try:
        replies = []
        for task in ("a", "b"):
            worker.start(task)
            reply = worker.finish(30)
            assert not isinstance(reply, Ended)
            replies.append(reply)
    finally:
        worker.close()
    (one, first), (other, second) = replies
    assert (first, second) == ("a", "b")
    assert one == other != os.getpid()


@pytest.mark.parametrize("task", ["sleep", "loop"])
def test_a_task_that_takes_too_long_costs_the_process_its_life(task: str) -> None:
    worker = Worker(work)
    try:
        worker.start("a")
        before = worker.finish(30)
        worker.start(task)
        since = time.monotonic()
        ended = worker.finish(0.3)
        assert ended == Ended("no answer within 0.3 s; the solver's process was killed")
        assert time.monotonic() - since < 20
        worker.start("b")
        after = worker.finish(30)
    finally:
        worker.close()
    assert not isinstance(before, Ended)
    assert not isinstance(after, Ended)
    assert before[0] != after[0]
    with pytest.raises(ProcessLookupError):
        os.kill(before[0], 0)


def test_a_process_that_ends_by_itself_is_replaced() -> None:
    worker = Worker(work)
    try:
        worker.start("end")
        assert worker.finish(30) == Ended("the solver's process ended by itself, with code 3")
        worker.start("a")
        assert not isinstance(worker.finish(30), Ended)
    finally:
        worker.close()


def test_what_work_complains_of_is_raised_here() -> None:
    worker = Worker(work)
    try:
        worker.start("refuse")
        with pytest.raises(InputError, match="not that"):
            worker.finish(30)
    finally:
        worker.close()


def test_closing_what_never_started() -> None:
    Worker(work).close()
