"""Nodes under WARM_IP_TARGET or MINIMUM_IP_TARGET, in secondary-address mode.

K ENIs at most, M addresses each; Wi = WARM_IP_TARGET, m = MINIMUM_IP_TARGET, P the most pods there
ever are. B = min(max(P + Wi, m), K M) addresses are the most that a node ever owns (min(m, K M) if
only m is set), N = max(1, ceil(B / M)) ENIs the most it ever attaches.
"""

from typing import Final

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting import decisions
from ipam_model.counting.model import Kind
from ipam_model.rules import capacity, growth, shrink, warm_pool
from ipam_model.theorems import wrong_rules
from ipam_model.theorems.induction import NODE_CAP, Invariants, consequence, invariant_theorem
from ipam_model.theorems.machine import Moment, Node, Parameters, step
from ipam_model.theorems.moments import Mode
from ipam_model.theorems.sums_of_enis import ENI_CAP
from ipam_model.theorems.theorem import Claim, Theorem, without, wrong


def governed_by_warm_ip(k: Logic[I, B], parameters: Parameters[I, B]) -> dict[str, B]:
    """Secondary-address mode with Wi or m set."""
    targets = parameters.targets
    return {
        "secondary-address mode": k.no(targets.prefix_mode),
        "a warm IP target governs": decisions.warm_ip_governs(k, targets),
    }


MODE: Final = Mode(name="warm IP", holds=governed_by_warm_ip, block=1)


def wanted_with(k: Logic[I, B], parameters: Parameters[I, B], pods: I) -> I:
    """Addresses that a node with so many pods keeps, if its limits allow: max(pods + Wi, m)."""
    targets = parameters.targets
    wanted = k.max(pods + targets.warm_ip, targets.minimum)
    return k.ite(k.eq(targets.warm_ip, 0), targets.minimum, wanted)


