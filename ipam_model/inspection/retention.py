"""Which rule keeps an ENI: the items of R136 one by one, and what stands before them.

Every truth here is the model's own: the formulas of `rules.shrink` and `rules.timing` whose
conjunction decides in `daemon.measure`.
"""

from collections.abc import Iterator
from enum import Enum
from typing import Final

from attrs import frozen

from ipam_model.arithmetic import INTS
from ipam_model.daemon import measure
from ipam_model.inspection.counted import counted
from ipam_model.inspection.instants import format_duration, format_instant
from ipam_model.inspection.reconstruction import Reconstruction
from ipam_model.rules import shrink, timing
from ipam_model.state import Eni, Store, totals


class Fate(Enum):
    """What becomes of an ENI if nothing else changes."""

    KEPT = "kept"
    """Time alone does not make it go."""
    LATER = "may go later"
    """Only cooling addresses keep it, or its age as far as that is known."""
    IF_OLD_ENOUGH = "may go once 60 s old"
    """Only its age can keep it, and that is not known."""
    MAY_GO = "may go now"


@frozen(kw_only=True)
class Reason:
    """Something that keeps an ENI, or may keep it."""

    rule: str
    """With the item, as in R136.5."""
    code: str
    text: str
    certain: bool = True
    """False where it depends on the ENI's age, which the output does not tell."""
    ends: int | None = None
    """The first instant at which it no longer holds, `None` if time does not end it."""


@frozen(kw_only=True)
class Retention:
    """Why an ENI stays, or that it may go."""

    fate: Fate
    reasons: tuple[Reason, ...]
    from_instant: int | None = None
    """When it may go, of the fates that wait for something."""


def retention(state: Reconstruction, store: Store, eni: Eni) -> Retention:
    """The reasons for which `eni` stays, those of R136 in its order."""
    reasons = (
        *_itself(eni),
        *_clocks(state, eni),
        *_needed(state, store, eni),
        *_before(state, store),
    )
    if any(reason.certain and reason.ends is None for reason in reasons):
        return Retention(fate=Fate.KEPT, reasons=reasons)
    ends = max((reason.ends for reason in reasons if reason.ends is not None), default=None)
    if any(reason.certain for reason in reasons):
        fate = Fate.LATER
    elif reasons:
        fate = Fate.IF_OLD_ENOUGH
    else:
        fate = Fate.MAY_GO
    return Retention(fate=fate, reasons=reasons, from_instant=ends)


def _itself(eni: Eni) -> Iterator[Reason]:
    if eni.primary:
        yield Reason(rule="R136.1", code="primary", text="it is the primary ENI")
    if eni.trunk:
        yield Reason(rule="R136.8", code="trunk", text="it is the trunk ENI of branch-ENI pods")
    if eni.efa:
        yield Reason(rule="R136.9", code="efa", text="it is an EFA")
    if eni.has_pods():
        pods = sum(cidr.assigned() for cidr in eni.cidrs)
        yield Reason(rule="R136.4", code="pods", text=f"{counted(pods, 'pod')} on its addresses")


def _clocks(state: Reconstruction, eni: Eni) -> Iterator[Reason]:
    now, cooldown = state.world.now, state.world.config.cooldown
    if eni.cooling(now, cooldown):
        last = max(
            record.since for cidr in eni.cidrs for record in cidr.records if record.pod is None
        )
        ends = last + cooldown + 1
        number = sum(cidr.cooling(now, cooldown) for cidr in eni.cidrs)
        yield Reason(
            rule="R136.3",
            code="cooling",
            text=f"{counted(number, 'cooling address')} until {format_instant(ends - 1)}",
            ends=ends,
        )
    age = state.ages[eni.id]
    if not eni.primary and timing.eni_too_young(INTS, now, now - age):
        life = format_duration(timing.MINIMUM_ENI_LIFE)
        known = f"at least {format_duration(age)}" if age else "unknown"
        yield Reason(
            rule="R136.2",
            code="age",
            text=f"its age is {known}; it must be {life} old",
            certain=False,
            ends=now - age + timing.MINIMUM_ENI_LIFE,
        )


def _needed(state: Reconstruction, store: Store, eni: Eni) -> Iterator[Reason]:
    config = state.world.config
    targets = measure.warm_targets(config, store.card)
    others = measure.without(store, eni)
    prefixes, block = config.prefix_mode, config.block
    fixed = f" (fixed for card {store.card}, R39)" if store.card else ""
    whole = " in whole prefixes" if prefixes else ""
    if not shrink.keeps_warm(INTS, targets.warm, prefixes, others.available, block):
        need = shrink.in_whole_prefixes(INTS, targets.warm, prefixes, block)
        yield Reason(
            rule="R136.5",
            code="warm-ip-target",
            text=f"needed for WARM_IP_TARGET={targets.warm}{fixed}: the other ENIs have "
            f"{counted(others.available, 'address')} available, {need} must remain{whole}",
        )
    if not shrink.keeps_minimum(INTS, targets.minimum, prefixes, others.total, block):
        need = shrink.in_whole_prefixes(INTS, targets.minimum, prefixes, block)
        yield Reason(
            rule="R136.6",
            code="minimum-ip-target",
            text=f"needed for MINIMUM_IP_TARGET={targets.minimum}{fixed}: the other ENIs have "
            f"{counted(others.total, 'address')}, {need} must remain{whole}",
        )
    target = config.settings.warm_prefix_target
    if not shrink.keeps_free_cidrs(INTS, target, prefixes, others.free_cidrs):
        yield Reason(
            rule="R136.7",
            code="warm-prefix-target",
            text=f"needed for WARM_PREFIX_TARGET={target}: the other ENIs have "
            f"{counted(others.free_cidrs, 'CIDR')} without pods, {target} must remain",
        )


def _before(state: Reconstruction, store: Store) -> Iterator[Reason]:
    """What keeps the daemon from looking for an ENI to free at all."""
    config, pool = state.world.config, totals(store)
    settings = config.settings
    if settings.provisioning_disabled:
        yield Reason(
            rule="R52", code="no-provisioning", text="provisioning is disabled: no ENI ever goes"
        )
    elif state.cordon_counts:
        yield Reason(rule="R51", code="cordoned", text="the node is cordoned: no ENI goes")
    if not measure.wants_fewer_enis(config, store, pool):
        prefixes = config.prefix_mode
        target = settings.warm_prefix_target if prefixes else settings.warm_eni_target
        name = WARM_PREFIX if prefixes else WARM_ENI
        yield Reason(
            rule="R133",
            code="no-surplus-eni",
            text=f"fewer ENIs are not wanted: V = {pool.available} < ({name} + 1)*M = "
            f"({target} + 1)*{config.addresses_per_eni}",
        )


WARM_ENI: Final = "WARM_ENI_TARGET"
WARM_PREFIX: Final = "WARM_PREFIX_TARGET"
