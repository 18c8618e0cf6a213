"""What the daemon remembers: the data store per card, clocks, released CIDRs (R6-R34).

All records are immutable, hashable and in canonical order (ENIs by id, CIDRs by network, address
records by address). Instants are milliseconds since an arbitrary origin, addresses are integers.
The other three copies of the truth, EC2, the IMDS view and the checkpoint file, belong to the
environment: `ipam_model.ec2` and `ipam_model.world`.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from operator import attrgetter
from typing import Final, NamedTuple

from attrs import field, frozen

from ipam_model.arithmetic import INTS
from ipam_model.catalogue import Kind, rule
from ipam_model.records import quick
from ipam_model.rules import timing
from ipam_model.tallies import NOTHING, Tally


class PodKey(NamedTuple):
    """What identifies an assignment: container (sandbox), network and interface name (R16)."""

    container: str
    network: str = "aws-cni"
    interface: str = "eth0"


@quick
@frozen(weakref_slot=False)
class Pod:
    """A key with the pod's name and the number of interfaces it asked for (R16, R61)."""

    key: PodKey
    name: str = ""
    """`namespace/name`; empty if either is unknown, then a restart never checks the host veth."""
    interfaces: int = 1


IPV4_END: Final = 2**32
"""Addresses from here on are IPv6 addresses."""
IPV6_BLOCK: Final = 2**48
"""Addresses of a /80, the only IPv6 CIDR there is (R15, R60)."""


class Network(NamedTuple):
    """The identity of a CIDR: first address and number of addresses (1 for a /32).

    Of IPv6 if the address is `IPV4_END` or more; such a CIDR is a /80 and is never enumerated.
    """

    address: int
    size: int

    @property
    def ipv6(self) -> bool:
        """Whether this is a CIDR of IPv6 addresses."""
        return self.address >= IPV4_END

    def __contains__(self, address: object) -> bool:
        return isinstance(address, int) and self.address <= address < self.address + self.size


@quick
@frozen(weakref_slot=False)
class AddressRecord:
    """An address that was given out at least once since its CIDR came into the store (R16)."""

    address: int
    pod: Pod | None
    """The holder, or `None` when unassigned."""
    since: int
    """When it was assigned, or unassigned."""


@quick
@frozen(weakref_slot=False)
class Cidr:
    """A /32 secondary address or a prefix in the store; absent records are never-used addresses."""

    network: Network
    is_prefix: bool
    records: tuple[AddressRecord, ...] = ()
    _answer: object = field(default=None, init=False, eq=False, repr=False)
    """`yes` or `no` of the last question of `Eni.cidrs_that`."""

    def ask(self, question: "Question") -> bool:
        """The answer, remembered."""
        found = question.ask(self)
        object.__setattr__(self, "_answer", question.yes if found else question.no)
        return found

    def assigned(self) -> int:
        """Addresses held by pods."""
        return sum([record.pod is not None for record in self.records])

    def in_use(self) -> bool:
        """Whether a pod holds an address of this CIDR."""
        for record in self.records:
            if record.pod is not None:
                return True
        return False

    def cooling(self, now: int, period: int) -> int:
        """Unassigned addresses still cooling (R17)."""
        return sum(
            record.pod is None and timing.cooling(INTS, now, record.since, period)
            for record in self.records
        )

    def find(self, address: int) -> AddressRecord | None:
        """The record of `address`, or `None` if it was never used."""
        for record in self.records:
            if record.address == address:
                return record
        return None

    def with_record(self, record: AddressRecord) -> "Cidr":
        """This CIDR with `record` put in place of any record of the same address."""
        if self.network.size == 1:
            return Cidr(self.network, self.is_prefix, (record,))
        kept = [old for old in self.records if old.address != record.address]
        kept.append(record)
        kept.sort(key=_by_address)
        return Cidr(self.network, self.is_prefix, tuple(kept))


by_network: Final[Callable[[Cidr], Network]] = attrgetter("network")
"""The key of the canonical order of CIDRs."""


@frozen(eq=False)
class Question:
    """About a CIDR alone; the answers are remembered by the CIDRs, for this very object."""

    ask: Callable[[Cidr], bool]
    yes: object = field(factory=object, init=False, repr=False)
    no: object = field(factory=object, init=False, repr=False)


