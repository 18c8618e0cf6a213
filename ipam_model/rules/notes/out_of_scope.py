"""What is not modelled, each with its reason."""

from typing import Final

from ipam_model.catalogue import Kind, Label, note

_CARDS: Final = "several network cards: planned for 0.2"
_IPV6: Final = "IPv6: planned for 0.2"

note(
    "R8",
    Kind.OUT_OF_SCOPE,
    "Without ENABLE_MULTI_NIC only card 0 is managed; with it every card is, except one that "
    "carries an EFA-only ENI and no other ENI that is managed.",
    source="ipamd:296-322",
    reason=f"{_CARDS}; card 0 is managed either way, because the primary ENI sits on it",
)
note(
    "R29",
    Kind.OUT_OF_SCOPE,
    "IPv6 statistics sum all IPv6 prefixes of the non-excluded ENIs, without cooling addresses.",
    source="ds:931-941",
    reason=f"{_IPV6}; no decision reads them",
)
note(
    "R49",
    Kind.OUT_OF_SCOPE,
    "With ENABLE_MULTI_NIC each managed card has a data store of its own, and every pass of the "
    "loop treats them one by one.",
    source="ipamd:803, ipamd:1600",
    reason=f"{_CARDS}; the state already keeps a store per card",
)
note(
    "R56",
    Kind.OUT_OF_SCOPE,
    "IPv6 with subnet discovery drops ENIs in excluded subnets at init and creates one ENI on card "
    "0 if none is left; a failed lookup or creation aborts init.",
    source="ipamd:503-524",
    reason=_IPV6,
)
note(
    "R60",
    Kind.OUT_OF_SCOPE,
    "Setting up an IPv6 ENI asks EC2 for its prefixes, assigns one /80 if there is none, and uses "
    "only the first if there are several.",
    source="ipamd:1177-1214",
    reason=_IPV6,
)
note(
    "R68",
    Kind.OUT_OF_SCOPE,
    "Init in IPv6 mode creates one ENI on each managed card above 0 whose store is empty and which "
    "has room; errors are swallowed.",
    source="ipamd:1011-1042",
    reason="several network cards and IPv6: planned for 0.2",
)
note(
    "R70",
    Kind.OUT_OF_SCOPE,
    "In IPv6 mode the pool loop only waits for a trunk ENI where ENABLE_POD_ENI asks for one, "
    "looking every 5 s, and then ends: no growth, no shrink, no reconcile.",
    source="ipamd:769-780",
    reason=_IPV6,
)
note(
    "R95",
    Kind.OUT_OF_SCOPE,
    "In prefix mode an idle card above 0 releases and re-attaches its only prefix every 35 s, and "
    "keeps reconcile from running on any card.",
    source="ipamd:803-822",
    label=Label.SUSPECTED_BUG,
    reason=f"{_CARDS}; follows from R76 and R94",
)
note(
    "R116",
    Kind.OUT_OF_SCOPE,
    "An IPv6 address is chosen like an IPv4 one, among the IPv6 prefixes of the ENIs.",
    source="ds:722-778",
    reason=_IPV6,
)
note(
    "R118",
    Kind.OUT_OF_SCOPE,
    "A plugin of another version than the daemon is refused with a gRPC error.",
    source="rpc:317-322",
    reason="transport between plugin and daemon; the pool is not touched",
)
note(
    "R119",
    Kind.OUT_OF_SCOPE,
    "A pod that requests vpc.amazonaws.com/pod-eni gets the address of its branch ENI, or is "
    "refused; the store is not touched and the pod never counts in A.",
    source="rpc:102-189",
    label=Label.DOCUMENTED,
    reason="branch-ENI pods take no address from the pool",
)
note(
    "R162",
    Kind.OUT_OF_SCOPE,
    "In IPv6 mode there is no reconcile.",
    source="ipamd:771-780",
    reason=f"{_IPV6}; follows from R70",
)
note(
    "R191",
    Kind.OUT_OF_SCOPE,
    "Pool update and pre-scaling visit the cards in any order, pod requests and reconcile in "
    "ascending order.",
    source="ipamd:676, ipamd:803, ipamd:1600",
    reason=_CARDS,
)
note(
    "R46",
    Kind.OUT_OF_SCOPE,
    "IPv6 mode always has the prefix-delegation flag set.",
    source="ipamd:2765-2769",
    reason=f"{_IPV6}; follows from R44",
)
