"""Statistics as JSON lines: `{"time", "total", "assigned", "cooling"?, "enis"?, …}`."""

import json
from collections.abc import Iterator
from typing import Final

from ipam_model.errors import InputError
from ipam_model.inspection.instants import parse_instant
from ipam_model.partial.sample import Sample
from ipam_model.trace.document import Fields, Place, decode_line

KEYS: Final = frozenset({"time", "total", "assigned", "cooling", "enis", "cordoned", "begins"})
LATEST_SECOND: Final = 32_503_680_000
"""The year 3000; milliseconds in place of seconds are found out so."""
_TIME: Final = "seconds, or an RFC 3339 time such as 2026-03-01T09:30:00Z"


def samples(lines: Iterator[tuple[Place, bytes]]) -> Iterator[Sample]:
    """The samples of the lines; blank ones are passed over.

    Raises `InputError` with file and line.
    """
    for place, raw in lines:
        if not raw.strip():
            continue
        fields = Fields(decode_line(raw, place, "statistics"), place, "statistics")
        unknown = fields.values.keys() - KEYS
        if unknown:
            fields.fail(f"unknown key {min(unknown)!r}; there are {', '.join(sorted(KEYS))}")
        yield Sample(
            place=place,
            time=_time(fields),
            total=fields.count("total"),
            assigned=fields.count("assigned"),
            cooling=fields.count("cooling") if "cooling" in fields else None,
            enis=fields.count("enis", least=1) if "enis" in fields else None,
            cordoned=fields.flag("cordoned") if "cordoned" in fields else None,
            begins=fields.flag("begins", False),
        )


def _time(fields: Fields) -> int:
    if "time" not in fields:
        fields.fail(f"no 'time', which is {_TIME}")
    value = fields.values["time"]
    if isinstance(value, str):
        return instant(fields.place, value)
    return seconds(fields.place, value)


def seconds(place: Place, value: object) -> int:
    """A number of seconds, in whole milliseconds; finer digits are cut off."""
    usable = isinstance(value, int | float) and not isinstance(value, bool)
    if not usable or not isinstance(value, int | float) or not 0 <= value < LATEST_SECOND:
        place.fail(f"time must be {_TIME}, not {json.dumps(value)[:40]}")
    return int(value * 1000)


def instant(place: Place, text: str) -> int:
    """An RFC 3339 time, in milliseconds since 1970."""
    try:
        return parse_instant(text)
    except InputError as error:
        place.fail(str(error))
