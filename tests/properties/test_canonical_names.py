"""Two memories have one key if and only if they differ in names alone."""

from collections.abc import Callable, Hashable, Iterable
from typing import Final

import pytest
from attrs import evolve, frozen
from hypothesis import event, given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model.canonical import LATER, Canonical, Names, Places, canonical
from ipam_model.config import Config
from ipam_model.limits import InstanceLimits
from ipam_model.settings import parse_settings
from ipam_model.state import AddressRecord, Cidr, Cleanup, Eni, Node, Pod
from ipam_model.testing.events import Add, Arrive, Leave, Loop, OthersAttach, Restart, Tick
from ipam_model.testing.happenings import card_events, event_lists
from ipam_model.testing.nodes import configs, of_both_versions
from ipam_model.testing.stories import stories, wide_stories
from ipam_model.testing.story import Story
from ipam_model.testing.telling import told
from tests.properties.disguise import Disguise, out_of_order
from tests.properties.refutation import assert_refuted
from tests.properties.renaming import (
    NOW,
    PARTS,
    renamed_in_part,
    same_but_for_names,
    shuffled,
    tiny_nodes,
)
from tests.properties.test_canonical import Twins, check_twins
from tests.rules.scenes import cidr, make_config, make_eni, make_node, make_store, pod, single

pytestmark = pytest.mark.unmeasured

CONFIG = make_config()


def key_of(node: Node) -> Hashable:
    return canonical(node, NOW, CONFIG)


# -- any memory ----------------------------------------------------------------------------------


@frozen
class Renamed:
    """What a story leads to, and how it is renamed."""

    story: Story
    seed: int


def check_renamed(drawn: Renamed) -> None:
    """The key is the same under any other names."""
    teller = told(drawn.story)
    if teller.node is None:
        return
    other = shuffled(teller.node, drawn.seed)
    config = teller.config
    assert canonical(other, teller.now, config) == canonical(teller.node, teller.now, config)


def renamed() -> SearchStrategy[Renamed]:
    """Of any kind, of the one in which ENIs are left alone most often, and of pods on all cards."""
    sparse = stories(config=of_both_versions(), events=event_lists(most=12), sparse=(False, True))
    cards = stories(config=configs(cards=(2, 3)), events=card_events())
    return st.builds(Renamed, wide_stories() | sparse | cards, st.integers(0, 2**16))


@given(renamed())
def test_names_and_their_order_do_not_matter(drawn: Renamed) -> None:
    check_renamed(drawn)


@frozen
class Pair:
    """A memory, and one in which a part speaks of others than before; shuffled."""

    node: Node
    part: str
    seed: int

    def other(self) -> Node:
        return shuffled(renamed_in_part(self.node, self.part, self.seed), self.seed)


def pairs() -> SearchStrategy[Pair]:
    return st.builds(Pair, tiny_nodes(), st.sampled_from(PARTS), st.integers(0, 2**16))


def check_pair(pair: Pair) -> bool:
    """The keys are equal exactly if the memories are, up to names; whether they are."""
    other = pair.other()
    equal = key_of(pair.node) == key_of(other)
    assert equal == same_but_for_names(pair.node, other)
    return equal


@given(pairs())
def test_keys_are_equal_exactly_if_only_names_differ(pair: Pair) -> None:
    equal = check_pair(pair)
    event(f"{pair.part}: {'the same' if equal else 'another'} memory")


# -- what failed once ----------------------------------------------------------------------------


def node_with_two_that_are_left_alone(*, no_manage: bool) -> Story:
    """Card 1 carries an EFA-only ENI, and somebody attaches one to card 0 before a restart."""
    env = {
        "ENABLE_IPv4": "true",
        "ENABLE_MULTI_NIC": "false",
        "MANAGE_UNTAGGED_ENI": "false",
        "WARM_ENI_TARGET": "1",
    }
    limits = InstanceLimits.simple(3, 4, cards=2)
    return Story(
        config=Config(settings=parse_settings(env).settings, limits=limits, block=4),
        max_pods=110,
        sparse=True,
        choices=(),
        events=(
            *(Arrive(1), Loop(1), Arrive(1), Loop(1), Leave(1), Loop(1)),
            OthersAttach(no_manage=no_manage, trunk=False, card=0),
            Restart(),
        ),
    )


