"""Max pods take steps away from a node and add none (R79, R80).

Nothing grows once as many addresses are owned as the node may have pods (Pm); that is all they do.
So what is true without max pods of every step, or of every state that can be reached, is true with
them. What they make worse is a matter of each mode: what is owned may pass Pm, because growth
looks at the number before it asks, and the warm target may stay unmet.
"""

from typing import Final

from attrs import evolve

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting.model import Kind
from ipam_model.errors import ModelError
from ipam_model.rules import growth
from ipam_model.theorems.machine import Moment, Parameters, in_order, step
from ipam_model.theorems.moments import Mode, anything, obligation, sane
from ipam_model.theorems.theorem import Claim, Obligation, Theorem, Tier, without, wrong

EVERY_MODE: Final = tuple(
    Mode(name=f"blocks of {block}", holds=anything, block=block, capped=True) for block in (1, 16)
)


def max_pods(parameters: Parameters[I, B]) -> I:
    """Pm, of a mode that has it."""
    if parameters.max_pods is None:
        raise ModelError("these parameters have no max pods")
    return parameters.max_pods


def _held_back(kind: Kind, mode: Mode) -> Obligation:
    def text(k: Logic[I, B], now: Moment[I, B]) -> Claim[B]:
        free = evolve(now, parameters=evolve(now.parameters, max_pods=None))
        with_it, without_it = step(k, kind, now), step(k, kind, free)
        one, other = (
            (
                each.node.enis,
                *(
                    number
                    for pool in (each.node.pool, each.eni.pool)
                    for number in (pool.cidrs, pool.assigned, pool.free_cidrs)
                ),
            )
            for each in (with_it, without_it)
        )
        return Claim(
            {
                **sane(k, now.parameters, capped=True),
                **in_order(k, now.node.pool, mode.block),
                **with_it.guard,
            },
            {
                **{f"without max pods: {name}": each for name, each in without_it.guard.items()},
                "it does the same": k.all(*map(k.eq, one, other)),
            },
        )

    return obligation(f"{kind.value}, {mode.name}", mode, text)


def _low_up_to_max_pods(
    k: Logic[I, B], total: I, max_pods: I, warm_ip: B, short: I, available: I, target: I, unit: I
) -> B:
    unmet = growth.target_unmet(k, warm_ip, short, available, target, unit)
    return k.all(k.le(total, max_pods), unmet)


def _low_until_max_pods(
    k: Logic[I, B], total: I, max_pods: I, warm_ip: B, short: I, available: I, target: I, unit: I
) -> B:
    unmet = growth.target_unmet(k, warm_ip, short, available, target, unit)
    return k.any(k.lt(total, max_pods), unmet)


LOW: Final = "the pool is too low"
REACHED: Final = wrong("growth also at max pods", growth.too_low, _low_up_to_max_pods)
ALWAYS_UP_TO: Final = wrong("growth always up to max pods", growth.too_low, _low_until_max_pods)


HOLDS_BACK: Final = Theorem(
    name="max_pods_only_hold_back",
    statement=(
        "Max pods allow no step that is not allowed without them, in any mode and under any "
        "setting: what holds of all steps and states without max pods holds with them."
    ),
    rules=("R79", "R80"),
    obligations=tuple(_held_back(kind, mode) for mode in EVERY_MODE for kind in Kind),
    mutants=(ALWAYS_UP_TO, without(LOW)),
    paper="a run whose every step is also one without max pods is a run without them",
    tier=Tier.FULL,
)
