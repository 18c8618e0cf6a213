"""IPv4 addresses and CIDRs as text."""

import ipaddress
from functools import lru_cache

from ipam_model.errors import InputError
from ipam_model.state import Network


@lru_cache(maxsize=65536)
def parse_address(text: str) -> int:
    """An IPv4 address as an integer; `InputError` if the text is none."""
    try:
        return int(ipaddress.IPv4Address(text))
    except ValueError:
        raise InputError(f"{text!r} is not an IPv4 address such as 10.1.0.5") from None


@lru_cache(maxsize=65536)
def format_address(address: int) -> str:
    """Dotted notation."""
    return str(ipaddress.IPv4Address(address))


@lru_cache(maxsize=65536)
def parse_network(text: str) -> Network:
    """A CIDR such as 10.1.0.5/32 or 10.1.128.0/28; `InputError` if the text is none."""
    try:
        parsed = ipaddress.IPv4Network(text)
    except ValueError:
        raise InputError(f"{text!r} is not an IPv4 CIDR such as 10.1.128.0/28") from None
    return Network(int(parsed.network_address), parsed.num_addresses)


@lru_cache(maxsize=65536)
def format_network(network: Network) -> str:
    """CIDR notation."""
    length = 32 - (network.size.bit_length() - 1)
    return f"{format_address(network.address)}/{length}"


def format_short(network: Network) -> str:
    """The address of a /32, CIDR notation of a prefix: how EC2 calls name them."""
    return format_address(network.address) if network.size == 1 else format_network(network)
