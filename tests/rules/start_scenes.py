"""Nodes before the start of their daemon."""

from collections.abc import Mapping

from attrs import evolve

from ipam_model.environment import Checkpoint, Veth
from ipam_model.requests import (
    CheckpointEntry,
)
from ipam_model.state import Network
from tests.rules.scenes import (
    Scene,
    address,
    make_config,
    make_scene,
    pod,
    warm,
)

Env = Mapping[str, str]

QUIET = warm(ip=1)
"""With one free address this pool neither grows nor shrinks."""


def scene_with(*networks: Network, env: Env | None = None) -> Scene:
    """A daemon about to start on a primary ENI that holds these CIDRs."""
    scene = make_scene(make_config(env))
    scene.others_add("eni-1", *networks)
    return scene


def entry(name: str, number: int, *, named: bool = True) -> CheckpointEntry:
    return CheckpointEntry(pod(name, named=named), address(number), 4_000 + number)


def with_checkpoint(scene: Scene, *entries: CheckpointEntry) -> Scene:
    """The same daemon with a checkpoint file; every pod in it has its host veth."""
    world = evolve(
        scene.world,
        checkpoints=((0, Checkpoint(frozenset(entries))),),
        veths=frozenset(Veth(each.pod.key, each.pod.name) for each in entries),
    )
    return Scene(world)


def networks_of(scene: Scene, eni_id: str = "eni-1") -> list[Network]:
    return [each.network for each in scene.eni(eni_id).cidrs]
