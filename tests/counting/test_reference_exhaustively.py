"""On small nodes, every event of the reference model is what the counting model says, and back."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import pytest
from attrs import evolve, frozen

from ipam_model.counting import abstraction, decisions
from ipam_model.counting.abstraction import counted, counting_model_of, explain, obstacles
from ipam_model.counting.model import CountingModel, Kind, State
from ipam_model.daemon import measure
from ipam_model.state import Cidr
from ipam_model.world import World
from tests.counting.reference import Event, all_events, small_node

pytestmark = pytest.mark.unmeasured

Step = tuple[Kind, State, State]

PREFIXES = {"ENABLE_PREFIX_DELEGATION": "true"}
NODES: Mapping[str, World] = {
    "warm IP": small_node(2, 2, {"WARM_IP_TARGET": "1"}),
    "warm IP, three ENIs": small_node(3, 1, {"WARM_IP_TARGET": "1"}),
    "warm IP and minimum": small_node(2, 2, {"WARM_IP_TARGET": "1", "MINIMUM_IP_TARGET": "3"}),
    "minimum": small_node(2, 2, {"MINIMUM_IP_TARGET": "2"}),
    "warm IP, max pods": small_node(2, 2, {"WARM_IP_TARGET": "1"}, max_pods=2),
    "warm ENI": small_node(2, 2, {"WARM_ENI_TARGET": "1"}),
    "warm ENI 0": small_node(2, 2, {"WARM_ENI_TARGET": "0"}),
    "MAX_ENI": small_node(3, 2, {"WARM_ENI_TARGET": "1", "MAX_ENI": "2"}),
    "prefixes, warm IP": small_node(2, 1, PREFIXES | {"WARM_IP_TARGET": "1"}, block=2),
    "prefixes, warm prefix": small_node(2, 1, PREFIXES | {"WARM_PREFIX_TARGET": "1"}, block=2),
    "prefixes, warm prefix 0": small_node(2, 1, PREFIXES | {"WARM_PREFIX_TARGET": "0"}, block=2),
    "prefixes, minimum": small_node(2, 1, PREFIXES | {"MINIMUM_IP_TARGET": "2"}, block=2),
}
PODS = 3

NOT_AFTER_LONG_WAITS: Mapping[str, set[Step]] = {
    "warm IP": {
        (Kind.FREE, ((2, 0), (0, 0)), ((2, 0),)),
        (Kind.FREE, ((2, 0), (2, 0)), ((2, 0),)),
        (Kind.RELEASE, ((1, 0), (1, 0)), ((1, 0), (0, 0))),
        (Kind.RELEASE, ((1, 0), (2, 0)), ((1, 0), (0, 0))),
    },
    "warm IP, three ENIs": {
        (Kind.FREE, ((1, 0), (0, 0), (1, 0)), ((1, 0), (1, 0))),
        (Kind.FREE, ((1, 0), (1, 0), (1, 0)), ((1, 0), (1, 0))),
        (Kind.RELEASE, ((0, 0), (1, 0), (1, 0)), ((0, 0), (0, 0), (1, 0))),
        (Kind.RELEASE, ((1, 0), (0, 0), (1, 0)), ((1, 0), (0, 0), (0, 0))),
    },
    "prefixes, warm prefix 0": {
        (Kind.FREE, ((1, 0, 0), (1, 0, 0)), ((1, 0, 0),)),
        (Kind.RELEASE, ((0, 0, 0), (1, 0, 0)), ((0, 0, 0), (0, 0, 0))),
    },
}
"""Steps that need waits of other lengths: a release while an ENI is young, or the reverse."""


@frozen
class Comparison:
    """The steps of both models, and the events that the counting model does not explain."""

    steps: set[Step]
    realised: set[Step]
    unexplained: list[tuple[str, State, State]]
    events: int


@cache
def happens(name: str) -> tuple[Event, ...]:
    """All that happens to a node; not to be asked for while the daemon is wrong."""
    return tuple(all_events(NODES[name], PODS))


def compare(happening: Iterable[Event], model: CountingModel) -> Comparison:
    found = Comparison(steps_of(model), set(), [], 0)
    events = 0
    for event in happening:
        events += 1
        assert event.after.node is not None, "the daemon runs"
        before, after = counted(event.before), counted(event.after)
        assert event.after.ec2.reserved() == model.reserved(after), "EC2 has what the store has"
        way = explain(model, event.kind, before, after)
        if way is None:
            found.unexplained.append((event.kind, before, after))
            continue
        for step in way:
            found.realised.add((step.kind, before, step.after))
            before = step.after
    return evolve(found, events=events)


def steps_of(model: CountingModel) -> set[Step]:
    found: set[Step] = set()
    seen, pending = {model.initial}, [model.initial]
    while pending:
        state = pending.pop()
        for step in model.transitions(state):
            found.add((step.kind, state, step.after))
            if step.after not in seen:
                seen.add(step.after)
                pending.append(step.after)
    return found


def disagreements(name: str, compared: Comparison) -> list[str]:
    """What is wrong with a node's counting model, in either direction."""
    found = [f"unexplained: {each}" for each in compared.unexplained]
    missing = compared.steps - compared.realised
    if missing != NOT_AFTER_LONG_WAITS.get(name, set()):
        found.append(f"never realised: {missing}")
    return found


def model_of(world: World) -> CountingModel:
    return evolve(counting_model_of(world), pods=PODS)


