"""Operations on one data store, each atomic in the daemon (R11, R21-R26, R113)."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from typing import Final

from ipam_model.arithmetic import INTS
from ipam_model.catalogue import Kind, Label, part_of, rule
from ipam_model.config import Config, Quirk
from ipam_model.records import evolve
from ipam_model.rules import timing
from ipam_model.state import (
    AddressRecord,
    Cidr,
    Eni,
    Holding,
    Network,
    Node,
    Pod,
    PodKey,
    Question,
    Store,
    by_network,
)


def put_store(node: Node, store: Store) -> Node:
    """The node with its store of the same card replaced."""
    stores = node.stores
    # Spelled out because every pod event passes here.
    return Node(
        stores=(store,)
        if len(stores) == 1
        else tuple([store if old.card == store.card else old for old in stores]),
        max_pods=node.max_pods,
        last_pool_action=node.last_pool_action,
        last_decrease=node.last_decrease,
        last_insufficient=node.last_insufficient,
        released=node.released,
        unmanaged=node.unmanaged,
        unmanaged_counts=node.unmanaged_counts,
        unmanaged_cards=node.unmanaged_cards,
        efa_only=node.efa_only,
        cleanups=node.cleanups,
        terminating=node.terminating,
        awaits_trunk=node.awaits_trunk,
        primaries=node.primaries,
    )


def put_eni(store: Store, eni: Eni, holdings: Mapping[PodKey, Holding] | None = None) -> Store:
    """The store with an existing ENI replaced."""
    enis = store.enis
    for position, old in enumerate(enis):
        if old.id == eni.id:
            enis = (*enis[:position], eni, *enis[position + 1 :])
            break
    return store.with_enis(enis, store.holdings if holdings is None else holdings)


def put_cidr(eni: Eni, cidr: Cidr) -> Eni:
    """The ENI with an existing CIDR replaced."""
    cidrs = eni.cidrs
    position = bisect_left(cidrs, cidr.network, key=by_network)
    assert cidrs[position].network == cidr.network, "the ENI has no such CIDR"
    return eni.with_cidrs((*cidrs[:position], cidr, *cidrs[position + 1 :]))


@rule(
    "R11",
    "An ENI enters the store with the flags and the instant of its first insertion; inserting a "
    "known id again changes nothing.",
    source="ds:468-495",
    kind=Kind.STEP,
)
def add_eni(store: Store, eni: Eni) -> Store:
    """Insert an ENI record without CIDRs; a duplicate is ignored."""
    if store.eni(eni.id) is not None:
        return store
    enis = tuple(sorted((*store.enis, eni), key=lambda each: each.id))
    return store.with_enis(enis, store.holdings)


@rule(
    "R22",
    "A CIDR is inserted once per ENI; the same CIDR may stand on two ENIs. Counters grow by its "
    "size.",
    source="ds:530-566",
    kind=Kind.STEP,
)
def add_cidr(store: Store, eni_id: str, network: Network, *, prefix: bool) -> Store:
    """Insert a CIDR with no address records; unknown ENI or known CIDR: nothing changes."""
    eni = store.eni(eni_id)
    if eni is None or eni.find(network) is not None:
        return store
    cidrs = list(eni.cidrs)
    insort(cidrs, Cidr(network, prefix), key=by_network)
    return put_eni(store, eni.with_cidrs(tuple(cidrs)))


def add_cidrs(store: Store, eni_id: str, networks: tuple[Network, ...], *, prefix: bool) -> Store:
    """Insert several CIDRs of one kind (R22)."""
    for network in networks:
        store = add_cidr(store, eni_id, network, prefix=prefix)
    return store


@rule(
    "R23",
    "Deleting a CIDR fails while a pod holds one of its addresses, unless forced, which unassigns "
    "without cooldown; cooling addresses do not block. Counters shrink by its size.",
    source="ds:568-617",
    kind=Kind.STEP,
)
def delete_cidr(store: Store, eni_id: str, network: Network, *, force: bool) -> Store | None:
    """Delete a CIDR with its records; `None` if it is in use and not forced, or unknown."""
    eni = store.eni(eni_id)
    cidr = eni.find(network) if eni is not None else None
    if eni is None or cidr is None or (cidr.in_use() and not force):
        return None
    kept = tuple(each for each in eni.cidrs if each.network != network)
    return put_eni(store, eni.with_cidrs(kept), _without(store.holdings, (cidr,)))


@rule(
    "R24",
    "Removing by force an ENI that has pods subtracts its CIDRs from the counters total and "
    "allocatedPrefix twice; the IPv6 CIDRs of a removed ENI are never subtracted.",
    source="ds:1184-1216",
    kind=Kind.STEP,
    label=Label.SUSPECTED_BUG,
)
def remove_eni_by_force(config: Config, store: Store, eni: Eni) -> Store:
    """Remove an ENI with its CIDRs and assignments."""
    twice = eni.has_pods() and config.quirk(Quirk.DOUBLE_DECREMENT)
    never = config.quirk(Quirk.IPV6_NEVER_SUBTRACTED)
    extra = [cidr for cidr in eni.cidrs if twice and not cidr.network.ipv6]
    left = [cidr for cidr in eni.cidrs if never and cidr.network.ipv6]
    return Store(
        store.card,
        store.prefix_mode,
        tuple(each for each in store.enis if each.id != eni.id),
        store.total_drift - _size(extra) + _size(left),
        store.prefix_drift - _prefixes(extra) + _prefixes(left),
        _without(store.holdings, eni.cidrs),
    )


def _size(cidrs: Iterable[Cidr]) -> int:
    return sum(cidr.network.size for cidr in cidrs)


def _prefixes(cidrs: Iterable[Cidr]) -> int:
    return sum(cidr.is_prefix for cidr in cidrs)


def remove_eni(store: Store, eni_id: str) -> Store:
    """Remove an ENI that has no pods."""
    enis = tuple(each for each in store.enis if each.id != eni_id)
    return store.with_enis(enis, store.holdings)


@rule(
    "R25",
    "Dropping the emptied CIDR of an excluded ENI takes nothing from the counters, so they grow "
    "when reconcile adds it again.",
    source="ds:1818-1826",
    kind=Kind.STEP,
    label=Label.SUSPECTED_BUG,
)
def drop_excluded_cidr(config: Config, store: Store, eni: Eni, cidr: Cidr) -> Store:
    """Take an unassigned CIDR of an excluded ENI out of the store."""
    dropped = put_eni(store, eni.with_cidrs(tuple(each for each in eni.cidrs if each is not cidr)))
    if not config.quirk(Quirk.CLEANUP_DRIFT):
        return dropped
    return Store(
        dropped.card,
        dropped.prefix_mode,
        dropped.enis,
        dropped.total_drift + cidr.network.size,
        dropped.prefix_drift + cidr.is_prefix,
        dropped.holdings,
    )


@rule(
    "R113",
    "From a CIDR comes any expired address, and then all its expired records are forgotten; "
    "without one, the lowest address without a record; cooling addresses are never given out.",
    source="ds:1499-1536",
    kind=Kind.STEP,
)
def assignable(cidr: Cidr, now: int, cooldown: int) -> tuple[int, ...]:
    """The addresses of a CIDR that may be given out next: any of the expired, or one fresh."""
    records = cidr.records
    network = cidr.network
    if not records:
        return (network.address,)
    expired = [
        record.address
        for record in records
        if record.pod is None and not timing.cooling(INTS, now, record.since, cooldown)
    ]
    if expired or len(records) == network.size:
        return tuple(expired)
    address = network.address
    for record in records:
        if record.address != address:
            break
        address += 1
    return (address,)


END_OF_TIME: Final = 2**63
"""An instant at which nothing cools any more."""


def gives(cidr: Cidr) -> bool:
    """Whether a pod may get an address of the CIDR as it is, now or later.

    What has none to give when all have cooled has none before. Most single addresses of a busy
    node are so, and need not be looked at for every pod.
    """
    return bool(assignable(cidr, END_OF_TIME, 0))


class _Giving:
    """The question `gives`: another one as soon as a function that decides it is another.

    Wrong models and mutants replace functions, or the text of functions, and put them back.
    """

    __slots__ = ("_in_force", "_question")

    def __init__(self) -> None:
        self._in_force: tuple[object, ...] = ()

    def __call__(self) -> Question:
        cooling = timing.cooling
        in_force = (
            gives,
            gives.__code__,
            assignable,
            assignable.__code__,
            cooling,
            cooling.__code__,
        )
        if in_force != self._in_force:
            self._in_force = in_force
            self._question = Question(gives)
        return self._question


giving: Final = _Giving()


@part_of("R113")
def assign(
    store: Store, eni: Eni, cidr: Cidr, address: int, pod: Pod, now: int, cooldown: int
) -> Store:
    """Give `address`, one of `assignable`, to `pod`; the CIDR's expired records are forgotten."""
    record = AddressRecord(address, pod, now)
    if cidr.network.size == 1:
        records: tuple[AddressRecord, ...] = (record,)
    else:
        kept = [
            old
            for old in cidr.records
            if old.pod is not None or timing.cooling(INTS, now, old.since, cooldown)
        ]
        insort(kept, record, key=_by_address)
        records = tuple(kept)
    return _hold(store, eni, Cidr(cidr.network, cidr.is_prefix, records), record, pod)


