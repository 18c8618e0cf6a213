"""What a burst of pods, and a churn of them, cost in calls to EC2.

Calls are counted as the daemon makes them; creating and attaching an ENI is one, with the look-up
of its subnet two where ENABLE_SUBNET_DISCOVERY is on.
"""

from typing import Final

from attrs import evolve

from ipam_model.arithmetic import INTS
from ipam_model.bounds.answer import Bound, Question, Witness, answer
from ipam_model.bounds.burst import (
    Burst,
    Counts,
    bare_enis,
    cidrs_wanted,
    flapping,
    flapping_after,
    longest,
    most_waiting,
    step_size,
    why_restless,
)
from ipam_model.bounds.growth_steps import Growth
from ipam_model.bounds.pace import at_rest_before, replay
from ipam_model.bounds.pace_question import (
    ON_CALLS,
    PaceQuestion,
    assumptions,
    burst_of,
    outside,
    paced,
    premises,
    proof_by_growth,
)
from ipam_model.bounds.paced_node import PacedNode, witness
from ipam_model.bounds.registry import Quantity
from ipam_model.counting.decisions import warm_ip_governs
from ipam_model.errors import InputError
from ipam_model.inspection.counted import counted

CYCLES: Final = 4
"""Pods that are replaced one after the other in the witness of a churn."""


def _calls_of(growth: Growth, looks: int, *, reissued: bool = False) -> int:
    """Calls of a growth; `looks` are the subnet look-ups of a new ENI.

    `reissued`: EC2 may hand out again what was released before, and reconcile then asks EC2 about
    each ENI that has some of it (R154).
    """
    asked_about = min(growth.steps, len(growth.shape) + growth.attachments)
    calls = growth.extensions + growth.attachments * (1 + looks)
    return calls + (asked_about if reissued else 0)


def most_calls(burst: Burst, looks: int) -> int | None:
    """Calls from a burst until the node rests again: never more; `None`: it is not known."""
    targets = burst.targets
    if step_size(targets) == 0:
        return bare_enis(burst)
    limit = targets.max_enis * targets.slots
    pods = burst.wanted
    goal = min(cidrs_wanted(targets, pods), limit, _most_with_max_pods(burst))
    governs = warm_ip_governs(INTS, targets)
    reissued = governs or targets.prefix_mode  # Otherwise only whole ENIs are given back.
    growth = longest(burst, goal, lambda each: _calls_of(each, looks, reissued=reissued))
    if growth is None:
        return None
    calls = _calls_of(growth, looks, reissued=reissued) + bare_enis(burst)
    if targets.prefix_mode and not governs and targets.warm_prefix > 1:
        # Served pods may leave prefixes half empty; then smaller steps follow, each of one prefix
        # or more, until WARM_PREFIX_TARGET of them are without pods.
        calls += targets.warm_prefix * (1 + looks + 1)
    return calls


def _most_with_max_pods(burst: Burst) -> int:
    """CIDRs that a burst's growth does not pass: its last step begins below max pods (R79)."""
    targets, step = burst.targets, step_size(burst.targets)
    if burst.max_pods is None:
        return targets.max_enis * targets.slots
    before = INTS.ceil_div(burst.max_pods, targets.block) - 1
    if not targets.prefix_mode and not warm_ip_governs(INTS, targets):
        before -= before % step
    return max(before, 0) + step


def ec2_calls(question: Question) -> Bound:
    """Calls to EC2 from a burst until the node rests again."""
    asked = paced(question)
    burst = burst_of(asked)
    looks = int(asked.node.config.settings.subnet_discovery)
    known = not outside(asked)
    flaps = flapping_after(burst) if known else None
    upper = most_calls(burst, looks) if known and flaps is None else None
    growth = None
    if upper is not None:
        wanted = INTS.ceil_div(burst.wanted, burst.targets.block)
        growth = longest(burst, wanted, lambda each: _calls_of(each, looks))
    run = replay(asked, burst, growth, worn=True)
    below, parts = None, {}
    if run is not None and run.served.rest():
        parts = dict(run.served.calls)
        below = run.witness(sum(parts.values()))
    claim = (
        "a call for each extension and two for each new ENI, one per ENI for addresses that EC2 "
        "hands out again, one per ENI without prefixes that goes"
    )
    return answer(
        question,
        unit="calls",
        proof=None if upper is None else proof_by_growth(burst.targets, claim, ON_CALLS),
        upper=upper,
        witness=below,
        assumptions=(
            *([] if flaps is None else [_flaps(burst.targets, flaps)]),
            *assumptions(asked, burst),
        ),
        parts=parts,
    )


