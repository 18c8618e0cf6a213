"""EC2's IPv6 prefixes: a /80 is always to be had, and the subnet's IPv4 counter stays as it is."""

from collections.abc import Iterable

from ipam_model.ec2 import Ec2, Ec2Eni, Grants, take_fault
from ipam_model.records import evolve
from ipam_model.requests import Code, Failed
from ipam_model.state import Network


def prefixes_of(ec2: Ec2, eni_id: str, grants: Grants) -> tuple[tuple[Network, ...] | Failed, Ec2]:
    """The IPv6 prefixes EC2 has on an ENI."""
    fault, ec2 = take_fault(ec2, "GetIPv6PrefixesFromEC2")
    if fault is not None:
        return Failed(fault.code), ec2
    eni = ec2.eni(eni_id)
    if eni is None:
        return Failed(Code.ENI_NOT_FOUND), ec2
    return grants.listed(eni.ipv6_prefixes), ec2


def assign_prefixes(
    ec2: Ec2, eni_id: str, count: int, grants: Grants
) -> tuple[tuple[Network, ...] | Failed, Ec2]:
    """`count` /80 prefixes more on an ENI; the subnet's counter of free addresses stays."""
    fault, ec2 = take_fault(ec2, "AssignIpv6Prefixes")
    if fault is not None:
        return Failed(fault.code), ec2
    eni = ec2.eni(eni_id)
    if eni is None:
        return Failed(Code.ENI_NOT_FOUND), ec2
    granted: tuple[Network, ...] = ()
    for _ in range(count):
        granted = (*granted, grants.ipv6_prefix(ec2))
        ec2 = evolve(ec2, next_ipv6=ec2.next_ipv6 + 1)
    return granted, ec2.with_eni(with_prefixes(eni, granted))


def with_prefixes(eni: Ec2Eni, prefixes: Iterable[Network]) -> Ec2Eni:
    """The ENI with more IPv6 prefixes."""
    return evolve(eni, ipv6_prefixes=tuple(sorted({*eni.ipv6_prefixes, *prefixes})))


def without_prefixes(eni: Ec2Eni, prefixes: Iterable[Network]) -> Ec2Eni:
    """The ENI with fewer IPv6 prefixes."""
    return evolve(eni, ipv6_prefixes=tuple(sorted({*eni.ipv6_prefixes} - {*prefixes})))
