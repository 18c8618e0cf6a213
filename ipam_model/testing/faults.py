"""Calls that fail, and how."""

from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model.requests import Code
from ipam_model.testing.events import Break

INSUFFICIENT: Final = (Code.INSUFFICIENT_ADDRESSES, Code.INSUFFICIENT_PREFIXES)
EC2_CODES: Final = (Code.THROTTLED, *INSUFFICIENT)
BREAKABLE: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("AssignPrivateIpAddresses", (*EC2_CODES, Code.ADDRESS_LIMIT)),
    ("CreateNetworkInterface", EC2_CODES),
    ("AttachNetworkInterface", (Code.ATTACHMENT_LIMIT,)),
    ("ModifyNetworkInterfaceAttribute", (Code.THROTTLED,)),
    ("WaitForENIAndIPsAttached", (Code.TIMEOUT,)),
    ("UnassignPrivateIpAddresses", (Code.THROTTLED,)),
    ("FreeENI", (Code.ATTACHMENT_NOT_FOUND, Code.UNABLE_TO_DETACH, Code.DELETE_FAILED)),
    ("DescribeAllENIs", (Code.THROTTLED,)),
    ("GetAttachedENIs", ("MetadataError",)),
    ("GetIPv4sFromEC2", (Code.THROTTLED,)),
    ("GetIPv4PrefixesFromEC2", (Code.THROTTLED,)),
    ("GetIPv6PrefixesFromEC2", (Code.THROTTLED,)),
    ("AssignIpv6Prefixes", (Code.THROTTLED,)),
    ("IsSubnetExcluded", (Code.THROTTLED,)),
    ("SetupENINetwork", ("LinkError", Code.LINK_NOT_FOUND)),
    ("FindRouteTable", (Code.NO_ROUTE_TABLE,)),
    ("TagENI", (Code.THROTTLED,)),
    ("WriteCheckpoint", ("EIO",)),
    ("NodeCordoned", (Code.TIMEOUT,)),
    ("ReadVpcCidrs", ("MetadataError",)),
    ("ReadPod", (Code.TIMEOUT,)),
)


def faults(*, most: int = 3) -> SearchStrategy[Break]:
    """A call that fails once or a few times."""
    kinds = [(call, code) for call, codes in BREAKABLE for code in codes]
    return st.builds(
        lambda kind, times: Break(kind[0], kind[1], times),
        st.sampled_from(kinds),
        st.integers(1, most),
    )
