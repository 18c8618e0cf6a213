"""What each quirk does must be seen somewhere."""

from ipam_model.config import Quirk
from ipam_model.properties.aggregates import size, stale_places
from ipam_model.properties.evidence import Step
from ipam_model.properties.growing import requested, store_of
from ipam_model.properties.ownership import stores
from ipam_model.properties.witnesses import witness
from ipam_model.requests import UnassignPrivateIpAddresses
from ipam_model.world import World


def _quirk(world: World, quirk: Quirk) -> bool:
    return world.config.quirk(quirk)


@witness("W33", "Quirk R24: a forced removal makes the counters too low.", kinds=("reconcile",))
def quirk_double_decrement(step: Step) -> bool:
    """The drift falls in a reconcile."""
    return _drift(step.after) < _drift(step.before) and not step.after.config.ipv6


def _drift(world: World) -> int:
    return sum(store.total_drift for store in stores(world))


@witness("W34", "Quirk R25: a clean-up makes the counters too high.")
def quirk_clean_up_drift(step: Step) -> bool:
    """The drift rises when an excluded CIDR is dropped."""
    return step.before.node is not None and _drift(step.after) > _drift(step.before)


@witness("W35", "Quirk R62e: a start adopts what EC2 has no more.", kinds=("start",))
def quirk_stale_adopted(step: Step) -> bool:
    """Right after it."""
    return _quirk(step.after, Quirk.STALE_ADDRESSES_ADOPTED) and bool(stale_places(step.after))


@witness("W36", "Quirk R63: an excluded ENI of a higher card is not cleaned.", kinds=("start",))
def quirk_first_card_cleaned(step: Step) -> bool:
    """It keeps CIDRs without pods."""
    return _quirk(step.after, Quirk.FIRST_CARD_CLEANED) and any(
        store.card > 0 and eni.excluded and any(not c.in_use() for c in eni.cidrs)
        for store in stores(step.after)
        for eni in store.enis
    )


@witness("W37", "Quirk R94: a higher card releases its only prefix.", kinds=("tick",))
def quirk_unconverted_cards(step: Step) -> bool:
    """Nothing is left of it."""
    if not (step.after.config.prefix_mode and _quirk(step.after, Quirk.UNCONVERTED_CARDS)):
        return False
    before = {store.card: size(store).total for store in stores(step.before)}
    return any(
        store.card > 0 and size(store).total == 0 and before.get(store.card, 0) > 0
        for store in stores(step.after)
    )


@witness("W38", "Quirk R121b: success without an address.", kinds=("add_pod",))
def quirk_last_by_number(step: Step) -> bool:
    """The reply is empty."""
    return getattr(step.reply, "success", False) and not getattr(step.reply, "given", (0,))


@witness("W39", "Quirk R121d: a pod of one interface has two addresses.", kinds=("add_pod",))
def quirk_repeated_add(step: Step) -> bool:
    """On two cards."""
    keys = [k for s in stores(step.after) for k, h in s.holdings.items() if h.pod.interfaces <= 1]
    return len(set(keys)) < len(keys)


@witness(
    "W40", "Quirk R127b: the /32 of a deleted pod stays in prefix mode.", kinds=("delete_pod",)
)
def quirk_single_address_left(step: Step) -> bool:
    """Without a pod."""
    if step.before.node is None or not step.after.config.prefix_mode:
        return False
    freed = {h.network for s in stores(step.before) for h in s.holdings.values()} - {
        h.network for s in stores(step.after) for h in s.holdings.values()
    }
    left = {c.network for s in stores(step.after) for e in s.enis for c in e.cidrs}
    return any(network.size == 1 for network in freed & left)


@witness("W41", "Quirk R139: a cooling address is released.", kinds=("tick",))
def quirk_cooling_released(step: Step) -> bool:
    """By the pool manager."""
    node = step.before.node
    for asked in step.asked:
        request = requested(asked)
        if node is None or not isinstance(request, UnassignPrivateIpAddresses):
            continue
        found = store_of(node, request.eni)
        for network in request.networks if found is not None else ():
            cidr = found[1].find(network) if found is not None else None
            if cidr is not None and cidr.cooling(asked.now, step.after.config.cooldown):
                return True
    return False


@witness(
    "W42", "Quirk R158: reconcile takes a re-issued address from its pod.", kinds=("reconcile",)
)
def quirk_recent_forgotten(step: Step) -> bool:
    """EC2 has it, and its release is remembered."""
    node = step.before.node
    if node is None or step.after.node is None:
        return False
    released = {network for network, _ in node.released}
    kept = {(h.eni, h.address) for s in stores(step.after) for h in s.holdings.values()}
    return any(
        held.network in released
        and (held.eni, held.address) not in kept
        and (held.eni, held.network) not in stale_places(step.after)
        for store in node.stores
        for held in store.holdings.values()
    )


@witness("W43", "Quirk R24-ipv6: a removed ENI's prefix stays counted.")
def quirk_ipv6_never_subtracted(step: Step) -> bool:
    """On an IPv6 node."""
    return step.after.config.ipv6 and _drift(step.after) != _drift(step.before)
