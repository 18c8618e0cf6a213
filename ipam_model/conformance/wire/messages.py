"""What is said besides calls, as JSON, in both directions: setups, events, observations, who it is.

A setup or event is sent with all its fields; an empty list, and what has no value, is left out. Of
what a program says, null means that it is left out.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias, TypeVar, cast

from attrs import AttrsInstance, evolve, fields, frozen, has

from ipam_model.conformance import datastore_events as store
from ipam_model.conformance.observation import (
    Observation,
    Precision,
    SeenCard,
    SeenCidr,
    SeenEni,
)
from ipam_model.conformance.subject import Calls, Capabilities, Feature, Kind
from ipam_model.conformance.wire.errors import MalformedMessageError
from ipam_model.conformance.wire.protocol import PROTOCOL
from ipam_model.errors import InputError
from ipam_model.scenario.document import EVENTS as DAEMON_EVENTS
from ipam_model.scenario.document import Ec2Part, Event, NodePart, own_fields
from ipam_model.scenario.reading import structured, structured_event
from ipam_model.scenario.setup import in_full
from ipam_model.scenario.writing import to_json
from ipam_model.strict_json import JsonValue

Fields: TypeAlias = Mapping[str, JsonValue]
Message: TypeAlias = dict[str, JsonValue]
AnyEvent: TypeAlias = Event | store.DatastoreEvent

# -- setups --------------------------------------------------------------------------------------


def encode_daemon_setup(node: NodePart, ec2: Ec2Part) -> Message:
    """The fields of a daemon's `reset`: limits and max pods are always there.

    A subnet is a counter or a CIDR, and has no fields of the other kind, even at their defaults.
    """
    subnets: list[JsonValue] = [to_json(each) for each in ec2.subnets]
    return {
        "node": _in_full(in_full(node, ec2)),
        "ec2": {"subnets": subnets, **_in_full_part(evolve(ec2, subnets=()))},
    }


def encode_datastore_setup(setup: store.DatastorePart) -> Message:
    """The fields of a datastore's `reset`."""
    return {"datastore": _in_full(setup)}


def decode_daemon_setup(said: Fields) -> tuple[NodePart, Ec2Part]:
    """The parts of a valid `reset`."""
    return structured(said["node"], NodePart), structured(said["ec2"], Ec2Part)


def decode_datastore_setup(said: Fields) -> store.DatastorePart:
    """The settings of a valid `reset`."""
    return structured(said["datastore"], store.DatastorePart)


