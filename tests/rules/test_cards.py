"""Several network cards: which are managed, and what each does alone (R8-R10, R39, R49, R94)."""

from collections.abc import Iterable
from operator import itemgetter

import pytest
from attrs import evolve

from ipam_model.arithmetic import INTS as K
from ipam_model.config import Quirk
from ipam_model.daemon import measure, pods
from ipam_model.daemon.init import EMPTY_POOL
from ipam_model.daemon.measure import Balance, WarmTargets
from ipam_model.daemon.procedure import Call
from ipam_model.daemon.reconcile import Reconciled
from ipam_model.ec2 import Ec2Eni
from ipam_model.limits import Catalogue
from ipam_model.requests import (
    AllocENI,
    AnnounceTrunk,
    AssignPrivateIpAddresses,
    Code,
    DescribeAllENIs,
    EniTags,
    FreeENI,
    TagENI,
    UnassignPrivateIpAddresses,
    WaitForENI,
)
from ipam_model.rules import eligibility
from ipam_model.state import totals
from tests.rules.scenes import (
    CUSTOM,
    MULTI_NIC,
    NO_DISCOVERY,
    NO_PROVISIONING,
    POD_ENI,
    PREFIXES,
    SECOND,
    Scene,
    cidr,
    foreign_eni,
    key,
    make_config,
    make_eni,
    make_node,
    make_scene,
    make_store,
    make_subnet,
    pod,
    prefix,
    single,
    warm,
)

NO_MANAGE = EniTags(no_manage="true")


def begun(
    env: dict[str, str] | None = None,
    *attached: Ec2Eni,
    cards: int = 3,
    without: Iterable[Quirk] = (),
) -> Scene:
    """A started daemon on an instance with several cards and ENABLE_MULTI_NIC."""
    config = make_config(MULTI_NIC | (env or {}), cards=cards, without=without)
    return make_scene(config, attached=attached).begin()


def stores_of(scene: Scene) -> list[int]:
    return [store.card for store in scene.mind.stores]


# -- which cards and ENIs ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("multi_nic", "first", "efa_only", "other", "expected"),
    [
        (False, True, False, True, True),
        (False, False, False, True, False),
        (True, False, False, False, True),  # empty cards are managed
        (True, False, True, False, False),
        (True, False, True, True, True),
        (True, True, True, False, False),
    ],
)
def test_R8_a_card_with_nothing_but_an_efa_only_eni_is_left_alone(
    multi_nic: bool, first: bool, efa_only: bool, other: bool, expected: bool
) -> None:
    assert eligibility.card_managed(K, multi_nic, first, efa_only, other) is expected


def test_R8_R9_every_card_has_a_store_and_without_multi_nic_only_the_first() -> None:
    assert stores_of(begun()) == [0, 1, 2]
    assert stores_of(begun({"ENABLE_MULTI_NIC": "false"})) == [0]


def test_R8_R9_the_stores_may_be_sparse() -> None:
    scene = begun(None, foreign_eni("eni-2", card=1, efa_only=True))
    assert stores_of(scene) == [0, 2]
    assert scene.mind.unmanaged_cards == {1}


def test_R8_an_unmanaged_eni_does_not_make_up_for_an_efa_only_one() -> None:
    efa_only = foreign_eni("eni-2", card=1, efa_only=True)
    assert stores_of(begun(None, efa_only, foreign_eni("eni-3", card=1))) == [0, 1, 2]
    foreign = foreign_eni("eni-3", card=1, tags=NO_MANAGE)
    assert stores_of(begun(None, efa_only, foreign)) == [0, 2]


def test_R10_an_efa_only_eni_takes_a_slot_of_its_managed_card() -> None:
    scene = begun(None, foreign_eni("eni-2", card=1, efa_only=True), foreign_eni("eni-3", card=1))
    assert [eni.id for eni in scene.store(1).enis] == ["eni-3"]
    assert [scene.mind.unmanaged_on(card) for card in (0, 1, 2)] == [0, 1, 0]


def test_R10_enis_on_an_unmanaged_card_are_dropped_but_not_counted() -> None:
    scene = begun({"ENABLE_MULTI_NIC": "false"}, foreign_eni("eni-2", single(1), card=1))
    assert scene.mind.unmanaged_counts == ()
    assert TagENI("eni-2") not in scene.requests(TagENI)


