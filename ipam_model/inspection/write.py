"""A state of the model as ipamd v1.23 would show it: what reading is checked against."""

import base64
import json
from collections.abc import Iterable

from ipam_model.addresses import format_address, format_network
from ipam_model.inspection.checkpoint import VERSION
from ipam_model.inspection.instants import ZERO_TIME, format_instant
from ipam_model.requests import CheckpointEntry
from ipam_model.state import AddressRecord, Cidr, Eni, Pod, Store

_NEVER = "0001-01-01T00:00:00Z"


def introspection(stores: Iterable[Store], *, epoch: int = 0, blanked: bool = True) -> str:
    """The compact JSON of `/v1/enis`.

    `epoch` is added to the instants of the state, in milliseconds since 1970. `blanked` leaves out
    container ids and interface names, as v1.23 does; without it the answer is that of v1.22.
    """
    return json.dumps(
        {str(store.card): _store(store, epoch, blanked) for store in stores},
        separators=(",", ":"),
    )


def checkpoint(entries: Iterable[CheckpointEntry], *, epoch: int = 0) -> str:
    """The compact JSON of a checkpoint file; `epoch` as for `introspection`."""
    allocations = [
        {
            **_key(entry.pod, blanked=False),
            "ipv4": format_address(entry.address),
            "allocationTimestamp": (entry.assigned_at + epoch) * 1_000_000,
            "metadata": _metadata(entry.pod),
        }
        for entry in entries
    ]
    return json.dumps({"version": VERSION, "allocations": allocations}, separators=(",", ":"))


def _store(store: Store, epoch: int, blanked: bool) -> dict[str, object]:
    return {
        "TotalIPs": store.counter_total(),
        "AssignedIPs": len(store.holdings),
        "ENIs": {eni.id: _eni(eni, epoch, blanked) for eni in store.enis},
    }


def _eni(eni: Eni, epoch: int, blanked: bool) -> dict[str, object]:
    return {
        "ID": eni.id,
        "IsPrimary": eni.primary,
        "IsTrunk": eni.trunk,
        "IsEFA": eni.efa,
        "DeviceNumber": eni.device,
        "AvailableIPv4Cidrs": {
            format_network(cidr.network): _cidr(cidr, epoch, blanked) for cidr in eni.cidrs
        },
        "IPv6Cidrs": {},
        "IsExcludedForPodIPs": eni.excluded,
        "RouteTableID": 254 if eni.primary else eni.device + 1,
        "SubnetID": eni.subnet,
    }


def _cidr(cidr: Cidr, epoch: int, blanked: bool) -> dict[str, object]:
    ones = 32 - (cidr.network.size.bit_length() - 1)
    mask = ((1 << 32) - (1 << (32 - ones))).to_bytes(4, "big")
    return {
        "Cidr": {
            "IP": format_address(cidr.network.address),
            "Mask": base64.b64encode(mask).decode("ascii"),
        },
        "IPAddresses": {
            format_address(record.address): _record(record, epoch, blanked)
            for record in cidr.records
        },
        "IsPrefix": cidr.is_prefix,
        "AddressFamily": "",
    }


def _record(record: AddressRecord, epoch: int, blanked: bool) -> dict[str, object]:
    since = _NEVER if record.since == ZERO_TIME else format_instant(record.since + epoch)
    free = record.pod is None
    return {
        "Address": format_address(record.address),
        "IPAMKey": _key(record.pod, blanked=blanked),
        "IPAMMetadata": {} if record.pod is None else _metadata(record.pod),
        "AssignedTime": _NEVER if free else since,
        "UnassignedTime": since if free else _NEVER,
    }


def _key(pod: Pod | None, *, blanked: bool) -> dict[str, str]:
    if pod is None:
        return {"networkName": "", "containerID": "", "ifName": ""}
    return {
        "networkName": pod.key.network,
        "containerID": "" if blanked else pod.key.container,
        "ifName": "" if blanked else pod.key.interface,
    }


def _metadata(pod: Pod) -> dict[str, object]:
    namespace, _, name = pod.name.partition("/")
    told: dict[str, object] = {}
    if pod.name:
        told |= {"k8sPodNamespace": namespace, "k8sPodName": name}
    return {**told, "interfacesCount": pod.interfaces}
