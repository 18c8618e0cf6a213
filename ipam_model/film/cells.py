"""What the slots of a node hold: EC2's truth and the daemon's store, laid over each other."""

from collections.abc import Iterator, Mapping

from attrs import define, field

from ipam_model.addresses import format_short
from ipam_model.arithmetic import INTS
from ipam_model.ec2 import Ec2Eni
from ipam_model.film.frames import Cell, FilmedEni, Held
from ipam_model.requests import Ownership
from ipam_model.rules import timing
from ipam_model.state import AddressRecord, Cidr, Eni, Network
from ipam_model.world import Runner, World


@define
class Seats:
    """Which slot each CIDR of an ENI has; it keeps it, so that a picture does not jump."""

    store_only: bool = False
    """There is no EC2 to compare with: what the store has is all there is."""
    _seated: dict[str, dict[Network, int]] = field(factory=dict)
    _drawn: dict[str, tuple[Ec2Eni, Eni | None, bool, FilmedEni]] = field(factory=dict)
    """Rows that no clock changes, with what they were made of."""

    def enis(self, state: World | Runner) -> tuple[FilmedEni, ...]:
        """Every ENI now, attached ones by card and device, leaked ones after them."""
        stores = () if state.node is None else state.node.stores
        if self.store_only:
            return tuple(
                self._stored(eni, store.card, state) for store in stores for eni in store.enis
            )
        known = {eni.id: eni for store in stores for eni in store.enis}
        attached = sorted(state.ec2.enis, key=lambda eni: (eni.card, eni.device, eni.id))
        shown = [self._attached(eni, known.pop(eni.id, None), state) for eni in attached]
        leaked = [self._leaked(eni) for eni in state.ec2.leaked]
        gone = [self._gone(eni, state) for eni in known.values()]
        rows = (*shown, *gone, *leaked)
        here = {row.id for row in rows}
        self._seated = {eni: seats for eni, seats in self._seated.items() if eni in here}
        self._drawn = {eni: drawn for eni, drawn in self._drawn.items() if eni in here}
        return rows

    def _attached(self, eni: Ec2Eni, known: Eni | None, state: World | Runner) -> FilmedEni:
        runs = state.node is not None
        drawn = self._drawn.get(eni.id)
        if drawn is not None and drawn[0] is eni and drawn[1] is known and drawn[2] is runs:
            return drawn[3]
        row = self._row(eni, known, state)
        if known is None or not _has_clocks(known):
            self._drawn[eni.id] = eni, known, runs, row
        else:
            self._drawn.pop(eni.id, None)
        return row

    def _row(self, eni: Ec2Eni, known: Eni | None, state: World | Runner) -> FilmedEni:
        own = Network(eni.primary_address, 1)
        owned = {} if known is None else {cidr.network: cidr for cidr in known.cidrs}
        there = {
            network: _cell_of(network, owned.get(network), known, state)
            for network in (*eni.networks(), *eni.ipv6_prefixes)
            if network != own
        }
        for network, cidr in owned.items():
            if network not in there:
                there[network] = _ghost(cidr)
        first = Cell(format_short(own), (Held.PRIMARY,))
        return FilmedEni(
            id=eni.id,
            card=eni.card,
            device=eni.device,
            subnet=eni.subnet,
            roles=tuple(_roles(eni, known, state)),
            cells=self._seat(eni.id, first, there),
        )

    def _stored(self, eni: Eni, card: int, state: World | Runner) -> FilmedEni:
        """An ENI of a store that stands alone."""
        flags = (("primary", eni.primary), ("trunk", eni.trunk), ("EFA", eni.efa))
        there = {cidr.network: _cell_of(cidr.network, cidr, eni, state) for cidr in eni.cidrs}
        return FilmedEni(
            id=eni.id,
            card=card,
            device=eni.device,
            subnet=eni.subnet,
            roles=tuple(name for name, has in (*flags, ("excluded", eni.excluded)) if has),
            cells=self._seat(eni.id, None, there),
        )

    def _gone(self, eni: Eni, state: World | Runner) -> FilmedEni:
        """An ENI of the store that is no longer attached."""
        stores = () if state.node is None else state.node.stores
        card = next((each.card for each in stores if each.eni(eni.id) is eni), 0)
        first = Cell(format_short(Network(eni.primary_address, 1)), (Held.GHOST,))
        there = {cidr.network: _ghost(cidr) for cidr in eni.cidrs}
        return FilmedEni(
            id=eni.id,
            card=card,
            device=eni.device,
            subnet=eni.subnet,
            roles=("in the store only",),
            cells=self._seat(eni.id, first, there),
        )

    def _leaked(self, eni: Ec2Eni) -> FilmedEni:
        first, *others = eni.networks()
        there = {each: Cell(format_short(each), (Held.LEAKED,) * each.size) for each in others}
        return FilmedEni(
            id=eni.id,
            card=eni.card,
            device=eni.device,
            subnet=eni.subnet,
            roles=("leaked",),
            cells=self._seat(eni.id, Cell(format_short(first), (Held.LEAKED,)), there),
        )

    def _seat(
        self, eni: str, first: Cell | None, there: Mapping[Network, Cell]
    ) -> tuple[Cell | None, ...]:
        before = self._seated.get(eni, {})
        seats = {network: seat for network, seat in before.items() if network in there}
        taken = set(seats.values())
        begin = 0 if first is None else 1
        last = begin + len(there) + len(taken)
        free = (seat for seat in range(begin, last) if seat not in taken)
        for network in sorted(there.keys() - seats.keys()):
            seats[network] = next(free)
        self._seated[eni] = seats
        row: list[Cell | None] = [None] * (1 + max(seats.values(), default=begin - 1))
        if first is not None:
            row[0] = first
        for network, seat in seats.items():
            row[seat] = there[network]
        return tuple(row)


