"""What is released and deleted: never what is in use, never below a target."""

from ipam_model.daemon.procedure import Choice
from ipam_model.properties.aggregates import (
    MINUTE,
    of_the_article,
    protected,
    round_up,
    size,
    targets,
)
from ipam_model.properties.evidence import Asked, Step
from ipam_model.properties.growing import requested, store_of
from ipam_model.properties.ownership import also_migrated
from ipam_model.properties.registry import (
    HOLDS,
    VACUOUS,
    Verdict,
    Violated,
    every_ask,
    every_step,
    holds,
)
from ipam_model.requests import FreeENI, UnassignPrivateIpAddresses
from ipam_model.state import Eni, PodKey, Store

DELETION = "R189"
"""The choice of the ENI that is freed."""


def _candidates(asked: Asked) -> tuple[Store, tuple[Eni, ...]]:
    """The card's store, and the ENIs that may be freed."""
    assert isinstance(asked.ask, Choice)
    card = asked.ask.live[0]
    store = next(each for each in asked.ask.node.stores if each.card == card)
    options = set(asked.ask.options)
    return store, tuple(eni for eni in store.enis if eni.id in options)


@every_ask(
    "I3",
    "An ENI with pods is never deleted, nor are the primary ENI, a trunk or an EFA one.",
    source="R136 items 1, 4, 8, 9",
    of=(DELETION, FreeENI),
)
def enis_with_pods_stay(asked: Asked, step: Step) -> Verdict:
    """All that might be chosen, and the one that EC2 is asked to free."""
    if isinstance(asked.ask, Choice):
        _, enis = _candidates(asked)
        for eni in enis:
            if protected(eni):
                return Violated(f"{eni.id} may be deleted, but it is protected")
            if any(record.pod for cidr in eni.cidrs for record in cidr.records):
                return Violated(f"{eni.id} may be deleted, but it has pods")
        return HOLDS
    request = requested(asked)
    assert isinstance(request, FreeENI)
    if asked.ec2.primary().id == request.eni:
        return Violated(f"{request.eni} is freed, the primary ENI")
    true = asked.ec2.eni(request.eni)
    if true is not None and (true.trunk or true.efa or true.efa_only):
        return Violated(f"{request.eni} is freed, a trunk or an EFA ENI")
    return holds(step.kind == "tick")


@every_ask(
    "I4",
    "No ENI younger than 60 s and none with a cooling address is deleted.",
    source="R136 items 2, 3",
    of=(DELETION,),
)
def young_and_cooling_enis_stay(asked: Asked, step: Step) -> Verdict:
    """Young since it entered the store; cooling for up to the period, and then no longer."""
    _, enis = _candidates(asked)
    period = step.after.config.cooldown
    for eni in enis:
        if asked.now - eni.created < MINUTE:
            return Violated(f"{eni.id} may be deleted {asked.now - eni.created} ms after it came")
        for cidr in eni.cidrs:
            for record in cidr.records:
                if record.pod is None and asked.now - record.since <= period:
                    return Violated(f"{eni.id} may be deleted, but an address of it is cooling")
    return HOLDS


@every_ask(
    "I8",
    "What remains when an ENI is deleted keeps the targets: Wi spare and m total addresses, Wp "
    "prefixes without pods, or We ENIs' worth of addresses.",
    source="R133, R136 items 5-7",
    of=(DELETION,),
)
def deletion_keeps_the_targets(asked: Asked, step: Step) -> Verdict:
    """The article's policy has targets of its own."""
    config = step.after.config
    if of_the_article(config):
        return VACUOUS
    store, enis = _candidates(asked)
    goal = targets(config, store.card)
    unit = config.block if store.prefix_mode else 1
    for eni in enis:
        left = size(store, without=eni.id)
        if goal.warm and left.available < round_up(goal.warm, unit):
            return Violated(f"without {eni.id} {left.available} spare addresses are left")
        if goal.minimum and left.total < round_up(goal.minimum, unit):
            return Violated(f"without {eni.id} {left.total} addresses are left")
        if store.prefix_mode:
            if left.free_cidrs < config.settings.warm_prefix_target:
                return Violated(f"without {eni.id} {left.free_cidrs} CIDRs without pods are left")
        elif (
            not goal.governed
            and len(eni.cidrs) <= config.slots
            and left.available < goal.whole * config.slots
            and not step.nested  # R73: decided before the pods that came meanwhile
        ):
            return Violated(f"without {eni.id} {left.available} addresses are available")
    return HOLDS


@every_step(
    "I7",
    "A release in secondary-address mode leaves m addresses in all and Wi available ones, or as "
    "many as there were before.",
    source="R138, R142",
    kinds=("tick",),
)
def release_keeps_the_targets(step: Step) -> Verdict:
    """Card by card, where only addresses went and no pod came in between."""
    before, after, config = step.before.node, step.after.node, step.after.config
    if before is None or after is None or step.nested or of_the_article(config):
        return VACUOUS
    released = set()
    for asked in step.asked:
        request = requested(asked)
        if isinstance(request, FreeENI):
            return VACUOUS
        if isinstance(request, UnassignPrivateIpAddresses):
            found = store_of(before, request.eni)
            released.add(found[0].card if found else 0)
    exercised = False
    for old, new in zip(before.stores, after.stores, strict=True):
        goal = targets(config, new.card)
        if new.card not in released or new.prefix_mode or not goal.governed:
            continue
        exercised = True
        had, left = size(old), size(new)
        if left.total < goal.minimum:
            return Violated(f"{left.total} addresses are left, {goal.minimum} are the minimum")
        if left.available < min(had.available, goal.warm):
            return Violated(f"{left.available} available addresses are left of {had.available}")
    return holds(exercised)


