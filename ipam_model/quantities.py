"""What one wants to know about a node at a moment: how many ENIs, how many addresses of which kind.

Two copies of the truth are counted and kept apart. *Reserved* and the ENIs are EC2's: what the
node takes from its subnets, leaked ENIs included. *Owned*, *assigned*, *cooling*, *idle* and
*available* are the daemon's store: what it believes to have. While the daemon does not run there
is no store, and these are 0.

Addresses are IPv4 addresses. An IPv6 node has no pool that could be short or over: each ENI gets
one /80 (2⁴⁸ addresses), which no subnet runs out of and no IPv4 subnet pays for. Its prefixes are
counted, the addresses in them are not; *assigned* are the pods with an address of either family.
"""

from attrs import frozen

from ipam_model.requests import (
    AllocENI,
    AssignIPv6Prefixes,
    AssignPrivateIpAddresses,
    CreateENI,
    DescribeAllENIs,
    FreeENI,
    GetAddressesFromEC2,
    GetIPv6Prefixes,
    IsSubnetExcluded,
    Request,
    TagENI,
    UnassignPrivateIpAddresses,
)
from ipam_model.state import totals
from ipam_model.world import Runner, World


@frozen(kw_only=True)
class Quantities:
    """One line of a table about a node. Addresses, unless something else is said."""

    enis: int
    """ENIs attached to the instance, in EC2's eyes; those of others included."""
    owned: int
    """In the daemon's store: every address of every IPv4 CIDR, an ENI's primary address never."""
    prefixes: int
    """In the daemon's store: /28 of IPv4, whose addresses are among the owned, and /80 of IPv6."""
    assigned: int
    """Held by a pod; the only quantity that counts IPv6 addresses."""
    cooling: int
    """Held by nobody, and not yet given out again because a pod left it a moment ago (R17)."""
    available: int
    """V of the daemon's statistics (R28): not assigned, cooling or not, of the kind that the mode
    uses, on ENIs in subnets that are not excluded, of all cards. What its decisions are about."""
    reserved: int
    """Taken from the IPv4 subnets: primary and secondary addresses and whole prefixes, of attached
    and of leaked ENIs, in EC2's eyes."""
    leaked: int
    """ENIs that were created for this instance and are attached to nothing."""
    ec2_calls: int
    """Requests to EC2 so far, as `reaches_ec2` counts them."""

    @property
    def idle(self) -> int:
        """Owned and not assigned; the cooling ones are among them. 0 on an IPv6 node."""
        return max(self.owned - self.assigned, 0)


def quantities(state: World | Runner, *, ec2_calls: int = 0) -> Quantities:
    """The quantities of a node now; whoever answers its requests counts the calls."""
    owned = prefixes = assigned = cooling = available = 0
    node = state.node
    for store in () if node is None else node.stores:
        assigned += len(store.holdings)
        for eni in store.enis:
            sums = eni.tally()
            owned += sums.singles
            prefixes += sums.prefixes
            for cidr in eni.open_cidrs():  # Nothing cools in the others.
                if cidr.network.ipv6:
                    continue
                if cidr.is_prefix:
                    owned += cidr.network.size
                if cidr.records:
                    cooling += cidr.cooling(state.now, state.config.cooldown)
        if not state.config.ipv6:
            available += totals(store).available
    return Quantities(
        enis=len(state.ec2.enis),
        owned=owned,
        prefixes=prefixes,
        assigned=assigned,
        cooling=cooling,
        available=available,
        reserved=state.ec2.reserved(),
        leaked=len(state.ec2.leaked),
        ec2_calls=ec2_calls,
    )


_REACH_EC2 = (
    DescribeAllENIs,
    TagENI,
    IsSubnetExcluded,
    AssignPrivateIpAddresses,
    AllocENI,
    CreateENI,
    FreeENI,
    UnassignPrivateIpAddresses,
    GetAddressesFromEC2,
    AssignIPv6Prefixes,
    GetIPv6Prefixes,
)


def reaches_ec2(request: Request[object]) -> bool:
    """Whether EC2's API has to be asked, which may throttle; IMDS, host and API server are not it.

    Composite requests of the daemon's AWS layer count once: creating an ENI is three calls or
    more of the API itself. Security groups, which have no effect on addresses, are left out.
    """
    return isinstance(request, _REACH_EC2)
