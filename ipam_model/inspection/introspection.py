"""The answer of `/v1/enis`, as ipamd v1.5 to v1.23 gives it.

| version | form |
|---|---|
| up to v1.6 | `ENIIPPools`, per ENI `IPv4Addresses` with `Assigned` true or false; no pods |
| v1.7, v1.8 | `ENIs`, per ENI `IPv4Addresses` with `IPAMKey` |
| v1.9 | per ENI `AvailableIPv4Cidrs`, per CIDR `IPv4Addresses` |
| v1.10 to v1.19 | per CIDR `IPAddresses`; from v1.11 with pod name and `AssignedTime` |
| v1.20, v1.21 | all of that once per network card, under the card's number |
| v1.22 | with `IsExcludedForPodIPs`, `RouteTableID` and `SubnetID` |
| v1.23 | `containerID` and `ifName` are blanked |

In no version does it say when an ENI entered the store, which address is its primary one, what
`allocatedPrefix` counts, or anything of the loop's clocks (introspect.go, data_store.go, by tag).
"""

import base64
import binascii
from typing import Final

from attrs import frozen

from ipam_model.addresses import format_address, format_network, parse_address, parse_network
from ipam_model.errors import InputError
from ipam_model.inspection.instants import ZERO_TIME, parse_instant
from ipam_model.inspection.json_text import Cursor, Found
from ipam_model.state import AddressRecord, Cidr, Eni, Network, Pod, PodKey

PER_CARD: Final = "introspection output, per network card"
ONE_STORE: Final = "introspection output of one store (v1.7 to v1.19)"
POOLS: Final = "introspection output of v1.6 or older"
KINDS: Final = frozenset({PER_CARD, ONE_STORE, POOLS})

NOT_TOLD: Final = -1
"""Stands for the primary address of an ENI, which the output does not tell."""


@frozen
class Ipv6Cidr:
    """An IPv6 CIDR of an ENI: shown, not explained."""

    network: str
    assigned: int


@frozen(kw_only=True)
class ObservedCard:
    """One store as the output shows it."""

    card: int
    total: int
    """The counter TotalIPs (R21)."""
    assigned: int
    """The counter AssignedIPs (R21)."""
    enis: tuple[Eni, ...]
    """Sorted; `created` is `ZERO_TIME` and `primary_address` is `NOT_TOLD`: it says neither."""
    ipv6: tuple[tuple[str, Ipv6Cidr], ...] = ()
    """With the ENI's id."""


@frozen(kw_only=True)
class Observation:
    """What one answer shows."""

    cards: tuple[ObservedCard, ...]
    blanked: bool
    """Sandboxes are blanked: the keys of pods are made up from their addresses."""
    excluded_told: bool
    """Whether it says which ENIs are excluded; before v1.22 none were."""

    def newest(self) -> int | None:
        """The newest instant in it, `None` if there is none."""
        instants = [
            record.since
            for card in self.cards
            for eni in card.enis
            for cidr in eni.cidrs
            for record in cidr.records
            if record.since != ZERO_TIME
        ]
        return max(instants, default=None)


def recognise(value: object) -> str | None:
    """Which form of the answer this is, `None` if it is none."""
    if not isinstance(value, dict):
        return None
    if "ENIs" in value:
        return ONE_STORE
    if "ENIIPPools" in value:
        return POOLS
    cards = value and all(
        key.isascii() and key.isdecimal() and len(key) < 4 and isinstance(card, dict)
        for key, card in value.items()
    )
    return PER_CARD if cards and all("ENIs" in card for card in value.values()) else None


def read(found: Found) -> Observation:
    """The answer in any of its forms; `InputError` with file and line if a value is wrong."""
    whole = found.cursor()
    if found.kind == PER_CARD:
        numbered = sorted(
            ((int(key), card) for key, card in whole.members()), key=lambda pair: pair[0]
        )
    else:
        numbered = [(0, whole)]
    cards = tuple(_card(number, card) for number, card in numbered)
    return Observation(
        cards=cards,
        blanked=any(_blanked(card) for card in cards),
        excluded_told='"IsExcludedForPodIPs"' in found.text,
    )


def _card(number: int, card: Cursor) -> ObservedCard:
    enis = card.get("ENIIPPools" if card.has("ENIIPPools") else "ENIs")
    return ObservedCard(
        card=number,
        total=card.whole("TotalIPs"),
        assigned=card.whole("AssignedIPs"),
        enis=tuple(sorted((_eni(key, eni) for key, eni in enis.members()), key=lambda e: e.id)),
        ipv6=tuple(
            (key, Ipv6Cidr(name, len(_in_use(cidr))))
            for key, eni in enis.members()
            if eni.has("IPv6Cidrs")
            for name, cidr in eni.get("IPv6Cidrs").members()
        ),
    )


