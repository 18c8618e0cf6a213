"""Candidates made by hand: what no story comes to."""

from collections.abc import Mapping
from typing import Final

from ipam_model.conformance.plan import DaemonPlan
from ipam_model.scenario.document import (
    ArmFault,
    Card,
    Cordon,
    Ec2Part,
    Event,
    Limits,
    LoopPass,
    NodePart,
    OthersAssign,
    OthersUnassign,
    PodsAdd,
    PodsDel,
    Reconcile,
    Start,
    SubnetFree,
    SubnetPart,
    SubnetTag,
    Tick,
)
from ipam_model.settings import shipped_defaults


def _prefixes(**env: str) -> dict[str, str]:
    return {"ENABLE_PREFIX_DELEGATION": "true", **env}


_HOME: Final = {"ENABLE_SUBNET_DISCOVERY": "false"}


_ONE_SUBNET: Final = Ec2Part(subnets=(SubnetPart(id="subnet-1", free=500),))
_TWO_SUBNETS: Final = Ec2Part(
    subnets=(SubnetPart(id="subnet-1", free=500), SubnetPart(id="subnet-2", free=300, role="1"))
)
_ROOM_ELSEWHERE: Final = Ec2Part(
    subnets=(SubnetPart(id="subnet-1", free=500), SubnetPart(id="subnet-2", free=600, role="1"))
)
"""A new ENI goes where most is free."""


def plan_of_events(
    *events: Event,
    slots: int,
    env: Mapping[str, str],
    enis: int = 3,
    max_pods: int = 110,
    cards: int = 1,
    ec2: Ec2Part = _ONE_SUBNET,
) -> DaemonPlan:
    """A small node and what happens there, in one subnet unless EC2 is given."""
    several = tuple(Card(index=index, max_enis=enis) for index in range(cards))
    return DaemonPlan(
        node=NodePart(
            limits=Limits(
                max_enis=enis, ipv4_per_eni=slots + 1, cards=several if cards > 1 else ()
            ),
            env=shipped_defaults() | _HOME | dict(env),
            max_pods=max_pods,
        ),
        ec2=ec2,
        events=events,
    )


def _restart(**env: str) -> Start:
    return Start(env=shipped_defaults() | _HOME | env)


MADE: Final = (
    # Addresses of pods outlive the switch to prefixes, and are no part of the minimum any more.
    plan_of_events(
        Start(),
        PodsAdd(count=3),
        _restart(**_prefixes(WARM_IP_TARGET="1", MINIMUM_IP_TARGET="17")),
        LoopPass(times=3),
        slots=6,
        env={"WARM_IP_TARGET": "1", "MINIMUM_IP_TARGET": "3"},
    ),
    # An ENI that cannot be attached is deleted, and its addresses are there for the next one.
    plan_of_events(
        Start(),
        SubnetFree(subnet="subnet-1", free=4),
        ArmFault(call="AttachNetworkInterface", code="AttachmentLimitExceeded"),
        PodsAdd(count=3),
        Tick(),
        LoopPass(times=3),
        slots=3,
        env={},
    ),
    # A pod's address is taken, and the pod forgotten; the address comes back, and stays free.
    plan_of_events(
        Start(),
        PodsAdd(count=1),
        OthersUnassign(eni="eni-1", ips=("10.1.0.5",)),
        LoopPass(times=14),
        OthersAssign(eni="eni-1", ips=("10.1.0.5",)),
        Start(),
        slots=3,
        env={},
    ),
    # Idle addresses go when the daemon is restarted for prefixes.
    plan_of_events(Start(), _restart(**_prefixes()), slots=3, env={}),
    # What is too much is spread over several ENIs, and goes.
    plan_of_events(
        Start(),
        *(each for n in range(1, 6) for each in (PodsAdd(count=1, first=n), LoopPass())),
        PodsDel(count=1),
        PodsDel(count=1, first=3),
        LoopPass(times=14),
        slots=2,
        enis=4,
        env={"WARM_IP_TARGET": "1"},
    ),
    # A free prefix is kept that the pods of another one need.
    plan_of_events(
        Start(),
        PodsAdd(count=15),
        LoopPass(times=14),
        slots=3,
        env=_prefixes(WARM_IP_TARGET="4"),
    ),
    # An address that was given back comes again, and is taken over once that is forgotten.
    plan_of_events(
        Start(),
        PodsAdd(count=2),
        LoopPass(times=2),
        PodsDel(count=2),
        LoopPass(times=2),
        OthersAssign(eni="eni-1", ips=("10.1.0.6",)),
        LoopPass(times=14),
        slots=6,
        env={"WARM_IP_TARGET": "1"},
    ),
    # One address less than max pods is owned: there has to be another ENI.
    plan_of_events(Start(), PodsAdd(count=4), LoopPass(times=3), slots=2, env={}, max_pods=5),
    # The last pod leaves an address of an ENI whose subnet was excluded: the address goes later.
    plan_of_events(
        Start(),
        PodsAdd(count=1),
        SubnetTag(subnet="subnet-1", role="0"),
        Start(),
        PodsDel(count=1),
        LoopPass(times=3),
        slots=3,
        env={"ENABLE_SUBNET_DISCOVERY": "true"},
        ec2=_TWO_SUBNETS,
    ),
    # A cordoned node gives surplus addresses back.
    plan_of_events(
        Start(),
        PodsAdd(count=4),
        LoopPass(times=2),
        Cordon(),
        PodsDel(count=4),
        LoopPass(times=14),
        slots=6,
        env={"WARM_IP_TARGET": "1"},
    ),
    # The one address that may go is released, and comes back while reconcile, which waits for a
    # trunk ENI, is due in every pass.
    plan_of_events(
        Start(),
        PodsAdd(count=1),
        Tick(),
        _restart(ENABLE_POD_ENI="true", MINIMUM_IP_TARGET="1"),
        Tick(),
        OthersAssign(eni="eni-1", ips=("10.1.0.6",)),
        Reconcile(),
        slots=4,
        env={"ENABLE_POD_ENI": "true", "WARM_IP_TARGET": "1"},
    ),
    # A pod is forgotten by a start without its address, which then comes back: is it still written
    # down? The pod had no other address to get.
    plan_of_events(
        Start(),
        PodsAdd(count=1),
        OthersUnassign(eni="eni-1", ips=("10.1.0.5",)),
        Start(),
        OthersAssign(eni="eni-1", ips=("10.1.0.5",)),
        Start(),
        slots=2,
        env={"WARM_IP_TARGET": "1"},
    ),
    # The set-up of an ENI fails at first, and it is as old as its first attempt: it goes early, set
    # up before the primary or after it.
    plan_of_events(
        Start(),
        Tick(),
        ArmFault(call="IsSubnetExcluded", code="RequestLimitExceeded", times=7),
        _restart(ENABLE_SUBNET_DISCOVERY="true", WARM_ENI_TARGET="1"),
        LoopPass(times=11),
        slots=3,
        env={"ENABLE_SUBNET_DISCOVERY": "true", "WARM_ENI_TARGET": "2"},
    ),
    # The subnet of an ENI on another card is excluded while its address is idle.
    plan_of_events(
        Start(),
        SubnetTag(subnet="subnet-2", role="0"),
        Start(),
        slots=3,
        env={"ENABLE_MULTI_NIC": "true", "ENABLE_SUBNET_DISCOVERY": "true"},
        cards=2,
        ec2=_ROOM_ELSEWHERE,
    ),
)
"""What each is about stands before it."""
