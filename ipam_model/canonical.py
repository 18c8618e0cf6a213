"""One key for all states of the daemon's memory that have the same future.

Instants become ages, cut off just above the largest threshold that reads them, so that time does
not make every state new. ENI ids, addresses and pods become numbers in an order that does not
depend on their names: they are sorted by what the whole memory says of them. Equal keys mean equal
futures, up to that renaming.

Two states that differ in names alone have one key, with one exception. A name may stand at several
places, like that of a pod with an address on every card. Such names are told apart by what is at
their places, and of ENIs that are alike even so, one is picked. That is right where those that
look alike can be exchanged. Where they cannot (their places form rings of different lengths, for
example) a state may have several keys, but none of another state's.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
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
        order = _order(found.values())
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
        self._picked: dict[str, int] = {}
        """ENIs that come before others that look alike, in the order of picking."""
        self._looks: dict[tuple[str, int], Look] = {}
        """Those of CIDRs, by ENI and object; they stay while no name has several places."""
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
        while (eni_id := self._tied()) is not None:
            self._picked[eni_id] = len(self._picked)
            self._rank()
        stores = tuple(self._store(store) for store in node.stores)
        for eni_id in sorted(self._elsewhere, key=self._mentions):
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
        for eni in sorted(store.enis, key=self._look):
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
            self._picked.get(eni_id, LATER),
        )

    def _look_of_cidr(self, eni: Eni, cidr: Cidr) -> Look:
        place = (eni.id, id(cidr))
        if self._several_places() or place not in self._looks:
            network = cidr.network
            self._looks[place] = (
                cidr.is_prefix,
                *self._look_of_network(network, eni.id),
                tuple(
                    [
                        (record.address - network.address, self._idle(record), self._holder(record))
                        for record in cidr.records
                    ]
                ),
            )
        return self._looks[place]

    def _look_of_network(self, network: Network, eni_id: str = "") -> Look:
        expiry = self._released.get(network)
        return (
            network.size,
            -1 if expiry is None else self._left(expiry),
            tuple(sorted(self._pending[eni_id].get(network, ())))
            if eni_id in self._pending
            else (),
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

    def _tied(self) -> str | None:
        """One of the ENIs that look alike, if there are any and names have several places."""
        if not self._several_places():
            return None
        stored, elsewhere = self._looks_of_enis()
        looks = [(look, eni.id) for eni, look in stored]
        looks += [(look, eni_id) for eni_id, look in elsewhere]
        count = Counter(look for look, _ in looks)
        tied = [each for each in looks if count[each[0]] > 1]
        return min(tied)[1] if tied else None

    def _several_places(self) -> bool:
        return bool(self.containers.ranks or self.networks.ranks or self.enis.ranks)

    def _looks_of_enis(self) -> tuple[list[tuple[Eni, Look]], list[tuple[str, Look]]]:
        """Those of the stores, and the others."""
        stored = [
            (eni, (store.card, self._look(eni))) for store in self.node.stores for eni in store.enis
        ]
        return stored, [(each, (-1, self._mentions(each))) for each in self._elsewhere]

    def _places(self) -> tuple[Places[str], Places[Network], Places[str]]:
        """Where ENIs, networks and containers stand."""
        enis: Places[str] = defaultdict(list)
        networks: Places[Network] = defaultdict(list)
        containers: Places[str] = defaultdict(list)
        stored, elsewhere = self._looks_of_enis()
        order = _order(look for _, look in (*stored, *elsewhere))
        for eni, look in stored:
            at = order[look]
            enis[eni.id].append((at,))
            for cidr in eni.cidrs:
                look_of_cidr = self._look_of_cidr(eni, cidr)
                networks[cidr.network].append((at, look_of_cidr))
                for record in cidr.records:
                    if record.pod is not None:
                        offset = record.address - cidr.network.address
                        containers[record.pod.key.container].append((at, look_of_cidr, offset))
            for network in self._only_pending(eni.id, eni.cidrs):
                networks[network].append((at, self._look_of_pending(network, eni.id)))
        for eni_id, look in elsewhere:
            for network in self._only_pending(eni_id):
                networks[network].append((order[look], self._look_of_pending(network, eni_id)))
        return enis, networks, containers

    # -- ages --------------------------------------------------------------------------------

    def _age(self, instant: int | None, long_ago: int) -> int:
        return long_ago if instant is None else min(self.now - instant, long_ago)

    def _left(self, expiry: int) -> int:
        return max(expiry - self.now, 0)


def _order(looks: Iterable[Look]) -> dict[Look, int]:
    """The rank of each look."""
    return {look: rank for rank, look in enumerate(sorted(set(looks)))}
