"""The article's policy on a node, step by step (B3-B13)."""

from collections.abc import Mapping

import pytest
from attrs import evolve

from ipam_model import ec2
from ipam_model.config import Config, Version
from ipam_model.daemon import datastore
from ipam_model.daemon.article import ledger
from ipam_model.daemon.article.ledger import Attach, Extend, Release
from ipam_model.daemon.init import Exited, Started
from ipam_model.daemon.pods import AssignableSpots, Spot
from ipam_model.daemon.procedure import Choice
from ipam_model.ec2 import Fault
from ipam_model.errors import InputError
from ipam_model.requests import Code
from ipam_model.simulation.warm_target import wanted_addresses
from ipam_model.state import Eni, Node, Pod, PodKey
from ipam_model.subnets import CounterSubnet
from ipam_model.world import Runner, World
from tests.rules.scenes import (
    Scene,
    cidr,
    make_config,
    make_eni,
    make_node,
    make_store,
    placed,
    single,
    warm,
)


def article_config(env: Mapping[str, str], *, enis: int = 3, addresses: int = 10) -> Config:
    return evolve(make_config(env, enis=enis, addresses=addresses), version=Version.ARTICLE_2021)


def new_node(env: Mapping[str, str], *, enis: int = 3, addresses: int = 10) -> Runner:
    config = article_config(env, enis=enis, addresses=addresses)
    subnets = (CounterSubnet(id="subnet-a", free=500),)
    return Runner(World(config=config, ec2=ec2.new_instance(config.limits, subnets)))


def started(env: Mapping[str, str], *, enis: int = 3, addresses: int = 10) -> Runner:
    runner = new_node(env, enis=enis, addresses=addresses)
    assert isinstance(runner.start(), Started)
    return runner


def add(runner: Runner, *numbers: int) -> int:
    """How many of these pods get an address."""
    pods = [Pod(PodKey(f"p{number}"), name=f"ns/p{number}") for number in numbers]
    return sum(runner.add_pod(pod).success for pod in pods)


def drop(runner: Runner, *numbers: int) -> None:
    for number in numbers:
        assert runner.delete_pod(PodKey(f"p{number}")).success


def sizes(runner: Runner) -> list[int]:
    """Addresses per ENI in EC2, primaries included, by device."""
    enis = sorted(runner.ec2.enis, key=lambda eni: eni.device)
    return [1 + len(eni.addresses) for eni in enis]


def passes(runner: Runner, number: int) -> list[int]:
    for _ in range(number):
        runner.loop_pass()
    return sizes(runner)


def view(runner: Runner) -> ledger.Ledger:
    return ledger.read(runner.config, runner.memory())


def with_enis(runner: Runner, *enis: Eni) -> Node:
    """The daemon's memory, as if these were its ENIs."""
    store = runner.memory().store(0)
    return datastore.put_store(runner.memory(), store.with_enis(enis, store.holdings))


def drained_of_seven() -> Runner:
    """A node that grew to [10, 4] for seven pods, which have just gone."""
    runner = started(BLOCKS)
    add(runner, *range(1, 4))
    passes(runner, 1)
    add(runner, *range(4, 8))
    assert passes(runner, 2) == [10, 4]
    drop(runner, *range(1, 8))
    return runner


BLOCKS = warm(eni=1, ip=4)

EXACT = warm(eni=0, ip=4)


def test_B10_addresses_for_pods_come_first() -> None:
    runner = started(BLOCKS)
    assert sizes(runner) == [4]
    assert add(runner, 1, 2, 3) == 3
    assert ledger.growth_step(view(runner)) == Extend("eni-1", 4)
    assert passes(runner, 1) == [8]
    assert ledger.growth_step(view(runner)) == Attach(3)
    assert passes(runner, 2) == [8, 4]
    assert ledger.growth_step(view(runner)) is None


def test_B10_a_standby_eni_gets_its_block() -> None:
    runner = started(BLOCKS)
    add(runner, 1)
    passes(runner, 1)
    serving, standby = runner.memory().store(0).enis
    short = with_enis(runner, serving, evolve(standby, cidrs=standby.cidrs[:1]))
    assert ledger.growth_step(ledger.read(runner.config, short)) == Extend("eni-2", 2)


def test_B10_the_first_eni_with_room_grows() -> None:
    runner = started(EXACT, enis=3, addresses=5)
    add(runner, 1, 2, 3)
    assert passes(runner, 3) == [5, 2]
    add(runner, 4)
    assert ledger.growth_step(view(runner)) == Extend("eni-2", 1)
    first, second = runner.memory().store(0).enis
    both = with_enis(runner, evolve(first, cidrs=first.cidrs[:3]), second)
    assert ledger.growth_step(ledger.read(runner.config, both)) == Extend("eni-1", 1)


