"""Drives the kernel: memory, budgets, and the answers as the plain explorer gives them."""

import time
from collections.abc import Sequence
from math import comb
from typing import Final

import numpy as np
from attrs import define, field

from ipam_model.counting.exploration import Budget, Ending, Exploration, Found
from ipam_model.counting.explorer import UNLIMITED
from ipam_model.counting.fast import kernel
from ipam_model.counting.fast.tables import Tables, build
from ipam_model.counting.model import CountingModel, State
from ipam_model.errors import InputError, ModelError

MOST_BYTES: Final = 1 << 28
"""Rows that may exist up to which each has a byte that says whether it was seen; beyond, those
seen are hashed."""
MOST_KEYS: Final = 1 << 62
CHUNK: Final = 1 << 17
"""States between two looks at the clock."""
MOST_ENIS_RELEASED: Final = 12
"""Possessors of free CIDRs among which a release is told apart in full."""


def explore(model: CountingModel, budget: Budget = UNLIMITED) -> Exploration:
    """Every state that can be reached, unless the budget ends it.

    Raises:
        InputError: the model is too large for tables or keys of 64 bits, or asks for releases in
            any shares.
    """
    if model.any_distribution:
        raise InputError("the fast explorer releases ENI by ENI only; the plain one does both")
    begin = time.perf_counter()
    search = Search(model, build(model))
    ending = search.run(begin, budget)
    return search.result(ending, begin)


