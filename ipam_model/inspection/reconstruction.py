"""The model's state from what a node shows, and what had to be assumed to complete it."""

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import evolve, frozen

from ipam_model import ec2
from ipam_model.config import Config
from ipam_model.daemon import datastore, measure
from ipam_model.daemon.measure import Decision
from ipam_model.daemon.versions import DAEMONS
from ipam_model.ec2 import Ec2, Ec2Eni
from ipam_model.errors import InputError
from ipam_model.inspection.instants import ZERO_TIME, format_duration, format_instant
from ipam_model.inspection.introspection import Observation, ObservedCard
from ipam_model.nodes import NodeSetup
from ipam_model.rules import timing
from ipam_model.state import Eni, Node, Store
from ipam_model.subnets import CounterSubnet, SubnetTags
from ipam_model.world import Runner, World

_PRIMARIES: Final = 0xE0000000
"""Made-up primary addresses begin here, at 224.0.0.0: no VPC has such addresses ..."""
_FRESH: Final = 0xF0000004
"""... and those of subnets, from which new addresses come, at 240.0.0.4 and every so many on."""
_SUBNET_STEP: Final = 0x00200000


@frozen(kw_only=True)
class Reconstruction:
    """A world with a running daemon whose memory is what the node showed."""

    world: World
    ages: Mapping[str, int]
    """For how long each ENI has been in the store at least; 0 where nothing is known."""
    assumptions: tuple[str, ...]
    """Sentences about what the output does not tell."""

    @property
    def node(self) -> Node:
        """The daemon's memory."""
        assert self.world.node is not None, "a reconstruction has a running daemon"
        return self.world.node

    def decisions(self) -> dict[int, Decision]:
        """What the next pool update finds, by card: the daemon's own, whatever its version."""
        config, node = self.world.config, self.node
        found = Runner(self.world).tick() or [
            measure.decide(config, node, store) for store in node.stores
        ]
        return {decision.card: decision for decision in found}

    @property
    def cordon_counts(self) -> bool:
        """The node is cordoned and its daemon minds."""
        settings = self.world.config.settings
        heeds = DAEMONS[self.world.config.version].heeds_cordon
        return self.world.cordoned and heeds and not settings.manage_enis_non_schedulable


def reconstruct(
    observation: Observation, setup: NodeSetup, at: int, *, cordoned: bool = False
) -> Reconstruction:
    """The state at the instant `at`.

    ENIs whose age is not known count as old enough to go, and the loop's clocks as long past, so
    that a forecast shows the earliest each thing can happen. Raises `InputError` if there is no
    primary ENI, something in it is later than `at`, or the subnets hold less than the ENIs.
    """
    newest = observation.newest()
    if newest is not None and newest > at:
        raise InputError(
            f"observed at {format_instant(at)}, but an address in it changed hands at "
            f"{format_instant(newest)}; give a later --at"
        )
    config = setup.config
    ages = {eni.id: age_at_least(eni, at) or 0 for card in observation.cards for eni in card.enis}
    enis = _with_what_is_not_told(observation.cards, ages, at)
    stores = tuple(
        _store(config, card, tuple(enis[eni.id] for eni in card.enis)) for card in observation.cards
    )
    node = Node(stores=stores, max_pods=setup.max_pods, primaries=frozenset(enis))
    world = World(
        config=config,
        ec2=_mirror(config, setup, stores),
        node=node,
        sandboxes=frozenset(
            (held.pod.key, held.address) for store in stores for held in store.holdings.values()
        ),
        cordoned=cordoned,
        eni_config_subnet=_eni_config_subnet(setup, stores),
        max_pods=setup.max_pods,
        now=at,
    )
    return Reconstruction(
        world=world, ages=ages, assumptions=tuple(_assumptions(observation, setup, stores, ages))
    )


def age_at_least(eni: Eni, at: int) -> int | None:
    """For how long an ENI has certainly been in the store, `None` if nothing tells.

    An address becomes unassigned only while its ENI is in the store, and a restart forgets that it
    was ever assigned (R62a). Assignments prove nothing: a restart recovers them with their instant.
    """
    freed = [
        record.since
        for cidr in eni.cidrs
        for record in cidr.records
        if record.pod is None and record.since != ZERO_TIME
    ]
    return at - min(freed) if freed else None


def _with_what_is_not_told(
    cards: Iterable[ObservedCard], ages: Mapping[str, int], at: int
) -> dict[str, Eni]:
    complete: dict[str, Eni] = {}
    for card in cards:
        for eni in card.enis:
            age = max(ages[eni.id], timing.MINIMUM_ENI_LIFE)
            complete[eni.id] = evolve(
                eni, created=at - age, primary_address=_PRIMARIES + len(complete)
            )
    if not any(eni.primary for eni in complete.values()):
        raise InputError(
            "none of its ENIs is the primary one (IsPrimary), which is always managed (R7); "
            "give the whole answer of /v1/enis"
        )
    return complete


