"""Rows with two network cards: E45c and E84."""

from itertools import pairwise
from typing import Final

import pytest

from ipam_model.config import ALL_QUIRKS, Config, Quirk
from ipam_model.daemon.reconcile import Reconciled
from ipam_model.limits import InstanceLimits
from ipam_model.requests import AssignPrivateIpAddresses
from ipam_model.settings import parse_settings
from ipam_model.state import totals
from tests.examples.driver import ExampleNode, environment, new_node, node_of, started

LIMITS: Final = InstanceLimits.simple(15, 50, cards=2)
MULTI_NIC: Final = {"ENABLE_MULTI_NIC": "true"}
SEEDS: Final = (None, 1, 2, 3)
FIVE_MINUTES: Final = 60
"""Passes of the loop."""


def cidrs(node: ExampleNode) -> list[tuple[int, ...]]:
    """CIDRs per ENI, card by card."""
    return [tuple(len(eni.cidrs) for eni in store.enis) for store in node.memory().stores]


@pytest.mark.parametrize("seed", SEEDS)
def test_E45c_every_card_above_0_keeps_one_address(seed: int | None) -> None:
    node = started(new_node(LIMITS, environment(we=1, more=MULTI_NIC), seed=seed))
    node.settle()
    assert cidrs(node) == [(49,), (1,)]
    pools = [totals(store) for store in node.memory().stores]
    assert [(pool.total, pool.available) for pool in pools] == [(49, 49), (1, 1)]


class Reconciling(ExampleNode):
    """A node that counts the reconciles that became due."""

    reconciles = 0

    def reconcile(self) -> Reconciled:
        outcome = super().reconcile()
        self.reconciles += outcome.due
        return outcome


def idle_prefix_node(seed: int | None, *, repaired: bool = False) -> Reconciling:
    env = environment(we=1, wp=1, prefixes=True, more=MULTI_NIC)
    quirks = ALL_QUIRKS - {Quirk.UNCONVERTED_CARDS} if repaired else ALL_QUIRKS
    config = Config(settings=parse_settings(env).settings, limits=LIMITS, quirks=quirks)
    node = node_of(config, max_pods=250, seed=seed, kind=Reconciling)
    assert isinstance(node, Reconciling)
    started(node)
    node.pass_by(2)
    return node


@pytest.mark.parametrize("seed", SEEDS)
def test_E84_an_idle_card_flaps_every_35_s_and_reconcile_starves(seed: int | None) -> None:
    node = idle_prefix_node(seed)
    node.reconciles = 0
    states = []
    begin = node.seconds
    for _ in range(FIVE_MINUTES):
        node.pass_by()
        states.append(cidrs(node))
    assert {tuple(state) for state in states} == {((1,), (1,)), ((1,), (0,))}
    added = [
        made.at
        for made in node.made
        if isinstance(made.request, AssignPrivateIpAddresses) and made.at >= begin
    ]
    assert {later - earlier for earlier, later in pairwise(added)} == {35}
    assert node.reconciles == 0


def test_E84_a_daemon_that_counts_prefixes_on_every_card_rests() -> None:
    node = idle_prefix_node(None, repaired=True)
    node.settle()
    assert cidrs(node) == [(1,), (1,)]
    assert node.reconciles > 0
