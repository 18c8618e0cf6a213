"""What is given back: surplus in general, and everything above a floor once all pods are gone.

The floor of a drained node, by mode, cordon, override and fragmentation. Let w be the addresses
wanted: with WARM_IP_TARGET or MINIMUM_IP_TARGET the larger of the two, in prefix mode each rounded
up to whole prefixes; with WARM_PREFIX_TARGET that many prefixes; above card 0 one address.

- Prefix mode, or Wi or m in force: exactly w addresses, or fewer if there was no capacity. Every
  ENI goes that is not protected and holds none of them; which ENIs hold them is chance
  (fragmentation), so up to w addresses or w / 16 prefixes may keep as many ENIs. With fewer than
  WARM_PREFIX_TARGET prefixes in all no ENI goes (R136, item 7).
- WARM_ENI_TARGET: addresses go with their ENI alone (R130), until fewer than (We + 1) ENIs' worth
  are left or no ENI but protected ones.
- Cordoned without the override, or terminating: ENIs stay as they are (R51), and with them in
  WARM_ENI_TARGET mode all addresses; else addresses above w go, and none come.
"""

from collections.abc import Iterator

from attrs import frozen

from ipam_model.config import Config
from ipam_model.properties.aggregates import (
    Targets,
    free_prefixes,
    frozen_enis,
    of_the_article,
    prefixes,
    protected,
    provisions,
    round_up,
    size,
    targets,
)
from ipam_model.properties.evidence import Quiet
from ipam_model.properties.registry import VACUOUS, Verdict, Violated, after_quiet, holds
from ipam_model.properties.warm_target import lets_grow, obstacles
from ipam_model.state import Eni, Node, Store
from ipam_model.world import World


def needed(config: Config, store: Store, eni: Eni) -> bool:
    """The other ENIs do not carry the targets without this one (R136, items 5-7)."""
    goal, left = targets(config, store.card), size(store, without=eni.id)
    unit = config.block if store.prefix_mode else 1
    return (
        (goal.warm > 0 and left.available < round_up(goal.warm, unit))
        or (goal.minimum > 0 and left.total < round_up(goal.minimum, unit))
        or (store.prefix_mode and left.free_cidrs < config.settings.warm_prefix_target)
    )


def surplus(world: World, store: Store) -> Iterator[str]:
    """What a schedulable node does not need for its pods and targets, and could give back."""
    config, goal, pool = world.config, targets(world.config, store.card), size(store)
    if store.prefix_mode:
        free = free_prefixes(store)
        if goal.governed:
            kept = max(
                round_up(pool.assigned + goal.warm, config.block),
                round_up(goal.minimum, config.block),
            )
            over = prefixes(store) - kept // config.block
        else:
            over = free - goal.whole
        if min(free, over) > 0:
            yield f"{min(free, over)} prefixes too many"
    elif goal.governed and pool.total > max(pool.assigned + goal.warm, goal.minimum):
        yield f"{pool.total} addresses for {pool.assigned} pods"
    if (
        not (store.prefix_mode or goal.governed)
        and pool.available < (goal.whole + 1) * config.slots
    ):
        return
    for eni in store.enis:
        idle = not any(record.pod for cidr in eni.cidrs for record in cidr.records)
        if idle and not protected(eni) and not needed(config, store, eni):
            yield f"{eni.id} is not needed"


@after_quiet(
    "P-L4",
    "Surplus is released, and a drained node falls to its floor, whether or not it is cordoned.",
    source="#933, PR #2368, #2265, #3263",
)
def surplus_is_released(quiet: Quiet) -> Verdict:
    """What a schedulable node would give back; a daemon that is about to end need not (R51)."""
    world = quiet.settled
    if world.node is None or not provisions(world.config) or of_the_article(world.config):
        return VACUOUS
    if world.ec2.faults or world.node.terminating:
        return VACUOUS
    for store in world.node.stores:
        for what in surplus(world, store):
            return Violated(f"card {store.card}: {what} after {quiet.passes} ticks")
    return holds(True)