def _eni(key: str, eni: Cursor) -> Eni:
    eni_id = eni.text("ID")
    if eni_id != key:
        raise eni.get("ID").complaint(f"is {eni_id!r} but its key is {key!r}")
    device = eni.whole("DeviceNumber")
    if eni.has("AvailableIPv4Cidrs"):
        cidrs = [_cidr(name, cidr) for name, cidr in eni.get("AvailableIPv4Cidrs").members()]
    else:
        cidrs = [_single(name, each) for name, each in eni.get("IPv4Addresses").members()]
    return Eni(
        id=eni_id,
        primary=eni.flag("IsPrimary", absent=device == 0),
        device=device,
        subnet=eni.text("SubnetID", absent=""),
        created=ZERO_TIME,
        primary_address=NOT_TOLD,
        trunk=eni.flag("IsTrunk", absent=False),
        efa=eni.flag("IsEFA", absent=False),
        excluded=eni.flag("IsExcludedForPodIPs", absent=False),
        cidrs=tuple(sorted(cidrs, key=lambda each: each.network)),
    )


def _single(name: str, address: Cursor) -> Cidr:
    """An address of the forms without CIDRs. One without a mark of use was never used."""
    record = _record(name, address)
    fresh = record.pod is None and record.since == ZERO_TIME
    return Cidr(Network(record.address, 1), False, () if fresh else (record,))


def _cidr(name: str, cidr: Cursor) -> Cidr:
    network = _network(name, cidr)
    addresses = cidr.get("IPAddresses" if cidr.has("IPAddresses") else "IPv4Addresses")
    records = []
    for key, each in addresses.members():
        record = _record(key, each)
        if record.address not in network:
            raise each.complaint(f"is not in {format_network(network)}")
        records.append(record)
    records.sort(key=lambda each: each.address)
    is_prefix = cidr.flag("IsPrefix")
    if is_prefix != (network.size > 1):
        raise cidr.get("IsPrefix").wrong(f"{str(network.size > 1).lower()} for {name}")
    return Cidr(network, is_prefix, tuple(records))


def _network(name: str, cidr: Cursor) -> Network:
    """The CIDR, told twice: as the key, and as address and mask (base64 of 4 bytes)."""
    try:
        network = parse_network(name)
    except InputError as error:
        raise cidr.complaint(f"is the key of a CIDR, but {error}") from None
    told = cidr.get("Cidr")
    try:
        mask = base64.b64decode(told.text("Mask"), validate=True)
    except (binascii.Error, ValueError):
        mask = b""
    ones = int.from_bytes(mask, "big").bit_count()
    if len(mask) != 4 or 1 << (32 - ones) != network.size:
        raise told.get("Mask").wrong(f"the base64 mask of {name}")
    if told.text("IP") != format_address(network.address):
        raise told.get("IP").wrong(format_address(network.address))
    return network


def _record(name: str, address: Cursor) -> AddressRecord:
    try:
        number = parse_address(name)
    except InputError as error:
        raise address.complaint(f"is the key of an address, but {error}") from None
    if address.text("Address", absent=name) != name:
        raise address.get("Address").wrong(name)
    pod = _pod(number, address)
    since = _instant(address, "UnassignedTime" if pod is None else "AssignedTime")
    return AddressRecord(number, pod, since)


def _instant(address: Cursor, key: str) -> int:
    if not address.has(key):
        return ZERO_TIME
    try:
        return parse_instant(address.text(key))
    except InputError as error:
        raise address.get(key).complaint(f"is wrong: {error}") from None


def _pod(address: int, record: Cursor) -> Pod | None:
    """The holder; assigned means that any part of its key is set (R16)."""
    if not record.has("IPAMKey"):  # v1.6 and older know no more than this.
        assigned = record.flag("Assigned")
        return Pod(PodKey(_made_up(address))) if assigned else None
    key = record.get("IPAMKey")
    network, container = key.text("networkName"), key.text("containerID")
    interface = key.text("ifName")
    if not (network or container or interface):
        return None
    name, count = "", 0
    if record.has("IPAMMetadata"):
        name, count = metadata(record.get("IPAMMetadata"))
    return Pod(
        PodKey(container or _made_up(address), network, interface or "eth0"), name, count or 1
    )


def metadata(about: Cursor) -> tuple[str, int]:
    """`namespace/name`, empty if either is unknown, and the number of interfaces, 0 if not told."""
    namespace = about.text("k8sPodNamespace", absent="")
    name = about.text("k8sPodName", absent="")
    full = f"{namespace}/{name}" if namespace and name else ""
    return full, about.whole("interfacesCount", absent=0)


def made_up(address: int, key: PodKey) -> bool:
    """Whether this key stands for one that the output does not tell."""
    return key.container == _made_up(address)


def _made_up(address: int) -> str:
    """Stands for the sandbox of an address where the output does not name it."""
    return f"sandbox-of-{format_address(address)}"


def _blanked(card: ObservedCard) -> bool:
    return any(
        record.pod is not None and made_up(record.address, record.pod.key)
        for eni in card.enis
        for cidr in eni.cidrs
        for record in cidr.records
    )


def _in_use(cidr: Cursor) -> list[str]:
    return [
        name
        for name, address in cidr.get("IPAddresses").members()
        if address.get("IPAMKey").text("networkName")
    ]
