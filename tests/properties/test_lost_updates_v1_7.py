"""Pods come and go whenever a daemon v1.7 waits, and nothing is lost (R71, R194)."""

from collections.abc import Callable
from types import ModuleType

import pytest
from attrs import evolve

from ipam_model.daemon import pods
from ipam_model.daemon.v1_7 import growth, pool, reconcile, setup, shrink
from ipam_model.testing.events import Add, Delete, Event, Reconcile, Tick
from ipam_model.world import World
from tests.properties.test_lost_updates import disturb, keeping_the_old_node
from tests.rules.scenes import CUSTOM, POD_ENI, Scene, cidr, foreign_eni, make_eni, single, warm
from tests.rules.scenes_v1_7 import idle, running

pytestmark = pytest.mark.unmeasured


def world_of(scene: Scene) -> World:
    scene.write_checkpoint(0, scene.store().holdings)
    return scene.world


def growing() -> tuple[World, Event]:
    """Two ENIs may be filled: a choice, then two calls."""
    first = make_eni("eni-1", cidr(single(1)), cidr(single(2), "p1"))
    second = make_eni("eni-2", cidr(single(3), "p2"))
    return world_of(running(warm(ip=5), first, second)), Tick()


def creating() -> tuple[World, Event]:
    """The only ENI is full; IMDS fails at the first look."""
    full = make_eni("eni-1", cidr(single(1)), cidr(single(2), "p2"), cidr(single(3), "p1"))
    scene = running(None, full)
    scene.fault("GetAttachedENIs", "MetadataError")
    return world_of(scene), Tick()


def creating_elsewhere() -> tuple[World, Event]:
    """The same with custom networking."""
    full = make_eni("eni-1", cidr(single(1)), cidr(single(2), "p2"), cidr(single(3), "p1"))
    scene = running(CUSTOM, full)
    scene.eni_config_subnet = "subnet-1"
    return world_of(scene), Tick()


def releasing() -> tuple[World, Event]:
    """Too many addresses on two ENIs."""
    first = make_eni("eni-1", *(cidr(single(n)) for n in range(5)), cidr(single(7), "p1"))
    second = make_eni("eni-2", *(cidr(single(n)) for n in range(20, 23)), cidr(single(29), "p2"))
    return world_of(running(warm(ip=2), first, second)), Tick()


def freeing() -> tuple[World, Event]:
    """An ENI too many."""
    first = make_eni("eni-1", cidr(single(1)), cidr(single(2), "p1"), cidr(single(3)))
    return world_of(running(warm(eni=0), first, idle("eni-2", 4, 5, 6))), Tick()


def awaiting_a_trunk() -> tuple[World, Event]:
    """A label is set, and nothing else to do."""
    first = make_eni("eni-1", cidr(single(1)), cidr(single(2), "p1"), cidr(single(3)))
    return world_of(running(POD_ENI | warm(ip=2), first)), Tick()


def reconciling() -> tuple[World, Event]:
    """An unknown ENI, an unknown address, and one that was released before."""
    first = make_eni("eni-1", cidr(single(1)), cidr(single(2), "p1"), cidr(single(3)))
    scene = running(None, first)
    scene.others_add("eni-1", single(4))
    scene.others_attach(foreign_eni("eni-2", single(9)))
    scene.mind = evolve(scene.mind, released=((single(1), scene.now), (single(3), scene.now)))
    return world_of(scene), Reconcile()


def adding() -> tuple[World, Event]:
    """A pod asks."""
    first = make_eni("eni-1", cidr(single(1)), cidr(single(2), "p2"), cidr(single(3)))
    return world_of(running(None, first)), Add("p3")


def deleting() -> tuple[World, Event]:
    """With pod ENIs the pod object is read first."""
    first = make_eni("eni-1", cidr(single(1)), cidr(single(2), "p2"), cidr(single(3), "p1"))
    return world_of(running(POD_ENI, first)), Delete("p1")


SCENES = (
    growing,
    creating,
    creating_elsewhere,
    releasing,
    freeing,
    awaiting_a_trunk,
    reconciling,
    deleting,
)


@pytest.mark.parametrize("scene", SCENES)
def test_R194_nothing_is_lost(scene: Callable[[], tuple[World, Event]]) -> None:
    world, act = scene()
    assert len(disturb(world, (), act)) >= 2


def test_R194_an_add_is_one_operation() -> None:
    world, act = adding()
    assert disturb(world, (), act) == []


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (growth, "call"),
        (growth, "choose"),
        (pool, "call"),
        (pods, "call"),
        (shrink, "call"),
        (setup, "call"),
        (reconcile, "call"),
        (reconcile, "choose"),
    ],
)
def test_R194_a_procedure_that_keeps_the_old_node_is_caught(
    module: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, keeping_the_old_node(getattr(module, name)))
    with pytest.raises(AssertionError):
        disturb_all()


def disturb_all() -> None:
    for scene in SCENES:
        world, act = scene()
        disturb(world, (), act)
