"""Which CIDRs a suspended procedure mentions, and where.

Two that look alike in the world are interchangeable only if the procedure does not treat one of
them in its own way; sorted by where they are mentioned, they get the same numbers whatever their
names are, so that states which differ in names alone have one key.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Final, TypeAlias

from ipam_model.explore.suspended import Frame
from ipam_model.requests import AttachedEni
from ipam_model.state import Cidr, Network

Mention: TypeAlias = tuple[tuple[int, str], ...]
"""Places, sorted: the number of a procedure in its chain, and the name of a local variable."""
NO_MENTIONS: Final[Mapping[Network, Mention]] = {}


def mentions(answer: object, frames: Iterable[Frame]) -> Mapping[Network, Mention]:
    """The CIDRs that a suspended procedure has in its variables, or in the answer it will get."""
    found: dict[Network, set[tuple[int, str]]] = {}
    for network in networks_in(answer):
        found.setdefault(network, set()).add((-1, ""))
    for number, frame in enumerate(frames):
        for name, value in frame.live:
            for network in networks_in(value):
                found.setdefault(network, set()).add((number, name))
    return {network: tuple(sorted(places)) for network, places in found.items()}


def networks_in(value: object) -> Iterator[Network]:
    """The CIDRs in a value that a procedure keeps."""
    if isinstance(value, Network):
        yield value
    elif isinstance(value, Cidr):
        yield value.network
    elif isinstance(value, AttachedEni):
        yield from (Network(address, 1) for address in value.addresses)
        yield from value.prefixes
    elif isinstance(value, tuple | list | frozenset | set):
        for each in value:
            yield from networks_in(each)
    elif isinstance(value, Mapping):
        yield from networks_in((*value, *value.values()))
    elif isinstance(value, partial):
        yield from networks_in((*value.args, *value.keywords.values()))
