"""Results of calls as a trace records them."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from ipam_model import aws_layer
from ipam_model.addresses import format_address
from ipam_model.ec2 import Ec2, Ec2Eni
from ipam_model.requests import (
    AllocENI,
    AssignIPv6Prefixes,
    AssignPrivateIpAddresses,
    AttachedEni,
    CreateENI,
    DescribeAllENIs,
    Described,
    Failed,
    GetAddressesFromEC2,
    GetAttachedENIs,
    GetIPv6Prefixes,
    IsSubnetExcluded,
    Request,
)
from ipam_model.state import Network
from ipam_model.trace import snapshot
from ipam_model.trace.calls import call_text, named_networks, same_json, short
from ipam_model.trace.document import Fields
from ipam_model.trace.mismatch import EC2, MismatchError


def compare_result(
    ec2: Ec2,
    request: Request[object],
    recorded: Fields,
    answer: object,
    attempts: tuple[aws_layer.Attempt, ...],
) -> None:
    """The recorded result must show the modelled answer; `ec2` is EC2 after the call."""
    result = recorded.child("result", optional=True)
    what = call_text(recorded)
    error = result.values.get("error")
    expected_error = answer.code if isinstance(answer, Failed) else None
    if error != expected_error:
        raise MismatchError(
            EC2,
            f"{what} -> {error or 'success'}",
            expected_error or "success, for no fault is armed and EC2 has what is asked for",
        )
    shown = _result_of(ec2, result, request, answer)
    if isinstance(request, AllocENI):
        tried = [
            {"subnet": subnet} | ({"error": code} if code else {}) for subnet, code in attempts
        ]
        if recorded.values.get("attempts", []) != tried:
            raise MismatchError(
                "R103", f"{what} trying {recorded.values.get('attempts')}", f"{tried}"
            )
    for key, value in shown.items():
        seen = _READ_RESULT.get(key, _plain)(result, key)
        if not same_json(seen, value):
            raise MismatchError(EC2, f"{what} -> {key} {_show(seen)}", _show(value))
    unknown = set(result.values) - set(shown) - {"error"}
    if unknown:
        raise MismatchError(EC2, f"{what} -> {min(unknown)}", "no such result")


def _result_of(
    ec2: Ec2, result: Fields, request: Request[object], answer: object
) -> dict[str, object]:
    """What the record must show of an answer."""
    if isinstance(answer, Failed):
        return {}
    match request:
        case DescribeAllENIs():
            return _described(ec2, result, cast(Described, answer))
        case GetAttachedENIs():
            return _listed(ec2, result, cast(tuple[AttachedEni, ...], answer))
        case IsSubnetExcluded():
            return {"excluded": answer}
        case AssignPrivateIpAddresses(_, _, prefixes) | GetAddressesFromEC2(_, prefixes):
            key = "prefixes" if prefixes else "ips"
            return {key: frozenset(cast(tuple[Network, ...], answer))}
        case GetIPv6Prefixes() | AssignIPv6Prefixes():
            return {"prefixes": frozenset(cast(tuple[Network, ...], answer))}
        case AllocENI():
            eni = ec2.eni(cast(str, answer))
            return {} if eni is None else _created(eni) | _granted(eni, request)
        case CreateENI():
            eni = ec2.eni(cast(str, answer))
            return {} if eni is None else _created(eni)
    return {}


def _created(eni: Ec2Eni) -> dict[str, object]:
    return {
        "eni": eni.id,
        "device": eni.device,
        "subnet": eni.subnet,
        "primary": format_address(eni.primary_address),
    }


def _granted(eni: Ec2Eni, request: AllocENI) -> dict[str, object]:
    if request.ipv6:
        first = eni.primary_ipv6
        return {"ipv6": None if first is None else format_address(first)}
    networks = eni.prefixes if request.prefixes else tuple(Network(a, 1) for a in eni.addresses)
    return {"prefixes" if request.prefixes else "ips": frozenset(networks)}


def _listed(ec2: Ec2, result: Fields, listed: tuple[AttachedEni, ...]) -> dict[str, object]:
    stale = result.values.get("stale")  # Checked when IMDS was asked.
    shown = {eni.id: frozenset(eni.addresses) for eni in listed}
    return {"enis": frozenset(shown), "stale": stale, "missing": missing_addresses(ec2, shown)}


def missing_addresses(
    ec2: Ec2, shown: Mapping[str, frozenset[int]]
) -> dict[str, frozenset[Network]]:
    """Addresses that listed ENIs have although IMDS does not show them yet."""
    if not ec2.arrivals.recent:
        return {}
    lacking = {
        eni.id: frozenset(Network(a, 1) for a in eni.addresses if a not in shown[eni.id])
        for eni in ec2.enis
        if eni.id in shown
    }
    return {eni: networks for eni, networks in lacking.items() if networks}


def _described(ec2: Ec2, result: Fields, answer: Described) -> dict[str, object]:
    shown = _listed(ec2, result, answer.enis)
    shown["trunk"] = answer.trunk
    if "tags" in result:
        shown["tags"] = dict(answer.tags)
    else:
        shown["no_manage"] = frozenset(
            eni for eni, tags in answer.tags.items() if tags.no_manage == "true"
        )
    return shown


def _plain(result: Fields, key: str) -> object:
    return result.values.get(key)


def _names(result: Fields, key: str) -> object:
    return frozenset(result.texts(key, optional=True))


def _read_networks(result: Fields, key: str) -> object:
    return frozenset(snapshot.networks_under(result, key))


def _read_missing(result: Fields, key: str) -> object:
    missing = result.child(key, optional=True)
    return {eni: frozenset(named_networks(missing.child(eni))) for eni in missing.values}


def _read_tags(result: Fields, key: str) -> object:
    tags = result.child(key)
    return {eni: snapshot.read_tags(tags.child(eni)) for eni in tags.values}


_READ_RESULT: Mapping[str, Callable[[Fields, str], Any]] = {
    "enis": _names,
    "missing": _read_missing,
    "no_manage": _names,
    "tags": _read_tags,
    "ips": _read_networks,
    "prefixes": _read_networks,
}


def _show(value: object) -> str:
    if isinstance(value, frozenset) and all(isinstance(each, Network) for each in value):
        return snapshot.describe_networks(value)
    return short(sorted(value) if isinstance(value, frozenset) else value)
