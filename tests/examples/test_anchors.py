"""The upstream unit tests that the specification quotes as anchors, with the same numbers.

A test is named after the upstream one where the specification names it. Too-low and short/over are
asked of the model's measures, addresses and ENIs of a store or a running node.
"""

from typing import Final, NamedTuple

import pytest
from attrs import evolve

from ipam_model.config import Config
from ipam_model.daemon import datastore, measure
from ipam_model.daemon.measure import Balance
from ipam_model.ec2 import Ec2
from ipam_model.limits import InstanceLimits
from ipam_model.settings import parse_settings
from ipam_model.state import Eni, Network, Node, Pod, PodKey, Store, Totals, totals
from tests.examples.driver import (
    SUBNET,
    ExampleNode,
    Outcome,
    Scene,
    environment,
    new_node,
    started,
    with_addresses,
    with_empty_eni,
    with_prefixes,
)


def config(
    we: int | None = None,
    wi: int | None = None,
    m: int | None = None,
    wp: int | None = None,
    *,
    prefixes: bool = False,
    addresses: int = 10,
) -> Config:
    env = environment(we, wi, m, wp, prefixes=prefixes)
    return Config(settings=parse_settings(env).settings, limits=InstanceLimits.simple(3, addresses))


# -- R86-R93: short and over ---------------------------------------------------------------------


class Target(NamedTuple):
    """Wi = 5 and no pods; in addresses or in prefixes."""

    total: int
    prefixes: int
    short: int
    over: int


@pytest.mark.parametrize("row", [Target(0, 0, 5, 0), Target(2, 0, 3, 0), Target(5, 0, 0, 0)])
def test_TestGetWarmIPTargetState(row: Target) -> None:
    pool = Totals(row.total, 0, row.prefixes, row.prefixes)
    assert measure.balance(config(wi=5), 0, pool) == Balance(row.short, row.over)


@pytest.mark.parametrize("row", [Target(0, 0, 1, 0), Target(32, 2, 0, 1), Target(16, 1, 0, 0)])
def test_TestGetWarmIPTargetStateWithPDenabled(row: Target) -> None:
    pool = Totals(row.total, 0, row.prefixes, row.prefixes)
    found = measure.balance(config(wi=5, prefixes=True), 0, pool)
    assert found == Balance(row.short, row.over)


# -- R79: too low --------------------------------------------------------------------------------


class Low(NamedTuple):
    """3 addresses (M = 3), or one prefix."""

    we: int | None
    wi: int | None
    pods: int
    p: int | None
    low: bool


class LowPrefix(NamedTuple):
    """One prefix."""

    wp: int
    pods: int
    p: int | None
    low: bool


__: Final = None
# fmt: off
TOO_LOW: Final = [
    #   We  Wi pods P  low
    Low( 1, __, 1, __, True),
    Low( 0, __, 1, __, False),
    Low( 0, __, 3, __, True),
    Low( 1,  1, 0, __, False),
    Low(__,  5, 3,  3, False),
]
TOO_LOW_PREFIX: Final = [
    #        Wp pods P  low
    LowPrefix(1, 0, __, False),
    LowPrefix(1, 1, __, True),
    LowPrefix(0, 1, __, False),
    LowPrefix(1, 3,  4, False),  # because T = 16 >= 4
]
# fmt: on


@pytest.mark.parametrize("row", TOO_LOW)
def test_R79_too_low_with_addresses(row: Low) -> None:
    node = Node(max_pods=110 if row.p is None else row.p)
    pool = Totals(3, row.pods, 0, 0)
    found = measure.too_low(config(row.we, row.wi, addresses=4), node, 0, pool)
    assert found == row.low


@pytest.mark.parametrize("row", TOO_LOW_PREFIX)
def test_R79_too_low_with_prefixes(row: LowPrefix) -> None:
    node = Node(max_pods=110 if row.p is None else row.p)
    pool = Totals(16, row.pods, 1, 0 if row.pods else 1)
    found = measure.too_low(config(wp=row.wp, prefixes=True), node, 0, pool)
    assert found == row.low


# -- R113 and R28: addresses and statistics ------------------------------------------------------

FIRST: Final = 0x0A000000
"""10.0.0.0, the first address of the only prefix."""


def one_prefix(instance: Ec2) -> Ec2:
    subnet = instance.subnet("subnet-1")
    assert subnet.offer_prefixes(1) == (Network(FIRST, 16),)
    return with_prefixes(1)(instance)


def fixed_node(*, prefixes: bool) -> ExampleNode:
    """A node with two addresses, or one prefix, that does not grow: P = 2 is reached."""
    # Prefixes are handed out from the 64 Ki block after that of `first`.
    subnet = evolve(SUBNET, first=FIRST - 0x10000 + 4)
    scene = Scene(subnets=(subnet,), prepare=one_prefix if prefixes else with_addresses(2))
    env = environment(wp=1, prefixes=True) if prefixes else environment(we=1)
    return started(new_node("3x10", env, max_pods=2, scene=scene))


