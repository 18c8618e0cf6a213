"""What theorems claim, read on the states of the counting model.

A theorem about the transition relation says itself what it claims of every state that is reached. A
theorem about formulas is about numbers, whatever they stand for. Where each of its unknowns has a
name that means something on a node (`total`, `available`, `others_free_cidrs` ...), a state and one
of its ENIs give the values.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Final

from attrs import frozen

from ipam_model.arithmetic import INTS, B, I, Logic
from ipam_model.counting import decisions
from ipam_model.counting.decisions import Pool
from ipam_model.counting.model import CountingModel, State, pods_on
from ipam_model.theorems.machine import Choices, Eni, Moment, Node, Parameters
from ipam_model.theorems.moments import Mode, MomentObligation
from ipam_model.theorems.theorem import Claim, Mutant, Obligation

Now = Moment[int, bool]
Reading = Callable[[Now], int | bool]


def _pool(read: Callable[[Now, Pool[int]], int | bool]) -> Reading:
    return lambda now: read(now, now.node.pool)


def _others(read: Callable[[Now, Pool[int]], int | bool]) -> Reading:
    return lambda now: read(now, now.others)


def _total(now: Now, pool: Pool[int]) -> int:
    return decisions.total(now.targets, pool)


def _available(now: Now, pool: Pool[int]) -> int:
    return decisions.available(now.targets, pool)


def _free(now: Now, pool: Pool[int]) -> int:
    del now
    return pool.free_cidrs


def _max_pods(now: Now) -> int:
    """Without a cap, more than the ENIs hold."""
    if now.parameters.max_pods is not None:
        return now.parameters.max_pods
    targets = now.targets
    return (targets.max_enis + 1) * targets.slots * targets.block + _total(now, now.node.pool)


def _idle(now: Now) -> bool:
    return not now.choices.primary and now.eni.pool.assigned == 0


def _target(now: Now) -> int:
    targets = now.targets
    return targets.warm_prefix if targets.prefix_mode else targets.warm_eni


READINGS: Final[Mapping[str, Reading]] = {
    "warm": lambda now: now.targets.warm_ip,
    "minimum": lambda now: now.targets.minimum,
    "warm_eni": lambda now: now.targets.warm_eni,
    "warm_prefix": lambda now: now.targets.warm_prefix,
    "prefix_mode": lambda now: now.targets.prefix_mode,
    "warm_ip": lambda now: decisions.warm_ip_governs(INTS, now.targets),
    "target": _target,
    "unit": lambda now: now.targets.block if now.targets.prefix_mode else now.targets.slots,
    "slots": lambda now: now.targets.slots,
    "block": lambda now: now.targets.block,
    "max_pods": _max_pods,
    "total": _pool(_total),
    "available": _pool(_available),
    "assigned": lambda now: now.node.pool.assigned,
    "prefixes": lambda now: now.node.pool.cidrs,
    "free_prefixes": _pool(_free),
    "drift": lambda _: 0,
    "short": lambda now: decisions.short(INTS, now.targets, now.node.pool),
    "over": lambda now: decisions.over(INTS, now.targets, now.node.pool),
    "wanted": lambda now: decisions.wanted(INTS, now.targets, now.node.pool),
    "cidrs": lambda now: now.eni.pool.cidrs,
    "deleted": lambda now: now.eni.pool.cidrs if _idle(now) else 0,
    "idle_eni": _idle,
    "others_total": _others(_total),
    "others_available": _others(_available),
    "others_free_cidrs": _others(_free),
    "others_free_prefixes": _others(_free),
    "others_free_addresses": lambda _: 0,
}
"""What the unknowns of formulas are called, and what they are on a node and one of its ENIs.

The counting model knows no drift of counters, and no single addresses on an ENI in prefix mode.
"""

PREFIXES: Final = frozenset({"prefixes", "drift"})
"""Unknowns of a theorem that counts in prefixes, whatever the mode."""


def _anything(k: Logic[I, B], parameters: Parameters[I, B]) -> dict[str, B]:
    del k, parameters
    return {}


@frozen(kw_only=True)
class StateClaim:
    """What an obligation claims of the states that are reached."""

    modes: tuple[Mode, ...]
    """Of the states of nodes in one of these modes."""
    text: Callable[[Now], Claim[bool]]
    """The claim about a state, one of its ENIs and what the next step leaves open."""
    choices: bool
    """It depends on the last of these."""


def claim_about_states(obligation: Obligation) -> StateClaim | None:
    """What an obligation claims of states.

    `None` if it claims nothing of them, because it is about sums of any ENIs or because one of its
    unknowns means nothing on a node.
    """
    if not isinstance(obligation, MomentObligation):
        return _about_formulas(obligation)
    claimed = obligation.claimed
    if claimed is None:
        return None
    return StateClaim(
        modes=(obligation.mode,),
        text=lambda now: claimed.text(INTS, now),
        choices=claimed.choices,
    )


def _about_formulas(obligation: Obligation) -> StateClaim | None:
    names = {operand.name for operand in obligation.operands}
    if not names <= set(READINGS):
        return None
    blocks = (1, 16) if "prefix_mode" in names else (16,) if names & PREFIXES else (1,)
    capped = "max_pods" in names
    return StateClaim(
        modes=tuple(Mode(name="", holds=_anything, block=block, capped=capped) for block in blocks),
        text=lambda now: obligation.text(INTS, **{name: READINGS[name](now) for name in names}),
        choices=False,
    )


def not_so(claim: Claim[bool], mutant: Mutant | None) -> tuple[str, ...]:
    """The conclusions that fail although the premises hold, but for the one a mutant leaves out."""
    left_out = mutant.without if mutant is not None else ""
    if all(holds for name, holds in claim.premises.items() if name != left_out):
        return tuple(name for name, holds in claim.conclusions.items() if not holds)
    return ()


def moments(
    parameters: Parameters[int, bool], model: CountingModel, state: State, *, choices: bool
) -> Iterator[Now]:
    """A state of the counting model as the theorems see it: with each of its ENIs.

    With `choices` also with everything that the next step may leave open.
    """
    enis = [each for each in state if each is not None]
    node = Node(enis=len(enis), pool=model.pool(state))
    for position, histogram in enumerate(enis):
        if position > 1 and histogram == enis[position - 1]:
            continue
        pool = Pool(sum(histogram), pods_on(histogram), histogram[0])
        shares = range(pool.free_cidrs + 1) if choices else range(1)
        for share, whole in product(shares, (False, True) if choices else (False,)):
            yield Moment(
                parameters=parameters,
                node=node,
                eni=Eni(pool=pool),
                choices=Choices(primary=position == 0, share=share, whole=whole),
            )


def broken_by(
    claim: StateClaim,
    parameters: Parameters[int, bool],
    model: CountingModel,
    state: State,
    mutant: Mutant | None = None,
) -> tuple[str, ...]:
    """The conclusions that a state of the counting model breaks; empty: it keeps the claim."""
    for moment in moments(parameters, model, state, choices=claim.choices):
        conclusions = not_so(claim.text(moment), mutant)
        if conclusions:
            return conclusions
    return ()