def _by_address(record: AddressRecord) -> int:
    return record.address


def count(cidrs: tuple[Cidr, ...]) -> tuple[Tally, tuple[Cidr, ...]]:
    """The sums over CIDRs, and those that are not secondary addresses in use."""
    still_open = tuple(
        [each for each in cidrs if each.is_prefix or not each.records or not each.records[0].pod]
    )
    prefixes = [cidr for cidr in still_open if cidr.is_prefix]
    singles, unused_singles = len(cidrs) - len(prefixes), len(still_open) - len(prefixes)
    if not prefixes:
        return Tally(singles, unused_singles), still_open
    addresses = pods = unused = free = 0
    for cidr in prefixes:
        held = cidr.assigned()
        addresses += cidr.network.size
        pods += held
        if not held:
            unused += 1
            if not cidr.network.ipv6:
                free += 1
    sums = Tally(singles, unused_singles, len(prefixes), addresses, pods, unused, free)
    return sums, still_open


@quick
@frozen(weakref_slot=False)
class Eni:
    """An ENI in the store (R11). Its flags are those of the moment it was set up."""

    id: str
    primary: bool
    device: int
    subnet: str
    created: int
    """Insertion into the store; restarts with the daemon."""
    primary_address: int
    """Its first IPv4 address, in IPv6 mode its first IPv6 one; never a pod address (R6, R157)."""
    trunk: bool = False
    efa: bool = False
    excluded: bool = False
    """Its subnet was excluded from pod addressing when it was set up (R13)."""
    cidrs: tuple[Cidr, ...] = ()
    _counted: tuple[Tally, tuple[Cidr, ...]] | None = field(
        default=None, init=False, eq=False, repr=False
    )
    _chosen: tuple[object, tuple[Cidr, ...]] = field(
        default=(None, ()), init=False, eq=False, repr=False
    )

    def tally(self) -> Tally:
        """The sums over its CIDRs."""
        return (self._counted or self._count())[0]

    def open_cidrs(self) -> tuple[Cidr, ...]:
        """All CIDRs but the secondary addresses that pods hold, in canonical order."""
        return (self._counted or self._count())[1]

    def _count(self) -> tuple[Tally, tuple[Cidr, ...]]:
        """Both, made when first asked for: an event changes one ENI of many.

        Kept by hand, because a cached property takes half as long again as the sums.
        """
        counted = count(self.cidrs)
        object.__setattr__(self, "_counted", counted)
        return counted

    def cidrs_that(self, question: Question) -> tuple[Cidr, ...]:
        """The CIDRs for which the answer is yes, in canonical order.

        Each is asked once, until there is another question.
        """
        answered, chosen = self._chosen
        if answered is not question.yes:
            yes, no = question.yes, question.no
            chosen = tuple(
                [
                    cidr
                    for cidr in self.cidrs
                    if (known := cidr._answer) is yes  # noqa: SLF001 - of this module alone
                    or (known is not no and cidr.ask(question))
                ]
            )
            object.__setattr__(self, "_chosen", (yes, chosen))
        return chosen

    def find(self, network: Network) -> Cidr | None:
        """The CIDR with this identity."""
        cidrs = self.cidrs
        position = bisect_left(cidrs, network, key=by_network)
        known = position < len(cidrs) and cidrs[position].network == network
        return cidrs[position] if known else None

    @rule(
        "R31",
        "An ENI has pods if an address of any of its IPv4 CIDRs, of either kind, is assigned; IPv6 "
        "ones are not looked at.",
        source="ds:1113-1115",
        kind=Kind.STEP,
    )
    def has_pods(self) -> bool:
        """hasPods(e) (R31)."""
        for cidr in self.cidrs:
            if cidr.in_use() and not cidr.network.ipv6:
                return True
        return False

    @rule(
        "R32",
        "An ENI is cooling if an address of any of its CIDRs is.",
        source="ds:1101-1110",
        kind=Kind.STEP,
    )
    def cooling(self, now: int, period: int) -> bool:
        """coolingOn(e) (R32)."""
        return any(cidr.cooling(now, period) for cidr in self.cidrs)

    def unused(self) -> tuple[Cidr, ...]:
        """CIDRs of either kind without an assigned address."""
        return tuple(cidr for cidr in self.cidrs if not cidr.in_use())

    def with_cidrs(self, cidrs: tuple[Cidr, ...]) -> "Eni":
        """This ENI with other CIDRs, which must be in canonical order."""
        return Eni(
            self.id,
            self.primary,
            self.device,
            self.subnet,
            self.created,
            self.primary_address,
            self.trunk,
            self.efa,
            self.excluded,
            cidrs,
        )


