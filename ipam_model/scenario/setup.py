"""Between the first half of a document and the world before the daemon's first start."""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, cast

from attrs import AttrsInstance, evolve, fields, has

from ipam_model.addresses import format_address, format_short
from ipam_model.arrivals import Arrivals
from ipam_model.config import ALL_QUIRKS, Config, Quirk, Version, parse_settings_of
from ipam_model.ec2 import FIRST_IPV6, Ec2, Ec2Eni, Fault, holder
from ipam_model.errors import InputError
from ipam_model.limits import CardLimits, Catalogue, InstanceLimits
from ipam_model.nodes import default_max_pods
from ipam_model.requests import UNUSABLE, EniTags, Ownership, PodObject
from ipam_model.scenario.document import (
    ArmFault,
    Card,
    Ec2Part,
    EniPart,
    Limits,
    NodePart,
    PodObjectSet,
    SubnetPart,
    TagsPart,
)
from ipam_model.scenario.meaning import (
    MeaningError,
    ipv4_at,
    ipv4_networks_at,
    ipv6_at,
    networks_at,
)
from ipam_model.settings.environment import environment_of
from ipam_model.state import PodKey
from ipam_model.subnets import CidrSubnet, CounterSubnet, Subnet, SubnetTags
from ipam_model.trunking import trunk_compatible, worth_saying
from ipam_model.world import World

FIRST_ADDRESS = 0x0A010004
SPACING = 20
"""Bits between the first addresses of two counted subnets: prefixes lie in between."""


# -- from documents ------------------------------------------------------------------------------


def world_of(node: NodePart, ec2: Ec2Part) -> World:
    """The world before the first start; `MeaningError` if the parts contradict each other."""
    limits = limits_of(node)
    config = config_of(node, limits)
    enis, subnets = attached_of(ec2, limits, ipv6=config.ipv6)
    known = [subnet.id for subnet in ec2.subnets]
    if node.eni_config_subnet not in (None, *known):
        raise MeaningError(
            ("node", "eni_config_subnet"),
            f"no subnet {node.eni_config_subnet!r}; there are: {', '.join(known)}",
        )
    numbers = [_number(eni.id) for eni in enis]
    return World(
        config=config,
        ec2=Ec2(
            limits=limits,
            enis=tuple(sorted(enis, key=lambda each: each.id)),
            subnets=subnets,
            imds_lag=ec2.imds_lag_ms,
            arrivals=Arrivals(
                eni_lag=ec2.imds_new_eni_lag_ms, address_lag=ec2.imds_new_address_lag_ms
            ),
            next_eni=max(numbers, default=0) + 1 if ec2.next_eni is None else ec2.next_eni,
            next_ipv6=_next_ipv6(enis) if ec2.next_ipv6 is None else ec2.next_ipv6,
            block=node.block,
            enforce_limits=ec2.enforce_limits,
        ),
        cordoned=node.cordoned,
        eni_config_subnet=node.eni_config_subnet,
        max_pods=default_max_pods(limits) if node.max_pods is None else node.max_pods,
        now=node.clock_ms,
    )


def limits_of(node: NodePart) -> InstanceLimits:
    """The instance's limits."""
    try:
        if node.limits is None:
            assert node.instance_type is not None, "the schema asks for one of the two"
            return Catalogue.bundled().get(node.instance_type)
        given = node.limits
        cards = tuple(CardLimits(card.index, card.max_enis) for card in given.cards)
        return InstanceLimits(
            max_enis=given.max_enis,
            ipv4_per_eni=given.ipv4_per_eni,
            cards=cards or (CardLimits(0, given.max_enis),),
            default_card=given.default_card,
            hypervisor=given.hypervisor,
            bare_metal=given.bare_metal,
            instance_type=node.instance_type,
        )
    except InputError as error:
        key = "instance_type" if node.limits is None else "limits"
        raise MeaningError(("node", key), str(error)) from None


