"""What a node with max pods keeps at rest under WARM_IP_TARGET or MINIMUM_IP_TARGET.

In secondary-address mode. With p pods it owns Tp addresses, as without max pods (Pm), or at least
Pm: only there may a warm target stay unmet while an ENI has room.
"""

from typing import Final

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting.model import Kind
from ipam_model.operands import operands
from ipam_model.rules import growth
from ipam_model.theorems import warm_ip, wrong_rules
from ipam_model.theorems.at_rest import (
    AT_MOST_ONE_MORE,
    HELD,
    HOLDS,
    NONE_COMES,
    NONE_GOES,
    NOTHING_RELEASED,
    RELEASABLE,
    at_rest,
    enabled,
    holds_a_cidr,
    is_full,
    pool_at_rest,
    unmet,
)
from ipam_model.theorems.induction import Invariants, consequence
from ipam_model.theorems.machine import Moment, Parameters
from ipam_model.theorems.max_pods import HOLDS_BACK, max_pods
from ipam_model.theorems.theorem import Claim, Obligation, Theorem, Tier, without, wrong
from ipam_model.theorems.warm_ip import INVARIANT
from ipam_model.theorems.warm_ip import OWNED as WITHOUT_MAX_PODS
from ipam_model.theorems.warm_ip_at_rest import OTHERS_KEEP_MORE, SURPLUS_ABOVE_BOTH, owned_at_rest
from ipam_model.theorems.warm_ip_max_pods import (
    BELOW_LIMIT,
    BOUNDED,
    CAPPED,
    INVARIANTS,
    RESERVED_WITH_MAX_PODS,
    most_attached,
    most_owned,
)

REACHED_OR_FULL: Final = "max pods are reached or all ENIs are full"
OWNED_AT_REST: Final = "no more is owned than at rest without max pods"


def most_reserved_at_rest(k: Logic[I, B], parameters: Parameters[I, B], pods: I) -> I:
    """The most addresses reserved at rest with p pods: U + min(N, 1 + U), U = min(Tp, T)."""
    return _sum_at_rest(
        k,
        owned_at_rest(k, parameters, pods),
        most_owned(k, parameters),
        most_attached(k, parameters),
    )


def _sum_at_rest(k: Logic[I, B], at_rest: I, ever: I, enis: I) -> I:
    owned = k.min(at_rest, ever)
    return owned + k.min(enis, owned + 1)


AT_REST: Final = Invariants(
    name="warm_ip_max_pods_at_rest",
    mode=CAPPED,
    enis={},
    node={
        WITHOUT_MAX_PODS: warm_ip.INVARIANTS.node[WITHOUT_MAX_PODS],
        BELOW_LIMIT: INVARIANTS.node[BELOW_LIMIT],
    },
)
"""What is needed at rest; `HOLDS_BACK` lets what holds without max pods be known."""


def _unmet_at_rest(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    at_max_pods = k.ge(now.node.pool.cidrs, max_pods(now.parameters))
    return Claim(
        {**pool_at_rest(k, now), "the warm target is not met": unmet(k, now)},
        {REACHED_OR_FULL: k.any(at_max_pods, is_full(k, now))},
    )


def _stays_unmet(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    at_max_pods = k.ge(now.node.pool.cidrs, max_pods(now.parameters))
    return Claim(
        {REACHED_OR_FULL: k.any(at_max_pods, is_full(k, now))},
        {
            "the ENI is not extended": k.no(enabled(k, Kind.EXTEND, now)),
            "no ENI comes": k.no(enabled(k, Kind.ATTACH, now)),
        },
    )


def _owned_at_rest(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    pool = now.node.pool
    owned = owned_at_rest(k, now.parameters, pool.assigned)
    return Claim(
        pool_at_rest(k, now),
        {
            OWNED_AT_REST: k.le(pool.cidrs, owned),
            "as much as without them, or max pods": k.ge(
                pool.cidrs, k.min(owned, max_pods(now.parameters))
            ),
        },
    )


def _low_one_early(
    k: Logic[I, B], total: I, max_pods: I, warm_ip: B, short: I, available: I, target: I, unit: I
) -> B:
    unmet = growth.target_unmet(k, warm_ip, short, available, target, unit)
    return k.all(k.lt(total + 1, max_pods), unmet)


UNMET: Final = Theorem(
    name="warm_ip_unmet_exactly_at_max_pods",
    statement=(
        "With max pods Pm a warm IP target that is not met stays so exactly where Pm addresses are "
        "owned or all K ENIs are full; at rest with p pods from min(Tp, Pm) to Tp are owned, Tp "
        "being what is owned at rest without max pods."
    ),
    rules=("R79", "R80", "R87", "R88", "R98", "R107", "R131"),
    obligations=(
        consequence("unmet", AT_REST, _unmet_at_rest),
        consequence("stays unmet", AT_REST, _stays_unmet),
        consequence("owned", AT_REST, _owned_at_rest),
    ),
    mutants=(
        wrong("max pods do not limit growth", growth.too_low, wrong_rules.low_whatever_max_pods),
        wrong("growth ends one below max pods", growth.too_low, _low_one_early),
        SURPLUS_ABOVE_BOTH,
        without(NONE_COMES),
        without(NOTHING_RELEASED),
        without(REACHED_OR_FULL),
    ),
    lemmas=(HOLDS_BACK, INVARIANT, BOUNDED, RELEASABLE),
    properties=("P-M2", "I11"),
    tier=Tier.FULL,
)


def _each_holds(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    return Claim(
        at_rest(k, now), {HOLDS: holds_a_cidr(k, now.parameters, now.eni, now.choices.primary)}
    )


def _reserved_at_rest(
    k: Logic[I, B], owned: I, enis: I, most_at_rest: I, most_ever: I, most_enis: I
) -> Claim[B]:
    """For any numbers: those of the lemmas have divisions in them that keep solvers busy."""
    return Claim(
        {
            "no more is owned than at rest without max pods": k.le(owned, most_at_rest),
            "no more is owned than ever": k.le(owned, most_ever),
            "no more ENIs than ever": k.le(enis, most_enis),
            AT_MOST_ONE_MORE: k.le(enis, owned + 1),
        },
        {"reserved": k.le(owned + enis, _sum_at_rest(k, most_at_rest, most_ever, most_enis))},
    )


RESERVED_AT_REST_WITH_MAX_PODS: Final = Theorem(
    name="warm_ip_max_pods_reserved_at_rest_within_bound",
    statement=(
        "With max pods and a warm IP target a node at rest with p pods reserves at most "
        "U + min(N, 1 + U) addresses, U = min(Tp, T), T and N the most it ever owns and attaches, "
        "Tp what it owns at rest without max pods."
    ),
    rules=(*UNMET.rules, "R133", "R136"),
    obligations=(
        consequence("one ENI", AT_REST, _each_holds),
        Obligation(name="reserved", text=_reserved_at_rest, operands=operands(_reserved_at_rest)),
    ),
    mutants=(
        OTHERS_KEEP_MORE,
        without(NONE_GOES),
        without(BELOW_LIMIT),
        without(AT_MOST_ONE_MORE),
        without("no more ENIs than ever"),
    ),
    lemmas=(RESERVED_WITH_MAX_PODS, UNMET, HELD),
    paper="`reserved` is said of any numbers; those of the other theorems are put in",
    tier=Tier.FULL,
)
