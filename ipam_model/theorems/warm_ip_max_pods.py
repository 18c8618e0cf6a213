"""Max pods and WARM_IP_TARGET or MINIMUM_IP_TARGET, in secondary-address mode (R79, R80).

Growth happens with at most a = Pm - 1 pods; where the targets alone ask for Pm addresses it fills
ENI after ENI, so the pods are in full ENIs, and a = M (ceil(Pm / M) - 1). So the node wants at most
B = max(min(P, a) + Wi, m) addresses (m if Wi = 0), attaches at most
N = max(1, min(K, ceil(B / M), ceil(Pm / M))) ENIs and owns at most T = min(B, K M, M ceil(Pm / M))
addresses. Every state of small nodes, explored, shows that these bounds are reached; that they are
reached by every node is not proved.
"""

from typing import Final

from ipam_model.arithmetic import B, I, Logic
from ipam_model.rules import warm_pool
from ipam_model.theorems import wrong_rules
from ipam_model.theorems.induction import NODE_CAP, Invariants, consequence, invariant_theorem
from ipam_model.theorems.machine import Moment, Node, Parameters
from ipam_model.theorems.max_pods import REACHED, max_pods
from ipam_model.theorems.moments import Mode, obligation, sane
from ipam_model.theorems.sizes import max_pods_stops_growth
from ipam_model.theorems.theorem import Claim, Theorem, Tier, without, wrong
from ipam_model.theorems.warm_ip import (
    INVARIANT,
    governed_by_warm_ip,
    wanted_with,
)

CAPPED: Final = Mode(name="warm IP, max pods", holds=governed_by_warm_ip, block=1, capped=True)


