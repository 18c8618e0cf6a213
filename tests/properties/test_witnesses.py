"""Every witness is reached, and every property exercised: by scenarios, and by directed stories."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from ipam_model import ec2, others
from ipam_model.ec2 import Fault
from ipam_model.properties.judging import Judge
from ipam_model.properties.suite import PROPERTIES
from ipam_model.properties.witnesses import WITNESSES
from ipam_model.requests import EniTags
from ipam_model.scenario.judging import JudgedRun
from ipam_model.scenario.reading import read_scenario
from ipam_model.world import World
from tests.properties.watcher import Watcher
from tests.rules.scenes import (
    IPV6,
    MULTI_NIC,
    NO_DISCOVERY,
    cidr,
    foreign_eni,
    key,
    make_config,
    make_eni,
    make_node,
    make_scene,
    make_store,
    make_subnet,
    placed,
    pod,
    single,
    warm,
)
from tests.shared import ROOT

pytestmark = pytest.mark.unmeasured

FOLDERS: Final = (ROOT / "examples" / "regressions", ROOT / "examples" / "scenarios")


def files() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted(folder.glob("*.json")):
            if json.loads(path.read_text("utf-8"))["schema"] == "ipam-scenario/1":
                yield path


# -- directed stories ----------------------------------------------------------------------------


def begin(world: World) -> Watcher:
    watcher = Watcher(world)
    if watcher.node is None:
        watcher.start()
    return watcher


def node_of(env: dict[str, str], *, enis: int = 2, addresses: int = 3, cards: int = 1) -> World:
    return make_scene(make_config(env, enis=enis, addresses=addresses, cards=cards)).world


def arrive(watcher: Watcher, *names: str) -> None:
    for name in names:
        watcher.add_pod(pod(name))


def shortage() -> Watcher:
    watcher = begin(node_of(warm(ip=1) | NO_DISCOVERY))
    watcher.ec2 = others.set_free(watcher.ec2, "subnet-1", 0)
    arrive(watcher, "p1")
    watcher.loop_pass()
    watcher.loop_pass()
    return watcher


def fragmentation() -> Watcher:
    watcher = begin(node_of(warm(eni=1)))
    arrive(watcher, "p1", "p2")
    watcher.loop_pass()
    arrive(watcher, "p3", "p4")
    for name in ("p1", "p4"):
        watcher.delete_pod(key(name))
    return watcher


def growth_beside_an_empty_eni() -> Watcher:
    store = make_store(make_eni("eni-1", cidr(single(1), "p1")), make_eni("eni-2"))
    watcher = begin(placed(make_config(warm(ip=1), addresses=3), make_node(store)).world)
    watcher.tick()
    return watcher


def a_low_node_that_is_cordoned() -> Watcher:
    watcher = begin(node_of(warm(ip=1)))
    watcher.cordoned = True
    arrive(watcher, "p1")
    watcher.tick()
    return watcher


def a_refused_write() -> Watcher:
    watcher = begin(node_of(warm(ip=1)))
    watcher.ec2 = ec2.arm(watcher.ec2, Fault("WriteCheckpoint", "EIO", 2))
    arrive(watcher, "p1", "p1", "p1", "p1")
    return watcher


def a_higher_card_in_an_excluded_subnet() -> Watcher:
    watcher = begin(node_of(warm(ip=1) | MULTI_NIC, cards=2))
    watcher.ec2 = others.set_role(watcher.ec2, "subnet-1", "0")
    watcher.start()
    return watcher


def an_eni_of_others_that_is_known() -> Watcher:
    watcher = begin(node_of(warm(ip=1), enis=3, addresses=2))
    watcher.ec2 = others.attach_by_other(watcher.ec2, foreign_eni("eni-2"))
    watcher.advance(60_001)
    watcher.reconcile()
    for name in ("p1", "p2"):
        arrive(watcher, name)
        watcher.tick()
    return watcher


def a_release_after_the_cooldown() -> Watcher:
    watcher = begin(node_of(warm(ip=1), addresses=5))
    arrive(watcher, "p1")
    watcher.tick()
    watcher.advance(90_001)
    watcher.tick()
    watcher.cordoned = True
    arrive(watcher, "p2")
    watcher.delete_pod(key("p1"))
    watcher.advance(30_001)
    watcher.tick()
    watcher.delete_pod(key("p2"))
    watcher.advance(30_001)
    watcher.tick()
    return watcher


def another_subnet_than_an_exhausted_one() -> Watcher:
    exhausted, ample = make_subnet(free=1), make_subnet("subnet-2", role="1", first=1)
    watcher = begin(make_scene(make_config(warm(eni=1)), exhausted, ample).world)
    watcher.left_alone()
    return watcher


def calls_that_fail() -> Watcher:
    """An ENI cannot be linked, a difference not be looked up, IMDS not be asked."""
    watcher = begin(node_of(warm(eni=2), enis=3, addresses=4))
    watcher.ec2 = ec2.arm(watcher.ec2, Fault("SetupENINetwork", "LinkError", 1))
    arrive(watcher, "p1")
    watcher.loop_pass()
    watcher.advance(60_001)
    for call, code in (("GetAttachedENIs", "MetadataError"), ("GetIPv4sFromEC2", "Throttled")):
        taken = watcher.ec2.primary()
        last = taken.networks()[-1]
        watcher.ec2 = ec2.remove_networks(watcher.ec2, taken, (last,), watcher.now)
        watcher.ec2 = ec2.arm(watcher.ec2, Fault(call, code, 1))
        watcher.advance(60_001)
        watcher.reconcile()
    return watcher


def one_address_where_two_are_wanted() -> Watcher:
    watcher = begin(node_of(warm(ip=2) | NO_DISCOVERY, addresses=8))
    watcher.ec2 = others.set_free(watcher.ec2, "subnet-1", 1)
    arrive(watcher, "p1", "p2")
    watcher.tick()
    return watcher


def a_trunk_at_a_restart() -> Watcher:
    watcher = begin(node_of(warm(ip=1), enis=3))
    watcher.ec2 = others.attach_by_other(watcher.ec2, foreign_eni("eni-2", trunk=True))
    watcher.start()
    return watcher


def an_address_from_others() -> Watcher:
    watcher = begin(node_of(warm(ip=1), addresses=6))
    primary = watcher.ec2.primary()
    granted = watcher.ec2.subnet(primary.subnet).offer_addresses(1)
    assert granted is not None
    watcher.ec2 = others.add_by_other(watcher.ec2, primary, granted)
    watcher.advance(60_001)
    watcher.reconcile()
    return watcher


def an_excluded_eni_with_a_pod() -> Watcher:
    watcher = begin(node_of(warm(ip=1), addresses=6))
    arrive(watcher, "p1")
    watcher.ec2 = others.set_role(watcher.ec2, "subnet-1", "0")
    watcher.start()
    return watcher


def a_pod_whose_address_is_taken() -> Watcher:
    watcher = begin(node_of(warm(ip=1)))
    arrive(watcher, "p1")
    held = watcher.memory().stores[0].holdings[key("p1")]
    eni = watcher.ec2.eni(held.eni)
    assert eni is not None
    watcher.ec2 = ec2.remove_networks(watcher.ec2, eni, (held.network,), watcher.now)
    watcher.advance(60_001)
    watcher.reconcile()
    return watcher


def two_releases() -> Watcher:
    watcher = begin(node_of(warm(ip=1), addresses=8))
    for name in ("p1", "p2", "p3"):
        arrive(watcher, name)
        watcher.tick()
    for name in ("p1", "p2", "p3"):
        watcher.delete_pod(key(name))
        watcher.advance(60_001)
        watcher.tick()
    return watcher


def an_eni_that_is_not_to_be_managed() -> Watcher:
    watcher = begin(node_of(warm(ip=1), enis=3, addresses=8))
    tags = EniTags(no_manage="true")
    watcher.ec2 = others.attach_by_other(watcher.ec2, foreign_eni("eni-2", tags=tags))
    watcher.advance(60_001)
    watcher.reconcile()
    arrive(watcher, "p1")
    watcher.tick()
    return watcher


def an_ipv6_node() -> Watcher:
    watcher = begin(node_of(IPV6))
    arrive(watcher, "p1")
    watcher.loop_pass()
    watcher.consider(watcher.judge.quiet(watcher.leave_alone(1)), "left alone")
    return watcher


def a_pod_of_every_card() -> Watcher:
    watcher = begin(node_of(warm(ip=1) | MULTI_NIC, cards=2))
    watcher.loop_pass()
    watcher.add_pod(pod("p1"), multi=True)
    return watcher


STORIES: Final[tuple[Callable[[], Watcher], ...]] = (
    shortage,
    fragmentation,
    growth_beside_an_empty_eni,
    a_low_node_that_is_cordoned,
    a_refused_write,
    a_higher_card_in_an_excluded_subnet,
    an_eni_of_others_that_is_known,
    a_release_after_the_cooldown,
    another_subnet_than_an_exhausted_one,
    calls_that_fail,
    one_address_where_two_are_wanted,
    a_trunk_at_a_restart,
    an_address_from_others,
    an_excluded_eni_with_a_pod,
    a_pod_whose_address_is_taken,
    two_releases,
    an_eni_that_is_not_to_be_managed,
    an_ipv6_node,
    a_pod_of_every_card,
)


@pytest.fixture(scope="module")
def judges() -> tuple[Judge, ...]:
    found = [story().judge for story in STORIES]
    for path in files():
        run = JudgedRun(read_scenario(path)[0])
        assert list(run.steps())
        found.append(run.judge)
    return tuple(found)


@pytest.mark.parametrize("name", WITNESSES, ids=lambda name: WITNESSES[name].name)
def test_a_witness_is_reached(name: str, judges: tuple[Judge, ...]) -> None:
    assert any(judge.witnessed[name] for judge in judges)


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_property_is_exercised(name: str, judges: tuple[Judge, ...]) -> None:
    """It held somewhere without being vacuous."""
    assert any(judge.exercised[name] for judge in judges)


def test_witnesses_are_not_reached_by_anything() -> None:
    """A daemon that starts on a bare node reaches those of a start at most."""
    judge = begin(node_of(warm(ip=1))).judge
    assert len(judge.witnessed) < 4


def test_numbers_and_names_are_their_own() -> None:
    every = list(WITNESSES.values())
    assert len({each.name for each in every}) == len(every)
    assert {int(each.id[1:]) for each in every} == set(range(1, len(every) + 1))
