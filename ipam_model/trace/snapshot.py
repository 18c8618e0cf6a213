"""State in one comparable form, whether recorded or modelled.

A recorded state is delta-coded: a missing key and the value `same` mean "as on the line before".
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

from ipam_model.addresses import format_network, parse_address, parse_network
from ipam_model.arithmetic import INTS
from ipam_model.config import Config
from ipam_model.ec2 import Ec2Eni
from ipam_model.errors import InputError
from ipam_model.requests import EniTags, Ownership
from ipam_model.rules import timing
from ipam_model.rules.capacity import BLOCK
from ipam_model.state import IPV6_BLOCK, Cidr, Eni, Network, Node, Store, totals
from ipam_model.trace.dialect import V1_23, Dialect
from ipam_model.trace.document import Fields

SAME = "same"


class CidrShape(NamedTuple):
    """A CIDR of the store as a trace shows it."""

    network: Network
    assigned: tuple[tuple[int, str], ...]
    cooling: tuple[int, ...]
    expired: tuple[int, ...]


class EniShape(NamedTuple):
    """An ENI of the store as a trace shows it."""

    id: str
    card: int
    primary: bool
    device: int
    subnet: str
    created: int
    excluded: bool
    trunk: bool
    cidrs: tuple[CidrShape, ...]


class AttachedShape(NamedTuple):
    """An attached ENI as a trace shows it."""

    primary: int
    subnet: str
    device: int
    card: int
    ips: frozenset[int]
    prefixes: frozenset[Network]
    """Of both families."""
    primary_ipv6: int | None
    """Only in traces of IPv6."""
    efa_only: bool
    trunk: bool
    tags: EniTags | None
    """`None` where the trace records only whether no_manage is \"true\"."""
    no_manage: bool


# -- recorded ------------------------------------------------------------------------------------


class Recorded:
    """The recorded state after the events read so far."""

    def __init__(self, dialect: Dialect = V1_23) -> None:
        self.dialect = dialect
        self._readable = dialect.state_keys()
        self._known = frozenset({"running", "enis", "attached", *self._readable})
        self.running = False
        self.enis: dict[str, EniShape] = {}
        self.attached: dict[str, AttachedShape] = {}
        self.other: dict[str, object] = {}
        """`stats`, `counters`, `clocks`, `released` and `subnet_free` as plain tuples."""

    def assigned(self) -> set[tuple[str, int]]:
        """Every address the state shows as assigned, with its ENI."""
        return {
            (eni.id, address)
            for eni in self.enis.values()
            for cidr in eni.cidrs
            for address, _ in cidr.assigned
        }

    def update(self, state: Fields) -> None:
        """Apply the delta of one line; `InputError` if it does not fit the format."""
        unknown = state.values.keys() - self._known
        if unknown:
            state.fail(f"unknown key {min(unknown)!r}")
        if "running" in state:
            self.running = state.flag("running")
        if "enis" in state:
            self.enis = _read_enis(state, self.enis, self.dialect)
        if "attached" in state:
            self.attached = _read_attached(state, self.attached, self.dialect)
        for key in self._readable:
            if key in state:
                self.other[key] = _READERS[key](state.child(key), self.dialect)
        if not self.running:
            self.enis = {}
            for key in ("stats", "counters", "clocks", "released"):
                self.other.pop(key, None)


def _read_enis(
    state: Fields, before: Mapping[str, EniShape], dialect: Dialect
) -> dict[str, EniShape]:
    found: dict[str, EniShape] = {}
    for fields in state.objects("enis"):
        eni_id = fields.text("id")
        if eni_id in found:
            fields.fail(f"ENI {eni_id} is listed twice")
        if fields.values.get(SAME) is True:
            if eni_id not in before:
                fields.fail(f"ENI {eni_id} cannot be the same as before: it was not there")
            found[eni_id] = before[eni_id]
        else:
            found[eni_id] = _read_eni(fields, eni_id, dialect)
    return found


def _read_eni(fields: Fields, eni_id: str, dialect: Dialect) -> EniShape:
    cidrs = tuple(sorted(_read_cidr(each) for each in fields.objects("cidrs")))
    if len({cidr.network for cidr in cidrs}) != len(cidrs):
        fields.fail("a CIDR is listed twice")
    return EniShape(
        eni_id,
        fields.count("card", None if dialect.by_card else 0),
        fields.flag("primary"),
        fields.count("device"),
        fields.text("subnet") if dialect.subnets_of_enis else "",
        fields.instant("created"),
        fields.flag("excluded") if dialect.subnets_of_enis else False,
        fields.flag("trunk", False),
        cidrs,
    )


