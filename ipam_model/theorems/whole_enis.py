"""Numbers of whole ENIs: products and quotients that the solvers would else look for every time."""

from typing import Final

from ipam_model.arithmetic import B, I, Logic
from ipam_model.theorems.theorem import Claim, Theorem, non_negative, theorem, without

SLOT: Final = "an ENI has a slot"
FEWER: Final = "fewer, or as many"
HOLD_FEWER: Final = "they hold fewer"
HOLD_NO_MORE: Final = "they hold no more"


@theorem("R4", logic="QF_NIA", mutants=(without(HOLD_FEWER),))
def enis_not_yet_enough(k: Logic[I, B], enis: I, slots: I, addresses: I) -> Claim[B]:
    """ENIs that hold fewer addresses than wanted are fewer than those that hold them.

    That is fewer than the quotient rounded up. `enis` may be any number, also below 0.
    """
    return Claim(
        {
            SLOT: k.ge(slots, 1),
            **non_negative(k, addresses=addresses),
            HOLD_FEWER: k.lt(enis * slots, addresses),
        },
        {"they are fewer": k.lt(enis, k.ceil_div(addresses, slots))},
    )


@theorem("R4", logic="QF_NIA", mutants=(without(HOLD_NO_MORE),))
def enis_filled_by_pods(k: Logic[I, B], enis: I, slots: I, pods: I) -> Claim[B]:
    """ENIs that hold no more addresses than there are pods are no more than those that pods fill.

    That is no more than the quotient rounded down.
    """
    return Claim(
        {
            SLOT: k.ge(slots, 1),
            **non_negative(k, pods=pods),
            HOLD_NO_MORE: k.le(enis * slots, pods),
        },
        {"they are no more": k.le(enis, k.floor_div(pods, slots))},
    )


@theorem("R4", logic="QF_NIA", mutants=(without(FEWER),))
def fewer_enis_hold_fewer(k: Logic[I, B], enis: I, more: I, slots: I) -> Claim[B]:
    """Of ENIs with as many slots, fewer have no more slots in all."""
    return Claim(
        {SLOT: k.ge(slots, 1), FEWER: k.le(enis, more)},
        {"they have no more": k.le(enis * slots, more * slots)},
    )


@theorem("R4", logic="QF_NIA", mutants=(without(FEWER),))
def fewer_enis_reserve_fewer(k: Logic[I, B], addresses: I, enis: I, more: I, slots: I) -> Claim[B]:
    """ENIs reserve no more than as many or more full ones, their primary addresses included."""
    return Claim(
        {
            SLOT: k.ge(slots, 1),
            FEWER: k.le(enis, more),
            "the addresses fit into the slots": k.le(addresses, enis * slots),
        },
        {"they reserve no more": k.le(addresses + enis, more * (slots + 1))},
    )


def instance(k: Logic[I, B], of: str, lemma: Theorem, **values: I) -> dict[str, B]:
    """What a lemma of one obligation says of these values, to be a premise of another one.

    `of` tells it from other instances in the premise's name.
    """
    (said,) = lemma.obligations
    claim = said.text(k, **values)
    holds = k.any(k.no(k.all(*claim.premises.values())), k.all(*claim.conclusions.values()))
    return {f"{lemma.name}: {of}": holds}
