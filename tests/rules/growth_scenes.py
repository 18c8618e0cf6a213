"""Nodes that are to grow, and what is asked of EC2."""

from ipam_model.daemon.growth import increase
from ipam_model.requests import (
    AllocENI,
    AssignPrivateIpAddresses,
    Code,
    Failed,
    FreeENI,
    WaitForENI,
)
from tests.rules.scenes import (
    Scene,
    cidr,
    make_config,
    make_eni,
    make_node,
    make_store,
    placed,
    prefix,
    single,
)

EC2_CALLS = (AssignPrivateIpAddresses, AllocENI, WaitForENI, FreeENI)

INSUFFICIENT = [Code.INSUFFICIENT_ADDRESSES, Code.INSUFFICIENT_PREFIXES]

NOW = 1_000_000


def grow(scene: Scene) -> Failed | None:
    """One growth step of card 0; its error."""
    scene.forget()
    error, scene.mind, _ = scene.perform(increase(scene.config, scene.mind, scene.now, 0))
    return error


def full(env: dict[str, str] | None = None, *, enis: int = 3) -> Scene:
    """A primary ENI with no free slot."""
    config = make_config(env, enis=enis, addresses=4)
    if config.prefix_mode:
        eni = make_eni("eni-1", *(cidr(prefix(n), {0: f"p{n}"}) for n in range(3)))
    else:
        eni = make_eni("eni-1", *(cidr(single(n), f"p{n}") for n in range(3)))
    return placed(config, make_node(make_store(eni, prefix_mode=config.prefix_mode)), NOW)


def ec2_calls(scene: Scene) -> list[str]:
    names = {kind.__name__ for kind in EC2_CALLS}
    return [name for name in scene.calls() if name in names]


def asked(scene: Scene) -> list[int]:
    """The counts asked for on existing ENIs."""
    return [request.count for request in scene.requests(AssignPrivateIpAddresses)]
