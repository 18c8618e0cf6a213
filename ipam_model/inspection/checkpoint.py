"""The checkpoint file `vpc-cni-ipam/1`, as ipamd v1.7 to v1.23 writes it (R34).

From v1.10 with IPv6 addresses, from v1.11 with instant and pod name, from v1.20 with the number of
interfaces.
"""

from typing import Final

from attrs import frozen

from ipam_model.addresses import parse_address
from ipam_model.errors import InputError
from ipam_model.inspection.instants import ZERO_TIME
from ipam_model.inspection.introspection import metadata
from ipam_model.inspection.json_text import Cursor, Found
from ipam_model.requests import CheckpointEntry
from ipam_model.state import Pod, PodKey

CHECKPOINT: Final = "checkpoint file"
VERSION: Final = "vpc-cni-ipam/1"


@frozen(kw_only=True)
class StoredAssignments:
    """What a checkpoint file holds."""

    version: str
    """Any other than `VERSION` ends the daemon's start (R61)."""
    entries: tuple[CheckpointEntry, ...]
    """In the file's order."""
    ipv6: tuple[tuple[str, str], ...] = ()
    """IPv6 assignments: address and pod name."""


def recognise(value: object) -> str | None:
    """Whether this is a checkpoint."""
    is_one = isinstance(value, dict) and "allocations" in value and "version" in value
    return CHECKPOINT if is_one else None


def read(found: Found) -> StoredAssignments:
    """The file; `InputError` with file and line if a value is wrong."""
    whole = found.cursor()
    entries: list[CheckpointEntry] = []
    ipv6: list[tuple[str, str]] = []
    for each in whole.get("allocations").items():
        entry = _entry(each)
        if isinstance(entry, CheckpointEntry):
            entries.append(entry)
        else:
            ipv6.append(entry)
    return StoredAssignments(
        version=whole.text("version"), entries=tuple(entries), ipv6=tuple(ipv6)
    )


def _entry(entry: Cursor) -> CheckpointEntry | tuple[str, str]:
    name, count = metadata(entry.get("metadata")) if entry.has("metadata") else ("", 0)
    address = entry.text("ipv4", absent="")
    if not address:
        return entry.text("ipv6"), name
    key = PodKey(entry.text("containerID"), entry.text("networkName"), entry.text("ifName"))
    nanoseconds = entry.whole("allocationTimestamp", absent=0)
    if not -(2**63) <= nanoseconds < 2**63:
        raise entry.get("allocationTimestamp").wrong("nanoseconds since 1970 in 64 bits")
    try:
        number = parse_address(address)
    except InputError as error:
        raise entry.get("ipv4").complaint(f"is wrong: {error}") from None
    since = nanoseconds // 1_000_000 if nanoseconds else ZERO_TIME
    return CheckpointEntry(Pod(key, name, count or 1), number, since)
