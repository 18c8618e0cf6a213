"""The decisions say the same on integers, on arrays and on a solver's terms."""

from collections.abc import Callable

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from ipam_model.arithmetic import INTS, B, I, Logic
from ipam_model.counting import decisions
from ipam_model.counting.decisions import Pool, Targets

np = pytest.importorskip("numpy", reason="numpy, which the extra `fast` installs, is absent")
z3 = pytest.importorskip("z3", reason="z3-solver, which the extra `solver` installs, is absent")

from ipam_model.counting.fast.tables import ARRAYS  # noqa: E402 - needs numpy
from ipam_model.symbolic import TERMS  # noqa: E402 - needs z3

small = st.integers(0, 6)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Targets[int, bool], Pool[int], Pool[int]]:
    prefix_mode = draw(st.booleans())
    targets = Targets[int, bool](
        prefix_mode=prefix_mode,
        warm_ip=draw(small),
        minimum=draw(small),
        warm_eni=draw(small),
        warm_prefix=draw(small),
        max_enis=draw(st.integers(1, 4)),
        slots=draw(st.integers(1, 5)),
        block=draw(st.integers(1, 4)) if prefix_mode else 1,
    )
    pool = draw(pools(targets.block))
    return targets, pool, draw(pools(targets.block))


@st.composite
def pools(draw: st.DrawFn, block: int) -> Pool[int]:
    cidrs = draw(st.integers(0, 12))
    used = draw(st.integers(0, cidrs))
    return Pool(cidrs, draw(st.integers(used, used * block)), cidrs - used)


def lifted(
    targets: Targets[int, bool], number: Callable[[int], I], truth: Callable[[bool], B]
) -> Targets[I, B]:
    return Targets(
        prefix_mode=truth(targets.prefix_mode),
        warm_ip=number(targets.warm_ip),
        minimum=number(targets.minimum),
        warm_eni=number(targets.warm_eni),
        warm_prefix=number(targets.warm_prefix),
        max_enis=number(targets.max_enis),
        slots=number(targets.slots),
        block=targets.block,
    )


@frozen
class Case:
    targets: Targets[int, bool]
    pool: Pool[int]
    others: Pool[int]
    held: int
    max_pods: int | None
    primary: bool
    has_pods: bool

    def decide(
        self, k: Logic[I, B], number: Callable[[int], I], truth: Callable[[bool], B]
    ) -> list[I | B]:
        targets = lifted(self.targets, number, truth)
        pool, others = (
            Pool(number(each.cidrs), number(each.assigned), number(each.free_cidrs))
            for each in (self.pool, self.others)
        )
        cap = None if self.max_pods is None else number(self.max_pods)
        primary, has_pods = truth(self.primary), truth(self.has_pods)
        return [
            decisions.too_low(k, targets, pool, cap),
            decisions.target_unmet(k, targets, pool),
            decisions.wanted(k, targets, pool),
            decisions.extension(k, targets, pool.free_cidrs, number(self.held)),
            decisions.new_eni_size(k, targets, pool),
            decisions.room_for_eni(k, targets, number(self.held)),
            decisions.released(k, targets, pool),
            decisions.freed(k, targets, pool, others, primary, has_pods),
        ]


def examples() -> st.SearchStrategy[Case]:
    return cases().flatmap(
        lambda case: st.builds(
            Case,
            st.just(case[0]),
            st.just(case[1]),
            st.just(case[2]),
            small,
            st.none() | small,
            st.booleans(),
            st.booleans(),
        )
    )


@given(case=examples())
def test_what_was_measured_before_decides_the_same(case: Case) -> None:
    targets, pool = case.targets, case.pool
    known = decisions.needs(INTS, targets, pool)
    for decide in (
        decisions.target_unmet,
        decisions.prefixes_needed,
        decisions.wanted,
        decisions.new_eni_size,
    ):
        assert decide(INTS, targets, pool, known) == decide(INTS, targets, pool)
    low = decisions.too_low(INTS, targets, pool, case.max_pods, known)
    assert low == decisions.too_low(INTS, targets, pool, case.max_pods)


@given(case=examples())
def test_the_three_readings_agree(case: Case) -> None:
    ints = case.decide(INTS, int, bool)
    arrays = case.decide(
        ARRAYS,
        lambda number: np.full(2, number, dtype=np.int64),
        lambda truth: np.full(2, truth, dtype=np.bool_),
    )
    assert [each.tolist() for each in arrays] == [[each, each] for each in ints]
    terms = case.decide(TERMS, z3.IntVal, z3.BoolVal)
    assert [str(z3.simplify(each)) for each in terms] == [str(each) for each in ints]
