"""What pods do lasts (P-S1-kept): holds, is not vacuous, and is violated by daemons that forget."""

from collections.abc import Callable
from types import ModuleType
from typing import Final

import pytest
from attrs import evolve, frozen

from ipam_model.config import Config
from ipam_model.daemon import cleanup, datastore, growth, pods, pool, reconcile, shrink
from ipam_model.daemon.pods import MIGRATED_INTERFACE, MIGRATED_NETWORK
from ipam_model.daemon.v1_7 import growth as growth_v1_7
from ipam_model.daemon.v1_7 import reconcile as reconcile_v1_7
from ipam_model.properties import keeping
from ipam_model.properties.evidence import Step
from ipam_model.properties.keeping import what_pods_do_lasts
from ipam_model.properties.ownership import stores
from ipam_model.properties.registry import HOLDS, STEP, VACUOUS, Verdict, Violated
from ipam_model.requests import (
    AssignPrivateIpAddresses,
    DescribeAllENIs,
    FreeENI,
    GetAttachedENIs,
    ReadPod,
    ReadVpcCidrs,
    Request,
    UnassignPrivateIpAddresses,
)
from ipam_model.state import AddressRecord, Cidr, Eni, Holding, Network, Node, Pod, PodKey, Store
from ipam_model.testing.events import Add, Advance, Delete, During, Event, Loop, Reconcile, Tick
from ipam_model.testing.watched_node import WatchedNode
from ipam_model.world import World
from ipam_model.wrong_models import WRONG_MODELS, wrong
from tests.properties import test_lost_updates as scenes
from tests.properties import test_lost_updates_v1_7 as scenes_v1_7
from tests.rules.scenes import (
    IPV6,
    POD_ENI,
    PREFIXES,
    cidr,
    foreign_eni,
    key,
    make_config,
    make_eni,
    make_node,
    make_scene,
    make_store,
    placed,
    pod,
    prefix,
    single,
    warm,
)

pytestmark = pytest.mark.unmeasured


class Kept(WatchedNode):
    """Keeps its steps; those inside of others come first."""

    def __init__(self, world: World) -> None:
        self.steps: list[Step] = []
        super().__init__(world)

    def on_step(self, step: Step) -> None:
        super().on_step(step)
        self.steps.append(step)


def step_of(kind: str, world: World, *events: Event) -> Step:
    """The last step of this kind while these events happen."""
    node = Kept(world)
    for each in events:
        node.happen(each)
    return next(step for step in reversed(node.steps) if step.kind == kind)


def test_assignments_of_one_address_have_one_order() -> None:
    """What is told of a violation must not depend on how a set is iterated."""
    network = Network(0x0A010005, 1)
    expected = [
        (card, Holding(pod(name), network.address, eni, network, 0))
        for card, eni, name in (
            (0, "eni-1", "a"),
            (0, "eni-1", "b"),
            (0, "eni-2", "a"),
            (1, "eni-1", "a"),
        )
    ]
    assert keeping._in_order(frozenset(expected)) == expected


# -- pods that come and go while each kind of event waits ----------------------------------------


@frozen
class Wait:
    """An event that waits for an answer."""

    kind: str
    scene: Callable[[], tuple[World, Event]]
    request: type[Request[object]]
    """What it waits for."""
    asks: ModuleType
    """Where it asks."""

    def disturbed(self, *, comes: bool) -> Step:
        """The step if another pod comes meanwhile, or goes."""
        world, act = self.scene()
        others = [each for each in held(world) if each != scenes.own_pod(act)]
        meanwhile = Add("newcomer") if comes else Delete(others[-1].container)
        return step_of(self.kind, world, During(0, meanwhile, (self.request,)), act)

    def __str__(self) -> str:
        return f"{self.kind} of {self.asks.__name__}"


def held(world: World) -> list[PodKey]:
    """The pods with an address."""
    return [each for store in stores(world) for each in store.holdings]


def a_trunk_is_awaited() -> tuple[World, Event]:
    """An IPv6 node with a pod, and then a trunk."""
    scene = make_scene(make_config(IPV6 | POD_ENI)).begin()
    scene.add("p1")
    scene.others_attach(foreign_eni("eni-2", trunk=True))
    return scene.world, Loop(1)


