"""Findings about the pool: targets that are missed, pools that flap, what others do.

See `findings_of_addresses` for what a finding is.
"""

from itertools import pairwise

from ipam_model.config import Config, Quirk, Version
from ipam_model.ec2 import Ec2Eni
from ipam_model.properties.aggregates import (
    free_prefixes,
    heeds_cordon,
    heeds_max_pods,
    may_grow,
    protected,
    room,
    size,
    targets,
    true_networks,
)
from ipam_model.properties.evidence import Quiet, Step
from ipam_model.properties.growing import requested, store_of, taken
from ipam_model.properties.managing import CHANGING
from ipam_model.properties.ownership import stores
from ipam_model.properties.pace import BACK_OFF
from ipam_model.properties.registry import finding
from ipam_model.properties.warm_target import target_met
from ipam_model.requests import FreeENI
from ipam_model.state import Eni, Network
from ipam_model.world import World


def _whole(config: Config, *, prefix_mode: bool) -> bool:
    """Card 0 is governed by We, or by Wp."""
    return config.prefix_mode is prefix_mode and not targets(config, 0).governed


# -- targets and rest ----------------------------------------------------------------------------


@finding(
    "minimum-alone-is-a-ceiling",
    "With MINIMUM_IP_TARGET and no WARM_IP_TARGET the pool is never low once it owns the minimum: "
    "the next pod is never served.",
    seen_in=World,
    violates=("P-L3-refused", "P-L3"),
    rules=("R40", "R110"),
    upstream=("#2650", "#3685"),
    also=("3685-as-is.json",),
)
def the_minimum_is_owned_and_used(world: World) -> bool:
    """Card 0 owns at least m addresses, all assigned, and Wi is 0."""
    goal = targets(world.config, 0)
    return (
        goal.minimum > 0
        and goal.warm == 0
        and any(
            store.card == 0 and size(store).total >= goal.minimum and not size(store).available
            for store in stores(world)
        )
    )


@finding(
    "warm-eni-target-zero",
    "With WARM_ENI_TARGET 0 and pods that fill the ENIs an ENI is attached because nothing is "
    "available, deleted because it is empty, and so on for ever.",
    seen_in=Quiet,
    violates=("P-L1", "P-L2", "P-L3", "P-L4", "P-M3"),
    rules=("R79", "R82", "R133"),
    upstream=("#1775", "#1451"),
    also=("finding-warm-eni-target-zero-between.json", "finding-warm-eni-target-zero-drained.json"),
)
def an_eni_comes_and_goes(quiet: Quiet) -> bool:
    """We is 0, and on card 0 ENIs come and go: with the last of them nothing is available."""
    config = quiet.begin.config
    if not _whole(config, prefix_mode=False) or config.settings.warm_eni_target or config.ipv6:
        return False
    return _flaps(quiet, 0) and any(_nothing_spare_without_an_idle_eni(w) for w in quiet.rest)


def _nothing_spare_without_an_idle_eni(world: World) -> bool:
    for store in stores(world):
        if store.card != 0:
            continue
        idle = [e.id for e in store.enis if not protected(e) and not _has_pods(e)]
        if any(size(store, without=each).available == 0 for each in ("", *idle)):
            return True
    return False


def _has_pods(eni: Eni) -> bool:
    return any(record.pod for cidr in eni.cidrs for record in cidr.records)


def _flaps(quiet: Quiet, card: int) -> bool:
    """CIDRs of the card are gained, and lost, once the node must have settled."""
    gained = lost = False
    for before, after in pairwise(quiet.rest):
        if before.node is after.node:
            continue
        old, new = (_cidrs(world, card) for world in (before, after))
        gained |= bool(new - old)
        lost |= bool(old - new)
    return gained and lost


def _cidrs(world: World, card: int) -> frozenset[tuple[str, Network]]:
    return frozenset(
        (eni.id, cidr.network)
        for store in stores(world)
        if store.card == card
        for eni in store.enis
        for cidr in eni.cidrs
    )


