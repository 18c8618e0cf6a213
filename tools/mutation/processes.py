"""Work in forked processes: two at a time, each with a limit on time and memory."""

import json
import os
import resource
import select
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from attrs import define

T = TypeVar("T")

PROCESSES: Final = 2
MEMORY: Final = 4 * 2**30
"""Bytes of address space; the solver's library and the interpreter take a good part of one."""
LONGEST: Final = 240.0
"""Seconds by the clock that one process may take unless told, should it sleep instead of work."""

OUT_OF_MEMORY: Final = 3
"""The exit code of a process that wanted more."""

Say = Callable[[object], None]
"""Sends one JSON value to the process that forked this one."""


@define
class _Child:
    process: int
    pipe: int
    started: float
    said: bytes = b""


def in_processes(
    work: Callable[[T, Say], None], pieces: Iterable[T], longest: float = LONGEST
) -> Iterator[tuple[T, list[object], int]]:
    """Each piece worked on in a process of its own: what it said, and how it ended.

    The end is 0, the exit code of a failure, or minus the signal that ended it. Pieces come back
    in the order in which they end.
    """
    waiting = iter(pieces)
    running: dict[int, tuple[T, _Child]] = {}
    while True:
        while len(running) < PROCESSES:
            try:
                piece = next(waiting)
            except StopIteration:
                break
            child = _fork(work, piece)
            running[child.pipe] = piece, child
        if not running:
            return
        ready, _, _ = select.select(list(running), [], [], 1.0)
        for pipe, (piece, child) in list(running.items()):
            if pipe in ready:
                text = os.read(pipe, 1 << 16)
                child.said += text
                if not text:
                    os.close(pipe)
                    _, status = os.waitpid(child.process, 0)
                    del running[pipe]
                    said = [json.loads(line) for line in child.said.splitlines()]
                    yield piece, said, os.waitstatus_to_exitcode(status)
            elif time.monotonic() - child.started > longest:
                os.kill(child.process, signal.SIGPROF)


def limit(seconds: float) -> None:
    """End this process by `SIGPROF` once it has worked so long from now; a new call starts anew."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def gave_out(end: int) -> bool:
    """Whether a process ended so because of its limits, and not by a failure."""
    return end in (-signal.SIGPROF, OUT_OF_MEMORY)


def _fork(work: Callable[[T, Say], None], piece: T) -> _Child:
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return _Child(process, reading, time.monotonic())
    code = 1
    try:
        os.close(reading)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        work(piece, lambda value: _write(writing, value))
        code = 0
    except MemoryError:
        code = OUT_OF_MEMORY
    finally:
        os._exit(code)


def _write(pipe: int, value: object) -> None:
    data = json.dumps(value).encode() + b"\n"
    while data:
        data = data[os.write(pipe, data) :]
