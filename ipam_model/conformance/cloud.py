"""EC2 as the subject's daemon meets it, played by the kit.

Answers are EC2's: what is granted, or `Failed` with an error code. The kit's EC2 keeps its limits,
has subnets that run out, and fails when a fault is armed.
"""

from typing import Final, Protocol, TypeVar

from ipam_model.requests import (
    AllocENI,
    AssignIPv6Prefixes,
    AssignPrivateIpAddresses,
    CreateENI,
    DescribeAllENIs,
    FreeENI,
    GetAddressesFromEC2,
    GetAttachedENIs,
    GetIPv6Prefixes,
    IsSubnetExcluded,
    Request,
    Sleep,
    TagENI,
    UnassignPrivateIpAddresses,
    WaitForENI,
)

A = TypeVar("A")

CHANGES: Final = (
    AllocENI,
    AssignIPv6Prefixes,
    AssignPrivateIpAddresses,
    CreateENI,
    FreeENI,
    UnassignPrivateIpAddresses,
)
"""What changes EC2, and is compared with the model."""
READS: Final = (
    DescribeAllENIs,
    GetAddressesFromEC2,
    GetAttachedENIs,
    GetIPv6Prefixes,
    IsSubnetExcluded,
    Sleep,
    TagENI,
    WaitForENI,
)
"""What else a subject may ask for, as often as it likes. While it sleeps, EC2's clock moves."""


class Cloud(Protocol):
    """Answers what a subject asks of EC2 and of the instance's metadata."""

    def ask(self, request: Request[A]) -> A:
        """The answer.

        Raises `InputError` for a request that is in neither `CHANGES` nor `READS`, and outside of
        `apply`.
        """
