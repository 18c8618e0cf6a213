"""Prefix mode with max pods (C): ENIs are attached one by one, and only below C (R79, R101).

An ENI comes where all others are full and fewer than C addresses are owned. So all but one hold
fewer than C, whichever target governs and however many prefixes it asks for:

    n <= n* = max(1, ceil(C / (16 Q)))  ENIs,  x <= Q n*  prefixes.

A step of growth may ask for more prefixes than the ENI has free slots; it gets those, and is the
last one if C addresses are owned then. Where it begins there are ceil(C / 16) - 1 prefixes at most,
and no more pods than these have addresses: what Wi and m ask for with more pods never comes.
"""

from typing import Final

from ipam_model.arithmetic import B, I, Logic
from ipam_model.operands import operands
from ipam_model.rules.capacity import BLOCK
from ipam_model.theorems import prefix_warm_ip
from ipam_model.theorems.induction import Invariants, consequence, invariant_theorem
from ipam_model.theorems.machine import Moment, Node, Parameters, too_low
from ipam_model.theorems.max_pods import HOLDS_BACK, LOW, REACHED, max_pods
from ipam_model.theorems.moments import Mode, obligation, sane
from ipam_model.theorems.sizes import max_pods_stops_growth
from ipam_model.theorems.theorem import Claim, Obligation, Theorem, Tier, non_negative, without
from ipam_model.theorems.whole_enis import fewer_enis_hold_fewer, instance

FEW_ENIS: Final = "no more ENIs than max pods need"
FEWER_ADDRESSES: Final = "fewer addresses than max pods are owned"
FIT: Final = "the pods fit into the prefixes"
BELOW_LIMIT: Final = "the ENIs but one hold fewer addresses than max pods"


def _in_prefix_mode(k: Logic[I, B], parameters: Parameters[I, B]) -> dict[str, B]:
    del k
    return {"prefix mode": parameters.targets.prefix_mode}


def most_attached(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """n*: ENIs that max pods need; the primary one is there anyway."""
    targets = parameters.targets
    needed = k.ceil_div(max_pods(parameters), targets.slots * targets.block)
    return k.max(needed, 1)


def most_owned(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """Prefixes that these ENIs hold."""
    return most_attached(k, parameters) * parameters.targets.slots


def _below_limit(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    filled = (node.enis - 1) * parameters.targets.slots * parameters.targets.block
    return k.any(k.eq(node.enis, 1), k.lt(filled, max_pods(parameters)))


def growing_pods(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """The most pods that a pool has while it grows: those that fit into fewer than C addresses."""
    block = parameters.targets.block
    return k.max(k.ceil_div(max_pods(parameters), block) * block - block, 0)


def most_wanted(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """Prefixes that Wi and m ask for with as many pods as there can be where growth begins."""
    pods = k.min(parameters.peak, growing_pods(k, parameters))
    return prefix_warm_ip.most(k, Parameters(targets=parameters.targets, peak=pods, max_pods=None))


def _enis(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    return Claim({}, {FEW_ENIS: k.le(now.node.enis, most_attached(k, now.parameters))})


def _prefixes(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    most = most_attached(k, now.parameters)
    held = instance(
        k,
        "those that max pods need",
        fewer_enis_hold_fewer,
        enis=now.node.enis,
        more=most,
        slots=now.targets.slots,
    )
    return Claim(
        {FEW_ENIS: k.le(now.node.enis, most), **held},
        {"prefixes": k.le(now.node.pool.cidrs, most_owned(k, now.parameters))},
    )


def theorems(block: int = BLOCK) -> tuple[Theorem, Theorem]:
    """What max pods leave, with prefixes of `block` addresses."""
    name = "prefix_max_pods" if block == BLOCK else f"prefix_max_pods_of_{block}"
    invariants = Invariants(
        name=f"{name}_invariants",
        mode=Mode(name=name, holds=_in_prefix_mode, block=block, capped=True),
        enis={},
        node={BELOW_LIMIT: _below_limit},
    )
    proved = invariant_theorem(
        invariants,
        statement=(
            "In prefix mode with max pods C an ENI comes only where all others are full and hold "
            "fewer than C addresses."
        ),
        rules=("R79", "R99", "R101", "R107"),
        mutants=(
            REACHED,
            without(BELOW_LIMIT),
            without("ENIs without room are full"),
        ),
        lemmas=(max_pods_stops_growth,),
        tier=Tier.FULL,
    )
    bounded = Theorem(
        name=f"{name}_enis_within_bound",
        statement=(
            f"In prefix mode with max pods C a node has at most n = max(1, ceil(C / ({block} Q))) "
            "ENIs and Q n prefixes, whatever its targets ask for."
        ),
        rules=proved.rules,
        obligations=(
            consequence("ENIs", invariants, _enis),
            consequence("prefixes", invariants, _prefixes),
        ),
        mutants=(without(BELOW_LIMIT),),
        lemmas=(proved, fewer_enis_hold_fewer),
        tier=Tier.FULL,
    )
    return proved, bounded


def warm_ip_theorem(block: int = BLOCK) -> Theorem:
    """How many pods growth sees, and so what Wi and m ask for."""
    name = "prefix_growth_below_max_pods"
    if block != BLOCK:
        name = f"{name}_of_{block}"
    mode = Mode(name=name, holds=_in_prefix_mode, block=block, capped=True)

    def grows(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        owned = now.node.pool.cidrs * block
        return Claim(
            {**sane(k, now.parameters, capped=True), LOW: too_low(k, now)},
            {FEWER_ADDRESSES: k.lt(owned, max_pods(now.parameters))},
        )

    def few_pods(k: Logic[I, B], max_pods: I, cidrs: I, assigned: I) -> Claim[B]:
        most = k.ceil_div(max_pods, block) * block - block
        return Claim(
            {
                **non_negative(k, max_pods=max_pods),
                FEWER_ADDRESSES: k.lt(cidrs * block, max_pods),
                FIT: k.le(assigned, cidrs * block),
            },
            {"few pods": k.le(assigned, most)},
        )

    return Theorem(
        name=name,
        statement=(
            f"In prefix mode with max pods C a pool grows only with at most a = {block} (ceil(C / "
            f"{block}) - 1) pods; so under WARM_IP_TARGET or MINIMUM_IP_TARGET it never owns more "
            "prefixes, or attaches more ENIs, than without max pods and with a peak of min(P, a)."
        ),
        rules=("R79", "R80"),
        obligations=(
            obligation("a pool grows", mode, grows),
            Obligation(name="pods of such a pool", text=few_pods, operands=operands(few_pods)),
        ),
        mutants=(REACHED, without(FIT), without(LOW), without(FEWER_ADDRESSES)),
        lemmas=(HOLDS_BACK, prefix_warm_ip.RESERVED),
        paper="prefixes and ENIs come by growth alone, so a bound for the peak of pods is one for "
        "the pods that growth sees",
        tier=Tier.FULL,
    )


INVARIANT, BOUNDED = theorems()
GROWS: Final = warm_ip_theorem()
