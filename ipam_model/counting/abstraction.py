"""The joint between the reference model and the counting model.

`counted` forgets everything of a daemon's memory but the counts. Where nothing stands in the way
(`obstacles`), the counts of a world change, in each event, by steps of the counting model:

- `add_pod` and `delete_pod`: one pod event, or nothing;
- `tick`: at most one growth (`EXTEND` or `ATTACH`) or one whole `RELEASE`, then at most one `FREE`;
- `start`, the first one and every other: at most one growth (R66);
- `reconcile`, `advance`, `terminate`, `await_trunk` and cordoning: nothing.

The counting model allows more than the daemon does at a moment: it knows no cooldown of addresses,
no age of ENIs, no interval between releases, no cordon, no slot kept for a trunk ENI, and no
disabled provisioning.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from ipam_model.arithmetic import INTS
from ipam_model.arrivals import Arrivals
from ipam_model.config import Quirk, Version
from ipam_model.counting.model import (
    CountingModel,
    Eni,
    Kind,
    State,
    Transition,
    canonical,
    counting_model,
)
from ipam_model.errors import ModelError
from ipam_model.rules import timing
from ipam_model.state import Cidr, Node
from ipam_model.world import World

Part: TypeAlias = frozenset[Kind]

_GROWTH: Final = frozenset({Kind.EXTEND, Kind.ATTACH})

PARTS: Final[Mapping[str, Sequence[Part]]] = {
    "add_pod": (frozenset({Kind.ADD}),),
    "delete_pod": (frozenset({Kind.DELETE}),),
    "tick": (_GROWTH | {Kind.RELEASE}, frozenset({Kind.FREE})),
    "start": (_GROWTH,),
}
"""By event: what it may do in the counting model, in this order; each part once or not at all.

An event that is not named does nothing.
"""


def counting_model_of(world: World) -> CountingModel:
    """The counting model of a world's card 0, limited by the node's max pods."""
    return counting_model(world.config, max_pods=world.max_pods)


def counted(world: World) -> State:
    """The counts of card 0 as the daemon knows them; before its first start, the initial ones.

    Raises:
        ModelError: the daemon stopped: what it knew is gone.
    """
    block = world.config.block if world.config.prefix_mode else 1
    if world.node is None:
        if _used(world):
            raise ModelError("a daemon that stopped knows no counts")
        return (_histogram((), block),)
    enis = world.node.store(0).enis
    primary = [eni for eni in enis if eni.primary]
    others = [eni for eni in enis if not eni.primary]
    return canonical(tuple(_histogram(eni.cidrs, block) for eni in (*primary, *others)))


def _used(world: World) -> bool:
    """Whether a daemon has changed the instance before."""
    return len(world.ec2.enis) > 1 or len(world.ec2.primary().networks()) > 1


def _histogram(cidrs: Sequence[Cidr], block: int) -> Eni:
    counts = [0] * (block + 1)
    for cidr in cidrs:
        counts[cidr.assigned()] += 1
    return tuple(counts)


def explain(
    model: CountingModel, event: str, before: State, after: State
) -> tuple[Transition, ...] | None:
    """The fewest steps by which an event changed the counts; `None`: the model has no such."""
    ways: list[tuple[State, tuple[Transition, ...]]] = [(before, ())]
    for part in PARTS.get(event, ()):
        ways += [
            (step.after, (*way, step))
            for state, way in ways
            for step in model.transitions(state)
            if step.kind in part
        ]
    fitting = [way for state, way in ways if state == after]
    return min(fitting, key=len, default=None)


def obstacles(world: World) -> tuple[str, ...]:
    """Why the next event of a world may do what the counting model does not know; empty: it won't.

    A pod event while another event waits for an answer is an obstacle too, but none that a world
    shows: such an event does several things at once.
    """
    return tuple(_obstacles(world))


def _obstacles(world: World) -> Iterator[str]:
    config, ec2 = world.config, world.ec2
    settings = config.settings
    if config.version is not Version.V1_23:
        yield "another version's daemon"
    if config.ipv6:
        yield "IPv6 has no pool"
    if settings.multi_nic and config.cards > 1:
        yield "several cards share the clocks, and pods ask for any of them (R49)"
    if settings.custom_networking:
        yield "custom networking does not extend the primary ENI (R50)"
    if ec2.faults:
        yield "a call will fail"
    if ec2.leaked or any(eni.trunk or eni.efa or eni.efa_only for eni in ec2.enis):
        yield "EC2 has ENIs of another kind"
    if ec2.imds_lag or ec2.arrivals != Arrivals():
        yield "IMDS lags"
    if any(subnet.tags.role == "0" for subnet in ec2.subnets):
        yield "a subnet is excluded (R14)"
    if min(subnet.free for subnet in ec2.subnets) < config.max_enis * (
        config.addresses_per_eni + 1
    ):
        yield "a subnet may run out of addresses"
    if world.node is not None:
        yield from _obstacles_in_memory(world, world.node)
    elif _used(world):
        yield "the daemon stopped, and what it knew is gone"


def _obstacles_in_memory(world: World, node: Node) -> Iterator[str]:
    config, store, now = world.config, node.store(0), world.now
    known = {(eni.id, cidr.network) for eni, cidr in store.cidrs()}
    true = {(eni.id, network) for eni in world.ec2.enis for network in eni.networks()[1:]}
    enis = {eni.id for eni in store.enis}
    if known != true or enis != {eni.id for eni in world.ec2.enis} or node.unmanaged:
        yield "others changed what the instance has"
    if store.total_drift or store.prefix_drift:
        yield "the counters have drifted (R24, R25)"
    if any(eni.excluded for eni in store.enis) or node.cleanups:
        yield "an ENI is excluded (R13)"
    if not all(store.relevant(cidr) for _, cidr in store.cidrs()):
        yield "CIDRs of both kinds (R27)"
    owned = {network for _, network in known}
    if config.quirk(Quirk.RECENT_FORGOTTEN) and any(
        network in owned and timing.recently_released(INTS, now, expiry)
        for network, expiry in node.released
    ):
        yield "EC2 handed out again what was released a moment ago (R158)"
    if not config.quirk(Quirk.COOLING_RELEASED) and any(
        cidr.cooling(now, config.cooldown) for _, cidr in store.cidrs()
    ):
        yield "a release passes over cooling addresses (R139, repaired)"
