"""Nodes with several cards, and IPv6 nodes: what must never happen on them, and what goes wrong.

The invariants are those of `test_safety`, card by card: EC2 is told not to enforce its limits. The
findings follow from the rules and are kept as strict expected failures; beside each stands what a
repaired daemon does.
"""

from collections import Counter
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import event, example, given
from hypothesis.strategies import SearchStrategy

from ipam_model.config import Config, Quirk
from ipam_model.daemon import datastore, growth, init, setup
from ipam_model.daemon.measure import Decision
from ipam_model.daemon.procedure import Call, Procedure, call
from ipam_model.requests import (
    AllocENI,
    AssignIPv6Prefixes,
    AssignPrivateIpAddresses,
    AttachedEni,
    Failed,
    FreeENI,
    SetupENINetwork,
    TagENI,
    UnassignPrivateIpAddresses,
)
from ipam_model.rules import capacity
from ipam_model.state import IPV6_BLOCK, Eni, Network, Node, Store
from ipam_model.testing.events import Event, OthersDetach, Tick
from ipam_model.testing.happenings import card_events
from ipam_model.testing.nodes import configs
from ipam_model.testing.stories import stories
from ipam_model.testing.story import Story
from ipam_model.testing.telling import Teller
from ipam_model.world import World
from tests.properties.refutation import assert_refuted
from tests.rules.scenes import (
    MULTI_NIC,
    PREFIXES,
    cidr,
    key,
    make_config,
    make_eni,
    make_node,
    make_scene,
    make_store,
    placed,
    pod,
    single,
    warm,
)

Patch = pytest.MonkeyPatch

CHANGES = (AssignPrivateIpAddresses, UnassignPrivateIpAddresses, FreeENI, AssignIPv6Prefixes)
TOUCHING = (*CHANGES, TagENI, SetupENINetwork)


class CardWatcher(Teller):
    """Checks, at every question and after every event, the invariants of every card."""

    def __init__(self, world: World, choices: tuple[int, ...] = ()) -> None:
        super().__init__(world, choices)
        self.seen: Counter[str] = Counter()
        self.made: list[tuple[str, int]] = []
        """Calls of the present event that create or free an ENI, with the card."""
        self.cards: dict[str, int] = {}
        """The card of every ENI ever seen: in EC2, or in a store after others detached it."""

    def card_of(self, eni_id: str) -> int:
        return self.cards[eni_id]

    def look_around(self, node: Node) -> None:
        self.cards.update({eni.id: eni.card for eni in self.ec2.enis})
        for store in node.stores:
            self.cards.update({eni.id: store.card for eni in store.enis})

    def answer(self, ask: Call) -> object:
        request, node = ask.request, ask.node
        self.look_around(node)
        if isinstance(request, AllocENI):
            self.check_new_eni(node, request)
            self.made.append(("new", request.card))
        elif isinstance(request, TOUCHING):
            self.check_touched(node, request.eni)
            if isinstance(request, FreeENI):
                self.made.append(("free", self.card_of(request.eni)))
        if isinstance(request, AssignPrivateIpAddresses):
            eni = node.store(self.card_of(request.eni)).eni(request.eni)
            assert eni is not None, "an ENI in no store"
            assert len(eni.cidrs) + request.count <= self.config.slots, "I10"
        return super().answer(ask)

    def check_new_eni(self, node: Node, request: AllocENI) -> None:
        store = node.store(request.card)
        trunk = self.config.settings.pod_eni and self.config.trunk_compatible
        slot = int(trunk and request.card == 0 and not store.trunk())
        room = self.config.max_enis - node.unmanaged_on(request.card) - slot
        only = self.config.ipv6 and request.card == 0  # R56 looks at no limit
        assert only or len(store.enis) < room, f"I9: card {request.card}"
        self.seen[f"a new ENI on card {request.card}"] += 1

    def check_touched(self, node: Node, eni_id: str) -> None:
        eni = self.ec2.eni(eni_id)
        awaited = self.config.ipv6 and eni is not None and eni.trunk  # R70 does not look at tags
        assert awaited or eni_id not in node.unmanaged, "I15: an unmanaged ENI"
        assert eni_id not in node.efa_only, "I15: an EFA-only ENI"
        assert self.card_of(eni_id) not in node.unmanaged_cards, "I15: an unmanaged card"
        self.seen["I15"] += bool(node.unmanaged_cards or node.efa_only)

    def tick(self) -> tuple[Decision, ...]:
        self.made.clear()
        before = {store.card: set(store.holdings) for store in self.memory().stores}
        decisions = super().tick()
        assert all(count == 1 for count in Counter(self.made).values()), "R77: per card"
        assert {s.card: set(s.holdings) for s in self.memory().stores} == before, "I6"
        assert not (self.config.ipv6 and (decisions or self.made)), "R70"
        return decisions

    def happen(self, event: Event) -> object:
        answer = super().happen(event)
        if self.node is not None:
            self.look_around(self.node)
            for store in self.node.stores:
                self.check_store(store)
            self.check_across_cards(self.node)
        return answer

    def check_across_cards(self, node: Node) -> None:
        """What holds of the node as a whole: no address serves two pods, on whatever cards."""
        if self.ec2.imds_lag or any(getattr(each, "reissue", False) for each in self.ec2.subnets):
            return  # An address EC2 has handed out again may still stand in another store (R155).
        held = [each.address for store in node.stores for each in store.holdings.values()]
        assert len(set(held)) == len(held), "I1: two pods"
        self.seen["I1 across cards"] += sum(bool(store.holdings) for store in node.stores) > 1

    def check_store(self, store: Store) -> None:
        assert dict(store.holdings) == datastore.index(store.enis), "the index"
        assigned = sum(each.assigned() for _, each in store.cidrs())
        assert assigned == len(store.holdings), "I1: two addresses of a store"
        for eni in store.enis:
            self.check_eni(store, eni)
        self.seen[f"pods on card {store.card}"] += bool(store.holdings)

    def check_eni(self, store: Store, eni: Eni) -> None:
        true = self.ec2.eni(eni.id)
        assert true is None or true.card == store.card, "an ENI of another card"
        assert true is None or not true.efa_only or eni.id not in self.memory().efa_only
        families = {each.network.ipv6 for each in eni.cidrs}
        assert families <= {self.config.ipv6}, "an address of the other family"
        if self.config.ipv6:
            assert len(eni.cidrs) <= 1, "R60: one prefix"
            assert all(each.network.size == IPV6_BLOCK for each in eni.cidrs)
            assert not eni.excluded, "R13"
            self.seen["IPv6"] += 1


