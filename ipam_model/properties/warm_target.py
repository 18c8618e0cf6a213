"""The warm target is met whenever capacity allows, and a pod that fits is served."""

from collections.abc import Iterator

from ipam_model.config import Config, Version
from ipam_model.properties.aggregates import (
    frozen_enis,
    has_an_eni_worth,
    heeds_max_pods,
    may_grow,
    of_the_article,
    open_to_new_enis,
    provisions,
    room,
    size,
    targets,
)
from ipam_model.properties.evidence import Quiet
from ipam_model.properties.pace import calm, ticks_to_warm_target
from ipam_model.properties.registry import VACUOUS, Verdict, Violated, after_quiet, holds
from ipam_model.state import Node, Store
from ipam_model.subnets import Subnet
from ipam_model.world import World


def target_met(config: Config, store: Store) -> bool:
    """The warm target in force on the store's card is met."""
    pool, goal = size(store), targets(config, store.card)
    if goal.governed:
        return pool.available >= goal.warm and pool.total >= goal.minimum
    return pool.available >= goal.whole * (config.block if store.prefix_mode else config.slots)


def obstacles(world: World, node: Node, store: Store, *, max_pods: bool = True) -> Iterator[str]:
    """What the card lacks to grow: max pods, slots and ENI room, or addresses in the subnets."""
    config = world.config
    if max_pods and heeds_max_pods(config) and size(store).total >= node.max_pods:
        yield "max pods is reached"
    growable = [e for e in store.enis if may_grow(config, e) and len(e.cidrs) < config.slots]
    has_room = len(store.enis) < room(config, node, store.card)
    if not growable and not has_room:
        yield "the node is full"
        return
    fresh = open_to_new_enis(world) if has_room else ()
    if not growable and not fresh:
        yield "no subnet is open to new ENIs"
        return
    extended = {world.ec2.subnet(eni.subnet) for eni in growable if world.ec2.eni(eni.id)}
    if _subnets_lack(world, tuple(extended), fresh):
        yield "subnets have less than an ENI's worth"


def _subnets_lack(world: World, extended: tuple[Subnet, ...], fresh: tuple[Subnet, ...]) -> bool:
    """The subnets of the ENIs that may be extended, and those for a new one, stop growth.

    With discovery one that suffices is enough: others are passed over (R98c, R103). Without it the
    first ENI tried, which may be any, must get addresses, and no new one is asked for else (R98c,
    R100). v1.7 asks for a new one all the same (H6).
    """

    def short(subnet: Subnet) -> bool:
        return not has_an_eni_worth(world, subnet)

    config = world.config
    if config.version is Version.V1_7:
        stuck = not extended or any(map(short, extended))
        return stuck and (not fresh or any(map(short, fresh)))
    if config.settings.subnet_discovery:
        return all(map(short, (*extended, *fresh)))
    return any(map(short, extended or fresh))


def lets_grow(world: World) -> bool:
    """The surroundings let the pool grow: EC2 and IMDS answer, the node is schedulable."""
    lags = world.ec2.arrivals
    return (
        provisions(world.config)
        and not frozen_enis(world)
        and not world.ec2.faults
        and not lags.eni_lag
        and not lags.address_lag
    )


def outcome(world: World, *, max_pods: bool = True) -> str:
    """Why the daemon may rest: per card, the target is met or something is lacking; else empty."""
    node = world.node
    if node is None:
        return ""
    reasons = []
    for store in node.stores:
        if target_met(world.config, store):
            reasons.append("the warm target is met")
            continue
        lacking = next(obstacles(world, node, store, max_pods=max_pods), "")
        if not lacking:
            return ""
        reasons.append(lacking)
    return ", ".join(dict.fromkeys(reasons))


@after_quiet(
    "P-M2",
    "The warm target is met whenever capacity allows (ENI room, subnet addresses, max pods, EC2 "
    "answering, no back-off, not cordoned): within MAX_ENI ticks from a store that is as EC2 has "
    "it, and within 24 + 26 + 4 × MAX_ENI × cards ticks from any other, back-off included.",
    source="R79, R96-R98, R107, R146",
)
def warm_target_is_met(quiet: Quiet) -> Verdict:
    """Within the stated number of ticks, and still after the whole quiet period."""
    config = quiet.begin.config
    node = quiet.begin.node
    if node is None or not lets_grow(quiet.begin) or of_the_article(config):
        return VACUOUS
    within = ticks_to_warm_target(config, calm=calm(quiet.begin))
    if within > len(quiet.course):
        return VACUOUS
    for world in (quiet.begin, *quiet.course[:within]):
        if outcome(world):
            break
    else:
        return Violated(f"{_seen(quiet.course[within - 1])}: missed for {within} ticks")
    if not outcome(quiet.settled):
        return Violated(f"{_seen(quiet.settled)}: missed after {quiet.passes} ticks")
    return holds("the warm target is met" in outcome(quiet.settled))


@after_quiet(
    "P-M2-beyond-max-pods",
    "The warm target is met also where as many addresses are owned as the node may have pods.",
    source="R79, R80",
)
def warm_target_is_met_at_max_pods(quiet: Quiet) -> Verdict:
    """Where max pods does not count as a want of capacity."""
    world = quiet.settled
    if world.node is None or not lets_grow(world) or of_the_article(world.config):
        return VACUOUS
    if outcome(world) and not outcome(world, max_pods=False):
        return Violated(f"{_seen(world)}: missed at {world.node.max_pods} pods at most")
    return holds(any(size(s).total >= world.node.max_pods for s in world.node.stores))


def _seen(world: World) -> str:
    if world.node is None:
        return "no daemon"
    return ", ".join(
        f"card {s.card} owns {size(s).total} and has {size(s).available} available"
        for s in world.node.stores
    )


def assignable(world: World, store: Store) -> bool:
    """A pod could get an address of the store now (R112, R113)."""
    period = world.config.cooldown
    for eni in store.enis:
        if eni.excluded:
            continue
        for cidr in eni.cidrs:
            if (cidr.network.size != 1) != store.prefix_mode:
                continue
            if len(cidr.records) < cidr.network.size:
                return True
            if any(r.pod is None and world.now - r.since > period for r in cidr.records):
                return True
    return False


@after_quiet(
    "P-L3",
    "A pod that fits is eventually served.",
    source="#2650, #3685, #2842, #2896, #2749",
)
def a_pod_that_fits_is_served(quiet: Quiet) -> Verdict:
    """On the settled node an address is free for it, unless nothing more can be had."""
    world = quiet.settled
    node = world.node
    if node is None or of_the_article(world.config):
        return VACUOUS
    if any(assignable(world, store) for store in node.stores):
        return holds(True)
    if not lets_grow(world):
        return VACUOUS
    if all(next(obstacles(world, node, store), "") for store in node.stores):
        return VACUOUS  # One card that could grow is enough, for the pods of one address.
    return Violated(f"{_seen(world)}: no pod can be served, though the node could grow")
