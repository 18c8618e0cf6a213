"""Theorems about formulas, read on the states of the counting model.

Such a theorem is about numbers, whatever they stand for. Where each of its unknowns has a name that
means something on a node (`total`, `available`, `others_free_cidrs` ...), a state and one of its
ENIs give the values, and a refutation can be looked for among the states that are reached.
"""

from collections.abc import Callable, Mapping
from typing import Final

from ipam_model.arithmetic import INTS, B, I, Logic
from ipam_model.counting import decisions
from ipam_model.counting.decisions import Pool
from ipam_model.theorems.induction import Claimed, Mode
from ipam_model.theorems.machine import Moment, Parameters
from ipam_model.theorems.theorem import Claim, Obligation

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


def readable(obligation: Obligation) -> tuple[tuple[Mode, ...], Claimed] | None:
    """What a claim about formulas says of states, and of those of which modes.

    `None` if one of its unknowns means nothing on a node.
    """
    names = {operand.name for operand in obligation.operands}
    if not names <= set(READINGS):
        return None
    blocks = (1, 16) if "prefix_mode" in names else (16,) if names & PREFIXES else (1,)
    capped = "max_pods" in names

    def text(k: Logic[int, bool], now: Now) -> Claim[bool]:
        return obligation.text(k, **{name: READINGS[name](now) for name in names})

    modes = tuple(Mode(name="", holds=_anything, block=block, capped=capped) for block in blocks)
    return modes, Claimed(text=text, choices=False)