def _read_cidr(fields: Fields) -> CidrShape:
    assigned: Mapping[str, str] = fields.table("assigned") if "assigned" in fields else {}
    return CidrShape(
        read_network(fields, fields.text("cidr")),
        tuple(sorted((read_address(fields, a), pod) for a, pod in assigned.items())),
        _addresses(fields, "cooling"),
        _addresses(fields, "expired"),
    )


def _addresses(fields: Fields, key: str) -> tuple[int, ...]:
    return tuple(sorted(read_address(fields, text) for text in fields.texts(key, optional=True)))


def read_address(fields: Fields, text: str) -> int:
    """An address in text, complaints with their place."""
    try:
        return parse_address(text)
    except InputError as error:
        fields.fail(str(error))


def read_network(fields: Fields, text: str, *sizes: int) -> Network:
    """A CIDR in text, complaints with their place; a bare address is a /32, or a /128.

    `sizes` are the numbers of addresses it may have; by default those of a single address and of a
    prefix: /28 of IPv4, /80 of IPv6.
    """
    try:
        network = parse_network(text)
    except InputError as error:
        fields.fail(str(error))
    prefix = prefix_size(network)
    if network.size not in (sizes or (1, prefix)) or network.size not in (1, prefix):
        kind = "/80" if network.ipv6 else "/28"
        fields.fail(f"{text!r} is neither a single address nor a {kind} prefix, or the wrong one")
    return network


def prefix_size(network: Network) -> int:
    """How many addresses a prefix of the same family has."""
    return IPV6_BLOCK if network.ipv6 else BLOCK


def networks_under(fields: Fields, key: str) -> tuple[Network, ...]:
    """The addresses under `ips`, or the prefixes under `prefixes`; none if the key is absent."""
    sizes = (BLOCK, IPV6_BLOCK) if key == "prefixes" else (1,)
    return tuple(read_network(fields, text, *sizes) for text in fields.texts(key, optional=True))


def _read_attached(
    state: Fields, before: Mapping[str, AttachedShape], dialect: Dialect
) -> dict[str, AttachedShape]:
    attached = state.child("attached")
    found: dict[str, AttachedShape] = {}
    for eni_id, value in attached.values.items():
        if value == SAME:
            if eni_id not in before:
                attached.fail(f"ENI {eni_id} cannot be the same as before: it was not there")
            found[eni_id] = before[eni_id]
        else:
            found[eni_id] = read_attached_eni(attached.child(eni_id), dialect)
    return found


def read_attached_eni(fields: Fields, dialect: Dialect) -> AttachedShape:
    """An entry of `attached`, in the state or in the header."""
    prefixes = fields.texts("prefixes", optional=not dialect.prefixes)
    return AttachedShape(
        read_address(fields, fields.text("primary")),
        fields.text("subnet"),
        fields.count("device"),
        fields.count("card", None if dialect.by_card else 0),
        frozenset(read_address(fields, text) for text in fields.texts("ips")),
        frozenset(read_network(fields, text, BLOCK, IPV6_BLOCK) for text in prefixes),
        read_address(fields, fields.text("primary_ipv6")) if "primary_ipv6" in fields else None,
        fields.flag("efa_only", False),
        fields.flag("trunk", False),
        read_tags(fields.child("tags")) if "tags" in fields else None,
        fields.flag("no_manage", False),
    )


def read_tags(fields: Fields) -> EniTags:
    """The two tags of an ENI."""
    owner = fields.text("instance_id") if "instance_id" in fields else None
    if owner not in (None, "own", "other"):
        fields.fail(f"instance_id is {owner!r}; it can be 'own' or 'other'")
    return EniTags(
        fields.text("no_manage") if "no_manage" in fields else None,
        None if owner is None else Ownership(owner),
    )


PerStore: TypeAlias = "tuple[tuple[int, tuple[int, ...]], ...]"
"""Numbers of every store, by card."""


def _read_stats(fields: Fields, dialect: Dialect) -> object:
    return _read_stores(fields, dialect.stats, dialect)


def _read_counters(fields: Fields, dialect: Dialect) -> object:
    return _read_stores(fields, dialect.counters, dialect)


def _read_stores(fields: Fields, names: tuple[str, ...], dialect: Dialect) -> PerStore:
    if not dialect.by_card:
        return ((0, _numbers(fields, names)),)
    cards = {card: fields.child(card) for card in fields.values}
    return tuple(
        sorted((_card(fields, card), _numbers(each, names)) for card, each in cards.items())
    )


def _card(fields: Fields, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and str(int(text)) == text):
        fields.fail(f"{text[:20]!r} is not the number of a network card")
    return int(text)


def _numbers(fields: Fields, names: tuple[str, ...]) -> tuple[int, ...]:
    unknown = fields.values.keys() - set(names)
    if unknown:
        fields.fail(f"unknown key {min(unknown)!r}")
    return tuple(fields.number(name) for name in names)