def most_addresses(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """The most addresses the node owns, if it is not its limits that keep them fewer."""
    return wanted_with(k, parameters, parameters.peak)


def most_owned(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """B: the most addresses the node ever owns."""
    targets = parameters.targets
    return k.min(most_addresses(k, parameters), targets.max_enis * targets.slots)


def most_attached(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """N: the most ENIs it ever has."""
    return k.max(k.ceil_div(most_owned(k, parameters), parameters.targets.slots), 1)


def most_reserved(k: Logic[I, B], parameters: Parameters[I, B]) -> I:
    """The most addresses it ever takes from its subnets, those of the ENIs themselves included."""
    return most_owned(k, parameters) + most_attached(k, parameters)


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


def _new_eni_with_all(
    k: Logic[I, B], prefix_mode: B, warm_ip: B, needed_prefixes: I, short: I, slots: I
) -> I:
    return k.ite(prefix_mode, needed_prefixes, k.ite(warm_ip, short, slots))


INVARIANT: Final = invariant_theorem(
    INVARIANTS,
    statement=(
        "Under a warm IP target every step keeps to the caps, owns no more addresses than the peak "
        "of pods and the targets ask for, and attaches an ENI only where all others are full."
    ),
    rules=("R79", "R87", "R88", "R91", "R98", "R101", "R107", "R133", "R136", "R138"),
    mutants=(
        wrong("missing is the sum of the two", warm_pool.missing, wrong_rules.missing_is_the_sum),
        wrong("one ENI more may come", capacity.has_room, wrong_rules.room_for_one_more),
        wrong("extended by what is wanted", growth.extension_size, wrong_rules.extended_by_all),
        without(OWNED),
        without(ATTACHED),
        without(ENI_CAP),
        without("ENIs without room are full"),
    ),
)


def _lacks(k: Logic[I, B], now: Moment[I, B]) -> I:
    """Addresses that the targets lack, told without the rules that the daemon asks by."""
    pool = now.node.pool
    return wanted_with(k, now.parameters, pool.assigned) - pool.cidrs


def _extension_fits(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    taken = step(k, Kind.EXTEND, now)
    asked, slots = taken.eni.pool.cidrs - now.eni.pool.cidrs, now.targets.slots
    lacks = _lacks(k, now)
    return Claim(
        taken.guard,
        {
            "an address at least is asked for": k.ge(asked, 1),
            "no more than the ENI has free slots": k.le(asked, slots - now.eni.pool.cidrs),
            "no more than the targets lack": k.le(asked, lacks),
            "no more than all ENIs can hold": k.le(
                taken.node.pool.cidrs, now.targets.max_enis * slots
            ),
        },
    )


def _new_eni_fits(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    taken = step(k, Kind.ATTACH, now)
    asked, lacks = taken.eni.pool.cidrs, _lacks(k, now)
    return Claim(
        {**taken.guard, **taken.sums},
        {
            "an address at least is asked for": k.ge(asked, 1),
            "no more than an ENI has slots": k.le(asked, now.targets.slots),
            "no more than the targets lack": k.le(asked, lacks),
            "the ENI may be attached": k.lt(now.node.enis, now.targets.max_enis),
        },
    )


CAPS: Final = Theorem(
    name="warm_ip_requests_within_caps",
    statement=(
        "Under a warm IP target the daemon asks for an ENI only while fewer than K are attached, "
        "and for no more addresses than the ENI has free slots or than the targets lack."
    ),
    rules=("R5", "R33", "R87", "R98", "R107"),
    obligations=(
        consequence("extended", INVARIANTS, _extension_fits),
        consequence("attached", INVARIANTS, _new_eni_fits),
    ),
    mutants=(
        wrong("missing is the sum of the two", warm_pool.missing, wrong_rules.missing_is_the_sum),
        wrong("extended by what is wanted", growth.extension_size, wrong_rules.extended_by_all),
        wrong("a new ENI with all that is missing", growth.new_eni_size, _new_eni_with_all),
        wrong("a new ENI with all its slots", growth.new_eni_size, wrong_rules.new_eni_full),
        wrong("one ENI more may come", capacity.has_room, wrong_rules.room_for_one_more),
    ),
    lemmas=(INVARIANT,),
    properties=("P-M1", "P-M1-wanted", "I9", "I10"),
)


def _attached(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    return Claim({}, {"ENIs": k.le(now.node.enis, most_attached(k, now.parameters))})


def _reserved(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    node, parameters = now.node, now.parameters
    return Claim(
        {"ENIs": k.le(node.enis, most_attached(k, parameters))},
        {
            "owned": k.le(node.pool.cidrs, most_owned(k, parameters)),
            "reserved": k.le(node.pool.cidrs + node.enis, most_reserved(k, parameters)),
        },
    )


RESERVED: Final = Theorem(
    name="warm_ip_reserved_within_bound",
    statement=(
        "Under a warm IP target a node with at most P pods never reserves more than "
        "B + max(1, ceil(B / M)) addresses, B = min(max(P + Wi, m), K M), or min(m, K M) if Wi = 0."
    ),
    rules=INVARIANT.rules,
    obligations=(
        consequence("ENIs", INVARIANTS, _attached),
        consequence("addresses", INVARIANTS, _reserved),
    ),
    mutants=(
        *INVARIANT.mutants[:2],
        without(OWNED),
        without(ATTACHED),
        without(NODE_CAP),
    ),
    lemmas=(INVARIANT,),
)


def dispensable(k: Logic[I, B], now: Moment[I, B]) -> dict[str, B]:
    """The node needs nothing that the ENI has."""
    targets, left = now.targets, now.others
    return {
        "it carries no pod": k.eq(now.eni.pool.assigned, 0),
        "Wi addresses stay available": k.ge(left.cidrs - left.assigned, targets.warm_ip),
        "m addresses stay": k.ge(left.cidrs, targets.minimum),
    }


def _may_go(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
    return Claim(
        step(k, Kind.FREE, now).guard,
        {"it is not the primary one": k.no(now.choices.primary), **dispensable(k, now)},
    )


def _keeps_no_minimum(
    k: Logic[I, B], minimum: I, prefix_mode: B, others_total: I, block: I | int
) -> B:
    del minimum, prefix_mode, block
    return k.ge(others_total, 0)


DELETED: Final = Theorem(
    name="warm_ip_deleted_eni_is_not_needed",
    statement=(
        "Under a warm IP target an ENI that is deleted is not the primary one and carries no pod, "
        "and the other ENIs keep Wi available addresses and m in all."
    ),
    rules=("R133", "R136"),
    obligations=(consequence("", INVARIANTS, _may_go),),
    mutants=(
        wrong("an ENI with pods may go", shrink.deletable, wrong_rules.deletable_with_pods),
        wrong("the primary ENI may go", shrink.deletable, wrong_rules.primary_deletable),
        wrong("the minimum is not kept", shrink.keeps_minimum, _keeps_no_minimum),
    ),
    lemmas=(INVARIANT,),
    properties=("I3", "I8"),
)
