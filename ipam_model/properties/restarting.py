"""What a start takes over: pods that run keep their addresses, excluded subnets stay out of use."""

from ipam_model.config import Version
from ipam_model.properties.aggregates import true_networks
from ipam_model.properties.evidence import Step
from ipam_model.properties.growing import requested
from ipam_model.properties.registry import VACUOUS, Verdict, Violated, every_step, holds
from ipam_model.requests import Failed, IsSubnetExcluded
from ipam_model.state import Store
from ipam_model.world import World

Running = frozenset[tuple[str, int]]
"""Containers with their addresses."""


def _to_be_recovered(world: World, card: int) -> Running:
    """The pods of the card's checkpoint whose sandboxes run; v1.7 asks the container runtime."""
    if world.config.version is Version.V1_7:
        return frozenset((key.container, address) for key, address in world.sandboxes)
    entries = next((file.entries for each, file in world.checkpoints if each == card), ())
    running = {(key, address) for key, address in world.sandboxes}
    return frozenset(
        (each.pod.key.container, each.address)
        for each in entries
        if (each.pod.key, each.address) in running
    )


def _found(before: World, store: Store, address: int) -> bool:
    """The address is in a CIDR of the store that its ENI had when the start began."""
    return any(
        address in cidr.network and cidr.network in true_networks(before.ec2, eni.id)
        for eni, cidr in store.cidrs()
    )


@every_step(
    "P-S1-recovered",
    "A start gives each running sandbox the address that the checkpoint, or in v1.7 the container "
    "runtime, says it has, if an ENI has that address.",
    source="peers §A S1; #711; R61, H12",
    kinds=("start",),
)
def running_pods_keep_their_addresses(step: Step) -> Verdict:
    """Unless IMDS is behind, or a call may fail: then an ENI may be taken over without it."""
    before, node = step.before, step.after.node
    arrivals = before.ec2.arrivals
    lags = arrivals.eni_lag or arrivals.address_lag
    if node is None or before.ec2.faults or lags or step.nested:
        return VACUOUS
    exercised = False
    for store in node.stores:
        held = {(key.container, each.address) for key, each in store.holdings.items()}
        for container, address in _to_be_recovered(before, store.card):
            if not _found(before, store, address):
                continue
            exercised = True
            if (container, address) not in held:
                return Violated(f"{container} runs, and the start has forgotten its address")
    return holds(exercised)


@every_step(
    "I16-told",
    "After a start the ENIs of a subnet that was said to be excluded are not used for pods.",
    source="semantics §10.1 I16; R13, R14, R58",
    kinds=("start",),
)
def excluded_subnets_are_marked(step: Step) -> Verdict:
    """IPv6 records are never marked; a subnet about which answers differ is passed over."""
    node = step.after.node
    if node is None or step.after.config.ipv6:
        return VACUOUS
    told: dict[str, set[bool]] = {}
    for asked in step.asked:
        request = requested(asked)
        if isinstance(request, IsSubnetExcluded) and not isinstance(asked.answer, Failed):
            told.setdefault(request.subnet, set()).add(bool(asked.answer))
    for store in node.stores:
        for eni in store.enis:
            if told.get(eni.subnet) == {True} and not eni.excluded:
                return Violated(f"{eni.id} is used, and its subnet {eni.subnet} is excluded")
    return holds({True} in told.values())