def _store(config: Config, card: ObservedCard, enis: tuple[Eni, ...]) -> Store:
    store = Store(card.card, config.prefix_mode, enis, holdings=datastore.index(enis))
    drift = 0 if card.ipv6 else card.total - store.counter_total()
    # Both counters drift by whole CIDRs (R24, R25); in prefix mode that is most likely prefixes.
    prefixes = drift // config.block if config.prefix_mode and drift % config.block == 0 else 0
    return evolve(store, total_drift=drift, prefix_drift=prefixes)


def _mirror(config: Config, setup: NodeSetup, stores: tuple[Store, ...]) -> Ec2:
    """EC2 as the daemon believes it is."""
    enis = tuple(ec2.own(_in_ec2(eni, store.card, setup)) for store in stores for eni in store.enis)
    home = next(eni.subnet for eni in enis if eni.primary)
    names = list(dict.fromkeys([home, *(eni.subnet for eni in enis)]))
    if setup.eni_config_subnet is not None and setup.eni_config_subnet not in names:
        names.append(setup.eni_config_subnet)
    excluded = {
        eni.subnet or setup.subnets[0].id for store in stores for eni in store.enis if eni.excluded
    }
    subnets = []
    for position, name in enumerate(names):
        held = [network for eni in enis if eni.subnet == name for network in eni.networks()]
        subnet = CounterSubnet(
            id=name,
            free=setup.subnets[0].free,
            tags=SubnetTags(role="0" if name in excluded else "" if name == home else "1"),
            first=_FRESH + position * _SUBNET_STEP,
            reissue=True,
        ).take(held)
        if subnet.free < 0:
            raise InputError(
                f"the ENIs hold {-subnet.free} addresses more of {name} than the "
                f"{setup.subnets[0].free} it had; give a larger --subnet-free"
            )
        subnets.append(subnet)
    return Ec2(
        limits=config.limits,
        enis=tuple(sorted(enis, key=lambda eni: eni.id)),
        subnets=tuple(subnets),
        block=config.block,
    )


def _in_ec2(eni: Eni, card: int, setup: NodeSetup) -> Ec2Eni:
    return Ec2Eni(
        id=eni.id,
        primary=eni.primary,
        device=eni.device,
        card=card,
        subnet=eni.subnet or setup.subnets[0].id,
        primary_address=eni.primary_address,
        addresses=tuple(c.network.address for c in eni.cidrs if not c.is_prefix),
        prefixes=tuple(c.network for c in eni.cidrs if c.is_prefix),
        trunk=eni.trunk,
        efa=eni.efa,
    )


def _eni_config_subnet(setup: NodeSetup, stores: tuple[Store, ...]) -> str | None:
    """The ENIConfig's subnet: as told, else that of an ENI the daemon has created."""
    if setup.eni_config_subnet is not None or not setup.config.settings.custom_networking:
        return setup.eni_config_subnet
    created = [e for store in stores for e in store.enis if not (e.primary or e.trunk or e.efa)]
    used = [eni.subnet for eni in created if eni.subnet]
    return used[0] if used else setup.subnets[0].id


def _assumptions(
    observation: Observation, setup: NodeSetup, stores: tuple[Store, ...], ages: Mapping[str, int]
) -> Iterable[str]:
    young = [
        eni.id
        for store in stores
        for eni in store.enis
        if not eni.primary and ages[eni.id] < timing.MINIMUM_ENI_LIFE
    ]
    life = format_duration(timing.MINIMUM_ENI_LIFE)
    if young:
        yield (
            f"the output does not say when an ENI came; taken as at least {life} old: "
            f"{', '.join(young[:4])}{', …' if len(young) > 4 else ''}"
        )
    waits = f"a release may come up to {format_duration(timing.SHRINK_INTERVAL)}"
    backoff = DAEMONS[setup.config.version].insufficient_backoff
    if backoff:
        waits += f", and growth after a shortage up to {backoff // timing.SECOND} s,"
    yield (
        "the output does not say when the loop last acted; taken as long ago, so "
        f"{waits} later than shown"
    )
    if setup.config.settings.provisioning_disabled:
        yield "provisioning is off in the settings given: nothing is grown or shrunk (R52)"
    if setup.max_pods_assumed:
        yield f"max pods is not given; taken as {setup.max_pods} = ENIs × (addresses − 1) + 2"
    if setup.subnets[0].free > 60_000:
        yield "the subnets are taken to have ample free addresses (--subnet-free says otherwise)"
    yield "ENIs that ipamd does not manage are not in the output; taken as none (R7)"
    if not observation.excluded_told:
        yield "before v1.22 no ENI was excluded from pod addressing; taken as none"
    if any(store.prefix_drift for store in stores):
        yield (
            "the counter allocatedPrefix is not in the output; taken to have drifted as "
            "TotalIPs did (R24, R25)"
        )
