"""A node at work, recorded: pods come and go in phases, and nothing goes wrong."""

import io
from collections.abc import Mapping
from random import Random
from typing import IO, Final

from attrs import field, frozen

from ipam_model.choosing import draw_option
from ipam_model.config import Config, Version, parse_settings_of
from ipam_model.daemon.procedure import Choice
from ipam_model.ec2 import new_instance
from ipam_model.limits import InstanceLimits
from ipam_model.nodes import ample_subnet
from ipam_model.trace.write import TraceWriter
from ipam_model.world import World

HALF_PASS: Final = 2_500


@frozen(kw_only=True)
class Setting:
    """A node to be watched."""

    name: str
    env: Mapping[str, str] = field(factory=dict)
    max_enis: int = 3
    ipv4_per_eni: int = 6
    max_pods: int = 110

    def world(self) -> World:
        """Before the first start."""
        limits = InstanceLimits.simple(self.max_enis, self.ipv4_per_eni)
        settings = parse_settings_of(Version.V1_23, self.full_env).settings
        config = Config(settings=settings, limits=limits)
        return World(
            config=config, ec2=new_instance(limits, (ample_subnet(),)), max_pods=self.max_pods
        )

    @property
    def full_env(self) -> Mapping[str, str]:
        """The daemon's environment."""
        return {"ENABLE_IPv4": "true", **self.env}


PREFIXES: Final = {"ENABLE_PREFIX_DELEGATION": "true"}
SETTINGS: Final = (
    Setting(
        name="WARM_IP_TARGET=1, MINIMUM_IP_TARGET=8",
        env={"WARM_IP_TARGET": "1", "MINIMUM_IP_TARGET": "8"},
    ),
    Setting(name="default"),
    Setting(
        name="WARM_PREFIX_TARGET=1", env={**PREFIXES, "WARM_PREFIX_TARGET": "1"}, ipv4_per_eni=3
    ),
)


@frozen
class _Phase:
    passes: int
    come: float
    """Probability, at each of four instants of a pass, that a pod comes."""
    go: float
    """The same, that one goes."""


_PHASES: Final = (
    _Phase(8, 0.6, 0.05),
    _Phase(14, 0.25, 0.25),
    _Phase(10, 0.02, 0.5),
    _Phase(9, 0.0, 0.0),
    _Phase(10, 0.9, 0.0),
    _Phase(10, 0.1, 0.4),
    _Phase(10, 0.0, 0.9),
    _Phase(20, 0.0, 0.0),
    _Phase(5, 0.4, 0.1),
)
MINUTES: Final = sum(phase.passes for phase in _PHASES) * 2 * HALF_PASS // 60_000
"""How long a recording is, about."""


class _Writer(TraceWriter):
    """A daemon that chooses at random."""

    def __init__(self, setting: Setting, stream: IO[str], rng: Random) -> None:
        super().__init__(setting.world(), stream, env=setting.full_env, trace_id=setting.name)
        self._rng = rng

    def choose(self, choice: Choice) -> object:
        return draw_option(choice, self._rng)


def recording(setting: Setting, seed: int) -> str:
    """The recording (`ipam-trace/1`) of a node at work under whatever daemon is in force."""
    rng, stream = Random(seed), io.StringIO()
    writer = _Writer(setting, stream, rng)
    pods: list[str] = []
    named = 0

    def churn(phase: _Phase) -> None:
        nonlocal named
        if rng.random() < phase.come and len(pods) < setting.max_pods:
            named += 1
            pods.append(f"p{named}")
            writer.pod_add(pods[-1])
        if rng.random() < phase.go and pods:
            writer.pod_del(pods.pop(rng.randrange(len(pods))))

    writer.init()
    for phase in _PHASES:
        for _ in range(phase.passes):
            churn(phase)
            writer.wait(HALF_PASS)
            churn(phase)
            writer.pool_update()
            churn(phase)
            writer.wait(HALF_PASS)
            writer.compare()
            churn(phase)
    return stream.getvalue()
