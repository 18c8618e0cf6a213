"""What others did, told from EC2 before and after: events that turn the one into the other."""

from collections.abc import Iterable, Iterator

from ipam_model.addresses import format_address
from ipam_model.config import Config
from ipam_model.ec2 import Ec2, Ec2Eni, Fault
from ipam_model.errors import InputError
from ipam_model.scenario.document import (
    CleanLeaked,
    ClearFaults,
    OnEc2,
    OthersAssign,
    OthersAttach,
    OthersDetach,
    OthersTag,
    OthersUnassign,
    SubnetFree,
    SubnetReturn,
    SubnetTag,
    SubnetTake,
)
from ipam_model.scenario.happening import changed
from ipam_model.scenario.prescription import texts
from ipam_model.scenario.setup import (
    describe_addresses,
    describe_eni,
    describe_fault,
    describe_tags,
)
from ipam_model.state import Network
from ipam_model.subnets import CidrSubnet


def differences(before: Ec2, after: Ec2, config: Config, now: int) -> tuple[OnEc2, ...]:
    """Events after which EC2 is as it is.

    Raises `InputError` if there are none: the change is one that scenarios do not know.
    """
    events: list[OnEc2] = []
    state = before
    for event in _candidates(before, after):
        following = changed(state, event, config, now)
        if following != state:
            events.append(event)
            state = following
    for event in _left_over(state, after):
        events.append(event)
        state = changed(state, event, config, now)
    if state != after:
        raise InputError("EC2 was changed in a way that a scenario cannot describe")
    return tuple(events)


def _candidates(before: Ec2, after: Ec2) -> Iterator[OnEc2]:
    if len(after.leaked) < len(before.leaked):
        yield CleanLeaked()
    for eni in before.enis:
        if after.eni(eni.id) is None:
            yield OthersDetach(eni=eni.id)
    for eni in after.enis:
        old = before.eni(eni.id)
        if old is None:
            yield OthersAttach(eni=describe_eni(eni))
        else:
            yield from _on_eni(old, eni)
    yield from _faults(before.faults, after.faults)


def _on_eni(old: Ec2Eni, new: Ec2Eni) -> Iterator[OnEc2]:
    had, has = ((*eni.networks(), *eni.ipv6_prefixes) for eni in (old, new))
    gone = [each for each in had if each not in has]
    come = [each for each in has if each not in had]
    if gone:
        yield OthersUnassign(eni=new.id, ips=_ips(gone), prefixes=_prefixes(gone))
    if come:
        yield OthersAssign(eni=new.id, ips=_ips(come), prefixes=_prefixes(come))
    if old.tags != new.tags:
        yield OthersTag(eni=new.id, tags=describe_tags(new.tags))


def _ips(networks: Iterable[Network]) -> tuple[str, ...]:
    return tuple(format_address(network.address) for network in networks if network.size == 1)


def _prefixes(networks: Iterable[Network]) -> tuple[str, ...]:
    return texts(network for network in networks if network.size != 1)


def _faults(before: tuple[Fault, ...], after: tuple[Fault, ...]) -> Iterator[OnEc2]:
    kept = after[: len(before)] == before
    if not kept:
        yield ClearFaults()
    for fault in after[len(before) :] if kept else after:
        yield describe_fault(fault)


def _left_over(state: Ec2, after: Ec2) -> Iterator[OnEc2]:
    """What the subnets still differ in once the ENIs are right."""
    for old, new in zip(state.subnets, after.subnets, strict=True):
        if old.tags.role != new.tags.role:
            yield SubnetTag(subnet=new.id, role=new.tags.role)
        if isinstance(old, CidrSubnet) and isinstance(new, CidrSubnet):
            if taken := describe_addresses(new.taken - old.taken):
                yield SubnetTake(subnet=new.id, cidrs=taken)
            if returned := describe_addresses(old.taken - new.taken):
                yield SubnetReturn(subnet=new.id, cidrs=returned)
        elif old.free != new.free:
            yield SubnetFree(subnet=new.id, free=new.free)
