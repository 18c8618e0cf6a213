"""Which calls can be made to fail."""

from typing import Final

from ipam_model.errors import InputError

CALLS: Final = frozenset(
    {
        "AnnounceCustomNetworking",
        "AnnounceTrunk",
        "AssignIpv6Prefixes",
        "AssignPrivateIpAddresses",
        "AttachNetworkInterface",
        "CreateNetworkInterface",
        "CreateNetworkInterface+Attach",
        "CreateTags",
        "DeleteNetworkInterface",
        "DescribeAllENIs",
        "DescribeSubnets",
        "FindRouteTable",
        "FindTrunkLink",
        "FreeENI",
        "GetAttachedENIs",
        "GetIPv4PrefixesFromEC2",
        "GetIPv4sFromEC2",
        "GetIPv6PrefixesFromEC2",
        "HostVethExists",
        "IsSubnetExcluded",
        "ModifyNetworkInterfaceAttribute",
        "NodeCordoned",
        "ReadCheckpoint",
        "ReadEniConfig",
        "ReadMaxPods",
        "ReadPod",
        "ReadSandboxes",
        "ReadVpcCidrs",
        "RefreshSecurityGroups",
        "SetNodeLabel",
        "SetupENINetwork",
        "TagENI",
        "UnassignPrivateIpAddresses",
        "WaitForENIAndIPsAttached",
        "WriteCheckpoint",
    }
)
"""The names under which a fault is looked for: calls as a trace names them, the steps of the AWS
layer behind them, and requests to the host and the API server."""

OF_THE_HOST: Final = frozenset(
    {
        "AnnounceCustomNetworking",
        "AnnounceTrunk",
        "FindRouteTable",
        "FindTrunkLink",
        "HostVethExists",
        "NodeCordoned",
        "ReadCheckpoint",
        "ReadEniConfig",
        "ReadMaxPods",
        "ReadPod",
        "ReadSandboxes",
        "ReadVpcCidrs",
        "RefreshSecurityGroups",
        "SetNodeLabel",
        "SetupENINetwork",
        "WriteCheckpoint",
    }
)
"""Those of them that EC2 does not answer: calls of the host and of the API server."""
OF_READING: Final = frozenset(
    {
        "DescribeAllENIs",
        "DescribeSubnets",
        "GetAttachedENIs",
        "GetIPv4PrefixesFromEC2",
        "GetIPv4sFromEC2",
        "GetIPv6PrefixesFromEC2",
        "IsSubnetExcluded",
        "TagENI",
        "WaitForENIAndIPsAttached",
    }
)
"""Calls of EC2 and of the instance's metadata that add and remove nothing."""


def require_possible(call: str, times: int) -> None:
    """`InputError` unless a fault of `call`, armed `times` times, can fire."""
    if call not in CALLS:
        raise InputError(f"no call {call!r} can fail; known: {', '.join(sorted(CALLS))}")
    if times < 1:
        raise InputError(f"a fault of {call} must be armed for 1 call or more")
