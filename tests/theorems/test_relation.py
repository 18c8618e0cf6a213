"""The transition relation is the counting model: all it does is allowed, and nothing else is."""

import itertools
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Final

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ipam_model.counting.model import CountingModel, Kind, State
from tests.counting.models import prefixes, secondary
from tests.theorems.relation import (
    Successor,
    alike,
    allowed,
    changed,
    done,
    done_alike,
    of_eni,
    on_integers,
    on_terms,
    positions,
    raw,
)

pytestmark = pytest.mark.unmeasured

BLOCKS: Final = (1, 2, 3, 16)
ROUNDED: Final = 3
"""From this block size on, the numbers do not say whether a pod is alone on its prefix."""


@st.composite
def models(draw: st.DrawFn) -> CountingModel:
    """A counting model of any mode."""
    enis, slots = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    warm, minimum = draw(st.integers(0, 6)), draw(st.integers(0, 9))
    most = draw(st.none() | st.integers(0, 20))
    peak = draw(st.none() | st.integers(0, 24))
    if draw(st.booleans()):
        return raw(
            secondary(
                enis,
                slots,
                warm_ip=warm,
                minimum=minimum,
                warm_eni=draw(st.integers(0, 3)),
                pods=peak,
                max_pods=most,
            )
        )
    block = draw(st.sampled_from(BLOCKS))
    prefix = draw(st.integers(0, 4))
    return raw(
        prefixes(
            min(enis, 3),
            min(slots, 3),
            block,
            warm_ip=warm,
            minimum=minimum,
            warm_prefix=prefix,
            pods=peak,
            max_pods=most,
        )
    )


def walked(model: CountingModel, way: list[int]) -> State:
    """The state at the end of a way; each number picks a step."""
    state = model.initial
    for pick in way:
        steps = list(model.transitions(state))
        if not steps:
            break
        state = steps[pick % len(steps)].after
    return state


def changes(successor: Successor) -> Iterator[Successor]:
    """The successor with one number one more or less, or by another kind of step."""
    kind, enis, node, eni = successor
    for by in (-1, 1):
        yield Successor(kind, enis + by, node, eni)
        for at in range(3):
            other = tuple(value + by * (place == at) for place, value in enumerate(node))
            yield Successor(kind, enis, (other[0], other[1], other[2]), eni)
            other = tuple(value + by * (place == at) for place, value in enumerate(eni))
            yield Successor(kind, enis, node, (other[0], other[1], other[2]))
    yield from (Successor(other_kind, enis, node, eni) for other_kind in Kind if other_kind != kind)


INTEGERS: Final = on_integers()


@given(models(), st.lists(st.integers(0, 1000), max_size=30), st.data())
def test_the_relation_is_the_counting_model_on_a_walk(
    model: CountingModel, way: list[int], data: st.DataObject
) -> None:
    state = walked(model, way)
    position = data.draw(st.sampled_from(positions(state)))
    could = done_alike(model, state, position)
    may = allowed(INTEGERS, model, state, position)
    assert done(evolve(model, any_distribution=False), state, position) <= could
    assert may == could
    for successor in could:
        for other in changes(successor):
            assert (other in may) == (other in could)


def seeded() -> Iterator[tuple[CountingModel, State]]:
    """Walks through every mode, the same ones always."""
    random = Random("walks")
    settings = [
        secondary(3, 4, warm_ip=2),
        secondary(3, 3, minimum=5),
        secondary(2, 5, warm_ip=1, minimum=4),
        secondary(3, 3, warm_ip=3, max_pods=5),
        secondary(3, 3, warm_eni=0),
        secondary(4, 2, warm_eni=1),
        secondary(3, 2, warm_eni=2, max_pods=4),
        *(prefixes(3, 2, block, warm_prefix=1) for block in BLOCKS),
        *(prefixes(2, 3, block, warm_ip=2, minimum=block + 1) for block in BLOCKS),
        prefixes(2, 2, 16, warm_prefix=2, max_pods=32),
    ]
    for model in map(raw, settings):
        for _ in range(3):
            yield model, walked(model, [random.randrange(1000) for _ in range(12)])


def test_over_terms_the_relation_is_the_same() -> None:
    pytest.importorskip("z3", reason="z3-solver, which the extra `solver` installs, is absent")
    terms, seen = on_terms(), Counter[Kind]()
    for model, state in seeded():
        position = positions(state)[-1]
        could = done_alike(model, state, position)
        assert allowed(terms, model, state, position) == could
        seen.update(each.kind for each in could)
    assert set(seen) == set(Kind), "every kind of step was taken"


def states(enis: int, slots: int, block: int) -> Iterator[State]:
    """Every state of a node, whether it can be reached or not; ENIs behind the primary in order."""
    shapes = [
        shape
        for cidrs in range(slots + 1)
        for free in range(cidrs + 1)
        for pods in range(cidrs * block + 1)
        for shape in alike((cidrs, pods, free), block)
    ]
    for attached in range(1, enis + 1):
        for others in itertools.combinations_with_replacement(shapes, attached - 1):
            for primary in shapes:
                yield (primary, *others, *(None,) * (enis - attached))