WAITS: Final = (
    Wait("tick", scenes.scene_of_growth, AssignPrivateIpAddresses, growth),
    Wait("tick", scenes.scene_of_prefixes, UnassignPrivateIpAddresses, shrink),
    Wait("tick", scenes_v1_7.growing, AssignPrivateIpAddresses, growth_v1_7),
    Wait("reconcile", scenes.scene_of_reconcile, GetAttachedENIs, reconcile),
    Wait("reconcile", scenes_v1_7.reconciling, GetAttachedENIs, reconcile_v1_7),
    Wait("add_pod", scenes.scene_of_add, ReadVpcCidrs, pods),
    Wait("delete_pod", scenes.scene_of_delete, UnassignPrivateIpAddresses, cleanup),
    Wait("delete_pod", scenes.scene_of_unknown_pod, ReadPod, pods),
    Wait("await_trunk", a_trunk_is_awaited, DescribeAllENIs, pool),
)
EVERY_WAIT: Final = pytest.mark.parametrize("wait", WAITS, ids=str)
BOTH: Final = pytest.mark.parametrize("comes", [True, False], ids=["comes", "goes"])


@BOTH
@EVERY_WAIT
def test_what_pods_do_while_an_event_waits_lasts(wait: Wait, *, comes: bool) -> None:
    step = wait.disturbed(comes=comes)
    assert [each.kind for each in step.nested] == ["add_pod" if comes else "delete_pod"]
    assert held(step.nested[0].before) != held(step.nested[0].after)
    assert what_pods_do_lasts(step) is HOLDS