def config_of(node: NodePart, limits: InstanceLimits) -> Config:
    """The daemon's fixed context."""
    by_id = {quirk.value: quirk for quirk in Quirk}
    for position, rule in enumerate(node.no_quirks):
        if rule not in by_id:
            raise MeaningError(
                ("node", "no_quirks", position),
                f"{rule!r} is not a quirk; there are: {', '.join(by_id)}",
            )
    version = Version(node.version)
    return Config(
        settings=parse_settings_of(version, node.env).settings,
        limits=limits,
        trunk_compatible=trunk_compatible(node.trunk_compatible, limits.instance_type),
        quirks=ALL_QUIRKS - {by_id[rule] for rule in node.no_quirks},
        block=node.block,
        version=version,
    )


def attached_of(
    ec2: Ec2Part, limits: InstanceLimits, *, ipv6: bool = False
) -> tuple[tuple[Ec2Eni, ...], tuple[Subnet, ...]]:
    """The ENIs before the first start, and the subnets without their addresses.

    With `ipv6` the bare primary ENI that stands in for none has an IPv6 address.
    """
    bare = EniPart(primary=True, primary_ipv6=format_address(FIRST_IPV6) if ipv6 else None)
    parts = ec2.enis or (bare,)
    primaries = [number for number, part in enumerate(parts) if part.primary]
    if len(primaries) != 1:
        raise MeaningError(("ec2", "enis"), f"one ENI must be primary, not {len(primaries)}")
    ids = [subnet.id for subnet in ec2.subnets]
    if len(set(ids)) != len(ids):
        raise MeaningError(("ec2", "subnets"), "two subnets have the same id")
    subnets = {
        part.id: _subnet(part, number, _needed(part.id, parts, ids[0]))
        for number, part in enumerate(ec2.subnets)
    }
    enis: dict[int, Ec2Eni] = {}
    # Addresses that are given come first, so that none of them is handed out to another ENI.
    for number in sorted(range(len(parts)), key=lambda each: parts[each].primary_address is None):
        part = parts[number]
        if part.card == 0 and part.primary:
            part = evolve(part, card=limits.default_card)
        try:
            eni = eni_of(part, Ec2(limits=limits, enis=tuple(enis.values()), subnets=()), subnets)
        except MeaningError as error:
            raise error.below("ec2", "enis", number) from None
        subnets[eni.subnet] = subnets[eni.subnet].take(eni.networks())
        enis[number] = eni
    return (
        tuple(enis[number] for number in range(len(parts))),
        tuple(
            _with_history(subnets[part.id], part, "ec2", "subnets", number)
            for number, part in enumerate(ec2.subnets)
        ),
    )


def eni_of(part: EniPart, ec2: Ec2, subnets: Mapping[str, Subnet]) -> Ec2Eni:
    """An ENI that somebody attaches; what is not given is the next free one."""
    subnet = part.subnet or next(iter(subnets))
    if subnet not in subnets:
        raise MeaningError(("subnet",), f"no subnet {subnet!r}; there are: {', '.join(subnets)}")
    eni_id = part.id or f"eni-{max([ec2.next_eni, *(_number(e.id) + 1 for e in ec2.enis)])}"
    if ec2.eni(eni_id) is not None:
        raise MeaningError(("id",), f"{eni_id} is attached already")
    used = {each.device for each in ec2.enis if each.card == part.card}
    device = part.device
    if device is None:
        device = 0 if part.primary else next(n for n in range(1, len(used) + 2) if n not in used)
    ips = ipv4_networks_at(part.ips, "ips")
    prefixes = networks_at(part.prefixes, "prefixes")
    networks = (*ips, *(each for each in prefixes if not each.ipv6))
    if part.primary_address is not None:
        address = ipv4_at(part.primary_address, "primary_address")
    else:
        offered = subnets[subnet].take(networks).offer_addresses(1)
        if offered is None:
            raise MeaningError((), f"subnet {subnet} has no free address for its primary address")
        address = offered[0].address
    eni = Ec2Eni(
        id=eni_id,
        primary=part.primary,
        device=device,
        card=part.card,
        subnet=subnet,
        primary_address=address,
        tags=tags_of(part.tags),
        trunk=part.trunk,
        efa=part.efa,
        efa_only=part.efa_only,
        primary_ipv6=None
        if part.primary_ipv6 is None
        else ipv6_at(part.primary_ipv6, "primary_ipv6"),
        ipv6_prefixes=tuple(sorted(each for each in prefixes if each.ipv6)),
    ).with_networks(networks)
    used_by = holder(ec2, (*eni.networks(), *eni.ipv6_networks()))
    if used_by is not None:
        raise MeaningError((), f"{eni_id} cannot have its addresses: {used_by.id} has one of them")
    return eni


