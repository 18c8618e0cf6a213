"""What the daemon is told, and heeds: which ENIs are not its own, and that nobody answers."""

from ipam_model.config import Config, Version
from ipam_model.properties.evidence import Step
from ipam_model.properties.growing import requested
from ipam_model.properties.managing import CHANGING
from ipam_model.properties.registry import (
    VACUOUS,
    Verdict,
    Violated,
    every_step,
    holds,
    over_run,
)
from ipam_model.requests import (
    DescribeAllENIs,
    Described,
    EniTags,
    Failed,
    GetAttachedENIs,
    Ownership,
    SetupENINetwork,
)

Ids = frozenset[str]


def _not_its_own(config: Config, told: Described) -> Ids:
    """The ENIs whose tags say that others manage them: never the primary, nor without any tags."""
    return frozenset(
        eni.id
        for eni in told.enis
        if not eni.primary and _of_others(config, told.tags.get(eni.id, EniTags()))
    )


def _of_others(config: Config, tags: EniTags) -> bool:
    if tags.no_manage is not None or config.version is Version.V1_7:
        return tags.no_manage == "true"
    return tags.instance_id is not Ownership.OWN and not config.settings.manage_untagged_eni


@over_run(
    "I15-told",
    "An ENI of which the last description said that others manage it is never modified.",
    source="R7, R10",
    initial=frozenset[str](),
)
def others_enis_are_left_alone(told: Ids, step: Step) -> tuple[Ids, Verdict]:
    """By the tags that the daemon was told; I15 speaks of what it made of them.

    An IPv6 node sets up the trunk ENI it waits for, whoever manages it: a finding of I15.
    """
    config = step.after.config
    if step.kind == "start":
        told = frozenset()
    exercised = False
    for asked in step.asked:
        request = requested(asked)
        if isinstance(request, DescribeAllENIs) and isinstance(asked.answer, Described):
            told = _not_its_own(config, asked.answer) if asked.answer.tags else told
        if not isinstance(request, CHANGING):
            continue
        exercised |= bool(told)
        if request.eni in told:
            eni = asked.ec2.eni(request.eni)
            if config.ipv6 and eni is not None and eni.trunk:
                continue
            return told, Violated(f"{type(request).__name__} on {request.eni}, which is others'")
    return told, holds(exercised)


@every_step(
    "P-S6-unanswered",
    "A reconcile that IMDS does not answer changes no store.",
    source="#1967, #3821, #2834; R147, H24",
    kinds=("reconcile",),
)
def unanswered_reconciles_change_nothing(step: Step) -> Verdict:
    """Nor one that is told of no ENI at all, which v1.7 believes; unless a pod came meanwhile."""
    answers = [each.answer for each in step.asked if isinstance(requested(each), GetAttachedENIs)]
    believed = step.after.config.version is Version.V1_7
    if not answers or step.nested or step.before.node is None or step.after.node is None:
        return VACUOUS
    if not (isinstance(answers[0], Failed) or (answers[0] == () and not believed)):
        return VACUOUS
    if step.after.node.stores != step.before.node.stores:
        return Violated("the stores are not what they were before IMDS was asked in vain")
    return holds(any(store.enis for store in step.before.node.stores))


@every_step(
    "P-S2-unlinked",
    "An ENI whose networking on the host could not be set up is not in the store.",
    source="R58",
    kinds=("start", "tick", "reconcile"),
)
def unlinked_enis_are_not_used(step: Step) -> Verdict:
    """By the last attempt of the step. v1.7 keeps it (H20): a finding of P-S2."""
    node = step.after.node
    if step.after.config.version is Version.V1_7:
        return VACUOUS
    linked = {
        request.eni: not isinstance(asked.answer, Failed)
        for asked in step.asked
        if isinstance(request := requested(asked), SetupENINetwork)
    }
    if node is None or all(linked.values()):
        return VACUOUS
    for store in node.stores:
        for eni in store.enis:
            if not linked.get(eni.id, True):
                return Violated(f"{eni.id} is in the store, but not set up on the host")
    return holds(True)
