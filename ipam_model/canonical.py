"""One key for all states of the daemon's memory that have the same future.

Instants become ages, cut off just above the largest threshold that reads them, so that time does
not make every state new. ENI ids, addresses and pods become numbers in an order that does not
depend on their names: they are sorted by what the whole memory says of them. Equal keys mean equal
futures, up to that renaming.

Two states that differ in names alone have one key, with one exception. A name may stand at several
places, like that of a pod with an address on every card. Such names are told apart by what is at
their places, and that is enough unless their places form rings of different lengths.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any, Final, Generic, TypeAlias, TypeVar

from ipam_model.config import Config
from ipam_model.rules import timing
from ipam_model.state import AddressRecord, Cidr, Eni, Network, Node, Store

POOL_ACTION_AGE = timing.RECONCILE_INTERVAL + 1
DECREASE_AGE = timing.SHRINK_INTERVAL + 1
INSUFFICIENT_AGE = timing.INSUFFICIENT_BACKOFF + 1
ENI_AGE = timing.MINIMUM_ENI_LIFE
"""Ages, in milliseconds, from which on a clock no longer matters: the first on the far side."""

LATER: Final = 2**62
"""In place of the number of a name that has none yet."""

T = TypeVar("T", bound=Hashable)
Look: TypeAlias = tuple[Any, ...]
"""What there is of something, without any name in it; looks of one kind can be sorted."""
Places: TypeAlias = dict[T, list[Look]]
"""By name what is at each place where it stands."""


def canonical(node: Node, now: int, config: Config) -> Hashable:
    """The key of a daemon's memory at an instant."""
    return Canonical(node, now, config).key()


class Names(Generic[T]):
    """The names of one kind, and the numbers that replace them."""

    def __init__(self) -> None:
        self.numbers: dict[T, int] = {}
        self.ranks: dict[T, int] = {}
        """Of names with several places: equal if what is at their places is."""

    def number(self, name: T) -> int:
        """The number of a name, the next one if it has none."""
        return self.numbers.setdefault(name, len(self.numbers))

    def mark(self, name: T) -> Look:
        """What one place shows of the others at which this name stands."""
        if name not in self.ranks:
            return ()
        return (self.ranks[name], self.numbers.get(name, LATER))

    def refine(self, places: Places[T]) -> bool:
        """Rank by what is at the places; whether that tells more names apart than before."""
        found = {name: tuple(sorted(looks)) for name, looks in places.items() if len(looks) > 1}
        order = {looks: rank for rank, looks in enumerate(sorted(set(found.values())))}
        before = len(set(self.ranks.values()))
        self.ranks = {name: order[looks] for name, looks in found.items()}
        return len(order) > before