@define
class Search:
    """An exploration in progress."""

    model: CountingModel
    tables: Tables
    _weights: kernel.Ints = field(init=False)
    _seen: kernel.Bytes = field(init=False)
    _keys: kernel.Ints = field(init=False)
    _rows: kernel.Rows = field(init=False)
    _parents: kernel.Parents = field(init=False)
    _numbers: kernel.Ints = field(init=False)
    _at_rest: kernel.Ints = field(init=False)
    _at_rest_at: kernel.Ints = field(init=False)
    _margin: int = field(init=False)
    _depth: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        enis, model = self.model.targets.max_enis, self.model
        self._weights, space = weights(len(self.tables.shapes), enis, symmetric=model.symmetric)
        dense = space <= MOST_BYTES
        self._seen = np.zeros(space if dense else 0, dtype=np.uint8)
        self._keys = np.full(0 if dense else 1 << 16, -1, dtype=np.int64)
        pod_steps = 2 * (model.targets.block + 1) * enis
        releases = enis << (enis - 1) if bool((self.tables.released > 0).any()) else 0
        if releases and enis > MOST_ENIS_RELEASED:
            raise InputError(
                f"{enis} ENIs that may all release are too many for the fast explorer "
                f"(at most {MOST_ENIS_RELEASED})"
            )
        self._margin = pod_steps + 3 * enis + releases
        rows = max(1 << 14, 2 * self._margin)
        self._rows = np.empty((rows, enis), dtype=np.int16)
        self._parents = np.empty(rows, dtype=np.int32)
        self._numbers = np.zeros(6, dtype=np.int64)
        self._numbers[kernel.STRANDED] = -1
        self._at_rest = np.full(self.tables.most_pods + 1, -1, dtype=np.int64)
        self._at_rest_at = np.full(self.tables.most_pods + 1, -1, dtype=np.int64)
        first = np.full((1, enis), len(self.tables.shapes), dtype=np.int16)
        first[0, 0] = 0
        kernel.enter(
            first,
            1,
            -1,
            model.symmetric,
            self._weights,
            self._seen,
            self._keys,
            self._rows,
            self._parents,
            self._numbers,
        )

    def run(self, begin: float, budget: Budget) -> Ending:
        """Go on until all is seen or the budget is used up."""
        while self._head < self._tail:
            level_end = self._tail
            while self._head < level_end:
                if budget.states is not None and self._tail > budget.states:
                    return Ending.STATES
                if budget.seconds is not None and time.perf_counter() - begin >= budget.seconds:
                    return Ending.SECONDS
                chunk = CHUNK if budget.states is None else max(1, budget.states // 16)
                self._expand(min(level_end, self._head + min(chunk, CHUNK)))
            self._depth += self._tail > level_end
        return Ending.EXHAUSTED

    def result(self, ending: Ending, begin: float) -> Exploration:
        """What was found."""
        numbers, rest = self._numbers, self._at_rest_at
        stranded = int(numbers[kernel.STRANDED])
        return Exploration(
            model=self.model,
            ending=ending,
            states=self._tail,
            transitions=int(numbers[kernel.TRANSITIONS]),
            depth=self._depth,
            most_reserved=Found(
                int(numbers[kernel.MOST]), self._state(int(numbers[kernel.MOST_AT]))
            ),
            at_rest={
                pods: Found(int(self._at_rest[pods]), self._state(int(rest[pods])))
                for pods in range(len(rest))
                if rest[pods] >= 0
            },
            stranded=None if stranded < 0 else self._state(stranded),
            beyond_caps=None,  # such a state has no row: the kernel would have stopped
            seconds=time.perf_counter() - begin,
            states_to=self._states_to,
        )

    @property
    def _head(self) -> int:
        return int(self._numbers[kernel.HEAD])

    @property
    def _tail(self) -> int:
        return int(self._numbers[kernel.TAIL])

    def _expand(self, stop: int) -> None:
        while self._head < stop:
            found = self.tables
            outcome = kernel.expand(
                stop,
                self.model.symmetric,
                self._weights,
                self._seen,
                self._keys,
                self._rows,
                self._parents,
                self._numbers,
                self._at_rest,
                self._at_rest_at,
                self._margin,
                self.model.targets.block,
                found.held,
                found.adds,
                found.deletes,
                found.extended,
                found.shrunk,
                found.fresh,
                found.room,
                found.strides,
                found.wanted,
                found.extension,
                found.new_eni,
                found.released,
                found.fewer,
                found.enough,
                found.unmet,
                found.most_pods,
                found.capacity,
            )
            if outcome == kernel.BROKEN:
                raise ModelError("the fast explorer's tables lack an ENI that occurs")
            if outcome == kernel.FULL:
                self._enlarge()

    def _enlarge(self) -> None:
        """Twice the memory, where it is short."""
        used = self._tail
        if used + self._margin > len(self._rows):
            rows = np.empty((2 * len(self._rows), self._rows.shape[1]), dtype=np.int16)
            rows[:used] = self._rows[:used]
            parents = np.empty(len(rows), dtype=np.int32)
            parents[:used] = self._parents[:used]
            self._rows, self._parents = rows, parents
        if len(self._keys) and 2 * (used + self._margin) > len(self._keys):
            keys = np.full(4 * len(self._keys), -1, dtype=np.int64)
            kernel.rehash(self._keys, keys)
            self._keys = keys

    def _state(self, at: int) -> State:
        shapes = self.tables.shapes
        enis = [shapes[each] if each < len(shapes) else None for each in self._rows[at]]
        if not self.model.symmetric:
            return tuple(enis)
        return (enis[0], *sorted(eni for eni in enis[1:] if eni is not None))

    def _states_to(self, state: State) -> Sequence[State]:
        number = {eni: at for at, eni in enumerate(self.tables.shapes)}
        none = len(number)
        entries = [none if eni is None else number[eni] for eni in state]
        others = entries[1:] + [none] * (self._rows.shape[1] - len(entries))
        wanted = [entries[0], *(sorted(others) if self.model.symmetric else others)]
        matches = (self._rows[: self._tail] == np.array(wanted, dtype=np.int16)).all(axis=1)
        at = int(np.flatnonzero(matches)[0])
        way = []
        while at >= 0:
            way.append(self._state(at))
            at = int(self._parents[at])
        return way[::-1]


def weights(shapes: int, enis: int, *, symmetric: bool) -> tuple[kernel.Ints, int]:
    """By position and entry of a row, what it adds to the row's key, and how many keys there are.

    Symmetric: a sorted tuple of k entries has the rank that the combinatorial number system gives
    it, the sum of binomials C(entry + i, i + 1) for i = 0 … k - 1.

    Raises:
        InputError: there are too many for 62 bits.
    """
    others, digits = enis - 1, shapes + 1
    space = comb(digits + others - 1, others) if symmetric else digits**others
    if shapes * space > MOST_KEYS:
        raise InputError(
            "the limits allow too many states to number them in 62 bits, and far too many to "
            "explore; a smaller instance, fewer pods or another warm target would do"
        )
    table = np.zeros((enis, digits + enis), dtype=np.int64)
    table[0, 0] = space
    for at in range(1, enis):
        for entry in range(digits + others - 1 if symmetric else digits):
            value = comb(entry, at) if symmetric else entry * digits ** (at - 1)
            table[at, entry] = min(value, MOST_KEYS)  # larger ones belong to no row
    return table, shapes * space
