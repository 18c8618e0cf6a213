"""Snapshots of `/v1/enis`, one a line: the time it was taken at, a space, the JSON."""

from collections.abc import Iterator

from attrs import evolve

from ipam_model.config import Config
from ipam_model.errors import InputError
from ipam_model.inspection.introspection import ObservedCard, read, recognise
from ipam_model.inspection.json_text import find
from ipam_model.partial.sample import Sample, SeenEni, SeenRecord
from ipam_model.partial.statistics import instant, seconds
from ipam_model.state import Cidr, Eni
from ipam_model.trace.document import Place

_EXPECTED = "the JSON of /v1/enis after a time"


def samples(lines: Iterator[tuple[Place, bytes]], config: Config) -> Iterator[Sample]:
    """The samples of the lines; blank ones are passed over.

    Raises `InputError` with file and line.
    """
    for place, raw in lines:
        text = raw.decode("utf-8", errors="replace").strip()
        if text:
            yield _sample(place, text, config)


def _sample(place: Place, text: str, config: Config) -> Sample:
    stamp, _, rest = text.partition(" ")
    if stamp.startswith("{") or not rest:
        place.fail(f"no time; a line is {_EXPECTED}, as from: echo $(date +%s.%3N) $(curl …)")
    time = _time(place, stamp)
    try:
        found = find(place.path, rest, recognise, _EXPECTED)
    except InputError as error:  # It counts lines from the beginning of what it is given.
        place.fail(str(error).removeprefix(f"{place.path}:1: "))
    cards = [card for card in read(evolve(found, line=place.line)).cards if card.card == 0]
    if not cards:
        place.fail("no network card 0 in it")
    return _of_card(place, time, cards[0], config)


def _time(place: Place, stamp: str) -> int:
    try:
        number = float(stamp)
    except ValueError:
        return instant(place, stamp)
    return seconds(place, number)


def _of_card(place: Place, time: int, card: ObservedCard, config: Config) -> Sample:
    total = assigned = cooling = 0
    seen = []
    for eni in card.enis:
        cidrs = [cidr for cidr in eni.cidrs if cidr.is_prefix == config.prefix_mode]
        seen.append(_eni(eni, cidrs, config))
        if eni.excluded:
            continue
        for cidr in cidrs:
            total += cidr.network.size
            assigned += cidr.assigned()
            cooling += cidr.cooling(time, config.cooldown)
    return Sample(
        place=place,
        time=time,
        total=total,
        assigned=assigned,
        cooling=cooling,
        enis=len(card.enis),
        seen=tuple(seen),
    )


def _eni(eni: Eni, cidrs: list[Cidr], config: Config) -> SeenEni:
    unusable = eni.trunk or eni.excluded
    custom = config.settings.custom_networking and eni.primary
    return SeenEni(
        id=eni.id,
        cidrs=0 if eni.excluded else len(cidrs),
        grows=not (unusable or custom),
        goes=not (eni.primary or eni.trunk or eni.efa),
        records={
            record.address: SeenRecord(
                None if record.pod is None else record.pod.name or record.pod.key.container,
                record.since,
            )
            for cidr in eni.cidrs
            for record in cidr.records
        },
    )
