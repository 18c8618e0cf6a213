"""EC2's own choices, by numbers."""

from collections import deque
from collections.abc import Callable

from ipam_model.ec2 import Ec2, Lingering, NextFree, lingering
from ipam_model.state import IPV6_BLOCK, Network
from ipam_model.subnets import Subnet


class Numbered(NextFree):
    """EC2's choices by a queue of numbers; when it is empty, as usual."""

    def __init__(self, numbers: deque[int]) -> None:
        self._numbers = numbers

    def next_number(self, options: int) -> int:
        """The next number, below `options`."""
        return self._numbers.popleft() % options if self._numbers else 0

    def addresses(self, subnet: Subnet, count: int) -> tuple[Network, ...] | None:
        """Not always the next ones."""
        return self._later(super().addresses(subnet, count), subnet.offer_addresses, count)

    def prefixes(self, subnet: Subnet, count: int, block: int) -> tuple[Network, ...] | None:
        """Not always the next ones."""
        usual = super().prefixes(subnet, count, block)
        return self._later(usual, lambda more: subnet.offer_prefixes(more, block), count)

    def primary(self, subnet: Subnet) -> Network | None:
        """Not always the next one."""
        usual = super().primary(subnet)
        found = self._later(None if usual is None else (usual,), subnet.offer_addresses, 1)
        return None if found is None else found[0]

    def _later(
        self,
        usual: tuple[Network, ...] | None,
        offer: Callable[[int], tuple[Network, ...] | None],
        count: int,
    ) -> tuple[Network, ...] | None:
        """The last of a few more than asked for."""
        if usual is None:
            return None
        more = self.next_number(4)
        offered = offer(count + more) if more else None
        return usual if offered is None else offered[-count:]

    def ipv6_address(self, ec2: Ec2) -> Network:
        """The next one, or one further off."""
        usual = super().ipv6_address(ec2)
        return Network(usual.address + self.next_number(3) * 1_000, 1)

    def ipv6_prefix(self, ec2: Ec2) -> Network:
        """The next one, or one further off."""
        usual = super().ipv6_prefix(ec2)
        return Network(usual.address + self.next_number(3) * 1_000 * IPV6_BLOCK, IPV6_BLOCK)

    def listed(self, prefixes: tuple[Network, ...]) -> tuple[Network, ...]:
        """In order, or backwards."""
        return prefixes[::-1] if self.next_number(2) else prefixes

    def trunk(self, trunks: tuple[str, ...]) -> str:
        """Any of them, the last one first."""
        return trunks[-1 - self.next_number(len(trunks))]

    def eni_id(self, ec2: Ec2) -> str:
        """The next number, with a letter perhaps, so that ids are not in order of age."""
        return f"eni-{ec2.next_eni}{('', 'a', 'b')[self.next_number(3)]}"

    def lingering(self, ec2: Ec2, now: int) -> Lingering:
        """What a lagging IMDS lists for certain, or all that it may list."""
        certain, possible = lingering(ec2, now)
        return possible if self.next_number(2) else certain

    def complaint(self, codes: tuple[str, ...]) -> str:
        """Any of the reasons."""
        return codes[self.next_number(len(codes))]
