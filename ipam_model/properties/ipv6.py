"""IPv6 nodes: one prefix for ever, which neither runs out nor is taken away."""

from ipam_model.config import Version
from ipam_model.daemon.init import Started, refused
from ipam_model.properties.aggregates import closed_to_pods
from ipam_model.properties.evidence import Quiet, Step
from ipam_model.properties.registry import (
    VACUOUS,
    Verdict,
    Violated,
    after_quiet,
    every_step,
    holds,
)
from ipam_model.state import Pod, PodKey
from ipam_model.world import Runner, World

ANOTHER_POD = Pod(PodKey("one-more"))


def _undisturbed(world: World) -> bool:
    """An IPv6 node whose settings, calls and subnets allow a start."""
    config = world.config
    return (
        config.ipv6
        and config.version is Version.V1_23
        and not refused(config)
        and not config.settings.provisioning_disabled
        and not world.ec2.faults
        and not any(closed_to_pods(world, subnet) for subnet in world.ec2.subnets)
    )


@after_quiet(
    "P-L3-ipv6",
    "An IPv6 node that starts undisturbed has an address for another pod.",
    source="R60, R116",
)
def an_ipv6_node_serves_pods(quiet: Quiet) -> Verdict:
    """Its prefix has more addresses than there are pods; here it starts again and is asked."""
    world = quiet.settled
    if not _undisturbed(world):
        return VACUOUS
    runner = Runner(world)
    if not isinstance(runner.start(), Started):
        return VACUOUS  # P-L5-started speaks of daemons that do not start.
    if not runner.add_pod(ANOTHER_POD).success:
        return Violated("the daemon has just started, and refuses a pod")
    return holds(True)


@every_step(
    "P-S6-ipv6",
    "No IPv6 prefix with pods leaves the store while its ENI has it.",
    source="R162",
    kinds=("tick", "reconcile", "advance"),
)
def ipv6_pods_keep_their_prefix(step: Step) -> Verdict:
    """IPv6 nodes are never reconciled, and their pools never change."""
    before, after = step.before.node, step.after.node
    if not step.after.config.ipv6 or before is None or after is None or step.nested:
        return VACUOUS
    exercised = False
    for old, new in zip(before.stores, after.stores, strict=True):
        exercised |= bool(old.holdings)
        for key, held in old.holdings.items():
            eni = step.after.ec2.eni(held.eni)
            there = eni is not None and held.network in eni.ipv6_networks()
            if there and key not in new.holdings:
                return Violated(f"{key.container} lost its address, but EC2 has it on {held.eni}")
    return holds(exercised)