def secondary_scopes() -> Iterator[CountingModel]:
    """Small nodes in secondary-address mode."""
    targets = [(*each, 0) for each in itertools.product((0, 1, 2), (0, 3))] + [(0, 0, 1), (0, 0, 2)]
    scopes = [
        (*scope, *each)
        for each in targets
        for scope in ((2, 3, None, 4), (3, 2, None, None), (2, 3, 3, None), (3, 2, 3, 5))
    ]
    large = [(3, 3, None, None, *each) for each in ((1, 0, 0), (2, 4, 0), (0, 0, 1))]
    for enis, slots, most, peak, warm_ip, minimum, warm_eni in scopes + large:
        model = secondary(
            enis,
            slots,
            warm_ip=warm_ip,
            minimum=minimum,
            warm_eni=warm_eni,
            max_pods=most,
            pods=peak,
        )
        yield raw(model)


def prefix_scopes() -> Iterator[CountingModel]:
    """Small nodes in prefix mode."""
    targets = (
        (0, 0, 0, None),
        (0, 0, 1, None),
        (0, 0, 2, 4),
        (1, 0, 0, None),
        (1, 0, 1, 4),
        (0, 4, 0, None),
        (3, 4, 0, None),
        (3, 4, 1, 4),
    )
    for (warm_ip, minimum, warm_prefix, most), block in itertools.product(targets, (1, 2, 3)):
        model = prefixes(
            2,
            2,
            block,
            warm_ip=warm_ip,
            minimum=minimum,
            warm_prefix=warm_prefix,
            max_pods=most,
        )
        yield raw(model)
    yield raw(prefixes(3, 2, 2, warm_prefix=1))
    yield raw(prefixes(2, 3, 2, warm_ip=2))


def test_in_secondary_address_mode_the_relation_is_the_counting_model() -> None:
    seen = Counter[Kind]()
    for model in secondary_scopes():
        targets = model.targets
        for state in states(targets.max_enis, targets.slots, 1):
            for position in positions(state):
                exactly = done(model, state, position)
                assert allowed(INTEGERS, model, state, position) == exactly, (model, state)
                seen.update(each.kind for each in exactly)
    assert set(seen) == set(Kind)


def test_in_prefix_mode_it_forgets_only_whether_a_pod_is_alone_on_its_prefix() -> None:
    """It allows all, and more: a pod may leave a prefix empty if some spread has that."""
    excess = Counter[int]()
    for model in prefix_scopes():
        targets, many = model.targets, model.targets.block >= ROUNDED
        for state in states(targets.max_enis, targets.slots, targets.block):
            for position in positions(state):
                exactly = done(model, state, position)
                may = allowed(INTEGERS, model, state, position)
                assert exactly <= may, (model, state)
                if may == exactly:
                    continue
                assert many, "in blocks of 1 and 2 the numbers tell it"
                (more,) = may - exactly
                eni = state[position]
                assert eni is not None
                assert more.kind is Kind.DELETE
                assert more.eni[2] == eni[0] + 1, "it leaves a prefix empty"
                assert eni[1] == 0, "no pod is alone"
                assert may == done_alike(model, state, position)
                excess[targets.block] += 1
    assert set(excess) == {3}


