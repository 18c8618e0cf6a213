"""Nodes with several cards, and IPv6 nodes: what must never happen on them.

The properties are those of `test_safety`: EC2 is told not to enforce its limits.
"""

from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import event, example, given
from hypothesis.strategies import SearchStrategy

from ipam_model.config import Config
from ipam_model.daemon import datastore, growth, init, setup
from ipam_model.daemon.procedure import Procedure, call
from ipam_model.requests import (
    AssignIPv6Prefixes,
    AttachedEni,
    Failed,
)
from ipam_model.rules import capacity
from ipam_model.state import Network, Node, Store
from ipam_model.testing.events import OthersDetach, Tick
from ipam_model.testing.happenings import card_events
from ipam_model.testing.nodes import configs
from ipam_model.testing.stories import stories
from ipam_model.testing.story import Story
from tests.assign_the_first import assign_the_first
from tests.properties.refutation import assert_refuted
from tests.properties.watcher import watch
from tests.rules.scenes import (
    MULTI_NIC,
    PREFIXES,
    make_config,
)

pytestmark = pytest.mark.unmeasured

Patch = pytest.MonkeyPatch

SAFETY: Final[SearchStrategy[Story]] = stories(
    config=configs(cards=(2, 3), ipv6=(False, False, True)),
    events=card_events(),
    enforce_limits=False,
    sparse=(False, True),
)


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
def test_safety_holds_on_every_card(story: Story) -> None:
    for name in watch(story).judge.exercised:
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