@frozen
class Floor:
    """What a drained card keeps, the primary addresses of its ENIs not counted."""

    addresses: int
    """Exactly, or at least where `whole_enis`."""
    below: int
    """Fewer than so many where whole ENIs go, if one is left that may go."""
    enis: int
    """At most: protected ones, and those that hold what is kept."""
    whole_enis: bool
    """Addresses go with their ENI alone."""


def drain_floor(config: Config, store: Store, *, stays: bool) -> Floor:
    """The floor of a card whose pods are gone; `stays`: no ENI goes (cordon, or terminating)."""
    goal: Targets = targets(config, store.card)
    unit = config.block if store.prefix_mode else 1
    all_enis, total = len(store.enis), size(store).total
    kept_anyway = sum(protected(eni) for eni in store.enis)
    if not store.prefix_mode and not goal.governed:
        worth = goal.whole * config.slots
        least = total if stays else min(total, worth)
        return Floor(least, worth + config.slots, all_enis, True)
    if goal.governed:
        wanted = max(round_up(goal.warm, unit), round_up(goal.minimum, unit))
    else:
        wanted = goal.whole * unit
    holding = wanted // unit
    vetoed = store.prefix_mode and holding < config.settings.warm_prefix_target
    enis = all_enis if stays or vetoed else min(all_enis, kept_anyway + holding)
    return Floor(min(total, wanted) if stays else wanted, 0, enis, False)


@after_quiet(
    "P-M3",
    "On drain everything above the floor is released: the floor by mode, cordon, override and "
    "fragmentation, see `drain_floor`.",
    source="R51, R130-R138, R145; #3263",
)
def drained_node_keeps_its_floor(quiet: Quiet) -> Verdict:
    """A node without pods when the quiet period began."""
    begin, settled = quiet.begin, quiet.settled
    before, after = begin.node, settled.node
    if before is None or after is None:
        return VACUOUS
    if not provisions(begin.config) or of_the_article(begin.config) or settled.ec2.faults:
        return VACUOUS
    if any(store.holdings for store in (*before.stores, *after.stores)):
        return VACUOUS
    exercised = False
    for old, new in zip(before.stores, after.stores, strict=True):
        wrong = _above_floor(begin, settled, old, new)
        if wrong:
            return Violated(f"card {new.card}: {wrong} after {quiet.passes} ticks")
        exercised |= size(old).total > size(new).total or len(old.enis) > len(new.enis)
    return holds(exercised)


def _above_floor(begin: World, settled: World, old: Store, new: Store) -> str:
    config = begin.config
    stays = frozen_enis(begin)
    floor = drain_floor(config, old, stays=stays)
    total = size(new).total
    if stays:
        here = {eni.id for eni in begin.ec2.enis}
        lost = {eni.id for eni in old.enis} & here - {eni.id for eni in new.enis}
        if lost:
            return f"{min(lost)} went although the node is frozen"
    if floor.whole_enis:
        spare = [eni for eni in new.enis if not protected(eni)]
        if not stays and total >= floor.below and spare:
            return f"{total} addresses and {len(spare)} ENIs that may go are kept"
        if total < floor.addresses and not _lacks(settled, new):
            return f"{total} addresses are left, {floor.addresses} are the floor"
        return ""
    most = drain_floor(config, old, stays=False).addresses  # Reconcile adds to a frozen node, too.
    if total > most:
        return f"{total} addresses are kept, {most} are the floor"
    if total < floor.addresses and not _lacks(settled, new):
        return f"{total} addresses are left, {floor.addresses} are the floor"
    if not stays and len(new.enis) > max(floor.enis, drain_floor(config, new, stays=False).enis):
        return f"{len(new.enis)} ENIs are kept, {floor.enis} are enough"
    return ""


def _lacks(world: World, store: Store) -> str:
    """Why less than the floor may be there."""
    node: Node | None = world.node
    if node is None or not lets_grow(world):
        return "the node does not grow"
    return next(obstacles(world, node, store), "")