class Canonical:
    """The renaming of one state, and its key."""

    def __init__(self, node: Node, now: int, config: Config) -> None:
        self.node = node
        self.now = now
        self.cooldown = config.cooldown
        self.enis: Names[str] = Names()
        self.networks: Names[Network] = Names()
        self.containers: Names[str] = Names()
        self._kinds: tuple[Names[Any], ...] = (self.enis, self.networks, self.containers)
        self._released = dict(node.released)
        self._pending: dict[str, dict[Network, list[tuple[int, int]]]] = {}
        for each in node.cleanups:
            networks = self._pending.setdefault(each.eni, {})
            networks.setdefault(each.network, []).append((each.card, each.due - now))
        known = {eni.id for store in node.stores for eni in store.enis}
        mentioned = {*node.unmanaged, *node.efa_only, *node.primaries, *self._pending}
        self._elsewhere = sorted(mentioned - known)

    def key(self) -> Hashable:
        """Everything the future depends on, in canonical names and ages."""
        node = self.node
        self._rank()
        stores = tuple(self._store(store) for store in node.stores)
        for eni_id in self._one_by_one(self._elsewhere, self._mentions):
            self._eni(eni_id)
            self._number_pending(eni_id)
        for network in sorted(self._released, key=self._look_of_network):
            self._network(network)
        released = tuple(
            (number, network.size, self._left(self._released[network]))
            for network, number in self.networks.numbers.items()
            if network in self._released
        )
        return (
            stores,
            released,
            node.max_pods,
            self._age(node.last_pool_action, POOL_ACTION_AGE),
            self._age(node.last_decrease, DECREASE_AGE),
            self._age(node.last_insufficient, INSUFFICIENT_AGE),
            tuple(sorted(self._eni(eni) for eni in node.unmanaged)),
            node.unmanaged_counts,
            tuple(sorted(node.unmanaged_cards)),
            tuple(sorted(self._eni(eni) for eni in node.efa_only)),
            tuple(
                sorted(
                    (
                        each.card,
                        self._eni(each.eni),
                        self._network(each.network),
                        each.due - self.now,
                    )
                    for each in node.cleanups
                )
            ),
            node.terminating,
            node.awaits_trunk,
            tuple(sorted(self._eni(eni) for eni in node.primaries)),
        )

    def _store(self, store: Store) -> Hashable:
        shown: list[Hashable] = []
        for eni in self._one_by_one(store.enis, self._look):
            look = self._look(eni)
            number = self._eni(eni.id)
            cidrs = sorted(eni.cidrs, key=lambda cidr: self._look_of_cidr(eni, cidr))
            shown.append(
                (
                    number,
                    look,
                    tuple(
                        (self._network(cidr.network), self._pods(cidr.records)) for cidr in cidrs
                    ),
                )
            )
            self._number_pending(eni.id, eni.cidrs)
        return (
            store.card,
            store.prefix_mode,
            tuple(shown),
            store.total_drift,
            store.prefix_drift,
        )

    def _one_by_one(self, things: Iterable[T], look: Callable[[T], Look]) -> Iterator[T]:
        """In the order of their looks, which are taken anew once the one before has its numbers."""
        left = sorted(things, key=look)
        while left:
            place = 0
            if any(names.ranks for names in self._kinds):
                place = min(range(len(left)), key=lambda each: look(left[each]))
            yield left.pop(place)

    # -- looks -------------------------------------------------------------------------------

    def _look(self, eni: Eni) -> Look:
        """An ENI of a store."""
        return (
            not eni.primary,
            eni.trunk,
            eni.efa,
            eni.excluded,
            eni.subnet,
            eni.device,
            self._age(eni.created, ENI_AGE),
            tuple(sorted(self._look_of_cidr(eni, cidr) for cidr in eni.cidrs)),
            self._mentions(eni.id, eni.cidrs),
        )

    def _mentions(self, eni_id: str, cidrs: Iterable[Cidr] = ()) -> Look:
        """What is said of an ENI outside of the stores."""
        node = self.node
        return (
            eni_id in node.unmanaged,
            eni_id in node.efa_only,
            eni_id in node.primaries,
            tuple(
                self._look_of_pending(network, eni_id)
                for network in self._only_pending(eni_id, cidrs)
            ),
            self.enis.mark(eni_id),
        )

    def _look_of_cidr(self, eni: Eni, cidr: Cidr) -> Look:
        network = cidr.network
        return (
            cidr.is_prefix,
            *self._look_of_network(network, eni.id),
            tuple(
                (record.address - network.address, self._idle(record), self._holder(record))
                for record in cidr.records
            ),
        )

    def _look_of_network(self, network: Network, eni_id: str = "") -> Look:
        expiry = self._released.get(network)
        return (
            network.size,
            -1 if expiry is None else self._left(expiry),
            tuple(sorted(self._pending.get(eni_id, {}).get(network, ()))),
            self.networks.mark(network),
        )

    def _look_of_pending(self, network: Network, eni_id: str) -> Look:
        """Like that of a CIDR, of one that is not there."""
        return (2, *self._look_of_network(network, eni_id), ())

    def _idle(self, record: AddressRecord) -> int:
        """-1 for an assigned address, else how long it has been unassigned."""
        return -1 if record.pod is not None else self._age(record.since, self.cooldown + 1)

    def _holder(self, record: AddressRecord) -> Look:
        pod = record.pod
        if pod is None:
            return ()
        key = pod.key
        mark = self.containers.mark(key.container)
        return (key.network, key.interface, pod.interfaces, bool(pod.name), mark)

    # -- names -------------------------------------------------------------------------------

    def _pods(self, records: Iterable[AddressRecord]) -> tuple[int, ...]:
        return tuple(self.containers.number(r.pod.key.container) for r in records if r.pod)

    def _eni(self, eni_id: str) -> int:
        return self.enis.number(eni_id)

    def _network(self, network: Network) -> int:
        return self.networks.number(network)

    def _only_pending(self, eni_id: str, cidrs: Iterable[Cidr] = ()) -> list[Network]:
        """What a clean-up is pending of although the ENI's record does not have it."""
        if eni_id not in self._pending:
            return []
        left = self._pending[eni_id].keys() - {cidr.network for cidr in cidrs}
        return sorted(left, key=lambda network: (self._look_of_network(network, eni_id), network))

    def _number_pending(self, eni_id: str, cidrs: Iterable[Cidr] = ()) -> None:
        for network in self._only_pending(eni_id, cidrs):
            self._network(network)

    def _rank(self) -> None:
        """Rank the names of several places, until what is there tells no more of them apart."""
        finer = True
        while finer:
            enis, networks, containers = self._places()
            finer = self.enis.refine(enis)
            finer |= self.networks.refine(networks)
            finer |= self.containers.refine(containers)

    def _places(self) -> tuple[Places[str], Places[Network], Places[str]]:
        """Where ENIs, networks and containers stand."""
        enis: Places[str] = defaultdict(list)
        networks: Places[Network] = defaultdict(list)
        containers: Places[str] = defaultdict(list)
        for store in self.node.stores:
            for eni in store.enis:
                look = (store.card, self._look(eni))
                enis[eni.id].append(look)
                for cidr in eni.cidrs:
                    here = (*look, self._look_of_cidr(eni, cidr))
                    networks[cidr.network].append(here)
                    for record in cidr.records:
                        if record.pod is not None:
                            offset = record.address - cidr.network.address
                            containers[record.pod.key.container].append((*here, offset))
                for network in self._only_pending(eni.id, eni.cidrs):
                    networks[network].append((*look, self._look_of_pending(network, eni.id)))
        for eni_id in self._elsewhere:
            look = (-1, self._mentions(eni_id))
            for network in self._only_pending(eni_id):
                networks[network].append((*look, self._look_of_pending(network, eni_id)))
        return enis, networks, containers

    # -- ages --------------------------------------------------------------------------------

    def _age(self, instant: int | None, long_ago: int) -> int:
        return long_ago if instant is None else min(self.now - instant, long_ago)

    def _left(self, expiry: int) -> int:
        return max(expiry - self.now, 0)
