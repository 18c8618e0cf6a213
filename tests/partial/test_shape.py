"""Sums forget shares, and lose nothing else: whatever sizes can do, their sums can."""

from hypothesis import given
from hypothesis import strategies as st

from ipam_model.partial import shape as shapes
from ipam_model.partial.shape import Size, Sizes, Sums, possible, sums

SLOTS = 4

sizes = st.lists(
    st.builds(Size, st.integers(0, SLOTS), st.just(True), st.booleans()), min_size=1, max_size=4
).map(lambda each: Sizes(tuple(sorted(each))))


@given(sizes, st.integers(1, 6))
def test_sums_grow_like_sizes(shape: Sizes, wanted: int) -> None:
    fine = {(size, sums(after)) for size, after in shapes.grown(shape, wanted, SLOTS)}
    coarse = {(size, sums(after)) for size, after in shapes.grown(sums(shape), wanted, SLOTS)}
    assert fine <= coarse


@given(sizes)
def test_sums_lose_enis_like_sizes(shape: Sizes) -> None:
    fine = {(size, sums(after)) for size, after in shapes.freed(shape, SLOTS) if shape.enis > 1}
    assert fine <= {(size, sums(after)) for size, after in shapes.freed(sums(shape), SLOTS)}


@given(sizes)
def test_full_enis_are_full_sums(shape: Sizes) -> None:
    if shapes.may_be_full(shape, SLOTS, 0):
        assert shapes.may_be_full(sums(shape), SLOTS, 0)


@given(st.integers(1, 4), st.integers(0, 4 * SLOTS), st.integers(1, 6))
def test_sums_do_only_what_some_sizes_do(enis: int, cidrs: int, wanted: int) -> None:
    """Every step of sums is one of some sizes: the bounds are tight, so that they refuse."""
    start = Sums(enis, cidrs)
    if not possible(start, SLOTS):
        return
    fine = set()
    for each in _all_sizes(enis, cidrs):
        fine |= {(size, sums(after)) for size, after in shapes.grown(each, wanted, SLOTS)}
    assert set(shapes.grown(start, wanted, SLOTS)) == fine


def _all_sizes(enis: int, cidrs: int) -> list[Sizes]:
    found: list[tuple[int, ...]] = [()]
    for _ in range(enis):
        found = [(*each, size) for each in found for size in range(SLOTS + 1)]
    return [
        Sizes(tuple(Size(size, grows=True, goes=True) for size in sorted(each)))
        for each in found
        if sum(each) == cidrs
    ]


def test_what_does_not_grow_or_go() -> None:
    shape = Sizes((Size(1, grows=False, goes=True), Size(2, grows=True, goes=False)))
    assert [size for size, _ in shapes.grown(shape, 9, SLOTS)] == [2]
    assert [size for size, _ in shapes.freed(shape, SLOTS)] == [1]
    assert shapes.may_be_full(Sizes((Size(1, grows=False, goes=True),)), SLOTS, 0)


def test_a_release_leaves_sums_only() -> None:
    shape = Sizes((Size(3, grows=True, goes=False),))
    assert shapes.without_cidrs(shape, 0) is shape
    assert shapes.without_cidrs(shape, 2) == Sums(1, 1)
