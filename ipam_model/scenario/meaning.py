"""Complaints about a scenario that fits the schema and still makes no sense or cannot happen."""

from typing import Final

from ipam_model.addresses import parse_address, parse_network
from ipam_model.errors import InputError, IpamModelError
from ipam_model.state import IPV6_BLOCK, Network
from ipam_model.strict_json import Path

LARGEST_SUBNET: Final = 2**16
"""Addresses of a /16."""


class MeaningError(InputError):
    """A value that cannot be meant: `path` says which, from the part it was found in."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path

    def below(self, *steps: str | int) -> "MeaningError":
        """The same, seen from further outside."""
        return MeaningError((*steps, *self.path), str(self))


class EventError(InputError):
    """An event that makes no sense where it stands; `number` is its position, from 0."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(message)
        self.number = number


class ImpossibleError(IpamModelError):
    """The scenario prescribes what the model does not allow: the run has left the scenario."""


def address_at(text: str, *path: str | int) -> int:
    """An address as the model has it."""
    try:
        return parse_address(text)
    except InputError as error:
        raise MeaningError(path, str(error)) from None


def ipv4_at(text: str, *path: str | int) -> int:
    """An IPv4 address."""
    return _of_family(Network(address_at(text, *path), 1), text, path, ipv6=False).address


def ipv6_at(text: str, *path: str | int) -> int:
    """An IPv6 address."""
    return _of_family(Network(address_at(text, *path), 1), text, path, ipv6=True).address


def network_at(text: str, *path: str | int) -> Network:
    """A CIDR, or a single address, as the model has it: of IPv4 at most a /16, of IPv6 a /80."""
    try:
        network = parse_network(text) if "/" in text else Network(parse_address(text), 1)
    except InputError as error:
        raise MeaningError(path, str(error)) from None
    if network.ipv6 and network.size not in (1, IPV6_BLOCK):
        raise MeaningError(path, f"{text!r} is neither a single address nor a /80, as IPv6 has it")
    if not network.ipv6 and network.size > LARGEST_SUBNET:
        raise MeaningError(path, f"{text!r} is larger than any subnet; AWS allows /16 to /28")
    return network


def networks_at(texts: tuple[str, ...], *path: str | int) -> tuple[Network, ...]:
    """Several of them, in the order of the text."""
    return tuple(network_at(text, *path, number) for number, text in enumerate(texts))


def ipv4_networks_at(texts: tuple[str, ...], *path: str | int) -> tuple[Network, ...]:
    """Several CIDRs of IPv4."""
    return tuple(
        _of_family(network, text, (*path, number), ipv6=False)
        for number, (text, network) in enumerate(zip(texts, networks_at(texts, *path), strict=True))
    )


def _of_family(network: Network, text: str, path: Path, *, ipv6: bool) -> Network:
    if network.ipv6 is not ipv6:
        found, wanted = ("IPv4", "IPv6") if ipv6 else ("IPv6", "IPv4")
        raise MeaningError(path, f"{text!r} is of {found}; this place is for {wanted}")
    return network
