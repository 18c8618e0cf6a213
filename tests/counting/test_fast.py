"""The fast explorer finds what the plain one finds."""

from collections.abc import Iterator
from itertools import product

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("numba", reason="numba, which the extra `fast` installs, is absent")

from ipam_model.counting import explorer, fast
from ipam_model.counting.exploration import Budget, Ending, Exploration
from ipam_model.counting.fast import kernel, search, tables
from ipam_model.counting.model import CountingModel
from ipam_model.errors import InputError, ModelError
from tests.counting.models import prefixes, secondary

pytestmark = pytest.mark.unmeasured


def assert_same(model: CountingModel) -> Exploration:
    slow, quick = explorer.explore(model), fast.explore(model)
    for name in ("ending", "states", "transitions", "depth"):
        assert getattr(slow, name) == getattr(quick, name), name
    assert slow.most_reserved.value == quick.most_reserved.value
    assert {p: f.value for p, f in slow.at_rest.items()} == {
        p: f.value for p, f in quick.at_rest.items()
    }
    assert (slow.stranded is None) == (quick.stranded is None)
    assert slow.beyond_caps is quick.beyond_caps is None
    pairs = [(slow.most_reserved.state, quick.most_reserved.state)]
    pairs += [(slow.at_rest[p].state, quick.at_rest[p].state) for p in slow.at_rest]
    if slow.stranded is not None and quick.stranded is not None:
        pairs.append((slow.stranded, quick.stranded))
        assert model.stranded(quick.stranded)
    for one, other in pairs:  # equally short ways
        way = quick.path(other)
        assert len(way) == len(slow.path(one))
        assert (way[-1].after if way else model.initial) == other
    return quick


