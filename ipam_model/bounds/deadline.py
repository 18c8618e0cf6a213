"""How long a witness may take to run: a big node has runs of hours."""

import time
from typing import Final


class OutOfTimeError(Exception):
    """A run was ended by its budget; the text says by which."""


class Deadline:
    """An instant at which runs end, so many seconds from now on; `None`: they may take any time."""

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._end = None if seconds is None else time.perf_counter() + seconds

    def check(self) -> None:
        """Go on, or raise `OutOfTimeError`."""
        if self._end is not None and time.perf_counter() >= self._end:
            raise OutOfTimeError(f"its replay was ended after {self._seconds:g} s")


UNLIMITED: Final = Deadline(None)
"""Runs may take any time."""