def test_R10_an_unmanaged_eni_on_an_unmanaged_card_is_counted() -> None:
    foreign = foreign_eni("eni-2", card=1, tags=NO_MANAGE)
    assert begun({"ENABLE_MULTI_NIC": "false"}, foreign).mind.unmanaged_counts == ((1, 1),)


def test_R10_reconcile_learns_of_no_efa_only_eni() -> None:
    scene = begun(NO_DISCOVERY)
    scene.others_attach(foreign_eni("eni-9", card=1, efa_only=True))
    scene.passes(14)
    assert "eni-9" in [eni.id for eni in scene.store(1).enis]


def test_R9_cards_of_a_real_type_are_numbered_through() -> None:
    limits = Catalogue.bundled().get("p4d.24xlarge")
    scene = make_scene(evolve(make_config(MULTI_NIC), limits=limits)).begin()
    assert stores_of(scene) == [0, 1, 2, 3]
    scene.passes(3)
    assert [len(store.enis) for store in scene.mind.stores] == [1, 1, 1, 1]
    assert [eni.device for eni in scene.ec2.enis] == [0, 0, 0, 0]


# -- targets -------------------------------------------------------------------------------------


def test_R39_R86_other_cards_use_one_and_one_whatever_the_environment() -> None:
    config = make_config(MULTI_NIC | warm(eni=3, ip=7, minimum=9), cards=2)
    assert measure.warm_targets(config, 0) == WarmTargets(7, 9, True)
    assert measure.warm_targets(config, 1) == WarmTargets(1, 1, True)
    assert measure.warm_targets(make_config(MULTI_NIC | warm(eni=2), cards=2), 1).defined


def test_R94_R95_one_idle_prefix_is_fifteen_over() -> None:
    store = make_store(make_eni("eni-2", cidr(prefix(1))), card=1, prefix_mode=True)
    config = make_config(PREFIXES | MULTI_NIC, cards=2)
    assert measure.balance(config, 1, totals(store)) == Balance(0, 15)
    assert measure.balance(config, 0, totals(store)) == Balance(0, 0)


# -- every card on its own -----------------------------------------------------------------------


def test_R49_R66_R191_every_low_card_grows_at_init_in_any_order() -> None:
    scene = begun()
    assert scene.choices("R191")[0] == (0, 1, 2)
    assert [totals(store).total for store in scene.mind.stores] == [9, 1, 1]
    backwards = make_scene(make_config(MULTI_NIC, cards=3))
    backwards.prefer("R191", lambda options: options[-1])
    backwards.begin()
    assert [request.card for request in backwards.requests(AllocENI)] == [2, 1]


def test_R49_R77_every_card_grows_and_shrinks_in_one_tick() -> None:
    scene = begun()
    scene.add_many(9)
    for number in (10, 11):
        assert scene.add_pod(pod(f"p{number}")).success  # from cards 1 and 2
    scene.forget()
    scene.tick()
    asked = [request.card for request in scene.requests(AllocENI)]
    assert asked == [0]
    assert [r.eni for r in scene.requests(AssignPrivateIpAddresses)] == ["eni-2", "eni-3"]


def test_R75_a_release_on_one_card_blocks_the_others() -> None:
    scene = begun()
    for card in (1, 2):
        scene.others_add(f"eni-{card + 1}", *(single(card * 100 + n) for n in range(3)))
    scene.advance(61 * SECOND)
    scene.reconcile()
    scene.tick()
    released = scene.requests(UnassignPrivateIpAddresses)
    assert [request.eni for request in released] == ["eni-2", "eni-3"]  # in one tick: both
    scene.others_add("eni-2", single(150))
    scene.mind = evolve(scene.mind, last_pool_action=None)
    scene.reconcile()
    scene.forget()
    scene.passes(6)
    assert scene.requests(UnassignPrivateIpAddresses) == []
    scene.passes(1)
    assert [r.eni for r in scene.requests(UnassignPrivateIpAddresses)] == ["eni-2"]