def tags_of(part: TagsPart) -> EniTags:
    """An ENI's tags."""
    return EniTags(
        part.no_manage, None if part.instance_id is None else Ownership(part.instance_id)
    )


def _needed(subnet: str, parts: Sequence[EniPart], first: str) -> int:
    """How many addresses of a subnet the attached ENIs have."""
    needed = 0
    for number, part in enumerate(parts):
        prefixes = networks_at(part.prefixes, "ec2", "enis", number, "prefixes")
        if (part.subnet or first) == subnet:
            needed += 1 + len(part.ips) + sum(each.size for each in prefixes if not each.ipv6)
    return needed


def _subnet(part: SubnetPart, number: int, needed: int) -> Subnet:
    """A subnet before anything is attached in it."""
    here = ("ec2", "subnets", number)
    tags = SubnetTags(role=part.role, clusters=frozenset(part.clusters))
    if part.cidr is None:
        assert part.free is not None, "the schema asks for one of the two"
        first = FIRST_ADDRESS + (number << SPACING)
        if part.first is not None:
            first = ipv4_at(part.first, *here, "first")
        return CounterSubnet(
            id=part.id,
            free=part.free + needed,
            tags=tags,
            listed=part.listed,
            first=first,
            reissue=part.reissue,
        )
    try:
        subnet = CidrSubnet.parse(part.id, part.cidr, tags)
    except InputError as error:
        raise MeaningError((*here, "cidr"), str(error)) from None
    taken = subnet.take(ipv4_networks_at(part.taken, *here, "taken")).taken - subnet.reserved
    return evolve(subnet, taken=taken, listed=part.listed)


def _with_history(subnet: Subnet, part: SubnetPart, *here: str | int) -> Subnet:
    if isinstance(subnet, CidrSubnet):
        return subnet
    return evolve(
        subnet,
        next_address=subnet.next_address if part.next_address is None else part.next_address,
        next_prefix=subnet.next_prefix if part.next_prefix is None else part.next_prefix,
        returned=ipv4_networks_at(part.returned, *here, "returned"),
    )


def _number(eni_id: str) -> int:
    digits = eni_id.removeprefix("eni-")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else 0


def _next_ipv6(enis: Iterable[Ec2Eni]) -> int:
    """The first number behind those of the ENIs' IPv6 addresses and prefixes."""
    numbers = [
        (network.address - FIRST_IPV6) // network.size
        for eni in enis
        for network in eni.ipv6_networks()
    ]
    return max((number for number in numbers if 0 <= number < IPV6_NUMBERS), default=0) + 1


IPV6_NUMBERS: Final = 2**16
"""Prefixes of a subnet's /64: addresses beyond so many are not numbered."""


# -- to documents --------------------------------------------------------------------------------


