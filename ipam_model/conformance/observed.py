"""What is to be seen of the model's own world."""

from ipam_model.addresses import format_address, format_network
from ipam_model.arithmetic import INTS
from ipam_model.conformance.observation import Observation, SeenCard, SeenCidr, SeenEni
from ipam_model.rules import timing
from ipam_model.state import Cidr, Eni, Store
from ipam_model.world import World


def observation_of(world: World) -> Observation:
    """Everything that is to be seen, exactly."""
    node = world.node
    if node is None:
        return Observation(running=False)
    now, cooldown = world.now, world.config.cooldown
    cards: list[SeenCard] = []
    enis: list[SeenEni] = []
    for store in node.stores:
        here = [_eni(store, eni, now, cooldown) for eni in store.enis]
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


def _eni(store: Store, eni: Eni, now: int, cooldown: int) -> SeenEni:
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


def _cidr(cidr: Cidr, now: int, cooldown: int) -> SeenCidr:
    assigned: dict[str, str] = {}
    cooling: list[str] = []
    for record in cidr.records:
        if record.pod is not None:
            assigned[format_address(record.address)] = record.pod.key.container
        elif timing.cooling(INTS, now, record.since, cooldown):
            cooling.append(format_address(record.address))
    return SeenCidr(cidr=format_network(cidr.network), assigned=assigned, cooling=tuple(cooling))