MUTANTS: Final = {
    "the peak may be passed": (
        "k.lt(now.node.pool.assigned, now.parameters.peak)",
        "k.le(now.node.pool.assigned, now.parameters.peak)",
    ),
    "a pod comes to a full prefix": (
        "k.lt(own.assigned, used * now.targets.block)",
        "k.le(own.assigned, used * now.targets.block)",
    ),
    "a pod comes to no CIDR": ("k.gt(own.free_cidrs, 0)", "k.ge(own.free_cidrs, 0)"),
    "a pod comes and its CIDR stays free": (
        "free_cidrs=0 - _one_if(k, whole, own.cidrs)",
        "free_cidrs=0",
    ),
    "a pod goes and its CIDR is not free": (
        "assigned=-1, free_cidrs=emptied",
        "assigned=-1, free_cidrs=0",
    ),
    "a pod leaves a CIDR that others need": (
        "*in_order(k, eni.pool, now.targets.block).values()",
        "k.ge(eni.pool.assigned, 0), k.ge(eni.pool.cidrs, eni.pool.free_cidrs)",
    ),
    "used CIDRs may be without pods": (
        "k.ge(pool.assigned, used)",
        "k.ge(pool.assigned, 0)",
    ),
    "max pods do not limit growth": (
        "now.node.pool, now.parameters.max_pods)",
        "now.node.pool, None)",
    ),
    "an ENI without room is extended": (
        '"the ENI has room": k.gt(size, 0)',
        '"the ENI has room": k.ge(size, 0)',
    ),
    "an ENI is extended though the pool is not low": (
        'guard={"the pool is too low": too_low(k, now), "the ENI has room"',
        'guard={"the ENI has room"',
    ),
    "an extension brings no free CIDR": (
        "cidrs=size, free_cidrs=size)",
        "cidrs=size)",
    ),
    "an extension is by all that is wanted": (
        "return decisions.extension(k, now.targets, wanted, now.eni.pool.cidrs)",
        "return decisions.extension(k, now.targets, wanted, wanted - wanted)",
    ),
    "a new ENI comes though others have room": (
        ', "no ENI has room": k.le(extension(k, now), 0)}',
        "}",
    ),
    "a new ENI comes beyond the limit": (
        '"another ENI may come": decisions.room_for_eni(k, now.targets, now.node.enis),',
        "",
    ),
    "a new ENI is not counted": ("enis=now.node.enis + 1", "enis=now.node.enis"),
    "a new ENI comes full": (
        "new = Pool(size, size - size, size)",
        "new = Pool(now.targets.slots, size - size, now.targets.slots)",
    ),
    "the sums miss the new ENI": ("pool=plus(now.node.pool, new)", "pool=now.node.pool"),
    "something is released though nothing is over": (
        '"the pool is too high": k.gt(over, 0),',
        "",
    ),
    "a share is larger than what is free": (
        "k.le(share, now.eni.pool.free_cidrs)",
        "k.le(share, now.eni.pool.cidrs)",
    ),
    "a share is negative": ("k.ge(share, 0), k.le(share", "k.le(share"),
    "a share is more than what is over": (
        "k.ge(over - share, 0), k.le(over - share",
        "k.le(over - share",
    ),
    "the others need not have the rest": (
        "k.le(over - share, now.others.free_cidrs)",
        "k.le(over - share, now.node.pool.free_cidrs)",
    ),
    "the ENI gives no share": (
        "minus(now.eni.pool, Pool(share, none, share))",
        "minus(now.eni.pool, Pool(none, none, none))",
    ),
    "only the share is released": ("Pool(over, none, over)", "Pool(share, none, share)"),
    "the primary is freed": (
        "now.others, now.choices.primary, has_pods",
        "now.others, k.all(now.choices.primary, has_pods), has_pods",
    ),
    "an ENI with pods is freed": (
        "has_pods = k.gt(now.eni.pool.assigned, 0)",
        "has_pods = k.lt(now.eni.pool.assigned, 0)",
    ),
    "an ENI is freed though the others need it": (
        "k, now.targets, now.node.pool, now.others, now",
        "k, now.targets, now.node.pool, now.node.pool, now",
    ),
    "what an ENI freed held stays": ("- 1, pool=now.others)", "- 1, pool=now.node.pool)"),
    "an ENI freed is still counted": ("enis=now.node.enis - 1, pool", "enis=now.node.enis, pool"),
}
"""What is replaced in the text of machine.py, and by what."""

REDUNDANT: Final = {
    "there is a pod if the pods left need fewer CIDRs": (
        '"the ENI has a pod": k.gt(now.eni.pool.assigned, 0),',
        "",
    ),
    "something is asked for where the pool is too low": (
        '"something is asked for": k.gt(size, 0),',
        "",
    ),
}
"""Guards that follow from the others; they stay because the daemon and the reader look at them."""


def mutant_scopes() -> Iterator[tuple[CountingModel, State, int]]:
    """A part of the scopes above, in which each kind of step is taken."""
    for model in (
        secondary(2, 2, warm_ip=1, pods=3),
        secondary(2, 2, warm_ip=1, minimum=2, max_pods=2),
        secondary(2, 2, warm_eni=1),
        prefixes(2, 2, 2, warm_ip=1),
        prefixes(2, 2, 3, warm_prefix=1),
    ):
        targets = model.targets
        for state in states(targets.max_enis, targets.slots, targets.block):
            for position in positions(state):
                yield raw(model), state, position


def _differs(model: CountingModel, state: State, position: int, changed_relation: object) -> bool:
    assert callable(changed_relation)
    try:
        may = allowed(changed_relation, model, state, position)
    except AssertionError:  # what is said of the sums is not so
        return True
    return may != done_alike(model, state, position)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_mutants_are_noticed(mutant: str) -> None:
    reading = on_integers(changed(*MUTANTS[mutant]))
    assert any(_differs(*scope, reading) for scope in mutant_scopes())


def test_the_relation_itself_passes_where_its_mutants_do_not() -> None:
    assert not any(_differs(*scope, INTEGERS) for scope in mutant_scopes())


@pytest.mark.parametrize("guard", REDUNDANT)
def test_redundant_guards_change_nothing(guard: str) -> None:
    reading = on_integers(changed(*REDUNDANT[guard]))
    assert not any(_differs(*scope, reading) for scope in mutant_scopes())


def test_alike_are_all_enis_of_these_numbers() -> None:
    assert set(alike((3, 4, 1), 3)) == {(1, 0, 2, 0), (1, 1, 0, 1)}
    for eni in alike((5, 9, 1), 16):
        assert of_eni(eni) == (5, 9, 1)
