"""Instants as ipamd prints them, in milliseconds since 1970 (UTC)."""

from datetime import UTC, datetime, timedelta
from typing import Final

from ipam_model.errors import InputError

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
ZERO_TIME: Final = int((datetime(1, 1, 1, tzinfo=UTC) - _EPOCH) / timedelta(milliseconds=1))
"""Go's zero time, 0001-01-01: "never", and so long ago that nothing depends on it (R17)."""

LATEST: Final = int((datetime(3000, 1, 1, tzinfo=UTC) - _EPOCH) / timedelta(milliseconds=1))
"""Whatever is later was mistyped."""


def parse_instant(text: str) -> int:
    """An RFC 3339 instant; fractions of a millisecond are cut off.

    Raises `InputError` if the text is none, has no time zone, or is later than `LATEST`.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise InputError(f"{text[:40]!r} is not an RFC 3339 time such as 2026-03-01T09:30:00Z")
    if instant.year == 1:
        return ZERO_TIME
    found = (instant - _EPOCH) // timedelta(milliseconds=1)
    if found > LATEST:
        raise InputError(f"{text[:40]!r} is in the far future; it must be before the year 3000")
    return found


def format_instant(instant: int) -> str:
    """RFC 3339 in UTC, with milliseconds where there are any."""
    try:
        whole = _EPOCH + timedelta(milliseconds=instant)
    except OverflowError:  # e.g. the end of an absurd cooldown
        return "after the year 9999"
    return whole.isoformat(timespec="milliseconds" if instant % 1000 else "seconds").replace(
        "+00:00", "Z"
    )


def format_duration(milliseconds: int) -> str:
    """Two units at most: 350 ms, 12 s, 3 min 5 s, 4 h 2 min, 12 d 3 h."""
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    seconds = milliseconds // 1000
    for unit, size, smaller, step in (
        ("d", 86400, "h", 3600),
        ("h", 3600, "min", 60),
        ("min", 60, "s", 1),
    ):
        if seconds >= size:
            rest = seconds % size // step
            return f"{seconds // size} {unit}" + (f" {rest} {smaller}" if rest else "")
    return f"{milliseconds / 1000:g} s"
