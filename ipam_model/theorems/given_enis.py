"""Theorems again, for 1 to 4 ENIs, without induction over the list of ENIs."""

from typing import Final

from ipam_model.rules import growth
from ipam_model.theorems import warm_ip
from ipam_model.theorems.concrete import concrete
from ipam_model.theorems.theorem import Mutant, Theorem

COUNTS: Final = (1, 2, 3, 4)


_BETWEEN_ENIS: Final = frozenset({growth.new_eni_size, growth.target_unmet})
"""Rules that, changed, may show only where a second ENI may come."""


def that_show(general: Theorem, enis: int) -> tuple[Mutant, ...]:
    """Those wrong rules of the general theorem that show with so many ENIs."""
    return tuple(
        mutant
        for mutant in general.mutants
        if mutant.rules and (enis > 1 or not _BETWEEN_ENIS & {rule for rule, _ in mutant.rules})
    )


def _warm_ip(enis: int) -> Theorem:
    return concrete(
        warm_ip.INVARIANTS,
        enis=enis,
        rules=warm_ip.INVARIANT.rules,
        mutants=that_show(warm_ip.INVARIANT, enis),
        consequences=(warm_ip.RESERVED,),
    )


WARM_IP: Final = tuple(map(_warm_ip, COUNTS))