def _has_clocks(eni: Eni) -> bool:
    """Whether an address of it was left by a pod, so that time may change how it is shown."""
    return any(record.pod is None for cidr in eni.cidrs for record in cidr.records)


def _roles(eni: Ec2Eni, known: Eni | None, state: World | Runner) -> Iterator[str]:
    if eni.primary:
        yield "primary"
    if eni.trunk:
        yield "trunk"
    if eni.efa_only:
        yield "EFA only"
    elif eni.efa:
        yield "EFA"
    if known is not None and known.excluded:
        yield "excluded"
    if eni.tags.no_manage == "true" or eni.tags.instance_id is Ownership.OTHER:
        yield "of others"
    elif known is None and state.node is not None:
        yield "not in the store"


def _cell_of(network: Network, cidr: Cidr | None, eni: Eni | None, state: World | Runner) -> Cell:
    label = format_short(network)
    if cidr is None or eni is None:
        return Cell(label, (Held.UNKNOWN,) * (0 if network.ipv6 else network.size))
    held: list[Held] = []
    pods: list[str] = []
    unused = Held.EXCLUDED if eni.excluded else Held.WARM
    records = {record.address: record for record in cidr.records}
    addresses = sorted(records) if network.ipv6 else _addresses(network)
    for address in addresses:
        record = records.get(address)
        held.append(unused if record is None else _held(record, unused, state))
        if record is not None and record.pod is not None:
            pods.append(record.pod.name or record.pod.key.container)
    return Cell(label, tuple(held), tuple(pods))


def _addresses(network: Network) -> range:
    return range(network.address, network.address + network.size)


def _held(record: AddressRecord, unused: Held, state: World | Runner) -> Held:
    if record.pod is not None:
        return Held.ASSIGNED
    if timing.cooling(INTS, state.now, record.since, state.config.cooldown):
        return Held.COOLING
    return unused


def _ghost(cidr: Cidr) -> Cell:
    pods = {record.address: record.pod for record in cidr.records if record.pod is not None}
    addresses = sorted(pods) if cidr.network.ipv6 else _addresses(cidr.network)
    return Cell(
        format_short(cidr.network),
        tuple(Held.STRANDED if address in pods else Held.GHOST for address in addresses),
        tuple(pods[address].name or pods[address].key.container for address in sorted(pods)),
    )
