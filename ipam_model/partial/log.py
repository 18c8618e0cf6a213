"""ipamd's log: what it says at the beginning of every pass of the loop (ipamd.go:805@v1.23.1).

    IP stats for Network Card 0 - total IPs: 9, assigned IPs: 2, cooldown IPs: 1

A line of the log is a JSON object with the time under `ts`; before it may stand what a collector
adds. A line without such an object has its time in front. All other lines are skipped, except that
of a start of the daemon (main.go:105).
"""

import json
import re
from collections.abc import Iterator
from typing import Final

from attrs import evolve

from ipam_model.partial.sample import Sample
from ipam_model.partial.statistics import instant, seconds
from ipam_model.trace.document import Place

_MARK: Final = b"IP stats for Network Card "
_START: Final = b"Starting L-IPAMD"
_STATS: Final = re.compile(
    r"IP stats for Network Card (\d{1,3}) - "
    r"total IPs: (\d{1,9}), assigned IPs: (\d{1,9}), cooldown IPs: (\d{1,9})(?!\d)"
)
_INSTANT: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII
)


def samples(lines: Iterator[tuple[Place, bytes]], skipped: list[int]) -> Iterator[Sample]:
    """The samples of card 0; `skipped[0]` counts the other lines.

    Raises `InputError` with file and line for a line of statistics that cannot be read.
    """
    begins = False
    for place, raw in lines:
        if _MARK not in raw:
            begins = begins or _START in raw
            skipped[0] += 1
            continue
        sample = _sample(place, raw.decode("utf-8", errors="replace"))
        if sample is None:
            skipped[0] += 1
            continue
        yield evolve(sample, begins=begins)
        begins = False


def _sample(place: Place, text: str) -> Sample | None:
    found = _STATS.search(text)
    if found is None:
        place.fail(
            "statistics that cannot be read; they are as 'IP stats for Network Card 0 - "
            "total IPs: 9, assigned IPs: 2, cooldown IPs: 1' in v1.23"
        )
    card, total, assigned, cooling = map(int, found.groups())
    if card != 0:
        return None
    return Sample(
        place=place,
        time=_time(place, text, found.start()),
        total=total,
        assigned=assigned,
        cooling=cooling,
    )


def _time(place: Place, text: str, message: int) -> int:
    start = text.find("{")
    if 0 <= start < message:
        try:
            line = json.JSONDecoder().raw_decode(text, start)[0]
        except ValueError:
            line = None
        stamp = line.get("ts") if isinstance(line, dict) else None
        if isinstance(stamp, int | float):
            return seconds(place, stamp)
        if isinstance(stamp, str):
            return instant(place, stamp)
    found = _INSTANT.search(text, 0, message)
    if found is None:
        place.fail("statistics without a time; a log line is JSON with ts, or begins with its time")
    stamp = found[0].replace(" ", "T")
    return instant(place, stamp if re.search(r"(Z|[+-]\d\d:?\d\d)$", stamp) else f"{stamp}Z")