def describe(world: World, env: Mapping[str, str] | None = None) -> tuple[NodePart, Ec2Part]:
    """The parts that `world_of` turns into this world, faults and pod objects apart.

    These two need events, `beginnings`. `env` is the environment as somebody wrote it; used if it
    means the same settings. Raises `InputError` if the daemon has been started already, or the
    world is none that documents can describe.
    """
    config, ec2 = world.config, world.ec2
    began = world.node is not None or world.checkpoints or world.veths or world.sandboxes
    if began or ec2.leaked or ec2.departed or ec2.arrivals.recent:
        raise InputError("a scenario begins before the daemon's first start, on a clean instance")
    if env is None or parse_settings_of(config.version, env).settings != config.settings:
        env = environment_of(config.settings)
    node = NodePart(
        version=config.version.value,
        instance_type=config.limits.instance_type,
        limits=describe_limits(config.limits),
        env=env,
        max_pods=world.max_pods,
        no_quirks=tuple(sorted(quirk.value for quirk in ALL_QUIRKS - config.quirks)),
        block=ec2.block,
        trunk_compatible=worth_saying(config.trunk_compatible, config.limits.instance_type),
        cordoned=world.cordoned,
        eni_config_subnet=world.eni_config_subnet,
        clock_ms=world.now,
    )
    part = Ec2Part(
        subnets=tuple(describe_subnet(subnet, ec2.enis) for subnet in ec2.subnets),
        enis=tuple(describe_eni(eni) for eni in ec2.enis),
        next_eni=ec2.next_eni,
        next_ipv6=ec2.next_ipv6,
        imds_lag_ms=ec2.imds_lag,
        imds_new_eni_lag_ms=ec2.arrivals.eni_lag,
        imds_new_address_lag_ms=ec2.arrivals.address_lag,
        enforce_limits=ec2.enforce_limits,
    )
    plain = evolve(world, ec2=evolve(ec2, faults=()), gone_pods=frozenset(), branch_pods=())
    part = _shortened(node, part, plain.ec2)
    lost = [*_unlike(world_of(node, part), plain)]
    if lost:
        raise InputError(f"a scenario cannot describe this world's {', '.join(lost)}")
    return node, part


def beginnings(world: World) -> tuple[ArmFault | PodObjectSet, ...]:
    """Events that arm the world's faults and tell what the API server knows of pods."""
    known = dict(world.branch_pods)
    objects = (
        describe_pod_object(key, known.get(key, PodObject()), exists=key not in world.gone_pods)
        for key in sorted({*known, *world.gone_pods})
    )
    return (*map(describe_fault, world.ec2.faults), *objects)


def describe_fault(fault: Fault) -> ArmFault:
    """The event that arms a fault."""
    return ArmFault(call=fault.call, code=fault.code, times=fault.times, partial=fault.grant)


def describe_pod_object(key: PodKey, known: PodObject, *, exists: bool) -> PodObjectSet:
    """The event after which the API server knows this of a pod."""
    address = known.branch_address
    return PodObjectSet(
        pod=key.container,
        exists=exists,
        branch_eni=known.wants_branch_eni,
        branch_address=format_address(address) if isinstance(address, int) else None,
        unusable_annotation=address == UNUSABLE,
        same_uid=known.same_uid,
        network=key.network,
        interface=key.interface,
    )


def _unlike(one: object, other: object) -> Iterator[str]:
    """The fields in which two records differ, with those of records in them."""
    if type(one) is not type(other) or not has(type(one)):
        yield from () if one == other else ("",)
        return
    for each in fields(cast("type[AttrsInstance]", type(one))):
        if each.eq:
            for name in _unlike(getattr(one, each.name), getattr(other, each.name)):
                yield f"{each.name}.{name}".rstrip(".")


def describe_limits(limits: InstanceLimits) -> Limits | None:
    """Limits that the instance type alone does not tell."""
    name = limits.instance_type
    bundled = Catalogue.bundled()
    if name is not None and name in bundled and bundled.get(name) == limits:
        return None
    return spelt_out(limits)


def in_full(node: NodePart, ec2: Ec2Part) -> NodePart:
    """The node with limits, max pods and trunk, whatever follows from what."""
    world = world_of(node, ec2)
    limits, trunk = spelt_out(world.config.limits), world.config.trunk_compatible
    return evolve(node, limits=limits, max_pods=world.max_pods, trunk_compatible=trunk)


