"""The inner loops, compiled by numba: states as rows of shape numbers, breadth first.

A row has one entry per possible ENI: the primary first, then, if the states are symmetric, the
others sorted. Rows are told apart by a key: their rank among all rows of that form. No formula of
the daemon stands here, only which table entry comes next.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

Ints = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int16]
Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
Parents = npt.NDArray[np.int32]

GOES_ON, FULL, BROKEN = 0, 1, 2
"""What a call of `expand` ends with: done as asked; no memory for the next state's successors; a
table has no entry for what happens."""

HEAD, TAIL, TRANSITIONS, MOST, MOST_AT, STRANDED = range(6)
"""Entries of the array of running numbers."""


@njit(cache=True)
def key_of(row: Rows, weights: Ints, symmetric: bool) -> int:
    """The rank of a row."""
    key = row[0] * weights[0, 0]
    for at in range(1, row.shape[0]):
        key += weights[at, row[at] + at - 1] if symmetric else weights[at, row[at]]
    return int(key)


@njit(cache=True)
def place(row: Rows, at: int, shape: int, into: Rows, symmetric: bool) -> None:
    """Copy a row with one entry changed, sorted again."""
    last = row.shape[0] - 1
    for each in range(last + 1):
        into[each] = row[each]
    if symmetric and at > 0:
        while at < last and into[at + 1] < shape:
            into[at] = into[at + 1]
            at += 1
        while at > 1 and into[at - 1] > shape:
            into[at] = into[at - 1]
            at -= 1
    into[at] = shape


@njit(cache=True)
def sort_others(row: Rows) -> None:
    """Sort all entries but the first."""
    for next_one in range(2, row.shape[0]):
        shape, at = row[next_one], next_one
        while at > 1 and row[at - 1] > shape:
            row[at] = row[at - 1]
            at -= 1
        row[at] = shape


@njit(cache=True)
def slot_of(key: int, keys: Ints) -> int:
    """Where a key is, or belongs, in a table of keys whose length is a power of two."""
    mask = keys.shape[0] - 1
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    slot = np.int64(mixed >> np.uint64(20)) & mask
    while keys[slot] != -1 and keys[slot] != key:
        slot = (slot + 1) & mask
    return int(slot)


@njit(cache=True)
def rehash(old: Ints, new: Ints) -> None:
    """Move all keys to a larger table."""
    for key in old:
        if key != -1:
            new[slot_of(key, new)] = key


@njit(cache=True)
def enter(
    found: Rows,
    count: int,
    head: int,
    symmetric: bool,
    weights: Ints,
    seen: Bytes,
    keys: Ints,
    rows: Rows,
    parents: Parents,
    numbers: Ints,
) -> None:
    """Take those of the first `count` rows that are new into the queue, as found from `head`."""
    dense = seen.shape[0] > 0
    tail = numbers[TAIL]
    for each in range(count):
        key = key_of(found[each], weights, symmetric)
        if dense:
            if seen[key]:
                continue
            seen[key] = 1
        else:
            slot = slot_of(key, keys)
            if keys[slot] == key:
                continue
            keys[slot] = key
        for at in range(rows.shape[1]):
            rows[tail, at] = found[each, at]
        parents[tail] = head
        tail += 1
    numbers[TAIL] = tail


@njit(cache=True)
def release(
    row: Rows,
    over: int,
    symmetric: bool,
    weights: Ints,
    held: Ints,
    shrunk: Ints,
    givers: Ints,
    outcomes: Ints,
    found: Rows,
    count: int,
) -> int:
    """Append what a release may leave: the ENIs asked before the last give all, the last the rest.

    Each result once; how many rows there are then.
    """
    none = held.shape[0]
    with_free = 0
    for at in range(row.shape[0]):
        if row[at] != none and held[row[at], 2] > 0:
            givers[with_free] = at
            with_free += 1
    first = count
    for emptied in range(1 << with_free):
        given = 0
        for bit in range(with_free):
            if emptied >> bit & 1:
                given += held[row[givers[bit]], 2]
        if given >= over:
            continue
        for last in range(with_free):
            shape = row[givers[last]]
            if emptied >> last & 1 or held[shape, 2] < over - given:
                continue
            for at in range(row.shape[0]):
                found[count, at] = row[at]
            for bit in range(with_free):
                if emptied >> bit & 1:
                    at = givers[bit]
                    found[count, at] = shrunk[row[at], held[row[at], 2]]
            found[count, givers[last]] = shrunk[shape, over - given]
            if symmetric:
                sort_others(found[count])
            key = key_of(found[count], weights, symmetric)
            known = False
            for each in range(count - first):
                if outcomes[each] == key:
                    known = True
                    break
            if not known:
                outcomes[count - first] = key
                count += 1
    return count


@njit(cache=True)
def expand(  # noqa: PLR0915 - calls would cost what this loop saves
    stop: int,
    symmetric: bool,
    weights: Ints,
    seen: Bytes,
    keys: Ints,
    rows: Rows,
    parents: Parents,
    numbers: Ints,
    at_rest: Ints,
    at_rest_at: Ints,
    margin: int,
    block: int,
    held: Ints,
    adds: Ints,
    deletes: Ints,
    extended: Ints,
    shrunk: Ints,
    fresh: Ints,
    room: Bools,
    strides: Ints,
    wanted: Ints,
    extension: Ints,
    new_eni: Ints,
    released: Ints,
    fewer: Bools,
    enough: Bools,
    unmet: Bools,
    most_pods: int,
    capacity: int,
) -> int:
    """Go through the states from the head up to `stop`, entering what follows them."""
    enis = rows.shape[1]
    none = held.shape[0]
    row = np.empty(enis, dtype=np.int16)
    found = np.empty((margin, enis), dtype=np.int16)
    givers = np.empty(enis, dtype=np.int64)
    outcomes = np.empty(margin, dtype=np.int64)
    for head in range(numbers[HEAD], stop):
        if numbers[TAIL] + margin > rows.shape[0]:
            return FULL
        if seen.shape[0] == 0 and 2 * (numbers[TAIL] + margin) > keys.shape[0]:
            return FULL
        cidrs = pods = free = attached = 0
        for at in range(enis):
            shape = rows[head, at]
            row[at] = shape
            if shape != none:
                attached += 1
                cidrs += held[shape, 0]
                pods += held[shape, 1]
                free += held[shape, 2]
        entry = cidrs * strides[0] + pods * strides[1] + free * strides[2]
        count = 0
        for at in range(enis):
            shape = row[at]
            if shape == none or (symmetric and at > 1 and shape == row[at - 1]):
                continue
            if pods < most_pods:
                for column in range(adds.shape[1]):
                    if adds[shape, column] == -1:
                        break
                    place(row, at, adds[shape, column], found[count], symmetric)
                    count += 1
            for column in range(deletes.shape[1]):
                if deletes[shape, column] == -1:
                    break
                place(row, at, deletes[shape, column], found[count], symmetric)
                count += 1
        pod_events = count
        grew = False
        for at in range(enis):
            shape = row[at]
            if shape == none or (symmetric and at > 1 and shape == row[at - 1]):
                continue
            size = extension[wanted[entry], held[shape, 0]]
            if size > 0:
                if extended[shape, size] == -1:
                    return BROKEN
                place(row, at, extended[shape, size], found[count], symmetric)
                count += 1
                grew = True
            if at > 0 and held[shape, 1] == 0 and fewer[entry]:
                others = entry - held[shape, 0] * strides[0] - held[shape, 2] * strides[2]
                if enough[others]:
                    place(row, at, none, found[count], symmetric)
                    count += 1
        if not grew and new_eni[entry] > 0 and room[attached]:
            if fresh[new_eni[entry]] == -1:
                return BROKEN
            for at in range(1, enis):
                if row[at] == none:
                    place(row, at, fresh[new_eni[entry]], found[count], symmetric)
                    count += 1
                    if symmetric:
                        break
        if released[entry] > 0:
            count = release(
                row,
                released[entry],
                symmetric,
                weights,
                held,
                shrunk,
                givers,
                outcomes,
                found,
                count,
            )
        enter(found, count, head, symmetric, weights, seen, keys, rows, parents, numbers)
        reserved = cidrs * block + attached
        if reserved > numbers[MOST]:
            numbers[MOST] = reserved
            numbers[MOST_AT] = head
        if count == pod_events:
            if reserved > at_rest[pods]:
                at_rest[pods] = reserved
                at_rest_at[pods] = head
            if numbers[STRANDED] < 0 and unmet[entry] and cidrs < capacity:
                numbers[STRANDED] = head
        numbers[TRANSITIONS] += count
        numbers[HEAD] = head + 1
    return GOES_ON
