"""The pool update of v1.7 (H15, H23)."""

from ipam_model.arithmetic import INTS
from ipam_model.catalogue import Kind, rule
from ipam_model.config import Config
from ipam_model.daemon import measure
from ipam_model.daemon.measure import Decision
from ipam_model.daemon.procedure import Procedure, call
from ipam_model.daemon.v1_7.growth import increase
from ipam_model.daemon.v1_7.measure import CARD, decide
from ipam_model.daemon.v1_7.shrink import free_one_eni, release_surplus
from ipam_model.records import evolve
from ipam_model.requests import SetNodeLabel
from ipam_model.rules import timing
from ipam_model.state import Node, totals


@rule(
    "H23",
    "Every predicate of a pool update is computed when its turn comes: whether fewer ENIs are "
    "wanted is judged on the totals after the growth or the release of the same update.",
    source="ipamd:507-519, ipamd:918-933",
    kind=Kind.STEP,
)
def update_pool(
    config: Config, node: Node, now: int
) -> Procedure[tuple[tuple[Decision, ...], Node]]:
    """One tick; the decision returned is the one found before anything was done."""
    if not measure.provisions(config):
        return (), node
    node, now = yield from announce_trunk(config, node, now)
    decision = decide(config, node)
    if decision.low:
        node, now = yield from increase(config, node, now)
    elif decision.high:
        node, now = yield from decrease(config, node, now)
    store = node.store(CARD)
    if measure.wants_fewer_enis(config, store, totals(store)):
        node, now = yield from free_one_eni(config, node, now)
    return (decision,), node


def announce_trunk(config: Config, node: Node, now: int) -> Procedure[tuple[Node, int]]:
    """Ask for a trunk ENI while there is none; failures are only logged (ipamd:875-885)."""
    if measure.awaiting_trunk(config, node):
        _, node, now = yield from call(node, SetNodeLabel("has-trunk-attached"), "R48")
    return node, now


@rule(
    "H15",
    "A release is skipped while the last one is at most 30 s old; both clocks are set to the "
    "instant at which it began.",
    source="ipamd:521-541",
    kind=Kind.STEP,
)
def decrease(config: Config, node: Node, now: int) -> Procedure[tuple[Node, int]]:
    """Release what is over, if the last time is long enough ago."""
    last = node.last_decrease
    if last is not None and not timing.release_allowed(INTS, now, last):
        return node, now
    began = now
    node, now = yield from release_surplus(config, node, now)
    return evolve(node, last_decrease=began, last_pool_action=began), now
