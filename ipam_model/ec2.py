"""EC2's truth and what IMDS shows of it: the first two of the four copies of the state.

Every operation is a pure function from the present `Ec2` to `(answer, Ec2)`. What EC2 itself
chooses (addresses, ENI ids) comes from a `Grants`, so that a simulation can pick and a recording
can dictate. Armed faults fail the next calls of a name, in the order in which they were armed.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Final, Protocol, TypeVar

from attrs import field, frozen

from ipam_model.arrivals import Arrivals
from ipam_model.catalogue import Kind, rule
from ipam_model.errors import InputError
from ipam_model.faults import require_possible
from ipam_model.limits import InstanceLimits
from ipam_model.records import evolve, quick
from ipam_model.requests import (
    DONE,
    AttachedEni,
    Code,
    Done,
    EniTags,
    Failed,
    Ownership,
)
from ipam_model.rules.capacity import BLOCK
from ipam_model.state import IPV6_BLOCK, Network
from ipam_model.subnets import Subnet

Item = TypeVar("Item", bound=int | Network)


@quick
@frozen(kw_only=True, weakref_slot=False)
class Ec2Eni:
    """An ENI in EC2."""

    id: str
    primary: bool = False
    device: int
    card: int = 0
    subnet: str
    primary_address: int
    addresses: tuple[int, ...] = ()
    """Secondary addresses, sorted."""
    prefixes: tuple[Network, ...] = ()
    """IPv4 prefixes, sorted."""
    tags: EniTags = field(factory=EniTags)
    trunk: bool = False
    efa: bool = False
    efa_only: bool = False
    """For EFA traffic alone: no address of it can be used."""
    primary_ipv6: int | None = None
    ipv6_prefixes: tuple[Network, ...] = ()
    """/80 prefixes, sorted."""

    def networks(self) -> tuple[Network, ...]:
        """Everything the ENI takes from its subnet: IPv4 only, IPv6 addresses never run out."""
        singles = (self.primary_address, *self.addresses)
        return (*(Network(each, 1) for each in singles), *self.prefixes)

    def ipv6_networks(self) -> tuple[Network, ...]:
        """Its IPv6 address and prefixes."""
        first = () if self.primary_ipv6 is None else (Network(self.primary_ipv6, 1),)
        return (*first, *self.ipv6_prefixes)

    def slots_used(self) -> int:
        """Secondary addresses and prefixes together: what EC2 limits to L - 1."""
        return len(self.addresses) + len(self.prefixes)

    def with_networks(self, networks: Iterable[Network]) -> "Ec2Eni":
        """The ENI with more addresses or prefixes."""
        added = tuple(networks)
        singles = [each.address for each in added if each.size == 1]
        prefixes = [each for each in added if each.size != 1]
        return evolve(
            self,
            addresses=_merged(self.addresses, singles) if singles else self.addresses,
            prefixes=_merged(self.prefixes, prefixes) if prefixes else self.prefixes,
        )

    def without_networks(self, networks: Iterable[Network]) -> "Ec2Eni":
        """The ENI with fewer addresses or prefixes."""
        gone = set(networks)
        return evolve(
            self,
            addresses=tuple(a for a in self.addresses if Network(a, 1) not in gone),
            prefixes=tuple(p for p in self.prefixes if p not in gone),
        )


@frozen
class Departed:
    """A CIDR that left an ENI, which a lagging IMDS still lists."""

    eni: str
    network: Network
    at: int


@frozen
class Fault:
    """The next `times` calls named `call` fail with `code`.

    With `grant` set they succeed instead, but with only so many addresses or prefixes.
    """

    call: str
    code: str
    times: int = 1
    grant: int | None = None


@quick
@frozen(kw_only=True, weakref_slot=False)
class Ec2:
    """One instance, its subnets and EC2's manners."""

    limits: InstanceLimits
    enis: tuple[Ec2Eni, ...]
    """Attached, sorted by id."""
    subnets: tuple[Subnet, ...]
    """In EC2's order; ties in free addresses keep it."""
    leaked: tuple[Ec2Eni, ...] = ()
    """Created for this instance but not attached: they keep their addresses."""
    departed: tuple[Departed, ...] = ()
    imds_lag: int = 0
    """For how long IMDS still lists a CIDR that left an ENI, in milliseconds."""
    arrivals: Arrivals = field(factory=Arrivals)
    """What IMDS does not show yet."""
    faults: tuple[Fault, ...] = ()
    next_eni: int = 1
    next_ipv6: int = 1
    """Number of the next simulated IPv6 address or prefix."""
    block: int = BLOCK
    enforce_limits: bool = True
    """Refuse what exceeds the instance's limits; off, to see what the daemon would ask for."""

    def eni(self, eni_id: str) -> Ec2Eni | None:
        """An attached ENI."""
        for eni in self.enis:
            if eni.id == eni_id:
                return eni
        return None

    def primary(self) -> Ec2Eni:
        """The instance's primary ENI."""
        return next(eni for eni in self.enis if eni.primary)

    def subnet(self, subnet_id: str) -> Subnet:
        """A subnet by id; `InputError` if there is none."""
        for subnet in self.subnets:
            if subnet.id == subnet_id:
                return subnet
        known = ", ".join(each.id for each in self.subnets)
        raise InputError(f"no subnet {subnet_id!r}; there are: {known}")

    def reserved(self) -> int:
        """Addresses this node takes from its subnets, leaked ENIs included."""
        every = (*self.enis, *self.leaked)
        return sum([1 + len(eni.addresses) + sum([p.size for p in eni.prefixes]) for eni in every])

    def with_eni(self, eni: Ec2Eni, *subnets: Subnet) -> "Ec2":
        """An attached ENI added or replaced, and subnets replaced."""
        for place, known in enumerate(self.enis):
            if known.id == eni.id:
                enis = (*self.enis[:place], eni, *self.enis[place + 1 :])
                break
        else:
            enis = tuple(sorted([*self.enis, eni], key=_by_id))
        return evolve(self, enis=enis, subnets=self._replaced(*subnets))

    def with_subnet(self, subnet: Subnet) -> "Ec2":
        """A subnet replaced."""
        return evolve(self, subnets=self._replaced(subnet))

    def _replaced(self, *subnets: Subnet) -> tuple[Subnet, ...]:
        every = self.subnets
        for new in subnets:
            every = tuple([new if each.id == new.id else each for each in every])
        return every


