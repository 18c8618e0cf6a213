"""Nodes that are to reconcile."""

from collections.abc import Mapping

from ipam_model.daemon.reconcile import Reconciled
from ipam_model.state import Eni, Network
from tests.rules.scenes import (
    Scene,
    cidr,
    make_config,
    make_eni,
    make_node,
    make_store,
    placed,
    single,
)

NOW = 1_000_000

DONE = Reconciled(True, True)

Env = Mapping[str, str]


def scene_with(*enis: Eni, env: Env | None = None) -> Scene:
    config = make_config(env)
    return placed(config, make_node(make_store(*enis, prefix_mode=config.prefix_mode)), NOW)


def networks(scene: Scene, eni_id: str = "eni-1") -> list[Network]:
    return [each.network for each in scene.eni(eni_id).cidrs]


def two(*extra: Network) -> Eni:
    """The primary with addresses 1 and 2."""
    return make_eni("eni-1", cidr(single(1)), cidr(single(2)), *(cidr(each) for each in extra))
