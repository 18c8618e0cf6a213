"""Nodes that are to shrink."""

from collections.abc import Mapping

from ipam_model.daemon.shrink import free_one_eni
from ipam_model.state import Eni
from tests.rules.scenes import (
    SECOND,
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

COOLDOWN = 30 * SECOND


def scene_with(*enis: Eni, env: Mapping[str, str] | None = None, now: int = NOW) -> Scene:
    config = make_config(env)
    return placed(config, make_node(make_store(*enis, prefix_mode=config.prefix_mode)), now)


def free_eni(scene: Scene) -> None:
    scene.forget()
    scene.mind, _ = scene.perform(free_one_eni(scene.config, scene.mind, scene.now, 0))


def plain(number: int, size: int, pods: int = 0) -> Eni:
    """An ENI with `size` addresses, the first `pods` of them in use."""
    base = number * 100
    return make_eni(
        f"eni-{number}",
        *(cidr(single(base + n), f"p{base + n}" if n < pods else None) for n in range(size)),
    )
