"""What never happens under the article's policy, and what is reached in the end.

The daemon's own properties cannot be taken over as they are: the policy knows neither max pods nor
MINIMUM_IP_TARGET, and its warm targets are others.
"""

from collections.abc import Callable
from math import ceil
from typing import Final

import pytest
from attrs import evolve
from hypothesis import event, given

from ipam_model.config import Config, Version
from ipam_model.daemon.article import ledger
from ipam_model.daemon.procedure import Call
from ipam_model.requests import (
    AllocENI,
    AssignPrivateIpAddresses,
    FreeENI,
    UnassignPrivateIpAddresses,
)
from ipam_model.rules import article, capacity, shrink
from ipam_model.state import Pod, PodKey
from ipam_model.testing.events import Add, Delete, Loop, Tick
from ipam_model.testing.happenings import event_lists
from ipam_model.testing.nodes import configs
from ipam_model.testing.stories import stories
from ipam_model.testing.story import Story
from ipam_model.testing.telling import Teller, told
from tests.properties.refutation import assert_refuted
from tests.properties.test_lost_updates import check_story, disturb
from tests.rules.scenes import make_config, warm

MINUTE: Final = 60_000
PASSES: Final = 200
"""Passes after which the pool is at rest: every address of the largest node, one release each."""


def policy(config: Config) -> Config:
    """The same node under the article's policy."""
    return evolve(config, version=Version.ARTICLE_2021)


NODES: Final = configs(prefix_modes=(False,)).map(policy)
PLAIN_NODES: Final = configs(prefix_modes=(False,), special=False).map(policy)
STORIES: Final = stories(config=NODES, enforce_limits=False, lags=(0, 0, 60_000))
CALM: Final = stories(
    config=PLAIN_NODES,
    events=event_lists(broken=False, others=False, subnets=False),
    excluded=(False,),
)


class Guard(Teller):
    """Checks what the policy asks of EC2, which does not enforce its limits."""

    def answer(self, ask: Call) -> object:
        request = ask.request
        if isinstance(request, AllocENI):
            store = ask.node.stores[0]
            room = self.config.max_enis - ask.node.unmanaged_on(0)
            assert len(store.enis) < room, "one ENI too many"
            assert 0 <= request.count <= self.config.slots, "more than an ENI holds"
        elif isinstance(request, AssignPrivateIpAddresses):
            eni = ask.node.stores[0].eni(request.eni)
            assert eni is not None
            assert not eni.trunk
            assert not eni.excluded
            assert 0 < request.count <= self.config.slots - len(eni.cidrs), "more than fits"
        elif isinstance(request, FreeENI):
            freed = self.ec2.eni(request.eni)
            holders = {held.eni for held in ask.node.stores[0].holdings.values()}
            assert request.eni not in holders, "an ENI goes under its pods"
            assert freed is None or not freed.primary, "the primary ENI goes"
        elif isinstance(request, UnassignPrivateIpAddresses):
            held = {holding.address for holding in ask.node.stores[0].holdings.values()}
            assert not held & {network.address for network in request.networks}, "under a pod"
        return super().answer(ask)


def guarded(story: Story) -> Guard:
    """The whole story, watched."""
    guard = Guard(story.world(), story.choices)
    guard.start()
    for each in story.events:
        guard.happen(each)
        if guard.node is not None:
            # What others took from an ENI may be on another one before the daemon notices (R22).
            real = {(eni.id, address) for eni in guard.ec2.enis for address in eni.addresses}
            holdings = guard.node.stores[0].holdings.values()
            addresses = [held.address for held in holdings if (held.eni, held.address) in real]
            assert len(addresses) == len(set(addresses)), "one address for two pods"
    return guard


@given(STORIES)
def test_caps_hold_and_pods_keep_their_addresses(story: Story) -> None:
    guard = guarded(story)
    if guard.node is not None:
        event(f"ENIs {len(guard.node.stores[0].enis)}")


@given(stories(config=NODES, events=event_lists(most=8)))
def test_no_pod_is_lost_while_the_policy_waits(story: Story) -> None:
    check_story(story)


def test_B12_a_pod_that_comes_while_an_eni_goes_is_not_lost() -> None:
    node = Story(
        config=policy(make_config(warm(eni=1, ip=3), enis=3, addresses=4)),
        max_pods=110,
        events=(Add("p2"), Loop(2), Delete("p2"), Loop(8)),
        choices=(),
    )
    teller = told(node)
    assert len(teller.ec2.enis) == 2
    teller.advance(15_000)
    outcomes = disturb(teller.world, (), Tick())
    assert "add" in outcomes
    teller.tick()
    assert len(teller.ec2.enis) == 1, "the ENI did go in that update"


def always_room(patch: pytest.MonkeyPatch) -> None:
    """The limit on ENIs is not looked at."""
    patch.setattr(capacity, "has_room", lambda *_: True)


def room_without_end(patch: pytest.MonkeyPatch) -> None:
    """The limit on addresses is not looked at."""
    patch.setattr(capacity, "free_slots", lambda _k, slots, _cidrs: slots)


