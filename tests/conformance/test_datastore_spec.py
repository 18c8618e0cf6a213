"""The model's store against a store that is written once more, in every order of its maps."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ipam_model.conformance.datastore_events import (
    AddCidr,
    AddEni,
    Assign,
    DatastoreEvent,
    DatastorePart,
    DelCidr,
    ExcludeEni,
    Pass,
    Recover,
    RemoveEni,
    RemoveUnusedEni,
    Stats,
    Unassign,
)
from ipam_model.conformance.datastore_happening import DatastoreState
from ipam_model.conformance.datastore_spec import DatastoreSpec
from ipam_model.conformance.observation import Observation
from ipam_model.conformance.plan import DatastorePlan
from ipam_model.conformance.subject import Reply
from ipam_model.testing.datastore_plans import datastore_plans
from tests.conformance.naive_store import NaiveStore, Orders

SPEC = DatastoreSpec()


def shown(seen: Observation) -> object:
    """As the naive store shows itself."""
    if not seen.running:
        return None
    return frozenset(
        (eni.id, cidr, size, frozenset(held), frozenset(cooling))
        for eni in seen.enis
        for cidr, size, held, cooling in [
            *(
                (
                    each.cidr,
                    1 if each.cidr.endswith("/32") else 16,
                    each.assigned.items(),
                    each.cooling,
                )
                for each in eni.cidrs
            ),
            ("", 0, (), ()),
        ]
    )


def size_of(cidr: str) -> int:
    return 1 if cidr.endswith("/32") else 16


def told(reply: Reply | dict[str, Any]) -> object:
    return tuple(sorted((key, str(value)) for key, value in reply.items() if key != "error"))


def in_every_order(store: NaiveStore, event: DatastoreEvent) -> Iterator[tuple[object, NaiveStore]]:
    orders = Orders()
    for _ in orders.runs():
        orderly = store.order
        store.order = orderly
        trial = deepcopy(store)
        trial.order = orders
        reply = trial.run(event)
        trial.order = list
        yield (told(reply), trial.shown()), trial


def by_the_model(
    state: DatastoreState, event: DatastoreEvent
) -> Iterator[tuple[object, DatastoreState]]:
    for outcome in SPEC.outcomes(state, event):
        yield (told(outcome.said.reply), shown(outcome.said.seen)), outcome.state


def empty(part: DatastorePart) -> NaiveStore:
    return NaiveStore(part.prefix_delegation, part.cooldown_ms, list)


def same_outcomes(
    store: NaiveStore, state: DatastoreState, event: DatastoreEvent
) -> list[tuple[NaiveStore, DatastoreState]]:
    """What both may become, having shown the same."""
    naive = dict(in_every_order(store, event))
    ours = dict(by_the_model(state, event))
    assert naive.keys() == ours.keys(), event
    return [(naive[key], ours[key]) for key in sorted(naive, key=repr)]


@settings(max_examples=150)
@given(plan=datastore_plans(small=True), choices=st.lists(st.integers(0, 7), max_size=40))
def test_every_order_of_the_maps_is_an_outcome_and_nothing_else_is(
    plan: DatastorePlan, choices: list[int]
) -> None:
    store, state = empty(plan.datastore), SPEC.initial(plan.datastore)
    for number, event in enumerate(plan.events):
        both = same_outcomes(store, state, event)
        choice = choices[number] if number < len(choices) else 0
        store, state = both[choice % len(both)]


BEGINNING: Sequence[DatastoreEvent] = (
    AddEni(eni="eni-1", device=0),
    AddEni(eni="eni-2", device=1),
    AddCidr(eni="eni-1", cidr="10.0.0.1/32"),
    AddCidr(eni="eni-2", cidr="10.0.0.2/32"),
    Assign(pod="a"),
)
ALPHABET: Sequence[DatastoreEvent] = (
    Assign(pod="a"),
    Assign(pod="b"),
    Unassign(pod="a"),
    Unassign(pod="b"),
    Pass(ms=5_000),
    Pass(ms=60_000),
    Recover(),
    RemoveUnusedEni(warm_ip=1),
    RemoveEni(eni="eni-1", force=True),
    ExcludeEni(eni="eni-1"),
    AddCidr(eni="eni-2", cidr="10.0.0.1/32"),
    DelCidr(eni="eni-1", cidr="10.0.0.1/32"),
    Stats(),
)


def test_a_small_scope_has_the_same_outcomes_throughout() -> None:
    """Every sequence of three of these, after a beginning with one pod on either ENI."""
    part = DatastorePart(cooldown_ms=5_000)
    begun = [(empty(part), SPEC.initial(part))]
    for event in BEGINNING:
        begun = [each for both in begun for each in same_outcomes(*both, event)]
    assert len(begun) == 2
    compared = 0
    level = begun
    for _ in range(3):
        level = [
            each
            for (store, state), event in product(level, ALPHABET)
            for each in same_outcomes(store, state, event)
        ]
        compared += len(level)
    assert compared > 4_000


def test_states_with_one_key_have_one_future() -> None:
    """Time alone makes no new state once everything is old."""
    part = DatastorePart()
    state = SPEC.initial(part)
    for event in (*BEGINNING, Unassign(pod="a")):
        state = next(SPEC.outcomes(state, event)).state
    keys = set()
    for _ in range(5):
        state = next(SPEC.outcomes(state, Pass(ms=30_000))).state
        keys.add(SPEC.key(state))
    assert len(keys) == 2  # 30 s (cooling, young); 60 s (neither), and so for ever
