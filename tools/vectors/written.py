"""Cases that are written down: what walks do not come to, for rules that no other case shows.

Each is about one rule, and is kept for it. What the daemon then does is the model's to say.
"""

from collections.abc import Iterator
from typing import Final

from attrs import evolve, frozen

from ipam_model.scenario.document import (
    Advance,
    ArmFault,
    AwaitTrunk,
    CallPart,
    Card,
    ChoicePart,
    EniPart,
    Event,
    LoopPass,
    OthersAssign,
    OthersAttach,
    OthersDetach,
    OthersTag,
    OthersUnassign,
    PodAdd,
    PodDel,
    Reconcile,
    Start,
    SubnetPart,
    TagsPart,
    Terminate,
    Tick,
)
from ipam_model.vectors.steps import StepCase
from tools.vectors.nodes import PLENTY, PREFIXES, PRIMARY, Setup, setup

USUAL: Final = {"ENABLE_IPv4": "true"}
IPV6: Final = {"ENABLE_IPv4": "false", "ENABLE_IPv6": "true", **PREFIXES}
CUSTOM: Final = {"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true"}
MINUTE: Final = Advance(ms=60_001)
"""Longer than an ENI is too young, than a release is remembered, and than reconciles are apart."""
TWO_CARDS: Final = (Card(index=0, max_enis=2), Card(index=1, max_enis=2))
EXCLUDED: Final = SubnetPart(id="subnet-b", free=50, role="0")


@frozen
class Written:
    """A case about a rule."""

    rule: str
    node: Setup
    events: tuple[Event, ...]
    """The last one is the vector's."""

    def case(self) -> StepCase:
        """The case."""
        *history, event = self.events
        return StepCase(
            title=self.node.name,
            node=self.node.node,
            ec2=self.node.ec2,
            history=tuple(history),
            event=event,
        )


def written() -> Iterator[Written]:
    """All of them."""
    yield from _starts()
    yield from _pool()
    yield from _reconciles()
    yield from _v1_7()


def _on(pod: str, eni: str, address: str) -> PodAdd:
    """A pod that gets this address."""
    return PodAdd(pod=pod, choices=(ChoicePart(rule="R112", eni=eni, address=address),))


def _starts() -> Iterator[Written]:
    usual = setup("another environment")
    for text in ("T", "yes"):
        yield Written(
            "R35", usual, (Start(), Start(env={**USUAL, "ENABLE_PREFIX_DELEGATION": text}))
        )
    yield Written("R35", usual, (Start(env={**USUAL, "ENABLE_SUBNET_DISCOVERY": "yes"}),))
    yield Written("R44", setup("IPv6 without prefixes", {**IPV6, **_off()}), (Start(),))
    yield Written("R44", setup("IPv6 with custom networking", {**IPV6, **CUSTOM}), (Start(),))
    xen = setup("prefixes where there are none", PREFIXES, hypervisor="xen")
    yield Written("R45", xen, (Start(),))
    yield Written(
        "R59",
        setup(
            "custom networking, a prefix on the primary ENI",
            {**CUSTOM, **PREFIXES},
            subnets=(PLENTY, SubnetPart(id="subnet-b", free=50)),
            eni_config="subnet-b",
            attached=(
                EniPart(primary=True, primary_address="10.1.0.4", prefixes=("10.1.0.16/28",)),
            ),
        ),
        (Start(),),
    )
    two = setup("IPv6 on two cards", {**IPV6, "ENABLE_MULTI_NIC": "true"}, cards=TWO_CARDS, enis=4)
    yield Written("R68", two, (Start(),))
    trunk = setup("IPv6 and pod ENIs", {**IPV6, "ENABLE_POD_ENI": "true"})
    attached = OthersAttach(eni=EniPart(trunk=True))
    yield Written("R70", trunk, (Start(), attached, AwaitTrunk()))
    yield Written("R70", trunk, (Start(), Tick()))
    yield Written("R70", trunk, (Start(), attached, LoopPass()))


def _off() -> dict[str, str]:
    return {"ENABLE_PREFIX_DELEGATION": "false"}


def _pool() -> Iterator[Written]:
    # Pods in a prefix hold their ENI, also in a store that counts single addresses.
    mixed = setup(
        "a pod in a prefix, single addresses",
        {**PREFIXES, "WARM_IP_TARGET": "2"},
        subnets=(evolve(PLENTY, role="0"), SubnetPart(id="subnet-b", free=50)),
        attached=(
            EniPart(primary=True, primary_address="10.1.0.4"),
            EniPart(
                id="eni-2",
                subnet="subnet-b",
                primary_address="10.1.16.4",
                prefixes=("10.1.16.16/28",),
            ),
            EniPart(
                id="eni-3",
                subnet="subnet-b",
                primary_address="10.1.16.5",
                ips=("10.1.16.6", "10.1.16.7"),
            ),
        ),
    )
    more = (OthersAssign(eni="eni-3", next_ips=2),)
    singles = Start(env={**USUAL, "WARM_IP_TARGET": "1"})
    yield Written(
        "R31", mixed, (Start(), PodAdd(pod="p1"), singles, *more, MINUTE, Reconcile(), Tick())
    )
    empty = setup(
        "growth beside an ENI that may go",
        {"WARM_ENI_TARGET": "0"},
        subnets=(PLENTY, EXCLUDED),
        attached=(
            EniPart(primary=True, primary_address="10.1.0.4", ips=("10.1.0.5", "10.1.0.6")),
            EniPart(id="eni-2", subnet="subnet-b", primary_address="10.1.16.4", ips=("10.1.16.5",)),
        ),
    )
    pods = (Start(), PodAdd(pod="p1"), PodAdd(pod="p2"), MINUTE)
    yield Written("R73", empty, (*pods, Tick()))
    yield from _subnets()
    # Card 0 has too much by the snapshot; while card 1 grows, pods take what was spare.
    cards = setup(
        "two cards, one with an address too many",
        {"ENABLE_MULTI_NIC": "true", "WARM_IP_TARGET": "1"},
        cards=TWO_CARDS,
        enis=4,
        per_eni=4,
        attached=(
            EniPart(
                primary=True,
                primary_address="10.1.0.4",
                ips=("10.1.0.5", "10.1.0.6", "10.1.0.7"),
            ),
            EniPart(id="eni-2", card=1, device=1, primary_address="10.1.0.8", ips=("10.1.0.9",)),
        ),
    )
    meanwhile = CallPart(call="NodeCordoned", before=(PodAdd(pod="p2"), PodAdd(pod="p3")))
    yield Written("R73", cards, (Start(), PodAdd(pod="p1", multi=True), Tick(calls=(meanwhile,))))