@finding(
    "warm-prefix-target-zero",
    "With WARM_PREFIX_TARGET 0 and pods that fill the prefixes, a prefix is assigned because "
    "nothing is available, released because it is free, and so on for ever, and reconcile is never "
    "due.",
    seen_in=Quiet,
    violates=("P-L1", "P-L2", "P-L3", "P-L4", "P-L5", "P-M3"),
    rules=("R81", "R132", "R146"),
    also=("finding-warm-prefix-target-zero-between.json",),
)
def a_prefix_comes_and_goes(quiet: Quiet) -> bool:
    """Wp is 0, and on card 0 prefixes come and go: but for one at most no address is available."""
    config = quiet.begin.config
    if not _whole(config, prefix_mode=True) or config.settings.warm_prefix_target:
        return False
    return _flaps(quiet, 0) and any(
        store.card == 0
        and free_prefixes(store) <= 1
        and size(store).available <= free_prefixes(store) * config.block
        for world in quiet.rest
        for store in stores(world)
    )


@finding(
    "idle-card-flaps",
    "On a card above 0 in prefix mode addresses are counted where prefixes are meant: its only "
    "prefix is surplus when idle, is missing when released, and each turn, and any spare address, "
    "keeps reconcile from becoming due on all cards.",
    seen_in=Quiet,
    violates=("P-L1", "P-L2", "P-L3", "P-L5", "P-M2", "P-M3"),
    rules=("R76", "R94", "R95", "R146"),
    quirk="R94",
    also=("finding-idle-card-flaps-between.json", "finding-idle-card-flaps-refused.json"),
)
def a_higher_card_is_never_at_rest(quiet: Quiet) -> bool:
    """Above card 0, in prefix mode, prefixes come and go, or more than one address is spare."""
    config = quiet.begin.config
    if not (config.prefix_mode and config.quirk(Quirk.UNCONVERTED_CARDS)):
        return False
    return any(
        _flaps(quiet, store.card) or all(_available(world, store.card) >= 2 for world in quiet.rest)
        for store in stores(quiet.settled)
        if store.card > 0
    )


@finding(
    "released-prefixes-pile-up",
    "EC2 assigns a prefix again that an idle card has just released. While a trunk ENI is awaited "
    "reconcile comes in every pass, takes the prefix for gone as long as its release is "
    "remembered, and the card asks for another one; once it is forgotten all of them are adopted.",
    seen_in=Quiet,
    violates=("P-L4",),
    rules=("R94", "R146", "R154"),
    quirk="R94",
)
def prefixes_come_again_too_soon(quiet: Quiet) -> bool:
    """In prefix mode prefixes come and go above card 0, while a trunk ENI is awaited in vain."""
    config = quiet.begin.config
    if not (config.prefix_mode and config.quirk(Quirk.UNCONVERTED_CARDS)):
        return False
    if not config.settings.pod_eni:
        return False
    if any(eni.trunk for world in quiet.rest for store in stores(world) for eni in store.enis):
        return False
    return any(_flaps(quiet, store.card) for store in stores(quiet.settled) if store.card > 0)


def _available(world: World, card: int) -> int:
    return sum(size(store).available for store in stores(world) if store.card == card)


def _hidden(world: World) -> bool:
    """An ENI that may grow has slots taken in EC2 that its store takes for free."""
    for store in stores(world):
        for eni in store.enis:
            if not may_grow(world.config, eni):
                continue
            known = {cidr.network for cidr in eni.cidrs}
            hidden = true_networks(world.ec2, eni.id) - known
            if any((network.size != 1) != store.prefix_mode for network in hidden):
                return True
    return False


@finding(
    "hidden-addresses-starve-growth",
    "CIDRs of the other kind that EC2 has, because a clean-up failed or because somebody assigned "
    "them, and the store has not, fill an ENI: each growth step is refused, finds nothing new, and "
    "counts as growth, so that reconcile never becomes due and no ENI is added.",
    seen_in=Quiet,
    violates=("P-L3", "P-L5", "P-M2", "P-M3"),
    rules=("R64", "R96", "R98", "R146"),
    also=("finding-hidden-addresses-starve-growth-from-others.json",),
)
def slots_are_taken_unseen(quiet: Quiet) -> bool:
    """All the time: see `_hidden`."""
    return all(_hidden(world) for world in quiet.rest)