@every_ask(
    "I6",
    "A release takes no CIDR with an assigned address, and leaves the store before EC2 is asked.",
    source="R23, R138, R141",
    of=(UnassignPrivateIpAddresses,),
)
def released_cidrs_have_no_pods(asked: Asked, step: Step) -> Verdict:
    """By the daemon's own memory, at the question and when the step began.

    Not when a start began: that memory is of the daemon before, whose pods may have gone while none
    ran, and what they had may go. What the sandboxes that still run have is there P-S6's alone,
    which looks at them, and where `reissued-address-is-released` is an exception.
    """
    request = requested(asked)
    assert isinstance(request, UnassignPrivateIpAddresses)
    for store in asked.ask.node.stores:
        eni = store.eni(request.eni)
        if eni is None:
            continue
        for network in request.networks:
            if eni.find(network) is not None:
                return Violated(f"{network} is still in the store")
        for held in store.holdings.values():
            if held.eni == request.eni and any(held.address in n for n in request.networks):
                return Violated(f"{held.pod.key.container} holds an address that is released")
        before = None if step.kind == "start" else step.before.node
        known = None if before is None else store_of(before, request.eni)
        if known is not None:
            for network in request.networks:
                cidr = known[1].find(network)
                pods = () if cidr is None else [r.pod.key for r in cidr.records if r.pod]
                if any(key not in _gone(step) for key in pods):
                    return Violated(f"{network} had a pod when the step began")
    return HOLDS


def _gone(step: Step) -> frozenset[PodKey]:
    """Pods that were deleted in the step, or while it was under way.

    A DEL also frees the record that a restart of v1.7 made for the same sandbox (R124).
    """
    keys = {
        each.subject
        for each in (step, *step.nested)
        if each.kind == "delete_pod" and isinstance(each.subject, PodKey)
    }
    return also_migrated(keys)


@every_step(
    "P-S6",
    "Nothing in use is unassigned or detached, nor taken out of the store while EC2 has it.",
    source="#3824, #3019, #1967; R138, R156, R158",
    kinds=("start", "tick", "reconcile", "advance", "delete_pod"),
)
def nothing_in_use_is_taken(step: Step) -> Verdict:
    """In use is what a running sandbox has, whatever the daemon remembers."""
    running = {address: key for key, address in step.before.sandboxes & step.after.sandboxes}
    exercised = False
    for asked in step.asked:
        request = requested(asked)
        if not isinstance(request, UnassignPrivateIpAddresses | FreeENI):
            continue
        eni = asked.ec2.eni(request.eni)
        if eni is None:
            continue
        taken = (
            request.networks
            if isinstance(request, UnassignPrivateIpAddresses)
            else eni.networks()[1:]
        )
        exercised |= bool(running)
        there = set(eni.networks())
        for address, key in running.items():
            if any(address in network for network in taken if network in there):
                return Violated(f"{key.container} runs with an address that is taken off {eni.id}")
    before, after = step.before.node, step.after.node
    if before is None or after is None or after is before or step.kind not in ("tick", "reconcile"):
        return holds(exercised)
    gone = _gone(step)
    for old, new in zip(before.stores, after.stores, strict=True):
        if old is new:
            continue
        exercised |= bool(old.holdings)
        for key, held in old.holdings.items():
            if key in new.holdings or key in gone or held.eni in after.unmanaged:
                continue
            eni = step.after.ec2.eni(held.eni)
            if eni is not None and held.network in eni.networks():
                return Violated(f"{key.container} lost its address, but EC2 has it on {held.eni}")
    return holds(exercised)


@every_ask(
    "P-S6-cooling",
    "Nothing that is cooling is unassigned by the pool manager (detached: I4).",
    source="R139",
    of=(UnassignPrivateIpAddresses,),
)
def nothing_cooling_is_taken(asked: Asked, step: Step) -> Verdict:
    """Of what the pool update began with; a start forgets all cooldowns and is P-S7's."""
    request = requested(asked)
    before = step.before.node
    if step.kind != "tick" or before is None:
        return VACUOUS
    assert isinstance(request, UnassignPrivateIpAddresses)
    found = store_of(before, request.eni)
    if found is None:
        return VACUOUS
    used = False
    for cidr in found[1].cidrs:
        if cidr.network not in request.networks:
            continue
        for record in cidr.records:
            if record.pod is not None:
                continue
            used = True
            if asked.now - record.since <= step.after.config.cooldown:
                return Violated(
                    f"an address of {found[1].id} goes {asked.now - record.since} ms "
                    "after its pod went"
                )
    return holds(used)
