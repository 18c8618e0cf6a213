"""Theorems again, for 1, 2, 3, 4 and 8 ENIs, without induction over the list of ENIs."""

from typing import Final

from ipam_model.theorems import warm_ip
from ipam_model.theorems.concrete import concrete
from ipam_model.theorems.theorem import Mutant, Theorem

COUNTS: Final = (1, 2, 3, 4, 8)


def concrete_mutants(general: Theorem) -> tuple[Mutant, ...]:
    """Those of the general theorem that change a rule."""
    return tuple(each for each in general.mutants if each.rules)


def _warm_ip(enis: int) -> Theorem:
    return concrete(
        warm_ip.INVARIANTS,
        enis=enis,
        rules=warm_ip.INVARIANT.rules,
        mutants=concrete_mutants(warm_ip.INVARIANT),
        consequences=(warm_ip.RESERVED,),
    )


WARM_IP: Final = tuple(map(_warm_ip, COUNTS))
