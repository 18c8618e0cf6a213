"""What follows for all ENIs together from what is so of each, for any number of them.

The step from n to n + 1 ENIs is checked; that this proves it for every n is induction over the list
of ENIs, on paper. `concrete` proves the same for given numbers of ENIs without it.
"""

from typing import Final

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting.decisions import Pool, Targets
from ipam_model.theorems.machine import Moment, all_full, in_order, no_room, plus
from ipam_model.theorems.moments import Mode, anything, obligation, sane
from ipam_model.theorems.theorem import Claim, Theorem, without

BY_INDUCTION: Final = "induction over the list of ENIs, from sums of n ENIs to sums of n + 1"
ENI_CAP: Final = "no ENI holds more CIDRs than it has slots"


def sums(k: Logic[I, B], pool: Pool[I], enis: I, targets: Targets[I, B]) -> dict[str, B]:
    """What follows for the sums over any ENIs from what the numbers of each mean."""
    return {
        **in_order(k, pool, targets.block),
        "their CIDRs fit into their slots": k.le(pool.cidrs, enis * targets.slots),
    }


def _standard_sums() -> Theorem:
    def none(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        zero = now.node.enis - now.node.enis
        return Claim({}, sums(k, Pool(zero, zero, zero), zero, now.targets))

    def more(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        node, own, targets = now.node, now.eni.pool, now.targets
        before = sums(k, node.pool, node.enis, targets)
        return Claim(
            {
                **{f"before: {name}": value for name, value in before.items()},
                **{
                    f"of one more: {name}": value
                    for name, value in sums(k, own, node.enis - node.enis + 1, targets).items()
                },
            },
            sums(k, plus(node.pool, own), node.enis + 1, targets),
        )

    obligations = tuple(
        obligation(f"{name}, blocks of {mode.block}", mode, text)
        for mode in (
            Mode(name="", holds=anything, block=1),
            Mode(name="", holds=anything, block=16),
        )
        for name, text in (("none", none), ("one more", more))
    )
    return Theorem(
        name="sums_of_enis",
        statement="What the numbers of each ENI mean, their sums mean, for any number of ENIs.",
        rules=("R4", "R5"),
        obligations=obligations,
        mutants=(without("of one more: their CIDRs fit into their slots"),),
        paper=BY_INDUCTION,
    )


SUMS: Final = _standard_sums()


def _full_enis() -> Theorem:
    def one(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        held, slots = now.eni.pool.cidrs, now.targets.slots
        return Claim(
            {
                **sane(k, now.parameters, capped=False),
                **in_order(k, now.node.pool, now.targets.block),
                ENI_CAP: k.le(held, slots),
                **no_room(k, now),
            },
            {"the ENI is full": k.eq(held, slots)},
        )

    def none(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        zero = now.node.enis - now.node.enis
        return Claim({}, {"none hold none": k.eq(zero * now.targets.slots, 0)})

    def more(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        node, held, slots = now.node, now.eni.pool.cidrs, now.targets.slots
        return Claim(
            {**all_full(k, now), "one more is full": k.eq(held, slots)},
            {"one more holds as many more": k.eq(node.pool.cidrs + held, (node.enis + 1) * slots)},
        )

    addresses, prefixes = (Mode(name="", holds=anything, block=block) for block in (1, 16))
    capped_addresses, capped_prefixes = (
        Mode(name="", holds=anything, block=block, capped=True) for block in (1, 16)
    )
    return Theorem(
        name="full_enis",
        statement="Where the pool is too low and no ENI has room, all slots of all ENIs are taken.",
        rules=("R79", "R98", "R99", "R5"),
        obligations=(
            obligation("no room, addresses", addresses, one),
            obligation("no room, prefixes", prefixes, one),
            obligation("no room, addresses, max pods", capped_addresses, one),
            obligation("no room, prefixes, max pods", capped_prefixes, one),
            obligation("none", addresses, none),
            obligation("one more", addresses, more),
        ),
        mutants=(without(ENI_CAP), without("one more is full")),
        paper=BY_INDUCTION,
    )


FULL: Final = _full_enis()
