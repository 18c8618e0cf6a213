"""Complaints about a scenario that fits the schema and still makes no sense or cannot happen."""

from ipam_model.addresses import parse_address, parse_network
from ipam_model.errors import InputError, IpamModelError
from ipam_model.scenario.positions import Path
from ipam_model.state import Network


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


def network_at(text: str, *path: str | int) -> Network:
    """A CIDR, or a single address, as the model has it."""
    try:
        return parse_network(text) if "/" in text else Network(parse_address(text), 1)
    except InputError as error:
        raise MeaningError(path, str(error)) from None


def networks_at(texts: tuple[str, ...], *path: str | int) -> tuple[Network, ...]:
    """Several of them, in the order of the text."""
    return tuple(network_at(text, *path, number) for number, text in enumerate(texts))
