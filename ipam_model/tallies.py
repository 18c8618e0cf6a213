"""What is counted of the CIDRs of ENIs: numbers alone, which can be added up (R27-R30)."""

from operator import add, sub
from typing import Final, NamedTuple

from ipam_model.catalogue import part_of


class Tally(NamedTuple):
    """The sums over some CIDRs: those of an ENI, or of several."""

    singles: int
    """Secondary addresses."""
    unused_singles: int
    """Those that no pod holds."""
    prefixes: int = 0
    prefix_addresses: int = 0
    prefix_pods: int = 0
    """Addresses of prefixes that pods hold."""
    unused_prefixes: int = 0
    """Prefixes without pods."""
    free_prefixes: int = 0
    """Those of them that are IPv4 prefixes."""

    @part_of("R27")
    def addresses(self, *, prefix_mode: bool) -> int:
        """Addresses of the CIDRs that are relevant in a mode."""
        return self.prefix_addresses if prefix_mode else self.singles

    def pods(self, *, prefix_mode: bool) -> int:
        """Those of them that pods hold."""
        return self.prefix_pods if prefix_mode else self.singles - self.unused_singles

    def cidrs(self) -> int:
        """CIDRs of either kind."""
        return self.singles + self.prefixes

    def all_pods(self) -> int:
        """Addresses of either kind that pods hold."""
        return self.singles - self.unused_singles + self.prefix_pods

    def unused(self) -> int:
        """CIDRs of either kind without pods."""
        return self.unused_singles + self.unused_prefixes

    def plus(self, other: "Tally") -> "Tally":
        """The sums over the CIDRs of both."""
        return tuple.__new__(Tally, map(add, self, other))

    def minus(self, other: "Tally") -> "Tally":
        """The sums without CIDRs that are among these."""
        return tuple.__new__(Tally, map(sub, self, other))


NOTHING: Final = Tally(0, 0)
"""No CIDR."""
