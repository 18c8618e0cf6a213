"""Candidates made by hand: pods come and go while the daemon waits for an answer."""

from typing import Final

from ipam_model import aws_layer
from ipam_model.conformance.plan import DaemonPlan
from ipam_model.scenario.document import (
    Advance,
    CallPart,
    LoopPass,
    PodAdd,
    PodDel,
    PodsAdd,
    PodsDel,
    Reconcile,
    Start,
    Tick,
)
from tools.directed.made import plan_of_events


def _during(call: str, *pods: PodAdd | PodDel) -> tuple[CallPart, ...]:
    return (CallPart(call=call, before=pods),)


MADE_MEANWHILE: Final[tuple[DaemonPlan, ...]] = (
    # An address is fetched; meanwhile a pod takes the spare one, and another leaves.
    plan_of_events(
        Start(),
        PodsAdd(count=1),
        Tick(calls=_during("AssignPrivateIpAddresses", PodAdd(pod="x"), PodDel(pod="p1"))),
        slots=6,
        env={"WARM_IP_TARGET": "2"},
    ),
    # The same with a prefix.
    plan_of_events(
        Start(),
        PodsAdd(count=1),
        Tick(calls=_during("AssignPrivateIpAddresses", PodAdd(pod="x"), PodDel(pod="p1"))),
        slots=3,
        env={"ENABLE_PREFIX_DELEGATION": "true", "WARM_IP_TARGET": "16"},
    ),
    # An ENI is created: the addresses of the others are given out meanwhile.
    plan_of_events(
        Start(),
        PodsAdd(count=2),
        Tick(
            calls=_during(
                aws_layer.CREATE_AND_ATTACH,
                PodAdd(pod="x"),
                PodAdd(pod="y"),
                PodDel(pod="p1"),
            )
        ),
        slots=3,
        env={},
    ),
    # It is there, and the metadata do not show it yet: none of its addresses is given out.
    plan_of_events(
        Start(),
        PodsAdd(count=3),
        Tick(calls=_during("WaitForENIAndIPsAttached", PodAdd(pod="x"), PodDel(pod="p1"))),
        slots=3,
        env={},
    ),
    # Addresses are given back; meanwhile a pod takes one of those that are kept.
    plan_of_events(
        Start(),
        PodsAdd(count=4),
        LoopPass(times=2),
        PodsDel(count=3, first=2),
        Advance(ms=31_000),
        Tick(calls=_during("UnassignPrivateIpAddresses", PodAdd(pod="x"), PodDel(pod="p1"))),
        slots=6,
        env={"WARM_IP_TARGET": "2"},
    ),
    # An ENI is freed: no pod comes to it any more, though none of the others has room.
    plan_of_events(
        Start(),
        PodsAdd(count=3),
        Tick(),
        PodsDel(count=3),
        Advance(ms=61_000),
        Tick(
            calls=_during(
                "FreeENI",
                *(PodAdd(pod=pod) for pod in ("w", "x", "y", "z")),
                PodDel(pod="w"),
            )
        ),
        slots=2,
        enis=2,
        env={"WARM_ENI_TARGET": "0"},
    ),
    # Reconcile asks what is attached.
    plan_of_events(
        Start(),
        PodsAdd(count=1),
        Advance(ms=61_000),
        Reconcile(calls=_during("GetAttachedENIs", PodAdd(pod="x"), PodDel(pod="p1"))),
        slots=3,
        env={},
    ),
)
"""What each is about stands before it."""
