"""Theorems again, for nodes of 1, 2, 3, ... ENIs, without induction over the list of ENIs.

The index has them for a few ENIs (`LISTED`); for more they are made when they are asked for by
name (`asked`), for they take long: obligations and unknowns both grow with the ENIs.
"""

import re
from typing import Final

from attrs import frozen

from ipam_model.counting.model import Kind
from ipam_model.rules import growth
from ipam_model.rules.capacity import BLOCK
from ipam_model.theorems import prefix_warm_ip, prefix_warm_prefix, warm_eni, warm_ip
from ipam_model.theorems.concrete import Never, concrete, never_of_itself
from ipam_model.theorems.induction import Invariants
from ipam_model.theorems.moments import OfParameters
from ipam_model.theorems.prefix import Most, family
from ipam_model.theorems.theorem import Mutant, Theorem

LISTED: Final = (1, 2, 3, 4)
"""ENIs for which every mode has a theorem in the index."""
_NAME: Final = re.compile(r"(?P<invariants>\w+)_for_(?P<enis>[1-9][0-9]?)_enis?")
_BETWEEN_ENIS: Final = frozenset({growth.new_eni_size, growth.target_unmet})
"""Rules that, changed, may show only where a second ENI may come."""


@frozen(kw_only=True)
class _General:
    """What is proved for any number of ENIs, to be proved again for a given one."""

    invariants: Invariants
    proved: Theorem
    """That they are invariants."""
    reserved: Theorem
    """What follows for the addresses that are reserved."""
    never: Never = never_of_itself


def _only_when_alone(kind: Kind, enis: int, primary: bool) -> bool:
    """ENIs behind the primary come full, and only when it is full."""
    del primary
    return kind is Kind.EXTEND and enis > 1


def _prefixes(
    name: str, holds: OfParameters, most: Most, proved: Theorem, reserved: Theorem
) -> _General:
    each = family(name, "", holds, most, block=BLOCK, capped=False)
    return _General(invariants=each.invariants, proved=proved, reserved=reserved)


_MODES: Final = {
    each.invariants.name: each
    for each in (
        _General(
            invariants=warm_ip.INVARIANTS, proved=warm_ip.INVARIANT, reserved=warm_ip.RESERVED
        ),
        _General(
            invariants=warm_eni.INVARIANTS,
            proved=warm_eni.INVARIANT,
            reserved=warm_eni.RESERVED,
            never=_only_when_alone,
        ),
        _prefixes(
            "prefix_warm_ip",
            prefix_warm_ip.governed_by_warm_ip,
            prefix_warm_ip.most,
            prefix_warm_ip.INVARIANT,
            prefix_warm_ip.RESERVED,
        ),
        _prefixes(
            "prefix_warm_prefix",
            prefix_warm_prefix.governed_by_warm_prefix,
            prefix_warm_prefix.most,
            prefix_warm_prefix.INVARIANT,
            prefix_warm_prefix.RESERVED,
        ),
    )
}
"""By the name of the invariants."""


def that_show(general: Theorem, enis: int) -> tuple[Mutant, ...]:
    """Those wrong rules of the general theorem that show with so many ENIs."""
    return tuple(
        mutant
        for mutant in general.mutants
        if mutant.rules and (enis > 1 or not _BETWEEN_ENIS & {rule for rule, _ in mutant.rules})
    )


def given(general: _General, enis: int) -> Theorem:
    """The theorem about nodes that may have at most so many ENIs.

    Those lemmas of the general theorem that are about lists of ENIs are not needed, others are.
    """
    proved, reserved = general.proved, general.reserved
    return concrete(
        general.invariants,
        enis=enis,
        rules=proved.rules,
        mutants=that_show(proved, enis),
        consequences=(reserved,),
        lemmas=tuple(each for each in reserved.lemmas if each is not proved),
        never=general.never,
    )


def asked(name: str) -> Theorem | None:
    """The theorem of this name for 1 to 99 ENIs, as `warm_ip_invariants_for_8_enis`, if it is."""
    read = _NAME.fullmatch(name)
    if read is None or read["invariants"] not in _MODES:
        return None
    found = given(_MODES[read["invariants"]], int(read["enis"]))
    return found if found.name == name else None


THEOREMS: Final = tuple(given(each, enis) for each in _MODES.values() for enis in LISTED)