def test_B10_more_than_an_eni_can_take_is_not_asked_for() -> None:
    runner = started(warm(eni=0, ip=9), enis=3, addresses=6)
    assert sizes(runner) == [6]
    assert ledger.growth_step(view(runner)) == Attach(2)
    add(runner, 1, 2, 3, 4, 5)
    assert ledger.growth_step(view(runner)) == Attach(5)


def test_B3_every_primary_counts() -> None:
    runner = started(EXACT, enis=3, addresses=5)
    add(runner, 1, 2, 3)
    assert passes(runner, 1) == [5]
    assert ledger.growth_step(view(runner)) == Attach(1)
    passes(runner, 2)
    assert add(runner, 4) == 1
    assert passes(runner, 3) == [5, 3]
    assert runner.ec2.reserved() == 4 + 4, "pods and target, both primaries inside"


def test_B6_pods_wait_for_the_serving_eni_to_grow() -> None:
    runner = started(BLOCKS)
    add(runner, 1)
    assert passes(runner, 1) == [4, 4]
    assert add(runner, 2, 3, 4) == 2
    passes(runner, 1)
    assert add(runner, 4, 5, 6, 7, 8) == 4
    assert passes(runner, 1) == [10, 4]
    assert add(runner, 8, 9) == 2
    assert {held.eni for held in runner.memory().store(0).holdings.values()} == {"eni-1"}
    assert add(runner, 10, 11) == 2
    held = runner.memory().store(0).holdings[PodKey("p11")]
    assert held.eni == "eni-2"
    assert passes(runner, 2) == [10, 4, 4]


def test_B6_a_pod_that_has_an_address_gets_it_again() -> None:
    runner = started(BLOCKS)
    assert add(runner, 1, 2, 3) == 3
    first = runner.add_pod(Pod(PodKey("p1"), name="ns/p1"))
    assert first.success


def test_B6_kept_exactly_any_eni_serves() -> None:
    runner = started(EXACT, enis=3, addresses=5)
    add(runner, 1, 2, 3)
    passes(runner, 3)
    assert add(runner, 4) == 1
    assert add(runner, 5) == 1, "the first ENI is full"


def test_B6_what_the_daemon_leaves_open_stays_open_among_the_open_enis() -> None:
    runner = started(BLOCKS)
    add(runner, 1)
    passes(runner, 1)
    asked: list[Choice] = []

    class Asking(Runner):
        def choose(self, choice: Choice) -> object:
            asked.append(choice)
            return list(choice.options)[-1]

    assert add(Asking(runner.world), 2) == 1
    (choice,) = asked
    spots = list(choice.options)
    assert {spot.eni.id for spot in spots if isinstance(spot, Spot)} == {"eni-1"}
    assert len(spots) == 2
    assert choice.options.first == spots[0]
    assert all(spot in choice.options for spot in spots)
    elsewhere = AssignableSpots(runner.memory().store(0), runner.now, runner.config.cooldown)
    assert [spot for spot in elsewhere if spot not in choice.options], "the standby ENI's"


def scene_of(*enis: Eni, now: int = 0, blocks: int = 3) -> Scene:
    """A daemon of this policy in blocks of `Wi`, on ENIs that hold three addresses each."""
    config = article_config(warm(eni=1, ip=blocks), addresses=4)
    return placed(config, make_node(make_store(*enis)), now)


def enis_asked(scene: Scene) -> set[str]:
    """The ENIs that were open when a pod was served."""
    (spots,) = scene.choices("R112")
    return {spot.eni.id for spot in spots if isinstance(spot, Spot)}


def test_B6_one_full_serving_eni_opens_no_standby_eni_while_another_has_room() -> None:
    full = make_eni("eni-1", *(cidr(single(n), f"p{n}") for n in range(3)))
    serving = make_eni("eni-2", cidr(single(11), "p11"), cidr(single(12)))
    standby = make_eni("eni-3", *(cidr(single(n)) for n in range(21, 24)))
    scene = scene_of(full, serving, standby)
    assert scene.add("p9").success
    assert enis_asked(scene) == {"eni-2"}


def test_B6_a_serving_eni_without_room_is_not_full_while_it_has_an_address() -> None:
    serving = make_eni("eni-1", cidr(single(1), "p1"), cidr(single(2), "p2"), cidr(single(3)))
    standby = make_eni("eni-2", *(cidr(single(n)) for n in range(11, 14)))
    scene = scene_of(serving, standby)
    assert scene.add("p9").success
    assert enis_asked(scene) == {"eni-1"}