def added(node: ExampleNode, name: str) -> int:
    reply = node.add_pod(Pod(PodKey(name), name=name))
    assert reply.success
    return reply.given[0].address


def test_TestPodIPv4AddressWithPDEnabled() -> None:
    node = fixed_node(prefixes=True)
    given = [added(node, name) for name in ("p1", "p2", "p3")]
    assert given == [FIRST, FIRST + 1, FIRST + 2]


def test_TestPodIPv4Address_duplicate() -> None:
    node = fixed_node(prefixes=False)
    first = added(node, "p1")
    before = node.memory()
    assert added(node, "p1") == first
    assert node.memory() == before


def stats(node: ExampleNode) -> tuple[int, int, int, int]:
    """(T, A, C, X)."""
    pool = totals(node.store)
    cooling = node.store.cooldown_count(node.now, node.config.cooldown)
    return pool.total, pool.assigned, cooling, pool.allocated_prefixes


@pytest.mark.parametrize(
    ("prefixes", "total", "prefix_count"),
    [
        pytest.param(False, 2, 0, id="TestGetIPStatsV4"),
        pytest.param(True, 16, 1, id="TestGetIPStatsV4WithPD"),
    ],
)
def test_statistics(prefixes: bool, total: int, prefix_count: int) -> None:
    node = fixed_node(prefixes=prefixes)
    added(node, "p1")
    added(node, "p2")
    assert stats(node) == (total, 2, 0, prefix_count)
    node.delete_pod(PodKey("p2"))
    assert stats(node) == (total, 1, 1, prefix_count)
    node.advance(30_000)
    assert stats(node) == (total, 1, 1, prefix_count)
    node.advance(1)
    assert stats(node) == (total, 1, 0, prefix_count)


# -- R136: which ENI may go ----------------------------------------------------------------------

OLD: Final = 60_000
"""An instant at which every ENI of the store below is just old enough."""


def eni(name: str, addresses: int, *, trunk: bool = False, efa: bool = False) -> Eni:
    number = int(name[1:])
    bare = Eni(
        id=name,
        primary=name == "e1",
        device=number - 1,
        subnet="subnet-1",
        created=0,
        primary_address=number * 256,
        trunk=trunk,
        efa=efa,
    )
    store = datastore.add_eni(Store(0, prefix_mode=False), bare)
    networks = tuple(Network(number * 256 + each, 1) for each in range(1, addresses + 1))
    return datastore.add_cidrs(store, name, networks, prefix=False).enis[0]


def with_pods(store: Store, eni_id: str) -> Store:
    """A pod on every address of an ENI."""
    target = store.eni(eni_id)
    assert target is not None
    for cidr in target.cidrs:
        now = store.eni(eni_id)
        assert now is not None
        pod = Pod(PodKey(f"p{cidr.network.address}"))
        store = datastore.assign(store, now, cidr, cidr.network.address, pod, 0, 30_000)
    return store


def test_TestWarmENIInteractions() -> None:
    def deletable(store: Store, wi: int, m: int) -> list[str]:
        return list(measure.deletable_enis(config(wi=wi, m=m), store, OLD))

    enis = (eni("e1", 2), eni("e2", 2), eni("e3", 1))
    store = Store(0, prefix_mode=False)
    store = with_pods(store.with_enis(enis, store.holdings), "e1")
    assert deletable(store, 3, 1) == []
    assert deletable(store, 1, 5) == []
    assert deletable(store, 2, 4) == ["e3"]
    store = datastore.remove_eni(store, "e3")
    assert deletable(store, 0, 3) == []
    assert deletable(store, 0, 2) == ["e2"]
    store = datastore.remove_eni(store, "e2")
    reserved = (*store.enis, eni("e4", 1, trunk=True), eni("e5", 1, efa=True))
    store = store.with_enis(reserved, store.holdings)
    assert deletable(store, 0, 2) == []
    store = store.with_enis((*store.enis, eni("e6", 0)), store.holdings)
    assert deletable(store, 0, 2) == ["e6"]


# -- R142: how much is released ------------------------------------------------------------------


@pytest.mark.parametrize("seed", [None, *range(8)])
def test_TestDecreaseIPPool(seed: int | None) -> None:
    # Two ENIs, two addresses each, two pods, Wi = 1.
    def prepare(instance: Ec2) -> Ec2:
        return with_addresses(2, eni="eni-2")(with_addresses(2)(with_empty_eni(instance)))

    node = started(
        new_node("3x10", environment(wi=1), scene=Scene(prepare=prepare), seed=seed),
    )
    node.want(2)
    assert node.serve() == 2
    assert node.outcome() == Outcome(2, (2, 2), 4, 2)
    assert measure.balance(node.config, 0, totals(node.store)) == Balance(0, 1)
    node.tick()
    assert node.calls() == ["0 unassign 1"]
    assert measure.balance(node.config, 0, totals(node.store)) == Balance(0, 0)
