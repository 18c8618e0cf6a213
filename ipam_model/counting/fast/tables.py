"""The counting model as arrays: numbers for ENIs, and every decision looked up.

`ARRAYS` is the third reading of the rules: on whole arrays of sums at once.
"""

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import frozen

from ipam_model.arithmetic import Logic
from ipam_model.counting import decisions
from ipam_model.counting.decisions import Pool, Targets
from ipam_model.counting.model import CountingModel, Eni, moved, pods_on
from ipam_model.errors import InputError

Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

MOST_SHAPES: Final = 30_000
"""ENIs that differ; the kernel stores them in 16 bits."""
MOST_SUMS: Final = 50_000_000
"""Entries of a table of decisions."""


class _Arrays:
    """`Logic` on arrays, entry by entry."""

    __slots__ = ()

    @staticmethod
    def max(a: Ints, b: Ints | int) -> Ints:
        return np.maximum(a, b)

    @staticmethod
    def min(a: Ints, b: Ints | int) -> Ints:
        return np.minimum(a, b)

    @staticmethod
    def ite(condition: Bools, then: Ints | int, otherwise: Ints | int) -> Ints:
        return np.where(condition, then, otherwise)

    @staticmethod
    def lt(a: Ints, b: Ints | int) -> Bools:
        return a < b

    @staticmethod
    def le(a: Ints, b: Ints | int) -> Bools:
        return a <= b

    @staticmethod
    def gt(a: Ints, b: Ints | int) -> Bools:
        return a > b

    @staticmethod
    def ge(a: Ints, b: Ints | int) -> Bools:
        return a >= b

    @staticmethod
    def eq(a: Ints, b: Ints | int) -> Bools:
        return np.equal(a, b)

    @staticmethod
    def ne(a: Ints, b: Ints | int) -> Bools:
        return np.not_equal(a, b)

    @staticmethod
    def all(*conditions: Bools) -> Bools:
        together = conditions[0]
        for each in conditions[1:]:
            together = together & each
        return together

    @staticmethod
    def any(*conditions: Bools) -> Bools:
        together = conditions[0]
        for each in conditions[1:]:
            together = together | each
        return together

    @staticmethod
    def no(condition: Bools) -> Bools:
        return ~condition

    @staticmethod
    def choose(condition: Bools, then: Bools, otherwise: Bools) -> Bools:
        return np.where(condition, then, otherwise)

    @staticmethod
    def ceil_div(a: Ints, divisor: Ints | int) -> Ints:
        return (a + divisor - 1) // divisor

    @staticmethod
    def floor_div(a: Ints, divisor: Ints | int) -> Ints:
        return a // divisor


ARRAYS: Final[Logic[Ints, Bools]] = _Arrays()
"""The logic of arrays of integers."""


@frozen(kw_only=True)
class Tables:
    """What the kernel looks up. A *shape* is the number of an ENI that may occur."""

    shapes: tuple[Eni, ...]
    """By number; 0 is an ENI without CIDRs. The number after the last means: not attached."""
    held: Ints
    """By shape: CIDRs, pods, CIDRs without pods."""
    adds: Ints
    """By shape and position: the shapes after a pod came; -1 ends the row."""
    deletes: Ints
    """The same after a pod left."""
    extended: Ints
    """By shape and CIDRs more: the shape then; -1 where none is asked for or there is no such."""
    shrunk: Ints
    """By shape and CIDRs less."""
    fresh: Ints
    """By CIDRs: the shape of a new ENI; -1 if there is no such."""
    room: Bools
    """By attached ENIs: whether another may come (R33)."""
    strides: Ints
    """Entry of the decision tables = the sums (CIDRs, pods, CIDRs without pods) times these."""
    wanted: Ints
    """CIDRs wanted on an ENI that is there, at most as many as it can hold; 0 unless too low."""
    extension: Ints
    """By CIDRs wanted and held: those asked for."""
    new_eni: Ints
    released: Ints
    fewer: Bools
    """ENIs without pods are not wanted, if there is one (R133)."""
    enough: Bools
    """These sums are enough without what is not in them (R136)."""
    unmet: Bools
    most_pods: int
    capacity: int
    """CIDRs on all ENIs."""