def recover(store: Store, eni: Eni, cidr: Cidr, address: int, pod: Pod, assigned_at: int) -> Store:
    """Restore an assignment read from the checkpoint (R61)."""
    record = AddressRecord(address, pod, assigned_at)
    return _hold(store, eni, cidr.with_record(record), record, pod)


def _hold(store: Store, eni: Eni, cidr: Cidr, record: AddressRecord, pod: Pod) -> Store:
    holdings = dict(store.holdings)
    holdings[pod.key] = Holding(pod, record.address, eni.id, cidr.network, record.since)
    return put_eni(store, put_cidr(eni, cidr), holdings)


def unassign(store: Store, holding: Holding, now: int) -> Store:
    """Take an address back from its pod; its cooldown starts (R124)."""
    eni = store.eni(holding.eni)
    assert eni is not None, "the index names an ENI that is not in the store"
    cidr = eni.find(holding.network)
    assert cidr is not None, "the index names a CIDR that is not in the store"
    holdings = dict(store.holdings)
    del holdings[holding.pod.key]
    freed = cidr.with_record(AddressRecord(holding.address, None, now))
    return put_eni(store, put_cidr(eni, freed), holdings)


def forget(store: Store, holding: Holding) -> Store:
    """Undo an assignment: its record goes, without cooldown (R114)."""
    eni = store.eni(holding.eni)
    assert eni is not None, "the index names an ENI that is not in the store"
    cidr = eni.find(holding.network)
    assert cidr is not None, "the index names a CIDR that is not in the store"
    kept = tuple(record for record in cidr.records if record.address != holding.address)
    holdings = {key: held for key, held in store.holdings.items() if key != holding.pod.key}
    return put_eni(store, put_cidr(eni, evolve(cidr, records=kept)), holdings)


def index(enis: tuple[Eni, ...]) -> dict[PodKey, Holding]:
    """The assignments of these ENIs by key, computed from the records."""
    return {
        record.pod.key: Holding(record.pod, record.address, eni.id, cidr.network, record.since)
        for eni in enis
        for cidr in eni.cidrs
        for record in cidr.records
        if record.pod is not None
    }


def _without(
    holdings: Mapping[PodKey, Holding], cidrs: tuple[Cidr, ...]
) -> Mapping[PodKey, Holding]:
    gone = [record.pod.key for cidr in cidrs for record in cidr.records if record.pod is not None]
    if not gone:
        return holdings
    return {key: holding for key, holding in holdings.items() if key not in gone}


def _by_address(record: AddressRecord) -> int:
    return record.address
