"""What is seen of a node, at three precisions.

Observations are compared in a canonical form, so that the order of ENIs and addresses is free.
"""

from collections.abc import Hashable, Mapping
from enum import Enum, unique

from attrs import field, frozen

from ipam_model.addresses import parse_network


@unique
class Precision(Enum):
    """How much of it a subject shows, and how precisely it is compared."""

    COUNTS = "counts"
    """Numbers per network card: ENIs, addresses, assigned, cooling."""
    PER_ENI = "per-eni"
    """The same numbers of every ENI, whatever it is called."""
    EXACT = "exact"
    """Every ENI by its id, every CIDR, every address with its pod."""

    def includes(self, other: "Precision") -> bool:
        """Whether who shows this much shows that much, too."""
        coarsest_first = list(Precision)
        return coarsest_first.index(other) <= coarsest_first.index(self)


@frozen(kw_only=True)
class SeenCidr:
    """An address or prefix of an ENI."""

    cidr: str
    """`10.0.0.4/32`, `10.0.0.16/28`; a bare address is a /32."""
    assigned: Mapping[str, str] = field(factory=dict)
    """Pod sandbox by address."""
    cooling: tuple[str, ...] = ()
    """Addresses that a pod left less than a cooldown ago."""


@frozen(kw_only=True)
class SeenEni:
    """An ENI of the store."""

    total: int
    """Addresses in its CIDRs."""
    assigned: int
    cooling: int
    card: int = 0
    primary: bool = False
    id: str = ""
    """Needed if exact."""
    cidrs: tuple[SeenCidr, ...] = ()
    """Needed if exact."""


@frozen(kw_only=True)
class SeenCard:
    """The statistics of the store of a network card."""

    enis: int
    total: int
    """Owned, as the daemon counts them: in its pool, assigned or not.

    A running counter, which a bug may take below 0.
    """
    assigned: int
    cooling: int
    card: int = 0


@frozen(kw_only=True)
class Observation:
    """What is there after an event."""

    running: bool = True
    """The daemon runs; while it does not, nothing is compared but that."""
    cards: tuple[SeenCard, ...] = ()
    """Needed at every precision."""
    enis: tuple[SeenEni, ...] = ()
    """Needed per ENI and exact."""


def canonical(seen: Observation, precision: Precision) -> Hashable:
    """What is compared: equal for observations that differ only in the order of things."""
    if not seen.running:
        return None
    counts = tuple(
        sorted(
            (each.card, each.enis, each.total, each.assigned, each.cooling) for each in seen.cards
        )
    )
    if precision is Precision.COUNTS:
        return counts
    if precision is Precision.PER_ENI:
        enis = sorted(
            (each.card, each.primary, each.total, each.assigned, each.cooling) for each in seen.enis
        )
        return (counts, tuple(enis))
    return (counts, frozenset((each.id, each.card, _cidrs(each)) for each in seen.enis))


def _cidrs(eni: SeenEni) -> frozenset[Hashable]:
    return frozenset(
        (parse_network(each.cidr), frozenset(each.assigned.items()), frozenset(each.cooling))
        for each in eni.cidrs
    )
