"""In which ways each call can be answered: success, and the failures that make a difference."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from attrs import evolve

from ipam_model.aws_layer import CREATE_AND_ATTACH
from ipam_model.daemon.procedure import Call
from ipam_model.ec2 import Fault
from ipam_model.environment import ANSWERS
from ipam_model.requests import (
    AllocENI,
    AssignPrivateIpAddresses,
    Code,
    CreateENI,
    FreeENI,
    GetAddressesFromEC2,
    HostVethExists,
    IsSubnetExcluded,
    ReadCheckpoint,
    ReadSandboxes,
    Request,
    SetupENINetwork,
    Sleep,
    UnassignPrivateIpAddresses,
    WaitForENI,
    WriteCheckpoint,
)
from ipam_model.world import Runner, World

INPUT_OUTPUT_ERROR: Final = "EIO"

_NEW_ENI: Final = (
    Fault(CREATE_AND_ATTACH, Code.THROTTLED),
    Fault("CreateNetworkInterface", Code.INSUFFICIENT_ADDRESSES),
    Fault("AttachNetworkInterface", Code.ATTACHMENT_LIMIT),
    Fault("ModifyNetworkInterfaceAttribute", Code.THROTTLED),
)

FAILURES: Final[Mapping[type[Request[object]], tuple[Fault, ...]]] = {
    AssignPrivateIpAddresses: (
        Fault("AssignPrivateIpAddresses", Code.THROTTLED),
        Fault("AssignPrivateIpAddresses", Code.INSUFFICIENT_ADDRESSES),
        Fault("AssignPrivateIpAddresses", Code.ADDRESS_LIMIT),
        Fault("AssignPrivateIpAddresses", Code.THROTTLED, grant=1),
    ),
    AllocENI: (*_NEW_ENI, Fault(CREATE_AND_ATTACH, Code.THROTTLED, grant=1)),
    CreateENI: (*_NEW_ENI, Fault("CreateTags", Code.THROTTLED)),
    WaitForENI: (Fault("WaitForENIAndIPsAttached", Code.TIMEOUT),),
    FreeENI: (
        Fault("FreeENI", Code.UNABLE_TO_DETACH),
        Fault("FreeENI", Code.DELETE_FAILED),
    ),
    UnassignPrivateIpAddresses: (Fault("UnassignPrivateIpAddresses", Code.THROTTLED),),
    GetAddressesFromEC2: (
        Fault("GetIPv4sFromEC2", Code.THROTTLED),
        Fault("GetIPv4PrefixesFromEC2", Code.THROTTLED),
    ),
    IsSubnetExcluded: (Fault("DescribeSubnets", Code.THROTTLED),),
    SetupENINetwork: (
        Fault("SetupENINetwork", Code.LINK_NOT_FOUND),
        Fault("SetupENINetwork", Code.TIMEOUT),
    ),
    ReadCheckpoint: (Fault("ReadCheckpoint", INPUT_OUTPUT_ERROR),),
    WriteCheckpoint: (Fault("WriteCheckpoint", INPUT_OUTPUT_ERROR),),
    ReadSandboxes: (Fault("ReadSandboxes", INPUT_OUTPUT_ERROR),),
    HostVethExists: (Fault("HostVethExists", INPUT_OUTPUT_ERROR),),
    Sleep: (),
}
"""The failures of each call, one of every kind that the daemon or EC2 treats in its own way. Any
other call is throttled; a failure that does not concern a request is not offered."""


READS: Final = frozenset(ANSWERS) - {WriteCheckpoint}
"""Requests that leave everything outside EC2 and the clock as it is."""


class Answered(NamedTuple):
    """A way in which a call is answered."""

    fault: Fault | None
    answer: object
    world: World


def answers(call: Call, world: World, *, faults: int) -> Iterator[Answered]:
    """Success first, then, while `faults` are left, every failure."""
    yield _answered(call, world, None)
    if not faults:
        return
    request = call.request
    kind = type(request)
    for fault in FAILURES.get(kind) or (
        () if kind in FAILURES else (Fault(kind.__name__, Code.THROTTLED),)
    ):
        if fault.grant is not None and getattr(request, "count", 0) <= fault.grant:
            continue
        failed = _answered(call, world, fault)
        if not failed.world.ec2.faults:
            yield failed


def _answered(call: Call, world: World, fault: Fault | None) -> Answered:
    runner = Runner(world)
    if fault is not None:
        runner.ec2 = evolve(runner.ec2, faults=(fault,))
    answer = runner.reply_to(call.request)
    if runner.ec2 is world.ec2 and runner.now == world.now and type(call.request) in READS:
        return Answered(fault, answer, world)
    return Answered(fault, answer, runner.world)
