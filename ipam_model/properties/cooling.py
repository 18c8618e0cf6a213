"""When an address may be used again, and when a pod may be refused one."""

from typing import TypeAlias

from attrs import frozen

from ipam_model.addresses import format_address
from ipam_model.properties.aggregates import (
    MINUTE,
    heeds_max_pods,
    may_grow,
    of_the_article,
    room,
    size,
    targets,
)
from ipam_model.properties.evidence import Step
from ipam_model.properties.ownership import stores
from ipam_model.properties.registry import VACUOUS, Verdict, Violated, every_step, holds, over_run
from ipam_model.world import World


@frozen
class Freed:
    """An address that a pod gave back."""

    address: int
    eni: str
    at: int


Memory: TypeAlias = frozenset[Freed]
NOTHING: Memory = frozenset()


def _newly_freed(step: Step) -> Memory:
    before, after = step.before.node, step.after.node
    if step.kind != "delete_pod" or before is None or after is None:
        return NOTHING
    return frozenset(
        Freed(held.address, held.eni, step.after.now)
        for old, new in zip(before.stores, after.stores, strict=True)
        if old is not new
        for key, held in old.holdings.items()
        if key == step.subject and key not in new.holdings
    )


def _given(step: Step) -> dict[int, str]:
    """Addresses that pods got in the step, with the ENI."""
    before, after = step.before.node, step.after.node
    if step.kind != "add_pod" or before is None or after is None:
        return {}
    return {
        held.address: held.eni
        for old, new in zip(before.stores, after.stores, strict=True)
        if old is not new
        for key, held in new.holdings.items()
        if key not in old.holdings
    }


def _reused(memory: Memory, step: Step, *, on_its_eni: bool) -> tuple[Memory, Verdict]:
    """What is freed and given; a record that goes takes the cooldown along where `on_its_eni`."""
    given = _given(step)
    reused = [
        each
        for each in memory
        if each.address in given and (not on_its_eni or given[each.address] == each.eni)
    ]
    period = step.after.config.cooldown
    early = [each for each in reused if step.after.now - each.at <= period]
    memory = memory.difference(reused) | _newly_freed(step)
    if not early:
        return memory, holds(bool(reused))
    again = early[0]
    return memory, Violated(
        f"{format_address(again.address)} is given again {step.after.now - again.at} ms after it "
        f"was freed; it cools for {period}"
    )


@over_run(
    "I5",
    "An address is not given to a new pod while it is cooling, as long as the daemon runs and the "
    "address stays in the store.",
    source="R17, R112, R113",
    initial=NOTHING,
)
def cooling_addresses_rest(memory: Memory, step: Step) -> tuple[Memory, Verdict]:
    """Freed addresses are remembered as long as their record is."""
    if step.kind == "start":
        return NOTHING, VACUOUS
    if not memory and step.kind != "delete_pod":
        return memory, VACUOUS
    memory, verdict = _reused(memory, step, on_its_eni=True)
    if memory and step.after.node is not step.before.node:
        here = {
            (record.address, eni.id)
            for store in stores(step.after)
            for eni in store.enis
            for cidr in eni.cidrs
            for record in cidr.records
            if record.pod is None
        }
        memory = frozenset(each for each in memory if (each.address, each.eni) in here)
    return memory, verdict


@over_run(
    "P-S7",
    "A freed address is not used again before its cooldown ends, also over a restart, or when it "
    "went back to EC2 and came again.",
    source="#59, #2378, #1127",
    initial=NOTHING,
)
def freed_addresses_rest(memory: Memory, step: Step) -> tuple[Memory, Verdict]:
    """Whatever became of the record meanwhile."""
    if not memory and step.kind != "delete_pod":
        return memory, VACUOUS
    memory, verdict = _reused(memory, step, on_its_eni=False)
    if memory and step.kind == "advance":
        limit = step.after.now - step.after.config.cooldown - MINUTE
        memory = frozenset(each for each in memory if each.at >= limit)
    return memory, verdict


def pool_is_low(world: World) -> bool:
    """Some card's pool is short, so that growth is under way (R79)."""
    node, config = world.node, world.config
    if node is None:
        return False
    for store in node.stores:
        goal, pool = targets(config, store.card), size(store)
        if goal.governed:
            low = pool.available < goal.warm or pool.total < goal.minimum
        else:
            unit = config.block if store.prefix_mode else config.slots
            low = pool.available < max(goal.whole * unit, 1)
        if low:
            return True
    return False


def could_grow(world: World) -> bool:
    """Some card has a free slot that growth may use, or room for an ENI."""
    node, config = world.node, world.config
    return node is not None and any(
        len(store.enis) < room(config, node, store.card)
        or any(may_grow(config, eni) and len(eni.cidrs) < config.slots for eni in store.enis)
        for store in node.stores
    )


@every_step(
    "P-L3-refused",
    "A pod is refused an address only while the pool is known to be short, so that growth is under "
    "way, or the node can hold no more.",
    source="#2896, #2650, #3685, #1446; R84, R110, R122",
    kinds=("add_pod",),
)
def pods_are_refused_only_when_short(step: Step) -> Verdict:
    """Refused for want of an address, on a node whose pool grows by itself."""
    world, config = step.before, step.after.config
    node = world.node
    if node is None or step.reply is None or config.ipv6 or config.settings.provisioning_disabled:
        return VACUOUS
    if getattr(step.reply, "error", "") != "NoAvailable" or step.nested:
        return VACUOUS
    if of_the_article(config):
        return VACUOUS  # When its pool is short is said otherwise.
    if heeds_max_pods(config) and any(size(s).total >= node.max_pods for s in node.stores):
        return VACUOUS
    if pool_is_low(world) or not could_grow(world):
        return holds(True)
    return Violated("a pod is refused although no pool is short, and the node could hold more")