SAFETY: Final[SearchStrategy[Story]] = stories(
    config=configs(cards=(2, 3), ipv6=(False, False, True)),
    events=card_events(),
    enforce_limits=False,
    sparse=(False, True),
)


def watch(story: Story) -> CardWatcher:
    """The whole story under watch."""
    watcher = CardWatcher(story.world(), story.choices)
    watcher.start()
    for each in story.events:
        watcher.happen(each)
    return watcher


DETACHED = Story(
    config=make_config(PREFIXES | MULTI_NIC, cards=2),
    max_pods=110,
    events=(Tick(), OthersDetach(0), Tick()),
    choices=(),
    enforce_limits=False,
)
"""The daemon extends an ENI that is no longer there."""


@example(DETACHED)
@given(SAFETY)
def test_I1_to_I16_hold_on_every_card(story: Story) -> None:
    for name in +watch(story).seen:
        event(name)


# -- the property can fail -----------------------------------------------------------------------


def always_room(patch: Patch) -> None:
    """I9: the limit of a card is not looked at."""
    patch.setattr(capacity, "has_room", lambda *_: True)


def manage_efa_only_enis(patch: Patch) -> None:
    """I15: nothing is left out of the attached ENIs."""

    def wrong(
        node: Node, attached: tuple[AttachedEni, ...]
    ) -> tuple[tuple[AttachedEni, ...], Node]:
        return tuple(each for each in attached if each.card not in node.unmanaged_cards), node

    patch.setattr(init, "managed_enis", wrong)


def assign_the_first(patch: Patch) -> None:
    """I1: an address is given out whoever has it."""
    patch.setattr(datastore, "assignable", lambda cidr, *_: (cidr.network.address,))


def one_address_on_every_card(patch: Patch) -> None:
    """I1: the addresses of card 0 enter the other stores instead of their own."""
    original = datastore.add_cidrs
    lent: list[Network] = []

    def wrong(store: Store, eni_id: str, networks: tuple[Network, ...], *, prefix: bool) -> Store:
        if store.card == 0:
            lent[:] = networks
        else:
            alike = {(each.size, each.ipv6) for each in networks}
            others = [each for each in lent if (each.size, each.ipv6) in alike]
            networks = tuple(others[: len(networks)])
        return original(store, eni_id, networks, prefix=prefix)

    patch.setattr(datastore, "add_cidrs", wrong)


