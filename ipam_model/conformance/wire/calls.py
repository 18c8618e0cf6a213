"""Requests to EC2 and their answers, as JSON, in both directions.

Calls have the names and arguments of traces. What a trace leaves to its reader, whether `count` is
of prefixes or of IPv6 addresses, is said.
"""

from collections.abc import Callable, Mapping
from typing import Final, cast

from ipam_model import aws_layer
from ipam_model.addresses import (
    format_address,
    format_network,
    format_short,
    parse_address,
    parse_network,
)
from ipam_model.errors import InputError
from ipam_model.requests import (
    DONE,
    AllocENI,
    AssignIPv6Prefixes,
    AssignPrivateIpAddresses,
    AttachedEni,
    CreateENI,
    DescribeAllENIs,
    Described,
    EniTags,
    Failed,
    FreeENI,
    GetAddressesFromEC2,
    GetAttachedENIs,
    GetIPv6Prefixes,
    IsSubnetExcluded,
    Ownership,
    Request,
    TagENI,
    UnassignPrivateIpAddresses,
    WaitForENI,
)
from ipam_model.state import Network
from ipam_model.strict_json import JsonValue
from ipam_model.trace.calls import expected_call

Fields = Mapping[str, JsonValue]

# -- requests ------------------------------------------------------------------------------------


def encode_request(request: Request[object]) -> dict[str, JsonValue]:
    """The `ask` of a request; `InputError` for what no subject may ask for."""
    call = expected_call(request)
    if call is None or call["call"] not in _REQUESTS:
        raise InputError(f"{type(request).__name__} is nothing that a subject asks the kit for")
    said = call
    if isinstance(request, AssignPrivateIpAddresses | AllocENI | WaitForENI) and request.prefixes:
        said["prefixes"] = True
    if isinstance(request, AllocENI | WaitForENI) and request.ipv6:
        said["ipv6"] = True
    return said


def decode_request(said: Fields) -> Request[object]:
    """The request of a valid `ask`; `InputError` for a malformed address."""
    return _REQUESTS[str(said["call"])](said)


def _eni(said: Fields) -> str:
    return str(said["eni"])


def _count(said: Fields) -> int:
    return cast(int, said["count"])


def _flag(said: Fields, name: str) -> bool:
    return bool(said.get(name))


def _create(said: Fields) -> Request[object]:
    subnet = cast("str | None", said.get("subnet"))
    if said.get("count") is None:
        return CreateENI(subnet)
    return AllocENI(
        _count(said),
        _flag(said, "prefixes"),
        cast(int, said.get("card") or 0),
        subnet,
        _flag(said, "ipv6"),
    )


def _wait(said: Fields) -> Request[object]:
    return WaitForENI(_eni(said), _count(said), _flag(said, "prefixes"), _flag(said, "ipv6"))


def _unassign(said: Fields) -> Request[object]:
    prefixes, singles = _networks(said.get("prefixes")), _networks(said.get("ips"))
    if prefixes and singles:
        raise InputError("UnassignPrivateIpAddresses takes ips or prefixes, not both")
    return UnassignPrivateIpAddresses(
        _eni(said), tuple(sorted(prefixes or singles)), bool(prefixes)
    )


_REQUESTS: Final[Mapping[str, Callable[[Fields], Request[object]]]] = {
    aws_layer.CREATE_AND_ATTACH: _create,
    "WaitForENIAndIPsAttached": _wait,
    "FreeENI": lambda said: FreeENI(_eni(said)),
    "AssignPrivateIpAddresses": lambda said: AssignPrivateIpAddresses(
        _eni(said), _count(said), _flag(said, "prefixes")
    ),
    "UnassignPrivateIpAddresses": _unassign,
    "AssignIpv6Prefixes": lambda said: AssignIPv6Prefixes(_eni(said), _count(said)),
    "DescribeAllENIs": lambda _: DescribeAllENIs(),
    "GetAttachedENIs": lambda _: GetAttachedENIs(),
    "GetIPv4sFromEC2": lambda said: GetAddressesFromEC2(_eni(said), prefixes=False),
    "GetIPv4PrefixesFromEC2": lambda said: GetAddressesFromEC2(_eni(said), prefixes=True),
    "GetIPv6PrefixesFromEC2": lambda said: GetIPv6Prefixes(_eni(said)),
    "IsSubnetExcluded": lambda said: IsSubnetExcluded(str(said["subnet"])),
    "TagENI": lambda said: TagENI(_eni(said)),
}
CALLS: Final = tuple(_REQUESTS)
"""Every call by name."""