@pytest.mark.parametrize("name", NODES)
def test_every_event_is_explained_and_every_step_is_realised(name: str) -> None:
    world = NODES[name]
    assert not obstacles(world)
    compared = compare(happens(name), model_of(world))
    assert compared.events > 50
    assert not disagreements(name, compared)


def test_every_kind_of_step_is_realised_somewhere() -> None:
    kinds = {
        kind
        for name in ("warm IP", "warm ENI")
        for kind, _, _ in compare(happens(name), model_of(NODES[name])).realised
    }
    assert kinds == set(Kind)


def test_without_max_pods_the_model_allows_more() -> None:
    world = NODES["warm IP, max pods"]
    limited = model_of(world)
    unlimited = evolve(limited, max_pods=None)
    assert steps_of(limited) < steps_of(unlimited)
    assert not compare(happens("warm IP, max pods"), unlimited).unexplained


# The comparison can fail: parameters that are not the node's do not pass.


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("warm IP", {"warm_ip": 2}),
        ("warm IP", {"slots": 1}),
        ("warm IP", {"max_enis": 1}),
        ("warm IP and minimum", {"minimum": 0}),
        ("warm ENI", {"warm_eni": 0}),
        ("warm ENI 0", {"warm_eni": 1}),
        ("minimum", {"minimum": 3}),
        ("prefixes, warm prefix", {"warm_prefix": 2}),
        ("prefixes, warm prefix 0", {"warm_prefix": 1}),
        ("prefixes, warm IP", {"warm_ip": 3}),
    ],
)
def test_the_wrong_parameters_are_noticed(name: str, change: Mapping[str, Any]) -> None:
    model = model_of(NODES[name])
    wrong = evolve(model, targets=evolve(model.targets, **change))
    assert disagreements(name, compare(happens(name), wrong))


def test_a_model_with_smaller_max_pods_explains_too_little() -> None:
    world = NODES["warm IP"]
    compared = compare(happens("warm IP"), evolve(model_of(world), max_pods=1))
    assert compared.unexplained


# Nor does a counting model, an abstraction or a daemon that is wrong in one place.

MUTANTS: Mapping[str, tuple[str, object, str, Callable[[Any], Any]]] = {
    "released: one more": ("warm IP", decisions, "released", lambda f: lambda *a: f(*a) + 1),
    "released: nothing": ("warm IP", decisions, "released", lambda f: lambda *a: 0 * f(*a)),
    "extension: one less": (
        "warm ENI",
        decisions,
        "extension",
        lambda f: lambda *a: max(f(*a) - 1, 0),
    ),
    "extension: always full": (
        "warm IP",
        decisions,
        "extension",
        lambda f: lambda k, t, wanted, held: f(k, t, t.slots, held) if wanted else 0,
    ),
    "new ENI: always full": (
        "warm IP",
        decisions,
        "new_eni_size",
        lambda f: lambda k, t, p, *rest: max(f(k, t, p, *rest), t.slots),
    ),
    "no new ENI": ("warm IP", decisions, "room_for_eni", lambda f: lambda *a: not f(*a) and False),
    "too low: never": ("minimum", decisions, "too_low", lambda f: lambda *a: f(*a) and False),
    "freed: the primary too": (
        "warm IP",
        decisions,
        "freed",
        lambda f: lambda *a: f(*a[:4], a[4] and False, a[5]),
    ),
    "freed: with pods": (
        "warm IP",
        decisions,
        "freed",
        lambda f: lambda *a: f(*a[:5], a[5] and False),
    ),
    "freed: whatever is left": (
        "warm IP",
        decisions,
        "enough_without",
        lambda f: lambda *a: f(*a) or True,
    ),
    "prefixes needed: none at least": (
        "prefixes, warm prefix 0",
        decisions,
        "prefixes_needed",
        lambda f: lambda *a: f(*a) - 1,
    ),
    "abstraction: never used addresses only": (
        "warm IP",
        abstraction,
        "_histogram",
        lambda f: lambda cidrs, block: f([each for each in cidrs if not each.records], block),
    ),
    "abstraction: cooling counts as assigned": (
        "warm IP",
        Cidr,
        "assigned",
        lambda f: lambda cidr: len(cidr.records) + 0 * f(cidr),
    ),
    "daemon: releases one more": (
        "warm IP",
        measure,
        "release_size",
        lambda f: lambda *a: f(*a) + (f(*a) > 0),
    ),
    "daemon: frees any empty ENI": (
        "warm IP",
        measure,
        "without",
        lambda f: lambda store, eni: evolve(f(store, eni), available=99, total=99, free_cidrs=99),
    ),
    "daemon: one more address on an ENI": (
        "warm IP",
        measure,
        "free_slots",
        lambda f: lambda config, eni: max(f(config, eni) - 1, 0),
    ),
    "daemon: no second ENI": (
        "warm IP",
        measure,
        "room_for_eni",
        lambda f: lambda *a: f(*a) and False,
    ),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_mutants_are_noticed(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, owner, function, broken = MUTANTS[mutant]
    # What the daemon does is the same unless the mutant is one of it, or of its memory.
    same = owner in (decisions, abstraction)
    happening = happens(name) if same else all_events(NODES[name], PODS)
    monkeypatch.setattr(owner, function, broken(getattr(owner, function)))
    try:
        found = disagreements(name, compare(happening, model_of(NODES[name])))
    except AssertionError as error:  # EC2 and the store disagree
        found = [str(error)]
    assert found