class Holding(NamedTuple):
    """An assignment and where it lives."""

    pod: Pod
    address: int
    eni: str
    network: Network
    since: int
    """When it was assigned."""


@quick
@frozen(weakref_slot=False)
class Totals:
    """Statistics of a store (R28-R30): only relevant CIDRs, ENIs in excluded subnets left out."""

    total: int
    assigned: int
    allocated_prefixes: int
    """X: the raw counter, drift included (R24, R25)."""
    free_prefixes: int
    """F: IPv4 prefixes without pods on all ENIs, excluded ones included."""

    @property
    def available(self) -> int:
        """V = T - A; cooling addresses count as available (R84)."""
        return self.total - self.assigned


@quick
@frozen(weakref_slot=False)
class Store:
    """The data store of one network card (R9, R21-R32)."""

    card: int
    prefix_mode: bool
    """Fixed when the store is created (R27)."""
    enis: tuple[Eni, ...] = ()
    total_drift: int = 0
    """What R24 and R25 added to or took from the counter `total`."""
    prefix_drift: int = 0
    """The same for `allocatedPrefix`."""
    holdings: Mapping[PodKey, Holding] = field(factory=dict, eq=False, repr=False)
    """Derived index of the assignments; never mutated, left out of equality and hash."""
    _summed: tuple[tuple[Eni, ...], Tally, Tally] = field(
        default=((), NOTHING, NOTHING), init=False, eq=False, repr=False
    )
    """ENIs, of this store or of one earlier one, and what `tallies` found of them."""

    def eni(self, eni_id: str) -> Eni | None:
        """The record of an ENI, or `None`."""
        for eni in self.enis:
            if eni.id == eni_id:
                return eni
        return None

    def tallies(self) -> tuple[Tally, Tally]:
        """The sums over the CIDRs of the ENIs that are not excluded, and of those that are.

        Made when first asked for; from those of the store that this one came from by `with_enis`,
        if that was asked.
        """
        before, ordinary, excluded = self._summed
        if before is not self.enis:
            sums = {False: ordinary, True: excluded}
            # Most ENIs are the same and in their place. One that moved is taken off and put back.
            for old, new in zip_longest(before, self.enis):
                if old is new:
                    continue
                if old is not None:
                    sums[old.excluded] = sums[old.excluded].minus(old.tally())
                if new is not None:
                    sums[new.excluded] = sums[new.excluded].plus(new.tally())
            ordinary, excluded = sums[False], sums[True]
            object.__setattr__(self, "_summed", (self.enis, ordinary, excluded))
        return ordinary, excluded

    def with_enis(self, enis: tuple[Eni, ...], holdings: Mapping[PodKey, Holding]) -> "Store":
        """This store with other ENIs, in canonical order, and the matching index."""
        after = Store(
            self.card, self.prefix_mode, enis, self.total_drift, self.prefix_drift, holdings
        )
        object.__setattr__(after, "_summed", self._summed)
        return after

    def trunk(self) -> bool:
        """Whether the store has a trunk ENI."""
        return any(eni.trunk for eni in self.enis)

    @rule(
        "R27",
        "A CIDR is relevant if it is of the kind the store's mode uses: prefixes in prefix mode, "
        "single addresses otherwise; the mode is fixed when the store is created.",
        source="ds:934",
        kind=Kind.STEP,
    )
    def relevant(self, cidr: Cidr) -> bool:
        """rel(r): the CIDR is of the kind the store's mode uses (R27)."""
        return cidr.is_prefix == self.prefix_mode

    def cidrs(self) -> Iterator[tuple[Eni, Cidr]]:
        """Every CIDR with its ENI, in canonical order."""
        for eni in self.enis:
            for cidr in eni.cidrs:
                yield eni, cidr

    def counter_total(self) -> int:
        """The running counter `total` (R21): all CIDRs, plus drift."""
        sizes = [cidr.network.size for eni in self.enis for cidr in eni.cidrs]
        return sum(sizes) + self.total_drift

    def counter_prefixes(self) -> int:
        """The running counter `allocatedPrefix` (R21), plus drift."""
        prefixes = [cidr.is_prefix for eni in self.enis for cidr in eni.cidrs]
        return sum(prefixes) + self.prefix_drift

    @rule(
        "R29",
        "IPv6 statistics sum all IPv6 prefixes of the non-excluded ENIs; cooling addresses are not "
        "counted, and no IPv6 prefix is a free prefix.",
        source="ds:931-941, ds:1448-1461",
        kind=Kind.STEP,
    )
    def cooldown_count(self, now: int, period: int) -> int:
        """C: cooling addresses among the relevant ones (R28); of IPv4 only."""
        return sum(
            cidr.cooling(now, period)
            for eni, cidr in self.cidrs()
            if cidr.records  # Only to spare the rest: no record, nothing cools.
            if not (eni.excluded or cidr.network.ipv6) and self.relevant(cidr)
        )


