"""Addresses of the warm target that no pod can get, and the daemon sees nothing to do (R84, R122).

Cooling addresses count as available. So a pool may be content while every address that it keeps
warm cools: pods that come and go faster than the cooldown use one after the other.
"""

from typing import Final

from ipam_model.arithmetic import INTS
from ipam_model.bounds.answer import Basis, Bound, Proof, Question, Witness, answer
from ipam_model.bounds.burst import Burst, Counts
from ipam_model.bounds.pace import at_rest_before
from ipam_model.bounds.pace_question import PaceQuestion, burst_of, paced
from ipam_model.bounds.paced_node import PacedNode, witness
from ipam_model.bounds.registry import Quantity
from ipam_model.bounds.subject import subject
from ipam_model.counting.decisions import warm_ip_governs
from ipam_model.inspection.counted import counted
from ipam_model.rules import timing
from ipam_model.state import totals

WARM_TARGET: Final = Proof(
    basis=Basis.DEFINITION,
    name="the warm target",
    statement="no fewer than 0 addresses can be assigned",
)
CONTENT: Final = Proof(
    basis=Basis.DEFINITION,
    name="what a content pool lacks where no address cools",
    statement="a pool that is not too low has its warm target available (R79)",
)


def warm_addresses(targets: Counts, pods: int) -> int:
    """Addresses that should be available for the next pods, so many being there."""
    if warm_ip_governs(INTS, targets):
        return max(targets.warm_ip, targets.minimum - pods, 0)
    if targets.prefix_mode:
        return targets.warm_prefix * targets.block
    return targets.warm_eni * targets.slots


def assignable(node: PacedNode) -> int:
    """Addresses that a pod could get now."""
    cooling = node.store.cooldown_count(node.now, node.config.cooldown)
    return totals(node.store).available - cooling


def shortfall_while_cooling(question: Question) -> Bound:
    """The warm target less what a pod could get, in a pool that does not grow."""
    asked = paced(question)
    burst = burst_of(asked)
    node = at_rest_before(asked, burst, None)
    known = subject(question)
    decided = _nothing_cools(asked) and known.parameters.max_pods is None
    return answer(
        question,
        unit="addresses",
        proof=CONTENT if decided else WARM_TARGET,
        upper=0 if decided else warm_addresses(burst.targets, burst.pods),
        witness=None if node is None else _cooled(node, asked, burst),
        assumptions=(
            f"{counted(burst.pods, 'pod')} now, any number may come and go one after the other",
            _cooldown(asked, limited=known.parameters.max_pods is not None),
            *(["of the default card alone; others may serve a pod"] if known.elsewhere else []),
            *known.assumptions,
        ),
    )


def _nothing_cools(asked: PaceQuestion) -> bool:
    return not asked.node.config.cooldown


def _cooldown(asked: PaceQuestion, *, limited: bool) -> str:
    """How long it lasts; or why there may be something to see where no address cools."""
    if not _nothing_cools(asked):
        seconds = asked.node.config.cooldown / timing.SECOND
        return f"it ends {seconds:g} s after the last pod went (IP_COOLDOWN_PERIOD)"
    but = "; max pods may end growth below the warm target (R80)" if limited else ""
    return f"no address cools (IP_COOLDOWN_PERIOD=0){but}"


def _cooled(node: PacedNode, asked: PaceQuestion, burst: Burst) -> Witness | None:
    """Use one address after the other until none is assignable; then a tick finds nothing to do."""
    spare = burst.peak > burst.pods
    if not (spare or node.running):
        return None
    while assignable(node) > 0:
        if not spare:
            node.go(node.running[0])
        node.come(1)
        if spare:
            node.go(node.running[-1])
    calls = node.calls.total()
    decisions = node.tick()
    if any(decision.low for decision in decisions) or node.calls.total() > calls:
        return None
    if not node.config.cooldown:
        node.advance(1)  # An address cools in the very instant, and that is no time at all.
    wanted = warm_addresses(burst.targets, len(node.running))
    value = max(wanted - assignable(node), 0)
    return witness(node, asked, value)


QUANTITIES: Final = (
    Quantity(
        name="shortfall-while-cooling",
        unit="addresses",
        meaning="of the warm target that no pod can get, and the daemon sees nothing to do",
        answer=shortfall_while_cooling,
        with_pods_now=True,
    ),
)
