"""What is exhausted: a node, and how much may happen to it.

"Exhausted" means something only together with this: every result carries its scope.
"""

from typing import Final

from attrs import evolve, frozen

from ipam_model.config import Version
from ipam_model.errors import InputError
from ipam_model.limits import InstanceLimits
from ipam_model.nodes import NodeSetup, ample_subnet, default_max_pods
from ipam_model.rules import timing
from ipam_model.settings.variables import shipped_defaults
from ipam_model.subnets import CounterSubnet
from ipam_model.world import World

MOST_PODS: Final = 8
"""More sandboxes than any scope that can be exhausted."""

JUST_OVER: Final = 61 * timing.SECOND
"""A step after which all is over that lasts 60 s or less; a back-off of 120 s takes two of them."""
FINE: Final = 30 * timing.SECOND
"""A step that meets every threshold exactly: 30 s, 60 s and 120 s are its multiples."""


@frozen(kw_only=True)
class Scope:
    """A node and what may happen to it, in any order and number unless a number says how often."""

    node: NodeSetup
    pods: int = 3
    """So many sandboxes at a time; they come and go as often as they like."""
    faults: int = 1
    """So many calls fail, any of them, in any of the ways that the daemon tells apart."""
    restarts: int = 1
    """So often the daemon is killed, also while a call is pending, and starts again."""
    time_steps: tuple[int, ...] = (JUST_OVER,)
    """Milliseconds: between two passes of the loop any of these goes by, instead of 5 s."""

    enforce_limits: bool = True
    """EC2 refuses what exceeds the instance's limits, as it does in truth. Then what is attached
    breaks no cap, whatever the daemon asks for; if not, it shows that it asked for too much."""
    histories: bool = False
    """States are told apart by how they came about, too, as far as properties look back."""

    def world(self) -> World:
        """The node before the first start; with custom networking there is an ENIConfig.

        Raises `InputError` for what the explorer does not cover.
        """
        config = self.node.config
        if config.ipv6:
            raise InputError("explore covers IPv4 only; ENABLE_IPv6 must be false")
        if config.settings.pod_eni:
            raise InputError("explore has no pods with branch ENIs; ENABLE_POD_ENI must be false")
        if config.cards > 1:
            raise InputError("explore covers instances with one network card only")
        if not 0 <= self.pods <= MOST_PODS:
            raise InputError(f"pods is {self.pods}; a scope has 0 to {MOST_PODS}")
        if not self.time_steps or min(self.time_steps) <= 0:
            raise InputError("a scope needs time steps, each longer than 0 s")
        world = self.node.with_eni_config().world()
        subnets = tuple(
            # Nothing depends on which address is granted as long as it is a new one.
            evolve(each, reissue=False, returned=()) if isinstance(each, CounterSubnet) else each
            for each in world.ec2.subnets
        )
        ec2 = evolve(world.ec2, subnets=subnets, enforce_limits=self.enforce_limits)
        return evolve(world, ec2=ec2)


def small_node(
    enis: int,
    addresses: int,
    env: dict[str, str],
    *,
    subnet_free: int | None = None,
    version: Version = Version.V1_23,
) -> NodeSetup:
    """A node with made-up limits: `addresses` per ENI include the primary."""
    limits = InstanceLimits.simple(enis, addresses)
    return NodeSetup(
        name=f"{enis}x{addresses}",
        limits=limits,
        env={**shipped_defaults(), **env},
        max_pods=default_max_pods(limits),
        max_pods_assumed=True,
        subnets=(ample_subnet() if subnet_free is None else ample_subnet(subnet_free),),
        version=version,
    )
