"""What a plan asks of a subject: the features without which it cannot be carried out."""

from collections.abc import Iterable, Iterator
from typing import Final

from attrs import evolve

from ipam_model.config import Version
from ipam_model.conformance.pending import features_during, pods_of
from ipam_model.conformance.plan import DaemonPlan, Plan
from ipam_model.conformance.subject import Calls, Capabilities, Feature
from ipam_model.daemon import measure
from ipam_model.faults import OF_READING, OF_THE_HOST
from ipam_model.scenario.document import (
    ArmFault,
    CleanLeaked,
    Cordon,
    EniConfig,
    Event,
    LoopPass,
    OthersAssign,
    OthersAttach,
    OthersDetach,
    OthersTag,
    OthersUnassign,
    PodAdd,
    PodDel,
    PodObjectSet,
    Reconcile,
    Start,
    SubnetTag,
    Terminate,
)
from ipam_model.scenario.happening import restarted
from ipam_model.scenario.setup import world_of
from ipam_model.world import World

LOOKED_FOR: Final = (
    Reconcile,
    LoopPass,
    OthersAssign,
    OthersAttach,
    OthersDetach,
    OthersTag,
    OthersUnassign,
    CleanLeaked,
)
"""Events that are nothing to a daemon which never compares its store with EC2."""


def features_needed(plan: Plan) -> frozenset[Feature]:
    """The features of a plan's node, EC2 and events; `MeaningError` if they make no sense."""
    if not isinstance(plan, DaemonPlan):
        prefixes = plan.datastore.prefix_delegation
        return frozenset({Feature.PREFIX_DELEGATION} if prefixes else ())
    world = world_of(plan.node, plan.ec2)
    return frozenset((*_of_node(world), *_of_ec2(world), *_of_events(plan.events, world)))


def suits(plan: Plan, capabilities: Capabilities) -> bool:
    """Whether a subject can be asked for it."""
    return not unsuited(plan, capabilities)


def unsuited(plan: Plan, capabilities: Capabilities) -> str:
    """Why a subject cannot be asked for it; empty if it can.

    One with an EC2 of its own cannot know which choices of the kit's EC2 are meant.
    """
    lacks = capabilities.lacking(features_needed(plan))
    if lacks:
        return lacks
    if not isinstance(plan, DaemonPlan) or capabilities.calls is Calls.CHANGES:
        return ""
    if plan.ec2.enforce_limits and not any(each.reissue for each in plan.ec2.subnets):
        return ""
    return "the subject has an EC2 of its own"


def _of_node(world: World) -> Iterator[Feature]:
    config = world.config
    settings = config.settings
    if config.prefix_mode:
        yield Feature.PREFIX_DELEGATION
    if config.cards > 1:
        yield Feature.SEVERAL_CARDS
    if config.ipv6:
        yield Feature.IPV6
    if config.version is not Version.V1_23:
        yield Feature.V1_7
    if settings.pod_eni:
        yield Feature.BRANCH_ENIS
    if settings.custom_networking:
        yield Feature.CUSTOM_NETWORKING
    if not measure.provisions(config):
        yield Feature.NO_PROVISIONING
    if world.cordoned or settings.manage_enis_non_schedulable:
        yield Feature.CORDON
    of_addresses = settings.warm_ip_target or settings.minimum_ip_target
    target = settings.warm_prefix_target if config.prefix_mode else settings.warm_eni_target
    if not target and not of_addresses:
        yield Feature.WARM_ENI_ZERO


def _of_ec2(world: World) -> Iterator[Feature]:
    ec2 = world.ec2
    if ec2.imds_lag or ec2.arrivals.eni_lag or ec2.arrivals.address_lag:
        yield Feature.IMDS_LAG
    if any(eni.trunk for eni in ec2.enis):
        yield Feature.BRANCH_ENIS


def _of_events(events: Iterable[Event], world: World) -> Iterator[Feature]:
    started = False
    for event in events:
        for part in event.calls:
            yield from features_during(part)
            yield from _of_events(pods_of(part), world)
        match event:
            case Start():
                if started:
                    yield Feature.RESTART
                started = True
                if event.env is not None:
                    yield from _of_node(_configured(world, event))
                if event.vanished:
                    yield Feature.HOST
            case Terminate():
                yield Feature.RESTART
            case Cordon():
                yield Feature.CORDON
            case EniConfig():
                yield Feature.CUSTOM_NETWORKING
            case SubnetTag():
                yield Feature.RECONCILE
            case PodObjectSet():
                yield Feature.BRANCH_ENIS
            case PodAdd() | PodDel() if not event.pod_object:
                yield Feature.BRANCH_ENIS
            case ArmFault():
                yield _of_fault(event.call)
            case _ if isinstance(event, LOOKED_FOR):
                yield Feature.RECONCILE
                if isinstance(event, OthersAttach) and event.eni.trunk:
                    yield Feature.BRANCH_ENIS


def _configured(world: World, event: Start) -> World:
    return evolve(world, config=restarted(world.config, event))


def _of_fault(call: str) -> Feature:
    if call in OF_THE_HOST:
        return Feature.HOST
    return Feature.READ_FAULTS if call in OF_READING else Feature.FAULTS
