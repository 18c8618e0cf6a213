"""A node as a user describes it: instance limits, environment, max pods, subnets."""

from collections.abc import Mapping
from operator import index
from typing import Final

from attrs import evolve, field, frozen

from ipam_model.config import ALL_QUIRKS, Config, Quirk, Version, parse_settings_of
from ipam_model.ec2 import new_instance
from ipam_model.errors import InputError
from ipam_model.limits import InstanceLimits
from ipam_model.settings import (
    Diagnostic,
    Origin,
    PlacedDiagnostic,
    Severity,
    entry_gate,
    max_eni_diagnostics,
    start_refusals,
)
from ipam_model.subnets import CounterSubnet, Subnet
from ipam_model.trunking import trunk_compatible
from ipam_model.world import World

AMPLE: Final = 2**16 - 5
"""Free addresses of a subnet nobody described: an unused /16, more than any node can take."""


def default_max_pods(limits: InstanceLimits) -> int:
    """Max pods where nobody says otherwise: ENIs × (addresses − 1) + 2.

    The formula of the EKS node images for secondary addresses, host-network pods included; the
    daemon itself would fall back to 110 (R42).
    """
    return limits.max_enis * (limits.ipv4_per_eni - 1) + 2


def ample_subnet(free: int = AMPLE) -> CounterSubnet:
    """A subnet with `free` addresses that hands returned ones out again."""
    return CounterSubnet(id="subnet-a", free=free, reissue=True)


def whole(value: int) -> int:
    """A number of pods or calls, as Python's own, out of a data frame, say.

    Raises:
        InputError: it is no whole number.
    """
    try:
        return int(index(value))
    except TypeError:
        raise InputError(f"{value!r} is not a whole number of pods or calls") from None


@frozen(kw_only=True)
class NodeSetup:
    """Everything that is decided about a node before its daemon starts for the first time."""

    name: str
    """How the node is called in tables: its instance type or limits, and node group if any."""
    limits: InstanceLimits
    env: Mapping[str, str]
    """The daemon's environment, as text."""
    max_pods: int = field(converter=whole)
    origins: Mapping[str, Origin] = field(factory=dict)
    """Where each variable was written, as far as known; also of some that have no known value."""
    origin: Origin | None = None
    """Where the node is described; remarks on variables that are not set point here."""
    remarks: tuple[PlacedDiagnostic, ...] = ()
    """What there is to say about how the environment was written, before its values are read."""
    max_pods_assumed: bool = False
    """Nobody gave it: it is `default_max_pods`."""
    subnets: tuple[Subnet, ...] = (ample_subnet(),)
    """The first one is the primary ENI's."""
    eni_config_subnet: str | None = None
    """Subnet of the ENIConfig, for custom networking."""
    trunk_compatible: bool | None = None
    """Whether the instance may get a trunk ENI (R48); `None`: as its type may."""
    version: Version = Version.V1_23
    quirks: frozenset[Quirk] = ALL_QUIRKS

    @property
    def config(self) -> Config:
        """The daemon's fixed context."""
        return Config(
            settings=parse_settings_of(self.version, self.env).settings,
            limits=self.limits,
            trunk_compatible=trunk_compatible(self.trunk_compatible, self.limits.instance_type),
            quirks=self.quirks,
            version=self.version,
        )

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is ignored, coerced or refused of the environment, the gate's remarks first.

        v1.7 had no gate and could not refuse its settings.
        """
        supported = self.config.nitro_or_bare_metal
        parsed = parse_settings_of(self.version, self.env, prefixes_supported=supported)
        lost = max_eni_diagnostics(parsed.settings, eni_limit=self.limits.max_enis)
        if self.version is Version.V1_7:
            return (*parsed.diagnostics, *lost)
        return (
            *entry_gate(self.env),
            *start_refusals(parsed.settings, nitro_or_bare_metal=supported),
            *parsed.diagnostics,
            *lost,
        )

    def placed_diagnostics(self) -> tuple[PlacedDiagnostic, ...]:
        """The remarks on how the environment was written, then those on what it says."""
        return (
            *self.remarks,
            *(
                PlacedDiagnostic(
                    diagnostic=found, origin=self.origins.get(found.variable, self.origin)
                )
                for found in self.diagnostics()
            ),
        )

    def refusals(self) -> tuple[PlacedDiagnostic, ...]:
        """Why the node agent does not start with this environment; empty if it does."""
        return tuple(
            found
            for found in self.placed_diagnostics()
            if found.diagnostic.severity is Severity.REFUSED
        )

    @property
    def eni_config_assumptions(self) -> tuple[str, ...]:
        """What is assumed of the ENIConfig, in words; empty unless it names the own subnet."""
        own = self.eni_config_subnet == self.subnets[0].id
        return ("the ENIConfig names the node's own subnet",) if own else ()

    def with_eni_config(self) -> "NodeSetup":
        """With custom networking, and no ENIConfig given, one that names the node's own subnet.

        Without one the daemon does not start.
        """
        if self.eni_config_subnet is not None or not self.config.settings.custom_networking:
            return self
        return evolve(self, eni_config_subnet=self.subnets[0].id)

    def world(self) -> World:
        """The closed system before the first start: a bare primary ENI.

        Raises `InputError` if the first subnet has no address for it.
        """
        return World(
            config=self.config,
            ec2=new_instance(self.limits, self.subnets, ipv6=self.config.ipv6),
            eni_config_subnet=self.eni_config_subnet,
            max_pods=self.max_pods,
        )
