"""Too early or too late: every comparison of two instants, with its exact strictness.

Instants and durations are integers in milliseconds. A clock that was never set counts as
infinitely long ago; the caller handles that case.
"""

from typing import Final

from ipam_model.arithmetic import B, I, Logic
from ipam_model.catalogue import part_of, rule

SECOND: Final = 1000
"""Milliseconds per second."""

LOOP_SLEEP: Final = 2500
"""Milliseconds between two halves of the pool manager's loop (ipamd:60)."""
RECONCILE_INTERVAL: Final = 60 * SECOND
"""Reconcile is skipped while the last pool action is at most this old (ipamd:63)."""
SHRINK_INTERVAL: Final = 30 * SECOND
"""Release is blocked while the last decrease is at most this old (ipamd:64)."""
RELEASED_MEMORY: Final = 60 * SECOND
"""How long a released CIDR is refused by reconcile (ipamd:68)."""
INSUFFICIENT_BACKOFF: Final = 120 * SECOND
"""Growth is blocked while the last insufficient-address error is at most this old (ipamd:167)."""
MINIMUM_ENI_LIFE: Final = 60 * SECOND
"""An ENI younger than this is not deleted (ds:38)."""
EXCLUDED_CIDR_DELAY: Final = 5 * SECOND
"""Delay before the emptied CIDR of an excluded ENI leaves the store (ds:1775)."""
SETUP_RETRY_DELAY: Final = 10 * SECOND
"""Pause between two attempts to set up an ENI at init (ipamd:61)."""
SETUP_ATTEMPTS: Final = 6
"""Attempts to set up an ENI at init (ipamd:537)."""


@rule(
    "R17",
    "An unassigned address is cooling while now - unassigned <= IP_COOLDOWN_PERIOD, the boundary "
    "included.",
    source="ds:252-254",
)
def cooling(k: Logic[I, B], now: I, unassigned: I, period: I) -> B:
    """cooling(a)."""
    return k.le(now - unassigned, period)


@rule(
    "R20",
    "A released CIDR is remembered for 60 s and counts as recently released while now < expiry.",
    source="ipamd:332-358",
)
def recently_released(k: Logic[I, B], now: I, expiry: I) -> B:
    """recent."""
    return k.lt(now, expiry)


@part_of("R136")
def eni_too_young(k: Logic[I, B], now: I, created: I) -> B:
    """Age below the minimum ENI life (R136, item 2)."""
    return k.lt(now - created, MINIMUM_ENI_LIFE)


@part_of("R143")
def release_allowed(k: Logic[I, B], now: I, last_decrease: I) -> B:
    """More than 30 s since the last decrease (R72, R143)."""
    return k.gt(now - last_decrease, SHRINK_INTERVAL)


@part_of("R96")
def backing_off(k: Logic[I, B], now: I, last_insufficient: I) -> B:
    """At most 120 s since EC2 was out of addresses (R96, step 2)."""
    return k.le(now - last_insufficient, INSUFFICIENT_BACKOFF)


@rule(
    "R146",
    "Reconcile is due when the last pool action is more than 60 s old, and in every pass while "
    "ENABLE_POD_ENI waits for a trunk ENI.",
    source="ipamd:1572-1577",
)
def reconcile_due(k: Logic[I, B], now: I, last_pool_action: I, awaiting_trunk: B) -> B:
    """Due."""
    return k.any(k.gt(now - last_pool_action, RECONCILE_INTERVAL), awaiting_trunk)
