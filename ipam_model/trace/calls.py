"""Calls as a trace names them."""

from collections.abc import Mapping

from ipam_model import aws_layer
from ipam_model.addresses import format_short
from ipam_model.requests import (
    AllocENI,
    AssignIPv6Prefixes,
    AssignPrivateIpAddresses,
    CreateENI,
    DescribeAllENIs,
    FreeENI,
    GetAddressesFromEC2,
    GetAttachedENIs,
    GetIPv6Prefixes,
    IsSubnetExcluded,
    Request,
    SetupENINetwork,
    TagENI,
    UnassignPrivateIpAddresses,
    WaitForENI,
)
from ipam_model.state import Network
from ipam_model.trace import snapshot
from ipam_model.trace.document import Fields, Json

RULE_OF_CALL: Mapping[str, str] = {
    "AssignPrivateIpAddresses": "R96",
    aws_layer.CREATE_AND_ATTACH: "R101",
    "FreeENI": "R136",
    "UnassignPrivateIpAddresses": "R138",
    "GetAttachedENIs": "R146",
    "DescribeAllENIs": "R149",
    "GetIPv4sFromEC2": "R152",
    "GetIPv4PrefixesFromEC2": "R153",
    "GetIPv6PrefixesFromEC2": "R60",
    "AssignIpv6Prefixes": "R60",
    "TagENI": "R57",
    "IsSubnetExcluded": "R58",
    "SetupENINetwork": "R58",
}
"""The rule that decides whether a call is made: named when a call is one too many."""


def expected_call(request: Request[object]) -> dict[str, Json] | None:
    """The recorded form of a request; `None` for what traces do not record."""
    match request:
        case DescribeAllENIs():
            return {"call": "DescribeAllENIs"}
        case GetAttachedENIs():
            return {"call": "GetAttachedENIs"}
        case TagENI(eni):
            return {"call": "TagENI", "eni": eni}
        case IsSubnetExcluded(subnet):
            return {"call": "IsSubnetExcluded", "subnet": subnet}
        case SetupENINetwork(eni):
            return {"call": "SetupENINetwork", "eni": eni}
        case AssignPrivateIpAddresses(eni, count, _):
            return {"call": "AssignPrivateIpAddresses", "eni": eni, "count": count}
        case AllocENI(count, _, card, subnet, _):
            call: dict[str, Json] = {"call": aws_layer.CREATE_AND_ATTACH, "count": count}
            if subnet is not None:
                call["subnet"] = subnet
            if card:
                call["card"] = card
            return call
        case CreateENI(subnet):
            bare: dict[str, Json] = {"call": aws_layer.CREATE_AND_ATTACH}
            return bare if subnet is None else bare | {"subnet": subnet}
        case GetIPv6Prefixes(eni):
            return {"call": "GetIPv6PrefixesFromEC2", "eni": eni}
        case AssignIPv6Prefixes(eni, count):
            return {"call": "AssignIpv6Prefixes", "eni": eni, "count": count}
        case WaitForENI(eni, count, _, _):
            return {"call": "WaitForENIAndIPsAttached", "eni": eni, "count": count}
        case FreeENI(eni):
            return {"call": "FreeENI", "eni": eni}
        case UnassignPrivateIpAddresses(eni, networks, prefixes):
            key = "prefixes" if prefixes else "ips"
            return {
                "call": "UnassignPrivateIpAddresses",
                "eni": eni,
                key: [format_short(network) for network in networks],
            }
        case GetAddressesFromEC2(eni, prefixes):
            name = "GetIPv4PrefixesFromEC2" if prefixes else "GetIPv4sFromEC2"
            return {"call": name, "eni": eni}
    return None


_NOT_ARGUMENTS = {"result", "attempts", "during"}


def same_arguments(expected: Mapping[str, object], recorded: Fields) -> bool:
    """Whether a recorded call has the modelled arguments, in whatever order lists stand."""
    arguments = {k: v for k, v in recorded.values.items() if k not in _NOT_ARGUMENTS}
    if arguments.get("card") == 0:
        del arguments["card"]
    return same_json(_unordered(arguments), _unordered(expected))


def same_json(seen: object, right: object) -> bool:
    """Equality that tells 1, 1.0 and true apart, as JSON does."""
    if type(seen) is not type(right):
        return False
    if isinstance(seen, dict) and isinstance(right, dict):
        return seen.keys() == right.keys() and all(same_json(v, right[k]) for k, v in seen.items())
    if isinstance(seen, list) and isinstance(right, list):
        return len(seen) == len(right) and all(map(same_json, seen, right))
    return seen == right


def _unordered(call: Mapping[str, object]) -> dict[str, object]:
    return {k: sorted(v, key=str) if isinstance(v, list) else v for k, v in call.items()}


def call_text(recorded: Fields) -> str:
    """A recorded call in words."""
    return text_of({k: v for k, v in recorded.values.items() if k not in _NOT_ARGUMENTS})


def text_of(call: Mapping[str, object]) -> str:
    """A call in words."""
    arguments = ", ".join(f"{k}={short(v)}" for k, v in call.items() if k != "call")
    return f"{call.get('call')}({arguments})"


def short(value: object) -> str:
    """A value in at most 200 characters."""
    text = " ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 200 else f"{text[:197]}..."


def named_networks(call: Fields) -> set[Network]:
    """Every address and prefix that a call, or an entry of `stale`, names."""
    return {*snapshot.networks_under(call, "ips"), *snapshot.networks_under(call, "prefixes")}