def test_R33_R77_each_card_has_its_own_room() -> None:
    config = make_config(MULTI_NIC, enis=1, addresses=3, cards=2)
    scene = make_scene(config).begin()
    assert [len(store.enis) for store in scene.mind.stores] == [1, 1]
    assert len(scene.add_many(5)) == 5
    scene.passes(3)
    assert [len(store.enis) for store in scene.mind.stores] == [1, 1]


def test_R189_R136_every_card_may_free_an_eni_in_one_tick() -> None:
    idle = [
        make_store(make_eni("eni-1", cidr(single(1))), make_eni("eni-2")),
        make_store(make_eni("eni-3", cidr(single(2))), make_eni("eni-4"), card=1),
    ]
    config = make_config(MULTI_NIC | warm(ip=1, minimum=1), cards=2)
    scene = make_scene(config)
    scene.node, scene.now = make_node(*idle), 100 * SECOND
    scene.tick()
    assert [request.eni for request in scene.requests(FreeENI)] == ["eni-2", "eni-4"]


def test_R10_R48_only_unmanaged_enis_of_card_0_take_the_slot_of_the_trunk() -> None:
    for card, announced in ((0, 0), (1, 1)):
        foreign = foreign_eni("eni-2", card=card, tags=NO_MANAGE)
        config = make_config(MULTI_NIC | POD_ENI, enis=2, cards=2)
        scene = make_scene(config, attached=[foreign]).begin()
        assert scene.count(AnnounceTrunk) == announced


def test_R63_an_excluded_eni_of_another_card_keeps_its_addresses() -> None:
    foreign = foreign_eni("eni-2", single(1), card=1, subnet="subnet-2")
    subnets = make_subnet(), make_subnet("subnet-2", role="0", first=1)
    scene = make_scene(make_config(MULTI_NIC, cards=2), *subnets, attached=[foreign]).begin()
    kept = [eni for eni in scene.store(1).enis if eni.excluded]
    assert [len(eni.cidrs) for eni in kept] == [1]


def test_R64_the_other_kind_is_cleaned_up_on_every_card() -> None:
    foreign = foreign_eni("eni-2", prefix(1), card=1)
    scene = begun(NO_PROVISIONING, foreign)
    assert [eni.cidrs for eni in scene.store(1).enis] == [()]
    assert scene.true_eni("eni-2").prefixes == ()


def test_R149_reconcile_visits_the_cards_in_ascending_order() -> None:
    scene = begun(NO_DISCOVERY)
    for number, card in ((8, 2), (9, 1)):
        scene.others_attach(foreign_eni(f"eni-{number}", card=card))
    scene.advance(61 * SECOND)
    scene.forget()
    scene.reconcile()
    assert [request.eni for request in scene.requests(TagENI)] == ["eni-9", "eni-8"]
    assert scene.calls().count("DescribeAllENIs") == 1


def test_R149_what_ec2_confirms_for_one_card_is_not_used_for_the_next() -> None:
    scene = begun(NO_DISCOVERY)
    known = scene.store(1).enis[0].id
    scene.others_attach(foreign_eni("eni-9"))
    scene.advance(61 * SECOND)
    scene.during(DescribeAllENIs, lambda: scene.others_detach(known))
    scene.reconcile()
    assert [eni.id for eni in scene.store(0).enis] == ["eni-1", "eni-9"]
    assert [eni.id for eni in scene.store(1).enis] == [known]  # as IMDS listed it before


def test_R8_R149_reconcile_classifies_the_cards_anew() -> None:
    scene = begun(
        NO_DISCOVERY,
        foreign_eni("eni-2", card=1, efa_only=True),
        foreign_eni("eni-3", card=1),
        cards=2,
    )
    assert scene.mind.unmanaged_cards == frozenset()
    scene.ec2 = scene.ec2.with_eni(evolve(scene.true_eni("eni-3"), tags=NO_MANAGE))
    scene.others_attach(foreign_eni("eni-9"))
    scene.advance(61 * SECOND)
    scene.reconcile()
    assert scene.mind.unmanaged_cards == {1}
    assert scene.mind.unmanaged_on(1) == 1  # the unmanaged ENI, and no longer the EFA-only one