def _in_full(value: Any) -> JsonValue:  # noqa: ANN401 - whatever a field holds
    """Every field that has a value; an empty list may be left out wherever there can be one."""
    if has(type(value)):
        return _in_full_part(cast(AttrsInstance, value))
    if isinstance(value, tuple | list):
        return [_in_full(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _in_full(value[key]) for key in sorted(value)}
    assert value is None or isinstance(value, bool | int | float | str)
    return value


def _in_full_part(part: AttrsInstance) -> Message:
    return _fields_in_full(part, [each.name for each in fields(type(part))])


def _fields_in_full(part: AttrsInstance, names: list[str]) -> Message:
    found = ((name, getattr(part, name)) for name in names)
    return {name: _in_full(value) for name, value in found if value not in (None, ())}


# -- events --------------------------------------------------------------------------------------


def encode_event(event: AnyEvent) -> Message:
    """The `event` of an `apply`.

    Raises `InputError` for one that happens at an instant of its own: time passes by `advance`.
    """
    if isinstance(event, DAEMON_EVENTS):
        if event.at_ms is not None:
            raise InputError(
                f"{event.kind} at {event.at_ms} ms: a subject's time passes by advance"
            )
        return {"kind": event.kind, **_fields_in_full(event, [*own_fields(type(event))])}
    return {"kind": event.kind, **_in_full_part(event)}


_STORE_EVENTS: Final = {each.kind: each for each in store.EVENTS}


def decode_daemon_event(said: Fields) -> Event:
    """A valid event of a daemon."""
    return structured_event(dict(said))


def decode_datastore_event(said: Fields) -> store.DatastoreEvent:
    """A valid event of a datastore."""
    kind: type[store.DatastoreEvent] = _STORE_EVENTS[str(said["kind"])]
    return structured({key: value for key, value in said.items() if key != "kind"}, kind)


# -- observations --------------------------------------------------------------------------------


def encode_observation(seen: Observation) -> Message:
    """The `observation` of a message: numbers always, ids and CIDRs where there are any."""
    if not seen.running:
        return {"running": False}
    said: Message = {"cards": [cast(Message, _in_full(each)) for each in seen.cards]}
    if seen.enis:
        said["enis"] = [_seen_json(each) for each in seen.enis]
    return said


def _seen_json(eni: SeenEni) -> Message:
    said = _in_full_part(eni)
    return said if eni.id else {key: value for key, value in said.items() if key != "id"}


R = TypeVar("R", SeenCard, SeenEni, SeenCidr)


def decode_observation(said: Fields, precision: Precision) -> Observation:
    """A valid observation.

    Raises `MalformedMessageError` if it shows less than its precision promises.
    """
    present = _present(said)
    if present.get("running") is False:
        return Observation(running=False)
    if "cards" not in present:
        raise MalformedMessageError("$.observation: cards is missing, and the daemon runs")
    cards = tuple(SeenCard(**_known(SeenCard, each)) for each in _list(present, "cards"))
    if precision is Precision.COUNTS:
        return Observation(cards=cards)
    if "enis" not in present and any(each.enis for each in cards):
        raise MalformedMessageError(
            f"$.observation: enis is missing, and the precision is {precision.value}"
        )
    enis = tuple(
        _seen_eni(each, number, precision) for number, each in enumerate(_list(present, "enis"))
    )
    return Observation(cards=cards, enis=enis)


def _seen_eni(said: Fields, number: int, precision: Precision) -> SeenEni:
    known = _known(SeenEni, said)
    if precision is not Precision.EXACT:
        return SeenEni(**{key: value for key, value in known.items() if key not in {"id", "cidrs"}})
    for key in ("id", "cidrs"):
        if key not in known and (key == "id" or known["total"]):
            raise MalformedMessageError(
                f"$.observation.enis[{number}]: {key} is missing, and the precision is exact"
            )
    cidrs = tuple(_seen_cidr(each) for each in known.get("cidrs", ()))
    return SeenEni(**{**known, "cidrs": cidrs})


def _seen_cidr(said: Fields) -> SeenCidr:
    known = _known(SeenCidr, said)
    return SeenCidr(**{**known, "cooling": tuple(known.get("cooling", ()))})


def _known(kind: type[R], said: Fields) -> dict[str, Any]:
    """The fields of a record that are there."""
    names = {each.name for each in fields(kind)}
    return {key: value for key, value in said.items() if value not in (None, "") and key in names}


def _present(said: Fields) -> Message:
    return {key: value for key, value in said.items() if value is not None}


def _list(said: Fields, key: str) -> list[Fields]:
    return cast("list[Fields]", said.get(key, []))


# -- who it is -----------------------------------------------------------------------------------


@frozen(kw_only=True)
class Implementation:
    """Who is behind the protocol."""

    name: str
    language: str
    version: str
    source: str = ""
    """Where its source is."""
    issues: str = ""
    """Where to report its defects."""

    def __str__(self) -> str:
        return f"{self.name} {self.version} ({self.language})"


def encode_capabilities(can: Capabilities, who: Implementation) -> Message:
    """The fields of the answer to `start`."""
    return {
        "protocol": PROTOCOL,
        "kind": can.kind.value,
        "precision": can.precision.value,
        "calls": can.calls.value,
        "features": [*sorted(each.value for each in can.features)],
        "implementation": {key: value for key, value in _pairs(who) if value},
    }


def _pairs(who: Implementation) -> list[tuple[str, JsonValue]]:
    optional = {"source", "issues"}
    names = [each.name for each in fields(Implementation)]
    return [(name, getattr(who, name) or (None if name in optional else "?")) for name in names]


def decode_capabilities(said: Fields) -> tuple[Capabilities, Implementation]:
    """What a valid answer to `start` says of its sender."""
    who = _present(cast(Fields, said["implementation"]))
    names = {each.name for each in fields(Implementation)}
    implementation = Implementation(**{k: str(v) for k, v in who.items() if k in names})
    return (
        Capabilities(
            kind=Kind(said["kind"]),
            precision=Precision(said["precision"]),
            calls=Calls(said.get("calls") or Calls.CHANGES.value),
            features=frozenset(Feature(each) for each in cast("list[str]", said["features"])),
            name=implementation.name,
            version=implementation.version,
        ),
        implementation,
    )
