"""What goes by force or too often: reconcile's removals, and the pace of releases."""

from ipam_model.config import Version
from ipam_model.daemon.procedure import Call
from ipam_model.properties.aggregates import true_networks
from ipam_model.properties.evidence import Step
from ipam_model.properties.growing import requested, store_of
from ipam_model.properties.registry import (
    VACUOUS,
    Verdict,
    Violated,
    every_step,
    holds,
    over_run,
)
from ipam_model.requests import (
    Failed,
    GetAddressesFromEC2,
    UnassignPrivateIpAddresses,
    WriteCheckpoint,
)
from ipam_model.state import Network, Node

BETWEEN_RELEASES = 30_000
"""Milliseconds (R143)."""
ON_A_DIFFERENCE = ("R152", "R153")
"""Where reconcile asks EC2 because IMDS and the store differ."""


@every_step(
    "P-S6-unconfirmed",
    "A reconcile that cannot ask EC2 about a difference leaves the addresses of that ENI alone.",
    source="#3824, #3825; R152, R153",
    kinds=("reconcile",),
)
def unconfirmed_differences_change_nothing(step: Step) -> Verdict:
    """Kind by kind: addresses, and prefixes."""
    before, after = step.before.node, step.after.node
    if before is None or after is None or step.nested:
        return VACUOUS
    exercised = False
    for asked in step.asked:
        request = requested(asked)
        if not isinstance(request, GetAddressesFromEC2) or not isinstance(asked.answer, Failed):
            continue
        if not isinstance(asked.ask, Call) or asked.ask.rule not in ON_A_DIFFERENCE:
            continue
        exercised = True
        had = _networks(before, request.eni, prefixes=request.prefixes)
        if had != _networks(after, request.eni, prefixes=request.prefixes):
            return Violated(f"the addresses of {request.eni} change, and EC2 did not say so")
    return holds(exercised)


def _networks(node: Node, eni_id: str, *, prefixes: bool) -> tuple[Network, ...]:
    found = store_of(node, eni_id)
    cidrs = () if found is None else found[1].cidrs
    return tuple(cidr.network for cidr in cidrs if cidr.is_prefix == prefixes)


@every_step(
    "I12-forced",
    "A reconcile that takes an address from a pod writes the checkpoint.",
    source="R23, R24",
    kinds=("reconcile",),
)
def forced_removals_are_written(step: Step) -> Verdict:
    """Whether or not the write succeeds: its failure is only logged."""
    before, after = step.before.node, step.after.node
    if before is None or after is None or step.nested:
        return VACUOUS
    written = {
        request.card
        for asked in step.asked
        if isinstance(request := requested(asked), WriteCheckpoint)
    }
    lost = {
        old.card
        for old, new in zip(before.stores, after.stores, strict=True)
        if old.holdings.keys() - new.holdings.keys()
    }
    if lost - written:
        return Violated(f"card {min(lost - written)} lost pods, and its checkpoint keeps them")
    return holds(bool(lost))


@every_step(
    "P-S2-reconciled",
    "What a reconcile adds to an ENI of the store EC2 has there.",
    source="#3887, #2588; R152-R155",
    kinds=("reconcile",),
)
def only_confirmed_addresses_are_added(step: Step) -> Verdict:
    """IMDS alone is not believed; v1.7 did, and ENIs that are new to the store are set up."""
    before, after = step.before.node, step.after.node
    if before is None or after is None or step.nested:
        return VACUOUS
    if step.after.config.version is Version.V1_7:
        return VACUOUS
    added = False
    for store in after.stores:
        for eni in store.enis:
            found = store_of(before, eni.id)
            if found is None or not found[1].cidrs:
                continue
            known = {cidr.network for cidr in found[1].cidrs}
            there = true_networks(step.after.ec2, eni.id)
            for cidr in eni.cidrs:
                if cidr.network in known:
                    continue
                added = True
                if cidr.network not in there:
                    return Violated(f"{cidr.network} enters {eni.id}, and EC2 has it not there")
    return holds(added)


@over_run(
    "P-L4-pace",
    "Pool updates that release addresses are more than 30 s apart.",
    source="R72, R143",
    initial=-1,
)
def releases_are_apart(last: int, step: Step) -> tuple[int, Verdict]:
    """By the start of the pool update; a restart forgets the last release."""
    if step.kind == "start":
        return -1, VACUOUS
    releases = any(isinstance(requested(a), UnassignPrivateIpAddresses) for a in step.asked)
    if step.kind != "tick" or not releases:
        return last, VACUOUS
    begun = step.before.now
    if last >= 0 and begun - last <= BETWEEN_RELEASES:
        return begun, Violated(f"addresses are released {begun - last} ms after the last release")
    return begun, holds(last >= 0)