@finding(
    "left-over-address-makes-an-eni-flap",
    "In prefix mode a left-over single address passes for the free prefix that must be kept: the "
    "ENI with the only free prefix is deleted, the pool is low, an ENI is attached.",
    seen_in=Quiet,
    violates=("P-L1", "P-L2", "P-L3", "P-L4", "P-M2"),
    rules=("R127", "R136"),
    also=("finding-left-over-address-makes-an-eni-flap-between.json",),
)
def a_single_address_makes_an_eni_flap(quiet: Quiet) -> bool:
    """In prefix mode with Wp CIDRs come and go where a usable single address has no pod."""
    config = quiet.begin.config
    return (
        config.prefix_mode
        and config.settings.warm_prefix_target > 0
        and any(
            any(
                not eni.excluded
                and any(
                    c.network.size == 1 and not any(r.pod for r in c.records) for c in eni.cidrs
                )
                for eni in store.enis
            )
            and _flaps(quiet, store.card)
            for store in stores(quiet.settled)
        )
    )


@finding(
    "excluded-prefixes-make-prefixes-flap",
    "Prefixes on excluded ENIs count as allocated, and as free, but their addresses do not count: "
    "usable prefixes are surplus, are released, and are missing.",
    seen_in=Quiet,
    violates=("P-L1", "P-L2", "P-L3", "P-M2"),
    rules=("R28", "R30", "R93", "R144"),
    also=("finding-excluded-prefixes-make-prefixes-flap-between.json",),
)
def excluded_prefixes_count(quiet: Quiet) -> bool:
    """In prefix mode CIDRs come and go on a card with an excluded ENI that has a prefix."""
    return quiet.begin.config.prefix_mode and any(
        any(eni.excluded and any(c.network.size != 1 for c in eni.cidrs) for eni in store.enis)
        and _flaps(quiet, store.card)
        for store in stores(quiet.settled)
    )


@finding(
    "drifted-prefix-counter",
    "A prefix counter that is too low enters the surplus of prefixes: too few are released.",
    seen_in=World,
    violates=("P-L4", "P-M3"),
    rules=("R24", "R93"),
    quirk="R24",
)
def the_prefix_counter_is_too_low(world: World) -> bool:
    """Wi or m is in force in prefix mode, and the counter has drifted."""
    return world.config.prefix_mode and any(
        store.prefix_drift < 0 and targets(world.config, store.card).governed
        for store in stores(world)
    )


@finding(
    "inflated-prefix-counter",
    "A prefix counter that is too high enters the surplus of prefixes: what is needed is released, "
    "is missing, is assigned, and so on for ever, and reconcile is never due.",
    seen_in=Quiet,
    violates=("P-L1", "P-L2", "P-L3", "P-L5", "P-M2", "P-M3"),
    rules=("R25", "R93", "R146"),
    quirk="R25",
    also=("finding-inflated-prefix-counter-between.json",),
)
def the_prefix_counter_is_too_high(quiet: Quiet) -> bool:
    """On a card where Wi or m is in force in prefix mode, and whose prefixes come and go."""
    config = quiet.begin.config
    return config.prefix_mode and any(
        store.prefix_drift > 0
        and targets(config, store.card).governed
        and _flaps(quiet, store.card)
        for store in stores(quiet.settled)
    )


@finding(
    "reissued-address-crashes-every-start",
    "Two pods that hold the same address stand in the checkpoint, or run in v1.7: no start survives"
    " that.",
    seen_in=World,
    violates=("P-L5",),
    rules=("R22", "R61", "H12"),
    also=("finding-reissued-address-crashes-every-start-in-v1.7.json",),
)
def an_address_is_recovered_twice(world: World) -> bool:
    """The daemon does not run, and what it recovers at a start names an address twice."""
    recovered = [[entry.address for entry in file.entries] for _, file in world.checkpoints]
    if world.config.version is Version.V1_7:
        recovered = [[address for _, address in world.sandboxes]]
    return world.node is None and any(len(set(each)) < len(each) for each in recovered)


@finding(
    "cordoned-node-keeps-its-enis",
    "A cordoned node deletes no ENI, and where WARM_ENI_TARGET governs no address: a drained node "
    "keeps what it has until it is uncordoned or gone.",
    seen_in=World,
    violates=("P-L4",),
    rules=("R51", "R130"),
    upstream=("#3263", "#2265"),
)
def cordoned_without_override(world: World) -> bool:
    """The cordon is heeded, and a secondary ENI that might go is there."""
    return (
        world.cordoned
        and heeds_cordon(world.config)
        and any(not protected(e) and not _has_pods(e) for s in stores(world) for e in s.enis)
    )


