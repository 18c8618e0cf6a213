"""One key for all states of the whole world that have the same future.

`ipam_model.canonical` does this for the daemon's memory; here EC2, the checkpoint, the veths and
the sandboxes are in it too. Instants become ages, cut off where no rule tells them apart any more.
ENIs, addresses and pods are described without their names, the descriptions sorted, and whatever
is mentioned elsewhere is mentioned by its place in that order: interchangeable ones give one key.
ENIs of equal description may be numbered either way, which can cost a merger but never joins two
states that differ.

Kept is the order of the ids of ENIs that differ, because the daemon goes through them in that
order with calls in between. Of addresses it is kept only for those that a reconcile would drop one
by one; the daemon treats all others as a set.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from enum import Enum
from functools import cached_property, partial
from types import FunctionType
from typing import Any, Final

from attrs import fields, has

from ipam_model.canonical import DECREASE_AGE, ENI_AGE, INSUFFICIENT_AGE, POOL_ACTION_AGE
from ipam_model.daemon.measure import Decision
from ipam_model.ec2 import Ec2Eni
from ipam_model.errors import ModelError
from ipam_model.explore.mentions import NO_MENTIONS, Mention
from ipam_model.requests import AttachedEni, CheckpointEntry, Done, Failed, Sandbox
from ipam_model.state import Cidr, Eni, Network, Node, Pod, PodKey, Store, Totals
from ipam_model.subnets import CounterSubnet
from ipam_model.world import World

NO_NODE: Final = Node()

NAMELESS: Final = frozenset({type(None), bool, int, Decision, Totals, Done, Failed})
"""Types whose values mention no ENI, address or pod."""


INSTANTS: Final = frozenset({"began"})
"""Local variables that hold an instant; all other numbers are counts."""


class WorldKey:
    """The renaming of one world, and its key; a CIDR that is mentioned elsewhere shows where."""

    def __init__(self, world: World, mentioned: Mapping[Network, Mention] = NO_MENTIONS) -> None:
        self._world = world
        self._mentioned = mentioned
        self._now = world.now
        self._node = NO_NODE if world.node is None else world.node
        self._cooldown = world.config.cooldown
        self._enis: dict[str, int] = {}
        self._networks: dict[Network, int] = {}
        self._containers: dict[PodKey, int] = {}
        self._released = dict(self._node.released)
        self._sandboxes = dict(world.sandboxes)
        self._veths = {veth.sandbox: veth.pod for veth in world.veths}
        self._written = {
            entry.pod.key: (card, entry)
            for card, file in world.checkpoints
            for entry in file.entries
        }
        self._irregular: list[PodKey] = []
        self._marks = self._mentions()

    def key(self) -> Hashable:
        """Everything the future depends on; computing it settles the names that `value` uses."""
        world, node, now = self._world, self._node, self._now
        ec2 = world.ec2
        places: dict[str, list[tuple[int, Eni]]] = {}
        for store in node.stores:
            for eni in store.enis:
                places.setdefault(eni.id, []).append((store.card, eni))
        attached = {eni.id: eni for eni in ec2.enis}
        ids = sorted({*places, *attached})
        described = sorted(
            ((self._eni(attached.get(each), places.get(each, ())), each) for each in ids),
            key=_first,
        )
        enis = []
        for (look, networks), eni_id in described:
            self._enis[eni_id] = len(self._enis)
            enis.append(look)
            for _, network in networks:
                self._networks.setdefault(network, len(self._networks))
        on_enis = [network for (_, networks), _ in described for _, network in networks]
        return (
            world.node is None,
            # A network on two ENIs, as after somebody moved it: rare, so shown only then.
            ()
            if len(on_enis) == len(self._networks)
            else tuple(
                [
                    tuple([self._networks[network] for _, network in networks])
                    for (_, networks), _ in described
                ]
            ),
            tuple(enis),
            tuple([self._enis[each] for each in ids]),
            self._memory(node),
            tuple([self._subnet(subnet) for subnet in ec2.subnets]),
            tuple(
                sorted(
                    (eni.subnet, eni.card, len(eni.addresses), len(eni.prefixes), str(eni.tags))
                    for eni in ec2.leaked
                )
            )
            if ec2.leaked
            else (),
            tuple(
                sorted(
                    (
                        self.eni(gone.eni),
                        self._place(gone.network),
                        now - gone.at,
                        self._left(gone.network),
                    )
                    for gone in ec2.departed
                    if now - gone.at <= ec2.imds_lag and gone.eni in attached
                )
            )
            if ec2.departed
            else (),
            tuple(
                (
                    self.eni(each.eni),
                    None if each.network is None else self._place(each.network),
                    now - each.at,
                )
                for each in ec2.arrivals.recent
            ),
            ec2.faults,
            self._pods(),
            tuple(card for card, _ in world.checkpoints),
            world.branch_pods,
            world.cordoned,
            world.eni_config_subnet,
        )

    # -- the daemon's memory -------------------------------------------------------------------

    def _memory(self, node: Node) -> Hashable:
        return (
            tuple(
                [
                    (store.card, store.prefix_mode, store.total_drift, store.prefix_drift)
                    for store in node.stores
                ]
            ),
            self._age(node.last_pool_action, POOL_ACTION_AGE),
            self._age(node.last_decrease, DECREASE_AGE),
            self._age(node.last_insufficient, INSUFFICIENT_AGE),
            node.max_pods,
            tuple(sorted(self.eni(each) for each in node.unmanaged)),
            node.unmanaged_counts,
            node.unmanaged_cards,
            tuple(sorted(self.eni(each) for each in node.efa_only)),
            tuple(
                sorted(
                    (
                        each.card,
                        self.eni(each.eni),
                        self._place(each.network),
                        each.due - self._now,
                    )
                    for each in node.cleanups
                )
            ),
            node.terminating,
            node.awaits_trunk,
            tuple(sorted(self.eni(each) for each in node.primaries)),
        )

    def _eni(
        self, attached: Ec2Eni | None, stored: list[tuple[int, Eni]] | tuple[()]
    ) -> tuple[tuple[Hashable, ...], list[tuple[Any, Network]]]:
        """An ENI without names, and its networks in the order of their descriptions."""
        true = () if attached is None else attached.networks()
        known: dict[Network, Cidr] = {}
        records: list[Hashable] = []
        for card, eni in stored:
            records.append(
                (
                    card,
                    eni.primary,
                    eni.trunk,
                    eni.efa,
                    eni.excluded,
                    eni.device,
                    eni.subnet,
                    self._age(eni.created, ENI_AGE),
                )
            )
            for cidr in eni.cidrs:
                known[cidr.network] = cidr
        networks = sorted(
            [
                (self._network(each, known.get(each), self._in_ec2(each, true)), each)
                for each in {*true, *known}
            ]
        )
        lost = [
            place
            for place, (_, network) in enumerate(networks)
            if network in known and (network not in true or network in self._released)
        ]
        order: tuple[int, ...] = ()
        if len(lost) > 1:
            order = tuple(sorted(lost, key=lambda place: networks[place][1]))
        look = (
            # The primary ENI first, then those of EC2.
            not (attached is not None and attached.primary),
            ()
            if attached is None
            else (
                attached.device,
                attached.card,
                attached.subnet,
                attached.trunk,
                attached.efa,
                attached.efa_only,
                str(attached.tags),
            ),
            tuple(records),
            tuple([entry for entry, _ in networks]),
            order,
        )
        return look, networks

    @staticmethod
    def _in_ec2(network: Network, true: tuple[Network, ...]) -> int:
        """0: EC2 does not have it there; 2: it is the primary address."""
        if network not in true:
            return 0
        return 2 if network == true[0] else 1

    def _network(self, network: Network, cidr: Cidr | None, true: int) -> tuple[Hashable, ...]:
        return (
            true,
            network.size,
            self._left(network),
            self._marked(network),
            self._mentioned.get(network, ()),
            ()
            if cidr is None
            else (
                cidr.is_prefix,
                tuple(
                    [
                        (
                            record.address - network.address,
                            min(self._now - record.since, self._cooldown + 1),
                            (),
                        )
                        if record.pod is None
                        else (
                            record.address - network.address,
                            -1,
                            self._holder(record.pod, record.address),
                        )
                        for record in cidr.records
                    ]
                ),
            ),
        )

    def _mentions(self) -> dict[int, list[tuple[Hashable, ...]]]:
        """By address: the sandboxes and checkpoint entries that have it, without names."""
        found: dict[int, list[tuple[Hashable, ...]]] = {}
        for key, address in self._sandboxes.items():
            found.setdefault(address, []).append((0, *self._signature(key)))
        for key, (_, entry) in self._written.items():
            found.setdefault(entry.address, []).append((1, *self._signature(key)))
        return found

    def _signature(self, key: PodKey) -> tuple[Hashable, ...]:
        """What there is of a pod."""
        return (
            key in self._sandboxes,
            key in self._veths,
            key in self._written,
            key in self._world.gone_pods,
            sum(key in store.holdings for store in self._node.stores),
        )

    def _marked(self, network: Network) -> tuple[Hashable, ...]:
        marks = self._marks
        if network.size == 1:
            here = marks.get(network.address)
            return () if here is None else ((0, *_ordered(here)),)
        return tuple(
            [
                (address - network.address, *_ordered(marks[address]))
                for address in sorted(marks)
                if address in network
            ]
        )

    def _left(self, network: Network) -> int:
        """How long a release is still recent; -1 if it is not remembered.

        Only of networks that are on an ENI, or that IMDS lists: no other can come back.
        """
        expiry = self._released.get(network)
        return -1 if expiry is None else max(expiry - self._now, 0)

    def _holder(self, pod: Pod, address: int) -> tuple[Hashable, ...]:
        """A pod by what the world has of it; one whose traces disagree is described with names."""
        key = pod.key
        written = self._written.get(key)
        regular = (
            self._sandboxes.get(key) == address
            and key not in self._world.gone_pods
            and self._veths.get(key) == pod.name
            and written is not None
            and written[1].address == address
            and written[1].pod == pod
        )
        if not regular:
            self._irregular.append(key)
        return (regular, bool(pod.name), pod.interfaces, *key[1:])

    # -- everything else -----------------------------------------------------------------------

    def _pods(self) -> Hashable:
        """What there is of pods beside regular holdings."""
        held = {key for store in self._node.stores for key in store.holdings}
        keys = {*self._sandboxes, *self._veths, *self._written, *self._world.gone_pods}
        loose = [*self._irregular, *(key for key in keys if key not in held)]
        if not loose:
            return ()
        shown = sorted({key: self.trace(key) for key in loose}.items(), key=_second)
        for key, _ in shown:
            self._containers[key] = len(self._containers)
        return tuple([trace for _, trace in shown])

    def trace(self, key: PodKey) -> tuple[Hashable, ...]:
        """What there is of a pod, without its name."""
        holdings = [
            (store.card, self.address(held.address), held.pod.name != "")
            for store in self._node.stores
            if (held := store.holdings.get(key)) is not None
        ]
        written = self._written.get(key)
        sandbox = self._sandboxes.get(key)
        veth = self._veths.get(key)
        return (
            key[1:],
            tuple(holdings),
            ()
            if written is None
            else (
                written[0],
                self.address(written[1].address),
                written[1].pod.name in self._veths.values(),
                bool(written[1].pod.name),
                written[1].pod.interfaces,
            ),
            () if sandbox is None else self.address(sandbox),
            veth is not None,
            key in self._world.gone_pods,
        )

    def _subnet(self, subnet: object) -> Hashable:
        if not isinstance(subnet, CounterSubnet) or subnet.reissue:
            raise ModelError("the key is for subnets that count and hand out fresh addresses only")
        return (subnet.free, subnet.tags, subnet.listed)

    # -- names and ages ------------------------------------------------------------------------

    def eni(self, eni: str) -> int:
        """The number of an ENI."""
        return self._enis.setdefault(eni, len(self._enis))

    def _place(self, network: Network) -> int:
        return self._networks.setdefault(network, len(self._networks))

    def address(self, address: int) -> tuple[int, int]:
        """The CIDR of an address, and its place in it."""
        for network, number in self._networks.items():
            if address in network:
                return number, address - network.address
        return self._place(Network(address, 1)), 0

    def _age(self, instant: int | None, long_ago: int) -> int:
        return long_ago if instant is None else min(self._now - instant, long_ago)

    # -- for those who look back ----------------------------------------------------------------

    @cached_property
    def canonical(self) -> Hashable:
        """The key, computed once."""
        return self.key()

    def pods(self) -> set[PodKey]:
        """Every pod of which there is a trace."""
        held = {key for store in self._node.stores for key in store.holdings}
        return held | {*self._sandboxes, *self._veths, *self._written, *self._world.gone_pods}

    def described(self) -> tuple[tuple[str, ...], tuple[Network, ...]]:
        """The ENIs and CIDRs in the order in which the key describes them."""
        return tuple(self._enis), tuple(self._networks)

    def numbers_of(self, enis: Iterable[str], networks: Iterable[Network]) -> Hashable:
        """How those of another world are numbered here."""
        return (
            tuple([self.eni(each) for each in enis]),
            tuple([self._place(each) for each in networks]),
        )

    def placed(self, eni: str, networks: Iterable[Network]) -> Hashable:
        """An ENI and its CIDRs."""
        return self.eni(eni), self._together(networks)

    def knows(self, address: int) -> bool:
        """Whether something that was described has the address."""
        return any(address in network for network in self._networks)

    def cooled(self, instant: int) -> int:
        """The age of what cools from then on; all that is over is alike."""
        return min(self._now - instant, self._cooldown + 1)

    def age(self, instant: int, long_ago: int) -> int:
        """How long ago it was, at most so long."""
        return min(self._now - instant, long_ago)

    # -- local values --------------------------------------------------------------------------

    def local(self, name: str, value: object) -> Hashable:
        """The canonical form of a local variable of a procedure."""
        if name in INSTANTS and isinstance(value, int):
            return self._now - value
        return self.value(value)

    def value(self, value: object) -> Hashable:
        """The canonical form of a value that a procedure keeps; `ModelError` if it has none."""
        kind = type(value)
        if kind in NAMELESS:
            return value
        if kind is str:
            assert isinstance(value, str)
            return ("eni", self.eni(value)) if value.startswith("eni-") else value
        if isinstance(value, Enum | FunctionType | type):
            return value
        if isinstance(value, str):
            return ("eni", self.eni(value)) if value.startswith("eni-") else value
        if isinstance(value, Network):
            return ("network", self._place(value))
        if isinstance(value, PodKey):
            return ("pod", self._containers.setdefault(value, len(self._containers)), *value[1:])
        if isinstance(value, tuple | list):
            if value and isinstance(value[0], Network):
                return self._together(value)
            return tuple([self.value(each) for each in value])
        if isinstance(value, frozenset | set):
            return frozenset([self.value(each) for each in value])
        if isinstance(value, Mapping):
            return tuple([(self.value(k), self.value(v)) for k, v in value.items()])
        if isinstance(value, partial):
            return (value.func, self.value(value.args), self.value(value.keywords))
        if isinstance(value, AttachedEni):
            return tuple(self._shown(value))
        if isinstance(value, Sandbox):
            return (self.value(PodKey(value.container)), self.address(value.address))
        if isinstance(value, CheckpointEntry):
            return (self.value(value.pod), self.address(value.address))
        if isinstance(value, Cidr):
            return (self._place(value.network), self._network(value.network, value, 0))
        if isinstance(value, Node | Store | Eni):
            raise ModelError(f"a procedure keeps a {type(value).__name__} from before its question")
        if has(kind):
            shown = (self.value(getattr(value, each.name)) for each in fields(kind) if each.eq)
            return (kind, *shown)
        raise ModelError(f"{kind.__name__} has no canonical form")

    def _shown(self, eni: AttachedEni) -> Iterator[Hashable]:
        yield self.eni(eni.id)
        yield (eni.primary, eni.device, eni.card, eni.subnet, eni.primary_ipv6)
        yield self._together(Network(address, 1) for address in eni.addresses)
        yield self._together(eni.prefixes)

    def _together(self, networks: Iterable[Network]) -> Hashable:
        """Several networks: a set, for their order says nothing that `key` does not say."""
        return tuple(sorted([self._place(network) for network in networks]))


def _ordered(marks: list[tuple[Hashable, ...]]) -> list[Any]:
    return sorted(marks)


def _first(pair: tuple[Any, Any]) -> Any:  # noqa: ANN401 - descriptions of any shape
    return pair[0][0]


def _second(pair: tuple[Any, Any]) -> Any:  # noqa: ANN401 - the same
    return pair[1]