@pytest.mark.parametrize("no_manage", [False, True])
def test_two_enis_that_are_left_alone_and_one_is_efa_only(*, no_manage: bool) -> None:
    """Both are unmanaged, and which of their ids is the smaller one says nothing."""
    story = node_with_two_that_are_left_alone(no_manage=no_manage)
    node = told(story).memory()
    assert node.unmanaged == {"eni-2", "eni-4"}
    assert node.efa_only == {"eni-2"}
    assert out_of_order("eni-2") > out_of_order("eni-4")
    events = (*(Add("p1"),) * 3, Tick())
    check_twins(Twins(story, events, Disguise(eni=out_of_order)))


# -- ties ----------------------------------------------------------------------------------------


def alike(number: int, *held: str, created: int = 0) -> Eni:
    """An ENI with an address for each pod, all like any other but for its names."""
    cidrs = (cidr(single(10 * number + place), name) for place, name in enumerate(held))
    return evolve(make_eni(f"eni-{number}", *cidrs, created=created), device=1)


def with_address(number: int, address: int) -> Eni:
    """Such an ENI with one address, which no pod has."""
    return evolve(alike(number), cidrs=(cidr(single(address)),))


def of_pod(number: int, held: Pod) -> Eni:
    """Such an ENI with one address, for just this pod."""
    eni = alike(number, held.key.container)
    (only,) = eni.cidrs
    return evolve(eni, cidrs=(evolve(only, records=(evolve(only.records[0], pod=held),)),))


YOUNG = NOW - 1
THREE = make_store(alike(2, "a"), alike(3, "b"), alike(4, "c"))
LEFT_ALONE = evolve(make_node(), unmanaged=frozenset({"eni-7", "eni-8", "eni-9"}))

TIES: dict[str, Node] = {
    "EFA-only": evolve(LEFT_ALONE, efa_only=frozenset({"eni-8"})),
    "clean-up of an ENI that is gone": evolve(
        LEFT_ALONE, cleanups=(Cleanup(NOW + 5, 0, "eni-8", single(1)),)
    ),
    "clean-up of an address that is gone": evolve(
        make_node(THREE), cleanups=(Cleanup(NOW + 5, 0, "eni-3", single(1)),)
    ),
    "clean-ups of one ENI": evolve(
        make_node(),
        cleanups=tuple(Cleanup(NOW + n % 2, 0, "eni-8", single(n)) for n in range(3)),
    ),
    "unmanaged in a store": evolve(make_node(THREE), unmanaged=frozenset({"eni-3"})),
    "primary address learned": evolve(make_node(THREE), primaries=frozenset({"eni-3"})),
    "released": evolve(make_node(), released=tuple((single(n), NOW + n % 2) for n in range(3))),
    "interfaces": make_node(make_store(alike(2, "a"), of_pod(3, pod("b", interfaces=2)))),
    "name of a pod": make_node(make_store(alike(2, "a"), of_pod(3, pod("b", named=False)))),
    "a pod that is on another card too": make_node(THREE, make_store(alike(5, "b"), card=1)),
    "pods that are on another card too": make_node(
        THREE, make_store(alike(5, "b"), alike(6, "c"), alike(7, "a"), card=1)
    ),
    "pods whose neighbours are on a third card": make_node(
        THREE,
        make_store(alike(5, "a", "d"), alike(6, "b", "e"), alike(7, "c", "f"), card=1),
        make_store(alike(8, "d"), alike(9, "e", created=YOUNG), alike(10, "f"), card=2),
    ),
    "addresses on two ENIs": make_node(
        make_store(*(with_address(number, number % 2) for number in range(2, 6)))
    ),
}
"""Memories in which what looks alike differs by where else it is mentioned, or not at all."""


def check_tie(node: Node) -> None:
    keys = {key_of(shuffled(node, seed)) for seed in range(40)}
    assert len(keys) == 1


@pytest.mark.parametrize("what", list(TIES))
def test_what_looks_alike_is_told_apart_by_where_it_is_mentioned(what: str) -> None:
    check_tie(TIES[what])


def test_each_tie_is_a_memory_of_its_own() -> None:
    keys = [key_of(node) for node in TIES.values()]
    assert len(set(keys)) == len(keys)


def rings(*lengths: int) -> Node:
    """Two cards with as many ENIs in each ring; each ENI shares a pod with both its neighbours."""
    first, second, number = [], [], 2
    for ring, length in enumerate(lengths):
        pods = [f"p{ring}-{place}" for place in range(2 * length)]
        for place in range(0, 2 * length, 2):
            after = pods[(place + 2) % (2 * length)]
            first.append(alike(number, pods[place], pods[place + 1]))
            second.append(alike(number + 1, pods[place + 1], after))
            number += 2
    return make_node(make_store(*first), make_store(*second, card=1))


