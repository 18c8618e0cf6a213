"""When an address may be used again, and when a pod may be refused one."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from attrs import evolve, frozen

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
from ipam_model.properties.evidence import Lost, Step
from ipam_model.properties.ownership import stores
from ipam_model.properties.registry import VACUOUS, Verdict, Violated, every_step, holds, over_run
from ipam_model.world import World


@frozen
class Freed:
    """An address that a pod gave back."""

    address: int
    eni: str
    at: int
    lost: Lost = Lost.NOT
    """What became of its cooldown since."""


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


def _reused(memory: Memory, step: Step) -> list[Freed]:
    """What was freed and is given, those first of which the daemon knows."""
    given = _given(step) if memory else {}
    reused = [
        evolve(each, lost=Lost.ELSEWHERE) if _cools_elsewhere(each, given) else each
        for each in memory
        if each.address in given
    ]
    return sorted(reused, key=lambda each: (each.lost is not Lost.NOT, each.address, each.at))


def _cools_elsewhere(freed: Freed, given: Mapping[int, str]) -> bool:
    return freed.lost is Lost.NOT and given[freed.address] != freed.eni


def _judged(reused: Sequence[Freed], step: Step) -> Verdict:
    period = step.after.config.cooldown
    for each in reused:
        age = step.after.now - each.at
        if age <= period:
            return Violated(
                f"{format_address(each.address)} is given again {age} ms after it was freed; "
                f"it cools for {period}",
                each.lost,
            )
    return holds(bool(reused))


def _remembered(memory: Memory, step: Step) -> Memory:
    """What is freed, until it is given, and what became of its cooldown.

    A cooldown that ended a minute ago is no longer looked at.
    """
    if step.kind == "start":
        return _with_loss(memory, Lost.RESTART)
    if step.kind == "advance":
        limit = step.after.now - step.after.config.cooldown - MINUTE
        return frozenset(each for each in memory if each.at >= limit)
    if step.after.node is None or step.after.node is step.before.node:
        return memory  # A daemon that ended has released nothing by that: the next start tells.
    if step.kind == "add_pod" and (given := _given(step)):
        memory = frozenset(
            each for each in memory if each.address not in given or _cools_elsewhere(each, given)
        )
    enis = {eni.id: eni for store in stores(step.after) for eni in store.enis}
    left = frozenset(
        each
        for each in memory
        if (eni := enis.get(each.eni)) is None
        or not any(each.address in cidr.network for cidr in eni.cidrs)
    )
    if left:
        memory = memory - left | _with_loss(left, Lost.LEFT)
    return memory | _newly_freed(step)


def _with_loss(memory: Memory, lost: Lost) -> Memory:
    """What is lost already stays as it is: the first loss is the reason."""
    return frozenset(evolve(m, lost=lost) if m.lost is Lost.NOT else m for m in memory)


@over_run(
    "I5",
    "An address is not given to a new pod while it is cooling, as long as the daemon runs and the "
    "address stays in the store.",
    source="R17, R112, R113",
    initial=NOTHING,
)
def cooling_addresses_rest(memory: Memory, step: Step) -> tuple[Memory, Verdict]:
    """Of addresses whose CIDR is there all the time, whatever became of their records."""
    if not memory and step.kind != "delete_pod":
        return memory, VACUOUS
    known = [each for each in _reused(memory, step) if each.lost is Lost.NOT]
    return _remembered(memory, step), _judged(known, step)


@over_run(
    "P-S7",
    "A freed address is not used again before its cooldown ends, also over a restart, or when it "
    "went back to EC2 and came again.",
    source="#59, #2378, #1127",
    initial=NOTHING,
)
def freed_addresses_rest(memory: Memory, step: Step) -> tuple[Memory, Verdict]:
    """Whatever became of its record and its CIDR meanwhile."""
    if not memory and step.kind != "delete_pod":
        return memory, VACUOUS
    return _remembered(memory, step), _judged(_reused(memory, step), step)


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