def _by_id(eni: Ec2Eni) -> str:
    return eni.id


def _merged(known: tuple[Item, ...], new: list[Item]) -> tuple[Item, ...]:
    """All of them once, sorted; the known ones are."""
    merged = list(known)
    for item in new:
        place = bisect_left(merged, item)
        if place == len(merged) or merged[place] != item:
            merged.insert(place, item)
    return tuple(merged)


class Grants(Protocol):
    """EC2's own choices."""

    def addresses(self, subnet: Subnet, count: int) -> tuple[Network, ...] | None:
        """`count` addresses of the subnet, or `None` if it has not so many."""

    def primary(self, subnet: Subnet) -> Network | None:
        """The primary address of a new ENI, or `None`."""

    def trunk(self, trunks: tuple[str, ...]) -> str:
        """Which of several trunk ENIs is named (R193)."""

    def prefixes(self, subnet: Subnet, count: int, block: int) -> tuple[Network, ...] | None:
        """`count` prefixes, or `None`."""

    def eni_id(self, ec2: Ec2) -> str:
        """The id of a new ENI."""

    def ipv6_address(self, ec2: Ec2) -> Network:
        """The IPv6 address of a new ENI."""

    def ipv6_prefix(self, ec2: Ec2) -> Network:
        """A /80."""

    def listed(self, prefixes: tuple[Network, ...]) -> tuple[Network, ...]:
        """The order in which the IPv6 prefixes of an ENI are listed."""

    def lingering(self, ec2: Ec2, now: int) -> "Lingering":
        """What a lagging IMDS lists too much, between the bounds of `lingering`."""

    def complaint(self, codes: tuple[str, ...]) -> str:
        """Which of several reasons to refuse a call EC2 names."""


FIRST_IPV6: Final = 0x20010DB8_00000001_00000000_00000000
"""Where simulated IPv6 addresses start: 2001:db8:0:1::, a range for documentation."""


class NextFree:
    """Choices of a simulated EC2: the next free addresses, ENIs numbered from 1."""

    def addresses(self, subnet: Subnet, count: int) -> tuple[Network, ...] | None:
        """What the subnet offers."""
        return subnet.offer_addresses(count)

    def primary(self, subnet: Subnet) -> Network | None:
        """What the subnet offers first."""
        offered = subnet.offer_addresses(1)
        return None if offered is None else offered[0]

    def trunk(self, trunks: tuple[str, ...]) -> str:
        """The last one."""
        return trunks[-1]

    def prefixes(self, subnet: Subnet, count: int, block: int) -> tuple[Network, ...] | None:
        """What the subnet offers."""
        return subnet.offer_prefixes(count, block)

    def eni_id(self, ec2: Ec2) -> str:
        """The next number."""
        return f"eni-{ec2.next_eni}"

    def ipv6_address(self, ec2: Ec2) -> Network:
        """The next number in a range of their own."""
        return Network(FIRST_IPV6 + ec2.next_ipv6, 1)

    def ipv6_prefix(self, ec2: Ec2) -> Network:
        """The next /80."""
        return Network(FIRST_IPV6 + ec2.next_ipv6 * IPV6_BLOCK, IPV6_BLOCK)

    def listed(self, prefixes: tuple[Network, ...]) -> tuple[Network, ...]:
        """As they stand."""
        return prefixes

    def lingering(self, ec2: Ec2, now: int) -> "Lingering":
        """What it lists for certain."""
        return lingering(ec2, now)[0]

    def complaint(self, codes: tuple[str, ...]) -> str:
        """The first one."""
        return codes[0]


