"""Start and pool update of the article's policy."""

from ipam_model.arithmetic import INTS
from ipam_model.catalogue import Kind, Label, rule
from ipam_model.config import Config
from ipam_model.daemon import datastore, growth, init, measure, shrink
from ipam_model.daemon.article import ledger
from ipam_model.daemon.article.ledger import CARD, Attach, Extend
from ipam_model.daemon.init import Exited, Started
from ipam_model.daemon.measure import Balance, Decision
from ipam_model.daemon.procedure import Procedure, call
from ipam_model.errors import InputError
from ipam_model.records import evolve
from ipam_model.requests import OUT_OF_ADDRESSES, Failed, FreeENI
from ipam_model.rules import timing
from ipam_model.settings import Mode
from ipam_model.state import Node, totals


@rule(
    "B11",
    "The node starts as the daemon does, but its first growth is a step of this policy, which "
    "knows secondary addresses of one card only: prefixes, IPv6 and several cards are refused.",
    source="article:27, article:87",
    label=Label.DOCUMENTED,
    kind=Kind.STEP,
)
def start(config: Config, now: int) -> Procedure[Started | Exited]:
    """Start with empty memory.

    Raises:
        InputError: the settings choose prefixes, IPv6 or several network cards.
    """
    if config.mode is not Mode.SECONDARY_IP or config.settings.multi_nic:
        raise InputError(
            "article-2021 knows secondary addresses of one card only: leave out "
            "ENABLE_PREFIX_DELEGATION, ENABLE_IPv6 and ENABLE_MULTI_NIC, or choose another version"
        )
    return (yield from init.start(config, now, grow))


@rule(
    "B12",
    "A pool update takes one step: it grows; else gives one ENI back; else releases "
    "addresses of one ENI, the one filled last first, if the last release is more than 30 s old.",
    source="article:56, article:69, article:97",
    label=Label.DOCUMENTED,
    kind=Kind.STEP,
)
def update_pool(
    config: Config, node: Node, now: int
) -> Procedure[tuple[tuple[Decision, ...], Node]]:
    """One tick; the decision is the one found before anything was done."""
    if not measure.provisions(config):
        return (), node
    decision = decide(config, node, now)
    if decision.low:
        _, node, now = yield from grow(config, node, now)
    elif decision.wants_fewer_enis:
        node, now = yield from give_eni_back(config, node, now)
    elif decision.high:
        node, now = yield from release(config, node, now)
    return (decision,), node


def decide(config: Config, node: Node, now: int) -> Decision:
    """What the policy finds, in the daemon's words; short and over in addresses."""
    view = ledger.read(config, node)
    step = ledger.growth_step(view)
    over = ledger.release_step(view)
    return Decision(
        card=CARD,
        totals=totals(node.store(CARD)),
        low=step is not None,
        high=over is not None,
        wants_fewer_enis=ledger.deletable_eni(config, view, now) is not None,
        balance=Balance(0 if step is None else step.count, 0 if over is None else over.count),
        warm_ip=view.warm_ip > 0,
    )


def grow(config: Config, node: Node, now: int) -> Procedure[tuple[Failed | None, Node, int]]:
    """One growth step; failing calls are dealt with as by the daemon (R96, R98, R101)."""
    suppressed, node, now = yield from growth.enis_frozen(config, node, now)
    if suppressed:
        return None, node, now
    if node.last_insufficient is not None and timing.backing_off(INTS, now, node.last_insufficient):
        return None, node, now
    step = ledger.growth_step(ledger.read(config, node))
    error: Failed | None = None
    grown = False
    if isinstance(step, Extend):
        outcome, node, now = yield from growth.extend_one_of(
            config, node, now, CARD, (step.eni,), step.count
        )
        error, grown = outcome.error, outcome.grew
        if error is not None and error.code in OUT_OF_ADDRESSES:
            node = evolve(node, last_insufficient=now)
            error = None
    elif isinstance(step, Attach):
        failed, node, now = yield from growth.try_new_eni(config, node, now, CARD, step.count)
        grown = failed is None
    if grown:
        node = evolve(node, last_pool_action=now)
    return error, node, now


def give_eni_back(config: Config, node: Node, now: int) -> Procedure[tuple[Node, int]]:
    """Free one ENI that the pool does without (B9); the store forgets it first (R135)."""
    suppressed, node, now = yield from growth.enis_frozen(config, node, now)
    chosen = ledger.deletable_eni(config, ledger.read(config, node), now)
    if not suppressed and chosen is not None:
        node = datastore.put_store(node, datastore.remove_eni(node.store(CARD), chosen))
        _, node, now = yield from call(node, FreeENI(chosen), "B9")
    return node, now


def release(config: Config, node: Node, now: int) -> Procedure[tuple[Node, int]]:
    """Release addresses of one ENI (B7, B8); which ones is left open (R190)."""
    if node.last_decrease is not None and not timing.release_allowed(INTS, now, node.last_decrease):
        return node, now
    step = ledger.release_step(ledger.read(config, node))
    if step is not None:
        _, node, now = yield from shrink.release_from_eni(
            config, node, now, CARD, step.eni, step.count, shrink.release_in_ec2
        )
        node = evolve(node, last_decrease=now, last_pool_action=now)
    return node, now