def test_R96_a_shortage_on_one_card_stops_the_growth_of_all() -> None:
    scene = begun(NO_DISCOVERY, cards=2)
    scene.add_many(9)
    assert scene.add_pod(pod("p10")).success  # from card 1
    scene.prefer("R191", lambda options: options[-1])
    scene.fault("AssignPrivateIpAddresses", Code.INSUFFICIENT_ADDRESSES, times=2)
    scene.forget()
    scene.tick()
    assert [r.eni for r in scene.requests(AssignPrivateIpAddresses)] == ["eni-2", "eni-2"]
    assert scene.count(AllocENI) == 0
    assert scene.mind.last_insufficient == scene.now


def test_R66_an_empty_pool_on_any_card_ends_the_start_with_custom_networking() -> None:
    config = make_config(CUSTOM | MULTI_NIC, cards=2)
    scene = make_scene(config, eni_config_subnet="subnet-1")
    scene.during(WaitForENI, lambda: scene.fault("CreateNetworkInterface+Attach"))
    assert scene.fail_to_begin() == EMPTY_POOL
    assert [request.card for request in scene.requests(AllocENI)] == [0, 1]


def test_R48_R146_only_a_trunk_on_card_0_ends_the_wait() -> None:
    scene = begun(POD_ENI, foreign_eni("eni-2", trunk=True, card=1), cards=2)
    assert scene.store(1).trunk()
    assert scene.count(AnnounceTrunk) == 1
    assert scene.reconcile() == scene.reconcile() == Reconciled(True, True)  # due every time


def test_R121_repeated_add_of_a_repaired_daemon_asks_the_pods_own_card_first() -> None:
    stores = (
        make_store(make_eni("eni-1", cidr(single(1)))),
        make_store(make_eni("eni-2", cidr(single(2), "p1")), card=1),
    )
    scene = make_scene(make_config(MULTI_NIC, cards=2, without=[Quirk.REPEATED_ADD_AGAIN]))
    scene.node = make_node(*stores)
    assert scene.add("p1").given[0].address == single(2).address
    assert key("p1") not in scene.store(0).holdings
    assert pods.cards_to_ask(scene.config, scene.mind, pod("p1")) == (1, 0)
    several = pod("p1", interfaces=2)
    assert pods.cards_to_ask(scene.config, scene.mind, several) == (0, 1)


def test_R121_a_card_behind_the_apparent_last_one_is_not_asked() -> None:
    """Stores of cards 0, 2 and 3: card 2 has the number that three stores end with."""
    stores = [make_store(make_eni("eni-1")), make_store(card=2)]
    stores.append(make_store(make_eni("eni-4", cidr(single(1))), card=3))
    for without, served in (((), False), ((Quirk.LAST_BY_NUMBER,), True)):
        scene = make_scene(make_config(MULTI_NIC, cards=4, without=without))
        scene.node = make_node(*stores)
        assert scene.add("p1").success is served


def test_R191_a_tick_may_visit_the_cards_of_the_stores_in_every_order() -> None:
    orders: set[tuple[int, ...]] = set()
    for place in (itemgetter(0), itemgetter(-1)):
        scene = begun(
            None,
            foreign_eni("eni-2", card=1, efa_only=True),
            cards=4,
            without=[Quirk.LAST_BY_NUMBER],
        )
        scene.add_many(9)
        for number in range(10, 12):
            assert scene.add_pod(pod(f"p{number}")).success
        scene.forget()
        scene.prefer("R191", place)
        scene.tick()
        assert scene.choices("R191")[0] == tuple(stores_of(scene)) == (0, 2, 3)
        orders.add(visited(scene))
    assert orders == {(0, 2, 3), (3, 2, 0)}


def visited(scene: Scene) -> tuple[int, ...]:
    """The cards in the order in which they asked EC2 for something."""
    cards = {eni.id: store.card for store in scene.mind.stores for eni in store.enis}
    asked = [ask.request for ask in scene.asked if isinstance(ask, Call)]
    grown = [
        request.card if isinstance(request, AllocENI) else cards[request.eni]
        for request in asked
        if isinstance(request, AllocENI | AssignPrivateIpAddresses)
    ]
    return tuple(dict.fromkeys(grown))
