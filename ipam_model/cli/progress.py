"""A progress bar for long runs, on a terminal only."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Progress(Protocol):
    """Counts what is done."""

    def update(self, n: float | None = 1, /) -> bool | None:
        """So much more is done."""


class Silence:
    """No bar: nobody watches, or there is nothing to show one with."""

    def update(self, n: float | None = 1, /) -> bool | None:
        """Say nothing."""


@contextmanager
def progress(total: int, unit: str) -> Iterator[Progress]:
    """A bar on standard error if that is a terminal and tqdm (extra `progress`) is installed.

    It appears after a second, so that short runs show none, and leaves nothing behind.
    """
    if not sys.stderr.isatty():
        yield Silence()
        return
    try:
        from tqdm import tqdm
    except ImportError:
        yield Silence()
        return
    with tqdm(total=total, unit=unit, delay=1, leave=False, file=sys.stderr) as bar:
        yield bar