def grid() -> Iterator[CountingModel]:
    """Every small node: SIP with warm IP, minimum, both, warm ENI; prefixes; max pods."""
    for enis, slots, symmetric in product((1, 2, 3), (1, 2, 3), (True, False)):
        if not symmetric and enis * slots == 9:
            continue  # only to spare the plain explorer half of its work
        for pods in {0, enis * slots // 2, enis * slots}:
            for max_pods in (None, slots + 1):
                for warm, minimum in ((1, 0), (2, 0), (0, 2), (1, 3)):
                    yield secondary(
                        enis,
                        slots,
                        warm_ip=warm,
                        minimum=minimum,
                        pods=pods,
                        max_pods=max_pods,
                        symmetric=symmetric,
                    )
                for warm_eni in (0, 1, 2):
                    yield secondary(
                        enis,
                        slots,
                        warm_eni=warm_eni,
                        pods=pods,
                        max_pods=max_pods,
                        symmetric=symmetric,
                    )


def prefix_grid() -> Iterator[CountingModel]:
    for enis, slots, block, symmetric in product((1, 2), (1, 2), (1, 2), (True, False)):
        for max_pods in (None, 2):
            for targets in (
                {"warm_ip": 1},
                {"warm_ip": 2, "minimum": 3},
                {"minimum": 2},
                {"warm_prefix": 0},
                {"warm_prefix": 1},
                {"warm_prefix": 2},
                {"warm_ip": 1, "warm_prefix": 1},
            ):
                yield prefixes(
                    enis, slots, block, max_pods=max_pods, symmetric=symmetric, **targets
                )


def test_every_small_node_in_secondary_address_mode() -> None:
    endings = [assert_same(model).ending for model in grid()]
    assert len(endings) > 500
    assert set(endings) == {Ending.EXHAUSTED}


def test_every_small_node_in_prefix_mode() -> None:
    stranded = [assert_same(model).stranded for model in prefix_grid()]
    assert len(stranded) > 200
    assert any(state is not None for state in stranded)


@given(
    enis=st.integers(1, 4),
    slots=st.integers(1, 3),
    warm_ip=st.integers(0, 5),
    minimum=st.integers(0, 7),
    warm_eni=st.integers(0, 3),
    pods=st.none() | st.integers(0, 7),
    max_pods=st.none() | st.integers(0, 12),
    symmetric=st.booleans(),
)
def test_nodes_of_any_settings(
    enis: int,
    slots: int,
    warm_ip: int,
    minimum: int,
    warm_eni: int,
    pods: int | None,
    max_pods: int | None,
    symmetric: bool,
) -> None:
    assert_same(
        secondary(
            enis,
            min(slots, 2) if enis == 4 else slots,
            warm_ip=warm_ip,
            minimum=minimum,
            warm_eni=warm_eni,
            pods=pods,
            max_pods=max_pods,
            symmetric=symmetric,
        )
    )


@given(
    enis=st.integers(1, 3),
    slots=st.integers(1, 2),
    block=st.integers(1, 3),
    warm_ip=st.integers(0, 5),
    minimum=st.integers(0, 7),
    warm_prefix=st.integers(0, 2),
    pods=st.integers(0, 4),
    max_pods=st.none() | st.integers(0, 12),
)
def test_nodes_with_prefixes(
    enis: int,
    slots: int,
    block: int,
    warm_ip: int,
    minimum: int,
    warm_prefix: int,
    pods: int,
    max_pods: int | None,
) -> None:
    assert_same(
        prefixes(
            enis,
            slots,
            block,
            warm_ip=warm_ip,
            minimum=minimum,
            warm_prefix=warm_prefix,
            pods=pods,
            max_pods=max_pods,
        )
    )


NOTED = [
    # model, states, raw states, Q1, Q2 with 2 pods
    (secondary(3, 3, warm_ip=1, pods=9), 658, 1_207, 12, 6),
    (secondary(3, 5, warm_ip=1, pods=15), 5_311, 10_161, 18, 6),
    (secondary(3, 9, warm_ip=1, pods=21), 74_843, 147_333, 25, 6),
    (secondary(3, 9, warm_ip=1, pods=27), 87_778, 172_477, 30, 6),
    (secondary(3, 9, warm_ip=5, minimum=10, pods=27), 84_396, 166_001, 30, 13),
    (secondary(3, 9, warm_eni=1, pods=27), 661, 1_211, 30, 30),
    (secondary(4, 29, warm_eni=1, pods=116), 163_681, 893_731, 120, 90),
    (secondary(4, 9, warm_ip=1, pods=36), 1_697_077, None, 40, 7),
    (secondary(4, 14, warm_ip=1, pods=31), 661_734, None, 35, 6),
    # SPIN's count of these two has its two initial states in it
    (secondary(8, 29, warm_eni=1, pods=61), 98_790 - 2, None, 120, 90),
    (secondary(15, 49, warm_eni=1, pods=101), 660_591 - 2, None, 200, 150),
]
"""Counted by SPIN and by other explorers."""


@pytest.mark.parametrize(("model", "states", "raw", "most", "at_rest"), NOTED, ids=str)
def test_counts_are_those_of_other_tools(
    model: CountingModel, states: int, raw: int | None, most: int, at_rest: int
) -> None:
    found = fast.explore(model)
    assert found.exhaustive
    assert (found.states, found.most_reserved.value, found.at_rest[2].value) == (
        states,
        most,
        at_rest,
    )
    assert found.stranded is None
    if raw is not None:
        assert fast.explore(evolve(model, symmetric=False)).states == raw


M5_LARGE = secondary(3, 9, warm_ip=1, pods=27)


@pytest.mark.parametrize("budget", [1, 1_000, 50_000])
def test_a_budget_of_states_never_reads_as_exhaustive(budget: int) -> None:
    found = fast.explore(M5_LARGE, Budget(states=budget))
    assert found.ending is Ending.STATES
    assert not found.exhaustive
    assert budget < found.states < 87_778
    assert found.most_reserved.value <= 30
    assert fast.explore(M5_LARGE, Budget(states=87_778)).exhaustive


def test_a_budget_of_time_never_reads_as_exhaustive() -> None:
    found = fast.explore(M5_LARGE, Budget(seconds=0))
    assert found.ending is Ending.SECONDS
    assert found.states == 1


@pytest.mark.parametrize(
    ("model", "complaint"),
    [
        (secondary(15, 49, warm_ip=1), "too many"),
        (prefixes(2, 14, 16, warm_ip=1), "too many"),
        (evolve(M5_LARGE, any_distribution=True), "ENI by ENI"),
    ],
    ids=str,
)
def test_what_is_too_large_is_refused(model: CountingModel, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        fast.explore(model)


def test_hashed_and_marked_states_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    marked = fast.explore(M5_LARGE)
    monkeypatch.setattr(search, "MOST_BYTES", 0)
    hashed = fast.explore(M5_LARGE)
    for name in ("states", "transitions", "depth", "at_rest", "most_reserved"):
        assert getattr(marked, name) == getattr(hashed, name)


def test_a_table_without_an_eni_that_occurs_is_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    build = tables.build

    def torn(model: CountingModel) -> tables.Tables:
        found = build(model)
        found.extended[:] = -1
        return found

    monkeypatch.setattr(search, "build", torn)
    with pytest.raises(ModelError):
        fast.explore(secondary(1, 2, warm_ip=1))


def test_the_kernel_says_the_same_uncompiled(monkeypatch: pytest.MonkeyPatch) -> None:
    model = secondary(3, 2, warm_ip=1, pods=3)
    compiled = fast.explore(model)
    for name in (
        "key_of",
        "place",
        "sort_others",
        "slot_of",
        "rehash",
        "enter",
        "release",
        "expand",
    ):
        monkeypatch.setattr(kernel, name, getattr(kernel, name).py_func)
    plain = fast.explore(model)
    for name in ("states", "transitions", "depth", "at_rest", "most_reserved"):
        assert getattr(compiled, name) == getattr(plain, name)