@pytest.mark.parametrize(("age", "given"), [(30_000, False), (30_001, True)])
def test_B6_R18_an_address_serves_again_when_its_cooldown_is_over(age: int, given: bool) -> None:
    now = 100_000
    used = [cidr(single(n), f"p{n}") for n in range(2)]
    scene = scene_of(make_eni("eni-1", *used, cidr(single(2), idle=now - age)), now=now)
    assert scene.add("p9").success is given


def test_B8_the_last_block_goes_if_just_that_is_free_and_another_open_eni_has_an_address() -> None:
    first = make_eni("eni-1", cidr(single(1), "p1"), cidr(single(2)))
    used = [cidr(single(n), f"p{n}") for n in range(11, 13)]
    free = [cidr(single(n)) for n in range(13, 16)]
    config = article_config(warm(eni=1, ip=3), addresses=10)
    node = make_node(make_store(first, make_eni("eni-2", *used, *free)))
    assert ledger.release_step(ledger.read(config, node)) == Release("eni-2", 3)


def test_B7_an_eni_is_given_back_before_addresses() -> None:
    runner = started(EXACT, enis=3, addresses=5)
    add(runner, 1, 2, 3, 4)
    passes(runner, 3)
    assert add(runner, 4, 5) == 2
    assert passes(runner, 20) == [5, 4]
    drop(runner, 1, 2, 3, 4, 5)
    asked = ledger.release_step(view(runner))
    assert asked == Release("eni-2", 3), "while the ENI cannot go its addresses do"
    runner.advance(40_000)
    assert passes(runner, 1) == [5]
    assert passes(runner, 20) == [4]


def test_B8_blocks_go_one_by_one_down_to_the_first() -> None:
    runner = drained_of_seven()
    assert ledger.release_step(view(runner)) == Release("eni-1", 2)
    seen = [sizes(runner)]
    for _ in range(40):
        if passes(runner, 1) != seen[-1]:
            seen.append(sizes(runner))
    assert seen == [[10, 4], [8, 4], [4, 4], [4]]


def test_B8_a_standby_eni_that_has_served_shrinks_to_a_block() -> None:
    runner = started(BLOCKS, enis=2, addresses=6)
    for pods in ((1, 2, 3), (4, 5), (6, 7, 8)):
        add(runner, *pods)
        passes(runner, 2)
    assert sizes(runner) == [6, 6]
    drop(runner, 6, 7, 8)
    assert passes(runner, 20) == [6, 4]


def test_B9_young_and_cooling_enis_and_the_primary_stay() -> None:
    runner = started(BLOCKS)
    add(runner, 1)
    passes(runner, 1)
    drop(runner, 1)
    now = runner.now
    created = runner.memory().store(0).enis[1].created
    assert ledger.deletable_eni(runner.config, view(runner), created + 59_999) is None
    assert ledger.deletable_eni(runner.config, view(runner), created + 60_000) == "eni-2"
    busy = started(BLOCKS)
    add(busy, *range(1, 4))
    passes(busy, 1)
    add(busy, *range(4, 8))
    passes(busy, 1)
    add(busy, 8, 9, 10)
    passes(busy, 2)
    add(busy, 10)
    assert passes(busy, 30) == [10, 4, 4]
    drop(busy, *range(1, 11))
    cooled = busy.now + 30_001
    assert ledger.deletable_eni(busy.config, view(busy), busy.now) == "eni-3"
    left = with_enis(busy, *busy.memory().store(0).enis[:2])
    fewer = evolve(busy.config, settings=evolve(busy.config.settings, warm_eni_target=0))
    assert ledger.deletable_eni(fewer, ledger.read(fewer, left), busy.now) is None
    assert ledger.deletable_eni(fewer, ledger.read(fewer, left), cooled) == "eni-2"
    alone = with_enis(runner, runner.memory().store(0).enis[0])
    assert ledger.deletable_eni(runner.config, ledger.read(runner.config, alone), 10**9) is None
    assert now < created + 59_999


def test_B9_the_eni_filled_last_goes_first() -> None:
    runner = started(warm(eni=3, ip=3))
    assert passes(runner, 2) == [3, 3, 3]
    fewer = evolve(runner.config, settings=evolve(runner.config.settings, warm_eni_target=1))
    pool = ledger.read(fewer, runner.memory())
    assert ledger.deletable_eni(fewer, pool, 10**9) == "eni-3"


def test_B12_one_step_per_update_and_half_a_minute_between_releases() -> None:
    runner = drained_of_seven()
    steps = []
    for _ in range(16):
        before = sizes(runner)
        runner.advance(2_500)
        decisions = runner.tick()
        runner.advance(2_500)
        steps.append((len(decisions), before != sizes(runner)))
    assert {count for count, _ in steps} == {1}
    changed = [number for number, (_, change) in enumerate(steps) if change]
    assert changed == [0, 7, 11], "two releases 35 s apart, then the ENI, 60 s old"


