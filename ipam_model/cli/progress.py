"""A progress bar for long runs, on a terminal only."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Final, Protocol

PATIENCE: Final = 1.0
"""Seconds without a bar, or without a word on why there is none: short runs need neither."""


class Progress(Protocol):
    """Counts what is done."""

    def update(self, n: float | None = 1, /) -> bool | None:
        """So much more is done."""

    def clear(self) -> None:
        """Make room for other output; the next update draws the bar again."""


class Silence:
    """No bar: nobody watches, or there is nothing to show one with."""

    def update(self, n: float | None = 1, /) -> bool | None:
        """Say nothing."""

    def clear(self) -> None:
        """There is nothing in the way."""


@contextmanager
def progress(total: int | None, unit: str) -> Iterator[Progress]:
    """A bar on standard error if that is a terminal and tqdm (extra `progress`) is installed.

    It appears after a second, and leaves nothing behind. Without tqdm the extra is named then.
    """
    if not sys.stderr.isatty():
        yield Silence()
        return
    try:
        from tqdm import tqdm
    except ImportError:
        hint = Timer(PATIENCE, _name_the_extra)
        hint.daemon = True
        hint.start()
        try:
            yield Silence()
        finally:
            hint.cancel()
        return
    with tqdm(total=total, unit=unit, delay=PATIENCE, leave=False, file=sys.stderr) as bar:
        yield bar


def _name_the_extra() -> None:
    print(
        "ipam-model: running; pip install 'ipam-model[progress]' shows how far it is",
        file=sys.stderr,
        flush=True,
    )
