"""Changed formulas that compute the same: proved by a solver, for all numbers they may be given.

The formula and its mutant are read over unknowns (`ipam_model.symbolic`), and the solver is asked
for numbers on which they differ. The unknowns are limited by the ranges the specification gives
them and by what makes a division sound; a mutant that divides otherwise must divide soundly too.
"""

from types import CodeType, FunctionType
from typing import Final

from attrs import frozen

from ipam_model.operands import operands
from ipam_model.symbolic import TERMS, GuardedTerms, Term, solve, unknowns
from tools.mutation.mutant import RULES, Mutant

AT_LEAST: Final = {
    "block": 1,  # addresses per prefix, 16 (R4)
    "unit": 1,  # M, or addresses per prefix (R79); one slot (R48)
    "per_eni": 1,  # L - 1 or L; every instance type has at least 2 addresses per ENI (R1)
    "addresses_per_eni": 1,
    "block_size": 1,  # addresses of a block with the primary (B1)
    "size": 1,  # an ENI has its primary address (B4, B8)
    "eni_limit": 1,  # every instance type has an ENI (R1)
    "limit": 1,  # K (R3)
    "enis": 0,
}
"""The least value of an operand; 0 for any other, as counts, targets and times are >= 0 (§0)."""
UNBOUNDED: Final = frozenset(("max_eni", "available", "spare"))
"""Operands that may be negative: a parsed setting (R3), and V with a drifted counter (R24)."""
EFFORT: Final = 300_000
"""Solver steps spent on one mutant; well under a second."""


@frozen
class Proof:
    """What the solver says."""

    equivalent: bool
    differs_at: str
    """Numbers on which the two differ; empty if there are none, or if the solver gave up."""


def compare(mutant: Mutant, code: CodeType | None = None) -> Proof | None:
    """Whether a changed formula is equivalent; `None` for one the solver cannot read.

    `code` is the whole function's, where that function has other code for the time being.
    """
    if mutant.target.tier != RULES:
        return None
    function = mutant.target.function()
    named = unknowns(operands(function))
    whole = FunctionType(code or function.__code__, function.__globals__)
    changed = FunctionType(mutant.code(), function.__globals__)
    logic = GuardedTerms()
    try:
        one, other = whole(logic, **named), changed(logic, **named)
    except Exception:  # noqa: BLE001 - a divisor below 1, or a sort the solver does not expect
        return None
    differs = one != other  # a formula, unless both are plain numbers
    if isinstance(differs, bool):
        return Proof(not differs, "any operands" if differs else "")
    ranges = [
        TERMS.ge(unknown, AT_LEAST.get(name, 0))
        for name, unknown in named.items()
        if isinstance(unknown, Term) and name not in UNBOUNDED
    ]
    answer = solve([differs, *ranges, *logic.guards], named, rlimit=EFFORT)
    values = ", ".join(f"{name} = {value}" for name, value in answer.values.items())
    return Proof(answer.result == "unsat", values)
