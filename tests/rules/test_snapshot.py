"""What the loop knows from before its calls, and what it looks up again (R73, R155, R194)."""

from attrs import evolve

from ipam_model.daemon import pool
from ipam_model.daemon.datastore import put_store
from ipam_model.requests import (
    AllocENI,
    AssignPrivateIpAddresses,
    FreeENI,
    GetAddressesFromEC2,
    UnassignPrivateIpAddresses,
)
from ipam_model.state import totals
from tests.rules.scenes import (
    PREFIXES,
    cidr,
    make_config,
    make_eni,
    make_node,
    make_store,
    placed,
    prefix,
    single,
    warm,
)

NOW = 1_000_000


def test_R73_eni_deletion_is_judged_on_the_totals_from_before_the_growth() -> None:
    """Pods that go during the growth make V reach what would let the idle ENI go."""
    config = make_config(warm(eni=1), enis=3, addresses=4)
    busy = [
        make_eni(f"eni-{n}", *(cidr(single(10 * n + k), f"p{10 * n + k}") for k in range(3)))
        for n in (1, 2)
    ]
    idle = make_eni("eni-3", cidr(single(30)))
    scene = placed(config, make_node(make_store(*busy, idle)), NOW)
    scene.during(AssignPrivateIpAddresses, lambda: scene.delete_many(3, first=10))
    scene.tick()
    assert scene.count(AssignPrivateIpAddresses) == 1
    assert (scene.totals().total, scene.totals().available) == (9, 6)
    assert scene.count(FreeENI) == 0
    scene.tick()
    assert scene.count(FreeENI) == 1


def test_R73_free_prefixes_are_those_of_the_moment() -> None:
    """While another card grows a pod goes, and its prefix is one too many."""
    config = make_config(PREFIXES | warm(prefix=1), enis=3, addresses=4)
    first = make_store(
        make_eni("eni-1", cidr(prefix(0), {0: "p1"}), cidr(prefix(1))), prefix_mode=True
    )
    full = cidr(prefix(5), {n: f"q{n}" for n in range(16)})
    second = make_store(make_eni("eni-5", full), card=1, prefix_mode=True)
    scene = placed(config, make_node(first, second), NOW)
    scene.prefer("R191", lambda cards: cards[-1])
    scene.during(AssignPrivateIpAddresses, lambda: scene.delete("p1"))
    decisions = scene.tick()
    assert scene.count(AllocENI) == 0
    assert [each.totals.free_prefixes for each in decisions] == [1, 0]
    assert [each.high for each in decisions] == [False, False]
    assert totals(scene.store()).free_prefixes == 1, "one of two was released"
    assert scene.mind.last_decrease == NOW


def test_R73_the_snapshot_keeps_all_but_the_free_prefixes() -> None:
    before = make_store(make_eni("eni-1", cidr(prefix(0), {0: "p1"})), prefix_mode=True)
    after = make_store(make_eni("eni-1", cidr(prefix(0)), cidr(prefix(1))), prefix_mode=True)
    node = put_store(make_node(before), after)
    assert pool.live_totals(totals(before), node, 0) == evolve(totals(before), free_prefixes=2)


def test_R127a_R155_R194_a_prefix_that_goes_during_a_reconcile_is_put_back() -> None:
    """The list of IMDS is older than the release, which is not remembered."""
    config = make_config(warm(ip=1), enis=3, addresses=6)
    eni = make_eni("eni-1", cidr(single(1)), cidr(prefix(0), {0: "p1"}))
    scene = placed(config, make_node(make_store(eni)), NOW)
    scene.others_add("eni-1", single(2))
    scene.during(GetAddressesFromEC2, lambda: scene.delete("p1"))
    assert scene.reconcile().completed
    assert scene.count(UnassignPrivateIpAddresses) == 1
    assert scene.true_eni("eni-1").prefixes == ()
    assert [each.network for each in scene.eni().cidrs] == [single(1), single(2), prefix(0)]
    assert scene.eni().cidrs[2].records == ()