def build(model: CountingModel) -> Tables:
    """The tables of a model.

    Raises:
        InputError: the model is too large for tables.
    """
    targets, most_pods = model.targets, model.most_pods
    capacity = targets.max_enis * targets.slots
    derived = targets.block == 1  # then what is not held by a pod is free
    widths = (capacity + 1, most_pods + 1, 1 if derived else capacity + 1)
    if widths[0] * widths[1] * widths[2] > MOST_SUMS:
        raise InputError("the limits are too large for the fast explorer's tables")
    strides = np.array([widths[1] * widths[2], widths[2], 0 if derived else 1], dtype=np.int64)
    cidrs, assigned, free = (each.ravel() for each in np.indices(widths, dtype=np.int64))
    pool: Pool[Ints] = Pool(cidrs, assigned, cidrs - assigned if derived else free)
    arrays = _on_arrays(targets, cidrs)
    cap = None if model.max_pods is None else np.full_like(cidrs, model.max_pods)
    none_primary = np.zeros_like(cidrs, dtype=np.bool_)
    needs = decisions.needs(ARRAYS, arrays, pool)
    low = decisions.too_low(ARRAYS, arrays, pool, cap, needs)
    # An ENI has no more than `slots` free, so more than that cannot be wanted in earnest.
    want = decisions.wanted(ARRAYS, arrays, pool, needs)
    wanted = np.where(low, np.minimum(want, targets.slots), 0)
    sizes, held = np.indices((targets.slots + 1, targets.slots + 1), dtype=np.int64)
    extension = decisions.extension(ARRAYS, _on_arrays(targets, sizes), sizes, held)
    new_eni = np.where(low, decisions.new_eni_size(ARRAYS, arrays, pool, needs), 0)
    released = decisions.released(ARRAYS, arrays, pool)
    attached = np.arange(targets.max_enis + 1, dtype=np.int64)
    shapes = _shapes(model, extension[np.unique(wanted)], new_eni, bool((released > 0).any()))
    number = {eni: at for at, eni in enumerate(shapes)}
    return Tables(
        shapes=shapes,
        held=np.array([(sum(eni), pods_on(eni), eni[0]) for eni in shapes], dtype=np.int64),
        adds=_pod_steps(number, targets.block, 1),
        deletes=_pod_steps(number, targets.block, -1),
        extended=_changed(number, targets.slots, 1),
        shrunk=_changed(number, targets.slots, -1),
        fresh=np.array(
            [number.get((size, *shapes[0][1:]), -1) for size in range(targets.slots + 1)],
            dtype=np.int64,
        ),
        room=decisions.room_for_eni(ARRAYS, _on_arrays(targets, attached), attached),
        strides=strides,
        wanted=wanted,
        extension=extension,
        new_eni=new_eni,
        released=released,
        fewer=decisions.wants_fewer_enis(ARRAYS, arrays, pool, ~none_primary),
        enough=decisions.enough_without(ARRAYS, arrays, pool),
        unmet=decisions.target_unmet(ARRAYS, arrays, pool, needs),
        most_pods=most_pods,
        capacity=capacity,
    )


def _on_arrays(targets: Targets[int, bool], like: Ints) -> Targets[Ints, Bools]:
    """The targets as constant arrays."""
    return Targets(
        prefix_mode=np.full(like.shape, targets.prefix_mode, dtype=np.bool_),
        warm_ip=np.full_like(like, targets.warm_ip),
        minimum=np.full_like(like, targets.minimum),
        warm_eni=np.full_like(like, targets.warm_eni),
        warm_prefix=np.full_like(like, targets.warm_prefix),
        max_enis=np.full_like(like, targets.max_enis),
        slots=np.full_like(like, targets.slots),
        block=targets.block,
    )


def _shapes(
    model: CountingModel, extension: Ints, new_eni: Ints, releases: bool
) -> tuple[Eni, ...]:
    """The ENIs that may occur: closed under every change of one ENI that some sums allow."""
    targets, most_pods = model.targets, model.most_pods
    asked = [sorted({int(size) for size in np.unique(row) if size > 0}) for row in extension.T]
    first = [model.empty_eni] + [
        (int(size), *model.empty_eni[1:])
        for size in np.unique(new_eni)
        if 0 < size <= targets.slots
    ]
    found = dict.fromkeys(first)
    pending = list(found)
    while pending:
        eni = pending.pop()
        after = [(eni[0] + size, *eni[1:]) for size in asked[sum(eni)]]
        if releases and eni[0]:
            after.append((eni[0] - 1, *eni[1:]))
        after += [moved(eni, at, at - 1) for at in range(1, len(eni)) if eni[at]]
        if pods_on(eni) < most_pods:
            after += [moved(eni, at, at + 1) for at in range(len(eni) - 1) if eni[at]]
        for each in after:
            if each not in found:
                found[each] = None
                pending.append(each)
        if len(found) > MOST_SHAPES:
            raise InputError(
                f"more than {MOST_SHAPES} ENIs that differ are too many for the fast explorer; "
                "fewer addresses per ENI or fewer pods would do, or the plain explorer (--plain) "
                "with a budget"
            )
    return (model.empty_eni, *sorted(each for each in found if each != model.empty_eni))


def _pod_steps(number: dict[Eni, int], block: int, change: int) -> Ints:
    """Where a pod more, or less, leads from each shape, one column per CIDR that may change."""
    table = np.full((len(number), block + 1), -1, dtype=np.int64)
    for at, eni in enumerate(number):
        column = 0
        for held, count in enumerate(eni):
            if count and 0 <= held + change <= block:
                after = number.get(moved(eni, held, held + change))
                if after is not None:
                    table[at, column] = after
                    column += 1
    return table


def _changed(number: dict[Eni, int], slots: int, sign: int) -> Ints:
    """Where CIDRs more, or less, lead from each shape."""
    table = np.full((len(number), slots + 1), -1, dtype=np.int64)
    for at, eni in enumerate(number):
        for size in range(1, slots + 1):
            if eni[0] + sign * size >= 0:
                table[at, size] = number.get((eni[0] + sign * size, *eni[1:]), -1)
    return table