@rule(
    "R28",
    "T, A and C sum the addresses, the assigned and the cooling ones over the CIDRs of the mode's "
    "kind on non-excluded ENIs; V = T - A, so cooling addresses are available; X is the raw "
    "prefix counter.",
    source="ds:916-946",
    kind=Kind.STEP,
)
@rule(
    "R30",
    "F counts the IPv4 prefixes without assigned addresses on all ENIs, excluded ones included.",
    source="ds:1448-1461",
    kind=Kind.STEP,
)
def totals(store: Store) -> Totals:
    """T, A, X and F of a store; C is `Store.cooldown_count`."""
    prefix_mode = store.prefix_mode
    ordinary, excluded = store.tallies()
    return Totals(
        ordinary.addresses(prefix_mode=prefix_mode),
        ordinary.pods(prefix_mode=prefix_mode),
        ordinary.prefixes + excluded.prefixes + store.prefix_drift,
        ordinary.free_prefixes + excluded.free_prefixes,
    )


@frozen
class Cleanup:
    """A pending clean-up of an excluded ENI's emptied CIDR (R127c)."""

    due: int
    card: int
    eni: str
    network: Network


def _released_network(entry: tuple[Network, int]) -> Network:
    return entry[0]


@quick
@frozen(kw_only=True, weakref_slot=False)
class Node:
    """The memory of one running daemon (R9, R19)."""

    stores: tuple[Store, ...] = ()
    """One per managed card, ascending; fixed at init."""
    max_pods: int = 0
    last_pool_action: int | None = None
    """`None` = never since start, which counts as infinitely long ago; so for all clocks."""
    last_decrease: int | None = None
    last_insufficient: int | None = None
    released: tuple[tuple[Network, int], ...] = ()
    """Reconcile cooldown: released CIDR and expiry instant, sorted (R20)."""
    unmanaged: frozenset[str] = frozenset()
    """ENI ids classified as unmanaged by the last DescribeAllENIs (R7)."""
    unmanaged_counts: tuple[tuple[int, int], ...] = ()
    """U per card: (card, count), only non-zero ones, sorted (R10)."""
    unmanaged_cards: frozenset[int] = frozenset()
    """Cards left alone, as the last DescribeAllENIs has it (R8)."""
    efa_only: frozenset[str] = frozenset()
    """EFA-only ENIs as init found them; reconcile learns of no others (R10)."""
    cleanups: tuple[Cleanup, ...] = ()
    terminating: bool = False
    awaits_trunk: bool = False
    """IPv6 only: the loop has not ended yet, because no trunk ENI has been set up (R70)."""
    primaries: frozenset[str] = frozenset()
    """v1.7 only: ENIs whose primary address was learned by a completed set-up (H20)."""

    def store(self, card: int) -> Store:
        """The store of `card`; `KeyError` if the card is not managed."""
        for store in self.stores:
            if store.card == card:
                return store
        raise KeyError(card)

    def unmanaged_on(self, card: int) -> int:
        """U_c."""
        return dict(self.unmanaged_counts).get(card, 0)

    def released_until(self, network: Network) -> int | None:
        """Expiry of a remembered release, `None` if not remembered."""
        position = bisect_left(self.released, network, key=_released_network)
        if position < len(self.released) and self.released[position][0] == network:
            return self.released[position][1]
        return None
