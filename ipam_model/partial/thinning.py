"""From a recording that shows everything to a stream that shows little, for experiments."""

import json
from collections.abc import Iterator, Mapping
from typing import Final

from attrs import define, field, frozen

from ipam_model.config import Config
from ipam_model.daemon.datastore import index
from ipam_model.errors import InputError
from ipam_model.inspection.instants import format_instant
from ipam_model.inspection.write import introspection
from ipam_model.partial.sample import Kind
from ipam_model.state import AddressRecord, Cidr, Eni, Pod, PodKey, Store
from ipam_model.trace.check import config_of
from ipam_model.trace.document import Event, Trace
from ipam_model.trace.snapshot import CidrShape, EniShape, Recorded

_UNLOGGED: Final = frozenset({"restart", "external", "subnet_tag"})


@frozen
class Thinned:
    """A line of a thinned recording."""

    seq: int
    """Of the event after which (in a log, before which) it was seen."""
    text: str


@define
class Thinner:
    """Thins one recording; afterwards says what the stream does not show."""

    trace: Trace
    kind: Kind
    every: int = 0
    """No two lines are closer than this, in milliseconds; a log has its own pace."""
    config: Config = field(init=False)
    faults: int = field(default=0, init=False)
    """Failing calls, restarts, and changes by others, so far."""
    cordons: int = field(default=0, init=False)
    """How often the node was cordoned or uncordoned, so far."""

    def __attrs_post_init__(self) -> None:
        self.config = config_of(self.trace)

    def lines(self) -> Iterator[Thinned]:
        """What is left, up to a restart with other settings: from there on it is another node.

        Raises `InputError` if the recording cannot be read.
        """
        recorded = Recorded(self.trace.dialect)
        since = _Since()
        cordoned, last = False, -self.every
        for event in self.trace.events:
            if "env" in event.event:
                return
            if self.kind is Kind.LOG and event.kind == "tick" and recorded.running:
                yield Thinned(event.seq, _log_line(event.time, recorded))
            if self.kind is Kind.LOG and event.kind in ("init", "restart"):
                yield Thinned(event.seq, _log(event.time, "info", "Starting L-IPAMD v1.23.1  ..."))
            self._count(event)
            if event.kind in ("cordon", "uncordon"):
                cordoned = event.kind == "cordon"
            recorded.update(event.state)
            since.update(recorded, event.time)
            if self.kind is Kind.LOG or not recorded.running or event.time - last < self.every:
                continue
            last = event.time
            if self.kind is Kind.INTROSPECTION:
                text = _introspection(event.time, recorded, since, self.config)
            else:
                text = _statistics(event.time, recorded, cordoned)
            yield Thinned(event.seq, text)

    def _count(self, event: Event) -> None:
        told = self.kind is Kind.LOG and event.kind == "restart"
        self.faults += event.kind in _UNLOGGED and not told
        self.cordons += event.kind in ("cordon", "uncordon")
        for call in event.calls:
            if "result" in call and "error" in call.child("result"):
                self.faults += 1
            elif "attempts" in call:
                self.faults += any("error" in each for each in call.objects("attempts"))


def _stats(recorded: Recorded) -> tuple[int, ...]:
    """Those of card 0."""
    stats = recorded.other.get("stats")
    if not isinstance(stats, tuple):
        raise InputError("a running daemon without statistics")
    return next(numbers for card, numbers in stats if card == 0)


def _statistics(time: int, recorded: Recorded, cordoned: bool) -> str:
    total, assigned, *others = _stats(recorded)
    line: dict[str, object] = {"time": time / 1000, "total": total, "assigned": assigned}
    if others:
        line["cooling"] = others[0]
    line["enis"] = sum(eni.card == 0 for eni in recorded.enis.values())
    line["cordoned"] = cordoned
    return json.dumps(line)


def _log_line(time: int, recorded: Recorded) -> str:
    total, assigned, cooling, *_ = _stats(recorded)
    message = (
        f"IP stats for Network Card 0 - total IPs: {total}, assigned IPs: {assigned}, "
        f"cooldown IPs: {cooling}"
    )
    return _log(time, "debug", message)


def _log(time: int, level: str, message: str) -> str:
    return json.dumps({"level": level, "ts": format_instant(time), "msg": message})


@define
class _Since:
    """Since when an address is as it is; recordings do not say."""

    _now: dict[tuple[str, int], tuple[str | None, int]] = field(factory=dict)

    def update(self, recorded: Recorded, time: int) -> None:
        """After an event."""
        found: dict[tuple[str, int], tuple[str | None, int]] = {}
        for eni in recorded.enis.values():
            for cidr in eni.cidrs:
                for address, pod in _records(cidr).items():
                    before = self._now.get((eni.id, address))
                    kept = before is not None and before[0] == pod
                    since = before[1] if before is not None and kept else time
                    found[eni.id, address] = (pod, since)
        self._now = found

    def __getitem__(self, place: tuple[str, int]) -> int:
        return self._now[place][1]


def _records(cidr: CidrShape) -> dict[int, str | None]:
    unassigned = dict.fromkeys((*cidr.cooling, *cidr.expired))
    return {**unassigned, **dict(cidr.assigned)}


def _introspection(time: int, recorded: Recorded, since: _Since, config: Config) -> str:
    enis: Mapping[str, EniShape] = recorded.enis
    shown = tuple(_eni(eni, since) for _, eni in sorted(enis.items()) if eni.card == 0)
    store = Store(0, config.prefix_mode, shown, holdings=index(shown))
    return f"{format_instant(time)} {introspection([store])}"


def _eni(shape: EniShape, since: _Since) -> Eni:
    return Eni(
        id=shape.id,
        primary=shape.primary,
        device=shape.device,
        subnet=shape.subnet,
        created=shape.created,
        primary_address=0,
        trunk=shape.trunk,
        excluded=shape.excluded,
        cidrs=tuple(
            Cidr(
                cidr.network,
                cidr.network.size > 1,
                tuple(
                    AddressRecord(
                        address,
                        None if pod is None else Pod(PodKey(pod), f"default/{pod}"),
                        since[shape.id, address],
                    )
                    for address, pod in sorted(_records(cidr).items())
                ),
            )
            for cidr in shape.cidrs
        ),
    )
