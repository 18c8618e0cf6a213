"""In which state an address or an ENI is, by what EC2 and the daemon's store say of it."""

from collections.abc import Mapping
from enum import Enum

from attrs import frozen

from ipam_model.arithmetic import INTS
from ipam_model.config import Config
from ipam_model.ec2 import Ec2
from ipam_model.rules import timing
from ipam_model.state import Cidr, Eni, Network, Node


class Address(Enum):
    """A secondary address, alone or in a prefix; primary addresses are never pod addresses."""

    SUBNET = "in the subnet"
    """It is not this node's."""
    UNKNOWN = "on the ENI, not in the pool"
    """EC2 says it is this node's; the store does not have it."""
    FRESH = "fresh"
    """In the store, and never used since it came there (R18)."""
    ASSIGNED = "assigned"
    """A pod holds it."""
    COOLING = "cooling"
    """Given back by its pod no longer than the cooldown ago (R17)."""
    EXPIRED = "cooled down"
    """Given back longer ago."""
    LOST = "in the pool, not on the ENI"
    """The store has it; EC2 gave it to nobody, or to somebody else."""


class EniState(Enum):
    """A secondary ENI."""

    NONE = "there is none"
    """It does not exist."""
    UNATTACHED = "created, not attached"
    """It exists in EC2, and belongs to no instance."""
    OUTSIDE = "attached, not in the store"
    """EC2 says it is this node's; the daemon does not use it, or not yet."""
    LEFT_ALONE = "left alone"
    """Attached, and not the daemon's to manage (R7)."""
    YOUNG = "new"
    """In the store for less than 60 s, without pods or cooling addresses (R136.2)."""
    USED = "in use"
    """A pod holds an address of it (R136.4)."""
    COOLING = "cooling"
    """No pod does, but an address of it is cooling (R136.3)."""
    IDLE = "idle"
    """Neither of these: the targets alone decide whether it stays (R136.5-7)."""
    LOST = "in the store, not attached"
    """The daemon takes it for the node's; EC2 does not."""


@frozen
class Snapshot:
    """What is true at one instant."""

    config: Config
    node: Node | None
    ec2: Ec2
    now: int


def addresses(shot: Snapshot) -> Mapping[int, Address]:
    """The state of every address that is not in the subnet."""
    found: dict[int, Address] = {}
    for eni in (*shot.ec2.enis, *shot.ec2.leaked):
        for network in (*(Network(each, 1) for each in eni.addresses), *eni.prefixes):
            for address in range(network.address, network.address + network.size):
                found[address] = Address.UNKNOWN
    if shot.node is None:
        return found
    granted, held = frozenset(found), set[int]()
    period = shot.config.cooldown
    for store in shot.node.stores:
        for _, cidr in store.cidrs():
            start, size = cidr.network
            for address in range(start, start + size):
                if address in held:  # On two ENIs, of which one has the pod (R22).
                    continue
                known = _in_store(cidr, address, shot.now, period)
                if known is Address.ASSIGNED:
                    held.add(address)
                found[address] = known if address in granted else Address.LOST
    return found


def _in_store(cidr: Cidr, address: int, now: int, period: int) -> Address:
    record = cidr.find(address)
    if record is None:
        return Address.FRESH
    if record.pod is not None:
        return Address.ASSIGNED
    cooling = timing.cooling(INTS, now, record.since, period)
    return Address.COOLING if cooling else Address.EXPIRED


def enis(shot: Snapshot) -> Mapping[str, EniState]:
    """The state of every secondary ENI that there is."""
    found = {eni.id: EniState.UNATTACHED for eni in shot.ec2.leaked}
    found |= {eni.id: EniState.OUTSIDE for eni in shot.ec2.enis if not eni.primary}
    if shot.node is None:
        return found
    found |= {eni: EniState.LEFT_ALONE for eni in shot.node.unmanaged if eni in found}
    for store in shot.node.stores:
        for eni in store.enis:
            if not eni.primary:
                attached = shot.ec2.eni(eni.id) is not None
                found[eni.id] = _of_store(eni, shot) if attached else EniState.LOST
    return found


def _of_store(eni: Eni, shot: Snapshot) -> EniState:
    if eni.has_pods():
        return EniState.USED
    if eni.cooling(shot.now, shot.config.cooldown):
        return EniState.COOLING
    young = timing.eni_too_young(INTS, shot.now, eni.created)
    return EniState.YOUNG if young else EniState.IDLE
