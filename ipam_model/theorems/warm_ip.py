"""Nodes under WARM_IP_TARGET or MINIMUM_IP_TARGET, in secondary-address mode.

B = min(max(P + Wi, m), K M) addresses are the most that a node ever owns with P pods at the peak
(max(m, 0) of them if only m is set), max(1, ceil(B / M)) ENIs the most it ever attaches.
"""

from typing import Final

from ipam_model.arithmetic import B, I, Logic, positive
from ipam_model.counting import decisions
from ipam_model.rules import capacity, growth, warm_pool
from ipam_model.theorems.induction import (
    ENI_CAP,
    Invariants,
    Mode,
    consequence,
    invariant_theorem,
)
from ipam_model.theorems.machine import Moment, Node, Parameters
from ipam_model.theorems.theorem import Claim, Theorem, without, wrong


def _warm_ip(k: Logic[I, B], parameters: Parameters[I, B]) -> dict[str, B]:
    targets = parameters.targets
    return {
        "secondary-address mode": k.no(targets.prefix_mode),
        "a warm IP target governs": decisions.warm_ip_governs(k, targets),
    }


MODE: Final = Mode(name="warm IP", holds=_warm_ip, block=1)


def most_addresses(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """B: the most addresses the node owns, if it is not its limits that keep them fewer."""
    targets = parameters.targets
    wanted = k.max(parameters.peak + targets.warm_ip, targets.minimum)
    return k.ite(k.eq(targets.warm_ip, 0), targets.minimum, wanted)


def _owned_within_bound(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    return k.le(node.pool.cidrs, most_addresses(k, parameters))


def _enis_within_bound(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    filled = (node.enis - 1) * parameters.targets.slots
    return k.any(k.eq(node.enis, 1), k.lt(filled, most_addresses(k, parameters)))


OWNED: Final = "no more addresses are owned than pods and targets ask for"
ATTACHED: Final = "no more ENIs are attached than these addresses need"
INVARIANTS: Final = Invariants(
    name="warm_ip_invariants",
    mode=MODE,
    enis={},
    node={OWNED: _owned_within_bound, ATTACHED: _enis_within_bound},
)


def _missing_is_the_sum(k: Logic[I, B], warm: I, minimum: I, total: I, available: I) -> I:
    return positive(k, warm - available) + positive(k, minimum - total)


def _no_room_needed(k: Logic[I, B], enis: I, limit: I, unmanaged: I, trunk_slot: I) -> B:
    return k.le(enis, limit - unmanaged - trunk_slot)


def _extended_by_all(k: Logic[I, B], wanted: I, free: I) -> I:
    del k, free
    return wanted


INVARIANT: Final = invariant_theorem(
    INVARIANTS,
    statement="Under a warm IP target the caps hold, and what is owned and attached stays bounded.",
    rules=("R79", "R87", "R88", "R91", "R98", "R101", "R107", "R133", "R136", "R138"),
    mutants=(
        wrong("missing is the sum of the two", warm_pool.missing, _missing_is_the_sum),
        wrong("one ENI more may come", capacity.has_room, _no_room_needed),
        wrong("extended by what is wanted", growth.extension_size, _extended_by_all),
        without(OWNED),
        without(ATTACHED),
        without(ENI_CAP),
        without("ENIs without room are full"),
    ),
)


def _reserved(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    parameters, node = now.parameters, now.node
    slots, most = now.targets.slots, most_addresses(k, parameters)
    capacity_of_all = now.targets.max_enis * slots
    bound = k.min(most, capacity_of_all)
    enis = k.max(k.ceil_div(bound, slots), bound - bound + 1)
    return Claim({}, {"reserved within bound": k.le(node.pool.cidrs + node.enis, bound + enis)})


RESERVED: Final = Theorem(
    name="warm_ip_reserved_within_bound",
    statement=(
        "Under a warm IP target a node with at most P pods never reserves more than "
        "B + max(1, ceil(B / M)) addresses, B = min(max(P + Wi, m), K M), or B = min(m, K M) if Wi = 0."
    ),
    rules=INVARIANT.rules,
    obligations=(consequence("bound", INVARIANTS, _reserved),),
    mutants=INVARIANT.mutants[:2],
    lemmas=(INVARIANT,),
)