def _read_clocks(fields: Fields, dialect: Dialect) -> object:
    clocks: list[int | None] = []
    for key in dialect.clocks:
        known = key in fields and fields.values[key] is not None
        clocks.append(fields.instant(key) if known else None)
    return tuple(clocks)


def _read_released(fields: Fields, _dialect: Dialect) -> object:
    return tuple(
        sorted((read_network(fields, text), fields.instant(text)) for text in fields.values)
    )


def _read_free(fields: Fields, _dialect: Dialect) -> object:
    return tuple(sorted((subnet, fields.count(subnet)) for subnet in fields.values))


_READERS = {
    "stats": _read_stats,
    "counters": _read_counters,
    "clocks": _read_clocks,
    "released": _read_released,
    "subnet_free": _read_free,
}


# -- modelled ------------------------------------------------------------------------------------


def shape_of_eni(eni: Eni, now: int, cooldown: int, dialect: Dialect, card: int) -> EniShape:
    """An ENI of the modelled store of `card`."""
    return EniShape(
        eni.id,
        card,
        eni.primary,
        eni.device,
        eni.subnet if dialect.subnets_of_enis else "",
        eni.created,
        eni.excluded,
        eni.trunk,
        tuple(_shape_of_cidr(cidr, now, cooldown) for cidr in eni.cidrs),
    )


def _shape_of_cidr(cidr: Cidr, now: int, cooldown: int) -> CidrShape:
    if not cidr.records:
        return CidrShape(cidr.network, (), (), ())
    assigned: list[tuple[int, str]] = []
    cooling: list[int] = []
    expired: list[int] = []
    for record in cidr.records:
        if record.pod is not None:
            assigned.append((record.address, record.pod.key.container))
        elif timing.cooling(INTS, now, record.since, cooldown):
            cooling.append(record.address)
        else:
            expired.append(record.address)
    return CidrShape(cidr.network, tuple(assigned), tuple(cooling), tuple(expired))


def settled(eni: Eni) -> bool:
    """Whether the ENI looks the same however much time passes: nothing is unassigned."""
    return all(record.pod is not None for cidr in eni.cidrs for record in cidr.records)


def shape_of_attached(eni: Ec2Eni) -> AttachedShape:
    """An ENI of the modelled EC2."""
    return AttachedShape(
        eni.primary_address,
        eni.subnet,
        eni.device,
        eni.card,
        frozenset(eni.addresses),
        frozenset((*eni.prefixes, *eni.ipv6_prefixes)),
        eni.primary_ipv6,
        eni.efa_only,
        eni.trunk,
        eni.tags,
        eni.tags.no_manage == "true",
    )


def same_attached(recorded: AttachedShape, modelled: AttachedShape) -> bool:
    """Whether the record shows the modelled ENI; tags count only if the record has them."""
    if recorded.tags is None:
        return recorded == modelled._replace(tags=None)
    return recorded == modelled._replace(no_manage=recorded.no_manage)


def stats_of_stores(node: Node, now: int, config: Config, dialect: Dialect) -> PerStore:
    """`stats_of` for every card that has a store."""
    return tuple([(store.card, stats_of(store, now, config, dialect)) for store in node.stores])


def counters_of_stores(node: Node) -> PerStore:
    """`counters_of` for every card that has a store."""
    return tuple([(store.card, counters_of(store)) for store in node.stores])


def stats_of(store: Store, now: int, config: Config, dialect: Dialect) -> tuple[int, ...]:
    """total, assigned, cooldown, prefixes, free_prefixes, as far as the dialect shows them."""
    pool = totals(store)
    cooldown = store.cooldown_count(now, config.cooldown)
    return (
        pool.total,
        pool.assigned,
        cooldown,
        pool.allocated_prefixes,
        pool.free_prefixes,
    )[: len(dialect.stats)]


def counters_of(store: Store) -> tuple[int, ...]:
    """total, assigned, allocated_prefixes, as the daemon counts them."""
    assigned = sum([cidr.assigned() for eni in store.enis for cidr in eni.cidrs if cidr.records])
    return (store.counter_total(), assigned, store.counter_prefixes())


def clocks_of(node: Node, dialect: Dialect) -> tuple[int | None, ...]:
    """pool_action, decrease, insufficient, as far as the dialect shows them."""
    clocks = (node.last_pool_action, node.last_decrease, node.last_insufficient)
    return clocks[: len(dialect.clocks)]


def describe_networks(networks: Iterable[Network]) -> str:
    """A list of CIDRs in text."""
    return ", ".join(format_network(network) for network in sorted(networks)) or "none"
