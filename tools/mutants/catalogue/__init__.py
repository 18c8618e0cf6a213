"""Every mutant, by what it breaks."""

from typing import Final

from tools.mutants.catalogue import (
    article,
    capacity,
    cards,
    cleanup,
    environment,
    growth,
    ipv6,
    lost_updates,
    new_eni,
    pods,
    pool,
    reconcile,
    settings,
    shrink,
    start,
    store,
    v1_7,
    warm_pool,
)
from tools.mutants.mutant import Mutant

MUTANTS: Final[tuple[Mutant, ...]] = (
    *settings.MUTANTS,
    *capacity.MUTANTS,
    *store.MUTANTS,
    *warm_pool.MUTANTS,
    *growth.MUTANTS,
    *new_eni.MUTANTS,
    *shrink.MUTANTS,
    *pool.MUTANTS,
    *start.MUTANTS,
    *pods.MUTANTS,
    *cleanup.MUTANTS,
    *reconcile.MUTANTS,
    *environment.MUTANTS,
    *cards.MUTANTS,
    *ipv6.MUTANTS,
    *lost_updates.MUTANTS,
    *v1_7.MUTANTS,
    *article.MUTANTS,
)
"""In the order of the chapters of the specification."""

WITHOUT: Final[dict[str, str]] = {}
"""Formula and step rules without a mutant, and why none is possible."""


def by_name() -> dict[str, Mutant]:
    """Every mutant by its name."""
    return {mutant.name: mutant for mutant in MUTANTS}