def spelt_out(limits: InstanceLimits) -> Limits:
    """Limits as a document has them."""
    cards = tuple(Card(index=card.index, max_enis=card.max_enis) for card in limits.cards)
    return Limits(
        max_enis=limits.max_enis,
        ipv4_per_eni=limits.ipv4_per_eni,
        cards=() if cards == (Card(index=0, max_enis=limits.max_enis),) else cards,
        default_card=limits.default_card,
        hypervisor=limits.hypervisor,
        bare_metal=limits.bare_metal,
    )


def describe_subnet(subnet: Subnet, attached: Iterable[Ec2Eni]) -> SubnetPart:
    """A subnet in which these ENIs are attached."""
    tags = subnet.tags
    if isinstance(subnet, CounterSubnet):
        return SubnetPart(
            id=subnet.id,
            free=subnet.free,
            role=tags.role,
            clusters=tuple(sorted(tags.clusters)),
            listed=subnet.listed,
            first=format_address(subnet.first),
            next_address=subnet.next_address,
            next_prefix=subnet.next_prefix,
            returned=tuple(format_short(network) for network in subnet.returned),
            reissue=subnet.reissue,
        )
    first, size = subnet.network
    own = {
        address
        for eni in attached
        for start, count in eni.networks()
        for address in range(start, start + count)
    }
    return SubnetPart(
        id=subnet.id,
        cidr=f"{format_address(first)}/{33 - size.bit_length()}",
        taken=describe_addresses(subnet.taken - own),
        role=tags.role,
        clusters=tuple(sorted(tags.clusters)),
        listed=subnet.listed,
    )


def describe_addresses(addresses: Iterable[int]) -> tuple[str, ...]:
    """Addresses as few CIDRs as possible, sorted."""
    single = (ipaddress.IPv4Network(address) for address in addresses)
    return tuple(
        str(network).removesuffix("/32") for network in ipaddress.collapse_addresses(single)
    )


def describe_eni(eni: Ec2Eni) -> EniPart:
    """An attached ENI in full."""
    return EniPart(
        id=eni.id,
        primary=eni.primary,
        device=eni.device,
        card=eni.card,
        subnet=eni.subnet,
        primary_address=format_address(eni.primary_address),
        ips=tuple(format_address(address) for address in eni.addresses),
        primary_ipv6=None if eni.primary_ipv6 is None else format_address(eni.primary_ipv6),
        prefixes=tuple(format_short(prefix) for prefix in (*eni.prefixes, *eni.ipv6_prefixes)),
        tags=describe_tags(eni.tags),
        trunk=eni.trunk,
        efa=eni.efa,
        efa_only=eni.efa_only,
    )


def describe_tags(tags: EniTags) -> TagsPart:
    """An ENI's tags."""
    owner = tags.instance_id
    return TagsPart(
        no_manage=tags.no_manage,
        instance_id=None if owner is None else ("own" if owner is Ownership.OWN else "other"),
    )


def _shortened(node: NodePart, part: Ec2Part, ec2: Ec2) -> Ec2Part:
    """Without what `world_of` fills in by itself."""
    for number, subnet in enumerate(part.subnets):
        for shorter in (_no_first, _no_next_address, _no_next_prefix):
            changed = shorter(part.subnets[number])
            if changed != subnet:
                subnets = (*part.subnets[:number], changed, *part.subnets[number + 1 :])
                part = _if_same(node, evolve(part, subnets=subnets), part, ec2)
    part = _if_same(node, evolve(part, next_eni=None), part, ec2)
    part = _if_same(node, evolve(part, next_ipv6=None), part, ec2)
    return _if_same(node, evolve(part, enis=()), part, ec2)


def _no_first(subnet: SubnetPart) -> SubnetPart:
    return evolve(subnet, first=None)


def _no_next_address(subnet: SubnetPart) -> SubnetPart:
    return evolve(subnet, next_address=None)


def _no_next_prefix(subnet: SubnetPart) -> SubnetPart:
    return evolve(subnet, next_prefix=None)


def _if_same(node: NodePart, shorter: Ec2Part, part: Ec2Part, ec2: Ec2) -> Ec2Part:
    try:
        return shorter if world_of(node, shorter).ec2 == ec2 else part
    except MeaningError:
        return part
