"""A progress bar for long runs, on a terminal only."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Timer
from typing import Final, Protocol, TextIO, TypeVar

from ipam_model.errors import InputError
from ipam_model.extras import missing_extra

T = TypeVar("T")

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
def progress(total: int | None, unit: str, *, hidden: bool = False) -> Iterator[Progress]:
    """A bar on standard error if that is a terminal and tqdm (extra `progress`) is installed.

    It appears after a second, and leaves nothing behind. Without tqdm the extra is named then.
    A `hidden` one is not shown at all.
    """
    if hidden or not sys.stderr.isatty():
        yield Silence()
        return
    try:
        shown = bar(total, unit, sys.stderr)
    except InputError:
        hint = Timer(PATIENCE, _name_the_extra)
        hint.daemon = True
        hint.start()
        try:
            yield Silence()
        finally:
            hint.cancel()
        return
    with shown as drawn:
        yield drawn


def bar(
    total: int | None, unit: str, stream: TextIO, *, delay: float = PATIENCE
) -> AbstractContextManager[Progress]:
    """A bar on a stream, whatever that is; `InputError` if tqdm is not installed."""
    try:
        from tqdm import tqdm
    except ImportError as error:
        raise missing_extra("tqdm", "progress") from error
    # Processes are forked while a bar is drawn, and a thread of its own would be lost in them. What
    # that thread does is not needed if the bar looks at the clock at every update.
    tqdm.monitor_interval = 0
    return tqdm(total=total, unit=unit, delay=delay, leave=False, file=stream, miniters=1)


def followed(items: Iterable[T], unit: str, total: int) -> Iterator[T]:
    """The items one by one, with a bar that says how many of them are done."""
    with progress(total, unit) as bar:
        for item in items:
            yield item
            bar.update(1)


def _name_the_extra() -> None:
    print(
        "ipam-model: running; pip install 'ipam-model[progress]' shows how far it is",
        file=sys.stderr,
        flush=True,
    )