def grow_twice(patch: Patch) -> None:
    """R77: a card gets two ENIs in one tick."""
    original = growth.try_new_eni

    def wrong(
        config: Config, node: Node, now: int, card: int
    ) -> Procedure[tuple[Failed | None, Node, int]]:
        _, node, now = yield from original(config, node, now, card)
        return (yield from original(config, node, now, card))

    patch.setattr(growth, "try_new_eni", wrong)


def take_every_prefix(patch: Patch) -> None:
    """R60: an ENI gets a prefix although it has one."""

    def wrong(node: Node, now: int, eni: AttachedEni) -> Procedure[tuple[None, Node, int]]:
        request = AssignIPv6Prefixes(eni.id, 2)
        granted, node, now = yield from call(node, request, "R60")
        networks = () if isinstance(granted, Failed) else granted
        store = datastore.add_cidrs(node.store(eni.card), eni.id, networks, prefix=True)
        return None, datastore.put_store(node, store), now

    patch.setattr(setup, "take_ipv6_prefix", wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        always_room,
        manage_efa_only_enis,
        assign_the_first,
        one_address_on_every_card,
        grow_twice,
        take_every_prefix,
    ],
)
def test_a_wrong_rule_is_caught(wrong: Callable[[Patch], None], monkeypatch: Patch) -> None:
    wrong(monkeypatch)
    assert_refuted(watch, SAFETY)


# -- findings ------------------------------------------------------------------------------------


def idle_card(*without: Quirk) -> Teller:
    """A node in prefix mode whose card 1 has nothing to do."""
    config = make_config(PREFIXES | MULTI_NIC | warm(prefix=1), cards=2, without=without)
    teller = Teller(make_scene(config).world)
    teller.start()
    for _ in range(24):
        teller.loop_pass()
    return teller


def calls_of_two_minutes(teller: Teller) -> list[str]:
    made: list[str] = []
    original = teller.answer

    def answer(ask: Call) -> object:
        made.append(type(ask.request).__name__)
        return original(ask)

    teller.answer = answer  # type: ignore[method-assign]  # only to listen
    for _ in range(24):
        teller.loop_pass()
    return made


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="R94 counts addresses")
def test_finding_an_idle_card_flaps_and_starves_reconcile() -> None:
    """R95: its only prefix is 15 over, is released, is missing, is attached: every 35 s.

    As every such tick sets the pool clock, reconcile never becomes due for any card.
    """
    made = calls_of_two_minutes(idle_card())
    assert "UnassignPrivateIpAddresses" not in made
    assert "GetAttachedENIs" in made


def test_R94_R95_a_daemon_that_counts_prefixes_on_every_card_rests_and_reconciles() -> None:
    made = calls_of_two_minutes(idle_card(Quirk.UNCONVERTED_CARDS))
    assert "UnassignPrivateIpAddresses" not in made
    assert "GetAttachedENIs" in made


def sparse_exhausted(*without: Quirk) -> Teller:
    """Stores of cards 0 and 2, without an address."""
    stores = make_store(make_eni("eni-1")), make_store(make_eni("eni-2"), card=2)
    config = make_config(MULTI_NIC, cards=3, without=without)
    return Teller(placed(config, make_node(*stores)).world)


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="R121 compares card numbers")
def test_finding_an_exhausted_node_with_a_gap_between_its_cards_answers_success() -> None:
    """R121: nothing is the last store, so nobody reports that none had an address."""
    reply = sparse_exhausted().add_pod(pod("p1"))
    assert not reply.success or reply.given


def test_R121_a_daemon_that_knows_its_last_store_refuses() -> None:
    assert not sparse_exhausted(Quirk.LAST_BY_NUMBER).add_pod(pod("p1")).success


def retried(*without: Quirk) -> Teller:
    """A pod lives on card 1 when card 0 gets an address; the runtime asks again, then deletes."""
    stores = (
        make_store(make_eni("eni-1", cidr(single(1)))),
        make_store(make_eni("eni-2", cidr(single(2), "p1")), card=1),
    )
    teller = Teller(
        placed(make_config(MULTI_NIC, cards=2, without=without), make_node(*stores)).world
    )
    teller.add_pod(pod("p1"))
    teller.delete_pod(key("p1"))
    return teller


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="R121 looks store by store")
def test_finding_a_repeated_add_leaks_an_address() -> None:
    """R121: the pod gets a second address on a lower card, DEL frees one, the other stays."""
    assert not any(key("p1") in store.holdings for store in retried().memory().stores)


def test_R121_a_daemon_that_looks_everywhere_first_leaks_nothing() -> None:
    teller = retried(Quirk.REPEATED_ADD_AGAIN)
    assert not any(key("p1") in store.holdings for store in teller.memory().stores)
