"""What each kind of event does to a running world, and what its caller sees."""

from collections.abc import Iterable
from typing import assert_never

from attrs import evolve

from ipam_model import aws_layer, ec2, ipv6, others
from ipam_model.config import Config, parse_settings_of
from ipam_model.daemon.init import Exited
from ipam_model.daemon.pods import PodReply
from ipam_model.ec2 import Ec2Eni, Fault
from ipam_model.errors import InputError
from ipam_model.requests import UNUSABLE, BranchAddress, PodObject
from ipam_model.scenario.document import (
    Advance,
    ArmFault,
    AwaitTrunk,
    CleanLeaked,
    ClearFaults,
    Cordon,
    EniConfig,
    Event,
    LoopPass,
    OnEc2,
    OthersAssign,
    OthersAttach,
    OthersDetach,
    OthersTag,
    OthersUnassign,
    Outside,
    PodAdd,
    PodDel,
    PodObjectSet,
    PodsAdd,
    PodsDel,
    Reconcile,
    Start,
    SubnetFree,
    SubnetReturn,
    SubnetTag,
    SubnetTake,
    Terminate,
    Tick,
    Uncordon,
)
from ipam_model.scenario.meaning import MeaningError, address_at, ipv4_networks_at, networks_at
from ipam_model.scenario.setup import eni_of, tags_of
from ipam_model.scenario.writing import Json
from ipam_model.state import Network, Pod, PodKey
from ipam_model.subnets import CidrSubnet
from ipam_model.trace.replies import pod_reply, reconcile_reply, tick_reply
from ipam_model.world import Runner

Reply = dict[str, Json]


def happen(runner: Runner, event: Event) -> Reply:
    """Let an event happen; its reply, empty if nobody waits for one.

    Raises `InputError` if it makes no sense here: an unknown subnet, a pod without a daemon.
    """
    match event:
        case Start():
            return _start(runner, event)
        case Terminate():
            runner.terminate()
        case PodAdd():
            return _pod_reply(_add(runner, event), by_card=by_card(runner))
        case PodDel():
            return _pod_reply(_delete(runner, event), by_card=by_card(runner), deleted=True)
        case PodsAdd():
            return _several(happen(runner, PodAdd(pod=pod)) for pod in _numbered(event))
        case PodsDel():
            return _several(happen(runner, PodDel(pod=pod)) for pod in _numbered(event))
        case Tick():
            return tick_reply(runner.tick(), by_card=by_card(runner))
        case Reconcile():
            return reconcile_reply(runner.reconcile())
        case AwaitTrunk():
            runner.await_trunk()
        case LoopPass():
            for _ in range(event.times):
                runner.loop_pass()
        case Advance():
            runner.advance(event.ms)
        case _:
            surround(runner, event)
    return {}


def _start(runner: Runner, event: Start) -> Reply:
    for pod in event.vanished:
        runner.remove_sandbox(PodKey(pod))
    outcome = runner.start(None if event.env is None else restarted(runner.config, event))
    if isinstance(outcome, Exited):
        return {"ok": False, "error": outcome.reason.code}
    return {"ok": True}


def restarted(config: Config, event: Start) -> Config:
    """The config of a daemon started with the event's environment."""
    return evolve(config, settings=parse_settings_of(config.version, event.env or {}).settings)


def _key(event: PodAdd | PodDel | PodObjectSet) -> PodKey:
    return PodKey(event.pod, event.network, event.interface)


def _add(runner: Runner, event: PodAdd) -> PodReply:
    key = _key(event)
    _set_existence(runner, key, exists=event.pod_object)
    pod = Pod(key, event.pod if event.name is None else event.name)
    return runner.add_pod(pod, multi=event.multi)


def _delete(runner: Runner, event: PodDel) -> PodReply:
    key = _key(event)
    _set_existence(runner, key, exists=event.pod_object)
    return runner.delete_pod(key)


def _set_existence(runner: Runner, key: PodKey, *, exists: bool) -> None:
    gone = {key}
    runner.gone_pods = runner.gone_pods - gone if exists else runner.gone_pods | gone


def by_card(runner: Runner) -> bool:
    """Whether replies tell network cards apart: if the instance has several."""
    return runner.config.cards > 1


def _pod_reply(reply: PodReply, *, by_card: bool, deleted: bool = False) -> Reply:
    shown = pod_reply(reply, by_card=by_card, deleted=deleted)
    return shown if reply.success else shown | {"error": reply.error}


def _numbered(event: PodsAdd | PodsDel) -> Iterable[str]:
    return (f"p{number}" for number in range(event.first, event.first + event.count))


def _several(replies: Iterable[Reply]) -> Reply:
    outcomes = [reply["success"] is True for reply in replies]
    return {"succeeded": sum(outcomes), "refused": len(outcomes) - sum(outcomes)}


# -- the surroundings ----------------------------------------------------------------------------


def surround(runner: Runner, event: Outside) -> None:
    """Change what surrounds the daemon."""
    state = runner.ec2
    match event:
        case Cordon():
            runner.cordoned = True
        case Uncordon():
            runner.cordoned = False
        case EniConfig():
            if event.subnet is not None:
                state.subnet(event.subnet)
            runner.eni_config_subnet = event.subnet
        case PodObjectSet():
            _set_object(runner, event)
        case _:
            runner.ec2 = changed(state, event, runner.config, runner.now)