@BOTH
@EVERY_WAIT
def test_a_daemon_that_goes_on_with_what_it_knew_violates_it(
    wait: Wait, *, comes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgetting = scenes.keeping_the_old_node(wait.asks.__dict__["call"])
    monkeypatch.setattr(wait.asks, "call", forgetting)
    verdict = what_pods_do_lasts(wait.disturbed(comes=comes))
    assert isinstance(verdict, Violated)
    assert ("is lost" if comes else "does not have it") in verdict.what


def test_every_kind_that_waits_is_tried() -> None:
    """Clean-ups, which are all that happens while time goes by, only write under the lock."""
    assert {wait.kind for wait in WAITS} | {"advance"} == STEP["P-S1-kept"].on


# -- what events take themselves -----------------------------------------------------------------


def a_clean_up() -> Step:
    """A pod of an excluded ENI goes, and 5 s later its address leaves the store."""
    used = (cidr(single(1), "p1"), cidr(single(2), "p2"))
    store = make_store(make_eni("eni-1"), make_eni("eni-2", *used, excluded=True))
    world = placed(make_config(), make_node(store)).world
    return step_of("advance", world, Delete("p1"), Advance(5_000))


def test_a_clean_up_takes_no_address_from_a_pod(monkeypatch: pytest.MonkeyPatch) -> None:
    step = a_clean_up()
    assert step.before.node != step.after.node
    assert what_pods_do_lasts(step) is HOLDS

    def wrong(config: Config, store: Store, eni: Eni, _cidr: Cidr) -> Store:
        return datastore.remove_eni_by_force(config, store, eni)

    monkeypatch.setattr(datastore, "drop_excluded_cidr", wrong)
    assert isinstance(what_pods_do_lasts(a_clean_up()), Violated)


def a_reconcile(*lost: Network) -> Step:
    """Others take prefixes of which pods have addresses."""
    eni = make_eni("eni-1", cidr(prefix(0), {0: "p1", 3: "p2"}), cidr(prefix(1), {1: "p3"}))
    scene = placed(make_config(PREFIXES), make_node(make_store(eni, prefix_mode=True)), 10**6)
    scene.others_remove("eni-1", *lost)
    return step_of("reconcile", scene.world, Reconcile())


def test_a_reconcile_takes_addresses_with_their_cidr() -> None:
    step = a_reconcile(prefix(0))
    assert held(step.after) == [key("p3")]
    assert what_pods_do_lasts(step) is HOLDS


def test_and_only_with_their_cidr() -> None:
    step = a_reconcile(prefix(0))
    assert step.after.node is not None
    eni = make_eni("eni-1", cidr(prefix(1)))
    forgotten = make_node(make_store(eni, prefix_mode=True))
    verdict = what_pods_do_lasts(evolve(step, after=evolve(step.after, node=forgotten)))
    assert isinstance(verdict, Violated)
    assert "p3" in verdict.what


def an_idle_eni_goes() -> Step:
    """Three pods come meanwhile, and the ENI that stays has room for two."""
    stays = make_eni("eni-1", cidr(single(1), "p1"), cidr(single(2)), cidr(single(3)))
    goes = make_eni("eni-2", *(cidr(single(n)) for n in (4, 5, 6)))
    config = make_config(warm(eni=0), addresses=4)
    world = placed(config, make_node(make_store(stays, goes)), 10**6).world
    comers = [During(0, Add(name), (FreeENI,)) for name in ("p7", "p8", "p9")]
    return step_of("tick", world, *comers, Tick())


def test_a_pool_update_takes_no_address_not_even_with_its_cidr() -> None:
    step = an_idle_eni_goes()
    assert len(held(step.after)) == 3
    assert what_pods_do_lasts(step) is HOLDS
    with wrong(WRONG_MODELS["eni-leaves-the-store-too-late"]):
        verdict = what_pods_do_lasts(an_idle_eni_goes())
    assert isinstance(verdict, Violated)
    assert "p9" in verdict.what


# -- what a pod's own requests do ----------------------------------------------------------------


def request(about: Pod | PodKey, before: Node, after: Node) -> Verdict:
    """The verdict of an ADD or DEL that leads from one memory to the other."""
    world = make_scene().world
    step = Step(
        kind="add_pod" if isinstance(about, Pod) else "delete_pod",
        subject=about,
        before=evolve(world, node=before),
        after=evolve(world, node=after),
        reply=None,
        asked=(),
    )
    return what_pods_do_lasts(step)


def with_pods(*names: str, card: int = 0) -> Node:
    """Two cards; the pods hold addresses of one of them."""
    eni = make_eni("eni-1", *(cidr(single(n), name) for n, name in enumerate(names)))
    bare = make_store(make_eni("eni-9"), card=1 - card)
    return make_node(*sorted((make_store(eni, card=card), bare), key=lambda each: each.card))


P1: Final = pod("p1")


@pytest.mark.parametrize(
    ("about", "before", "after"),
    [
        (P1, with_pods("p2"), with_pods("p2", "p1")),
        (P1.key, with_pods("p2", "p1"), with_pods("p2")),
    ],
    ids=["ADD", "DEL"],
)
def test_a_request_may_do_what_it_is_for(about: Pod | PodKey, before: Node, after: Node) -> None:
    assert request(about, before, after) is HOLDS


@pytest.mark.parametrize(
    ("about", "before", "after", "what"),
    [
        (P1, with_pods("p1"), with_pods(), "p1 is lost"),
        (P1, with_pods("p2"), with_pods("p1"), "p2 is lost"),
        (P1, with_pods("p2"), with_pods("p2", "p1", "p3"), "p3 is there"),
        (P1, with_pods("p2"), with_pods("p1", "p2"), "10.1.0.0 of p2 is lost"),
        (P1, with_pods("p2"), with_pods("p2", card=1), "p2 is lost"),
        (P1.key, with_pods(), with_pods("p1"), "p1 is there"),
        (P1.key, with_pods("p1", "p2"), with_pods(), "p2 is lost"),
    ],
    ids=["own lost", "other lost", "other comes", "other moves", "other card", "own comes", "both"],
)
def test_and_nothing_else(about: Pod | PodKey, before: Node, after: Node, what: str) -> None:
    verdict = request(about, before, after)
    assert isinstance(verdict, Violated)
    assert what in verdict.what


def test_a_del_frees_the_record_that_names_the_sandbox_alone() -> None:
    """As a restart of v1.7 leaves it."""
    migrated = Pod(PodKey("p1", MIGRATED_NETWORK, MIGRATED_INTERFACE))
    record = AddressRecord(single(5).address, migrated, 0)
    other = cidr(single(1), "p2")
    before = make_node(make_store(make_eni("eni-1", other, Cidr(single(5), False, (record,)))))
    after = make_node(make_store(make_eni("eni-1", other, cidr(single(5), idle=0))))
    assert request(P1.key, before, after) is HOLDS
    assert isinstance(request(key("p3"), before, after), Violated)


# -- where it has nothing to say -----------------------------------------------------------------


def test_it_is_vacuous_where_nobody_else_could_lose_or_get_anything() -> None:
    node = with_pods("p2")
    assert request(P1, node, node) is VACUOUS
    assert request(P1, with_pods(), with_pods("p1")) is VACUOUS
    assert request(P1.key, with_pods("p1"), with_pods()) is VACUOUS


def test_it_is_vacuous_where_no_daemon_runs() -> None:
    step = a_reconcile()
    assert what_pods_do_lasts(evolve(step, after=evolve(step.after, node=None))) is VACUOUS
    assert what_pods_do_lasts(evolve(step, before=evolve(step.before, node=None))) is VACUOUS