NEXT_FREE = NextFree()


def take_fault(ec2: Ec2, call: str) -> tuple[Fault | None, Ec2]:
    """The fault armed first for this call, and one use of it less."""
    for position, fault in enumerate(ec2.faults):
        if fault.call == call:
            left = evolve(fault, times=fault.times - 1)
            rest = (*ec2.faults[:position], left, *ec2.faults[position + 1 :])
            return fault, evolve(ec2, faults=tuple(each for each in rest if each.times > 0))
    return None, ec2


def arm(ec2: Ec2, fault: Fault) -> Ec2:
    """Arm a fault behind those already armed; `InputError` if it can never fire."""
    require_possible(fault.call, fault.times)
    return evolve(ec2, faults=(*ec2.faults, fault))


# -- addresses -----------------------------------------------------------------------------------


def shortage(*, prefixes: bool) -> Failed:
    """EC2's answer when the subnet has not enough."""
    return Failed(Code.INSUFFICIENT_PREFIXES if prefixes else Code.INSUFFICIENT_ADDRESSES)


def offer(
    ec2: Ec2, subnet: Subnet, count: int, grants: Grants, *, prefixes: bool
) -> tuple[Network, ...] | None:
    """`count` addresses or prefixes of a subnet as EC2 chooses them, or `None`."""
    if count == 0:
        return ()
    if prefixes:
        return grants.prefixes(subnet, count, ec2.block)
    return grants.addresses(subnet, count)


def assign(
    ec2: Ec2, eni_id: str, count: int, grants: Grants, *, prefixes: bool
) -> tuple[tuple[Network, ...] | Failed, Ec2]:
    """AssignPrivateIpAddresses: `count` more on an ENI, at most L - 1 asked for (R98a)."""
    fault, ec2 = take_fault(ec2, "AssignPrivateIpAddresses")
    if fault is not None and fault.grant is None:
        return Failed(fault.code), ec2
    eni = ec2.eni(eni_id)
    if eni is None:
        return Failed(Code.ENI_NOT_FOUND), ec2
    count = min(count, ec2.limits.ipv4_per_eni - 1)
    if fault is not None and fault.grant is not None:
        count = min(count, fault.grant)
    full = ec2.enforce_limits and eni.slots_used() + count > ec2.limits.ipv4_per_eni - 1
    subnet = ec2.subnet(eni.subnet)
    granted = offer(ec2, subnet, count, grants, prefixes=prefixes)
    if full or granted is None:
        problems = [Code.ADDRESS_LIMIT] if full else []
        problems += [shortage(prefixes=prefixes).code] if granted is None else []
        return Failed(grants.complaint(tuple(problems))), ec2
    return granted, ec2.with_eni(eni.with_networks(granted), subnet.take(granted))


def unassign(
    ec2: Ec2, eni_id: str, networks: tuple[Network, ...], now: int
) -> tuple[Done | Failed, Ec2]:
    """UnassignPrivateIpAddresses: all of them or none."""
    fault, ec2 = take_fault(ec2, "UnassignPrivateIpAddresses")
    if fault is not None:
        return Failed(fault.code), ec2
    eni = ec2.eni(eni_id)
    if eni is None:
        return Failed(Code.ENI_NOT_FOUND), ec2
    if not {Network(a, 1) for a in eni.addresses}.union(eni.prefixes).issuperset(networks):
        return Failed(Code.INVALID_PARAMETER), ec2
    return DONE, remove_networks(ec2, eni, networks, now)


def remove_networks(ec2: Ec2, eni: Ec2Eni, networks: tuple[Network, ...], now: int) -> Ec2:
    """Take CIDRs off an ENI; they are free again, and a lagging IMDS keeps listing them."""
    left = [each for each in ec2.departed if now - each.at <= ec2.imds_lag]
    left.extend(Departed(eni.id, network, now) for network in networks if ec2.imds_lag)
    ec2, subnet = evolve(ec2, departed=tuple(left)), ec2.subnet(eni.subnet).give_back(networks)
    return ec2.with_eni(eni.without_networks(networks), subnet)


