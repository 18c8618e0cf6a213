"""The pool update, run every 5 s (R69-R78)."""

from ipam_model.arithmetic import INTS
from ipam_model.catalogue import Kind, rule
from ipam_model.config import Config
from ipam_model.daemon import measure
from ipam_model.daemon.growth import increase
from ipam_model.daemon.measure import Decision
from ipam_model.daemon.procedure import OneOf, Procedure, call, choose
from ipam_model.daemon.setup import set_up_eni
from ipam_model.daemon.shrink import free_one_eni, release_cidrs
from ipam_model.records import evolve
from ipam_model.requests import AnnounceTrunk, DescribeAllENIs, Failed
from ipam_model.rules import timing
from ipam_model.state import Node, Totals, totals


@rule(
    "R70",
    "In IPv6 mode the loop only waits for a trunk ENI where ENABLE_POD_ENI asks for one, looking "
    "every 5 s until one is set up, and then ends: no growth, no shrink, no reconcile.",
    source="ipamd:769-780, ipamd:1539-1559",
    kind=Kind.STEP,
)
def await_trunk(config: Config, node: Node, now: int) -> Procedure[Node]:
    """One look for a trunk ENI on an IPv6 node; one that is set up, on any card, ends the wait.

    On a card without a store the daemon would crash; here it looks again.
    """
    if not node.awaits_trunk:
        return node
    described, node, now = yield from call(node, DescribeAllENIs(), "R70")
    if isinstance(described, Failed):
        return node
    cards = [store.card for store in node.stores]
    for eni in described.enis:
        if eni.id == described.trunk and eni.card in cards:
            error, node, now = yield from set_up_eni(config, node, now, eni, trunk=True)
            return evolve(node, awaits_trunk=error is not None)
    return node


@rule(
    "R49",
    "With ENABLE_MULTI_NIC each managed card has a data store of its own, and every pass of the "
    "loop treats them one by one.",
    source="ipamd:803, ipamd:1600",
    kind=Kind.STEP,
)
@rule(
    "R191",
    "Pool update and pre-scaling visit the cards in any order, pod requests and reconcile in "
    "ascending order.",
    source="ipamd:676, ipamd:803, ipamd:1600",
    kind=Kind.STEP,
)
@rule(
    "R72",
    "A pool update decides low for all cards first; then per card: grow if low, else release if "
    "too high and the last decrease is more than 30 s old; and free an ENI if fewer are wanted. A "
    "release, whatever it achieved, sets the decrease and the pool clock.",
    source="ipamd:796-823",
    kind=Kind.STEP,
)
def update_pool(
    config: Config, node: Node, now: int
) -> Procedure[tuple[tuple[Decision, ...], Node]]:
    """One tick; the decisions are those found before anything was done. None in IPv6 mode."""
    if config.ipv6 or not measure.provisions(config):
        return (), node
    if measure.may_announce_trunk(config, node):
        _, node, now = yield from call(node, AnnounceTrunk(), "R48")
    decisions = {store.card: measure.decide(config, node, store) for store in node.stores}
    scaled = False
    remaining = tuple(decisions)
    while remaining:
        card = remaining[0]
        if len(remaining) > 1:
            card, node, now = yield from choose(node, OneOf(remaining), "R191", live=(scaled,))
        remaining = tuple([each for each in remaining if each != card])
        released, node, now = yield from update_card(config, node, now, decisions[card])
        scaled = scaled or released
    if scaled:
        node = evolve(node, last_decrease=now, last_pool_action=now)
    return tuple(decisions.values()), node


def update_card(
    config: Config, node: Node, now: int, decision: Decision
) -> Procedure[tuple[bool, Node, int]]:
    """Act on one card's decision; whether a release was made."""
    card = decision.card
    released = False
    if decision.low:
        _, node, now = yield from increase(config, node, now, card)
    elif _release_allowed(node, now) and measure.too_high(
        config, card, live_totals(decision.totals, node, card)
    ):
        released = True
        node, now = yield from release_cidrs(config, node, now, card)
    if measure.wants_fewer_enis(config, node.store(card), decision.totals):
        node, now = yield from free_one_eni(config, node, now, card)
    return released, node, now


@rule(
    "R73",
    "T, A and X are those of the snapshot taken before the update acted; F and the ENI records "
    "are read when needed.",
    source="ipamd:803-812",
    kind=Kind.STEP,
)
def live_totals(snapshot: Totals, node: Node, card: int) -> Totals:
    """The snapshot with the present number of free prefixes."""
    return evolve(snapshot, free_prefixes=totals(node.store(card)).free_prefixes)


@rule(
    "R143",
    "The first release may come in the first tick; later ones more than 30 s after the last.",
    source="ipamd:825-834",
    kind=Kind.STEP,
)
def _release_allowed(node: Node, now: int) -> bool:
    return node.last_decrease is None or timing.release_allowed(INTS, now, node.last_decrease)
