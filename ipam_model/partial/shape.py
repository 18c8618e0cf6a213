"""What is known of the sizes of a node's ENIs, in CIDRs.

Statistics tell sums. Introspection tells every ENI, until a release spreads over them in a way
that is not told: then, too, only the sums are left.
"""

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias


class Size(NamedTuple):
    """One ENI."""

    cidrs: int
    grows: bool
    goes: bool


class Sums(NamedTuple):
    """So many CIDRs on so many ENIs, in whatever shares."""

    enis: int
    cidrs: int


class Sizes(NamedTuple):
    """Every ENI, sorted."""

    each: tuple[Size, ...]

    @property
    def enis(self) -> int:
        """How many."""
        return len(self.each)

    @property
    def cidrs(self) -> int:
        """Of all ENIs."""
        return sum(size.cidrs for size in self.each)


Shape: TypeAlias = Sums | Sizes


def sums(shape: Shape) -> Sums:
    """What is left when the shares are forgotten."""
    return Sums(shape.enis, shape.cidrs)


def possible(shape: Sums, slots: int) -> bool:
    """Whether so many ENIs can hold so many CIDRs."""
    return 0 <= shape.cidrs <= shape.enis * slots


def grown(shape: Shape, wanted: int, slots: int) -> Iterator[tuple[int, Shape]]:
    """Every way to extend one ENI that has room, by what is wanted or all its room (R98, R99)."""
    if isinstance(shape, Sums):
        for held in _held(shape, slots):
            size = min(slots - held, wanted)
            if size > 0:
                yield size, Sums(shape.enis, shape.cidrs + size)
        return
    for position, eni in enumerate(shape.each):
        size = min(slots - eni.cidrs, wanted)
        if eni.grows and size > 0:
            others = shape.each[:position] + shape.each[position + 1 :]
            more = eni._replace(cidrs=eni.cidrs + size)
            yield size, Sizes(tuple(sorted((*others, more))))


def may_be_full(shape: Shape, slots: int, set_aside: int) -> bool:
    """Whether it is possible that no ENI that may grow has room.

    Of sums, up to `set_aside` ENIs may be such as never grow.
    """
    if isinstance(shape, Sums):
        return shape.cidrs >= (shape.enis - set_aside) * slots
    return not any(eni.grows and eni.cidrs < slots for eni in shape.each)


def with_eni(shape: Shape, cidrs: int) -> Shape:
    """A new ENI has come, with so many CIDRs (R107)."""
    if isinstance(shape, Sums):
        return Sums(shape.enis + 1, shape.cidrs + cidrs)
    return Sizes(tuple(sorted((*shape.each, Size(cidrs, grows=True, goes=True)))))


def without_cidrs(shape: Shape, cidrs: int) -> Shape:
    """So many CIDRs were released (R138); from which ENIs is open."""
    return shape if cidrs == 0 else Sums(shape.enis, shape.cidrs - cidrs)


def freed(shape: Shape, slots: int) -> Iterator[tuple[int, Shape]]:
    """Every ENI that may go (R136, items 1 to 3), as the CIDRs that go with it."""
    if isinstance(shape, Sums):
        if shape.enis > 1:
            for held in _held(shape, slots):
                yield held, Sums(shape.enis - 1, shape.cidrs - held)
        return
    for position, eni in enumerate(shape.each):
        if eni.goes:
            yield eni.cidrs, Sizes(shape.each[:position] + shape.each[position + 1 :])


def _held(shape: Sums, slots: int) -> range:
    """How many of the CIDRs one ENI can hold, the others being no more than full."""
    least = max(0, shape.cidrs - (shape.enis - 1) * slots)
    return range(least, min(slots, shape.cidrs) + 1)