@finding(
    "max-pods-stops-growth",
    "A pool that owns as many addresses as the node may have pods grows no more, whether or not "
    "the warm target is met.",
    seen_in=World,
    violates=("P-M2-beyond-max-pods",),
    rules=("R79", "R80"),
)
def max_pods_are_owned(world: World) -> bool:
    """Some card owns max pods' worth of addresses, and misses its target.

    It would explain what #2842 reports, whose cause was left open.
    """
    node = world.node
    return (
        node is not None
        and heeds_max_pods(world.config)
        and any(
            size(s).total >= node.max_pods and not target_met(world.config, s) for s in node.stores
        )
    )


# -- what others do ------------------------------------------------------------------------------


@finding(
    "asks-for-what-is-taken-unseen",
    "The daemon counts what its store knows. What others attached or assigned, what IMDS does not "
    "show yet at a restart, what a failed release left and what reconcile forgot (R158) takes room "
    "in EC2 that it asks for; EC2 refuses, and the daemon asks again.",
    seen_in=Step,
    violates=("P-S5", "P-M1-others"),
    rules=("R33", "R62", "R98", "R141", "R158", "R169", "H21", "H22"),
    upstream=("#547", "#989"),
    also=("finding-asks-for-what-is-taken-unseen-granted.json",),
)
def room_is_taken_unseen(step: Step) -> bool:
    """All that is asked for beyond EC2's limits would fit if EC2 had what the daemon knows of."""
    questions = [of for asked in step.asked if (of := taken(asked)) is not None]
    beyond = [of for of in questions if of.there + max(of.asked_for, of.granted) > of.limit]
    return bool(beyond) and all(
        of.known < of.there and of.known + max(of.asked_for, of.granted) <= of.limit
        for of in beyond
    )


@finding(
    "full-node-asks-without-back-off",
    "With subnet discovery, the default, a shortage begins a back-off only when a new ENI is "
    "refused for it. A node without room for one asks its exhausted subnet in every pass.",
    seen_in=Step,
    violates=("P-L2-back-off",),
    rules=("R96", "R98"),
    upstream=("#40", "#1739"),
)
def no_shortage_is_remembered(step: Step) -> bool:
    """No back-off lasts in the daemon's eyes, and a card that may extend ENIs takes no new one."""
    node, config = step.before.node, step.before.config
    if node is None or not config.settings.subnet_discovery:
        return False
    since = node.last_insufficient
    if since is not None and step.before.now - since <= BACK_OFF:
        return False
    return any(
        len(store.enis) >= room(config, node, store.card)
        and any(may_grow(config, e) and len(e.cidrs) < config.slots for e in store.enis)
        for store in node.stores
    )


@finding(
    "tags-are-read-too-late",
    "The tags of an ENI are looked at again where reconcile finds a new one. Until then, and if "
    "that is on another card that comes later, one tagged as unmanaged stays in the store, is "
    "extended, and is deleted.",
    seen_in=Step,
    violates=("I15",),
    rules=("R148", "R149", "R151"),
)
def an_unmanaged_eni_is_still_in_a_store(step: Step) -> bool:
    """Each unmanaged ENI that is changed was in a store when that began."""
    before = step.before.node
    known = [
        before is not None and store_of(before, request.eni) is not None
        for asked in step.asked
        if isinstance(request := requested(asked), CHANGING)
        and (request.eni in asked.ask.node.unmanaged or _tagged(asked.ec2.eni(request.eni)))
    ]
    return bool(known) and all(known)


def _tagged(eni: Ec2Eni | None) -> bool:
    return eni is not None and eni.tags.no_manage == "true"


@finding(
    "of-two-trunks-one-is-known",
    "DescribeAllENIs names one trunk ENI. A second one counts as an ordinary ENI, and is deleted "
    "when it is idle.",
    seen_in=Step,
    violates=("I3",),
    rules=("R54", "R193"),
)
def a_second_trunk_is_ordinary(step: Step) -> bool:
    """Each trunk ENI that is freed is no trunk to the store, and EC2 has another one."""
    freed = [
        (asked.ask.node, true, asked.ec2)
        for asked in step.asked
        if isinstance(request := requested(asked), FreeENI)
        and (true := asked.ec2.eni(request.eni)) is not None
        and true.trunk
    ]
    return bool(freed) and all(
        sum(eni.trunk for eni in ec2.enis) > 1
        and not any(eni.id == true.id and eni.trunk for store in node.stores for eni in store.enis)
        for node, true, ec2 in freed
    )
