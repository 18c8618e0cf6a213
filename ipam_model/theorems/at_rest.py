"""A node at rest: nothing but pods may come and go, so the pool stays as it is.

The relation knows one ENI at a time. So "at rest" is said of every ENI, and what follows for the
node goes through sums: where the pool is too low but no ENI has room, all are full (`FULL`); where
every ENI but the primary one holds a CIDR, there are at most as many such ENIs as CIDRs (`HELD`).
That nothing is to be released is the same as that no release is possible: what is to be released
is there (`RELEASABLE`).
"""

from typing import Final

from ipam_model.arithmetic import B, I, Logic, positive
from ipam_model.counting import decisions
from ipam_model.counting.model import Kind
from ipam_model.rules import warm_pool
from ipam_model.rules.capacity import BLOCK
from ipam_model.theorems.induction import Invariants, Sum, sum_obligations
from ipam_model.theorems.machine import (
    Eni,
    Moment,
    Node,
    Parameters,
    all_full,
    in_order,
    step,
    too_low,
)
from ipam_model.theorems.moments import Mode, MomentText, OfParameters, anything, obligation, sane
from ipam_model.theorems.sums_of_enis import BY_INDUCTION
from ipam_model.theorems.theorem import Claim, Theorem, without, wrong

DESCENT: Final = "a number that falls with every step and is never below 0 ends every run"
HOLDS: Final = "an ENI besides the primary one holds a CIDR"
AT_MOST_ONE_MORE: Final = "there is at most one ENI more than CIDRs"
NOT_EXTENDED: Final = "no ENI is extended"
NONE_COMES: Final = "no ENI comes"
NONE_GOES: Final = "no ENI goes"
NOTHING_RELEASED: Final = "nothing is released"
FULL_WHERE_LOW: Final = "where the pool is too low, all ENIs are full"


def unmet(k: Logic[I, B], now: Moment[I, B]) -> B:
    """The governing warm target is not met, whether or not max pods allow growth (R79)."""
    return decisions.target_unmet(k, now.targets, now.node.pool)


def is_full(k: Logic[I, B], now: Moment[I, B]) -> B:
    """All CIDRs that the node's limits allow are there."""
    targets = now.targets
    return k.ge(now.node.pool.cidrs, targets.max_enis * targets.slots)


def enabled(k: Logic[I, B], kind: Kind, now: Moment[I, B]) -> B:
    """The ENI may take a step of this kind."""
    return k.all(*step(k, kind, now).guard.values())


def pool_at_rest(k: Logic[I, B], now: Moment[I, B]) -> dict[str, B]:
    """Neither growth nor a release is enabled, for this ENI and every other one."""
    return {
        NOT_EXTENDED: k.no(enabled(k, Kind.EXTEND, now)),
        NONE_COMES: k.no(enabled(k, Kind.ATTACH, now)),
        NOTHING_RELEASED: k.le(decisions.released(k, now.targets, now.node.pool), 0),
        FULL_WHERE_LOW: k.any(k.no(too_low(k, now)), *all_full(k, now).values()),
    }


def at_rest(k: Logic[I, B], now: Moment[I, B]) -> dict[str, B]:
    """Nothing but pod events is enabled, for this ENI and every other one."""
    return {**pool_at_rest(k, now), NONE_GOES: k.no(enabled(k, Kind.FREE, now))}


def holds_a_cidr(k: Logic[I, B], parameters: Parameters[I, B], eni: Eni[I], primary: B) -> B:
    """The ENI is the primary one, or it is not without CIDRs."""
    del parameters
    return k.any(primary, k.ge(eni.pool.cidrs, 1))


def at_most_one_more(k: Logic[I, B], parameters: Parameters[I, B], node: Node[I]) -> B:
    """n - 1 <= X."""
    del parameters
    return k.le(node.enis, node.pool.cidrs + 1)


def _held() -> Theorem:
    each = Sum(name=AT_MOST_ONE_MORE, enis={HOLDS: holds_a_cidr}, node=at_most_one_more)
    mode = Mode(name="", holds=anything, block=1)
    return Theorem(
        name="enis_that_hold_something",
        statement=(
            "Where every ENI but the primary one holds an address, a node has at most one ENI more "
            "than addresses."
        ),
        rules=("R5",),
        obligations=sum_obligations(Invariants(name="", mode=mode, enis={}, node={}), each),
        mutants=(without(HOLDS), without(f"before: {AT_MOST_ONE_MORE}")),
        paper=BY_INDUCTION,
    )


HELD: Final = _held()


def _secondary(k: Logic[I, B], parameters: Parameters[I, B]) -> dict[str, B]:
    return {"secondary-address mode": k.no(parameters.targets.prefix_mode)}


def _prefixes(k: Logic[I, B], parameters: Parameters[I, B]) -> dict[str, B]:
    del k
    return {"prefix mode": parameters.targets.prefix_mode}


def _surplus_of_all(k: Logic[I, B], warm: I, minimum: I, total: I, available: I) -> I:
    del available
    return positive(k, k.min(total - warm, total - minimum))


def _enough_free(settings: OfParameters) -> MomentText:
    def text(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        pool, targets = now.node.pool, now.targets
        return Claim(
            {
                **settings(k, now.parameters),
                **sane(k, now.parameters, capped=False),
                **in_order(k, pool, targets.block),
            },
            {"as many CIDRs are free": k.le(decisions.released(k, targets, pool), pool.free_cidrs)},
        )

    return text


def _releasable() -> Theorem:
    addresses = Mode(name="", holds=anything, block=1)
    prefixes = Mode(name="", holds=anything, block=BLOCK)
    return Theorem(
        name="what_is_to_be_released_is_there",
        statement="No more CIDRs are to be released than are free: then a release is possible.",
        rules=("R88", "R93", "R131", "R138"),
        obligations=(
            obligation("addresses", addresses, _enough_free(_secondary)),
            obligation("prefixes", prefixes, _enough_free(_prefixes)),
        ),
        mutants=(
            wrong("surplus counts addresses with pods", warm_pool.surplus, _surplus_of_all),
            without("CIDRs that are not free have pods"),
        ),
    )


RELEASABLE: Final = _releasable()