def _reconciles() -> Iterator[Written]:
    tagged = setup(
        "an unmanaged ENI", enis=4, attached=(PRIMARY, EniPart(tags=TagsPart(no_manage="true")))
    )
    start = Start()
    bare = OthersTag(eni="eni-2", tags=TagsPart())
    yield Written("R148", tagged, (start, bare, MINUTE, Reconcile()))
    # While a trunk ENI is missing store and EC2 are compared in each pass.
    missing = setup(
        "a trunk ENI is missing",
        {"ENABLE_POD_ENI": "true", "WARM_IP_TARGET": "2"},
        subnets=(evolve(PLENTY, reissue=True),),
    )
    fewer = Start(env={**USUAL, "ENABLE_POD_ENI": "true", "WARM_IP_TARGET": "1"})
    released = (start, fewer, Tick())
    undone = OthersAssign(eni="eni-1", ips=("10.1.0.5",))
    yield Written("R158", missing, (*released, undone, Reconcile()))
    again = (Advance(ms=31_000), PodAdd(pod="p1"), Tick())
    yield Written("R158", missing, (*released, *again, Reconcile()))


def _subnets() -> Iterator[Written]:
    """Into which subnet a new ENI goes, where EC2 does not say so or must not be asked."""
    for rule, discovery, role, failing in (
        ("R104", "true", "", 1),
        ("R104", "true", "", 2),
        ("R104", "true", "0", 1),
        ("R105", "false", "", 0),
        ("R105", "false", "", 1),
        ("R105", "false", "0", 0),
    ):
        node = setup(
            "a subnet for a new ENI",
            {"ENABLE_SUBNET_DISCOVERY": discovery},
            subnets=(
                SubnetPart(id="subnet-a", free=20, role=role),
                SubnetPart(id="subnet-b", free=40, role="1"),
            ),
        )
        faults = (ArmFault(call="DescribeSubnets", times=failing),) if failing else ()
        yield Written(rule, node, (Start(), PodAdd(pod="p1"), *faults, Tick()))


def _v1_7() -> Iterator[Written]:
    warm = setup("v1.7, warm ENIs", version="v1.7")
    pods = (PodAdd(pod="p1"), PodAdd(pod="p2"))
    yield Written("H11", warm, (Start(), *pods[:1], PodAdd(pod="p1")))
    none = setup("v1.7, no warm ENI", {"WARM_ENI_TARGET": "0"}, version="v1.7")
    start = (Start(), *pods)
    bare = (*start, ArmFault(call="SetupENINetwork", times=6), Tick())
    yield Written("H23", none, (*bare, MINUTE, Tick()))
    enough = setup(
        "v1.7, enough addresses",
        {"WARM_IP_TARGET": "1"},
        per_eni=4,
        version="v1.7",
        attached=(EniPart(primary=True, primary_address="10.1.0.4", ips=("10.1.0.5",)),),
    )
    yield Written("H18", enough, (Start(),))
    full = setup("v1.7, too many addresses", {"WARM_IP_TARGET": "4"}, version="v1.7")
    fewer = Start(env={"WARM_IP_TARGET": "1"})
    yield Written("H13", full, (Start(), Tick(), fewer, Tick()))
    two = (Start(), PodAdd(pod="p1"), Tick())
    surplus = (PodDel(pod="p1"), Start(env={"WARM_ENI_TARGET": "0"}), MINUTE)
    yield Written("R31", warm, (*two, _on("p2", "eni-2", "10.1.0.8"), *surplus, Tick()))
    yield Written(
        "R32", warm, (*two, _on("p2", "eni-2", "10.1.0.8"), *surplus, PodDel(pod="p2"), Tick())
    )
    yield Written("H14", warm, (*two, *surplus, Terminate(), Tick()))
    yield Written("H14", warm, (*two, *surplus, ArmFault(call="FreeENI"), Tick()))
    taken = OthersUnassign(eni="eni-1", ips=("10.1.0.6",))
    unread = ArmFault(call="GetIPv4sFromEC2")
    some = setup("v1.7, warm addresses", {"WARM_IP_TARGET": "2"}, version="v1.7")
    yield Written("H19", some, (Start(), taken, MINUTE, Reconcile(), unread, Tick()))
    yield Written(
        "H26",
        warm,
        (*two, _on("p2", "eni-2", "10.1.0.8"), OthersDetach(eni="eni-2"), MINUTE, Reconcile()),
    )
    fewer = Start(env={"WARM_IP_TARGET": "1"})
    undone = OthersAssign(eni="eni-1", ips=("10.1.0.5",))
    yield Written("H25", some, (Start(), fewer, Tick(), undone, MINUTE, Reconcile()))
