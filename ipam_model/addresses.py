"""Addresses and CIDRs of both families as text."""

import ipaddress
from functools import lru_cache

from ipam_model.errors import InputError
from ipam_model.state import IPV4_END, Network


@lru_cache(maxsize=65536)
def parse_address(text: str) -> int:
    """An address as an integer; `InputError` if the text is none."""
    try:
        return _checked(int(ipaddress.ip_address(text)), ":" in text)
    except ValueError:
        raise InputError(f"{text!r} is not an address such as 10.1.0.5 or 2001:db8::5") from None


@lru_cache(maxsize=65536)
def format_address(address: int) -> str:
    """Dotted notation, or colons."""
    return str(_address(address))


@lru_cache(maxsize=65536)
def parse_network(text: str) -> Network:
    """A CIDR such as 10.1.0.5/32, 10.1.128.0/28 or 2001:db8:1::/80; `InputError` if it is none."""
    try:
        parsed = ipaddress.ip_network(text)
        first = _checked(int(parsed.network_address), ":" in text)
    except ValueError:
        raise InputError(
            f"{text!r} is not a CIDR such as 10.1.128.0/28 or 2001:db8:1::/80"
        ) from None
    return Network(first, parsed.num_addresses)


@lru_cache(maxsize=65536)
def format_network(network: Network) -> str:
    """CIDR notation."""
    bits = 128 if network.ipv6 else 32
    length = bits - (network.size.bit_length() - 1)
    return f"{format_address(network.address)}/{length}"


def format_short(network: Network) -> str:
    """The address of a CIDR of one, CIDR notation of a prefix: how EC2 calls name them."""
    return format_address(network.address) if network.size == 1 else format_network(network)


def _address(address: int) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    if address < IPV4_END:
        return ipaddress.IPv4Address(address)
    return ipaddress.IPv6Address(address)


def _checked(address: int, ipv6: bool) -> int:
    """An IPv6 address must not look like an IPv4 one: the number alone tells the family."""
    if ipv6 and address < IPV4_END:
        raise ValueError("below ::1:0:0")
    return address
