"""Opening a stream of observations of any kind."""

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Final

from ipam_model.config import Config
from ipam_model.errors import InputError
from ipam_model.partial import introspection, log, statistics
from ipam_model.partial.sample import Kind, Sample, Stream
from ipam_model.trace.document import Place, name_of, raw_lines

_EXPECTED: Final[Mapping[Kind, str]] = {
    Kind.STATISTICS: 'lines such as {"time": 5, "total": 9, "assigned": 2}',
    Kind.INTROSPECTION: "lines of a time and the JSON of /v1/enis",
    Kind.LOG: "lines of ipamd's log at level debug, with 'IP stats for Network Card 0'",
}


def read_observations(path: Path, kind: Kind, config: Config) -> Stream:
    """A stream of observations, read as they are asked for.

    Raises `InputError`, at once or while samples are read, with file and line: what is no
    observation, time that goes back, or nothing at all.
    """
    skipped = [0]
    samples = samples_of(kind, raw_lines(path), config, skipped)
    first = next(samples, None)
    if first is None:
        raise InputError(f"{name_of(path)}: no observation in it; expected {_EXPECTED[kind]}")
    return Stream(name_of(path), kind, chain([first], samples), skipped)


def samples_of(
    kind: Kind, lines: Iterator[tuple[Place, bytes]], config: Config, skipped: list[int]
) -> Iterator[Sample]:
    """The samples of lines of a kind; `skipped[0]` counts those that are none.

    Raises `InputError` with file and line.
    """
    if kind is Kind.LOG:
        return _in_order(log.samples(lines, skipped))
    if kind is Kind.INTROSPECTION:
        return _in_order(introspection.samples(lines, config))
    return _in_order(statistics.samples(lines))


def _in_order(samples: Iterator[Sample]) -> Iterator[Sample]:
    before: int | None = None
    for sample in samples:
        if before is not None and sample.time < before:
            back = (before - sample.time) / 1000
            sample.place.fail(f"time goes back by {back:g} s; observations are in order of time")
        before = sample.time
        yield sample
