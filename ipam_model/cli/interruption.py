"""Ending a stream that has no end: Ctrl-C while waiting for it ends it as its end would."""

import signal
from collections.abc import Iterator
from contextlib import suppress
from types import FrameType
from typing import Generic, TypeVar

T = TypeVar("T")


class UntilInterrupted(Generic[T]):
    """The items of a stream until it ends, or the user ends it with Ctrl-C.

    What is being looked at when the signal comes is looked at to its end.
    """

    def __init__(self, items: Iterator[T]) -> None:
        self._items = items
        self._waiting = False
        self.interrupted = False
        with suppress(ValueError):  # Not the main thread: nobody interrupts it.
            signal.signal(signal.SIGINT, self._interrupt)

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        if self.interrupted:  # The second time it is meant.
            signal.signal(signal.SIGINT, signal.default_int_handler)
        self.interrupted = True
        if self._waiting:
            raise KeyboardInterrupt

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        if self.interrupted:
            raise StopIteration
        self._waiting = True
        try:
            return next(self._items)
        except KeyboardInterrupt:
            raise StopIteration from None
        finally:
            self._waiting = False