# -- answers -------------------------------------------------------------------------------------


def encode_answer(request: Request[object], answer: object) -> dict[str, JsonValue]:
    """The `answer` to a request."""
    match answer:
        case Failed(code):
            return {"error": code}
        case bool():
            return {"excluded": answer}
        case str():
            return {"eni": answer}
        case AttachedEni():
            return {"enis": [_eni_json(answer)]}
        case Described():
            return _described_json(answer)
        case tuple() if isinstance(request, GetAttachedENIs):
            return {"enis": [_eni_json(each) for each in answer]}
        case tuple():
            networks: JsonValue = [format_short(each) for each in answer]
            return {"prefixes" if _of_prefixes(request) else "ips": networks}
    assert answer is DONE
    return {}


def _of_prefixes(request: Request[object]) -> bool:
    match request:
        case AssignPrivateIpAddresses() | GetAddressesFromEC2():
            return request.prefixes
    return isinstance(request, GetIPv6Prefixes | AssignIPv6Prefixes)


def _eni_json(eni: AttachedEni) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {
        "id": eni.id,
        "primary": eni.primary,
        "device": eni.device,
        "card": eni.card,
        "subnet": eni.subnet,
        "primary_address": format_address(eni.primary_address),
        "ips": [format_address(each) for each in eni.addresses],
        "prefixes": [format_network(each) for each in eni.prefixes],
    }
    if eni.primary_ipv6 is not None:
        found["primary_ipv6"] = format_address(eni.primary_ipv6)
    return found


def _described_json(found: Described) -> dict[str, JsonValue]:
    said: dict[str, JsonValue] = {
        "enis": [_eni_json(each) for each in found.enis],
        "tags": {eni: _tags_json(tags) for eni, tags in sorted(found.tags.items())},
        "efas": [*sorted(found.efas)],
        "efa_only": [*sorted(found.efa_only)],
    }
    if found.trunk is not None:
        said["trunk"] = found.trunk
    return said


def _tags_json(tags: EniTags) -> dict[str, JsonValue]:
    said: dict[str, JsonValue] = {}
    if tags.no_manage is not None:
        said["no_manage"] = tags.no_manage
    if tags.instance_id is not None:
        said["instance_id"] = tags.instance_id.value
    return said


def decode_answer(request: Request[object], said: Fields) -> object:
    """What a valid `answer` to this request means."""
    if "error" in said:
        return Failed(str(said["error"]))
    match request:
        case AllocENI() | CreateENI():
            return _eni(said)
        case WaitForENI():
            return _attached(said)[0]
        case GetAttachedENIs():
            return _attached(said)
        case DescribeAllENIs():
            return _described(said)
        case IsSubnetExcluded():
            return bool(said["excluded"])
        case FreeENI() | TagENI() | UnassignPrivateIpAddresses():
            return DONE
    return _networks(said["prefixes" if _of_prefixes(request) else "ips"])


def _described(said: Fields) -> Described:
    tags = cast("Mapping[str, Fields]", said["tags"])
    return Described(
        enis=_attached(said),
        tags={eni: _tags(each) for eni, each in tags.items()},
        trunk=cast("str | None", said.get("trunk")),
        efas=frozenset(cast("list[str]", said["efas"])),
        efa_only=frozenset(cast("list[str]", said["efa_only"])),
    )


def _tags(said: Fields) -> EniTags:
    owner = said.get("instance_id")
    return EniTags(
        cast("str | None", said.get("no_manage")), None if owner is None else Ownership(owner)
    )


def _attached(said: Fields) -> tuple[AttachedEni, ...]:
    return tuple(_attached_eni(each) for each in cast("list[Fields]", said["enis"]))


def _attached_eni(said: Fields) -> AttachedEni:
    ipv6 = said.get("primary_ipv6")
    return AttachedEni(
        id=str(said["id"]),
        primary=_flag(said, "primary"),
        device=cast(int, said["device"]),
        card=cast(int, said["card"]),
        subnet=str(said["subnet"]),
        primary_address=parse_address(str(said["primary_address"])),
        addresses=tuple(parse_address(str(each)) for each in cast("list[str]", said["ips"])),
        prefixes=_networks(said["prefixes"]),
        primary_ipv6=None if ipv6 is None else parse_address(str(ipv6)),
    )


def _networks(said: JsonValue) -> tuple[Network, ...]:
    return tuple(parse_network(each) for each in cast("list[str]", said or []))
