"""What is to be seen of the model's own world."""

from functools import lru_cache
from typing import TypeAlias

from ipam_model.addresses import format_address, format_network
from ipam_model.arithmetic import INTS
from ipam_model.conformance.observation import Observation, SeenCard, SeenCidr, SeenEni
from ipam_model.rules import timing
from ipam_model.state import Cidr, Eni, Network, Store
from ipam_model.world import World

Known: TypeAlias = dict[str, tuple[Eni, SeenEni]]
"""By the id of an ENI: how it was when it was last looked at, and what was seen of it."""


def observation_of(world: World, known: Known | None = None) -> Observation:
    """Everything that is to be seen, exactly.

    `known` is kept for the next look at the same node, in which time only goes on.
    """
    node = world.node
    if node is None:
        return Observation(running=False)
    now, cooldown = world.now, world.config.cooldown
    cards: list[SeenCard] = []
    enis: list[SeenEni] = []
    for store in node.stores:
        here = [
            _eni(store, eni, now, cooldown, {} if known is None else known) for eni in store.enis
        ]
        enis += here
        cards.append(
            SeenCard(
                card=store.card,
                enis=len(here),
                total=store.counter_total(),
                assigned=sum([each.assigned for each in here]),
                cooling=sum([each.cooling for each in here]),
            )
        )
    return Observation(cards=tuple(cards), enis=tuple(enis))


def _eni(store: Store, eni: Eni, now: int, cooldown: int, known: Known) -> SeenEni:
    before = known.get(eni.id)
    if before is not None and before[0] is eni:
        return before[1]
    seen = _look_at(store, eni, now, cooldown)
    if not seen.cooling:  # Otherwise it looks different once that is over.
        known[eni.id] = (eni, seen)
    return seen


def _look_at(store: Store, eni: Eni, now: int, cooldown: int) -> SeenEni:
    cidrs = tuple([_cidr(cidr, now, cooldown) for cidr in eni.cidrs])
    return SeenEni(
        id=eni.id,
        card=store.card,
        primary=eni.primary,
        total=sum([cidr.network.size for cidr in eni.cidrs]),
        assigned=sum([len(each.assigned) for each in cidrs]),
        cooling=sum([len(each.cooling) for each in cidrs]),
        cidrs=cidrs,
    )


@lru_cache(maxsize=65536)
def _untouched(network: Network) -> SeenCidr:
    return SeenCidr(cidr=format_network(network))


def _cidr(cidr: Cidr, now: int, cooldown: int) -> SeenCidr:
    if not cidr.records:
        return _untouched(cidr.network)
    assigned: dict[str, str] = {}
    cooling: list[str] = []
    for record in cidr.records:
        if record.pod is not None:
            assigned[format_address(record.address)] = record.pod.key.container
        elif timing.cooling(INTS, now, record.since, cooldown):
            cooling.append(format_address(record.address))
    return SeenCidr(cidr=format_network(cidr.network), assigned=assigned, cooling=tuple(cooling))