def test_B12_the_decisions_are_told() -> None:
    runner = started(EXACT)
    add(runner, 1)
    (decision,) = runner.tick()
    assert (decision.low, decision.high, decision.wants_fewer_enis) == (True, False, False)
    assert (decision.balance.short, decision.balance.over, decision.warm_ip) == (1, 0, True)
    drop(runner, 1)
    (decision,) = runner.tick()
    assert (decision.low, decision.high) == (False, True)
    assert (decision.balance.short, decision.balance.over) == (0, 1)


def test_B12_a_cordoned_node_keeps_its_enis() -> None:
    runner = started(BLOCKS)
    add(runner, 1)
    passes(runner, 1)
    drop(runner, 1)
    runner.cordoned = True
    assert passes(runner, 30) == [4, 4]
    runner.cordoned = False
    assert passes(runner, 1) == [4]


def test_B12_with_provisioning_disabled_nothing_is_done() -> None:
    runner = started({**EXACT, "DISABLE_NETWORK_RESOURCE_PROVISIONING": "true"})
    assert sizes(runner) == [1]
    assert runner.tick() == ()


def test_B10_a_growth_there_is_no_room_for_does_not_stop_releases() -> None:
    runner = started(warm(eni=2, ip=3), enis=1)
    add(runner, 1, 2)
    assert passes(runner, 2) == [6]
    drop(runner, 1, 2)
    assert passes(runner, 2) == [3]


def test_B11_the_first_growth_is_the_policys() -> None:
    assert sizes(started(EXACT)) == [4]
    assert sizes(started(warm(eni=1))) == [10]


def test_B11_a_failing_first_growth_ends_the_start() -> None:
    runner = new_node(EXACT)
    runner.ec2 = ec2.arm(runner.ec2, Fault("AssignPrivateIpAddresses", Code.THROTTLED, 2))
    assert isinstance(runner.start(), Exited)


def test_B11_out_of_addresses_backs_off() -> None:
    code = Code.INSUFFICIENT_ADDRESSES
    runner = started(EXACT)
    add(runner, 1)
    runner.ec2 = ec2.arm(runner.ec2, Fault("AssignPrivateIpAddresses", code, 2))
    runner.config = evolve(
        runner.config, settings=evolve(runner.config.settings, subnet_discovery=False)
    )
    runner.tick()
    assert runner.memory().last_insufficient == runner.now
    runner.advance(120_000)
    runner.tick()
    assert sizes(runner) == [4]
    runner.advance(1)
    runner.tick()
    assert sizes(runner) == [5]


def test_B11_a_cordoned_node_does_not_grow() -> None:
    runner = started(EXACT)
    add(runner, 1)
    runner.cordoned = True
    assert passes(runner, 2) == [4]


@pytest.mark.parametrize(
    "env",
    [
        {"ENABLE_PREFIX_DELEGATION": "true"},
        {"ENABLE_IPv4": "false", "ENABLE_IPv6": "true"},
        {"ENABLE_MULTI_NIC": "true"},
    ],
)
def test_B11_prefixes_ipv6_and_several_cards_are_refused(env: Mapping[str, str]) -> None:
    with pytest.raises(InputError, match="secondary addresses of one card only"):
        new_node(env).start()


def test_B13_a_target_of_one_is_used_up_by_the_primary() -> None:
    runner = started(warm(eni=0, ip=1))
    passes(runner, 20)
    assert sizes(runner) == [1]
    assert add(runner, 1) == 0
    # In blocks the same target serves every pod.
    blocks = started(warm(eni=1, ip=1))
    passes(blocks, 1)
    assert add(blocks, 1) == 1


def test_B13_a_target_of_two_is_used_up_by_two_enis() -> None:
    runner = started(warm(eni=0, ip=2), enis=2, addresses=4)
    served = 0
    for number in range(1, 7):
        served += add(runner, number)
        passes(runner, 2)
    assert served == 3
    assert sizes(runner) == [4, 1]


def test_what_the_pool_wants_is_what_it_comes_to() -> None:
    for env in (BLOCKS, EXACT, warm(eni=1)):
        runner = started(env)
        for pods in ((1,), (2, 3), (4,), (5, 6, 7)):
            add(runner, *pods)
            passes(runner, 3)
            secondaries = sum(sizes(runner)) - len(sizes(runner))
            assert wanted_addresses(runner.config, runner.memory()) == secondaries
        add(runner, 8)
        wanted = wanted_addresses(runner.config, runner.memory())
        runner.tick()
        assert sum(sizes(runner)) - len(sizes(runner)) == wanted
