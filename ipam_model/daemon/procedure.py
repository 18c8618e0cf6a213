"""The form of the daemon's procedures: generators that ask and are answered.

A procedure never touches the world. It yields a `Call` (a request to EC2, IMDS, the host or the
API server) or a `Choice` (something the daemon leaves to Go's map order) and is resumed with
`(answer, node, now)`: the answer, the daemon's memory *as it is now* and the time. Pods come and
go while a call is pending (R71, R194), so the node from before a yield is dead:

    answer, node, now = yield from call(node, TagENI(eni), "R57")

Whoever drives a procedure decides what happens at each question: a simulator draws, a checker
reads a record, an explorer tries everything, `run` takes the first option.
"""

from collections.abc import Generator, Hashable, Iterable, Iterator, Sequence
from itertools import combinations
from math import comb
from typing import Any, Generic, Protocol, TypeVar

from attrs import frozen

from ipam_model.records import quick
from ipam_model.requests import Request
from ipam_model.state import Node

T = TypeVar("T")
A = TypeVar("A")
O = TypeVar("O", bound=Hashable)  # noqa: E741 - the type of an option
O_co = TypeVar("O_co", bound=Hashable, covariant=True)


class Options(Protocol[O_co]):
    """What may be chosen: lazy, because a full list is often long and rarely needed."""

    @property
    def first(self) -> O_co:
        """One allowed option; which one is fixed by the state alone."""

    def __contains__(self, option: object, /) -> bool: ...

    def __iter__(self) -> Iterator[O_co]: ...


@quick
@frozen(weakref_slot=False)
class Call:
    """Ask the world; the daemon waits."""

    rule: str
    node: Node
    request: Request[object]


@quick
@frozen(weakref_slot=False)
class Choice:
    """Ask for one of `options`, which the daemon leaves unspecified."""

    rule: str
    node: Node
    options: Options[Hashable]
    live: tuple[Hashable, ...] = ()
    """Local values the rest of the procedure depends on. Two equal choices in runs of one
    procedure from one start may be merged if the same answers and, in any order, the same options
    came before."""
    locked: bool = False
    """Made inside one store operation: no pod event can come in between."""


Ask = Call | Choice
Resumption = tuple[Any, Node, int]
"""(answer, the node now, the time now); the answer is of the kind that was asked for."""
Procedure = Generator[Ask, Resumption, T]


def call(node: Node, request: Request[A], rule: str) -> Procedure[tuple[A, Node, int]]:
    """Ask `request` on behalf of `rule`."""
    return (yield Call(rule, node, request))


def choose(
    node: Node,
    options: Options[O],
    rule: str,
    *,
    live: tuple[Hashable, ...] = (),
    locked: bool = False,
) -> Procedure[tuple[O, Node, int]]:
    """Ask for one of `options` on behalf of `rule`; there must be at least one."""
    return (yield Choice(rule, node, options, live, locked))


@quick
@frozen(weakref_slot=False)
class OneOf(Generic[O]):
    """Any element of a non-empty sequence."""

    items: Sequence[O]

    @property
    def first(self) -> O:
        """The first element."""
        return self.items[0]

    def __contains__(self, option: object, /) -> bool:
        return option in self.items

    def __iter__(self) -> Iterator[O]:
        return iter(self.items)


@frozen
class Subsets(Generic[O]):
    """Any `size` elements of a sequence, in the sequence's order.

    There may be far too many to list: an ENI that gives up 20 of 40 addresses has the choice
    between 137,846,528,820. What they are asked for needs no list of them.
    """

    items: Sequence[O]
    """All different."""
    size: int
    """0 to the number of items."""

    @property
    def first(self) -> tuple[O, ...]:
        """The first `size` elements."""
        return tuple(self.items[: self.size])

    def __contains__(self, option: object, /) -> bool:
        if not isinstance(option, tuple) or len(option) != self.size:
            return False
        rest = iter(self.items)
        return all(any(item == wanted for item in rest) for wanted in option)

    @property
    def count(self) -> int:
        """How many there are."""
        return comb(len(self.items), self.size)

    def nth(self, number: int) -> tuple[O, ...]:
        """The one that iteration comes to after `number` others.

        Raises:
            IndexError: there are not so many; or the number is negative.
        """
        if not 0 <= number < self.count:
            raise IndexError(f"there are {self.count} subsets, numbered from 0, and no {number}")
        chosen: list[O] = []
        for position, item in enumerate(self.items):
            missing = self.size - len(chosen)
            if not missing:
                break
            # Of those that begin like this one so many go on with the item, and they come first.
            with_item = comb(len(self.items) - position - 1, missing - 1)
            if number < with_item:
                chosen.append(item)
            else:
                number -= with_item
        return tuple(chosen)

    def of(self, elements: Iterable[Hashable]) -> tuple[O, ...] | None:
        """The one that has just these elements, in whatever order; `None`: there is none."""
        wanted = frozenset(elements)
        found = tuple([item for item in self.items if item in wanted])
        return found if len(found) == self.size == len(wanted) else None

    def __iter__(self) -> Iterator[tuple[O, ...]]:
        return iter(combinations(self.items, self.size))
