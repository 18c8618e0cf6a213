"""What is compared for the page: versions by commands, quirks where each can show."""

from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve, frozen

from ipam_model.config import Quirk
from ipam_model.differing.comparison import Comparison, Side
from ipam_model.differing.events import (
    Break,
    Event,
    ExcludeSubnet,
    OthersAttach,
    OthersDetach,
    OthersTake,
    SwitchMode,
)
from ipam_model.ec2 import Fault
from ipam_model.explore.scope import small_node
from ipam_model.limits import InstanceLimits
from ipam_model.nodes import NodeSetup
from ipam_model.requests import Code
from ipam_model.subnets import CounterSubnet, SubnetTags

VERSIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "article-2021": (
        "",
        "--set WARM_ENI_TARGET=0",
        "--set WARM_IP_TARGET=1",
        "--set WARM_IP_TARGET=1 --set MINIMUM_IP_TARGET=2",
        "--max-pods 2",
        "--restarts 1",
    ),
    "v1.7": (
        "--any-depth",
        "--set WARM_ENI_TARGET=0",
        "--set WARM_IP_TARGET=1",
        "--set WARM_IP_TARGET=1 --set MINIMUM_IP_TARGET=2",
        "--max-pods 2",
        "--restarts 1",
        "--cordons 1",
        "--subnet-free 4",
        "--pods 1 --faults 1",
    ),
}
"""Options of `diff` by the version that is compared with v1.23."""

PREFIXES: Final = {"ENABLE_PREFIX_DELEGATION": "true"}
CARDS: Final = {"ENABLE_MULTI_NIC": "true"}


@frozen(kw_only=True)
class QuirkScope:
    """Where to look for a quirk's consequence."""

    node: NodeSetup
    depth: int
    what: Mapping[str, Any]
    """What may happen, as `Comparison` takes it."""
    why_none: str = ""
    """Why nothing is to be seen from outside, if nothing is."""

    def comparison(self, quirk: Quirk) -> Comparison:
        """The node with the quirk against the node without it; both have all the others."""
        repaired = evolve(self.node, quirks=self.node.quirks - {quirk})
        return Comparison(
            left=Side(label=f"with {quirk.value}", setup=self.node),
            right=Side(label=f"without {quirk.value}", setup=repaired),
            **self.what,
        )


def _node(enis: int, addresses: int, env: dict[str, str], *, cards: int = 1) -> NodeSetup:
    limits = InstanceLimits.simple(enis, addresses, cards=cards)
    name = f"{enis}x{addresses}" + (f" on each of {cards} cards" if cards > 1 else "")
    return evolve(small_node(enis, addresses, env), name=name, limits=limits, max_pods=110)


def _with_second_subnet(node: NodeSetup) -> NodeSetup:
    """The node in a cluster whose second subnet is tagged for it."""
    second = CounterSubnet(id="subnet-b", free=300, tags=SubnetTags(role="1"), first=0x0B010004)
    return evolve(node, subnets=(*node.subnets, second))


def _scope(node: NodeSetup, depth: int = 8, why_none: str = "", **what: Any) -> QuirkScope:  # noqa: ANN401 - fields of `Comparison`
    return QuirkScope(node=node, depth=depth, what=what, why_none=why_none)


NO_SET_UP: Final[Event] = Break(Fault("SetupENINetwork", Code.LINK_NOT_FOUND))

QUIRKS: Final[Mapping[Quirk, QuirkScope]] = {
    Quirk.DOUBLE_DECREMENT: _scope(
        _node(2, 2, {**PREFIXES, "WARM_IP_TARGET": "2"}),
        depth=10,
        others=(OthersDetach(0),),
        block=2,
    ),
    Quirk.IPV6_NEVER_SUBTRACTED: _scope(
        _node(
            2,
            3,
            {**PREFIXES, **CARDS, "ENABLE_IPv6": "true", "ENABLE_IPv4": "false"},
            cards=2,
        ),
        depth=5,
        pods=1,
        others=(OthersAttach(1), NO_SET_UP),
        most_others=2,
        restarts=2,
        why_none="the counters that are wrong are shown by introspection, but an IPv6 node has no "
        "pool whose decisions would read them (R70)",
    ),
    Quirk.CLEANUP_DRIFT: _scope(
        _with_second_subnet(_node(3, 3, {**PREFIXES, "WARM_IP_TARGET": "1"})),
        others=(ExcludeSubnet(),),
        restarts=1,
        block=2,
    ),
    Quirk.STALE_ADDRESSES_ADOPTED: _scope(
        _node(2, 3, {}),
        pods=1,
        others=(OthersTake(0), OthersTake(1)),
        restarts=1,
        imds_lag=60_000,
    ),
    Quirk.FIRST_CARD_CLEANED: _scope(
        _node(2, 3, CARDS, cards=2), pods=1, others=(ExcludeSubnet(),), restarts=1
    ),
    Quirk.UNCONVERTED_CARDS: _scope(
        _node(1, 4, {**PREFIXES, **CARDS}, cards=2), pods=1, multi=True, block=2
    ),
    Quirk.LAST_BY_NUMBER: _scope(_node(1, 2, CARDS, cards=3), efa_only_card=True, multi=True),
    Quirk.REPEATED_ADD_AGAIN: _scope(_node(1, 3, CARDS, cards=2), again=True),
    Quirk.SINGLE_ADDRESS_LEFT: _scope(_node(2, 3, {}), pods=1, others=(SwitchMode(),), block=2),
    Quirk.COOLING_RELEASED: _scope(_node(2, 3, {"WARM_IP_TARGET": "1"})),
    Quirk.RECENT_FORGOTTEN: _scope(
        _node(2, 3, {"WARM_IP_TARGET": "1", "IP_COOLDOWN_PERIOD": "0", "ENABLE_POD_ENI": "true"}),
        waits=(30_001,),
        reissue=True,
    ),
}
"""Every quirk."""