def most_calls_per_pod(targets: Counts, pods: int, looks: int) -> int:
    """Calls per pod replaced, of `pods` in all, in the long run: never more.

    A pod goes, so much later that everything has settled another comes, and so on. What the one
    makes surplus the other makes missing again, if the node wants more for `pods` pods than for one
    pod less; growth and release then balance. It rests in between.
    """
    limit = targets.max_enis * targets.slots
    before, after = (cidrs_wanted(targets, each) for each in (pods - 1, pods))
    governs = warm_ip_governs(INTS, targets)
    if before == after or after > limit or (governs and targets.warm_ip == 0):
        return 0
    if not governs and not targets.prefix_mode:
        return 1 + looks + 1  # An ENI comes, and goes.
    # One CIDR comes, is released, and reconcile asks about it if EC2 hands out the same again.
    if before % targets.slots == 0 and before:
        return 1 + looks + 1 + 1 + 1
    return 3


def ec2_calls_per_pod(question: Question) -> Bound:
    """Calls to EC2 per pod replaced, their number being constant.

    That of now, or without it as many as are ever served at once.
    """
    asked = evolve(paced(question), burst=0)
    if asked.pods_now is None:
        asked = evolve(asked, pods_now=_served(asked))
    burst = burst_of(asked)
    if not burst.pods:
        raise InputError("a churn needs pods: give at least 1 pod now (--pods-now)")
    looks = int(asked.node.config.settings.subnet_discovery)
    known = not outside(asked)
    flaps = flapping(burst) if known else None
    upper = None
    if known and flaps is None:
        upper = most_calls_per_pod(burst.targets, burst.pods, looks)
    node = at_rest_before(asked, burst, None)
    claim = (
        "what a pod that goes makes surplus, the one that comes makes missing: a CIDR is released "
        "and comes again, or an ENI goes and comes again, only where the node wants more for the "
        "pods than for one less"
    )
    return answer(
        question,
        unit="calls",
        proof=None if upper is None else proof_by_growth(burst.targets, claim, ON_CALLS),
        upper=upper,
        witness=None if node is None else _churned(node, asked),
        assumptions=(
            *([] if flaps is None else [_flaps(burst.targets, flaps)]),
            f"{counted(burst.pods, 'pod')}; one goes, and when all has settled another comes",
            "in the long run: what a node at rest may still give back once is left out",
            *premises(asked),
        ),
    )


def _served(asked: PaceQuestion) -> int:
    """The pods of the peak that all get an address, whatever the node looks like."""
    known = burst_of(asked)
    filled = evolve(known, coming=known.peak)
    return filled.wanted - (0 if outside(asked) else most_waiting(filled))


def _flaps(targets: Counts, pods: int) -> str:
    """Why calls go on for ever (finding `warm-eni-target-zero`)."""
    return f"there is no bound, for the node flaps: {why_restless(targets, pods)}"


def _churned(node: PacedNode, asked: PaceQuestion) -> Witness | None:
    """Pods replaced one after the other; the newest goes, the newest ENI gives back first."""
    counted = 0
    for cycle in range(CYCLES + 1):
        if cycle == 1:
            counted = node.calls.total()
        node.go(node.running[-1])
        node.preferred = [eni.id for eni in node.store.enis][::-1]
        if not node.settle():
            return None
        node.come(1)
        if not node.settle() or node.waiting:
            return None
    value = (node.calls.total() - counted) // CYCLES
    return witness(node, asked, value)


QUANTITIES: Final = (
    Quantity(
        name="ec2-calls",
        unit="calls",
        meaning="to EC2 from a burst of pods until the node rests again",
        answer=ec2_calls,
        with_pods_now=True,
    ),
    Quantity(
        name="ec2-calls-per-pod",
        unit="calls",
        meaning="to EC2 per pod replaced, the number of pods being constant",
        answer=ec2_calls_per_pod,
        with_pods_now=True,
    ),
)
