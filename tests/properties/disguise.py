"""The same world under other names and at another time, clock by clock if need be."""

from collections.abc import Callable, Hashable
from typing import TypeAlias

from attrs import evolve, field, frozen

from ipam_model.daemon import datastore
from ipam_model.daemon.pods import Given, PodReply, Spot
from ipam_model.ec2 import Departed, Ec2, Ec2Eni, NextFree
from ipam_model.environment import Checkpoint, Veth
from ipam_model.requests import (
    CheckpointEntry,
    HostVethExists,
    ReadPod,
    Request,
    UnassignPrivateIpAddresses,
    WriteCheckpoint,
)
from ipam_model.rules import timing
from ipam_model.state import AddressRecord, Cidr, Cleanup, Eni, Network, Node, Pod, PodKey, Store
from ipam_model.subnets import CounterSubnet, Subnet
from ipam_model.world import World

LONG_AGO = 10**9

Rename: TypeAlias = Callable[[str], str]


def in_order(eni_id: str) -> str:
    """Another name at the same place of the alphabet."""
    return eni_id.replace("eni-", "eni-q")


def out_of_order(eni_id: str) -> str:
    """Another name at another place; for the first few dozen ENIs."""
    number = int(eni_id.removeprefix("eni-"))
    return f"eni-{(number * 17) % 53 + 100}" if number < 53 else eni_id