def pods_protect_nothing(patch: pytest.MonkeyPatch) -> None:
    """An ENI goes whoever has addresses on it."""
    patch.setattr(shrink, "deletable", lambda *_: True)


@pytest.mark.parametrize("wrong", [always_room, room_without_end, pods_protect_nothing])
def test_the_guard_notices(
    wrong: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong(monkeypatch)
    assert_refuted(guarded, STORIES)


# -- in the end ----------------------------------------------------------------------------------


def at_rest(story: Story) -> Guard:
    """The story, then passes without events, in the last two minutes of which nothing is done."""
    guard = guarded(evolve(story, max_pods=110))
    guard.cordoned = False
    if guard.node is None:
        guard.start()
    rest(guard)
    return guard


def rest(guard: Guard) -> None:
    for _ in range(PASSES):
        guard.loop_pass()
    before = guard.ec2
    for _ in range(24):
        guard.loop_pass()
    assert guard.ec2 == before, "the pool does not come to rest"


def view(guard: Guard) -> ledger.Ledger:
    return ledger.read(guard.config, guard.memory())


def check_targets(story: Story) -> None:
    guard = at_rest(story)
    pool = view(guard)
    enis, limit = len(pool.enis), guard.config.max_enis
    if not pool.by_blocks:
        wanted = min(pool.pods + pool.warm_ip, limit * pool.per_eni)
        assert pool.reserved == max(wanted, pool.pods + enis)
        event("kept exactly")
        return
    open_enis = pool.open_to_pods()
    free = sum(eni.free for eni in open_enis)
    full = all(eni.room == 0 for eni in open_enis)
    assert free or full, "no address for the next pod, and room for one"
    assert pool.without_pods >= pool.warm_eni or enis == limit, "a standby ENI is missing"
    standby = [eni for eni in pool.enis if eni not in open_enis]
    assert all(eni.size == pool.block for eni in standby), "a standby ENI without its block"
    event("in blocks")


def check_drained(story: Story) -> None:
    guard = at_rest(story)
    for key in list(guard.memory().store(0).holdings):
        assert guard.delete_pod(key).success
    rest(guard)
    pool = view(guard)
    limit = guard.config.max_enis
    if pool.by_blocks:
        enis = max(1, min(pool.warm_eni, limit))
        # A block of one is the primary address alone; the serving ENI then takes one more.
        reserved = enis * pool.block + (pool.block == 1)
    else:
        reserved = min(pool.warm_ip, limit * pool.per_eni)
        enis = ceil(reserved / pool.per_eni)
    assert (len(pool.enis), pool.reserved) == (enis, reserved)
    assert guard.ec2.reserved() == reserved


def check_served(story: Story) -> None:
    """The next pod gets an address within two updates, unless the node is full (B13 apart)."""
    guard = at_rest(story)
    pool = view(guard)
    if not pool.by_blocks and pool.warm_ip <= guard.config.max_enis:
        event("B13")
        return
    capacity_left = guard.config.max_enis * guard.config.slots - pool.pods
    served = False
    for _ in range(3):
        served = served or guard.add_pod(Pod(PodKey("late"), name="ns/late")).success
        guard.loop_pass()
    assert served or not capacity_left
    event(f"served {served}")


@given(CALM)
def test_the_targets_are_met_in_the_end(story: Story) -> None:
    check_targets(story)


@given(CALM)
def test_a_drained_node_returns_to_its_floor(story: Story) -> None:
    check_drained(story)


@given(CALM)
def test_the_next_pod_is_served(story: Story) -> None:
    check_served(story)


def no_standby(patch: pytest.MonkeyPatch) -> None:
    """No ENI is attached ahead of demand."""
    patch.setattr(article, "wants_standby", lambda *_: False)


def one_too_few(patch: pytest.MonkeyPatch) -> None:
    """One address less than the target."""
    original = article.missing
    patch.setattr(article, "missing", lambda k, warm, *rest: original(k, warm - 1, *rest))


def nothing_released(patch: pytest.MonkeyPatch) -> None:
    """Addresses stay for ever."""
    patch.setattr(article, "surplus_block", lambda *_: 0)


def enis_stay(patch: pytest.MonkeyPatch) -> None:
    """ENIs stay for ever."""
    patch.setattr(article, "enough_without", lambda *_: False)


def blocks_never_come(patch: pytest.MonkeyPatch) -> None:
    """The serving ENI does not grow."""
    patch.setattr(article, "next_block", lambda *_: 0)


REFUTED: Final[list[tuple[Callable[[pytest.MonkeyPatch], None], Callable[[Story], None]]]] = [
    (no_standby, check_targets),
    (one_too_few, check_targets),
    (nothing_released, check_drained),
    (enis_stay, check_drained),
    (blocks_never_come, check_served),
]


@pytest.mark.parametrize(("wrong", "check"), REFUTED, ids=[each[0].__name__ for each in REFUTED])
def test_wrong_rules_are_refuted(
    wrong: Callable[[pytest.MonkeyPatch], None],
    check: Callable[[Story], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong(monkeypatch)
    assert_refuted(check, CALM)
