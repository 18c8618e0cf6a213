"""What a start takes over: pods that run keep their addresses, excluded subnets stay out of use."""

from itertools import pairwise

from ipam_model.config import Version
from ipam_model.daemon.init import refused
from ipam_model.properties.aggregates import true_networks
from ipam_model.properties.evidence import Asked, Step
from ipam_model.properties.growing import requested
from ipam_model.properties.pace import as_in_ec2
from ipam_model.properties.registry import HOLDS, VACUOUS, Verdict, Violated, every_step, holds
from ipam_model.requests import (
    AllocENI,
    AssignPrivateIpAddresses,
    CreateENI,
    Described,
    Failed,
    IsSubnetExcluded,
    ReadMaxPods,
    UnassignPrivateIpAddresses,
    WriteCheckpoint,
)
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
    source="#711; R61, H12",
    kinds=("start",),
)
def running_pods_keep_their_addresses(step: Step) -> Verdict:
    """Unless IMDS is behind, or a call failed: then an ENI may be taken over without it."""
    before, node = step.before, step.after.node
    arrivals = before.ec2.arrivals
    lags = arrivals.eni_lag or arrivals.address_lag
    failed = before.ec2.faults or any(isinstance(each.answer, Failed) for each in step.asked)
    if node is None or failed or lags or step.nested:
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
    source="R13, R14, R58",
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


@every_step(
    "P-L5-started",
    "A start in which no call fails succeeds.",
    source="R53, R61, H12",
    kinds=("start",),
)
def undisturbed_starts_succeed(step: Step) -> Verdict:
    """Unless the settings are refused, or two pods hold one address: a finding of P-L5."""
    before, config = step.before, step.after.config
    if refused(config) or config.settings.custom_networking or not _all_answered(step):
        return VACUOUS  # Custom networking needs a pool to start (R66).
    if _one_address_twice(before):
        return VACUOUS
    return holds(True) if step.after.node is not None else Violated("the daemon does not start")


def _all_answered(step: Step) -> bool:
    """No call failed, and none would have."""
    failed = any(isinstance(asked.answer, Failed) for asked in step.asked)
    return not (failed or step.before.ec2.faults)


def _others_changed_ec2(step: Step) -> bool:
    """An ENI came, went or has other addresses, and the daemon had not just asked for it."""
    truths = [step.before.ec2, *(asked.ec2 for asked in step.asked), step.after.ec2]
    own = [None, *(_own_eni(asked) for asked in step.asked)]
    for (before, after), mine in zip(pairwise(truths), own, strict=True):
        ids = {eni.id for eni in (*before.enis, *after.enis)} - {mine}
        for each in ids:
            if (before.eni(each) is None) != (after.eni(each) is None):
                return True
            if true_networks(before, each) != true_networks(after, each):
                return True
    return False


def _own_eni(asked: Asked) -> object:
    """The ENI that a question creates, or whose addresses it changes."""
    request = requested(asked)
    if isinstance(request, AllocENI | CreateENI):
        return asked.answer
    if isinstance(request, AssignPrivateIpAddresses | UnassignPrivateIpAddresses):
        return request.eni
    return None


def _one_address_twice(world: World) -> bool:
    lists = [[entry.address for entry in file.entries] for _, file in world.checkpoints]
    lists.append([address for _, address in world.sandboxes])
    return any(len(set(addresses)) < len(addresses) for addresses in lists)


@every_step(
    "I12-started",
    "After a start in which every checkpoint is written a card's lists exactly the assigned "
    "addresses.",
    source="R61, R179, H12",
    kinds=("start",),
)
def checkpoints_are_current_after_a_start(step: Step) -> Verdict:
    """Where there was one before; a write that fails is logged, and the start goes on (R179)."""
    node = step.after.node
    unwritten = any(
        isinstance(requested(asked), WriteCheckpoint) and isinstance(asked.answer, Failed)
        for asked in step.asked
    )
    if node is None or unwritten or step.before.ec2.faults or step.nested:
        return VACUOUS
    files, existed = dict(step.after.checkpoints), dict(step.before.checkpoints)
    exercised = False
    for store in node.stores:
        if store.card not in existed:
            continue
        exercised |= bool(existed[store.card].entries)
        listed = {(each.pod.key, each.address) for each in files[store.card].entries}
        if listed != {(key, held.address) for key, held in store.holdings.items()}:
            return Violated(f"the checkpoint of card {store.card} lists something else")
    return holds(exercised)


@every_step(
    "P-L5-taken-over",
    "After a start in which no call fails, and during which nobody changes anything, the store has "
    "what EC2 has.",
    source="#66, #711; R57, R58",
    kinds=("start",),
)
def a_start_takes_over_everything(step: Step) -> Verdict:
    """Unless IMDS is behind, and but for IPv6 nodes, whose prefixes EC2 is asked for."""
    node, lags = step.after.node, step.before.ec2.arrivals
    behind = lags.eni_lag or lags.address_lag or step.before.ec2.imds_lag
    alone = _all_answered(step) and not _others_changed_ec2(step)
    if node is None or behind or step.after.config.ipv6 or not alone:
        return VACUOUS
    differs = as_in_ec2(step.after, node)
    return Violated(f"{differs}, after a start") if differs else holds(True)


@every_step(
    "I16-cleaned",
    "After a start in which no release fails excluded ENIs of card 0 have no addresses without "
    "pods.",
    source="R63",
    kinds=("start",),
)
def excluded_enis_are_cleaned(step: Step) -> Verdict:
    """Given back at once; those with pods go with the pods. On other cards that fails (R63)."""
    node = step.after.node
    failed = any(
        isinstance(requested(asked), UnassignPrivateIpAddresses)
        and isinstance(asked.answer, Failed)
        for asked in step.asked
    )
    if node is None or failed:
        return VACUOUS
    first = node.stores[:1]
    excluded = [eni for store in first for eni in store.enis if eni.excluded]
    for eni in excluded:
        if any(cidr.is_prefix == first[0].prefix_mode for cidr in eni.unused()):
            return Violated(f"{eni.id} is excluded, and keeps addresses without pods")
    return holds(bool(excluded))


@every_step(
    "I3-told",
    "After a start the ENI that EC2 said is the trunk is one in the store.",
    source="R54, R57",
    kinds=("start",),
)
def the_trunk_is_known(step: Step) -> Verdict:
    """If the store has it: it may be unmanaged, or its set-up have failed."""
    node = step.after.node
    if node is None:
        return VACUOUS
    told = {
        asked.answer.trunk
        for asked in step.asked
        if isinstance(asked.answer, Described) and asked.answer.trunk is not None
    }
    known = [eni for store in node.stores for eni in store.enis if eni.id in told]
    for eni in known:
        if not eni.trunk:
            return Violated(f"{eni.id} is the trunk, and the store does not know it")
    return holds(bool(known))


@every_step(
    "I11-told",
    "A start learns the number of pods that the cluster says the node may have.",
    source="R42; #2793, #2745",
    kinds=("start",),
)
def max_pods_are_as_told(step: Step) -> Verdict:
    """If there is any: 0 says nothing."""
    node = step.after.node
    told = [a.answer for a in step.asked if isinstance(requested(a), ReadMaxPods)]
    if node is None or not told or not told[-1]:
        return VACUOUS
    if node.max_pods != told[-1]:
        return Violated(f"{node.max_pods} pods are allowed for, the cluster said {told[-1]}")
    return HOLDS