@frozen(kw_only=True)
class Disguise:
    """Names, addresses and instants are replaced one to one."""

    eni: Rename = field(default=lambda eni_id: eni_id)
    """By id."""
    pod_prefix: str = ""
    offset: int = 0
    """Added to every address: a multiple of 2**17, so that subnets keep their shape."""
    shift: int = 0
    """Added to every instant."""
    saturate: bool = False
    """Clocks that no rule tells apart any more become very old."""

    # -- small things ----------------------------------------------------------------------------

    def address(self, address: int) -> int:
        return address + self.offset

    def network(self, network: Network) -> Network:
        return Network(self.address(network.address), network.size)

    def key(self, key: PodKey) -> PodKey:
        return key._replace(container=self.pod_prefix + key.container)

    def pod(self, pod: Pod) -> Pod:
        name = f"{self.pod_prefix}{pod.name}" if pod.name else ""
        return evolve(pod, key=self.key(pod.key), name=name)

    def past(self, instant: int, now: int, old: int) -> int:
        """An instant in the past, of which an age of `old` and more means the same."""
        aged = self.saturate and now - instant >= old
        return instant + self.shift - (LONG_AGO if aged else 0)

    def clock(self, instant: int | None, now: int, old: int) -> int | None:
        if instant is None:
            return None
        never = self.saturate and now - instant >= old
        return None if never else instant + self.shift

    # -- the daemon's memory ---------------------------------------------------------------------

    def node(self, node: Node, now: int, cooldown: int) -> Node:
        return Node(
            stores=tuple(self.store(store, now, cooldown) for store in node.stores),
            max_pods=node.max_pods,
            last_pool_action=self.clock(node.last_pool_action, now, timing.RECONCILE_INTERVAL + 1),
            last_decrease=self.clock(node.last_decrease, now, timing.SHRINK_INTERVAL + 1),
            last_insufficient=self.clock(
                node.last_insufficient, now, timing.INSUFFICIENT_BACKOFF + 1
            ),
            released=tuple(
                (self.network(network), self.past(expiry, now, 0))
                for network, expiry in node.released
            ),
            unmanaged=frozenset(self.eni(each) for each in node.unmanaged),
            unmanaged_counts=node.unmanaged_counts,
            unmanaged_cards=node.unmanaged_cards,
            efa_only=frozenset(self.eni(each) for each in node.efa_only),
            cleanups=tuple(
                Cleanup(
                    each.due + self.shift, each.card, self.eni(each.eni), self.network(each.network)
                )
                for each in node.cleanups
            ),
            terminating=node.terminating,
            primaries=frozenset(self.eni(each) for each in node.primaries),
            awaits_trunk=node.awaits_trunk,
        )

    def cleanup(self, pending: Cleanup) -> Cleanup:
        eni, network = self.eni(pending.eni), self.network(pending.network)
        return Cleanup(pending.due + self.shift, pending.card, eni, network)

    def store(self, store: Store, now: int, cooldown: int) -> Store:
        enis = sorted((self.record(eni, now, cooldown) for eni in store.enis), key=lambda e: e.id)
        return evolve(store, enis=tuple(enis), holdings=datastore.index(tuple(enis)))

    def record(self, eni: Eni, now: int, cooldown: int) -> Eni:
        return evolve(
            eni,
            id=self.eni(eni.id),
            created=self.past(eni.created, now, timing.MINIMUM_ENI_LIFE),
            primary_address=self.address(eni.primary_address),
            cidrs=tuple(self.cidr(cidr, now, cooldown) for cidr in eni.cidrs),
        )

    def cidr(self, cidr: Cidr, now: int, cooldown: int) -> Cidr:
        return Cidr(
            self.network(cidr.network),
            cidr.is_prefix,
            tuple(
                AddressRecord(
                    self.address(record.address),
                    None if record.pod is None else self.pod(record.pod),
                    # When an address was assigned is told to nobody: it is old at once.
                    self.past(record.since, now, cooldown + 1 if record.pod is None else 0),
                )
                for record in cidr.records
            ),
        )

    # -- the surroundings ------------------------------------------------------------------------

    def ec2(self, state: Ec2) -> Ec2:
        enis = sorted((self.true_eni(eni) for eni in state.enis), key=lambda eni: eni.id)
        return evolve(
            state,
            enis=tuple(enis),
            leaked=tuple(self.true_eni(eni) for eni in state.leaked),
            subnets=tuple(self.subnet(subnet) for subnet in state.subnets),
            departed=tuple(
                Departed(self.eni(each.eni), self.network(each.network), each.at + self.shift)
                for each in state.departed
            ),
        )

    def true_eni(self, eni: Ec2Eni) -> Ec2Eni:
        return evolve(
            eni,
            id=self.eni(eni.id),
            primary_address=self.address(eni.primary_address),
            addresses=tuple(self.address(each) for each in eni.addresses),
            prefixes=tuple(self.network(each) for each in eni.prefixes),
            primary_ipv6=None if eni.primary_ipv6 is None else self.address(eni.primary_ipv6),
            ipv6_prefixes=tuple(self.network(each) for each in eni.ipv6_prefixes),
        )

    def subnet(self, subnet: Subnet) -> Subnet:
        assert isinstance(subnet, CounterSubnet)
        returned = tuple(self.network(each) for each in subnet.returned)
        return evolve(subnet, first=self.address(subnet.first), returned=returned)

    def checkpoint(self, file: Checkpoint) -> Checkpoint:
        return Checkpoint(
            frozenset(
                CheckpointEntry(
                    self.pod(each.pod), self.address(each.address), each.assigned_at + self.shift
                )
                for each in file.entries
            )
        )

    def world(self, world: World) -> World:
        cooldown = world.config.cooldown
        return evolve(
            world,
            ec2=self.ec2(world.ec2),
            node=None if world.node is None else self.node(world.node, world.now, cooldown),
            checkpoints=tuple((card, self.checkpoint(file)) for card, file in world.checkpoints),
            veths=frozenset(
                Veth(self.key(each.sandbox), f"{self.pod_prefix}{each.pod}" if each.pod else "")
                for each in world.veths
            ),
            sandboxes=frozenset((self.key(key), self.address(at)) for key, at in world.sandboxes),
            gone_pods=frozenset(self.key(each) for each in world.gone_pods),
            branch_pods=tuple((self.key(key), each) for key, each in world.branch_pods),
            now=world.now + self.shift,
        )

    # -- what the daemon says --------------------------------------------------------------------

    def reply(self, reply: object) -> object:
        if isinstance(reply, list):
            return [self.reply(each) for each in reply]
        if isinstance(reply, PodReply):
            given = tuple(Given(self.address(each.address), each.device) for each in reply.given)
            return evolve(reply, given=given)
        return reply

    def request(self, request: Request[object]) -> Hashable:
        """A request as a value, under the other names."""
        if isinstance(request, WriteCheckpoint):
            keys = frozenset(self.key(key) for key in request.holdings)
            return ("WriteCheckpoint", request.card, keys)
        if isinstance(request, UnassignPrivateIpAddresses):
            networks = tuple(self.network(each) for each in request.networks)
            return evolve(request, eni=self.eni(request.eni), networks=networks)
        if isinstance(request, HostVethExists):
            return HostVethExists(self.pod(request.pod))
        if isinstance(request, ReadPod):
            return ReadPod(self.key(request.key))
        named = getattr(request, "eni", None)
        return evolve(request, eni=self.eni(named)) if named else request  # type: ignore[call-arg]  # those with one

    def option(self, option: object) -> Hashable:
        """An option of a choice as a value: an ENI, CIDRs, a spot, a home, a card, or nothing."""
        if isinstance(option, str):
            return self.eni(option)
        if isinstance(option, Network):
            return self.network(option)
        if isinstance(option, Spot):
            where = self.eni(option.eni.id), self.network(option.cidr.network)
            return (*where, self.address(option.address))
        if isinstance(option, tuple):
            return tuple(self.option(each) for each in option)
        assert isinstance(option, int | None)
        return option


class DisguisedGrants(NextFree):
    """EC2's choices under the other names; addresses follow from the subnets."""

    def __init__(self, rename: Rename, offset: int) -> None:
        self._rename = rename
        self._offset = offset
        self._original = {rename(name): name for name in (f"eni-{n}" for n in range(1, 53))}

    def eni_id(self, ec2: Ec2) -> str:
        return self._rename(f"eni-{ec2.next_eni}")

    def ipv6_address(self, ec2: Ec2) -> Network:
        address, size = super().ipv6_address(ec2)
        return Network(address + self._offset, size)

    def ipv6_prefix(self, ec2: Ec2) -> Network:
        address, size = super().ipv6_prefix(ec2)
        return Network(address + self._offset, size)

    def trunk(self, trunks: tuple[str, ...]) -> str:
        original = sorted(self._original[eni_id] for eni_id in trunks)
        return self._rename(super().trunk(tuple(original)))
