"""Under which circumstances a subject was told its events (`exposure`)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from ipam_model.addresses import parse_network
from ipam_model.config import Config
from ipam_model.conformance.datastore_events import (
    AddCidr,
    AddEni,
    Assign,
    DatastoreEvent,
    DatastorePart,
    ExcludeEni,
    Recover,
    Unassign,
)
from ipam_model.conformance.exposure import Circumstance
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.subject import Calls, Capabilities, Reply
from ipam_model.daemon import measure
from ipam_model.scenario.document import (
    ArmFault,
    Cordon,
    Ec2Part,
    EniPart,
    Event,
    OthersAssign,
    OthersAttach,
    OthersDetach,
    OthersTag,
    OthersUnassign,
    PodAdd,
    PodDel,
    Start,
    SubnetTag,
    Terminate,
)
from ipam_model.scenario.happening import restarted
from ipam_model.settings.start import start_refusals
from ipam_model.world import World

CHANGING: Final = frozenset(
    {
        "AssignIpv6Prefixes",
        "AssignPrivateIpAddresses",
        "AttachNetworkInterface",
        "CreateNetworkInterface",
        "CreateNetworkInterface+Attach",
        "DeleteNetworkInterface",
        "FreeENI",
        "ModifyNetworkInterfaceAttribute",
        "UnassignPrivateIpAddresses",
    }
)
"""Faults of calls that change EC2."""
OTHERS: Final = (OthersAssign, OthersAttach, OthersDetach, OthersTag, OthersUnassign)

TOLD: Final[Mapping[str, Circumstance]] = {
    "device": Circumstance.TELLS_DEVICE,
    "due": Circumstance.TELLS_DUE,
    "cidrs": Circumstance.TELLS_FREEABLE,
    "free_prefixes": Circumstance.TELLS_STATISTICS,
}
"""By a key of a reply, which is compared at the precision exact if the subject says it."""

Found: TypeAlias = Iterator[tuple[Circumstance, bool]]


def _those(found: Found) -> frozenset[Circumstance]:
    return frozenset(each for each, is_so in found if is_so)


def _any(events: Iterable[object], *kinds: type) -> bool:
    return any(isinstance(event, kinds) for event in events)


def _of_replies(told: Capabilities, replies: Iterable[Reply]) -> Found:
    exact = told.precision is Precision.EXACT
    for key in {key for reply in replies for key in reply} & TOLD.keys():
        yield TOLD[key], exact


# -- daemons -------------------------------------------------------------------------------------


def of_daemon(
    initial: World, ec2: Ec2Part, told: Capabilities, run: Sequence[tuple[Event, Reply]]
) -> frozenset[Circumstance]:
    """Of a daemon on this node that was told these events, one pod at a time, and replied so."""
    events = [event for event, _ in run]
    starts = [event for event in events if isinstance(event, Start) and event.env is not None]
    configs = [initial.config, *(restarted(initial.config, event) for event in starts)]
    return _those(
        found
        for part in (
            _of_subject(told),
            _of_replies(told, (reply for _, reply in run)),
            _of_settings(configs),
            _of_surroundings(initial, ec2, configs, events),
            _of_pods(events),
            _of_faults(event.call for event in events if isinstance(event, ArmFault)),
        )
        for found in part
    )


def _of_subject(told: Capabilities) -> Found:
    yield Circumstance.DAEMON, True
    yield Circumstance.OWN_EC2, told.calls is Calls.NONE


def _of_settings(configs: Sequence[Config]) -> Found:
    for config in configs:
        settings = config.settings
        yield Circumstance.IPV6, config.ipv6
        yield Circumstance.CARDS, config.cards > 1
        yield Circumstance.POD_ENI, settings.pod_eni
        yield Circumstance.CUSTOM_NETWORKING, settings.custom_networking
        yield Circumstance.PREFIXES, config.prefix_mode
        yield Circumstance.NOT_PROVISIONING, not measure.provisions(config)
        able = config.nitro_or_bare_metal
        refusals = start_refusals(settings, nitro_or_bare_metal=able)
        yield Circumstance.REFUSED_SETTINGS, bool(refusals)


def _of_surroundings(
    initial: World, ec2: Ec2Part, configs: Sequence[Config], events: Sequence[Event]
) -> Found:
    lags = ec2.imds_lag_ms or ec2.imds_new_eni_lag_ms or ec2.imds_new_address_lag_ms
    attached = [event.eni for event in events if isinstance(event, OthersAttach)]
    enis = (*ec2.enis, *attached)
    foreign = any(not each.primary for each in enis) or _any(events, OthersTag)
    yield Circumstance.SEVERAL_SUBNETS, len(ec2.subnets) > 1
    tagged = any(each.role for each in ec2.subnets)
    yield Circumstance.EXCLUSION, tagged or _any(events, SubnetTag)
    yield Circumstance.FROZEN, initial.cordoned or _any(events, Cordon, Terminate)
    yield Circumstance.FOREIGN_ENIS, foreign
    yield Circumstance.OTHERS, bool(lags) or _any(events, *OTHERS)
    given = [event for event in events if isinstance(event, OthersAssign)]
    put: list[EniPart | OthersAssign] = [*enis, *given]
    yield Circumstance.BOTH_KINDS, len({each.prefix_mode for each in configs}) > 1
    yield Circumstance.BOTH_KINDS, any(_other_kind(configs[0], each) for each in put)


def _other_kind(config: Config, put: EniPart | OthersAssign) -> bool:
    """Whether somebody puts something on an ENI that the mode does not use."""
    singles: object = put.ips
    prefixes: object = put.prefixes
    if isinstance(put, OthersAssign):
        singles, prefixes = put.ips or put.next_ips, put.prefixes or put.next_prefixes
    return bool(singles if config.prefix_mode else prefixes)


def _of_pods(events: Sequence[Event]) -> Found:
    asked: set[str] = set()
    ever = False
    for event in events:
        match event:
            case PodAdd(pod=pod):
                yield Circumstance.REPEATED_ADD, pod in asked
                asked.add(pod)
                ever = True
            case PodDel(pod=pod):
                asked.discard(pod)
            case Start():
                yield Circumstance.RESTART, ever


def _of_faults(calls: Iterable[str]) -> Found:
    for call in calls:
        yield Circumstance.FAILING_CALLS, True
        yield Circumstance.FAILING_READS, call not in CHANGING
        yield Circumstance.UNWRITABLE, call == "WriteCheckpoint"


# -- stores --------------------------------------------------------------------------------------


def of_datastore(
    setup: DatastorePart, told: Capabilities, run: Sequence[tuple[DatastoreEvent, Reply]]
) -> frozenset[Circumstance]:
    """Of a store alone that was told these events, and replied so."""
    events = [event for event, _ in run]
    cidrs = {event.cidr for event in events if isinstance(event, AddCidr)}
    is_prefix = {parse_network(each).size > 1 for each in cidrs}
    excluded = any(isinstance(event, AddEni) and event.excluded for event in events)

    def found() -> Found:
        yield from _of_replies(told, (reply for _, reply in run))
        yield Circumstance.PREFIXES, setup.prefix_delegation
        yield Circumstance.BOTH_KINDS, (not setup.prefix_delegation) in is_prefix
        yield Circumstance.EXCLUSION, excluded or _any(events, ExcludeEni)
        asked: set[str] = set()
        for event in events:
            match event:
                case Assign(pod=pod):
                    yield Circumstance.REPEATED_ADD, pod in asked
                    asked.add(pod)
                case Unassign(pod=pod):
                    asked.discard(pod)
                case Recover():
                    yield Circumstance.RESTART, bool(asked)

    return _those(found())
