"""A child process that is spoken to by lines: whatever it does, it costs bounded time and memory.

It has a process group of its own, which is killed at the end whether the program ended by itself or
not, so that its children end with it (a child that leaves the group is out of reach). One loop
moves its three streams, so that neither side waits for the other to read.
"""

import os
import selectors
import signal
import subprocess
import time
import weakref
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, Final

from ipam_model.conformance.wire.errors import (
    BrokenProtocolError,
    ProgramDiedError,
    ProgramTimeoutError,
    StartError,
)
from ipam_model.conformance.wire.lines import shown
from ipam_model.conformance.wire.protocol import LONGEST_LINE

KEPT: Final = 64 * 2**10
"""Bytes of its standard error that are kept."""
GRACE: Final = 2.0
"""Seconds that a program has to end by itself, and again after SIGTERM."""
_CHUNK: Final = 64 * 2**10


class Process:
    """A program that runs."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start it; `StartError` if there is no such program."""
        try:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise StartError(f"{command[0]}: cannot be started: {reason}") from None
        self._finalizer = weakref.finalize(self, _end, self._child)
        self._stdin, self._stdout, self._stderr = (
            _needed(stream)
            for stream in (self._child.stdin, self._child.stdout, self._child.stderr)
        )
        self._selector = selectors.DefaultSelector()
        for stream in (self._stdin, self._stdout, self._stderr):
            os.set_blocking(stream, False)
        self._selector.register(self._stdout, selectors.EVENT_READ)
        self._selector.register(self._stderr, selectors.EVENT_READ)
        self._unsent = bytearray()
        self._unread = bytearray()
        self._searched = 0
        """Bytes of `_unread` without a line feed."""
        self._errors = bytearray()
        self._over = False
        """Its output has ended."""

    @property
    def group(self) -> int:
        """The id of its process group."""
        return self._child.pid

    @property
    def stderr(self) -> str:
        """The last of what it wrote to its standard error."""
        return self._errors.decode("utf-8", "backslashreplace")

    # -- talking ---------------------------------------------------------------------------------

    def send(self, line: bytes) -> None:
        """Say a line; it goes out while `receive` waits for what comes back."""
        self._unsent += line
        if self._stdin not in self._selector.get_map():
            with suppress(ValueError, OSError):  # It has closed its input: `receive` will tell.
                self._selector.register(self._stdin, selectors.EVENT_WRITE)

    def receive(self, timeout: float) -> bytes:
        """Its next line, without the line feed.

        Raises `ProgramTimeoutError`, `ProgramDiedError`, or `BrokenProtocolError` for a line
        that is too long; each says what it wrote.
        """
        until = time.monotonic() + timeout
        while True:
            line = self._next_line()
            if line is not None:
                return line
            if self._over:
                raise ProgramDiedError(self._how_it_ended())
            left = until - time.monotonic()
            if left <= 0:
                why = f"no answer within {timeout:g} s{self._so_far()}"
                raise ProgramTimeoutError(why, waited=timeout)
            self._move(left)

    def pending(self) -> bytes:
        """What it wrote that nobody has received, as far as it has come."""
        while not self._over and len(self._unread) <= LONGEST_LINE and self._move(0):
            pass
        return bytes(self._unread)

    def _next_line(self) -> bytes | None:
        end = self._unread.find(b"\n", self._searched)
        if end < 0:
            self._searched = len(self._unread)
            if len(self._unread) >= LONGEST_LINE:
                raise BrokenProtocolError(
                    f"a line of more than {LONGEST_LINE // 2**20} MiB: {shown(self._unread)}"
                )
            return None
        line = bytes(self._unread[:end])
        del self._unread[: end + 1]
        self._searched = 0
        return line

    def _move(self, timeout: float) -> bool:
        """Wait for a stream, and move what it takes or gives; whether output has come."""
        came = False
        for key, _ in self._selector.select(timeout):
            if key.fd == self._stdin:
                self._write()
            elif key.fd == self._stdout:
                came = True
                self._read()
            else:
                self._read_errors()
        return came

    def _write(self) -> None:
        try:
            sent = os.write(self._stdin, self._unsent[:_CHUNK])
        except BlockingIOError:
            return
        except OSError:  # It does not read any more: its output ends as well, or it hangs.
            sent = len(self._unsent)
        del self._unsent[:sent]
        if not self._unsent:
            self._selector.unregister(self._stdin)

    def _read(self) -> None:
        some = os.read(self._stdout, _CHUNK)
        self._unread += some
        if not some:
            self._over = True
            self._selector.unregister(self._stdout)

    def _read_errors(self) -> None:
        some = os.read(self._stderr, _CHUNK)
        self._errors += some
        del self._errors[:-KEPT]
        if not some:
            self._selector.unregister(self._stderr)

    # -- how it went -----------------------------------------------------------------------------

    def _how_it_ended(self) -> str:
        """Its end in words; it has closed its output."""
        try:
            code = self._child.wait(GRACE)
        except subprocess.TimeoutExpired:
            how = "closed its standard output and goes on"
        else:
            name = _signal_name(-code) if code < 0 else ""
            how = f"was ended by {name}" if name else f"ended with exit code {code}"
        while self._stderr in self._selector.get_map() and self._selector.select(0):
            self._move(0)
        return f"{how}{self._so_far()}"

    def _so_far(self) -> str:
        """An unfinished line, and the last of its standard error."""
        told = f"; it wrote an unfinished line: {shown(self._unread)}" if self._unread else ""
        last = [line.strip() for line in self.stderr.splitlines() if line.strip()][-3:]
        if last:
            text = " | ".join(last)
            told += f"; its standard error ends: {text if len(text) <= 400 else '…' + text[-400:]}"
        return told

    # -- the end ---------------------------------------------------------------------------------

    def stop(self) -> str:
        """Let it end by itself, after `stop` has been sent; what was wrong with that, or nothing.

        Whatever happens, nothing of it is left.
        """
        until = time.monotonic() + GRACE
        while not self._over and self._unsent and time.monotonic() < until:
            self._move(until - time.monotonic())
        self._close_input()
        try:
            while not self._over and time.monotonic() < until:
                self._unread.clear()
                self._move(until - time.monotonic())
            code = self._child.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            return self._terminate()
        else:
            if code:
                return f"it ended with exit code {code} when it was told to stop"
            return "" if self._over else "it ended, but a child of it went on, and was killed"
        finally:
            self.kill()

    def _terminate(self) -> str:
        with suppress(ProcessLookupError):
            os.killpg(self.group, signal.SIGTERM)
        try:
            self._child.wait(GRACE)
        except subprocess.TimeoutExpired:
            return (
                f"it did not end within {GRACE:g} s of being told to stop, "
                f"nor within {GRACE:g} s of SIGTERM, and was killed"
            )
        return f"it did not end within {GRACE:g} s of being told to stop, and got SIGTERM"

    def _close_input(self) -> None:
        with suppress(KeyError, ValueError):
            self._selector.unregister(self._stdin)
        with suppress(OSError):
            _stream(self._child.stdin).close()

    def kill(self) -> None:
        """End it and its children; at any time, any number of times."""
        self._selector.close()
        self._finalizer()


def _needed(stream: IO[bytes] | None) -> int:
    return _stream(stream).fileno()


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None, "all three are pipes"
    return stream


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Nothing of it is left: the group is there as long as any of its processes is."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for stream in (child.stdin, child.stdout, child.stderr):
        with suppress(OSError):
            _stream(stream).close()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
