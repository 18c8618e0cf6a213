"""What is said besides calls, as JSON, in both directions: setups, events, observations, who it is.

A setup or event is sent with all its fields; an empty list, and what has no value, is left out. Of
what a program says, null means that it is left out.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias, cast

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
    said: Message = {"cards": [_card_json(each) for each in seen.cards]}
    if seen.enis:
        said["enis"] = [_eni_json(each) for each in seen.enis]
    return said


def _card_json(card: SeenCard) -> Message:
    return {
        "card": card.card,
        "enis": card.enis,
        "total": card.total,
        "assigned": card.assigned,
        "cooling": card.cooling,
    }


def _eni_json(eni: SeenEni) -> Message:
    said: Message = {
        "card": eni.card,
        "primary": eni.primary,
        "total": eni.total,
        "assigned": eni.assigned,
        "cooling": eni.cooling,
    }
    if eni.id:
        said["id"] = eni.id
    if eni.cidrs:
        said["cidrs"] = [_cidr_json(each) for each in eni.cidrs]
    return said


def _cidr_json(cidr: SeenCidr) -> Message:
    said: Message = {"cidr": cidr.cidr}
    if cidr.assigned:
        said["assigned"] = {**cidr.assigned}
    if cidr.cooling:
        said["cooling"] = [*cidr.cooling]
    return said


def decode_observation(said: Fields, precision: Precision) -> Observation:
    """A valid observation, no more of it than its precision promises.

    Raises `MalformedMessageError` if it shows less.
    """
    if said.get("running") is False:
        return Observation(running=False)
    if said.get("cards") is None:
        raise MalformedMessageError("$.observation: cards is missing, and the daemon runs")
    cards = tuple([_seen_card(each) for each in _list(said, "cards")])
    if precision is Precision.COUNTS:
        return Observation(cards=cards)
    if said.get("enis") is None and any(each.enis for each in cards):
        raise MalformedMessageError(
            f"$.observation: enis is missing, and the precision is {precision.value}"
        )
    exact = precision is Precision.EXACT
    enis = [_seen_eni(each, number, exact=exact) for number, each in enumerate(_list(said, "enis"))]
    return Observation(cards=cards, enis=tuple(enis))


def _seen_card(said: Any) -> SeenCard:  # noqa: ANN401 - it is valid
    return SeenCard(
        card=said.get("card") or 0,
        enis=said["enis"],
        total=said["total"],
        assigned=said["assigned"],
        cooling=said["cooling"],
    )


def _seen_eni(said: Any, number: int, *, exact: bool) -> SeenEni:  # noqa: ANN401 - it is valid
    if exact:
        for key in ("id", "cidrs"):
            if not said.get(key) and (key == "id" or said["total"]):
                raise MalformedMessageError(
                    f"$.observation.enis[{number}]: {key} is missing, and the precision is exact"
                )
    return SeenEni(
        card=said.get("card") or 0,
        primary=bool(said.get("primary")),
        total=said["total"],
        assigned=said["assigned"],
        cooling=said["cooling"],
        id=said["id"] if exact else "",
        cidrs=tuple([_seen_cidr(each) for each in _list(said, "cidrs")]) if exact else (),
    )


def _seen_cidr(said: Any) -> SeenCidr:  # noqa: ANN401 - it is valid
    return SeenCidr(
        cidr=said["cidr"],
        assigned=said.get("assigned") or {},
        cooling=tuple(said.get("cooling") or ()),
    )


def _present(said: Fields) -> Message:
    return {key: value for key, value in said.items() if value is not None}


def _list(said: Fields, key: str) -> list[Fields]:
    return cast("list[Fields]", said.get(key) or [])


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