def enis_for_max_pods(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """ceil(Pm / M)."""
    return k.ceil_div(max_pods(parameters), parameters.targets.slots)


def passes_at_once(k: Logic[I, B], parameters: Parameters[I, B]) -> B:
    """The targets alone ask for Pm addresses: then, below Pm, growth fills ENI after ENI."""
    targets = parameters.targets
    return k.ge(k.max(targets.warm_ip, targets.minimum), max_pods(parameters))


def most_pods(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """The most pods of a pool that grows: fewer than Pm, and in full ENIs if they are filled."""
    limit, slots = max_pods(parameters), parameters.targets.slots
    in_full_enis = enis_for_max_pods(k, parameters) * slots - slots
    return k.ite(passes_at_once(k, parameters), in_full_enis, limit - 1)


def most_addresses(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """B: the most addresses ever wanted by a pool that grows."""
    pods = k.min(parameters.peak, most_pods(k, parameters))
    return wanted_with(k, parameters, pods)


def most_attached(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """N: the most ENIs the node ever has."""
    targets = parameters.targets
    for_addresses = k.ceil_div(most_addresses(k, parameters), targets.slots)
    most = k.min(k.min(for_addresses, enis_for_max_pods(k, parameters)), targets.max_enis)
    return k.max(most, 1)


def most_owned(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """T: the most addresses it ever owns; Pm may be passed by M - 1."""
    slots = parameters.targets.slots
    most = k.min(most_addresses(k, parameters), parameters.targets.max_enis * slots)
    return k.min(most, enis_for_max_pods(k, parameters) * slots)


def most_reserved(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """The most addresses it ever takes from its subnets, those of the ENIs themselves included."""
    return most_owned(k, parameters) + most_attached(k, parameters)


def _owned_within_bound(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    return k.le(node.pool.cidrs, most_addresses(k, parameters))


def _enis_within_bound(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    filled = (node.enis - 1) * parameters.targets.slots
    return k.any(k.eq(node.enis, 1), k.lt(filled, most_addresses(k, parameters)))


def _enis_within_max_pods(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    filled = (node.enis - 1) * parameters.targets.slots
    return k.any(k.eq(node.enis, 1), k.lt(filled, max_pods(parameters)))


def _full_below_max_pods(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    owned = node.pool.cidrs
    return k.any(
        k.no(passes_at_once(k, parameters)),
        k.ge(owned, max_pods(parameters)),
        k.eq(owned, node.enis * parameters.targets.slots),
        k.all(k.eq(node.enis, 1), k.le(owned, 0)),
    )


def _fewer_than_needed(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    filled = node.enis * parameters.targets.slots
    fewer = k.lt(node.enis, enis_for_max_pods(k, parameters))
    return k.any(k.ge(filled, max_pods(parameters)), fewer)


def _one_eni_less(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    slots, needed = parameters.targets.slots, enis_for_max_pods(k, parameters)
    less = k.le(node.enis * slots, needed * slots - slots)
    return k.any(k.ge(node.enis, needed), less)


def _none_without_pods(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    return k.any(k.ge(max_pods(parameters), 1), k.le(node.pool.cidrs, 0))


OWNED: Final = "no more addresses are owned than the pods of a growing pool and the targets ask for"
ATTACHED: Final = "no more ENIs are attached than these addresses need"
BELOW_LIMIT: Final = "the ENIs but one hold fewer addresses than max pods"
FOR_ADDRESSES: Final = "no more ENIs than the addresses need that are ever wanted"
ALL_SLOTS: Final = "what is owned fits into the slots of all ENIs there may be"
SLOTS: Final = "what is owned fits into the slots of the ENIs that max pods need"
FOR_MAX_PODS: Final = "no more ENIs than max pods need"
FULL_BELOW: Final = "targets of max pods or more leave no ENI partly filled below max pods"
FEWER: Final = "ENIs that max pods exceed are fewer than max pods need"
ONE_LESS: Final = "fewer ENIs have the slots of an ENI less"
NONE: Final = "no address is owned where max pods are 0"
INVARIANTS: Final = Invariants(
    name="warm_ip_max_pods_invariants",
    mode=CAPPED,
    enis={},
    node={
        OWNED: _owned_within_bound,
        ATTACHED: _enis_within_bound,
        BELOW_LIMIT: _enis_within_max_pods,
        NONE: _none_without_pods,
        FULL_BELOW: _full_below_max_pods,
    },
    arithmetic={FEWER: _fewer_than_needed, ONE_LESS: _one_eni_less},
)

BOUNDED: Final = invariant_theorem(
    INVARIANTS,
    statement=(
        "With max pods and a warm IP target growth starts below max pods only, so with fewer "
        "pods, too, and what is owned and attached stays bounded accordingly."
    ),
    rules=INVARIANT.rules,
    mutants=(
        REACHED,
        wrong("missing is the sum of the two", warm_pool.missing, wrong_rules.missing_is_the_sum),
        without(OWNED),
        without(ATTACHED),
        without(BELOW_LIMIT),
        without(NONE),
        without(FULL_BELOW),
    ),
    lemmas=(max_pods_stops_growth,),
    tier=Tier.FULL,
)


def _only(name: str) -> Invariants:
    """One of the invariants: with all of them the second solver is long in finding an example."""
    return Invariants(name=name, mode=CAPPED, enis={}, node={name: INVARIANTS.node[name]})


def _for_addresses(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    most = k.ceil_div(most_addresses(k, now.parameters), now.targets.slots)
    return Claim({}, {FOR_ADDRESSES: k.le(now.node.enis, k.max(most, 1))})


def _for_max_pods(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    most = enis_for_max_pods(k, now.parameters)
    return Claim({}, {FOR_MAX_PODS: k.le(now.node.enis, k.max(most, 1))})


def _attached(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    premises = {
        **sane(k, now.parameters, capped=True),
        NODE_CAP: k.le(now.node.enis, now.targets.max_enis),
        **_for_addresses(k, now).conclusions,
        **_for_max_pods(k, now).conclusions,
    }
    return Claim(premises, {"ENIs": k.le(now.node.enis, most_attached(k, now.parameters))})


def _overshoot(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    limit, owned = max_pods(now.parameters), now.node.pool.cidrs
    most = k.ite(k.ge(limit, 1), limit + now.targets.slots - 1, limit)
    return Claim({}, {"max pods are passed by M - 1 at most": k.le(owned, most)})


def _slots(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    most, targets = enis_for_max_pods(k, now.parameters), now.targets
    return Claim(
        _for_max_pods(k, now).conclusions,
        {
            SLOTS: k.le(now.node.pool.cidrs, most * targets.slots),
            ALL_SLOTS: k.le(now.node.pool.cidrs, targets.max_enis * targets.slots),
        },
    )


def _reserved(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    """From what the other obligations and the invariants say."""
    node, parameters, targets = now.node, now.parameters, now.targets
    most = enis_for_max_pods(k, parameters) * targets.slots
    owned = node.pool.cidrs
    return Claim(
        {
            **sane(k, parameters, capped=True),
            **governed_by_warm_ip(k, parameters),
            "ENIs": k.le(node.enis, most_attached(k, parameters)),
            OWNED: _owned_within_bound(k, parameters, node),
            SLOTS: k.le(owned, most),
            ALL_SLOTS: k.le(owned, targets.max_enis * targets.slots),
        },
        {"reserved": k.le(owned + node.enis, most_reserved(k, parameters))},
    )


RESERVED_WITH_MAX_PODS: Final = Theorem(
    name="warm_ip_max_pods_reserved_within_bound",
    statement=(
        "With max pods Pm and a warm IP target a node owns at most T = min(B, K M, M ceil(Pm / M)) "
        "addresses, no more than Pm + M - 1, and has at most N = max(1, min(K, ceil(B / M), "
        "ceil(Pm / M))) ENIs: it reserves T + N. B = max(min(P, a) + Wi, m), or m if Wi = 0, and "
        "a = Pm - 1, or M (ceil(Pm / M) - 1) if max(Wi, m) >= Pm."
    ),
    rules=BOUNDED.rules,
    obligations=(
        consequence("ENIs for addresses", _only(ATTACHED), _for_addresses),
        consequence("ENIs for max pods", _only(BELOW_LIMIT), _for_max_pods),
        obligation("ENIs", CAPPED, _attached),
        consequence("overshoot", INVARIANTS, _overshoot),
        consequence("slots", _only(NONE), _slots),
        obligation("reserved", CAPPED, _reserved),
    ),
    mutants=(
        REACHED,
        without(OWNED),
        without(ATTACHED),
        without(NONE),
        without(FOR_MAX_PODS),
        without(SLOTS),
    ),
    lemmas=(BOUNDED,),
    tier=Tier.FULL,
)
