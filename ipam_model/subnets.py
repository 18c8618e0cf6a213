"""Subnets with finitely many free addresses, in two precisions (R195).

`CounterSubnet` only counts: a prefix needs 16 free addresses, wherever they are. `CidrSubnet`
knows every address: AWS keeps five for itself, and a prefix is an aligned block that must be
entirely free, so fragmentation can refuse a prefix although addresses abound.
"""

import ipaddress
from collections.abc import Iterable, Iterator
from typing import Self

from attrs import field, frozen

from ipam_model.errors import InputError
from ipam_model.records import evolve, quick
from ipam_model.rules.capacity import BLOCK
from ipam_model.state import Network

AWS_RESERVED = 5
"""Addresses AWS keeps in every subnet: the first four and the last."""


@frozen(kw_only=True)
class SubnetTags:
    """The tags ipamd reads (R14, R103)."""

    role: str = ""
    """Value of kubernetes.io/role/cni; empty = absent."""
    clusters: frozenset[str] = frozenset()
    """Cluster names in tags with the prefix cni.networking.k8s.aws/cluster/."""


@quick
@frozen(kw_only=True, weakref_slot=False)
class CounterSubnet:
    """A subnet as a plain counter of free addresses.

    `first` is where simulated addresses start; single addresses and prefixes come from two
    separate ranges, so nothing is ever fragmented.
    """

    id: str
    free: int
    tags: SubnetTags = SubnetTags()
    listed: bool = True
    """In the node's VPC and zone, so that DescribeSubnets lists it."""
    first: int = 0x0A010004
    next_address: int = 0
    next_prefix: int = 0
    returned: tuple[Network, ...] = ()
    """Given back, oldest first; handed out again when `reissue` is set."""
    reissue: bool = False

    def offer_addresses(self, count: int) -> tuple[Network, ...] | None:
        """The addresses EC2 would hand out next, or `None` if there are not `count`."""
        if self.free < count:
            return None
        again = [n for n in self.returned if n.size == 1][:count] if self.reissue else []
        fresh = range(self.next_address, self.next_address + count - len(again))
        return (*again, *[Network(self.first + each, 1) for each in fresh])

    def offer_prefixes(self, count: int, block: int = BLOCK) -> tuple[Network, ...] | None:
        """The prefixes EC2 would hand out next, or `None`."""
        if self.free < count * block:
            return None
        again = [n for n in self.returned if n.size != 1][:count] if self.reissue else []
        start = (self.first | 0xFFFF) + 1
        fresh = range(self.next_prefix, self.next_prefix + count - len(again))
        return (*again, *[Network(start + each * block, block) for each in fresh])

    def take(self, networks: Iterable[Network]) -> Self:
        """The subnet without these addresses."""
        taken = tuple(networks)
        free, next_address, next_prefix = self.free, self.next_address, self.next_prefix
        for address, size in taken:
            free -= size
            if size == 1:
                next_address = max(next_address, address - self.first + 1)
            else:
                start = (self.first | 0xFFFF) + 1
                next_prefix = max(next_prefix, (address - start) // size + 1)
        # Spelled out because every growth passes here.
        return self.__class__(
            id=self.id,
            free=free,
            tags=self.tags,
            listed=self.listed,
            first=self.first,
            next_address=next_address,
            next_prefix=next_prefix,
            returned=tuple([n for n in self.returned if n not in taken]),
            reissue=self.reissue,
        )

    def give_back(self, networks: Iterable[Network]) -> Self:
        """The subnet with these addresses free again."""
        back = tuple(networks)
        return evolve(
            self,
            free=self.free + sum(n.size for n in back),
            returned=(*self.returned, *back) if self.reissue else self.returned,
        )


@frozen(kw_only=True)
class CidrSubnet:
    """A subnet in which every address is known."""

    id: str
    network: Network
    taken: frozenset[int] = frozenset()
    """Addresses in use by anybody; the reserved ones are not in here."""
    tags: SubnetTags = SubnetTags()
    listed: bool = True
    reserved: frozenset[int] = field(init=False, repr=False)

    @reserved.default
    def _reserved(self) -> frozenset[int]:
        first, size = self.network
        return frozenset({*range(first, first + AWS_RESERVED - 1), first + size - 1})

    @classmethod
    def parse(cls, subnet_id: str, cidr: str, tags: SubnetTags | None = None) -> Self:
        """A subnet from CIDR notation, /16 to /28 as AWS allows; `InputError` otherwise."""
        try:
            parsed = ipaddress.IPv4Network(cidr)
        except ValueError as error:
            raise InputError(
                f"subnet {subnet_id}: {cidr!r} is not an IPv4 network ({error}); "
                "write for example 10.0.0.0/24"
            ) from None
        if not 16 <= parsed.prefixlen <= 28:
            raise InputError(
                f"subnet {subnet_id}: /{parsed.prefixlen} is outside what AWS allows, /16 to /28"
            )
        network = Network(int(parsed.network_address), parsed.num_addresses)
        return cls(id=subnet_id, network=network, tags=tags or SubnetTags())

    @property
    def free(self) -> int:
        """Addresses that may still be handed out."""
        return self.network.size - AWS_RESERVED - len(self.taken)

    def _available(self, address: int) -> bool:
        return address not in self.taken and address not in self.reserved

    def _free_blocks(self, block: int) -> Iterator[Network]:
        first, size = self.network
        for start in range(first + (-first % block), first + size - block + 1, block):
            if all(self._available(address) for address in range(start, start + block)):
                yield Network(start, block)

    def offer_addresses(self, count: int) -> tuple[Network, ...] | None:
        """The lowest free addresses, or `None` if there are not `count`."""
        if self.free < count:
            return None
        first, size = self.network
        offered: list[Network] = []
        for address in range(first, first + size):
            if len(offered) == count:
                break
            if self._available(address):
                offered.append(Network(address, 1))
        return tuple(offered)

    def offer_prefixes(self, count: int, block: int = BLOCK) -> tuple[Network, ...] | None:
        """The lowest free aligned blocks, or `None`: fragmentation counts."""
        offered: list[Network] = []
        for network in self._free_blocks(block):
            if len(offered) == count:
                break
            offered.append(network)
        return tuple(offered) if len(offered) == count else None

    def take(self, networks: Iterable[Network]) -> Self:
        """The subnet without these addresses."""
        return evolve(self, taken=self.taken | _addresses(networks))

    def give_back(self, networks: Iterable[Network]) -> Self:
        """The subnet with these addresses free again."""
        return evolve(self, taken=self.taken - _addresses(networks))


Subnet = CounterSubnet | CidrSubnet


def _addresses(networks: Iterable[Network]) -> frozenset[int]:
    return frozenset(address for first, size in networks for address in range(first, first + size))