def true_networks(
    ec2: Ec2, eni_id: str, *, prefixes: bool
) -> tuple[tuple[Network, ...] | Failed, Ec2]:
    """The addresses or prefixes EC2 has on an ENI, without the primary."""
    name = "GetIPv4PrefixesFromEC2" if prefixes else "GetIPv4sFromEC2"
    fault, ec2 = take_fault(ec2, name)
    if fault is not None:
        return Failed(fault.code), ec2
    eni = ec2.eni(eni_id)
    if eni is None:
        return Failed(Code.ENI_NOT_FOUND), ec2
    return eni.prefixes if prefixes else tuple(Network(a, 1) for a in eni.addresses), ec2


# -- the IMDS view -------------------------------------------------------------------------------


Lingering = Mapping[str, frozenset[Network]]
"""CIDRs that IMDS lists on an ENI although they left it, by ENI."""


def lingering(ec2: Ec2, now: int) -> tuple[Lingering, Lingering]:
    """What a lagging IMDS still lists for certain, and what it may list at most.

    Open is whether it still lists a CIDR that EC2 has handed out again, and the very instant at
    which the lag ends.
    """
    certain: dict[str, set[Network]] = {}
    possible: dict[str, set[Network]] = {}
    if not ec2.departed:
        return {}, {}
    in_use = {network for eni in ec2.enis for network in eni.networks()}
    for gone in ec2.departed:
        eni = ec2.eni(gone.eni)
        age = now - gone.at
        if eni is None or age > ec2.imds_lag or gone.network in eni.networks():
            continue
        possible.setdefault(gone.eni, set()).add(gone.network)
        if age < ec2.imds_lag and gone.network not in in_use:
            certain.setdefault(gone.eni, set()).add(gone.network)
    return _frozen(certain), _frozen(possible)


def _frozen(found: dict[str, set[Network]]) -> Lingering:
    return {eni: frozenset(networks) for eni, networks in found.items()}


@rule(
    "R59",
    "In custom networking the prefixes of the primary ENI are not read from IMDS; its secondary "
    "addresses are.",
    source="aws:897-912",
    kind=Kind.STEP,
)
def imds_view(
    ec2: Ec2, now: int, grants: Grants, *, hide_primary_prefixes: bool
) -> tuple[AttachedEni, ...]:
    """The attached ENIs as the daemon reads them from IMDS."""
    extra = grants.lingering(ec2, now)
    view = []
    for eni in ec2.enis:
        if ec2.arrivals.hides_eni(eni.id, now):
            continue
        shown = eni.with_networks(extra[eni.id]) if eni.id in extra else eni
        unseen = ec2.arrivals.hidden_on(eni.id, now)
        if unseen:
            shown = shown.without_networks(unseen)
        hidden = hide_primary_prefixes and eni.primary
        view.append(
            AttachedEni(
                id=eni.id,
                primary=eni.primary,
                device=eni.device,
                card=eni.card,
                subnet=eni.subnet,
                primary_address=eni.primary_address,
                addresses=shown.addresses,
                prefixes=() if hidden else shown.prefixes,
                primary_ipv6=eni.primary_ipv6,
            )
        )
    return tuple(view)


def holder(ec2: Ec2, networks: Iterable[Network]) -> Ec2Eni | None:
    """An ENI, attached or leaked, that has an address of one of these CIDRs."""
    wanted = tuple(networks)
    for eni in (*ec2.enis, *ec2.leaked):
        for used in (*eni.networks(), *eni.ipv6_networks()):
            if any(used.address in new or new.address in used for new in wanted):
                return eni
    return None


def own(eni: Ec2Eni) -> Ec2Eni:
    """The ENI with this instance's tag."""
    return evolve(eni, tags=eni.tags._replace(instance_id=Ownership.OWN))


def new_instance(
    limits: InstanceLimits, subnets: tuple[Subnet, ...], *, block: int = BLOCK, ipv6: bool = False
) -> Ec2:
    """An instance with a bare primary ENI on its default card, in the first subnet."""
    first = subnets[0]
    offered = first.offer_addresses(1)
    if offered is None:
        raise InputError(f"subnet {first.id} has no free address for the primary ENI")
    primary = Ec2Eni(
        id="eni-1",
        primary=True,
        device=0,
        card=limits.default_card,
        subnet=first.id,
        primary_address=offered[0].address,
        primary_ipv6=FIRST_IPV6 if ipv6 else None,
    )
    return Ec2(
        limits=limits,
        enis=(primary,),
        subnets=(first.take(offered), *subnets[1:]),
        next_eni=2,
        block=block,
    )