def _set_object(runner: Runner, event: PodObjectSet) -> None:
    key = _key(event)
    _set_existence(runner, key, exists=event.exists)
    known = PodObject(
        wants_branch_eni=event.branch_eni,
        branch_address=_annotation(event),
        same_uid=event.same_uid,
    )
    runner.branch_pods.pop(key, None)
    if known != PodObject():
        runner.branch_pods[key] = known


def _annotation(event: PodObjectSet) -> BranchAddress:
    text = event.branch_address
    if event.unusable_annotation and text is not None:
        raise MeaningError(
            ("unusable_annotation",), "an annotation with a branch_address is usable; give one"
        )
    if event.unusable_annotation:
        return UNUSABLE
    return None if text is None else address_at(text, "branch_address")


def changed(state: ec2.Ec2, event: OnEc2, config: Config, now: int) -> ec2.Ec2:
    """EC2 after an event."""
    match event:
        case ArmFault():
            return ec2.arm(state, Fault(event.call, event.code, event.times, event.partial))
        case ClearFaults():
            return evolve(state, faults=())
        case SubnetFree():
            return others.set_free(state, event.subnet, event.free)
        case SubnetTake() | SubnetReturn():
            return _taken(state, event)
        case SubnetTag():
            return others.set_role(state, event.subnet, event.role)
        case OthersAttach():
            subnets = {subnet.id: subnet for subnet in state.subnets}
            return others.attach_by_other(state, eni_of(event.eni, state, subnets))
        case OthersDetach():
            return others.detach_by_other(state, attached(state, event.eni))
        case OthersAssign():
            return _assigned(state, event)
        case OthersUnassign():
            return _unassigned(state, event, now)
        case OthersTag():
            eni = attached(state, event.eni)
            return state.with_eni(evolve(eni, tags=tags_of(event.tags)))
        case CleanLeaked():
            return aws_layer.clean_leaked_enis(config, state)
        case _:
            assert_never(event)


def attached(state: ec2.Ec2, eni_id: str) -> Ec2Eni:
    """An attached ENI; `InputError` if there is none of this id."""
    eni = state.eni(eni_id)
    if eni is None:
        known = ", ".join(each.id for each in state.enis)
        raise InputError(f"no ENI {eni_id!r} is attached; there are: {known}")
    return eni


def _taken(state: ec2.Ec2, event: SubnetTake | SubnetReturn) -> ec2.Ec2:
    subnet = state.subnet(event.subnet)
    if not isinstance(subnet, CidrSubnet):
        raise InputError(f"subnet {subnet.id} only counts; use subnet_free")
    networks = ipv4_networks_at(event.cidrs, "cidrs")
    used_by = ec2.holder(state, networks)
    if used_by is not None:
        raise InputError(f"{' '.join(event.cidrs)} cannot change hands: {used_by.id} has them")
    take = isinstance(event, SubnetTake)
    return state.with_subnet(subnet.take(networks) if take else subnet.give_back(networks))


def _named(event: OthersAssign | OthersUnassign) -> tuple[Network, ...]:
    return (*ipv4_networks_at(event.ips, "ips"), *networks_at(event.prefixes, "prefixes"))


def _split(networks: Iterable[Network]) -> tuple[tuple[Network, ...], tuple[Network, ...]]:
    """Those of IPv4, and those of IPv6."""
    both = tuple(networks)
    return tuple(n for n in both if not n.ipv6), tuple(n for n in both if n.ipv6)


def _assigned(state: ec2.Ec2, event: OthersAssign) -> ec2.Ec2:
    eni = attached(state, event.eni)
    ipv4, more = _split(_new_networks(state, eni, event))
    return others.add_by_other(state, ipv6.with_prefixes(eni, more), ipv4)


def _new_networks(state: ec2.Ec2, eni: Ec2Eni, event: OthersAssign) -> tuple[Network, ...]:
    given = _named(event)
    used_by = ec2.holder(state, given)
    if used_by is not None:
        raise InputError(f"{' '.join((*event.ips, *event.prefixes))}: {used_by.id} has them")
    subnet = state.subnet(eni.subnet)
    singles = subnet.offer_addresses(event.next_ips)
    prefixes = subnet.offer_prefixes(event.next_prefixes, state.block)
    if singles is None or prefixes is None:
        raise InputError(f"subnet {subnet.id} has not enough free addresses")
    return (*given, *singles, *prefixes)


def _unassigned(state: ec2.Ec2, event: OthersUnassign, now: int) -> ec2.Ec2:
    eni = attached(state, event.eni)
    networks = _named(event)
    for network in networks:
        if network not in (*eni.networks()[1:], *eni.ipv6_prefixes):
            raise InputError(f"{eni.id} has no {' or '.join((*event.ips, *event.prefixes))}")
    ipv4, fewer = _split(networks)
    return ec2.remove_networks(state, ipv6.without_prefixes(eni, fewer), ipv4, now)
