"""Findings about IPv6 nodes, which have no pool: their ENIs are seen to at the start alone.

See `findings_of_addresses` for what a finding is.
"""

from ipam_model.properties.evidence import Step
from ipam_model.properties.growing import requested
from ipam_model.properties.registry import finding
from ipam_model.requests import AllocENI
from ipam_model.world import World


@finding(
    "excluded-ipv6-node-asks-without-room",
    "The start of an IPv6 node whose ENIs are all in excluded subnets asks for another ENI without "
    "a look at whether there is room for one: EC2 refuses, and the daemon ends at every start.",
    seen_in=Step,
    violates=("P-S5", "P-M1-others"),
    rules=("R33", "R56"),
    also=("finding-excluded-ipv6-node-asks-without-room-beside-others.json",),
)
def nothing_is_left_of_what_is_attached(step: Step) -> bool:
    """An IPv6 node's start asks for an ENI on a full card 0 before it has set up any there."""
    config = step.after.config
    if step.kind != "start" or not (config.ipv6 and config.settings.subnet_discovery):
        return False
    return any(
        isinstance(request := requested(asked), AllocENI)
        and request.card == 0
        and not asked.ask.node.store(0).enis
        and sum(eni.card == 0 for eni in asked.ec2.enis) >= config.max_enis
        for asked in step.asked
    )


@finding(
    "unmanaged-trunk-of-an-ipv6-node",
    "An IPv6 node that waits for a trunk ENI sets it up even if its tags say that it is unmanaged.",
    seen_in=World,
    violates=("I15",),
    rules=("R7", "R70"),
)
def an_unmanaged_trunk_is_awaited(world: World) -> bool:
    """An IPv6 node with ENABLE_POD_ENI has a trunk ENI that it does not manage."""
    node = world.node
    return (
        node is not None
        and world.config.ipv6
        and world.config.settings.pod_eni
        and any(eni.trunk and eni.id in node.unmanaged for eni in world.ec2.enis)
    )