@pytest.mark.parametrize("lengths", [(2,), (3,), (5,), (2, 2), (3, 3)])
def test_a_ring_of_pods_is_the_same_wherever_it_begins(lengths: tuple[int, ...]) -> None:
    check_tie(rings(*lengths))


FRUCHT: Final = (
    *((0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 0), (0, 7), (1, 7), (2, 8), (3, 9)),
    *((4, 9), (5, 10), (6, 10), (7, 11), (8, 11), (8, 9), (10, 11)),
)
"""The edges of a graph in which each of 12 places has three, and no two can be exchanged."""


def test_places_that_look_alike_and_cannot_be_exchanged_may_give_several_keys() -> None:
    """On two cards, an ENI for each place, and for each edge two pods, from here and from there."""
    held: tuple[dict[int, list[str]], ...] = ({}, {})
    for number, (one, other) in enumerate(FRUCHT):
        for here, there, name in ((one, other, f"p{number}"), (other, one, f"q{number}")):
            held[0].setdefault(here, []).append(name)
            held[1].setdefault(there, []).append(name)
    stores = [
        make_store(
            *(alike(2 + 100 * card + place, *pods[place]) for place in sorted(pods)), card=card
        )
        for card, pods in enumerate(held)
    ]
    assert len({key_of(shuffled(make_node(*stores), seed)) for seed in range(10)}) > 1


def test_rings_of_different_lengths_are_never_taken_for_one() -> None:
    """The exception: such a memory may have several keys, but none of them is another memory's."""
    found = [
        {key_of(shuffled(rings(*lengths), seed)) for seed in range(40)}
        for lengths in [(2, 3), (1, 4), (5,)]
    ]
    assert len(set().union(*found)) == sum(len(keys) for keys in found)


# -- the properties can fail ---------------------------------------------------------------------


def unmentioned(self: Canonical, eni_id: str, _cidrs: Iterable[Cidr] = ()) -> tuple[object, ...]:
    return (self._picked.get(eni_id, LATER),)


UNTOLD: dict[str, tuple[type, str, Callable[..., object], str]] = {
    "no mentions": (Canonical, "_mentions", unmentioned, "EFA-only"),
    "no other places": (Names, "mark", lambda *_: (), "pods that are on another card too"),
}
"""What a look leaves out that is in the key, and a tie that names then break."""


@pytest.mark.parametrize("what", list(UNTOLD))
def test_a_look_that_leaves_something_out_is_caught(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, method, instead, tie = UNTOLD[what]
    monkeypatch.setattr(kind, method, instead)
    with pytest.raises(AssertionError):
        check_tie(TIES[tie])
    assert_refuted(check_pair, pairs())


def test_ranks_that_are_not_refined_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once is not enough where what tells two pods apart is at a place of a third."""
    original = Names.refine

    def once(self: Names[str], places: Places[str]) -> bool:
        original(self, places)
        return False

    monkeypatch.setattr(Names, "refine", once)
    with pytest.raises(AssertionError):
        check_tie(TIES["pods whose neighbours are on a third card"])


def test_ties_that_are_not_picked_one_by_one_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which of several that look alike comes next is no longer free once one has its place."""
    monkeypatch.setattr(Canonical, "_tied", lambda _self: None)
    with pytest.raises(AssertionError):
        check_tie(TIES["addresses on two ENIs"])
    with pytest.raises(AssertionError):
        check_tie(rings(4))


def test_a_key_without_the_numbers_of_pods_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Canonical, "_pods", lambda _self, records: len(tuple(records)))
    monkeypatch.setattr(Names, "mark", lambda *_: ())
    assert_refuted(check_pair, pairs())


@pytest.mark.parametrize("tie", ["interfaces", "name of a pod"])
def test_pods_that_are_in_the_key_but_not_in_the_look_are_caught(
    tie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = Canonical._holder

    def beside(self: Canonical, records: Iterable[AddressRecord]) -> object:
        return tuple(holder(self, record) for record in records)

    monkeypatch.setattr(Canonical, "_holder", lambda *_: ())
    monkeypatch.setattr(Canonical, "_pods", beside)
    with pytest.raises(AssertionError):
        check_tie(TIES[tie])


def test_stories_break_a_key_with_the_order_of_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Canonical, "_look", lambda _self, eni: eni.id)
    monkeypatch.setattr(Canonical, "_tied", lambda _self: None)
    assert_refuted(check_renamed, renamed())
