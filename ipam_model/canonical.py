"""One key for all states of the daemon's memory that have the same future.

Instants become ages, cut off just above the largest threshold that reads them, so that time does
not make every state new. ENI ids, addresses and pods become numbers in an order that does not
depend on their names. Equal keys mean equal futures, up to that renaming; the converse does not
hold: ENIs that look alike but are mentioned elsewhere may be numbered either way.
"""

from collections.abc import Hashable, Iterable

from ipam_model.config import Config
from ipam_model.rules import timing
from ipam_model.state import AddressRecord, Cidr, Eni, Network, Node, Store

POOL_ACTION_AGE = timing.RECONCILE_INTERVAL + 1
DECREASE_AGE = timing.SHRINK_INTERVAL + 1
INSUFFICIENT_AGE = timing.INSUFFICIENT_BACKOFF + 1
ENI_AGE = timing.MINIMUM_ENI_LIFE
"""Ages, in milliseconds, from which on a clock no longer matters: the first on the far side."""


def canonical(node: Node, now: int, config: Config) -> Hashable:
    """The key of a daemon's memory at an instant."""
    return Canonical(node, now, config).key()


class Canonical:
    """The renaming of one state, and its key."""

    def __init__(self, node: Node, now: int, config: Config) -> None:
        self.node = node
        self.now = now
        self.cooldown = config.cooldown
        self.enis: dict[str, int] = {}
        self.networks: dict[Network, int] = {}
        self.containers: dict[str, int] = {}
        self._released = dict(node.released)
        self._pending = {(each.eni, each.network): each.due for each in node.cleanups}

    def key(self) -> Hashable:
        """Everything the future depends on, in canonical names and ages."""
        node = self.node
        stores = tuple(self._store(store) for store in node.stores)
        elsewhere = sorted(network for network in self._released if network not in self.networks)
        released = tuple(
            (self._network(network), network.size, self._left(self._released[network]))
            for network in (*self.networks, *elsewhere)
            if network in self._released
        )
        return (
            stores,
            released,
            node.max_pods,
            self._age(node.last_pool_action, POOL_ACTION_AGE),
            self._age(node.last_decrease, DECREASE_AGE),
            self._age(node.last_insufficient, INSUFFICIENT_AGE),
            tuple(sorted(self._eni(eni) for eni in sorted(node.unmanaged))),
            node.unmanaged_counts,
            tuple(sorted(node.unmanaged_cards)),
            tuple(sorted(self._eni(eni) for eni in sorted(node.efa_only))),
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
            tuple(sorted(self._eni(eni) for eni in sorted(node.primaries))),
        )

    def _store(self, store: Store) -> Hashable:
        shown: list[Hashable] = []
        for eni in sorted(store.enis, key=self._look):
            number = self._eni(eni.id)
            cidrs = sorted(eni.cidrs, key=lambda cidr: self._look_of_cidr(eni, cidr))
            shown.append(
                (
                    number,
                    self._look(eni),
                    tuple(
                        (self._network(cidr.network), self._pods(cidr.records)) for cidr in cidrs
                    ),
                )
            )
        return (
            store.card,
            store.prefix_mode,
            tuple(shown),
            store.total_drift,
            store.prefix_drift,
        )

    def _look(self, eni: Eni) -> tuple[object, ...]:
        """An ENI without any name in it."""
        return (
            not eni.primary,
            eni.trunk,
            eni.efa,
            eni.excluded,
            eni.subnet,
            eni.device,
            self._age(eni.created, ENI_AGE),
            tuple(sorted(self._look_of_cidr(eni, cidr) for cidr in eni.cidrs)),
        )

    def _look_of_cidr(self, eni: Eni, cidr: Cidr) -> tuple[object, ...]:
        expiry = self._released.get(cidr.network)
        due = self._pending.get((eni.id, cidr.network))
        return (
            cidr.is_prefix,
            cidr.network.size,
            -1 if expiry is None else self._left(expiry),
            -1 if due is None else due - self.now,
            tuple(
                (record.address - cidr.network.address, self._idle(record))
                for record in cidr.records
            ),
        )

    def _idle(self, record: AddressRecord) -> int:
        """-1 for an assigned address, else how long it has been unassigned."""
        return -1 if record.pod is not None else self._age(record.since, self.cooldown + 1)

    def _pods(self, records: Iterable[AddressRecord]) -> tuple[Hashable, ...]:
        return tuple(
            (
                self.containers.setdefault(r.pod.key.container, len(self.containers)),
                r.pod.key.network,
                r.pod.key.interface,
                r.pod.interfaces,
                bool(r.pod.name),
            )
            for r in records
            if r.pod is not None
        )

    def _eni(self, eni_id: str) -> int:
        return self.enis.setdefault(eni_id, len(self.enis))

    def _network(self, network: Network) -> int:
        return self.networks.setdefault(network, len(self.networks))

    def _age(self, instant: int | None, long_ago: int) -> int:
        return long_ago if instant is None else min(self.now - instant, long_ago)

    def _left(self, expiry: int) -> int:
        return max(expiry - self.now, 0)
