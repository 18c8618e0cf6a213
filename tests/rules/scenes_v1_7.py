"""Scenes with a daemon v1.7: as in `scenes`, with its own remembered primary addresses."""

from collections.abc import Mapping

from attrs import evolve

from ipam_model.arrivals import Arrivals
from ipam_model.config import Config, Version
from ipam_model.state import Eni
from tests.rules.scenes import (
    SECOND,
    Scene,
    cidr,
    make_config,
    make_eni,
    make_node,
    make_scene,
    make_store,
    placed,
    single,
)

NOW = 1_000 * SECOND


def config_v1_7(
    env: Mapping[str, str] | None = None, *, enis: int = 3, addresses: int = 4
) -> Config:
    """A config of v1.7; three usable addresses per ENI unless said otherwise."""
    return make_config(env, enis=enis, addresses=addresses, version=Version.V1_7)


def fresh(
    env: Mapping[str, str] | None = None,
    *,
    enis: int = 3,
    addresses: int = 4,
    eni_lag: int = 0,
    address_lag: int = 0,
) -> Scene:
    """A node before the daemon starts for the first time."""
    scene = make_scene(config_v1_7(env, enis=enis, addresses=addresses))
    arrivals = Arrivals(eni_lag=eni_lag, address_lag=address_lag)
    scene.ec2 = evolve(scene.ec2, arrivals=arrivals)
    return scene


def running(env: Mapping[str, str] | None = None, *stored: Eni, enis: int = 3) -> Scene:
    """A daemon that runs with these ENIs, all set up; with a bare primary if none is given."""
    known = stored or (make_eni("eni-1"),)
    node = evolve(make_node(make_store(*known)), primaries=frozenset(eni.id for eni in known))
    return placed(config_v1_7(env, enis=enis), node, NOW)


def used(eni_id: str, *numbers: int) -> Eni:
    """An ENI with pods on all its addresses."""
    return make_eni(eni_id, *(cidr(single(n), f"p{n}") for n in numbers))


def idle(eni_id: str, *numbers: int, created: int = -1_000_000) -> Eni:
    """An ENI whose addresses were never used."""
    return make_eni(eni_id, *(cidr(single(n)) for n in numbers), created=created)
